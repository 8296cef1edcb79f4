//! Writes a report as a tagged PDF (PDF/UA-1): A4, with headings, lists and tables that a screen reader finds its way in.
//!
//! First everything is put on pages, then it is drawn: so the number of pages is known at the foot of the first.

use std::num::NonZeroU16;

use krilla::color::rgb;
use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, Node, SpanTag, TableHeaderScope, Tag,
    TagGroup, TagKind, TagTree,
};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use krilla::{Document, SerializeSettings};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

use super::{Block, Cell, Paper, Part, Table, Term};

/// The page, in points: A4.
const WIDTH: f32 = 595.28;
const HEIGHT: f32 = 841.89;
const LEFT: f32 = 62.0;
const RIGHT: f32 = WIDTH - 62.0;
const TOP: f32 = 64.0;
const BOTTOM: f32 = HEIGHT - 72.0;
/// Space within a table's cell.
const PAD: f32 = 5.0;
/// A line of text is so many times as high as its letters.
const LINE: f32 = 1.42;
/// Most pages: what is longer is cut off, so that a name can't fill memory.
const MOST_PAGES: usize = 200;
/// Lines to write on by hand, and how far apart they are.
const BLANK_LINES: usize = 4;
const BLANK_HIGH: f32 = 24.0;
/// A chapter that is no higher than this is not parted.
const TOGETHER: f32 = 400.0;
/// The tallest cell of a table, in lines.
const MOST_LINES: usize = 12;

/// Colours of the pages, in the light scheme.
const TEXT: [u8; 3] = [0x11, 0x1d, 0x21];
const MUTED: [u8; 3] = [0x4c, 0x5b, 0x60];
const BRAND: [u8; 3] = [0x00, 0x59, 0x71];
const TINT: [u8; 3] = [0xed, 0xf8, 0xfc];
const BORDER: [u8; 3] = [0xd2, 0xdb, 0xde];
const WARNING: [u8; 3] = [0x77, 0x45, 0x0c];

/// How letters look.
#[derive(Clone, Copy)]
struct Style {
    size: f32,
    is_bold: bool,
    colour: [u8; 3],
}

const BODY: Style = Style { size: 10.5, is_bold: false, colour: TEXT };
const BOLD: Style = Style { is_bold: true, ..BODY };
const SMALL: Style = Style { size: 9.0, is_bold: false, colour: MUTED };
const CELL: Style = Style { size: 9.5, is_bold: false, colour: TEXT };
const HEAD: Style = Style { size: 9.0, is_bold: true, colour: TEXT };

/// The report as a file.
///
/// `page_of` says which page of how many it is.
///
/// # Errors
/// What was made is no PDF as it should be; says why.
pub(crate) fn pdf(paper: &Paper, page_of: impl Fn(usize, usize) -> String) -> Result<Vec<u8>, String> {
    let faces = [Face::new(notosans::REGULAR_TTF)?, Face::new(notosans::BOLD_TTF)?];
    let mut layout = Layout::new(&faces);
    layout.paper(paper);
    let Layout { pages, groups, headings, .. } = layout;

    let configuration = ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| format!("{error:?}"))?;
    let mut document =
        Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    document.set_metadata(
        Metadata::new()
            .title(format!("{} – {}", paper.title, paper.whose))
            .language(paper.language.to_owned())
            .creator("Stadtbote".to_owned()),
    );
    let mut drawn: Vec<Vec<Node>> = groups.iter().map(|_| Vec::new()).collect();
    let total = pages.len();
    for (number, ops) in pages.iter().enumerate() {
        let settings = PageSettings::from_wh(WIDTH, HEIGHT).ok_or("no page")?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for op in ops {
            draw(&mut surface, &faces, op, &mut drawn);
        }
        let foot = format!("{} · {}", paper.title, page_of(number + 1, total));
        let foot = faces[0].fit(&foot, SMALL.size, RIGHT - LEFT);
        let x = RIGHT - faces[0].width(&foot, SMALL.size);
        let line = Op::Text { group: None, x, y: HEIGHT - 36.0, text: foot, style: SMALL };
        draw(&mut surface, &faces, &line, &mut drawn);
        surface.finish();
        page.finish();
    }
    let mut outline = Outline::new();
    for (text, page, y) in headings {
        let to = XyzDestination::new(page, Point::from_xy(LEFT, (y - 20.0).max(0.0)));
        outline.push_child(OutlineNode::new(text, to));
    }
    document.set_outline(outline);
    document.set_tag_tree(tree(groups, drawn, paper.language));
    document.finish().map_err(|error| format!("{error:?}"))
}

