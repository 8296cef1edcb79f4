//! Reports of a quarter or a year: what is told in words and tables is put together once (`words`) and written as a page, as a
//! PDF, and as tables.

pub(crate) mod csv;
pub(crate) mod ods;
pub(crate) mod pdf;
pub(crate) mod words;

/// A report in words and numbers.
#[derive(Clone, Debug)]
pub(crate) struct Paper {
    /// The language of its words, `de`.
    pub(crate) language: &'static str,
    pub(crate) title: String,
    /// Whose it is.
    pub(crate) whose: String,
    /// When it was made, what it covers: a line each.
    pub(crate) facts: Vec<String>,
    /// What a reader has to know before anything else.
    pub(crate) warning: Option<String>,
    pub(crate) parts: Vec<Part>,
}

/// A chapter.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// Its anchor on a page.
    pub(crate) id: String,
    pub(crate) heading: String,
    pub(crate) blocks: Vec<Block>,
}

/// A piece of a chapter.
#[derive(Clone, Debug)]
pub(crate) enum Block {
    /// Paragraphs, one a line.
    Text(String),
    /// What is to be noted, smaller.
    Note(String),
    /// Room to write by hand, for what is asked.
    Blank(String),
    Table(Table),
    List(Vec<Term>),
}

/// A point of a list.
#[derive(Clone, Debug)]
pub(crate) struct Term {
    /// Its anchor on a page; empty: none.
    pub(crate) id: String,
    /// What is explained; empty: the text stands alone.
    pub(crate) name: String,
    pub(crate) text: String,
}

/// A table of which the first column names the rows.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) caption: String,
    pub(crate) head: Vec<String>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// A cell of a table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell {
    pub(crate) text: String,
    /// The number itself, for programs that reckon.
    pub(crate) number: Option<i64>,
    /// What it leads to on the page.
    pub(crate) href: Option<String>,
    /// It stands at the end of its column, as numbers do.
    pub(crate) is_number: bool,
    /// How true the number is, as a sign.
    pub(crate) sign: Option<&'static str>,
}

/// A text without what no file can hold: control characters and what is no character at all.
pub(crate) fn clean(text: &str) -> String {
    let is_sound = |letter: &char| {
        *letter == '\n' || !(letter.is_control() || matches!(*letter, '\u{feff}' | '\u{fffe}' | '\u{ffff}'))
    };
    text.chars().filter(is_sound).collect()
}

impl Cell {
    /// Words.
    pub(crate) fn words(text: &str) -> Cell {
        Cell { text: clean(text), ..Cell::default() }
    }

    /// A number as it is written.
    pub(crate) fn number(text: impl Into<String>, number: Option<i64>) -> Cell {
        Cell { text: text.into(), number, is_number: true, ..Cell::default() }
    }

    /// The words with their sign.
    pub(crate) fn signed(&self) -> String {
        self.sign.map_or_else(|| self.text.clone(), |sign| format!("{sign} {}", self.text))
    }
}

impl Table {
    /// Whether a column has numbers, counted from nought.
    pub(crate) fn is_number(&self, column: &usize) -> bool {
        self.rows.iter().any(|row| row.get(*column).is_some_and(|cell| cell.is_number))
    }
}
