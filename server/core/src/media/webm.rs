//! WebM: what its elements tell of the video, and overwriting those that tell of people and places (RFC 8794, RFC 9559).
//!
//! What isn't needed becomes a `Void` element of the same size with zeros in it, so that all positions stay right.

use super::MediaError;
use super::video::Facts;

const EBML: u32 = 0x1a45_dfa3;
const DOC_TYPE: u32 = 0x4282;
const SEGMENT: u32 = 0x1853_8067;
const SEEK_HEAD: u32 = 0x114d_9b74;
const INFO: u32 = 0x1549_a966;
const TRACKS: u32 = 0x1654_ae6b;
const CLUSTER: u32 = 0x1f43_b675;
const CUES: u32 = 0x1c53_bb6b;
const CHAPTERS: u32 = 0x1043_a770;
const TAGS: u32 = 0x1254_c367;
const ATTACHMENTS: u32 = 0x1941_a469;
const VOID: u32 = 0xec;
const TIMESTAMP_SCALE: u32 = 0x2a_d7b1;
const DURATION: u32 = 0x4489;
const MUXING_APP: u32 = 0x4d80;
const WRITING_APP: u32 = 0x5741;
const TRACK_ENTRY: u32 = 0xae;
const TRACK_TYPE: u32 = 0x83;
const TRACK_NAME: u32 = 0x536e;
const DEFAULT_DURATION: u32 = 0x23_e383;
const VIDEO: u32 = 0xe0;
const PIXEL_WIDTH: u32 = 0xb0;
const PIXEL_HEIGHT: u32 = 0xba;
const TIMESTAMP: u32 = 0xe7;
const SIMPLE_BLOCK: u32 = 0xa3;
const BLOCK_GROUP: u32 = 0xa0;
const BLOCK: u32 = 0xa1;
const CRC_32: u32 = 0xbf;

/// The elements directly in a segment; one of them ends a cluster that doesn't say how long it is.
const LEVEL_1: [u32; 8] = [SEEK_HEAD, INFO, TRACKS, CLUSTER, CUES, CHAPTERS, TAGS, ATTACHMENTS];

/// Kinds of tracks that people see, hear or read.
const TRACK_TYPES: [u64; 3] = [1, 2, 17];

/// One element, by its place in the file.
#[derive(Clone, Copy)]
struct Element {
    id: u32,
    start: usize,
    body: usize,
    /// Where it ends; `None` if it doesn't say.
    end: Option<usize>,
}

/// Whether a file begins as WebM does, and not as another kind of Matroska.
pub(super) fn is_webm(data: &[u8]) -> bool {
    let Some(header) = element(data, 0, data.len()).filter(|found| found.id == EBML) else { return false };
    let Some(end) = header.end else { return false };
    let mut at = header.body;
    while let Some(found) = element(data, at, end) {
        let Some(found_end) = found.end else { return false };
        if found.id == DOC_TYPE {
            return data
                .get(found.body..found_end)
                .is_some_and(|kind| kind.trim_ascii_end() == b"webm" || kind == b"webm\0");
        }
        at = found_end;
    }
    false
}

/// Reads the facts and overwrites the metadata.
pub(super) fn clean(data: &mut [u8]) -> Result<Facts, MediaError> {
    let mut facts = Segment::default();
    let mut at = 0;
    let mut has_segment = false;
    while at < data.len() {
        let found = element(data, at, data.len()).ok_or(MediaError::Broken)?;
        let end = found.end.unwrap_or(data.len());
        match found.id {
            EBML if at == 0 => {}
            SEGMENT if !has_segment => {
                has_segment = true;
                facts.read(data, found.body, end)?;
            }
            _ => void(data, Element { end: Some(end), ..found }),
        }
        at = end;
    }
    let (width, height) = facts.size.ok_or(MediaError::Unsupported("This WebM file has no video in it."))?;
    // Recorders that write while they record don't know how long it will be; the last block knows.
    let ticks = facts.duration.unwrap_or(facts.last_block as f64);
    let duration = ticks * facts.timestamp_scale.unwrap_or(1_000_000) as f64 / 1e9;
    Ok(Facts {
        width,
        height,
        duration: (duration.is_finite() && duration > 0.0).then_some(duration),
        frame_rate: facts
            .frame_nanoseconds
            .filter(|nanoseconds| *nanoseconds > 0)
            .map(|nanoseconds| 1e9 / nanoseconds as f64),
    })
}

