//! Pictures: decoded within limits, turned upright, without metadata, with a preview and a blurhash.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, RgbImage};

use super::{Kind, Limits, MediaError, avif, check_pixels, icc, inspect, strip};

/// A preview has at most as many pixels as this (640 × 360), as Mastodon's `small`.
pub const PREVIEW_PIXELS: u32 = 230_400;

/// Quality of JPEG files that stand for an original.
const ORIGINAL_QUALITY: u8 = 92;

/// Quality of JPEG files that are smaller than what they were made from.
const PREVIEW_QUALITY: u8 = 85;

/// What a decoder may allocate: the largest picture with 16 bits in each of four channels, and its own needs.
const DECODER_BYTES: u64 = 512 * 1024 * 1024;

/// The longest side of a preview. Only pictures like ribbons get there.
const MAX_PREVIEW_SIDE: u32 = 4096;

/// One picture file made here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its kind, which gives media type and ending.
    pub kind: Kind,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
}

/// A picture, ready to be kept and shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The picture itself, without metadata.
    pub file: Encoded,
    /// A small one of it, never larger than itself and never animated.
    pub preview: Encoded,
    /// A blurred impression in about 28 letters (blurha.sh, 4 × 3 components).
    pub blurhash: String,
    /// Whether the picture moves.
    pub is_animated: bool,
}

/// Makes a picture of the bytes that somebody sent.
///
/// Metadata (Exif with its places and names, XMP, IPTC, comments, embedded previews, what hangs behind the end) is gone
/// afterwards. Where possible the pixels' own data stay as they came; a picture that metadata said to turn is turned and
/// written anew, and AVIF becomes JPEG, or PNG if it is transparent in places.
///
/// Fails with the sentence for the person: a kind that can't be used, too many bytes or pixels, damage.
pub fn prepare(bytes: &[u8], limits: &Limits) -> Result<Picture, MediaError> {
    let Decoded { kind, image, orientation, profile } = decode(bytes, limits)?;
    let is_upright = orientation == Orientation::NoTransforms;
    let mut is_animated = false;
    let mut kept = None;
    if kind != Kind::Avif {
        let stripped = strip::strip(kind, bytes, profile.as_deref())?;
        is_animated = stripped.is_animated;
        // Turning an animation would mean to decode all of it; hardly any says to be turned.
        if is_upright || is_animated {
            kept = Some(stripped.bytes);
        }
    }
    let image = if kept.is_some() { image } else { upright(image, orientation) };
    let file = match kept {
        Some(bytes) => Encoded { bytes, kind, width: image.width(), height: image.height() },
        None if kind == Kind::Png => encode_png(&image, profile.as_deref())?,
        None => encode(&image, profile.as_deref(), ORIGINAL_QUALITY)?,
    };
    let preview = encode(&shrink(&image, PREVIEW_PIXELS), profile.as_deref(), PREVIEW_QUALITY)?;
    let blurhash = blurhash(&image)?;
    Ok(Picture { file, preview, blurhash, is_animated })
}

/// Makes a picture of given proportions, such as an avatar (400 × 400) or a header (1500 × 500): cut evenly at two sides
/// where needed, made smaller but never larger, without metadata.
///
/// It never moves, so it serves as the static variant too: what moves beside every post disturbs many readers.
pub fn fill(bytes: &[u8], width: u32, height: u32, limits: &Limits) -> Result<Encoded, MediaError> {
    let Decoded { image, orientation, profile, .. } = decode(bytes, limits)?;
    let image = upright(image, orientation);
    let (cut_width, cut_height) = largest_of_proportions(image.width(), image.height(), width, height);
    let cut = image.crop_imm(
        (image.width() - cut_width) / 2,
        (image.height() - cut_height) / 2,
        cut_width,
        cut_height,
    );
    let filled = if cut_width > width {
        cut.resize_exact(width.max(1), height.max(1), FilterType::Triangle)
    } else {
        cut
    };
    encode(&filled, profile.as_deref(), PREVIEW_QUALITY)
}

