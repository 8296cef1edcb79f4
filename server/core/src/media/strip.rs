//! Pictures without metadata, their pixels untouched.
//!
//! Each kind is taken apart and put together again from a list of parts that are needed to show it; whatever isn't on
//! the list, known or not, is gone, and so is all that lies behind the picture's end.

use super::{Kind, MediaError};

/// A picture without metadata.
pub(super) struct Stripped {
    /// The new file.
    pub(super) bytes: Vec<u8>,
    /// Whether it has several frames.
    pub(super) is_animated: bool,
}

/// Takes a picture's metadata away; `profile` is the colour profile to put in.
pub(super) fn strip(kind: Kind, data: &[u8], profile: Option<&[u8]>) -> Result<Stripped, MediaError> {
    let stripped = match kind {
        Kind::Jpeg => jpeg(data, profile),
        Kind::Png => png(data, profile),
        Kind::WebP => webp(data, profile),
        Kind::Gif => gif(data),
        _ => None,
    };
    stripped.ok_or(MediaError::Broken)
}

fn jpeg(data: &[u8], mut profile: Option<&[u8]>) -> Option<Stripped> {
    let mut out = Vec::with_capacity(data.len());
    out.extend_from_slice(data.strip_prefix(b"\xff\xd8").map(|_| b"\xff\xd8")?);
    let mut at = 2;
    let mut has_scan = false;
    loop {
        let marker = match data.get(at..at + 2) {
            Some([0xff, 0xff]) => {
                at += 1;
                continue;
            }
            Some([0xff, marker]) => *marker,
            // Cameras that were switched off: what is there can be shown.
            None if has_scan => 0xd9,
            _ => return None,
        };
        at += 2;
        match marker {
            0xd9 => {
                out.extend_from_slice(b"\xff\xd9");
                return has_scan.then_some(Stripped { bytes: out, is_animated: false });
            }
            0x01 | 0xd0..=0xd7 => continue,
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes(*data.get(at..)?.first_chunk()?));
        let content = data.get(at + 2..at + length)?;
        at += length;
        let kept = match marker {
            0xe0 if content.starts_with(b"JFIF\0") && content.len() >= 14 => {
                // Without the little picture in it.
                [content.get(..12)?, &[0, 0]].concat()
            }
            // Says how the colours are coded.
            0xee if content.starts_with(b"Adobe") && content.len() >= 12 => content.get(..12)?.to_vec(),
            0xc0..=0xcf | 0xda..=0xdd if marker != 0xc8 => content.to_vec(),
            _ => continue,
        };
        if marker != 0xe0
            && let Some(profile) = profile.take()
        {
            segment(0xe2, &[b"ICC_PROFILE\0\x01\x01", profile].concat(), &mut out)?;
        }
        segment(marker, &kept, &mut out)?;
        if marker == 0xda {
            has_scan = true;
            let rest = data.get(at..)?;
            let length = rest
                .windows(2)
                .position(|pair| pair[0] == 0xff && !matches!(pair[1], 0 | 0xd0..=0xd7 | 0xff))
                .unwrap_or(rest.len());
            out.extend_from_slice(rest.get(..length)?);
            at += length;
        }
    }
}

fn segment(marker: u8, content: &[u8], out: &mut Vec<u8>) -> Option<()> {
    out.extend([0xff, marker]);
    out.extend(u16::try_from(content.len() + 2).ok()?.to_be_bytes());
    out.extend_from_slice(content);
    Some(())
}

fn png(data: &[u8], profile: Option<&[u8]>) -> Option<Stripped> {
    const KEPT: [&[u8; 4]; 14] = [
        b"IHDR", b"PLTE", b"IDAT", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs", b"cICP",
        b"acTL", b"fcTL", b"fdAT",
    ];
    let mut out = Vec::with_capacity(data.len());
    out.extend_from_slice(data.get(..8)?);
    let mut at = 8;
    let mut is_animated = false;
    loop {
        let length = usize::try_from(u32::from_be_bytes(*data.get(at..)?.first_chunk()?)).ok()?;
        let kind: &[u8; 4] = data.get(at + 4..)?.first_chunk()?;
        let content = data.get(at + 8..(at + 8).checked_add(length)?)?;
        at = at + 12 + length;
        if kind == b"IEND" {
            chunk(kind, &[], &mut out)?;
            return Some(Stripped { bytes: out, is_animated });
        }
        // A profile and the statement that there is none needed exclude each other.
        if !KEPT.contains(&kind) || (kind == b"sRGB" && profile.is_some()) {
            continue;
        }
        is_animated |= kind == b"acTL";
        chunk(kind, content, &mut out)?;
        if kind == b"IHDR"
            && let Some(profile) = profile
        {
            chunk(b"iCCP", &[b"profile\0\0", &zlib_stored(profile)[..]].concat(), &mut out)?;
        }
    }
}

fn chunk(kind: &[u8; 4], content: &[u8], out: &mut Vec<u8>) -> Option<()> {
    out.extend(u32::try_from(content.len()).ok()?.to_be_bytes());
    let start = out.len();
    out.extend_from_slice(kind);
    out.extend_from_slice(content);
    let sum = crc32(out.get(start..)?);
    out.extend(sum.to_be_bytes());
    Some(())
}

