//! QR codes of addresses, for posters.

use image::{GrayImage, ImageFormat, Luma};
use qrcode::render::svg;
use qrcode::{Color, EcLevel, QrCode};

use crate::Error;

/// Light modules around the code, as ISO/IEC 18004 wants them.
const MARGIN: u32 = 4;
/// Pixels of a module in a PNG: a code is some 600 pixels wide, enough for print at the size of a hand.
const SCALE: u32 = 16;

/// A code that a fourth of may be torn or dirty.
fn code(address: &str) -> Result<QrCode, Error> {
    QrCode::with_error_correction_level(address, EcLevel::Q)
        .map_err(|_| Error::invalid("The address", "is too long for a QR code"))
}

/// The code of an address as SVG.
///
/// # Errors
/// The address is too long for a code.
pub fn svg(address: &str) -> Result<String, Error> {
    Ok(code(address)?.render::<svg::Color>().module_dimensions(8, 8).build())
}

/// The code of an address as PNG.
///
/// # Errors
/// The address is too long for a code.
pub fn png(address: &str) -> Result<Vec<u8>, Error> {
    let code = code(address)?;
    let width = u32::try_from(code.width()).map_err(Error::unexpected)?;
    let modules = code.to_colors();
    let size = (width + 2 * MARGIN) * SCALE;
    let picture = GrayImage::from_fn(size, size, |x, y| {
        let at = |pixel: u32| (pixel / SCALE).checked_sub(MARGIN).filter(|module| *module < width);
        let is_dark = at(x).zip(at(y)).is_some_and(|(x, y)| modules[(y * width + x) as usize] == Color::Dark);
        Luma([if is_dark { 0 } else { 255 }])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).map_err(Error::unexpected)?;
    Ok(bytes.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_modules_and_a_light_margin() {
        let address = "https://social.city.example/k/abc234";
        let code = code(address).expect("it is short");

        let picture =
            image::load_from_memory(&png(address).expect("it is short")).expect("it is a PNG").to_luma8();

        assert_eq!(picture.width(), (code.width() as u32 + 2 * MARGIN) * SCALE);
        assert_eq!(picture.get_pixel(MARGIN * SCALE - 1, MARGIN * SCALE), &Luma([255]));
        // The finder in the corner begins dark.
        assert_eq!(picture.get_pixel(MARGIN * SCALE, MARGIN * SCALE), &Luma([0]));
        assert!(svg(address).expect("it is short").contains("<svg"));
        assert!(svg(&"x".repeat(5000)).is_err());
    }
}