/// Makes a small still of a picture, with its proportions: at most this many pixels, never larger than it was, without
/// metadata.
pub fn small(bytes: &[u8], pixels: u32, limits: &Limits) -> Result<Encoded, MediaError> {
    let Decoded { image, orientation, profile, .. } = decode(bytes, limits)?;
    encode(&shrink(&upright(image, orientation), pixels), profile.as_deref(), PREVIEW_QUALITY)
}

/// A decoded picture with 8 bits a channel, RGB, or RGBA if it is transparent anywhere.
struct Decoded {
    kind: Kind,
    image: DynamicImage,
    orientation: Orientation,
    profile: Option<Vec<u8>>,
}

fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, MediaError> {
    let kind = inspect(bytes)?;
    if kind.is_video() {
        return Err(MediaError::NotAPicture);
    }
    if bytes.len() > limits.picture_bytes {
        return Err(MediaError::TooLarge { mebibytes: limits.picture_bytes / (1024 * 1024) });
    }
    let format = match kind {
        Kind::Jpeg => ImageFormat::Jpeg,
        Kind::Png => ImageFormat::Png,
        Kind::WebP => ImageFormat::WebP,
        Kind::Gif => ImageFormat::Gif,
        _ => {
            let avif = avif::decode(bytes, limits.picture_pixels)?;
            let image = plain(avif.image);
            return Ok(Decoded { kind, image, orientation: avif.orientation, profile: avif.profile });
        }
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut decoder_limits = image::Limits::default();
    decoder_limits.max_alloc = Some(DECODER_BYTES);
    reader.limits(decoder_limits);
    let mut decoder = reader.into_decoder().map_err(|_| MediaError::Broken)?;
    let (width, height) = decoder.dimensions();
    check_pixels(width, height, limits.picture_pixels)?;
    // Broken metadata isn't worth refusing a picture that can be seen.
    let profile = decoder.icc_profile().ok().flatten().and_then(|profile| icc::essence(&profile));
    let exif = decoder.exif_metadata().ok().flatten();
    let orientation = exif
        .and_then(|exif| Orientation::from_exif_chunk(exif.strip_prefix(b"Exif\0\0").unwrap_or(&exif)))
        .unwrap_or(Orientation::NoTransforms);
    let image = plain(DynamicImage::from_decoder(decoder).map_err(|_| MediaError::Broken)?);
    Ok(Decoded { kind, image, orientation, profile })
}

fn plain(image: DynamicImage) -> DynamicImage {
    if image.color().has_alpha() {
        let image = image.into_rgba8();
        if image.pixels().any(|pixel| pixel.0[3] != u8::MAX) {
            return image.into();
        }
        return DynamicImage::from(image).into_rgb8().into();
    }
    image.into_rgb8().into()
}

fn upright(mut image: DynamicImage, orientation: Orientation) -> DynamicImage {
    image.apply_orientation(orientation);
    image
}

/// The picture with at most this many pixels.
fn shrink(image: &DynamicImage, pixels: u32) -> DynamicImage {
    let (width, height) = (f64::from(image.width()), f64::from(image.height()));
    let scale = (f64::from(pixels) / (width * height)).sqrt();
    if scale >= 1.0 {
        return image.clone();
    }
    let side = |length: f64| ((length * scale).floor() as u32).clamp(1, MAX_PREVIEW_SIDE);
    image.resize_exact(side(width), side(height), FilterType::Triangle)
}

/// The largest width and height with the proportions of `to` that fit into a picture.
fn largest_of_proportions(width: u32, height: u32, to_width: u32, to_height: u32) -> (u32, u32) {
    let [width, height, to_width, to_height] =
        [width, height, to_width.max(1), to_height.max(1)].map(u64::from);
    let (cut_width, cut_height) = if width * to_height > height * to_width {
        (height * to_width / to_height, height)
    } else {
        (width, width * to_height / to_width)
    };
    // Both are at most what they were made of.
    (cut_width.clamp(1, width) as u32, cut_height.clamp(1, height) as u32)
}

fn blurhash(image: &DynamicImage) -> Result<String, MediaError> {
    let small = on_white(&image.thumbnail(64, 64));
    let rgba = DynamicImage::from(small).into_rgba8();
    blurhash::encode(4, 3, rgba.width(), rgba.height(), rgba.as_raw()).map_err(|_| MediaError::Broken)
}

fn on_white(image: &DynamicImage) -> RgbImage {
    let image = image.to_rgba8();
    RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let [r, g, b, alpha] = image.get_pixel(x, y).0;
        let over = |channel: u8| {
            ((u32::from(channel) * u32::from(alpha) + 255 * (255 - u32::from(alpha))) / 255) as u8
        };
        image::Rgb([over(r), over(g), over(b)])
    })
}

