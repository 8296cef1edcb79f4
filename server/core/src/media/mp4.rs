//! MP4: what its boxes tell of the video, and overwriting the boxes that tell of people and places.
//!
//! What stays is on a list; every other box becomes a `free` box of the same size with zeros in it, so that all offsets
//! in the file stay right.

use std::ops::Range;

use super::MediaError;
use super::boxes::{Box, boxes, u16_at, u32_at, u64_at};
use super::video::Facts;

/// Brands (in the `ftyp` box) of files that players for MP4 read. QuickTime's `qt  ` alone isn't among them.
pub(super) const BRANDS: [&[u8; 4]; 17] = [
    b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"iso7", b"iso8", b"iso9", b"mp41", b"mp42",
    b"avc1", b"M4V ", b"M4VH", b"M4VP", b"dash", b"MSNV",
];

const MOVIE: [&[u8; 4]; 5] = [b"mvhd", b"trak", b"mvex", b"iods", b"pssh"];
const TRACK: [&[u8; 4]; 4] = [b"tkhd", b"edts", b"tref", b"mdia"];
const TRACK_MEDIA: [&[u8; 4]; 4] = [b"mdhd", b"hdlr", b"minf", b"elng"];
const MEDIA_INFORMATION: [&[u8; 4]; 7] = [b"vmhd", b"smhd", b"sthd", b"nmhd", b"gmhd", b"dinf", b"stbl"];
const SAMPLE_TABLE: [&[u8; 4]; 18] = [
    b"stsd", b"stts", b"stss", b"ctts", b"stsc", b"stsz", b"stz2", b"stco", b"co64", b"sbgp", b"sgpd",
    b"sdtp", b"cslg", b"saiz", b"saio", b"subs", b"padb", b"stdp",
];
const FRAGMENT: [&[u8; 4]; 3] = [b"mfhd", b"traf", b"pssh"];
const TRACK_FRAGMENT: [&[u8; 4]; 10] =
    [b"tfhd", b"tfdt", b"trun", b"sbgp", b"sgpd", b"subs", b"saiz", b"saio", b"senc", b"sdtp"];

/// Tracks that people see, hear or read.
const HANDLERS: [&[u8; 4]; 6] = [b"vide", b"soun", b"text", b"sbtl", b"subt", b"clcp"];

/// Reads the facts and overwrites the metadata.
pub(super) fn clean(data: &mut [u8]) -> Result<Facts, MediaError> {
    let top = boxes(data, 0..data.len())?;
    let media: Vec<Range<usize>> =
        top.iter().filter(|found| &found.kind == b"mdat").map(Box::content).collect();
    let is_fragmented = top.iter().any(|found| &found.kind == b"moof");
    let mut movie = Movie::default();
    for found in &top {
        match &found.kind {
            b"moov" => movie.read(data, *found, &media, is_fragmented)?,
            b"ftyp" | b"styp" | b"mdat" | b"moof" | b"sidx" | b"ssix" | b"mfra" | b"pdin" | b"prft" => {}
            _ => free(data, *found),
        }
    }
    let mut fragments_duration = 0.0;
    for fragment in top.iter().filter(|found| &found.kind == b"moof") {
        for part in keep(data, fragment.content(), &FRAGMENT)? {
            if &part.kind == b"traf" {
                fragments_duration += movie.read_track_fragment(data, part)?;
            }
        }
    }
    let video = movie.video.ok_or(MediaError::Unsupported("This MP4 file has no video in it."))?;
    let told = movie.duration.or(video.duration);
    let duration =
        told.filter(|seconds| *seconds > 0.0).or((fragments_duration > 0.0).then_some(fragments_duration));
    Ok(Facts { width: video.width, height: video.height, duration, frame_rate: video.frame_rate })
}

/// What `moov` tells.
#[derive(Default)]
struct Movie {
    duration: Option<f64>,
    video: Option<VideoTrack>,
    /// From `mvex`: track and usual duration of its samples.
    usual_durations: Vec<(u32, u32)>,
}

/// The first video track.
struct VideoTrack {
    id: u32,
    width: u32,
    height: u32,
    timescale: u32,
    duration: Option<f64>,
    frame_rate: Option<f64>,
}

