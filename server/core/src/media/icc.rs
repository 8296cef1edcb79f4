//! Colour profiles: the numbers that are needed to show a picture's colours, and nothing that tells of its maker.

/// The largest profile that is kept, in bytes: what fits into one segment of a JPEG file.
const MAX_PROFILE: usize = 60_000;

/// Tags that hold measures or curves.
const TAGS: [&[u8; 4]; 15] = [
    b"rXYZ", b"gXYZ", b"bXYZ", b"wtpt", b"bkpt", b"chad", b"rTRC", b"gTRC", b"bTRC", b"kTRC", b"cicp",
    b"A2B0", b"A2B1", b"B2A0", b"B2A1",
];

/// Forms that a tag's content may have; none of them can hold text.
const FORMS: [&[u8; 4]; 9] =
    [b"XYZ ", b"curv", b"para", b"sf32", b"cicp", b"mft1", b"mft2", b"mAB ", b"mBA "];

/// A colour profile made of the measures of another, without names, texts, dates and device codes.
///
/// A profile often bears the name of the screen or camera, sometimes of its owner; dropping it altogether would turn the
/// colours of most telephones' pictures pale. `None` if it can't be read, is neither for RGB nor grey, or too large.
pub(super) fn essence(profile: &[u8]) -> Option<Vec<u8>> {
    let header = profile.get(..128)?;
    let is_known = header.get(36..40)? == b"acsp" && matches!(header.get(16..20)?, b"RGB " | b"GRAY");
    let count = usize::try_from(number(profile, 128)?).ok()?;
    if !is_known || count > 100 {
        return None;
    }
    let mut kept: Vec<(&[u8], &[u8])> = Vec::new();
    for index in 0..count {
        let entry = profile.get(132 + index * 12..)?;
        let name = entry.get(..4)?;
        let offset = usize::try_from(number(entry, 4)?).ok()?;
        let size = usize::try_from(number(entry, 8)?).ok()?;
        let content = profile.get(offset..offset.checked_add(size)?)?;
        let is_measure =
            TAGS.iter().any(|tag| *tag == name) && FORMS.iter().any(|form| content.starts_with(*form));
        if is_measure && !kept.iter().any(|(other, _)| *other == name) {
            kept.push((name, content));
        }
    }
    if kept.is_empty() {
        return None;
    }

    let mut out = header.to_vec();
    // Preferred module, date, platform, maker and model of the device, creator, identity and what is reserved.
    for range in [4..8, 24..36, 40..44, 48..56, 80..128] {
        out.get_mut(range)?.fill(0);
    }
    out.extend(u32::try_from(kept.len()).ok()?.to_be_bytes());
    let mut contents: Vec<u8> = Vec::new();
    let contents_start = 132 + kept.len() * 12;
    let mut placed: Vec<(&[u8], usize)> = Vec::new();
    for (name, content) in kept {
        // The three curves are often one.
        let offset = match placed.iter().find(|(other, _)| *other == content) {
            Some((_, offset)) => *offset,
            None => {
                let offset = contents_start + contents.len();
                contents.extend_from_slice(content);
                contents.resize(contents.len().next_multiple_of(4), 0);
                placed.push((content, offset));
                offset
            }
        };
        if contents.len() > MAX_PROFILE {
            return None;
        }
        out.extend_from_slice(name);
        out.extend(u32::try_from(offset).ok()?.to_be_bytes());
        out.extend(u32::try_from(content.len()).ok()?.to_be_bytes());
    }
    out.extend(contents);
    let size = u32::try_from(out.len()).ok()?;
    out.get_mut(..4)?.copy_from_slice(&size.to_be_bytes());
    Some(out)
}

/// Whether a profile is for colours of red, green and blue.
pub(super) fn is_rgb(profile: &[u8]) -> bool {
    profile.get(16..20) == Some(b"RGB ")
}

fn number(data: &[u8], position: usize) -> Option<u32> {
    super::boxes::u32_at(data, position)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A profile with a telling name, two measures that share their bytes, and an owner's name.
    pub(in crate::media) fn profile() -> Vec<u8> {
        let mut out = vec![0; 128];
        out[8] = 4;
        out[12..24].copy_from_slice(b"mntrRGB XYZ ");
        out[24..36].fill(7);
        out[36..40].copy_from_slice(b"acsp");
        out[48..52].copy_from_slice(b"ANNA");
        let tags: [(&[u8; 4], &[u8]); 5] = [
            (b"desc", b"mluc\0\0\0\0\0\0\0\x01ANNAS SCREEN"),
            (b"rXYZ", b"XYZ \0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0"),
            (b"rTRC", b"curv\0\0\0\0\0\0\0\x01\x02\x33"),
            (b"gTRC", b"curv\0\0\0\0\0\0\0\x01\x02\x33"),
            (b"wtpt", b"text\0\0\0\0ANNA"),
        ];
        out.extend((tags.len() as u32).to_be_bytes());
        let mut offset = 132 + tags.len() * 12;
        for (name, content) in tags {
            out.extend(name);
            out.extend((offset as u32).to_be_bytes());
            out.extend((content.len() as u32).to_be_bytes());
            offset += content.len();
        }
        for (_, content) in tags {
            out.extend(content);
        }
        let size = out.len() as u32;
        out[..4].copy_from_slice(&size.to_be_bytes());
        out
    }

    #[test]
    fn a_profile_keeps_its_measures_and_loses_its_words() {
        let kept = essence(&profile()).unwrap();

        assert!(!kept.windows(4).any(|part| part == b"ANNA"));
        assert_eq!(number(&kept, 0), Some(kept.len() as u32));
        assert_eq!(number(&kept, 128), Some(3));
        assert_eq!(number(&kept, 132 + 16), number(&kept, 132 + 28));
        assert_eq!(essence(&kept), Some(kept));
    }

    #[test]
    fn no_mutation_of_a_profile_makes_us_panic() {
        let whole = profile();
        for position in 0..whole.len() {
            for value in [0, 1, 0x7f, 0xff] {
                let mut broken = whole.clone();
                broken[position] = value;
                essence(&broken);
            }
            essence(&whole[..position]);
        }
    }
}
