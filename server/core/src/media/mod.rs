//! Pictures and videos: what they are, whether they may be used, and a form of them without metadata.
//!
//! Everything that looks into a file is synchronous and can take seconds and some hundred megabytes; call it through
//! [`MediaWork`]. The rooms: [`picture`] and [`video`] are the two doors, [`files`] keeps what comes out of them.

use std::sync::Arc;

use tokio::sync::Semaphore;

pub mod apart;
mod avif;
mod boxes;
pub mod files;
mod icc;
mod mp4;
pub mod picture;
pub mod qr;
mod strip;
pub mod video;
mod webm;

pub use files::MediaStore;

/// What a file may be at most. The defaults are Mastodon's, which other servers and apps expect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Largest picture file, in bytes.
    pub picture_bytes: usize,
    /// Most pixels of a picture.
    pub picture_pixels: u64,
    /// Largest video file, in bytes.
    pub video_bytes: usize,
    /// Most pixels of a video's frame.
    pub video_pixels: u64,
    /// Most frames a second of a video, where it tells.
    pub video_frame_rate: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            picture_bytes: 16 * 1024 * 1024,
            picture_pixels: 33_177_600,
            video_bytes: 99 * 1024 * 1024,
            video_pixels: 8_294_400,
            video_frame_rate: 120,
        }
    }
}

/// A kind of file that can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A JPEG picture.
    Jpeg,
    /// A PNG picture, perhaps animated.
    Png,
    /// A WebP picture, perhaps animated.
    WebP,
    /// A GIF picture, perhaps animated.
    Gif,
    /// An AVIF picture.
    Avif,
    /// An MP4 video.
    Mp4,
    /// A WebM video.
    WebM,
}

impl Kind {
    /// Its media type.
    pub fn mime(self) -> &'static str {
        match self {
            Kind::Jpeg => "image/jpeg",
            Kind::Png => "image/png",
            Kind::WebP => "image/webp",
            Kind::Gif => "image/gif",
            Kind::Avif => "image/avif",
            Kind::Mp4 => "video/mp4",
            Kind::WebM => "video/webm",
        }
    }

    /// The usual ending of a file's name, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Kind::Jpeg => "jpg",
            Kind::Png => "png",
            Kind::WebP => "webp",
            Kind::Gif => "gif",
            Kind::Avif => "avif",
            Kind::Mp4 => "mp4",
            Kind::WebM => "webm",
        }
    }

    /// Whether it is a video rather than a picture; an animated picture is a picture.
    pub fn is_video(self) -> bool {
        matches!(self, Kind::Mp4 | Kind::WebM)
    }
}