/// What is drawn on a page.
enum Op {
    /// A line of text that belongs to a group of the tree; to none: nothing for readers.
    Text {
        group: Option<usize>,
        x: f32,
        y: f32,
        text: String,
        style: Style,
    },
    Box {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        colour: [u8; 3],
    },
}

/// A node of the tree that screen readers read.
struct Group {
    tag: TagKind,
    parent: Option<usize>,
}

fn tree(groups: Vec<Group>, mut drawn: Vec<Vec<Node>>, language: &str) -> TagTree {
    // Children were made after their parents, so the last come first.
    let mut tree = TagTree::new().with_lang(Some(language.to_owned()));
    let mut children: Vec<Vec<Node>> = groups.iter().map(|_| Vec::new()).collect();
    let mut top = Vec::new();
    for (place, group) in groups.into_iter().enumerate().rev() {
        let mut all = std::mem::take(&mut drawn[place]);
        all.extend(std::mem::take(&mut children[place]).into_iter().rev());
        if all.is_empty() {
            continue;
        }
        let node = Node::Group(TagGroup::with_children(group.tag, all));
        match group.parent {
            Some(parent) => children[parent].push(node),
            None => top.push(node),
        }
    }
    for node in top.into_iter().rev() {
        tree.push(node);
    }
    tree
}

fn draw(surface: &mut Surface<'_>, faces: &[Face; 2], op: &Op, drawn: &mut [Vec<Node>]) {
    match op {
        Op::Box { x, y, width, height, colour } => {
            let Some(rect) = Rect::from_xywh(*x, *y, *width, *height) else { return };
            surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
            surface.set_fill(Some(fill(*colour)));
            let mut path = PathBuilder::new();
            path.push_rect(rect);
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
            surface.end_tagged();
        }
        Op::Text { group, x, y, text, style } => {
            let face = &faces[usize::from(style.is_bold)];
            let (glyphs, shown) = face.glyphs(text);
            let tag = match group {
                None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::PaginationOther)),
                // Letters that the font has not are shown as a sign, and told as they are.
                Some(_) if shown != *text => ContentTag::Span(SpanTag::empty().with_actual_text(Some(text))),
                Some(_) => ContentTag::Span(SpanTag::empty()),
            };
            let id: Identifier = surface.start_tagged(tag);
            surface.set_fill(Some(fill(style.colour)));
            surface.draw_glyphs(
                Point::from_xy(*x, *y),
                &glyphs,
                face.font.clone(),
                &shown,
                style.size,
                false,
            );
            surface.end_tagged();
            if let Some(group) = group {
                drawn[*group].push(Node::Leaf(id));
            }
        }
    }
}

fn fill([red, green, blue]: [u8; 3]) -> Fill {
    Fill { paint: rgb::Color::new(red, green, blue).into(), ..Fill::default() }
}

/// A font with what its letters measure.
struct Face {
    font: Font,
    known: FontRef<'static>,
}

/// Stands for what the font can't show.
const UNKNOWN: char = '?';

impl Face {
    fn new(data: &'static [u8]) -> Result<Face, String> {
        let font = Font::new(data.into(), 0).ok_or("no font")?;
        Ok(Face { font, known: FontRef::new(data).map_err(|error| error.to_string())? })
    }

    /// The glyph of a letter and how wide it is, in parts of its size.
    fn glyph(&self, letter: char) -> Option<(u32, f32)> {
        let id = self.known.charmap().map(letter).filter(|id| id.to_u32() != 0)?;
        let wide = self.known.glyph_metrics(Size::unscaled(), LocationRef::default()).advance_width(id)?;
        Some((id.to_u32(), wide / self.font.units_per_em()))
    }

    /// A text as glyphs, and the text that they show.
    fn glyphs(&self, text: &str) -> (Vec<KrillaGlyph>, String) {
        let mut glyphs = Vec::with_capacity(text.len());
        let mut shown = String::with_capacity(text.len());
        for letter in text.chars() {
            let (letter, found) = match self.glyph(letter) {
                Some(found) => (letter, Some(found)),
                None => (UNKNOWN, self.glyph(UNKNOWN)),
            };
            let Some((id, wide)) = found else { continue };
            let begin = shown.len();
            shown.push(letter);
            glyphs.push(KrillaGlyph::new(GlyphId::new(id), wide, 0.0, 0.0, 0.0, begin..shown.len(), None));
        }
        (glyphs, shown)
    }

