//! Boxes of the ISO base media file format (ISO/IEC 14496-12), which MP4 and AVIF are made of.

use std::ops::Range;

use super::MediaError;

/// More boxes than this side by side are refused.
const MAX_BOXES: usize = 100_000;

/// One box, by its place in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Box {
    /// Its type.
    pub(super) kind: [u8; 4],
    /// Where its header begins.
    pub(super) start: usize,
    /// Where its content begins.
    pub(super) body: usize,
    /// Where it ends.
    pub(super) end: usize,
}

impl Box {
    /// The place of its content.
    pub(super) fn content(&self) -> Range<usize> {
        self.body..self.end
    }

    /// The place of its content after the version and flags that some boxes begin with.
    pub(super) fn full_content(&self) -> Range<usize> {
        (self.body + 4).min(self.end)..self.end
    }
}

/// The boxes that fill a part of the file, one after the other. Fewer than eight bytes at the end are passed over.
pub(super) fn boxes(data: &[u8], within: Range<usize>) -> Result<Vec<Box>, MediaError> {
    let mut found = Vec::new();
    let mut start = within.start;
    while start + 8 <= within.end {
        let size = u64::from(u32_at(data, start).ok_or(MediaError::Broken)?);
        let kind =
            data.get(start + 4..start + 8).and_then(|kind| kind.try_into().ok()).ok_or(MediaError::Broken)?;
        let (body, end) = match size {
            0 => (start + 8, within.end),
            1 => {
                let size = u64_at(data, start + 8)
                    .and_then(|size| usize::try_from(size).ok())
                    .ok_or(MediaError::Broken)?;
                (start + 16, start.checked_add(size).ok_or(MediaError::Broken)?)
            }
            size => (start + 8, start + usize::try_from(size).map_err(|_| MediaError::Broken)?),
        };
        if end < body || end > within.end || found.len() == MAX_BOXES {
            return Err(MediaError::Broken);
        }
        found.push(Box { kind, start, body, end });
        start = end;
    }
    Ok(found)
}

/// The brands of the `ftyp` box that the file begins with: the major one and those it says to be compatible with.
pub(super) fn brands(data: &[u8]) -> Option<Vec<&[u8; 4]>> {
    let size = usize::try_from(u32_at(data, 0)?).ok()?;
    if data.get(4..8)? != b"ftyp" || !(16..=4096).contains(&size) {
        return None;
    }
    let (brands, _) = data.get(8..size)?.as_chunks::<4>();
    Some(brands.iter().enumerate().filter(|(index, _)| *index != 1).map(|(_, brand)| brand).collect())
}

/// The big-endian number at this place, if the file goes that far.
pub(super) fn u16_at(data: &[u8], position: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*data.get(position..)?.first_chunk()?))
}

/// The big-endian number at this place, if the file goes that far.
pub(super) fn u32_at(data: &[u8], position: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*data.get(position..)?.first_chunk()?))
}

/// The big-endian number at this place, if the file goes that far.
pub(super) fn u64_at(data: &[u8], position: usize) -> Option<u64> {
    Some(u64::from_be_bytes(*data.get(position..)?.first_chunk()?))
}