/// Why a file can't be used. The text is one sentence for the person who sent it.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// It is of no kind that we know.
    #[error(
        "This kind of file can't be used; pictures can be JPEG, PNG, WebP, GIF or AVIF, videos MP4 or WebM."
    )]
    UnknownKind,
    /// It is a video where a picture was needed.
    #[error("A picture is needed here, and this is a video.")]
    NotAPicture,
    /// It is a picture where a video was needed.
    #[error("A video is needed here, and this is a picture.")]
    NotAVideo,
    /// It has too many bytes.
    #[error("This file is too large; at most {mebibytes} MiB are possible.")]
    TooLarge {
        /// The limit.
        mebibytes: usize,
    },
    /// It has too many pixels.
    #[error("This file is {width} × {height} pixels; at most {max} pixels in all are possible.")]
    TooManyPixels {
        /// Its width.
        width: u32,
        /// Its height.
        height: u32,
        /// The limit.
        max: u64,
    },
    /// It has too many frames a second.
    #[error("This video has too many pictures a second; at most {max} are possible.")]
    TooFast {
        /// The limit.
        max: u32,
    },
    /// It breaks the rules of its kind.
    #[error("This file is damaged and can't be read.")]
    Broken,
    /// It is of a known kind, but built in a way that we can't deal with.
    #[error("{0}")]
    Unsupported(&'static str),
    /// The name under which it should be kept isn't allowed.
    #[error("The file could not be kept.")]
    InvalidKey,
    /// The disk refused.
    #[error("The file could not be kept.")]
    Storage(#[from] std::io::Error),
}

/// What kind of file these bytes are, judged by nothing but the bytes. A name or a declared type is never believed.
pub fn inspect(bytes: &[u8]) -> Result<Kind, MediaError> {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    if starts(b"\xff\xd8\xff") {
        return Ok(Kind::Jpeg);
    }
    if starts(b"\x89PNG\r\n\x1a\n") {
        return Ok(Kind::Png);
    }
    if starts(b"GIF87a") || starts(b"GIF89a") {
        return Ok(Kind::Gif);
    }
    if starts(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Ok(Kind::WebP);
    }
    if webm::is_webm(bytes) {
        return Ok(Kind::WebM);
    }
    match boxes::brands(bytes) {
        Some(brands) if brands.iter().any(|brand| matches!(*brand, b"avif" | b"avis")) => Ok(Kind::Avif),
        Some(brands) if brands.iter().any(|brand| mp4::BRANDS.contains(brand)) => Ok(Kind::Mp4),
        _ => Err(MediaError::UnknownKind),
    }
}

/// Runs work on media beside the async threads, a bounded number at once, since each piece may need some hundred
/// megabytes.
#[derive(Debug, Clone)]
pub struct MediaWork {
    slots: Arc<Semaphore>,
}

impl Default for MediaWork {
    fn default() -> Self {
        MediaWork::new(2)
    }
}

impl MediaWork {
    /// At most this many pieces of work run at once; the others wait.
    pub fn new(at_once: usize) -> Self {
        MediaWork { slots: Arc::new(Semaphore::new(at_once.max(1))) }
    }

    /// Runs one piece of work as soon as a slot is free. If it panics, the file is called broken.
    pub async fn run<T, F>(&self, work: F) -> Result<T, MediaError>
    where
        T: Send + 'static,
        F: FnOnce() -> Result<T, MediaError> + Send + 'static,
    {
        let slot = Arc::clone(&self.slots).acquire_owned().await.map_err(|_| MediaError::Broken)?;
        let work = tokio::task::spawn_blocking(move || {
            // Held by the work rather than by the waiting caller, who may go away.
            let _slot = slot;
            work()
        });
        work.await.unwrap_or(Err(MediaError::Broken))
    }
}

/// Fails if there are more pixels than allowed, or none.
fn check_pixels(width: u32, height: u32, max: u64) -> Result<(), MediaError> {
    match u64::from(width) * u64::from(height) {
        0 => Err(MediaError::Broken),
        pixels if pixels > max => Err(MediaError::TooManyPixels { width, height, max }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_their_first_bytes_alone() {
        let ftyp = |brands: &[u8]| [&(8 + brands.len() as u32).to_be_bytes(), &b"ftyp"[..], brands].concat();
        assert_eq!(inspect(b"\xff\xd8\xff\xe0").ok(), Some(Kind::Jpeg));
        assert_eq!(inspect(b"GIF89a").ok(), Some(Kind::Gif));
        assert_eq!(inspect(b"RIFF\0\0\0\0WEBP").ok(), Some(Kind::WebP));
        assert_eq!(inspect(&ftyp(b"avif\0\0\0\0mif1")).ok(), Some(Kind::Avif));
        assert_eq!(inspect(&ftyp(b"mif1\0\0\0\0miafavif")).ok(), Some(Kind::Avif));
        assert_eq!(inspect(&ftyp(b"isom\0\0\0\0mp42")).ok(), Some(Kind::Mp4));
        let refused: [&[u8]; 9] = [
            b"",
            b"RIFF\0\0\0\0WAVE",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"%PDF-1.7",
            b"BM",
            b"\x1a\x45\xdf\xa3",
            &ftyp(b"heic\0\0\0\0mif1"),
            &ftyp(b"qt  \0\0\0\0qt  "),
            b"<!DOCTYPE html>",
        ];
        for bytes in refused {
            let error = inspect(bytes).unwrap_err();
            assert!(error.to_string().ends_with("MP4 or WebM."));
        }
    }

    #[tokio::test]
    async fn work_that_panics_is_a_broken_file_and_frees_its_slot() {
        let work = MediaWork::new(1);

        let panicked: Result<(), _> = work.run(|| panic!("as a decoder might")).await;
        let next = work.run(|| Ok(1)).await;

        assert!(matches!(panicked, Err(MediaError::Broken)));
        assert_eq!(next.ok(), Some(1));
    }
}
