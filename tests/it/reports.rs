//! Reports of a quarter and a year: what a page tells of it, a PDF, a table and data tell too.
//!
//! PDFs are read with the tools of poppler (`poppler-utils` of Debian), which `tests/run` installs.

use std::io::{Cursor, Read, Write};
use std::process::{Command, Stdio};

use stadtbote_core::domain::period::Period;
use stadtbote_core::domain::reach::DEFINITIONS;
use stadtbote_tests::chance::Chance;
use stadtbote_tests::fediverse::{Size, count_since, simulate, wait_for_first_count};
use stadtbote_tests::page::Page;
use stadtbote_tests::stadtbote::{PASSWORD, Stadtbote};
use stadtbote_tests::visitor::Visitor;

/// Enough for a quarter that is over.
const LONG: Size = Size { servers: 20, people: 200, posts: 60, days: 190 };
/// Enough for some numbers.
const SHORT: Size = Size { servers: 10, people: 60, posts: 15, days: 10 };
const ADMIN: &str = "carla@stadt.example";

/// A city with a past, and a quarter of it that is over.
struct World {
    stadtbote: Stadtbote,
    quarter: Period,
    today: chrono::NaiveDate,
}

impl World {
    async fn simulated(size: Size) -> World {
        let stadtbote = Stadtbote::start().await;
        stadtbote.alice();
        stadtbote.bob();
        let program = stadtbote.program();
        program.order(&["staff", "create", ADMIN, "--admin", "--password-stdin"], PASSWORD);
        program.order(
            &["account", "create", "formula", "--display-name", "=HYPERLINK(\"https://evil.example\")"],
            "",
        );
        let app = stadtbote.app().await;
        wait_for_first_count(app).await;
        simulate(app, &["alice", "bob"], size, &mut Chance::announced()).await;
        count_since(app, size.days + 1).await;
        let today = app.clock.day(app.clock.now());
        World { quarter: Period::quarter(today).previous(), today, stadtbote }
    }

    async fn visitor(&self, email: &str) -> Visitor {
        let mut visitor = self.stadtbote.visitor();
        visitor.sign_in(email, PASSWORD).await;
        visitor
    }
}

/// Opens a file, which must be a good one.
async fn file(visitor: &mut Visitor, path: &str, kind: &str) -> Vec<u8> {
    visitor.open(path).await;
    let answer = visitor.answer.as_ref().expect("it was answered");
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, kind), "{path}");
    assert!(answer.header("content-disposition").starts_with("attachment; "), "{path}");
    assert!(answer.header("cache-control").contains("no-store"), "{path}");
    answer.bytes.to_vec()
}

async fn pdf(visitor: &mut Visitor, path: &str) -> Vec<u8> {
    file(visitor, path, "application/pdf").await
}

/// What a tool of poppler says of a PDF.
fn poppler(tool: &str, arguments: &[&str], pdf: &[u8]) -> String {
    let mut path = tempfile::NamedTempFile::new().expect("a file can be made");
    path.write_all(pdf).expect("it can be written");
    let output = Command::new(tool)
        .args(arguments)
        .arg(path.path())
        .args((tool == "pdftotext").then_some("-"))
        .stdin(Stdio::null())
        .output()
        .expect("poppler-utils is installed");
    assert!(output.status.success(), "{tool}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The text of a PDF with single spaces.
fn text_of(pdf: &[u8]) -> String {
    poppler("pdftotext", &["-layout"], pdf).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A number as German pages write it.
fn german(number: i64) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push('.');
        }
        shown.push(digit);
    }
    shown
}

/// The lines of a table, each a list of fields. No field of ours has a line break.
fn rows(csv: &[u8]) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(csv).expect("it is text");
    let fields = |line: &str| {
        let (mut fields, mut is_quoted) = (vec![String::new()], false);
        for letter in line.chars() {
            match letter {
                '"' => is_quoted = !is_quoted,
                ',' if !is_quoted => fields.push(String::new()),
                _ => fields.last_mut().expect("there is one").push(letter),
            }
        }
        fields
    };
    text.lines().map(fields).collect()
}

