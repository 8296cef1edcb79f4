//! AVIF pictures: taken from their container (ISO/IEC 23008-12 and AV1 Image File Format) and decoded to RGB.
//!
//! Only what pictures from cameras and converters have: one coded image, perhaps with a transparency image, a turn and a
//! mirror. The decoder is re_rav1d, without assembler; it works in a process of its own (`apart.rs`).

use std::collections::HashMap;
use std::ops::Range;

use image::metadata::Orientation;
use image::{DynamicImage, RgbImage, RgbaImage};
use re_rav1d::dav1d::pixel::{MatrixCoefficients, YUVRange};
use re_rav1d::dav1d::{Decoder, Error as Av1Error, Picture, PixelLayout, PlanarImageComponent, Settings};

use super::boxes::{boxes, u16_at, u32_at, u64_at};
use super::{MediaError, apart, check_pixels, icc};

/// More items or properties than this are refused; a real picture has fewer than ten.
const MAX_ITEMS: usize = 256;

/// A decoded picture, still to be turned.
pub(super) struct Avif {
    pub(super) image: DynamicImage,
    pub(super) orientation: Orientation,
    pub(super) profile: Option<Vec<u8>>,
}

/// Decodes the picture, if it has at most `max_pixels`.
pub(super) fn decode(data: &[u8], max_pixels: u64) -> Result<Avif, MediaError> {
    let container = Container::read(data)?;
    let primary = container.primary;
    match container.kinds.get(&primary) {
        Some(b"av01") => {}
        Some(b"grid") => {
            return Err(MediaError::Unsupported(
                "This AVIF picture is made of tiles; please save it as JPEG.",
            ));
        }
        _ => return Err(MediaError::Unsupported("This AVIF picture can't be read; please save it as JPEG.")),
    }
    let size = container.properties(primary, b"ispe").next().ok_or(MediaError::Broken)?;
    let width = u32_at(data, size.start + 4).ok_or(MediaError::Broken)?;
    let height = u32_at(data, size.start + 8).ok_or(MediaError::Broken)?;
    check_pixels(width, height, max_pixels)?;

    let image = apart::decode(data, max_pixels)?;
    let profile = container
        .properties(primary, b"colr")
        .filter(|range| matches!(data.get(range.start..range.start + 4), Some(b"prof" | b"rICC")))
        .find_map(|range| icc::essence(data.get(range.start + 4..range.end)?));
    Ok(Avif { image, orientation: container.orientation(data, primary), profile })
}

/// The pixels of the picture, as they are coded. On a damaged picture this may end the process.
pub(super) fn decode_pixels(data: &[u8], max_pixels: u64) -> Result<DynamicImage, MediaError> {
    let container = Container::read(data)?;
    let primary = container.primary;
    let colours = decode_av1(container.item(data, primary)?, max_pixels)?;
    let matrix = container.matrix(data, primary);
    let mut rgb = to_rgb(&colours, matrix)?;
    drop(colours);
    let image = match container.alpha() {
        Some(alpha) => {
            let plane = decode_av1(container.item(data, alpha)?, max_pixels)?;
            let is_premultiplied = container.references.contains(&(*b"prem", primary, alpha));
            with_alpha(&mut rgb, &plane, is_premultiplied)?.into()
        }
        None => rgb.into(),
    };
    Ok(image)
}

/// What the container says about its items.
#[derive(Default)]
struct Container {
    primary: u32,
    kinds: HashMap<u32, [u8; 4]>,
    places: HashMap<u32, Vec<Range<usize>>>,
    /// Kind, from, to.
    references: Vec<([u8; 4], u32, u32)>,
    /// Each property's kind and content, in the order by which items refer to them.
    all_properties: Vec<([u8; 4], Range<usize>)>,
    /// For each item the places of its properties in that order.
    item_properties: HashMap<u32, Vec<usize>>,
}

impl Container {
    fn read(data: &[u8]) -> Result<Container, MediaError> {
        let top = boxes(data, 0..data.len())?;
        let meta = top.iter().find(|found| &found.kind == b"meta").ok_or(MediaError::Broken)?;
        let mut container = Container::default();
        let parts = boxes(data, meta.full_content())?;
        let stored_here = parts.iter().find(|part| &part.kind == b"idat").map(|part| part.content());
        for part in &parts {
            let version = *data.get(part.body).ok_or(MediaError::Broken)?;
            let content = part.full_content();
            let read = match &part.kind {
                b"pitm" => id_at(data, content.start, version).map(|(id, _)| container.primary = id),
                b"iinf" => container.read_kinds(data, content, version),
                b"iloc" => container.read_places(data, content, version, stored_here.clone()),
                b"iref" => container.read_references(data, content, version),
                b"iprp" => container.read_properties(data, part.content()),
                _ => Some(()),
            };
            read.ok_or(MediaError::Broken)?;
        }
        Ok(container)
    }