#[derive(Default)]
struct Segment {
    timestamp_scale: Option<u64>,
    duration: Option<f64>,
    size: Option<(u32, u32)>,
    frame_nanoseconds: Option<u64>,
    last_block: u64,
}

impl Segment {
    fn read(&mut self, data: &mut [u8], start: usize, segment_end: usize) -> Result<(), MediaError> {
        let mut at = start;
        while at < segment_end {
            let found = element(data, at, segment_end).ok_or(MediaError::Broken)?;
            at = match (found.id, found.end) {
                (CLUSTER, end) => self.read_cluster(data, found.body, end, segment_end)?,
                (INFO, Some(end)) => {
                    self.read_info(data, found.body, end)?;
                    end
                }
                (TRACKS, Some(end)) => {
                    self.read_tracks(data, found.body, end)?;
                    end
                }
                (SEEK_HEAD | CUES, Some(end)) => end,
                (_, Some(end)) => {
                    void(data, found);
                    end
                }
                (_, None) => return Err(MediaError::Broken),
            };
        }
        Ok(())
    }

    fn read_info(&mut self, data: &mut [u8], start: usize, end: usize) -> Result<(), MediaError> {
        for found in elements(data, start, end)? {
            match found.id {
                TIMESTAMP_SCALE => self.timestamp_scale = unsigned(data, found),
                DURATION => {
                    self.duration = float(data, found).filter(|ticks| ticks.is_finite() && *ticks > 0.0)
                }
                // Required; they name programs, not people.
                MUXING_APP | WRITING_APP => {}
                _ => void(data, found),
            }
        }
        Ok(())
    }

    fn read_tracks(&mut self, data: &mut [u8], start: usize, end: usize) -> Result<(), MediaError> {
        for track in elements(data, start, end)? {
            let Some(track_end) = track.end.filter(|_| track.id == TRACK_ENTRY) else {
                void(data, track);
                continue;
            };
            let parts = elements(data, track.body, track_end)?;
            let kind = parts.iter().find(|part| part.id == TRACK_TYPE).and_then(|part| unsigned(data, *part));
            if !kind.is_some_and(|kind| TRACK_TYPES.contains(&kind)) {
                return Err(MediaError::Unsupported(
                    "This video has a track with other data, such as places; please export it with picture and sound only.",
                ));
            }
            for part in &parts {
                if matches!(part.id, TRACK_NAME | CRC_32 | VOID) {
                    void(data, *part);
                }
            }
            let picture =
                parts.iter().find(|part| part.id == VIDEO).filter(|_| kind == Some(1) && self.size.is_none());
            if let Some(Element { body, end: Some(end), .. }) = picture {
                let sizes = elements(data, *body, *end)?;
                let side = |id| {
                    let found = sizes.iter().find(|part| part.id == id)?;
                    u32::try_from(unsigned(data, *found)?).ok()
                };
                self.size = Some((
                    side(PIXEL_WIDTH).ok_or(MediaError::Broken)?,
                    side(PIXEL_HEIGHT).ok_or(MediaError::Broken)?,
                ));
                self.frame_nanoseconds = parts
                    .iter()
                    .find(|part| part.id == DEFAULT_DURATION)
                    .and_then(|part| unsigned(data, *part));
            }
        }
        Ok(())
    }

    /// Reads the times of a cluster's blocks; gives where it ends.
    fn read_cluster(
        &mut self,
        data: &mut [u8],
        start: usize,
        end: Option<usize>,
        segment_end: usize,
    ) -> Result<usize, MediaError> {
        let limit = end.unwrap_or(segment_end);
        let mut timestamp = 0;
        let mut at = start;
        while at < limit {
            let found = element(data, at, limit).ok_or(MediaError::Broken)?;
            if end.is_none() && LEVEL_1.contains(&found.id) {
                return Ok(at);
            }
            let found_end = found.end.ok_or(MediaError::Broken)?;
            match found.id {
                TIMESTAMP => timestamp = unsigned(data, found).ok_or(MediaError::Broken)?,
                SIMPLE_BLOCK => self.see_block(data, found, timestamp),
                BLOCK_GROUP => {
                    if let Some(block) =
                        elements(data, found.body, found_end)?.into_iter().find(|part| part.id == BLOCK)
                    {
                        self.see_block(data, block, timestamp);
                    }
                }
                VOID | CRC_32 | TAGS | ATTACHMENTS => void(data, found),
                _ => {}
            }
            at = found_end;
        }
        Ok(limit)
    }