/// The tables of a spreadsheet: of each cell its number, or its text.
fn sheets(ods: &[u8]) -> Vec<Vec<Vec<String>>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(ods)).expect("it is an archive");
    // The kind of file stands where programs look for it, in plain.
    assert_eq!(&ods[30..84], b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet");
    let mut text = String::new();
    archive.by_name("content.xml").expect("it is there").read_to_string(&mut text).expect("it is text");
    assert!(!text.contains("office:formula") && !text.contains("table:formula"));
    let cell = |cell: &str| match cell.split_once("office:value=\"") {
        Some((_, rest)) => rest.split('"').next().unwrap_or_default().to_owned(),
        None => cell
            .split("<text:p>")
            .nth(1)
            .and_then(|rest| rest.split('<').next())
            .unwrap_or_default()
            .to_owned(),
    };
    let row = |row: &str| row.split("<table:table-cell").skip(1).map(cell).collect();
    let sheet = |sheet: &str| sheet.split("<table:table-row>").skip(1).map(row).collect();
    text.split("<table:table ").skip(1).map(sheet).collect()
}

/// The first cells of each row of the tables of the indicators: name and number.
fn shown(page: &Page) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for stage in ["inputs", "outputs", "outtakes", "outcomes"] {
        let names = page.texts(&format!("section[aria-labelledby={stage}] tbody th"));
        let values = page.texts(&format!("section[aria-labelledby={stage}] tbody td:nth-of-type(1)"));
        assert!(!names.is_empty() && names.len() == values.len(), "{stage}");
        all.extend(names.into_iter().zip(values));
    }
    all
}

#[tokio::test]
async fn page_pdf_table_and_data_tell_the_same() {
    let world = World::simulated(LONG).await;
    let mut alice = world.visitor("alice@stadt.example").await;
    let mut admin = world.visitor(ADMIN).await;
    let year = Period::year(world.today);
    let mut compared = 0;
    for (base, period) in [
        ("/redaktion/@alice/reach", world.quarter),
        ("/redaktion/reach", world.quarter),
        ("/redaktion/reach", year),
    ] {
        let visitor = if base.contains('@') { &mut alice } else { &mut admin };
        let name = period.name();
        let page = visitor.open(&format!("{base}/report?period={name}")).await;
        let told = shown(&page);
        let data = rows(
            &file(visitor, &format!("{base}/report.csv?period={name}"), "text/csv; charset=utf-8").await,
        );
        let sheet = sheets(
            &file(
                visitor,
                &format!("{base}/report.ods?period={name}"),
                "application/vnd.oasis.opendocument.spreadsheet",
            )
            .await,
        );
        let pdf = text_of(&pdf(visitor, &format!("{base}/report.pdf?period={name}")).await);

        let of_period = data.iter().filter(|row| row[0] == name && row[4].is_empty());
        let of_period: Vec<_> = of_period.collect();
        assert_eq!(of_period.len(), told.len());
        assert_eq!(sheet[0].len(), told.len() + 1, "a head and a row for each");
        for ((row, (title, value)), cells) in of_period.iter().zip(&told).zip(&sheet[0][1..]) {
            assert!(pdf.contains(&format!("{title} {value}")), "{title} {value} is not in: {pdf}");
            assert_eq!((&cells[1], row[7].is_empty()), (title, value == "nicht bekannt"));
            if row[7].is_empty() {
                continue;
            }
            assert_eq!(cells[2], row[7], "{title}");
            if row[8] == "count" {
                assert_eq!(*value, german(row[7].parse().expect("a number")), "{title}");
            }
            assert_eq!(row[11], DEFINITIONS.to_string());
            compared += 1;
        }
    }
    assert!(compared > 45, "{compared}");
}