    fn read_kinds(&mut self, data: &[u8], content: Range<usize>, version: u8) -> Option<()> {
        let skip = if version == 0 { 2 } else { 4 };
        for entry in boxes(data, content.start + skip..content.end)
            .ok()?
            .into_iter()
            .filter(|entry| &entry.kind == b"infe")
        {
            let version = *data.get(entry.body)?;
            // Version 2 has short ids, 3 long ones; older ones have no kind.
            let (id, at) = id_at(data, entry.body + 4, version.checked_sub(2)?)?;
            self.kinds.insert(id, *data.get(at + 2..)?.first_chunk()?);
            if self.kinds.len() > MAX_ITEMS {
                return None;
            }
        }
        Some(())
    }

    fn read_places(
        &mut self,
        data: &[u8],
        content: Range<usize>,
        version: u8,
        stored_here: Option<Range<usize>>,
    ) -> Option<()> {
        let sizes = u16_at(data, content.start)?;
        let [offset_size, length_size, base_size, index_size] =
            [12, 8, 4, 0].map(|shift| usize::from(sizes >> shift & 15));
        let (count, mut at) = if version < 2 {
            (usize::from(u16_at(data, content.start + 2)?), content.start + 4)
        } else {
            (usize::try_from(u32_at(data, content.start + 2)?).ok()?, content.start + 6)
        };
        if count > MAX_ITEMS {
            return None;
        }
        for _ in 0..count {
            let (id, after) = id_at(data, at, if version < 2 { 0 } else { 1 })?;
            at = after;
            let mut method = 0;
            if version > 0 {
                method = u16_at(data, at)? & 15;
                at += 2;
            }
            // Which file it is in: always this one.
            at += 2;
            let base = sized_at(data, &mut at, base_size)?;
            let extents = usize::from(u16_at(data, at)?);
            at += 2;
            let area = match method {
                0 => 0..data.len(),
                1 => stored_here.clone()?,
                _ => return None,
            };
            let mut ranges = Vec::new();
            for _ in 0..extents {
                if version > 0 {
                    sized_at(data, &mut at, index_size)?;
                }
                let offset = sized_at(data, &mut at, offset_size)?;
                let length = sized_at(data, &mut at, length_size)?;
                let start = area.start.checked_add(base.checked_add(offset)?)?;
                let end = if length == 0 { area.end } else { start.checked_add(length)? };
                if start > end || end > area.end {
                    return None;
                }
                ranges.push(start..end);
            }
            self.places.insert(id, ranges);
        }
        Some(())
    }

    fn read_references(&mut self, data: &[u8], content: Range<usize>, version: u8) -> Option<()> {
        for reference in boxes(data, content).ok()? {
            let (from, mut at) = id_at(data, reference.body, version)?;
            let count = u16_at(data, at)?;
            at += 2;
            for _ in 0..count {
                let (to, after) = id_at(data, at, version)?;
                at = after;
                self.references.push((reference.kind, from, to));
                if self.references.len() > MAX_ITEMS {
                    return None;
                }
            }
        }
        Some(())
    }

    fn read_properties(&mut self, data: &[u8], content: Range<usize>) -> Option<()> {
        for part in boxes(data, content).ok()? {
            match &part.kind {
                b"ipco" => {
                    self.all_properties.extend(
                        boxes(data, part.content())
                            .ok()?
                            .into_iter()
                            .map(|found| (found.kind, found.content())),
                    );
                }
                b"ipma" => {
                    let version = *data.get(part.body)?;
                    let is_long = data.get(part.body + 3)? & 1 == 1;
                    let mut at = part.body + 8;
                    for _ in 0..u32_at(data, part.body + 4)? {
                        let (id, after) = id_at(data, at, version)?;
                        let count = *data.get(after)?;
                        at = after + 1;
                        for _ in 0..count {
                            let index = if is_long {
                                at += 2;
                                usize::from(u16_at(data, at - 2)? & 0x7fff)
                            } else {
                                at += 1;
                                usize::from(data.get(at - 1)? & 0x7f)
                            };
                            // 0 is none.
                            if let Some(index) = index.checked_sub(1) {
                                self.item_properties.entry(id).or_default().push(index);
                            }
                        }
                        if self.item_properties.len() > MAX_ITEMS {
                            return None;
                        }
                    }
                }
                _ => {}
            }
            if self.all_properties.len() > MAX_ITEMS {
                return None;
            }
        }
        Some(())
    }