fn encode(image: &DynamicImage, profile: Option<&[u8]>, quality: u8) -> Result<Encoded, MediaError> {
    if image.color().has_alpha() {
        return encode_png(image, profile);
    }
    let mut bytes = Vec::new();
    write(JpegEncoder::new_with_quality(&mut bytes, quality), image, profile)?;
    Ok(Encoded { bytes, kind: Kind::Jpeg, width: image.width(), height: image.height() })
}

fn encode_png(image: &DynamicImage, profile: Option<&[u8]>) -> Result<Encoded, MediaError> {
    let mut bytes = Vec::new();
    write(PngEncoder::new(&mut bytes), image, profile)?;
    Ok(Encoded { bytes, kind: Kind::Png, width: image.width(), height: image.height() })
}

fn write(
    mut encoder: impl ImageEncoder,
    image: &DynamicImage,
    profile: Option<&[u8]>,
) -> Result<(), MediaError> {
    if let Some(profile) = profile.filter(|profile| icc::is_rgb(profile)) {
        // Both encoders used here take one; if they didn't, the picture would still be right, only paler.
        let _ = encoder.set_icc_profile(profile.to_vec());
    }
    encoder
        .write_image(image.as_bytes(), image.width(), image.height(), image.color().into())
        .map_err(|_| MediaError::Unsupported("This picture is too long and narrow to be used."))
}

#[cfg(test)]
mod tests {
    use image::codecs::gif::{GifDecoder, GifEncoder, Repeat};
    use image::codecs::jpeg::JpegDecoder;
    use image::codecs::png::PngDecoder;
    use image::codecs::webp::{WebPDecoder, WebPEncoder};
    use image::{AnimationDecoder, Frame, Rgba, RgbaImage};

    use super::*;
    use crate::media::icc::tests::profile;

    const SECRET: &[u8] = b"SECRET-48.137N-11.575E";

    fn limits() -> Limits {
        Limits::default()
    }

    fn has_secret(bytes: &[u8]) -> bool {
        bytes.windows(6).any(|part| part == b"SECRET") || bytes.windows(4).any(|part| part == b"ANNA")
    }