impl Movie {
    fn read(
        &mut self,
        data: &mut [u8],
        movie: Box,
        media: &[Range<usize>],
        is_fragmented: bool,
    ) -> Result<(), MediaError> {
        let mut timescale = 0;
        // What may be overwritten in all: else a table that names one place often would keep us busy for hours.
        let mut budget = data.len();
        for part in keep(data, movie.content(), &MOVIE)? {
            match &part.kind {
                b"mvhd" => {
                    let times = Times::take(data, part).ok_or(MediaError::Broken)?;
                    timescale = times.timescale;
                    self.duration = self.duration.or(times.seconds());
                }
                b"trak" => self.read_track(data, part, media, is_fragmented, &mut budget)?,
                b"mvex" => {
                    for extended in boxes(data, part.content())? {
                        let at = extended.body + 4;
                        match &extended.kind {
                            b"mehd" => {
                                let is_long = data.get(extended.body) == Some(&1);
                                let ticks =
                                    if is_long { u64_at(data, at) } else { u32_at(data, at).map(u64::from) };
                                self.duration =
                                    self.duration.or(seconds(ticks.ok_or(MediaError::Broken)?, timescale));
                            }
                            b"trex" => {
                                let track = u32_at(data, at).ok_or(MediaError::Broken)?;
                                let usual = u32_at(data, at + 8).ok_or(MediaError::Broken)?;
                                self.usual_durations.push((track, usual));
                            }
                            _ => free(data, extended),
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn read_track(
        &mut self,
        data: &mut [u8],
        track: Box,
        media: &[Range<usize>],
        is_fragmented: bool,
        budget: &mut usize,
    ) -> Result<(), MediaError> {
        let parts = boxes(data, track.content())?;
        let media_box = parts.iter().find(|part| &part.kind == b"mdia").ok_or(MediaError::Broken)?;
        let media_parts = boxes(data, media_box.content())?;
        let handler_box = media_parts.iter().find(|part| &part.kind == b"hdlr").ok_or(MediaError::Broken)?;
        let handler: [u8; 4] = data
            .get(handler_box.body + 8..handler_box.end)
            .and_then(<[u8]>::first_chunk)
            .copied()
            .ok_or(MediaError::Broken)?;
        let information = media_parts.iter().find(|part| &part.kind == b"minf").copied();
        let table = match information {
            Some(information) => {
                boxes(data, information.content())?.into_iter().find(|part| &part.kind == b"stbl")
            }
            None => None,
        };
        let table_parts = match table {
            Some(table) => boxes(data, table.content())?,
            None => Vec::new(),
        };
        if !HANDLERS.contains(&&handler) {
            if is_fragmented {
                return Err(MediaError::Unsupported(
                    "This video has a track with other data, such as places; please export it as an ordinary MP4 file.",
                ));
            }
            let samples = sample_places(data, &table_parts).ok_or(MediaError::Broken)?;
            for range in samples {
                erase(data, range, media, budget)?;
            }
            free(data, track);
            return Ok(());
        }

        keep(data, track.content(), &TRACK)?;
        keep(data, media_box.content(), &TRACK_MEDIA)?;
        if let Some(information) = information {
            keep(data, information.content(), &MEDIA_INFORMATION)?;
        }
        if let Some(table) = table {
            keep(data, table.content(), &SAMPLE_TABLE)?;
        }
        // The handler's name often is the camera's.
        if let Some(name) = data.get_mut((handler_box.body + 24).min(handler_box.end)..handler_box.end) {
            name.fill(0);
        }
        let header = parts.iter().find(|part| &part.kind == b"tkhd").copied().ok_or(MediaError::Broken)?;
        let times_box =
            media_parts.iter().find(|part| &part.kind == b"mdhd").copied().ok_or(MediaError::Broken)?;
        let shown = track_header(data, header).ok_or(MediaError::Broken)?;
        let times = Times::take(data, times_box).ok_or(MediaError::Broken)?;
        if &handler != b"vide" || self.video.is_some() {
            return Ok(());
        }
        let coded =
            table_parts.iter().find(|part| &part.kind == b"stsd").and_then(|part| coded_size(data, *part));
        let area = |(width, height): (u32, u32)| u64::from(width) * u64::from(height);
        let (width, height) = match coded {
            // A player has to unpack what is coded, whatever the header says; some headers say nothing.
            Some((width, height)) if area((width, height)) > area(shown.size) => {
                if shown.is_turned {
                    (height, width)
                } else {
                    (width, height)
                }
            }
            _ => shown.size,
        };
        let samples =
            table_parts.iter().find(|part| &part.kind == b"stts").map_or(0, |part| sample_count(data, *part));
        let duration = times.seconds();
        let frame_rate =
            duration.filter(|seconds| *seconds > 0.0 && samples > 0).map(|seconds| samples as f64 / seconds);
        self.video = Some(VideoTrack {
            id: shown.id,
            width,
            height,
            timescale: times.timescale,
            duration,
            frame_rate,
        });
        Ok(())
    }

    /// Overwrites what isn't needed in a track's fragment; gives its seconds if it is the video's.
    fn read_track_fragment(&self, data: &mut [u8], fragment: Box) -> Result<f64, MediaError> {
        let parts = keep(data, fragment.content(), &TRACK_FRAGMENT)?;
        let Some(video) = &self.video else { return Ok(0.0) };
        let header = parts.iter().find(|part| &part.kind == b"tfhd").ok_or(MediaError::Broken)?;
        let flags = u32_at(data, header.body).ok_or(MediaError::Broken)? & 0x00ff_ffff;
        let track = u32_at(data, header.body + 4).ok_or(MediaError::Broken)?;
        if track != video.id {
            return Ok(0.0);
        }
        let mut usual =
            self.usual_durations.iter().find(|(id, _)| *id == track).map_or(0, |(_, usual)| *usual);
        if flags & 0x08 != 0 {
            let skipped = if flags & 0x01 != 0 { 8 } else { 0 } + if flags & 0x02 != 0 { 4 } else { 0 };
            usual = u32_at(data, header.body + 8 + skipped).ok_or(MediaError::Broken)?;
        }
        let mut ticks = 0_u64;
        for run in parts.iter().filter(|part| &part.kind == b"trun") {
            let flags = u32_at(data, run.body).ok_or(MediaError::Broken)? & 0x00ff_ffff;
            let count = u32_at(data, run.body + 4).ok_or(MediaError::Broken)?;
            if flags & 0x100 == 0 {
                ticks = ticks.saturating_add(u64::from(count) * u64::from(usual));
                continue;
            }
            let start =
                run.body + 8 + if flags & 0x01 != 0 { 4 } else { 0 } + if flags & 0x04 != 0 { 4 } else { 0 };
            let width = [0x100, 0x200, 0x400, 0x800].iter().filter(|flag| flags & **flag != 0).count() * 4;
            let samples = data.get(start.min(run.end)..run.end).unwrap_or_default().chunks_exact(width);
            let durations =
                samples.take(count as usize).filter_map(|sample| u32_at(sample, 0)).map(u64::from);
            ticks = ticks.saturating_add(durations.sum());
        }
        Ok(seconds(ticks, video.timescale).unwrap_or_default())
    }
}

/// Turns every child box that isn't on the list into a free one; gives those that are.
fn keep(data: &mut [u8], content: Range<usize>, kinds: &[&[u8; 4]]) -> Result<Vec<Box>, MediaError> {
    let (kept, others): (Vec<Box>, Vec<Box>) =
        boxes(data, content)?.into_iter().partition(|part| kinds.contains(&&part.kind));
    for other in others {
        free(data, other);
    }
    Ok(kept)
}

fn free(data: &mut [u8], found: Box) {
    if let Some(kind) = data.get_mut(found.start + 4..found.start + 8) {
        kind.copy_from_slice(b"free");
    }
    if let Some(content) = data.get_mut(found.content()) {
        content.fill(0);
    }
}

/// Overwrites a track's data, as far as they lie where media may lie.
fn erase(
    data: &mut [u8],
    range: Range<usize>,
    media: &[Range<usize>],
    budget: &mut usize,
) -> Result<(), MediaError> {
    *budget = budget.checked_sub(range.len()).ok_or(MediaError::Broken)?;
    let Some(area) = media.iter().find(|area| area.contains(&range.start)) else { return Ok(()) };
    if let Some(bytes) = data.get_mut(range.start..range.end.min(area.end)) {
        bytes.fill(0);
    }
    Ok(())
}

/// Where a track's data lie, chunk by chunk.
fn sample_places(data: &[u8], table: &[Box]) -> Option<Vec<Range<usize>>> {
    let find = |kind: &[u8; 4]| table.iter().find(|part| &part.kind == kind);
    let (Some(sizes), Some(runs)) = (find(b"stsz"), find(b"stsc")) else { return Some(Vec::new()) };
    let (chunks, width) = match (find(b"stco"), find(b"co64")) {
        (Some(chunks), _) => (chunks, 4),
        (None, Some(chunks)) => (chunks, 8),
        _ => return Some(Vec::new()),
    };
    let entries = |part: &Box, skip: usize, width: usize| {
        data.get((part.body + skip).min(part.end)..part.end).unwrap_or_default().chunks_exact(width)
    };
    let one_size = usize::try_from(u32_at(data, sizes.body + 4)?).ok()?;
    let mut sizes = entries(sizes, 12, 4);
    let mut runs = entries(runs, 8, 12).peekable();
    let mut samples_a_chunk = 0;
    let mut places = Vec::new();
    for (index, chunk) in entries(chunks, 8, width).enumerate() {
        while let Some(run) =
            runs.next_if(|run| u32_at(run, 0).is_some_and(|first| first as usize <= index + 1))
        {
            samples_a_chunk = usize::try_from(u32_at(run, 4)?).ok()?;
        }
        let length = if one_size > 0 {
            one_size.checked_mul(samples_a_chunk)?
        } else {
            sizes
                .by_ref()
                .take(samples_a_chunk)
                .filter_map(|size| u32_at(size, 0))
                .map(|size| size as usize)
                .sum()
        };
        let start = if width == 4 { u64::from(u32_at(chunk, 0)?) } else { u64_at(chunk, 0)? };
        let start = usize::try_from(start).ok()?;
        places.push(start..start.checked_add(length)?);
    }
    Some(places)
}

/// What a header tells of time; taking it overwrites when the file was made and changed.
struct Times {
    timescale: u32,
    ticks: u64,
}

impl Times {
    fn take(data: &mut [u8], header: Box) -> Option<Times> {
        let is_long = *data.get(header.body)? == 1;
        let at = header.body + 4;
        let (dates, timescale, ticks) = if is_long {
            (at..at + 16, u32_at(data, at + 16)?, u64_at(data, at + 20)?)
        } else {
            // All ones mean that it isn't known.
            let ticks = u32_at(data, at + 12)?;
            (at..at + 8, u32_at(data, at + 8)?, if ticks == u32::MAX { 0 } else { u64::from(ticks) })
        };
        data.get_mut(dates.start..dates.end.min(header.end))?.fill(0);
        Some(Times { timescale, ticks: if ticks == u64::MAX { 0 } else { ticks } })
    }

    fn seconds(&self) -> Option<f64> {
        seconds(self.ticks, self.timescale)
    }
}

fn seconds(ticks: u64, timescale: u32) -> Option<f64> {
    (timescale > 0 && ticks > 0).then(|| ticks as f64 / f64::from(timescale))
}

/// How large a track is shown.
struct Shown {
    id: u32,
    size: (u32, u32),
    is_turned: bool,
}

fn track_header(data: &mut [u8], header: Box) -> Option<Shown> {
    let is_long = *data.get(header.body)? == 1;
    let dates = header.body + 4;
    let after_dates = dates + if is_long { 16 } else { 8 };
    data.get_mut(dates..after_dates.min(header.end))?.fill(0);
    let id = u32_at(data, after_dates)?;
    let matrix = after_dates + if is_long { 8 + 8 } else { 8 + 4 } + 16;
    // A quarter turn has zeros where an upright picture has ones.
    let is_turned = u32_at(data, matrix)? == 0 && u32_at(data, matrix + 16)? == 0;
    let width = u32_at(data, matrix + 36)? >> 16;
    let height = u32_at(data, matrix + 40)? >> 16;
    let size = if is_turned { (height, width) } else { (width, height) };
    Some(Shown { id, size, is_turned })
}

fn coded_size(data: &[u8], description: Box) -> Option<(u32, u32)> {
    let entry = boxes(data, description.body + 8..description.end).ok()?.into_iter().next()?;
    let width = u16_at(data, entry.body + 24)?;
    let height = u16_at(data, entry.body + 26)?;
    Some((u32::from(width), u32::from(height)))
}

fn sample_count(data: &[u8], times: Box) -> u64 {
    let entries = data.get((times.body + 8).min(times.end)..times.end).unwrap_or_default().chunks_exact(8);
    entries.filter_map(|entry| u32_at(entry, 0)).map(u64::from).sum()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A box around parts.
    fn wrap(kind: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
        let content = parts.concat();
        [&(content.len() as u32 + 8).to_be_bytes(), &kind[..], &content].concat()
    }

    fn numbers(values: &[u32]) -> Vec<u8> {
        values.iter().flat_map(|value| value.to_be_bytes()).collect()
    }

    fn track(
        id: u32,
        handler: &[u8; 4],
        is_turned: bool,
        sizes: &[u32],
        chunk: u32,
        samples: u32,
    ) -> Vec<u8> {
        let one = 0x1_0000;
        let matrix = if is_turned {
            [0, one, 0, one, 0, 0, 0, 0, 1 << 30]
        } else {
            [one, 0, 0, 0, one, 0, 0, 0, 1 << 30]
        };
        let header = [
            numbers(&[0, 111, 222, id, 0, 10_000, 0, 0, 0, 0]),
            numbers(&matrix),
            numbers(&[640 << 16, 360 << 16]),
        ];
        let mut entry = vec![0; 78];
        entry[24..28].copy_from_slice(&[2, 128, 1, 104]);
        let table = wrap(
            b"stbl",
            &[
                &wrap(b"stsd", &[&numbers(&[0, 1]), &wrap(b"avc1", &[&entry])]),
                &wrap(b"stts", &[&numbers(&[0, 1, samples, 400])]),
                &wrap(b"stsc", &[&numbers(&[0, 1, 1, sizes.len() as u32, 1])]),
                &wrap(b"stsz", &[&numbers(&[0, 0, sizes.len() as u32]), &numbers(sizes)]),
                &wrap(b"stco", &[&numbers(&[0, 1, chunk])]),
            ],
        );
        let media = wrap(
            b"mdia",
            &[
                &wrap(b"mdhd", &[&numbers(&[0, 111, 222, 10_000, 100_000, 0])]),
                &wrap(b"hdlr", &[&[0; 8], handler, &[0; 12], b"SECRET camera\0"]),
                &wrap(b"minf", &[&wrap(b"vmhd", &[&[0; 12]]), &table]),
            ],
        );
        wrap(
            b"trak",
            &[
                &wrap(b"tkhd", &[&header.concat()]),
                &wrap(b"udta", &[&wrap(b"name", &[b"SECRET track"])]),
                &media,
            ],
        )
    }

    /// Ten seconds of 640 × 360 at 25 frames, with places in every corner.
    pub(in crate::media) fn video(is_turned: bool, with_places: bool) -> Vec<u8> {
        let kind = wrap(b"ftyp", &[b"isom\0\0\x02\0isommp42"]);
        let media = wrap(b"mdat", &[b"VIDEODATA+SECRET place48.1"]);
        let start = kind.len() as u32 + 8;
        let mut movie = vec![
            wrap(b"mvhd", &[&numbers(&[0, 111, 222, 1000, 10_000]), &[0; 80]]),
            track(1, b"vide", is_turned, &[4, 5], start, 250),
        ];
        if with_places {
            movie.push(track(2, b"meta", false, &[7, 9], start + 10, 1));
        }
        movie.push(wrap(
            b"udta",
            &[&wrap(b"\xa9xyz", &[b"\0\x12\x15\xc7+48.1SECRET/"]), &wrap(b"loci", &[b"SECRET"])],
        ));
        movie.push(wrap(b"meta", &[&wrap(b"ilst", &[b"com.apple.quicktime.location.ISO6709 SECRET"])]));
        let movie: Vec<&[u8]> = movie.iter().map(Vec::as_slice).collect();
        let xmp = wrap(
            b"uuid",
            &[b"\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac<x:xmpmeta SECRET/>"],
        );
        [kind, media, wrap(b"moov", &movie), xmp, wrap(b"free", &[b"SECRET left over"])].concat()
    }

    pub(in crate::media) fn contains(data: &[u8], part: &[u8]) -> bool {
        data.windows(part.len()).any(|window| window == part)
    }

    #[test]
    fn d11_facts_are_read_and_secrets_overwritten_in_place() {
        let before = video(false, true);
        let mut after = before.clone();

        let facts = clean(&mut after).unwrap();

        assert_eq!(facts, Facts { width: 640, height: 360, duration: Some(10.0), frame_rate: Some(25.0) });
        assert_eq!(after.len(), before.len());
        assert!(
            !contains(&after, b"SECRET") && !contains(&after, b"48.1") && !contains(&after, &[0, 0, 0, 111])
        );
        assert!(contains(&after, b"VIDEODATA"));
        let mut again = after.clone();
        assert_eq!(clean(&mut again).unwrap(), facts);
        assert_eq!(again, after);
    }

    #[test]
    fn an_upright_telephone_video_is_taller_than_wide() {
        let facts = clean(&mut video(true, false)).unwrap();

        assert_eq!((facts.width, facts.height), (360, 640));
    }

    #[test]
    fn a_fragmented_video_is_as_long_as_its_fragments() {
        let header = numbers(&[
            0,
            0,
            0,
            1,
            0,
            0,
            0,
            0,
            0,
            0,
            0x1_0000,
            0,
            0,
            0,
            0x1_0000,
            0,
            0,
            0,
            1 << 30,
            320 << 16,
            240 << 16,
        ]);
        let media = [
            wrap(b"mdhd", &[&numbers(&[0, 0, 0, 1000, 0, 0])]),
            wrap(b"hdlr", &[&[0; 8], b"vide", &[0; 13]]),
        ];
        let movie = [
            wrap(b"mvhd", &[&numbers(&[0, 0, 0, 1000, 0]), &[0; 80]]),
            wrap(b"trak", &[&wrap(b"tkhd", &[&header]), &wrap(b"mdia", &[&media.concat()])]),
            wrap(b"mvex", &[&wrap(b"trex", &[&numbers(&[0, 1, 1, 500, 0, 0])])]),
        ];
        let fragment = [
            wrap(b"tfhd", &[&numbers(&[0, 1])]),
            wrap(b"trun", &[&numbers(&[0, 3])]),
            wrap(b"trun", &[&numbers(&[0x301, 2, 0, 250, 9, 250, 9])]),
            wrap(b"udta", &[b"SECRET"]),
        ];
        let mut file = [
            wrap(b"ftyp", &[b"iso5\0\0\x02\0iso6"]),
            wrap(b"moov", &[&movie.concat()]),
            wrap(b"moof", &[&wrap(b"traf", &[&fragment.concat()])]),
            wrap(b"mdat", &[b"x"]),
        ]
        .concat();

        let facts = clean(&mut file).unwrap();

        assert_eq!((facts.width, facts.height, facts.duration), (320, 240, Some(2.0)));
        assert!(!contains(&file, b"SECRET"));
    }

    #[test]
    fn no_mutation_makes_us_panic_or_loop() {
        let whole = video(true, true);
        for position in 0..whole.len() {
            for value in [0, 1, 0x10, 0x7f, 0xff] {
                let mut broken = whole.clone();
                broken[position] = value;
                let _ = clean(&mut broken);
            }
            for value in [[0xff; 4], [0x7f, 0xff, 0xff, 0xff], [0, 0, 0, 1]] {
                let mut broken = whole.clone();
                let end = (position + 4).min(broken.len());
                broken[position..end].copy_from_slice(&value[..end - position]);
                let _ = clean(&mut broken);
            }
            let _ = clean(&mut whole[..position].to_vec());
        }
    }
}