    fn all_properties_of(&self, item: u32) -> impl Iterator<Item = &([u8; 4], Range<usize>)> {
        self.item_properties
            .get(&item)
            .into_iter()
            .flatten()
            .filter_map(|index| self.all_properties.get(*index))
    }

    fn properties<'c>(&'c self, item: u32, kind: &'c [u8; 4]) -> impl Iterator<Item = Range<usize>> + 'c {
        self.all_properties_of(item).filter(move |(other, _)| other == kind).map(|(_, range)| range.clone())
    }

    /// The item that holds the primary item's transparency.
    fn alpha(&self) -> Option<u32> {
        self.references
            .iter()
            .find(|(kind, from, to)| {
                kind == b"auxl" && *to == self.primary && self.kinds.get(from) == Some(b"av01")
            })
            .map(|(_, from, _)| *from)
    }

    fn item(&self, data: &[u8], id: u32) -> Result<Vec<u8>, MediaError> {
        let ranges = self.places.get(&id).ok_or(MediaError::Broken)?;
        let mut item = Vec::new();
        for range in ranges {
            item.extend_from_slice(data.get(range.clone()).ok_or(MediaError::Broken)?);
            // Extents that repeat each other are an attempt to fill memory.
            if item.len() > data.len() {
                return Err(MediaError::Broken);
            }
        }
        Ok(item)
    }

    /// The colour matrix and whether values use the full range, if the container tells; it outranks what is coded.
    fn matrix(&self, data: &[u8], item: u32) -> Option<(u16, bool)> {
        self.properties(item, b"colr")
            .find(|range| data.get(range.start..range.start + 4) == Some(b"nclx"))
            .and_then(|range| Some((u16_at(data, range.start + 8)?, data.get(range.start + 10)? & 0x80 != 0)))
    }

    fn orientation(&self, data: &[u8], item: u32) -> Orientation {
        let mut turns = 0;
        let mut is_mirrored = false;
        for (kind, range) in self.all_properties_of(item) {
            let value = data.get(range.start).copied().unwrap_or_default();
            match kind {
                // Quarter turns to the left; a mirrored picture turns the other way.
                b"irot" => turns += if is_mirrored { i32::from(value & 3) } else { -i32::from(value & 3) },
                // 0 exchanges top and bottom, 1 left and right; the former is the latter after half a turn.
                b"imir" => {
                    if value & 1 == 0 {
                        turns += 2;
                    }
                    is_mirrored = !is_mirrored;
                }
                _ => {}
            }
        }
        // As if it was turned first and mirrored left to right afterwards.
        match (turns.rem_euclid(4), is_mirrored) {
            (0, false) => Orientation::NoTransforms,
            (1, false) => Orientation::Rotate90,
            (2, false) => Orientation::Rotate180,
            (_, false) => Orientation::Rotate270,
            (0, true) => Orientation::FlipHorizontal,
            (1, true) => Orientation::Rotate90FlipH,
            (2, true) => Orientation::FlipVertical,
            (_, true) => Orientation::Rotate270FlipH,
        }
    }
}

/// An item's id, short in version 0 and long in others, and what comes after it.
fn id_at(data: &[u8], at: usize, version: u8) -> Option<(u32, usize)> {
    match version {
        0 => Some((u32::from(u16_at(data, at)?), at + 2)),
        1 => Some((u32_at(data, at)?, at + 4)),
        _ => None,
    }
}

fn sized_at(data: &[u8], at: &mut usize, size: usize) -> Option<usize> {
    let value = match size {
        0 => 0,
        4 => u64::from(u32_at(data, *at)?),
        8 => u64_at(data, *at)?,
        _ => return None,
    };
    *at += size;
    usize::try_from(value).ok()
}

