//! An entry for catalogues of open data: DCAT-AP.de 3.0 (<https://www.dcat-ap.de/def/dcatde/3.0/spec/>), which is DCAT-AP 3.0 with
//! the licences of Germany.

use std::fmt::Write;

use chrono::NaiveDate;
use serde_json::{Value, json};

/// What the catalogue is and what is in it.
pub(crate) struct Catalog {
    /// Where it is.
    pub(crate) address: String,
    /// Where the set of data is described.
    pub(crate) dataset: String,
    /// Who publishes it.
    pub(crate) publisher: String,
    pub(crate) home: String,
    /// A mail address, or nothing.
    pub(crate) contact: String,
    pub(crate) distributions: Vec<Distribution>,
    pub(crate) changed: NaiveDate,
}

/// A file.
pub(crate) struct Distribution {
    pub(crate) address: String,
    /// `csv` or `json`.
    pub(crate) kind: &'static str,
    /// `2026-10`.
    pub(crate) month: String,
    pub(crate) first: NaiveDate,
    pub(crate) last: NaiveDate,
}

/// CC0, in the list of licences that DCAT-AP.de demands.
const LICENCE: &str = "http://dcat-ap.de/def/licenses/cc-zero";
/// “Government and public sector”.
const THEME: &str = "http://publications.europa.eu/resource/authority/data-theme/GOVE";
const MONTHLY: &str = "http://publications.europa.eu/resource/authority/frequency/MONTHLY";
const GERMAN: &str = "http://publications.europa.eu/resource/authority/language/DEU";
const FILE_TYPE: &str = "http://publications.europa.eu/resource/authority/file-type/";
const MEDIA_TYPE: &str = "http://www.iana.org/assignments/media-types/";

const TITLE: &str = "Reichweite der Beiträge der Stadt";
const DESCRIPTION: &str = "Wie viele Konten auf Beiträge der Stadt und ihrer Einrichtungen im Fediverse reagiert haben, wie \
viele Server sie angenommen haben und wie viele Konten folgen, für jeden Monat. Jede Zahl sagt, ob sie genau ist oder nur \
mindestens gilt. Keine Angaben zu Personen; kleine Gruppen sind nicht enthalten.";

impl Distribution {
    fn title(&self) -> String {
        format!("{TITLE}, {} ({})", self.month, self.kind.to_uppercase())
    }

    fn mime(&self) -> &'static str {
        if self.kind == "csv" { "text/csv" } else { "application/json" }
    }
}

impl Catalog {
    /// The first and the last day that the data are about.
    fn covers(&self) -> Option<(NaiveDate, NaiveDate)> {
        let first = self.distributions.iter().map(|one| one.first).min()?;
        Some((first, self.distributions.iter().map(|one| one.last).max()?))
    }

    /// The entry as JSON-LD.
    pub(crate) fn json_ld(&self) -> Value {
        let id = |address: &str| json!({ "@id": address });
        let day = |day: NaiveDate| json!({ "@type": "xsd:date", "@value": day.to_string() });
        let german = |text: &str| json!({ "@language": "de", "@value": text });
        let publisher = json!({
            "@id": self.home, "@type": "foaf:Organization", "foaf:name": self.publisher, "foaf:homepage": id(&self.home),
        });
        let distribution = |one: &Distribution| {
            json!({
                "@id": one.address,
                "@type": "dcat:Distribution",
                "dct:title": german(&one.title()),
                "dcat:accessURL": id(&one.address),
                "dcat:downloadURL": id(&one.address),
                "dct:format": id(&format!("{FILE_TYPE}{}", one.kind.to_uppercase())),
                "dcat:mediaType": id(&format!("{MEDIA_TYPE}{}", one.mime())),
                "dct:license": id(LICENCE),
            })
        };
        let mut dataset = json!({
            "@id": self.dataset,
            "@type": "dcat:Dataset",
            "dct:title": german(TITLE),
            "dct:description": german(DESCRIPTION),
            "dct:publisher": id(&self.home),
            "dct:identifier": self.dataset,
            "dct:language": id(GERMAN),
            "dct:modified": day(self.changed),
            "dct:accrualPeriodicity": id(MONTHLY),
            "dcat:theme": id(THEME),
            "dcat:keyword": [german("Fediverse"), german("Reichweite"), german("Öffentlichkeitsarbeit")],
            "dcat:distribution": self.distributions.iter().map(distribution).collect::<Vec<_>>(),
        });
        if let Some((first, last)) = self.covers() {
            dataset["dct:temporal"] = json!({ "@type": "dct:PeriodOfTime", "dcat:startDate": day(first), "dcat:endDate": day(last) });
        }
        if !self.contact.is_empty() {
            dataset["dcat:contactPoint"] = json!({
                "@type": "vcard:Organization",
                "vcard:fn": self.publisher,
                "vcard:hasEmail": id(&format!("mailto:{}", self.contact)),
            });
        }
        json!({
            "@context": {
                "dcat": "http://www.w3.org/ns/dcat#",
                "dct": "http://purl.org/dc/terms/",
                "foaf": "http://xmlns.com/foaf/0.1/",
                "vcard": "http://www.w3.org/2006/vcard/ns#",
                "xsd": "http://www.w3.org/2001/XMLSchema#",
            },
            "@graph": [
                publisher,
                {
                    "@id": self.address,
                    "@type": "dcat:Catalog",
                    "dct:title": german(&format!("Offene Daten: {}", self.publisher)),
                    "dct:description": german(DESCRIPTION),
                    "dct:publisher": id(&self.home),
                    "foaf:homepage": id(&self.home),
                    "dcat:dataset": id(&self.dataset),
                },
                dataset,
            ],
        })
    }