    fn width(&self, text: &str, size: f32) -> f32 {
        let wide = |letter| self.glyph(letter).or_else(|| self.glyph(UNKNOWN)).map_or(0.0, |(_, wide)| wide);
        text.chars().map(wide).sum::<f32>() * size
    }

    /// A text, cut off where there is no more room.
    fn fit(&self, text: &str, size: f32, room: f32) -> String {
        let mut fits = String::new();
        for letter in text.chars() {
            fits.push(letter);
            if self.width(&fits, size) > room {
                fits.pop();
                break;
            }
        }
        fits
    }

    /// A text in lines that are no wider than `room`; each but the last ends with a space, as words do.
    fn lines(&self, text: &str, size: f32, room: f32) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        let mut used = 0.0;
        let space = self.width(" ", size);
        for word in text.split_whitespace() {
            let wide = self.width(word, size);
            if !line.is_empty() && used + space + wide > room {
                line.push(' ');
                lines.push(std::mem::take(&mut line));
                used = 0.0;
            }
            if !line.is_empty() {
                line.push(' ');
                used += space;
            }
            if wide <= room {
                line.push_str(word);
                used += wide;
                continue;
            }
            // A word that is too long by itself is broken anywhere.
            for letter in word.chars() {
                let wide = self.width(letter.encode_utf8(&mut [0; 4]), size);
                if !line.is_empty() && used + wide > room {
                    lines.push(std::mem::take(&mut line));
                    used = 0.0;
                }
                line.push(letter);
                used += wide;
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        lines
    }
}

/// Puts pieces on pages, one below the other.
struct Layout<'a> {
    faces: &'a [Face; 2],
    pages: Vec<Vec<Op>>,
    groups: Vec<Group>,
    /// Heading, page and place on it.
    headings: Vec<(String, usize, f32)>,
    /// Where the next piece begins.
    y: f32,
}

impl<'a> Layout<'a> {
    fn new(faces: &'a [Face; 2]) -> Self {
        Self { faces, pages: vec![Vec::new()], groups: Vec::new(), headings: Vec::new(), y: TOP }
    }

    fn paper(&mut self, paper: &Paper) {
        let bar = Op::Box { x: 0.0, y: 0.0, width: WIDTH, height: 6.0, colour: BRAND };
        self.push(bar);
        let lead = Style { size: 13.0, is_bold: false, colour: MUTED };
        let group = self.group(Tag::P, None);
        self.text(group, &paper.whose, lead, LEFT, RIGHT);
        self.y += 2.0;
        self.heading(1, &paper.title, 24.0);
        self.y += 4.0;
        for fact in &paper.facts {
            let group = self.group(Tag::P, None);
            self.text(group, fact, SMALL, LEFT, RIGHT);
        }
        if let Some(warning) = &paper.warning {
            self.y += 8.0;
            let begin = self.y;
            let group = self.group(Tag::P, None);
            self.text(group, warning, Style { colour: WARNING, ..BOLD }, LEFT + 12.0, RIGHT);
            let bar = Op::Box { x: LEFT, y: begin, width: 4.0, height: self.y - begin, colour: WARNING };
            self.push(bar);
        }
        for part in &paper.parts {
            self.part(part);
        }
    }

    fn part(&mut self, part: &Part) {
        self.y += 18.0;
        // A short chapter stays together; else its heading stays with what follows.
        let whole = part.blocks.iter().map(|block| self.height(block)).sum::<f32>() + 40.0;
        self.need(if whole <= TOGETHER { whole } else { 120.0 });
        self.heading(2, &part.heading, 15.0);
        self.y += 3.0;
        for block in &part.blocks {
            match block {
                Block::Text(text) => self.paragraphs(text, BODY),
                Block::Note(text) => self.paragraphs(text, SMALL),
                Block::Blank(label) => self.blank(label),
                Block::Table(table) => self.table(table),
                Block::List(terms) => self.list(terms),
            }
        }
    }

    /// How high a piece is, about.
    fn height(&self, block: &Block) -> f32 {
        let text = |text: &str, style: Style| {
            let lines = |line: &str| self.faces[0].lines(line, style.size, RIGHT - LEFT).len() as f32;
            text.lines().map(|line| lines(line) * style.size * LINE + 5.0).sum::<f32>()
        };
        match block {
            Block::Text(words) => text(words, BODY),
            Block::Note(words) => text(words, SMALL),
            Block::Blank(_) => BLANK_LINES as f32 * BLANK_HIGH + 24.0,
            Block::Table(table) => {
                let widths = self.widths(table);
                let rows = table.rows.iter().map(|row| self.row_height(row, &widths, CELL));
                rows.sum::<f32>() + 70.0
            }
            Block::List(_) => f32::INFINITY,
        }
    }