fn decode_av1(data: Vec<u8>, max_pixels: u64) -> Result<Picture, MediaError> {
    let mut settings = Settings::new();
    settings.set_n_threads(1);
    settings.set_max_frame_delay(1);
    settings.set_all_layers(false);
    settings.set_frame_size_limit(u32::try_from(max_pixels).unwrap_or(u32::MAX));
    let mut decoder = Decoder::with_settings(&settings).map_err(|_| MediaError::Broken)?;
    let mut sent = decoder.send_data(data, None, None, None);
    // A still picture comes after a few calls; whatever keeps us here longer isn't one.
    for _ in 0..16 {
        match decoder.get_picture() {
            Ok(picture) => {
                check_pixels(picture.width(), picture.height(), max_pixels)?;
                return Ok(picture);
            }
            Err(Av1Error::Again) if matches!(sent, Err(Av1Error::Again)) => {
                sent = decoder.send_pending_data()
            }
            Err(_) => break,
        }
    }
    Err(MediaError::Broken)
}

/// One plane of a decoded picture.
struct Samples {
    plane: re_rav1d::dav1d::Plane,
    stride: usize,
    is_wide: bool,
    /// By how much coordinates are halved.
    shift: (u32, u32),
}

impl Samples {
    fn new(picture: &Picture, component: PlanarImageComponent) -> Samples {
        let shift = match (component, picture.pixel_layout()) {
            (PlanarImageComponent::Y, _) | (_, PixelLayout::I444 | PixelLayout::I400) => (0, 0),
            (_, PixelLayout::I422) => (1, 0),
            (_, PixelLayout::I420) => (1, 1),
        };
        let stride = usize::try_from(picture.stride(component)).unwrap_or_default();
        Samples { plane: picture.plane(component), stride, is_wide: picture.bit_depth() > 8, shift }
    }

    fn at(&self, x: u32, y: u32) -> f32 {
        let (x, y) = ((x >> self.shift.0) as usize, (y >> self.shift.1) as usize);
        let bytes: &[u8] = &self.plane;
        if self.is_wide {
            let position = y * self.stride + x * 2;
            let value = bytes
                .get(position..position + 2)
                .and_then(|pair| pair.first_chunk())
                .copied()
                .unwrap_or_default();
            f32::from(u16::from_ne_bytes(value))
        } else {
            f32::from(bytes.get(y * self.stride + x).copied().unwrap_or_default())
        }
    }
}

/// How a picture's values become shares of one.
struct Scaling {
    luma_base: f32,
    luma_scale: f32,
    chroma_base: f32,
    chroma_scale: f32,
}

impl Scaling {
    fn new(picture: &Picture, is_full: bool) -> Result<Scaling, MediaError> {
        let bits = picture.bits_per_component().ok_or(MediaError::Broken)?.0;
        let unit = f32::from(1_u16 << (bits.clamp(8, 12) - 8));
        let scale = 1.0 / (256.0 * unit - 1.0);
        let chroma_base = 128.0 * unit;
        Ok(if is_full {
            Scaling { luma_base: 0.0, luma_scale: scale, chroma_base, chroma_scale: scale }
        } else {
            let (luma_scale, chroma_scale) = (1.0 / (219.0 * unit), 1.0 / (224.0 * unit));
            Scaling { luma_base: 16.0 * unit, luma_scale, chroma_base, chroma_scale }
        })
    }

    fn luma(&self, value: f32) -> f32 {
        (value - self.luma_base) * self.luma_scale
    }

    fn chroma(&self, value: f32) -> f32 {
        (value - self.chroma_base) * self.chroma_scale
    }
}