    /// The same as Turtle.
    pub(crate) fn turtle(&self) -> String {
        let mut text = String::from(
            "@prefix dcat: <http://www.w3.org/ns/dcat#> .\n@prefix dct: <http://purl.org/dc/terms/> .\n\
             @prefix foaf: <http://xmlns.com/foaf/0.1/> .\n@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .\n\
             @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n\n",
        );
        let german = |words: &str| format!("{}@de", literal(words));
        let day = |day: NaiveDate| format!("\"{day}\"^^xsd:date");
        let home = iri(&self.home);
        let _ = writeln!(
            text,
            "{home} a foaf:Organization ;\n  foaf:name {} ;\n  foaf:homepage {home} .\n",
            literal(&self.publisher)
        );
        let _ = writeln!(
            text,
            "{} a dcat:Catalog ;\n  dct:title {} ;\n  dct:description {} ;\n  dct:publisher {home} ;\n  foaf:homepage {home} ;\n  \
             dcat:dataset {} .\n",
            iri(&self.address),
            german(&format!("Offene Daten: {}", self.publisher)),
            german(DESCRIPTION),
            iri(&self.dataset),
        );
        let _ = write!(
            text,
            "{} a dcat:Dataset ;\n  dct:title {} ;\n  dct:description {} ;\n  dct:publisher {home} ;\n  dct:identifier {} ;\n  \
             dct:language <{GERMAN}> ;\n  dct:modified {} ;\n  dct:accrualPeriodicity <{MONTHLY}> ;\n  dcat:theme <{THEME}> ;\n  \
             dcat:keyword {}, {}, {}",
            iri(&self.dataset),
            german(TITLE),
            german(DESCRIPTION),
            literal(&self.dataset),
            day(self.changed),
            german("Fediverse"),
            german("Reichweite"),
            german("Öffentlichkeitsarbeit"),
        );
        if let Some((first, last)) = self.covers() {
            let _ = write!(
                text,
                " ;\n  dct:temporal [ a dct:PeriodOfTime ; dcat:startDate {} ; dcat:endDate {} ]",
                day(first),
                day(last)
            );
        }
        if !self.contact.is_empty() {
            let _ = write!(
                text,
                " ;\n  dcat:contactPoint [ a vcard:Organization ; vcard:fn {} ; vcard:hasEmail {} ]",
                literal(&self.publisher),
                iri(&format!("mailto:{}", self.contact))
            );
        }
        for one in &self.distributions {
            let _ = write!(text, " ;\n  dcat:distribution {}", iri(&one.address));
        }
        text.push_str(" .\n");
        for one in &self.distributions {
            let _ = write!(
                text,
                "\n{address} a dcat:Distribution ;\n  dct:title {} ;\n  dcat:accessURL {address} ;\n  dcat:downloadURL {address} ;\n  \
                 dct:format <{FILE_TYPE}{}> ;\n  dcat:mediaType <{MEDIA_TYPE}{}> ;\n  dct:license <{LICENCE}> .\n",
                german(&one.title()),
                one.kind.to_uppercase(),
                one.mime(),
                address = iri(&one.address),
            );
        }
        text
    }
}

/// An address in Turtle: what it may not hold is percent-encoded.
fn iri(address: &str) -> String {
    let mut text = String::from("<");
    for letter in address.chars() {
        match letter {
            '<' | '>' | '"' | '{' | '}' | '|' | '^' | '`' | '\\' | '\0'..=' ' => {
                let _ = write!(text, "%{:02X}", u32::from(letter));
            }
            _ => text.push(letter),
        }
    }
    text.push('>');
    text
}

/// A text in Turtle.
fn literal(words: &str) -> String {
    let mut text = String::from("\"");
    for letter in words.chars() {
        match letter {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            letter if letter.is_control() => {
                let _ = write!(text, "\\u{:04X}", u32::from(letter));
            }
            letter => text.push(letter),
        }
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn catalog(publisher: &str) -> Catalog {
        Catalog {
            address: "https://city.example/open-data/catalog.jsonld".into(),
            dataset: "https://city.example/open-data/datapackage.json".into(),
            publisher: publisher.into(),
            home: "https://city.example/".into(),
            contact: "presse@city.example".into(),
            distributions: vec![Distribution {
                address: "https://city.example/open-data/reach-2026-10.csv".into(),
                kind: "csv",
                month: "2026-10".into(),
                first: day("2026-10-01"),
                last: day("2026-10-31"),
            }],
            changed: day("2026-11-02"),
        }
    }

    #[test]
    fn the_entry_has_what_the_profile_demands() {
        let entry = catalog("Stadt").json_ld();
        let dataset = &entry["@graph"][2];

        for property in [
            "dct:title",
            "dct:description",
            "dct:publisher",
            "dct:identifier",
            "dcat:theme",
            "dcat:distribution",
        ] {
            assert!(!dataset[property].is_null(), "{property}");
        }
        let file = &dataset["dcat:distribution"][0];
        assert_eq!(file["dct:license"]["@id"], LICENCE);
        assert!(!file["dcat:accessURL"].is_null());
        assert_eq!(dataset["dct:temporal"]["dcat:startDate"]["@value"], "2026-10-01");
    }

    #[test]
    fn a_name_can_not_break_out_of_the_text() {
        let turtle = catalog("Stadt \"am\\ Fluss\" .\n<x> a <y> .").turtle();

        assert!(turtle.contains(r#""Stadt \"am\\ Fluss\" .\n<x> a <y> .""#), "{turtle}");
        assert_eq!(iri("https://a.example/<b> \"c"), "<https://a.example/%3Cb%3E%20%22c>");
    }
}
