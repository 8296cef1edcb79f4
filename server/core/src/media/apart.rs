//! AVIF decoded by a process of its own.
//!
//! The decoder (re_rav1d) is a translation from C whose inner functions are `extern "C"`: where one of them panics, over a
//! damaged picture, nothing unwinds and the whole process ends. So it is a process that may end: this program again,
//! called with [`ARGUMENT`], a picture on its standard input and pixels on its standard output. There it may also have
//! only so much memory and time.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use image::{DynamicImage, RgbImage, RgbaImage};

use super::{Limits, MediaError, avif};

/// What the program is called with to decode one picture.
pub const ARGUMENT: &str = "decode-avif";

static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// Says which program decodes AVIF from now on. Without one it is done in this process, which suits tests alone.
pub fn use_program(program: PathBuf) {
    let _ = PROGRAM.set(program);
}

/// The program's part: reads a picture and writes its pixels; says whether it could.
pub fn decode_one(mut input: impl Read, mut output: impl Write) -> bool {
    let limits = Limits::default();
    let mut data = Vec::new();
    if (&mut input).take(limits.picture_bytes as u64).read_to_end(&mut data).is_err() {
        return false;
    }
    let Ok(image) = avif::decode_pixels(&data, limits.picture_pixels) else { return false };
    let head = [image.width(), image.height(), u32::from(image.color().channel_count())];
    let head: Vec<u8> = head.iter().flat_map(|number| number.to_be_bytes()).collect();
    output
        .write_all(&head)
        .and_then(|()| output.write_all(image.as_bytes()))
        .and_then(|()| output.flush())
        .is_ok()
}

/// Decodes a picture, in a process of its own if there is a program for it.
pub(super) fn decode(data: &[u8], max_pixels: u64) -> Result<DynamicImage, MediaError> {
    match PROGRAM.get() {
        Some(program) => decode_by(program, data, max_pixels),
        None => avif::decode_pixels(data, max_pixels),
    }
}

fn decode_by(program: &Path, data: &[u8], max_pixels: u64) -> Result<DynamicImage, MediaError> {
    let mut child = Command::new(program)
        .arg(ARGUMENT)
        // Settings may hold passwords, which are none of its business.
        .env_clear()
        // The allocator would take a whole GiB of addresses in advance, which is all that the decoder may have.
        .env("MIMALLOC_ARENA_RESERVE", "0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let (input, output) = (child.stdin.take(), child.stdout.take());
    let decoded = std::thread::scope(|scope| {
        // A process that ended early does not want to hear the rest.
        scope.spawn(move || input.map(|mut input| input.write_all(data)));
        output.ok_or(MediaError::Broken).and_then(|output| read(output, max_pixels))
    });
    if decoded.is_err() {
        let _ = child.kill();
    }
    let ended = child.wait()?;
    if !ended.success() {
        tracing::info!("A picture could not be decoded: the decoder ended with {ended}");
        return Err(MediaError::Broken);
    }
    decoded
}

fn read(mut output: impl Read, max_pixels: u64) -> Result<DynamicImage, MediaError> {
    let mut number = || -> io::Result<u32> {
        let mut bytes = [0; 4];
        output.read_exact(&mut bytes)?;
        Ok(u32::from_be_bytes(bytes))
    };
    let broken = |_| MediaError::Broken;
    let (width, height) = (number().map_err(broken)?, number().map_err(broken)?);
    let channels = number().map_err(broken)?;
    super::check_pixels(width, height, max_pixels)?;
    let length = u64::from(width) * u64::from(height) * u64::from(channels.min(4));
    let mut pixels = Vec::new();
    output.take(length).read_to_end(&mut pixels).map_err(broken)?;
    let image = match channels {
        3 => RgbImage::from_raw(width, height, pixels).map(DynamicImage::from),
        4 => RgbaImage::from_raw(width, height, pixels).map(DynamicImage::from),
        _ => None,
    };
    image.ok_or(MediaError::Broken)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    const FILE: &[u8] =
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/media/alpha.avif"));
    const PIXELS: u64 = 1 << 20;

    /// Runs a shell script in the decoder's place.
    fn decode_by_script(script: &str) -> Result<DynamicImage, MediaError> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let program = std::env::temp_dir().join(format!("stadtbote-decoder-{}-{number}", std::process::id()));
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).unwrap();
        let decoded = decode_by(&program, FILE, PIXELS);
        std::fs::remove_file(&program).unwrap();
        decoded
    }

    #[test]
    fn what_the_decoder_writes_is_the_picture() {
        let mut written = Vec::new();

        assert!(decode_one(FILE, &mut written));

        let here = avif::decode_pixels(FILE, PIXELS).unwrap();
        assert_eq!(read(written.as_slice(), PIXELS).ok(), Some(here));
    }

    #[test]
    fn c22_a_decoder_that_dies_lies_or_never_stops_talking_costs_only_its_picture() {
        for script in [
            "kill -ABRT $$",
            "cat >/dev/null; exit 1",
            "exit 0",
            "cat >/dev/null; printf 'short'",
            // 65536 × 65536 pixels, and 2 × 2 of seven channels.
            r"printf '\000\001\000\000\000\001\000\000\000\000\000\003'; cat /dev/zero",
            r"printf '\000\000\000\002\000\000\000\002\000\000\000\007'; cat /dev/zero",
        ] {
            assert!(decode_by_script(script).is_err(), "{script}");
        }
    }
}