    /// Red, green, blue and white quarters, so that turns can be seen.
    fn quarters(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, y| {
            image::Rgb(match (x < width / 2, y < height / 2) {
                (true, true) => [220, 30, 30],
                (false, true) => [30, 200, 30],
                (true, false) => [30, 30, 220],
                (false, false) => [240, 240, 240],
            })
        })
    }

    fn jpeg_of(image: &RgbImage) -> Vec<u8> {
        let mut bytes = Vec::new();
        image.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 95)).unwrap();
        bytes
    }

    fn png_of(image: &RgbImage) -> Vec<u8> {
        let mut bytes = Vec::new();
        image.write_with_encoder(PngEncoder::new(&mut bytes)).unwrap();
        bytes
    }

    /// An Exif block with an orientation and a place.
    fn exif(orientation: u8) -> Vec<u8> {
        let mut out = b"MM\0\x2a\0\0\0\x08\0\x02".to_vec();
        out.extend([1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
        out.extend([0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38]);
        out.extend([0; 4]);
        out.extend(SECRET);
        out
    }

    fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
        [&[0xff, marker], &(content.len() as u16 + 2).to_be_bytes()[..], content].concat()
    }

    /// A JPEG file with everything in it that may betray somebody.
    fn betraying_jpeg(orientation: u8) -> Vec<u8> {
        let plain = jpeg_of(&quarters(64, 48));
        let after_jfif = 4 + usize::from(u16::from_be_bytes([plain[4], plain[5]]));
        [
            &plain[..after_jfif],
            &segment(0xe1, &[b"Exif\0\0", &exif(orientation)[..]].concat()),
            &segment(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0", SECRET].concat()),
            &segment(0xe2, &[b"ICC_PROFILE\0\x01\x01", &profile()[..]].concat()),
            &segment(0xe2, &[b"MPF\0", SECRET].concat()),
            &segment(0xed, &[b"Photoshop 3.0\0", SECRET].concat()),
            &segment(0xfe, SECRET),
            &plain[after_jfif..],
            b"ftypmp42",
            SECRET,
        ]
        .concat()
    }

    fn colour(image: &[u8], x: u32, y: u32) -> [u8; 3] {
        let image = image::load_from_memory(image).unwrap().into_rgb8();
        image.get_pixel(x, y).0.map(|channel| (u32::from(channel) * 2 / 255) as u8)
    }

    const RED: [u8; 3] = [1, 0, 0];
    const GREEN: [u8; 3] = [0, 1, 0];
    const BLUE: [u8; 3] = [0, 0, 1];
    const WHITE: [u8; 3] = [1, 1, 1];

    #[test]
    fn d11_a_jpeg_loses_its_metadata_and_keeps_its_pixels_and_colours() {
        let picture = prepare(&betraying_jpeg(1), &limits()).unwrap();

        assert!(!has_secret(&picture.file.bytes) && !has_secret(&picture.preview.bytes));
        assert_eq!((picture.file.kind, picture.file.width, picture.file.height), (Kind::Jpeg, 64, 48));
        let before = image::load_from_memory(&jpeg_of(&quarters(64, 48))).unwrap();
        assert_eq!(image::load_from_memory(&picture.file.bytes).unwrap().into_rgb8(), before.into_rgb8());
        let mut decoder = JpegDecoder::new(Cursor::new(&picture.file.bytes)).unwrap();
        assert_eq!(decoder.icc_profile().unwrap(), icc::essence(&profile()));
        assert_eq!(decoder.exif_metadata().unwrap(), None);
        let mut decoder = JpegDecoder::new(Cursor::new(&picture.preview.bytes)).unwrap();
        assert!(decoder.icc_profile().unwrap().is_some());
    }

    #[test]
    fn a_picture_is_turned_as_its_metadata_said() {
        let corners = |orientation| {
            let picture = prepare(&betraying_jpeg(orientation), &limits()).unwrap();
            let (width, height) = (picture.file.width, picture.file.height);
            assert_eq!((width, height), if orientation < 5 { (64, 48) } else { (48, 64) });
            assert!(!has_secret(&picture.file.bytes));
            let at = |x: u32, y: u32| colour(&picture.file.bytes, x, y);
            [at(8, 8), at(width - 8, 8), at(8, height - 8), at(width - 8, height - 8)]
        };

        assert_eq!(corners(1), [RED, GREEN, BLUE, WHITE]);
        assert_eq!(corners(3), [WHITE, BLUE, GREEN, RED]);
        assert_eq!(corners(5), [RED, BLUE, GREEN, WHITE]);
        assert_eq!(corners(6), [BLUE, RED, WHITE, GREEN]);
        assert_eq!(corners(8), [GREEN, WHITE, RED, BLUE]);
    }

    fn png_chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        [&(content.len() as u32).to_be_bytes(), &kind[..], content, &[0; 4]].concat()
    }

    /// Computes the check sums of all chunks anew.
    fn fix_check_sums(png: &[u8]) -> Vec<u8> {
        let mut out = png[..8].to_vec();
        let mut at = 8;
        loop {
            let length = u32::from_be_bytes(png[at..at + 4].try_into().unwrap()) as usize;
            let body = &png[at + 4..at + 8 + length];
            out.extend(&png[at..at + 4]);
            out.extend(body);
            let mut sum = !0_u32;
            for byte in body {
                sum ^= u32::from(*byte);
                for _ in 0..8 {
                    sum = if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 };
                }
            }
            out.extend((!sum).to_be_bytes());
            at += 12 + length;
            if body.starts_with(b"IEND") {
                out.extend(&png[at..]);
                return out;
            }
        }
    }

    #[test]
    fn d11_a_png_loses_its_texts_and_keeps_its_transparency() {
        let mut plain = Vec::new();
        let image = RgbaImage::from_fn(40, 40, |x, _| Rgba([200, 0, 0, if x < 20 { 0 } else { 255 }]));
        let mut encoder = PngEncoder::new(&mut plain);
        encoder.set_icc_profile(profile()).unwrap();
        encoder.write_image(&image, 40, 40, image::ExtendedColorType::Rgba8).unwrap();
        let file = fix_check_sums(
            &[
                &plain[..33],
                &png_chunk(b"tEXt", &[b"Comment\0", SECRET].concat()),
                &png_chunk(b"eXIf", &exif(1)),
                &png_chunk(b"tIME", &[7; 7]),
                &png_chunk(b"prVt", SECRET),
                &plain[33..],
                SECRET,
            ]
            .concat(),
        );

        let picture = prepare(&file, &limits()).unwrap();

        assert!(!has_secret(&picture.file.bytes));
        assert_eq!((picture.file.kind, picture.preview.kind), (Kind::Png, Kind::Png));
        assert_eq!(image::load_from_memory(&picture.file.bytes).unwrap().into_rgba8(), image);
        let mut decoder = PngDecoder::new(Cursor::new(&picture.file.bytes)).unwrap();
        assert_eq!(decoder.icc_profile().unwrap(), icc::essence(&profile()));
    }

    fn riff_chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let mut out = [&kind[..], &(content.len() as u32).to_le_bytes(), content].concat();
        if out.len() % 2 == 1 {
            out.push(0);
        }
        out
    }

    fn webp_file(chunks: &[Vec<u8>]) -> Vec<u8> {
        let content = chunks.concat();
        [b"RIFF", &(content.len() as u32 + 4).to_le_bytes()[..], b"WEBP", &content].concat()
    }

    fn vp8l(image: &RgbImage) -> Vec<u8> {
        let mut bytes = Vec::new();
        image.write_with_encoder(WebPEncoder::new_lossless(&mut bytes)).unwrap();
        bytes[12..].to_vec()
    }

    fn betraying_webp(orientation: u8) -> Vec<u8> {
        webp_file(&[
            riff_chunk(b"VP8X", &[0x2c, 0, 0, 0, 39, 0, 0, 29, 0, 0]),
            riff_chunk(b"ICCP", &profile()),
            vp8l(&quarters(40, 30)),
            riff_chunk(b"EXIF", &exif(orientation)),
            riff_chunk(b"XMP ", SECRET),
            riff_chunk(b"ABCD", SECRET),
        ])
    }

    #[test]
    fn d11_a_webp_loses_its_metadata_and_is_turned_where_needed() {
        let upright = prepare(&betraying_webp(1), &limits()).unwrap();
        let turned = prepare(&betraying_webp(6), &limits()).unwrap();

        assert!(!has_secret(&upright.file.bytes) && !has_secret(&turned.file.bytes));
        assert_eq!(upright.file.kind, Kind::WebP);
        assert_eq!(image::load_from_memory(&upright.file.bytes).unwrap().into_rgb8(), quarters(40, 30));
        assert_eq!((turned.file.kind, turned.file.width, turned.file.height), (Kind::Jpeg, 30, 40));
        assert_eq!(colour(&turned.file.bytes, 4, 4), BLUE);
    }

    #[test]
    fn a_moving_webp_goes_on_moving() {
        let frame = |more: u8| {
            let header = [&[0; 6], &[15 + more, 0, 0, 15, 0, 0, 100, 0, 0, 0][..]].concat();
            let image = vp8l(&quarters(16 + u32::from(more), 16));
            riff_chunk(b"ANMF", &[header, image, riff_chunk(b"EXIF", SECRET)].concat())
        };
        let file = webp_file(&[
            riff_chunk(b"VP8X", &[0x02, 0, 0, 0, 31, 0, 0, 31, 0, 0]),
            riff_chunk(b"ANIM", &[0; 6]),
            frame(0),
            frame(8),
            riff_chunk(b"XMP ", SECRET),
        ]);

        let picture = prepare(&file, &limits()).unwrap();

        assert!(picture.is_animated && !has_secret(&picture.file.bytes));
        let decoder = WebPDecoder::new(Cursor::new(&picture.file.bytes)).unwrap();
        assert_eq!(decoder.into_frames().collect_frames().unwrap().len(), 2);
    }

    fn moving_gif() -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = GifEncoder::new(&mut bytes);
        encoder.set_repeat(Repeat::Infinite).unwrap();
        for shade in [10, 120, 240] {
            encoder
                .encode_frame(Frame::new(RgbaImage::from_pixel(20, 10, Rgba([shade, 0, 0, 255]))))
                .unwrap();
        }
        drop(encoder);
        let table = if bytes[10] & 0x80 == 0 { 0 } else { 3 << ((bytes[10] & 7) + 1) };
        let extension = |label: u8, blocks: &[&[u8]]| {
            let blocks: Vec<u8> =
                blocks.iter().flat_map(|block| [&[block.len() as u8], *block].concat()).collect();
            [&[0x21, label], &blocks[..], &[0]].concat()
        };
        let comment = extension(0xfe, &[SECRET]);
        let xmp = extension(0xff, &[b"XMP DataXMP", SECRET]);
        let text = extension(0x01, &[&[0; 12], SECRET]);
        [&bytes[..13 + table], &comment, &xmp, &text, &bytes[13 + table..], SECRET].concat()
    }

    #[test]
    fn d11_a_moving_gif_goes_on_moving_without_its_comments() {
        let picture = prepare(&moving_gif(), &limits()).unwrap();

        assert!(picture.is_animated && !has_secret(&picture.file.bytes));
        assert!(picture.file.bytes.windows(11).any(|part| part == b"NETSCAPE2.0"));
        let decoder = GifDecoder::new(Cursor::new(&picture.file.bytes)).unwrap();
        assert_eq!(decoder.into_frames().collect_frames().unwrap().len(), 3);
        assert_eq!((picture.preview.kind, picture.preview.width), (Kind::Jpeg, 20));
    }

    macro_rules! fixture {
        ($name:literal) => {
            include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/media/", $name))
        };
    }

    const AVIF_8: &[u8] = fixture!("colour-8bit.avif");

    #[test]
    fn an_avif_becomes_a_jpeg_or_if_transparent_a_png() {
        for avif in [AVIF_8, fixture!("colour-10bit.avif"), fixture!("identity.avif")] {
            let picture = prepare(avif, &limits()).unwrap();

            assert_eq!((picture.file.kind, picture.file.width, picture.file.height), (Kind::Jpeg, 48, 32));
            assert!(!has_secret(&picture.file.bytes));
            let at = |x, y| colour(&picture.file.bytes, x, y);
            assert_eq!([at(8, 8), at(40, 8), at(8, 24), at(40, 24)], [RED, GREEN, BLUE, WHITE]);
        }
        let picture = prepare(fixture!("alpha.avif"), &limits()).unwrap();
        assert_eq!(picture.file.kind, Kind::Png);
        let image = image::load_from_memory(&picture.file.bytes).unwrap().into_rgba8();
        assert!(image.get_pixel(2, 16).0[3] < 20 && image.get_pixel(30, 16).0[3] > 235);
    }

    #[test]
    fn a_preview_has_at_most_230400_pixels_and_never_more_than_the_picture() {
        let large = prepare(&jpeg_of(&quarters(1600, 900)), &limits()).unwrap();
        let small = prepare(&jpeg_of(&quarters(10, 3)), &limits()).unwrap();
        let ribbon = prepare(&jpeg_of(&quarters(20_000, 1)), &limits()).unwrap();

        assert_eq!((large.preview.width, large.preview.height), (640, 360));
        assert_eq!((small.preview.width, small.preview.height), (10, 3));
        assert_eq!(ribbon.preview.height, 1);
        assert!(large.blurhash.len() == 28 && large.blurhash.starts_with('L'), "{}", large.blurhash);
    }

    #[test]
    fn avatars_and_headers_get_their_proportions_and_never_grow() {
        let turned = fill(&betraying_jpeg(6), 400, 400, &limits()).unwrap();
        let avatar = fill(&jpeg_of(&quarters(900, 500)), 400, 400, &limits()).unwrap();
        let header = fill(&jpeg_of(&quarters(2000, 2000)), 1500, 500, &limits()).unwrap();
        let still = fill(&moving_gif(), 1500, 500, &limits()).unwrap();

        assert_eq!((turned.width, turned.height), (48, 48));
        assert!(!has_secret(&turned.bytes));
        assert_eq!((avatar.width, avatar.height), (400, 400));
        assert_eq!(colour(&avatar.bytes, 20, 20), RED);
        assert_eq!((header.width, header.height), (1500, 500));
        assert_eq!((still.width, still.height, still.kind), (20, 6, Kind::Jpeg));
    }

    #[test]
    fn c21_bombs_are_refused_before_they_are_unpacked() {
        // 60,000 × 60,000 pixels in a few bytes, as each kind says it.
        let mut png = png_of(&quarters(8, 8));
        png[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
        let png = fix_check_sums(&png);
        let mut gif = moving_gif();
        gif[6..10].copy_from_slice(&[0x60, 0xea, 0x60, 0xea]);
        let mut jpeg = jpeg_of(&quarters(8, 8));
        let frame = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
        jpeg[frame + 5..frame + 9].copy_from_slice(&[0xea, 0x60, 0xea, 0x60]);
        let mut avif = AVIF_8.to_vec();
        let size = avif.windows(4).position(|part| part == b"ispe").unwrap();
        avif[size + 8..size + 16].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
        let webp = webp_file(&[
            riff_chunk(b"VP8X", &[0, 0, 0, 0, 0x5f, 0xea, 0, 0x5f, 0xea, 0]),
            vp8l(&quarters(4, 4)),
        ]);

        for (name, bomb) in [("png", png), ("gif", gif), ("jpeg", jpeg), ("avif", avif)] {
            let refused = prepare(&bomb, &limits());
            let is_right =
                matches!(refused, Err(MediaError::TooManyPixels { width: 60_000, height: 60_000, .. }));
            assert!(is_right, "{name} {refused:?}");
        }
        assert!(prepare(&webp, &limits()).is_err());
        let tight = Limits { picture_bytes: 10, ..limits() };
        assert!(matches!(prepare(AVIF_8, &tight), Err(MediaError::TooLarge { .. })));
        let tight = Limits { picture_pixels: 48 * 32 - 1, ..limits() };
        assert!(matches!(prepare(AVIF_8, &tight), Err(MediaError::TooManyPixels { .. })));
    }

    #[test]
    fn videos_texts_and_nothing_are_no_pictures() {
        assert!(matches!(prepare(b"", &limits()), Err(MediaError::UnknownKind)));
        assert!(matches!(prepare(b"<svg/>", &limits()), Err(MediaError::UnknownKind)));
        assert!(matches!(prepare(b"\0\0\0\x10ftypisom\0\0\0\0", &limits()), Err(MediaError::NotAPicture)));
    }

    #[test]
    fn no_mutation_of_a_picture_makes_us_panic() {
        let mut seed = 0x5eed_0003_u64;
        let mut next = |bound: usize| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            (seed % bound as u64) as usize
        };
        let files = [betraying_jpeg(1), png_of(&quarters(20, 20)), moving_gif(), betraying_webp(1)];
        for _ in 0..1000 {
            let mut file = files[next(files.len())].clone();
            for _ in 0..=next(4) {
                let position = next(file.len());
                file[position] = [0, 1, 0x7f, 0x80, 0xff, 0xd9][next(6)];
            }
            if next(4) == 0 {
                file.truncate(next(file.len()));
            }
            if let Ok(kind) = inspect(&file) {
                let _ = strip::strip(kind, &file, None);
            }
            let _ = prepare(&file, &limits());
        }
    }
}
