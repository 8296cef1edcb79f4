//! Writes tables as an OpenDocument spreadsheet (ISO/IEC 26300, ODF 1.3): the format that public offices in Germany exchange.
//! Numbers are numbers there, and a name is a text whatever it begins with.

use std::io::{Cursor, Write};

use askama::Template;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::Table;

/// What tells the kind of file; it comes first and is not compressed, so that it can be read without unpacking.
pub(crate) const MIME: &str = "application/vnd.oasis.opendocument.spreadsheet";

/// A table with its name.
pub(crate) struct Sheet {
    /// At most 31 letters, none of `[]*?:/\`.
    pub(crate) name: String,
    pub(crate) table: Table,
    /// Columns with long texts, counted from nought.
    pub(crate) wide: Vec<usize>,
}

#[derive(Template)]
#[template(path = "files/content.xml", escape = "xml")]
struct Content<'a> {
    sheets: &'a [Sheet],
}

#[derive(Template)]
#[template(path = "files/meta.xml", escape = "xml")]
struct Meta<'a> {
    title: &'a str,
    language: &'a str,
}

/// The sheets as a file.
///
/// # Errors
/// Memory can't be written to; says why.
pub(crate) fn ods(title: &str, language: &str, sheets: &[Sheet]) -> Result<Vec<u8>, String> {
    let content = Content { sheets }.render().map_err(|error| error.to_string())?;
    let meta = Meta { title, language }.render().map_err(|error| error.to_string())?;
    let mut file = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, options, text) in [
        ("mimetype", stored, MIME),
        ("META-INF/manifest.xml", packed, include_str!("../../templates/files/manifest.xml")),
        ("content.xml", packed, &content),
        ("meta.xml", packed, &meta),
    ] {
        file.start_file(name, options).map_err(|error| error.to_string())?;
        file.write_all(text.as_bytes()).map_err(|error| error.to_string())?;
    }
    Ok(file.finish().map_err(|error| error.to_string())?.into_inner())
}