    fn group(&mut self, tag: impl Into<TagKind>, parent: Option<usize>) -> usize {
        self.groups.push(Group { tag: tag.into(), parent });
        self.groups.len() - 1
    }

    fn push(&mut self, op: Op) {
        if let Some(page) = self.pages.last_mut() {
            page.push(op);
        }
    }

    /// Begins a new page, if there is less room than that.
    fn need(&mut self, height: f32) {
        if self.y + height > BOTTOM && self.y > TOP {
            self.pages.push(Vec::new());
            self.y = TOP;
        }
    }

    fn is_full(&self) -> bool {
        self.pages.len() >= MOST_PAGES
    }

    fn heading(&mut self, level: u16, text: &str, size: f32) {
        let Some(level) = NonZeroU16::new(level) else { return };
        let group = self.group(Tag::Hn(level, Some(text.to_owned())), None);
        let style = Style { size, is_bold: true, colour: if level.get() == 1 { TEXT } else { BRAND } };
        self.need(size * LINE * 2.0);
        self.headings.push((text.to_owned(), self.pages.len() - 1, self.y));
        self.text(group, text, style, LEFT, RIGHT);
    }

    /// A text from the left to the right edge, over as many lines and pages as it takes.
    fn text(&mut self, group: usize, text: &str, style: Style, left: f32, right: f32) {
        let high = style.size * LINE;
        for line in self.faces[usize::from(style.is_bold)].lines(text, style.size, right - left) {
            if self.is_full() {
                return;
            }
            self.need(high);
            let y = self.y + style.size * 1.08;
            self.push(Op::Text { group: Some(group), x: left, y, text: line, style });
            self.y += high;
        }
    }

    fn paragraphs(&mut self, text: &str, style: Style) {
        for paragraph in text.lines().filter(|line| !line.trim().is_empty()) {
            let group = self.group(Tag::P, None);
            self.text(group, paragraph, style, LEFT, RIGHT);
            self.y += 5.0;
        }
    }

    /// A question, and lines to write on.
    fn blank(&mut self, label: &str) {
        self.need(BLANK_HIGH * (BLANK_LINES as f32) + 20.0);
        let group = self.group(Tag::P, None);
        self.text(group, label, SMALL, LEFT, RIGHT);
        for _ in 0..BLANK_LINES {
            self.y += BLANK_HIGH;
            let line = Op::Box { x: LEFT, y: self.y, width: RIGHT - LEFT, height: 0.7, colour: BORDER };
            self.push(line);
        }
        self.y += 8.0;
    }

    fn list(&mut self, terms: &[Term]) {
        let list = self.group(Tag::L(ListNumbering::Disc), None);
        for term in terms {
            if self.is_full() {
                return;
            }
            self.need(BODY.size * LINE * 2.0);
            let item = self.group(Tag::LI, Some(list));
            let label = self.group(Tag::Lbl, Some(item));
            let body = self.group(Tag::LBody, Some(item));
            let y = self.y + BODY.size * 1.08;
            self.push(Op::Text { group: Some(label), x: LEFT + 2.0, y, text: "•".to_owned(), style: BODY });
            if !term.name.is_empty() {
                self.text(body, &format!("{} ", term.name), BOLD, LEFT + 14.0, RIGHT);
            }
            self.text(body, &term.text, BODY, LEFT + 14.0, RIGHT);
            self.y += 4.0;
        }
        self.y += 4.0;
    }