fn to_rgb(picture: &Picture, told: Option<(u16, bool)>) -> Result<RgbImage, MediaError> {
    let coded = match picture.matrix_coefficients() {
        MatrixCoefficients::Identity => 0,
        MatrixCoefficients::BT709 => 1,
        MatrixCoefficients::BT470M => 4,
        MatrixCoefficients::ST240M => 7,
        MatrixCoefficients::YCgCo => 8,
        MatrixCoefficients::BT2020NonConstantLuminance | MatrixCoefficients::BT2020ConstantLuminance => 9,
        _ => 6,
    };
    let (matrix, is_full) = told.unwrap_or((coded, matches!(picture.color_range(), YUVRange::Full)));
    let scaling = Scaling::new(picture, is_full)?;
    let luma = Samples::new(picture, PlanarImageComponent::Y);
    let chroma = (picture.pixel_layout() != PixelLayout::I400).then(|| {
        (Samples::new(picture, PlanarImageComponent::U), Samples::new(picture, PlanarImageComponent::V))
    });
    // Shares of red and blue in brightness (ITU-T H.273, table 4).
    let (red, blue) = match matrix {
        1 => (0.2126, 0.0722),
        4 => (0.30, 0.11),
        7 => (0.212, 0.087),
        9 | 10 => (0.2627, 0.0593),
        _ => (0.299, 0.114),
    };
    let green: f32 = 1.0 - red - blue;
    Ok(RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let l = scaling.luma(luma.at(x, y));
        let rgb = match &chroma {
            None => [l, l, l],
            // Green, blue and red stand in the three planes as they are.
            Some((u, v)) if matrix == 0 => [scaling.luma(v.at(x, y)), l, scaling.luma(u.at(x, y))],
            Some((u, v)) => {
                let (u, v) = (scaling.chroma(u.at(x, y)), scaling.chroma(v.at(x, y)));
                if matrix == 8 {
                    [l - u + v, l + u, l - u - v]
                } else {
                    let r = l + 2.0 * (1.0 - red) * v;
                    let b = l + 2.0 * (1.0 - blue) * u;
                    [r, (l - red * r - blue * b) / green, b]
                }
            }
        };
        image::Rgb(rgb.map(byte))
    }))
}

fn with_alpha(
    rgb: &mut RgbImage,
    picture: &Picture,
    is_premultiplied: bool,
) -> Result<RgbaImage, MediaError> {
    if (picture.width(), picture.height()) != rgb.dimensions() {
        return Err(MediaError::Broken);
    }
    let scaling = Scaling::new(picture, matches!(picture.color_range(), YUVRange::Full))?;
    let samples = Samples::new(picture, PlanarImageComponent::Y);
    Ok(RgbaImage::from_fn(rgb.width(), rgb.height(), |x, y| {
        let alpha = scaling.luma(samples.at(x, y));
        let mut colour = rgb.get_pixel(x, y).0;
        if is_premultiplied && alpha > 0.0 {
            colour = colour.map(|channel| byte(f32::from(channel) / 255.0 / alpha));
        }
        let [r, g, b] = colour;
        image::Rgba([r, g, b, byte(alpha)])
    }))
}

fn byte(share: f32) -> u8 {
    // A cast from float keeps within the bounds of the target.
    (share * 255.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &[u8] =
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/media/alpha.avif"));

    #[test]
    fn no_mutation_of_a_container_makes_us_panic_or_fill_memory() {
        let media = FILE.windows(4).position(|part| part == b"mdat").unwrap();
        for position in 0..media {
            for value in [0, 1, 0x0f, 0x44, 0x7f, 0xff] {
                let mut broken = FILE.to_vec();
                broken[position] = value;
                if let Ok(container) = Container::read(&broken) {
                    let _ = container.item(&broken, container.primary);
                    container.alpha();
                    container.matrix(&broken, container.primary);
                    container.orientation(&broken, container.primary);
                }
            }
            let _ = Container::read(&FILE[..position]);
        }
    }

    #[test]
    fn turns_and_mirrors_are_done_in_the_order_in_which_they_are_listed() {
        let orientation = |steps: &[(&[u8; 4], u8)]| {
            let data: Vec<u8> = steps.iter().map(|(_, value)| *value).collect();
            let all_properties =
                steps.iter().enumerate().map(|(at, (kind, _))| (**kind, at..at + 1)).collect();
            let mut container = Container { all_properties, ..Container::default() };
            container.item_properties.insert(0, (0..steps.len()).collect());
            container.orientation(&data, 0)
        };

        assert_eq!(orientation(&[]), Orientation::NoTransforms);
        assert_eq!(orientation(&[(b"irot", 1)]), Orientation::Rotate270);
        assert_eq!(orientation(&[(b"irot", 3)]), Orientation::Rotate90);
        assert_eq!(orientation(&[(b"imir", 1)]), Orientation::FlipHorizontal);
        assert_eq!(orientation(&[(b"imir", 0)]), Orientation::FlipVertical);
        assert_eq!(orientation(&[(b"irot", 1), (b"imir", 1)]), Orientation::Rotate270FlipH);
        assert_eq!(orientation(&[(b"imir", 1), (b"irot", 1)]), Orientation::Rotate90FlipH);
        assert_eq!(orientation(&[(b"irot", 2), (b"imir", 1)]), Orientation::FlipVertical);
    }
}