#[tokio::test]
async fn a_pdf_has_the_structure_that_a_screen_reader_needs() {
    let world = World::simulated(SHORT).await;
    let mut admin = world.visitor(ADMIN).await;
    let year = world.today.format("%Y").to_string();

    let made = pdf(&mut admin, &format!("/redaktion/reach/report.pdf?period={year}")).await;

    let facts = poppler("pdfinfo", &[], &made);
    let fact = |name: &str| {
        let line = facts.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.split_once(':').map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    assert_eq!(fact("Tagged"), "yes", "{facts}");
    assert!(fact("Title").starts_with(&format!("Jährlicher Wirkungsbericht {year}")), "{facts}");
    assert_eq!(fact("Encrypted"), "no");
    assert!(fact("Pages").parse::<u32>().is_ok_and(|pages| (3..20).contains(&pages)), "{facts}");
    let raw = String::from_utf8_lossy(&made);
    assert!(raw.contains("/Lang(de)"), "the language is said");
    assert!(raw.contains("pdfuaid:part"), "it says that it is PDF/UA");

    let tree = poppler("pdfinfo", &["-struct-text"], &made);
    assert_eq!(tree.lines().filter(|line| line.trim_start().starts_with("H1 ")).count(), 1, "{tree}");
    assert!(tree.lines().filter(|line| line.trim_start().starts_with("H2 ")).count() >= 9, "{tree}");
    for tag in
        ["P (block)", "L (block)", "LI (block)", "Lbl", "LBody", "Table (block)", "Caption", "THead", "TBody"]
    {
        assert!(tree.contains(tag), "{tag} is missing in {tree}");
    }
    assert!(tree.contains("/Scope /Column") && tree.contains("/Scope /Row"), "{tree}");
    // Heads and feet of pages are told to nobody, nor is the head of a table told again on its next page.
    assert!(!tree.contains("Seite 1 von"), "{tree}");
    let text = text_of(&made);
    assert!(
        text.contains("Seite 1 von") && text.contains("≥ mindestens") && text.contains("= genau"),
        "{text}"
    );
    let fonts = poppler("pdffonts", &[], &made);
    let embedded = fonts.lines().skip(2).collect::<Vec<_>>();
    assert!(embedded.len() == 2 && embedded.iter().all(|font| font.contains("NotoSans")), "{fonts}");
}

#[tokio::test]
async fn a_period_that_is_not_over_says_so_and_one_of_which_nothing_is_known_too() {
    let world = World::simulated(LONG).await;
    let mut alice = world.visitor("alice@stadt.example").await;
    let base = "/redaktion/@alice/reach/report";
    let this = Period::quarter(world.today).name();

    let page = alice.open(&format!("{base}?period={this}")).await;
    let over = alice.open(&format!("{base}?period={}", world.quarter.name())).await;
    let past = alice.open(&format!("{base}?period=2001")).await;
    let future = alice.open(&format!("{base}?period=2999-q1")).await;
    let data = rows(&file(&mut alice, &format!("{base}.csv?period={this}"), "text/csv; charset=utf-8").await);
    let made = text_of(&pdf(&mut alice, &format!("{base}.pdf?period={this}")).await);

    assert!(page.text(".alert").contains("läuft noch"), "{}", page.all_text());
    assert!(made.contains("läuft noch"), "{made}");
    assert!(data[1..].iter().all(|row| (row[3] == "true") == (row[0] != this)), "{data:?}");
    assert!(data.len() > 20);
    // What is not over is compared with nothing.
    assert!(!page.texts("thead th").contains(&"Änderung".to_owned()));
    assert_eq!(over.text(".alert"), "");
    assert!(past.text(".alert").contains("nichts gezählt"), "{}", past.all_text());
    assert!(future.text(".alert").contains("noch nicht begonnen"), "{}", future.all_text());
    for odd in ["", "x", "2026-13", "9999", "1970-q1", "99999", "2026-01"] {
        for kind in ["", ".pdf", ".ods", ".csv"] {
            alice.open(&format!("{base}{kind}?period={odd}")).await;
            assert_eq!(alice.status.as_u16(), 200, "{odd} {kind}");
        }
    }
    alice.open(&format!("{base}.exe")).await;
    assert_eq!(alice.status.as_u16(), 404);
}

#[tokio::test]
async fn a_report_is_for_those_who_work_there_and_that_of_all_for_administrators() {
    let world = World::simulated(SHORT).await;
    let mut bob = world.visitor("bob@stadt.example").await;
    let mut nobody = world.stadtbote.visitor();
    let form = bob
        .open("/redaktion/@bob/reach/report")
        .await
        .form("form[action*='report.pdf']")
        .expect("there is a form");

    for kind in ["", ".pdf", ".ods", ".csv"] {
        for base in ["/redaktion/@alice/reach/report", "/redaktion/reach/report"] {
            bob.open(&format!("{base}{kind}")).await;
            assert_eq!(bob.status.as_u16(), 403, "{base}{kind}");
            nobody.open(&format!("{base}{kind}")).await;
            assert_eq!(nobody.path.split('?').next(), Some("/auth/sign_in"), "{base}{kind}");
        }
    }
    for base in ["/redaktion/@alice/reach/report.pdf", "/redaktion/reach/report.pdf"] {
        bob.send(stadtbote_tests::page::Form { action: base.to_owned(), ..form.clone() }).await;
        assert_eq!(bob.status.as_u16(), 403, "{base}");
    }
    bob.send(form.fill("csrf", "x")).await;
    assert_eq!(bob.status.as_u16(), 403, "without the token");
}

#[tokio::test]
async fn what_people_write_is_in_the_file_and_what_cannot_be_measured_stays_said() {
    let world = World::simulated(SHORT).await;
    let mut admin = world.visitor(ADMIN).await;
    let year = world.today.format("%Y").to_string();
    let page = admin.open(&format!("/redaktion/reach/report?period={year}")).await;
    let form = page.form("form[action*='report.pdf']").expect("there is a form");
    let field = |name: &str| {
        form.fields
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, value)| value.clone())
            .expect("it is there")
    };

    // It comes prefilled: with sentences of figures, and with nothing where only people know.
    assert_eq!(page.text("h1"), format!("Jährlicher Wirkungsbericht {year}"));
    assert!(field("outputs").contains("erschienen."), "{}", field("outputs"));
    assert!(field("outcomes").contains("reagiert"), "{}", field("outcomes"));
    assert_eq!((field("impact"), field("learning")), (String::new(), String::new()));
    let moderation = page.text("section[aria-labelledby=moderation]");
    assert!(moderation.contains("Entscheidungen"), "{moderation}");

    let written = form
        .fill("outputs", "Unser Schwerpunkt war das Stadtfest.")
        .fill("impact", "Die Befragung im Mai\u{feff}\u{7} sagt: 日本 <b>besser</b>.\nZweiter Absatz.");
    admin.send(written).await;
    let answer = admin.answer.as_ref().expect("it was answered");
    assert_eq!(answer.header("content-type"), "application/pdf", "{}", answer.text);
    let text = text_of(&answer.bytes);
    assert!(text.contains("Unser Schwerpunkt war das Stadtfest.") && !text.contains("erschienen."), "{text}");
    assert!(text.contains("sagt: 日本 <b>besser</b>.") && text.contains("Zweiter Absatz."), "{text}");
    assert!(text.contains("kann kein Server messen"), "{text}");
    // Where nobody wrote anything, there is room for it.
    assert!(
        text.contains("Welche Entscheidungen haben Sie getroffen?") && !text.contains("Woran sehen Sie das"),
        "{text}"
    );
    // It is kept nowhere.
    let again = admin.open(&format!("/redaktion/reach/report?period={year}")).await;
    assert!(!again.all_text().contains("Stadtfest"));
}

#[tokio::test]
async fn a_name_is_no_formula_in_any_file() {
    let world = World::simulated(SHORT).await;
    let mut admin = world.visitor(ADMIN).await;
    let path = |kind: &str| format!("/redaktion/reach/report.{kind}?period={}", world.quarter.name());

    let data = file(&mut admin, &path("csv"), "text/csv; charset=utf-8").await;
    let sheet =
        sheets(&file(&mut admin, &path("ods"), "application/vnd.oasis.opendocument.spreadsheet").await);

    let names: Vec<String> = rows(&data).into_iter().map(|row| row[4].clone()).collect();
    assert!(names.iter().any(|name| name.starts_with("'=HYPERLINK(")), "{names:?}");
    assert!(names.iter().all(|name| !name.starts_with(['=', '+', '-', '@'])));
    // In the spreadsheet it is a text.
    assert!(sheet[1].iter().any(|row| row[0].starts_with("=HYPERLINK(")), "{:?}", sheet[1]);
}
