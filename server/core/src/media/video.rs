//! Videos: measured and rid of metadata by their containers alone; no frame is decoded.
//!
//! There is no preview: a picture for it comes from the person's app with the video, and goes through [`super::picture`].

use super::{Kind, Limits, MediaError, check_pixels, inspect, mp4, webm};

/// A video, ready to be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Video {
    /// The file, as long as it came, with metadata overwritten.
    pub bytes: Vec<u8>,
    /// Its kind, which gives media type and ending.
    pub kind: Kind,
    /// Its width in pixels, as it is shown.
    pub width: u32,
    /// Its height in pixels, as it is shown.
    pub height: u32,
    /// How many seconds it lasts; `None` if it doesn't tell.
    pub duration: Option<f64>,
    /// Frames a second; `None` if it doesn't tell.
    pub frame_rate: Option<f64>,
}

/// What a container says of its video.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Facts {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) duration: Option<f64>,
    pub(super) frame_rate: Option<f64>,
}

/// Makes a video of the bytes that somebody sent.
///
/// Metadata is overwritten where it stands, so that nothing else has to move: place, names, devices, times, comments,
/// attachments, and tracks that are neither picture, sound nor text (some cameras write one with the places passed).
///
/// Fails with the sentence for the person: a kind that can't be used, too many bytes, pixels or frames, damage.
pub fn prepare(mut bytes: Vec<u8>, limits: &Limits) -> Result<Video, MediaError> {
    let kind = inspect(&bytes)?;
    if !kind.is_video() {
        return Err(MediaError::NotAVideo);
    }
    if bytes.len() > limits.video_bytes {
        return Err(MediaError::TooLarge { mebibytes: limits.video_bytes / (1024 * 1024) });
    }
    let facts = if kind == Kind::Mp4 { mp4::clean(&mut bytes)? } else { webm::clean(&mut bytes)? };
    check_pixels(facts.width, facts.height, limits.video_pixels)?;
    // A second of 120 frames may be measured as 120.02.
    if facts.frame_rate.is_some_and(|rate| rate > f64::from(limits.video_frame_rate) + 0.5) {
        return Err(MediaError::TooFast { max: limits.video_frame_rate });
    }
    let Facts { width, height, duration, frame_rate } = facts;
    Ok(Video { bytes, kind, width, height, duration, frame_rate })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn videos_keep_their_length_and_tell_their_measures() {
        let limits = Limits::default();

        let mp4 = prepare(mp4::tests::video(false, true), &limits).unwrap();
        let webm = prepare(webm::tests::video(), &limits).unwrap();

        assert_eq!((mp4.kind, mp4.width, mp4.height, mp4.duration), (Kind::Mp4, 640, 360, Some(10.0)));
        assert_eq!((webm.kind, webm.width, webm.height, webm.duration), (Kind::WebM, 640, 360, Some(10.0)));
        assert_eq!(mp4.bytes.len(), mp4::tests::video(false, true).len());
    }

    #[test]
    fn c21_what_is_too_large_too_wide_or_too_fast_is_refused() {
        let bytes = webm::tests::video();
        let with = |change: fn(&mut Limits)| {
            let mut limits = Limits::default();
            change(&mut limits);
            prepare(bytes.clone(), &limits)
        };

        assert!(matches!(with(|limits| limits.video_bytes = 100), Err(MediaError::TooLarge { .. })));
        assert!(matches!(
            with(|limits| limits.video_pixels = 640 * 360 - 1),
            Err(MediaError::TooManyPixels { width: 640, .. })
        ));
        assert!(matches!(with(|limits| limits.video_frame_rate = 24), Err(MediaError::TooFast { max: 24 })));
        assert!(matches!(prepare(b"GIF89a".to_vec(), &Limits::default()), Err(MediaError::NotAVideo)));
    }
}