    fn table(&mut self, table: &Table) {
        self.y += 4.0;
        self.need(110.0);
        let group = self.group(Tag::Table, None);
        let caption = self.group(Tag::Caption, Some(group));
        self.text(caption, &table.caption, Style { size: 10.0, ..BOLD }, LEFT, RIGHT);
        self.y += 3.0;
        let widths = self.widths(table);
        let head_group = self.group(Tag::THead, Some(group));
        let head: Vec<Cell> = table
            .head
            .iter()
            .enumerate()
            .map(|(column, text)| Cell { is_number: table.is_number(&column), ..Cell::words(text) })
            .collect();
        let row = self.group(Tag::TR, Some(head_group));
        let cells: Vec<_> =
            head.iter().map(|_| self.group(Tag::TH(TableHeaderScope::Column), Some(row))).collect();
        self.row(&head, &widths, HEAD, Some(&cells), true);
        let body = self.group(Tag::TBody, Some(group));
        for row in &table.rows {
            if self.is_full() {
                return;
            }
            if self.y + self.row_height(row, &widths, CELL) > BOTTOM {
                self.need(f32::INFINITY);
                // Told once, shown on each page.
                self.row(&head, &widths, HEAD, None, true);
            }
            let group = self.group(Tag::TR, Some(body));
            let mut cells = Vec::with_capacity(row.len());
            for column in 0..row.len() {
                let tag: TagKind = match column {
                    0 => Tag::TH(TableHeaderScope::Row).into(),
                    _ => Tag::TD.into(),
                };
                cells.push(self.group(tag, Some(group)));
            }
            self.row(row, &widths, CELL, Some(&cells), false);
        }
        self.y += 12.0;
    }

    /// How wide the columns are: as their contents want it, and the first has what is left.
    fn widths(&self, table: &Table) -> Vec<f32> {
        const LEAST_OF_FIRST: f32 = 140.0;
        const LEAST: f32 = 34.0;
        // A longer head is broken.
        const SHORT_HEAD: f32 = 60.0;
        let room = RIGHT - LEFT;
        let longest_word = |text: &str| {
            text.split_whitespace().map(|word| self.faces[1].width(word, HEAD.size)).fold(0.0, f32::max)
        };
        let mut widths: Vec<f32> = table
            .head
            .iter()
            .enumerate()
            .map(|(column, head)| {
                let cells = table.rows.iter().filter_map(|row| row.get(column));
                let widest =
                    cells.map(|cell| self.faces[0].width(&cell.signed(), CELL.size)).fold(0.0, f32::max);
                let whole = self.faces[1].width(head, HEAD.size);
                let head = if whole <= SHORT_HEAD { whole } else { longest_word(head) };
                widest.min(110.0).max(head).max(LEAST) + 2.0 * PAD
            })
            .collect();
        let others: f32 = widths.iter().skip(1).sum();
        let most = room - LEAST_OF_FIRST;
        if others > most {
            widths.iter_mut().skip(1).for_each(|width| *width *= most / others);
        }
        let others: f32 = widths.iter().skip(1).sum();
        if let Some(first) = widths.first_mut() {
            *first = room - others;
        }
        widths
    }

    fn cell_lines(&self, cell: &Cell, width: f32, style: Style) -> Vec<String> {
        let mut lines = self.faces[usize::from(style.is_bold)].lines(
            &cell.signed(),
            style.size,
            (width - 2.0 * PAD).max(10.0),
        );
        lines.truncate(MOST_LINES);
        lines
    }

    fn row_height(&self, row: &[Cell], widths: &[f32], style: Style) -> f32 {
        let lines = row.iter().zip(widths).map(|(cell, width)| self.cell_lines(cell, *width, style).len());
        lines.max().unwrap_or(1).max(1) as f32 * style.size * LINE + 2.0 * PAD
    }

    fn row(&mut self, row: &[Cell], widths: &[f32], style: Style, groups: Option<&[usize]>, is_head: bool) {
        let height = self.row_height(row, widths, style);
        if is_head {
            let tint = Op::Box { x: LEFT, y: self.y, width: RIGHT - LEFT, height, colour: TINT };
            self.push(tint);
        }
        let mut x = LEFT;
        for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
            let group = groups.and_then(|groups| groups.get(column)).copied();
            let lines = self.cell_lines(cell, *width, style);
            // A head stands over the foot of its column.
            let used = lines.len() as f32 * style.size * LINE;
            let mut y = if is_head { self.y + height - PAD - used } else { self.y + PAD };
            for line in lines {
                let shift = match cell.is_number {
                    true => {
                        let face = &self.faces[usize::from(style.is_bold)];
                        width - PAD - face.width(line.trim_end(), style.size)
                    }
                    false => PAD,
                };
                let place = y + style.size * 1.08;
                self.push(Op::Text { group, x: x + shift, y: place, text: line, style });
                y += style.size * LINE;
            }
            x += width;
        }
        self.y += height;
        let line = if is_head { (1.2, BRAND) } else { (0.6, BORDER) };
        let rule = Op::Box { x: LEFT, y: self.y, width: RIGHT - LEFT, height: line.0, colour: line.1 };
        self.push(rule);
        self.y += line.0;
    }
}