    fn see_block(&mut self, data: &[u8], block: Element, timestamp: u64) {
        let relative = vint(data, block.body).and_then(|(_, length)| {
            let bytes = data.get(block.body + length..block.end?)?.first_chunk()?;
            Some(i16::from_be_bytes(*bytes))
        });
        if let Some(relative) = relative {
            self.last_block = self.last_block.max(timestamp.saturating_add_signed(i64::from(relative)));
        }
    }
}

/// The element at this place; `None` if it isn't one or goes beyond `limit`.
fn element(data: &[u8], start: usize, limit: usize) -> Option<Element> {
    let first = *data.get(start)?;
    let id_length = first.leading_zeros() as usize + 1;
    if id_length > 4 {
        return None;
    }
    let id = data.get(start..start + id_length)?.iter().fold(0, |id, byte| id << 8 | u32::from(*byte));
    let (size, size_length) = vint(data, start + id_length)?;
    let body = start + id_length + size_length;
    let end = match size {
        Some(size) => Some(body.checked_add(usize::try_from(size).ok()?)?),
        None => None,
    };
    (body <= limit && end.is_none_or(|end| end <= limit)).then_some(Element { id, start, body, end })
}

/// All elements in a part of the file, each of which must say how long it is.
fn elements(data: &[u8], start: usize, end: usize) -> Result<Vec<Element>, MediaError> {
    let mut found = Vec::new();
    let mut at = start;
    while at < end {
        let next = element(data, at, end).ok_or(MediaError::Broken)?;
        at = next.end.ok_or(MediaError::Broken)?;
        found.push(next);
    }
    Ok(found)
}

/// A number of variable length and the bytes it takes; the number is `None` if all its bits are set.
fn vint(data: &[u8], start: usize) -> Option<(Option<u64>, usize)> {
    let first = *data.get(start)?;
    let length = first.leading_zeros() as usize + 1;
    if length > 8 {
        return None;
    }
    let value =
        data.get(start..start + length)?.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    let mask = (1_u64 << (7 * length)) - 1;
    let value = value & mask;
    Some(((value != mask).then_some(value), length))
}

fn unsigned(data: &[u8], found: Element) -> Option<u64> {
    let bytes = data.get(found.body..found.end?)?;
    (bytes.len() <= 8).then(|| bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)))
}

fn float(data: &[u8], found: Element) -> Option<f64> {
    let bytes = data.get(found.body..found.end?)?;
    match bytes.len() {
        4 => Some(f64::from(f32::from_be_bytes(bytes.try_into().ok()?))),
        8 => Some(f64::from_be_bytes(bytes.try_into().ok()?)),
        _ => None,
    }
}

