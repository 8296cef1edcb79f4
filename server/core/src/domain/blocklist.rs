//! Lists of domains in the form in which Mastodon exports and imports them (`app/models/admin/import.rs` there).

/// What a list says of a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The domain, in lower case and without `*.`.
    pub name: String,
    /// How severe it is.
    pub severity: Severity,
    /// Whether its pictures are not shown.
    pub reject_media: bool,
    /// Whether its reports are not taken.
    pub reject_reports: bool,
    /// The reason that everybody may read.
    pub public_reason: String,
}

/// How severe a decision about a domain is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Only what is said beside it.
    Noop,
    /// Its accounts are shown only to those who look for them.
    Silence,
    /// It is shut out.
    Suspend,
}

impl Severity {
    /// Every one, from least to most.
    pub const ALL: [Severity; 3] = [Severity::Noop, Severity::Silence, Severity::Suspend];

    /// Its name in the database and in lists.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Noop => "noop",
            Severity::Silence => "silence",
            Severity::Suspend => "suspend",
        }
    }

    /// The one of that name.
    pub fn parse(name: &str) -> Option<Severity> {
        Severity::ALL.into_iter().find(|severity| severity.name() == name)
    }
}

/// Most domains of one list.
const MOST: usize = 50_000;
/// Most characters of a reason.
pub const LONGEST_REASON: usize = 1000;

/// The name of a domain as it is kept: in lower case, without what lists write around it.
pub fn domain(text: &str) -> Option<String> {
    let name = text.trim().trim_start_matches("*.").trim_end_matches('.').to_lowercase();
    let name = super::handle::parse_domain(&name)?;
    name.contains('.').then_some(name)
}

/// Reads a list: Mastodon's columns by their names, or just a domain a line. What is no domain is named by its line, and
/// nothing of such a list is taken.
pub fn read(text: &str) -> Result<Vec<Entry>, String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut columns: Vec<String> = vec!["domain".into()];
    let mut entries: Vec<Entry> = Vec::new();
    for (at, record) in reader.records().enumerate() {
        let line = at + 1;
        let record = record.map_err(|_| format!("Line {line} is not CSV"))?;
        let first = record.get(0).unwrap_or_default().trim();
        if first.is_empty() {
            continue;
        }
        if at == 0 && first.trim_start_matches('#').eq_ignore_ascii_case("domain") {
            columns = record.iter().map(|name| name.trim().trim_start_matches('#').to_lowercase()).collect();
            continue;
        }
        if first.starts_with('#') {
            continue;
        }
        let field = |name: &str| {
            let column = columns.iter().position(|column| column == name)?;
            record.get(column).map(str::trim).filter(|text| !text.is_empty())
        };
        let named = field("domain").unwrap_or_default();
        let name = domain(named).ok_or_else(|| format!("Line {line}: {named} is no domain"))?;
        let severity = match field("severity") {
            None => Severity::Suspend,
            Some(text) => Severity::parse(&text.to_lowercase())
                .ok_or_else(|| format!("Line {line}: the severity {text} is not suspend, silence or noop"))?,
        };
        let flag =
            |name: &str| field(name).is_some_and(|text| matches!(text.to_lowercase().as_str(), "true" | "1"));
        let entry = Entry {
            name,
            severity,
            reject_media: flag("reject_media"),
            reject_reports: flag("reject_reports"),
            public_reason: field("public_comment").unwrap_or_default().chars().take(LONGEST_REASON).collect(),
        };
        if !entries.iter().any(|known| known.name == entry.name) {
            entries.push(entry);
        }
        if entries.len() > MOST {
            return Err(format!("The list has more than {MOST} domains"));
        }
    }
    Ok(entries)
}

/// Writes a list as Mastodon exports it. A text that a spreadsheet would take for a formula gets a `'` in front (D17).
///
/// # Errors
/// None that could happen in memory.
pub fn write(entries: &[Entry]) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head = ["#domain", "#severity", "#reject_media", "#reject_reports", "#public_comment", "#obfuscate"];
    let flag = |flag: bool| if flag { "true" } else { "false" };
    let rows = entries.iter().map(|entry| {
        [
            entry.name.clone(),
            entry.severity.name().into(),
            flag(entry.reject_media).into(),
            flag(entry.reject_reports).into(),
            super::text::no_formula(&entry.public_reason),
            "false".into(),
        ]
    });
    writer.write_record(head)?;
    for row in rows {
        writer.write_record(row)?;
    }
    let bytes = writer.into_inner().map_err(|error| error.into_error())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, severity: Severity, reason: &str) -> Entry {
        Entry {
            name: name.into(),
            severity,
            reject_media: severity != Severity::Suspend,
            reject_reports: false,
            public_reason: reason.into(),
        }
    }

    #[test]
    fn d17_what_is_exported_is_read_back_and_is_no_formula() {
        let entries = [
            entry("evil.example", Severity::Suspend, "Hetze, \"immer\" wieder\nund mehr"),
            entry("laut.example", Severity::Silence, ""),
            entry("bild.example", Severity::Noop, "=HYPERLINK(1)"),
        ];
        let text = write(&entries).expect("there is memory");

        assert!(
            text.starts_with("#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\n")
        );
        assert!(text.contains("'=HYPERLINK(1)") && !text.contains(",=HYPERLINK"));
        let read = read(&text).expect("it is a list");
        assert_eq!(read[..2], entries[..2]);
        assert_eq!(read[2].public_reason, "'=HYPERLINK(1)");
    }

    #[test]
    fn lists_of_others_are_read_as_they_are_found() {
        let plain =
            read("Evil.example\n*.spam.example\n\n# Kommentar\nevil.example.\n").expect("it is a list");
        let names: Vec<_> = plain.iter().map(|entry| (entry.name.as_str(), entry.severity)).collect();
        assert_eq!(names, [("evil.example", Severity::Suspend), ("spam.example", Severity::Suspend)]);

        let other = "domain,severity,public_comment\nlaut.example,Silence,zu laut\n";
        assert_eq!(read(other).expect("it is a list")[0].severity, Severity::Silence);

        for (wrong, why) in [
            ("evil.example\nno domain\n", "Line 2"),
            ("domain,severity\nevil.example,kill\n", "Line 2"),
            ("localhost\n", "Line 1"),
        ] {
            let reason = read(wrong).expect_err("it is no list");
            assert!(reason.starts_with(why), "{reason}");
        }
        // An open quote is closed by the end of the file.
        assert_eq!(read("\"evil.example").expect("it is a list").len(), 1);
    }
}