/// The check sum of a PNG chunk (PNG specification, annex D).
fn crc32(data: &[u8]) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut index = 0;
        while index < 256 {
            let mut value = index as u32;
            let mut bit = 0;
            while bit < 8 {
                value = if value & 1 == 1 { 0xedb8_8320 ^ (value >> 1) } else { value >> 1 };
                bit += 1;
            }
            table[index] = value;
            index += 1;
        }
        table
    };
    !data.iter().fold(!0, |sum: u32, byte| TABLE[usize::from((sum as u8) ^ byte)] ^ (sum >> 8))
}

/// Data in the form of a zlib stream (RFC 1950), stored and not compressed: at most 65,535 bytes.
fn zlib_stored(data: &[u8]) -> Vec<u8> {
    let length = data.len().min(usize::from(u16::MAX));
    let (data, size) = (&data[..length], length as u16);
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in data {
        a = (a + u32::from(*byte)) % 65521;
        b = (b + a) % 65521;
    }
    let mut out = vec![0x78, 0x01, 0x01];
    out.extend(size.to_le_bytes());
    out.extend((!size).to_le_bytes());
    out.extend_from_slice(data);
    out.extend(((b << 16) | a).to_be_bytes());
    out
}

fn webp(data: &[u8], profile: Option<&[u8]>) -> Option<Stripped> {
    const HAS_PROFILE: u8 = 0x20;
    const HAS_EXIF: u8 = 0x08;
    const HAS_XMP: u8 = 0x04;
    let size = usize::try_from(u32::from_le_bytes(*data.get(4..)?.first_chunk()?)).ok()?;
    let data = data.get(..size.checked_add(8)?.min(data.len()))?;
    let mut out = b"RIFF\0\0\0\0WEBP".to_vec();
    let mut frames = 0;
    for (kind, content) in riff_chunks(data.get(12..)?)? {
        match &kind {
            b"VP8X" => {
                let mut content = content.to_vec();
                let flags = content.first_mut()?;
                *flags &= !(HAS_EXIF | HAS_XMP | HAS_PROFILE);
                if profile.is_some() {
                    *flags |= HAS_PROFILE;
                }
                riff_chunk(kind, &content, &mut out)?;
                if let Some(profile) = profile {
                    riff_chunk(*b"ICCP", profile, &mut out)?;
                }
            }
            b"ANMF" => {
                frames += 1;
                let mut frame = content.get(..16)?.to_vec();
                for (kind, content) in riff_chunks(content.get(16..)?)? {
                    if matches!(&kind, b"ALPH" | b"VP8 " | b"VP8L") {
                        riff_chunk(kind, content, &mut frame)?;
                    }
                }
                riff_chunk(kind, &frame, &mut out)?;
            }
            b"VP8 " | b"VP8L" | b"ALPH" | b"ANIM" => riff_chunk(kind, content, &mut out)?,
            _ => {}
        }
    }
    let size = u32::try_from(out.len() - 8).ok()?;
    out.get_mut(4..8)?.copy_from_slice(&size.to_le_bytes());
    Some(Stripped { bytes: out, is_animated: frames > 1 })
}

fn riff_chunks(mut data: &[u8]) -> Option<Vec<([u8; 4], &[u8])>> {
    let mut chunks = Vec::new();
    while data.len() >= 8 {
        let kind = *data.first_chunk()?;
        let length = usize::try_from(u32::from_le_bytes(*data.get(4..)?.first_chunk()?)).ok()?;
        chunks.push((kind, data.get(8..length.checked_add(8)?)?));
        data = data.get(8 + length.next_multiple_of(2)..).unwrap_or_default();
    }
    Some(chunks)
}

fn riff_chunk(kind: [u8; 4], content: &[u8], out: &mut Vec<u8>) -> Option<()> {
    out.extend(kind);
    out.extend(u32::try_from(content.len()).ok()?.to_le_bytes());
    out.extend_from_slice(content);
    if content.len() % 2 == 1 {
        out.push(0);
    }
    Some(())
}

fn gif(data: &[u8]) -> Option<Stripped> {
    let table_size = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    let mut at = 13 + table_size(*data.get(10)?);
    let mut out = data.get(..at)?.to_vec();
    let mut frames = 0;
    loop {
        match data.get(at) {
            Some(0x2c) => {
                let start = at;
                at += 10 + table_size(*data.get(at + 9)?);
                at = sub_blocks_end(data, at + 1)?;
                out.extend_from_slice(data.get(start..at)?);
                frames += 1;
            }
            Some(0x21) => {
                let start = at;
                let label = *data.get(at + 1)?;
                at = sub_blocks_end(data, at + 2)?;
                let block = data.get(start..at)?;
                // How long a frame stays, and how often the whole is repeated; comments, texts and other programs' data go.
                let is_loop = [b"\x21\xff\x0bNETSCAPE2.0\x03\x01", b"\x21\xff\x0bANIMEXTS1.0\x03\x01"]
                    .iter()
                    .any(|start| block.starts_with(*start));
                if label == 0xf9 && block.len() == 8 {
                    out.extend_from_slice(block);
                } else if is_loop {
                    out.extend_from_slice(block.get(..18)?);
                    out.push(0);
                }
            }
            Some(0x3b) | None if frames > 0 => {
                out.push(0x3b);
                return Some(Stripped { bytes: out, is_animated: frames > 1 });
            }
            _ => return None,
        }
    }
}

fn sub_blocks_end(data: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match usize::from(*data.get(at)?) {
            0 => return Some(at + 1),
            length => at += 1 + length,
        }
    }
}