/// Makes an element a void one of the same size.
fn void(data: &mut [u8], found: Element) {
    let Some(place) = found.end.and_then(|end| data.get_mut(found.start..end)) else { return };
    place.fill(0);
    // The shortest element has an id of one byte and a size of one byte.
    let content = place.len().saturating_sub(2) as u64;
    if content < 127 {
        place[..2].copy_from_slice(&[VOID as u8, 0x80 | content as u8]);
    } else {
        let size = (1_u64 << 56) | (place.len() as u64 - 9);
        place[0] = VOID as u8;
        place[1..9].copy_from_slice(&size.to_be_bytes());
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::media::mp4::tests::contains;

    fn id_bytes(id: u32) -> Vec<u8> {
        id.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect()
    }

    fn wrap(id: u32, parts: &[&[u8]]) -> Vec<u8> {
        let content = parts.concat();
        let size = (1_u64 << 56) | content.len() as u64;
        [id_bytes(id), size.to_be_bytes().to_vec(), content].concat()
    }

    /// An element that doesn't say how long it is.
    fn endless(id: u32, parts: &[&[u8]]) -> Vec<u8> {
        [id_bytes(id), vec![0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], parts.concat()].concat()
    }

    fn header() -> Vec<u8> {
        wrap(EBML, &[&wrap(0x4286, &[&[1]]), &wrap(DOC_TYPE, &[b"webm"])])
    }

    fn tracks() -> Vec<u8> {
        let video = [wrap(PIXEL_WIDTH, &[&[2, 128]]), wrap(PIXEL_HEIGHT, &[&[1, 104]])];
        let entry = [
            wrap(TRACK_TYPE, &[&[1]]),
            wrap(TRACK_NAME, &[b"SECRET camera"]),
            wrap(DEFAULT_DURATION, &[&40_000_000_u32.to_be_bytes()]),
            wrap(VIDEO, &[&video.concat()]),
        ];
        wrap(TRACKS, &[&wrap(TRACK_ENTRY, &[&entry.concat()])])
    }

    /// Ten seconds of 640 × 360 at 25 frames with a place and a name in it.
    pub(in crate::media) fn video() -> Vec<u8> {
        let info = [
            wrap(TIMESTAMP_SCALE, &[&1_000_000_u32.to_be_bytes()]),
            wrap(DURATION, &[&10_000_f64.to_be_bytes()]),
            wrap(0x4461, &[b"SECRETda"]),
            wrap(0x7ba9, &[b"SECRET title"]),
            wrap(MUXING_APP, &[b"maker"]),
        ];
        let cluster = [wrap(TIMESTAMP, &[&[0]]), wrap(SIMPLE_BLOCK, &[b"\x81\0\0\x80DATA"])];
        let segment = [
            wrap(INFO, &[&info.concat()]),
            tracks(),
            wrap(CLUSTER, &[&cluster.concat()]),
            wrap(TAGS, &[&b"SECRET".repeat(40)]),
            wrap(ATTACHMENTS, &[b"SECRET"]),
            wrap(VOID, &[b"SECRET left over"]),
        ];
        [header(), wrap(SEGMENT, &[&segment.concat()])].concat()
    }

    #[test]
    fn d11_facts_are_read_and_secrets_overwritten_in_place() {
        let before = video();
        let mut after = before.clone();

        let facts = clean(&mut after).unwrap();

        assert_eq!(facts, Facts { width: 640, height: 360, duration: Some(10.0), frame_rate: Some(25.0) });
        assert_eq!(after.len(), before.len());
        assert!(!contains(&after, b"SECRET") && contains(&after, b"DATA") && contains(&after, b"maker"));
        let mut again = after.clone();
        assert_eq!(clean(&mut again).unwrap(), facts);
        assert_eq!(again, after);
    }

    #[test]
    fn a_recording_without_lengths_is_as_long_as_its_last_block() {
        let block = |relative: i16| wrap(SIMPLE_BLOCK, &[&[0x81], &relative.to_be_bytes(), &[0x80, 7]]);
        let group = wrap(BLOCK_GROUP, &[&wrap(BLOCK, &[&[0x81], &500_i16.to_be_bytes(), &[0, 7]])]);
        let segment = [
            wrap(INFO, &[&wrap(TIMESTAMP_SCALE, &[&1_000_000_u32.to_be_bytes()])]),
            tracks(),
            endless(CLUSTER, &[&wrap(TIMESTAMP, &[&[0]]), &block(0), &block(40)]),
            endless(CLUSTER, &[&wrap(TIMESTAMP, &[&[0x0b, 0xb8]]), &block(-5), &group]),
            wrap(TAGS, &[b"SECRET"]),
        ];
        let mut file = [header(), endless(SEGMENT, &[&segment.concat()])].concat();

        let facts = clean(&mut file).unwrap();

        assert_eq!(facts.duration, Some(3.5));
        assert!(!contains(&file, b"SECRET"));
    }

    #[test]
    fn only_webm_and_no_other_matroska_is_webm() {
        assert!(is_webm(&video()));
        assert!(!is_webm(&wrap(EBML, &[&wrap(DOC_TYPE, &[b"matroska"])])));
        assert!(!is_webm(b"\x1a\x45\xdf\xa3"));
    }

    #[test]
    fn no_mutation_makes_us_panic_or_loop() {
        let whole = video();
        for position in 0..whole.len() {
            for value in [0, 1, 0x10, 0x40, 0x7f, 0x80, 0xff] {
                let mut broken = whole.clone();
                broken[position] = value;
                is_webm(&broken);
                let _ = clean(&mut broken);
            }
            let _ = clean(&mut whole[..position].to_vec());
        }
    }
}
