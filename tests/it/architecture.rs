//! The house rules that the compiler cannot see, read off the source: who names what.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A source file of the server, without comments and without its tests.
struct Source {
    /// Relative to the workspace, with `/` between the parts.
    path: String,
    /// Its lines, with what is no code made blank.
    lines: Vec<String>,
}

/// The server's source and the migrations.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the workspace");
    let mut files = Vec::new();
    for folder in ["server", "migrations"] {
        collect(&root.join(folder), &mut files);
    }
    files.sort();
    assert!(files.len() > 5, "only {} source files found under {}", files.len(), root.display());
    let only_tested: Vec<PathBuf> = files.iter().flat_map(|file| test_modules(file)).collect();
    files.retain(|file| !only_tested.contains(file));
    files.iter().map(|file| read(root, file)).collect()
}

/// The files that a file declares as modules of its tests, `#[cfg(test)] mod samples;`.
fn test_modules(file: &Path) -> Vec<PathBuf> {
    let text = fs::read_to_string(file).expect("source is UTF-8");
    let stem = file.file_stem().expect("a source file has a name").to_string_lossy().into_owned();
    let folder = match stem.as_str() {
        "lib" | "main" | "mod" => file.with_file_name(""),
        _ => file.with_extension(""),
    };
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("#[allow")).collect();
    lines
        .windows(2)
        .filter(|pair| pair[0] == "#[cfg(test)]")
        .filter_map(|pair| pair[1].rsplit_once("mod ")?.1.strip_suffix(';'))
        .flat_map(|name| [folder.join(format!("{name}.rs")), folder.join(name).join("mod.rs")])
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the entry can be read").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn read(root: &Path, file: &Path) -> Source {
    let text = fs::read_to_string(file).expect("source is UTF-8");
    let path =
        file.strip_prefix(root).expect("the file lies in the workspace").to_string_lossy().into_owned();
    Source { path, lines: code_of(&text) }
}

/// Leaves out comments and `#[cfg(test)]` modules, which stand last in a file and begin at its margin.
fn code_of(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut is_in_tests = false;
    let mut is_test_next = false;
    for line in text.lines() {
        let code = without_comment(line);
        if line.starts_with("#[cfg(test)]") || line.starts_with("#[cfg(all(test") {
            is_test_next = true;
        } else if is_test_next && names(code, "mod") && code.trim_end().ends_with('{') {
            is_in_tests = true;
            is_test_next = false;
        } else if !code.starts_with("#[") {
            is_test_next = false;
        }
        lines.push(if is_in_tests { String::new() } else { code.to_owned() });
        if is_in_tests && line.starts_with('}') {
            is_in_tests = false;
        }
    }
    lines
}

/// A comment ends the code, unless the two strokes stand in an address such as `https://…`.
fn without_comment(line: &str) -> &str {
    let mut from = 0;
    while let Some(at) = line[from..].find("//") {
        let at = from + at;
        if !line[..at].ends_with(':') {
            return &line[..at];
        }
        from = at + 2;
    }
    line
}

/// Whether `word` stands in a line as a word of its own.
fn names(line: &str, word: &str) -> bool {
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

/// Every line outside of the allowed places that says one of the words; empty if the rule holds.
fn offences(sources: &[Source], is_allowed: impl Fn(&str) -> bool, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources.iter().filter(|source| !is_allowed(&source.path)) {
        for (number, line) in source.lines.iter().enumerate() {
            if words.iter().any(|word| names(line, word)) {
                found.push(format!("{}:{}: {}", source.path, number + 1, line.trim()));
            }
        }
    }
    found
}

/// Compares with nothing, so that a failure lists every place.
fn assert_none(found: &[String]) {
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn only_the_store_and_the_migrations_ask_the_database() {
    let queries = [
        "EntityTrait",
        "QueryFilter",
        "QuerySelect",
        "QueryOrder",
        "QueryTrait",
        "ActiveModelTrait",
        "ModelTrait",
        "PaginatorTrait",
        "Statement",
        "Query",
        "sea_query",
        "sqlx",
    ];

    let found = offences(
        &sources(),
        |path| {
            path.starts_with("server/core/src/store")
                || path.starts_with("server/core/src/database")
                || path.starts_with("migrations/")
                // It looks at what is in the tables, as an operator would.
                || path == "server/federation/src/tests/world.rs"
        },
        &queries,
    );

    // `axum::extract::Query` has the name of sea-orm's; the doors may use it.
    let found: Vec<String> = found.into_iter().filter(|line| !is_axum_query(line)).collect();
    assert_none(&found);
}

#[test]
fn several_columns_are_read_by_name() {
    // On SQLite a row knows its columns by name only (see `core/src/database/sqlite.rs`); a tuple would take them in the
    // order of the alphabet.
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| source.path.starts_with("server/core/src/store")) {
        let code = source.lines.join("\n");
        for question in code.split("select_only()").skip(1) {
            let columns =
                question.split("into_tuple").next().filter(|columns| columns.len() < question.len());
            if let Some(columns) = columns.filter(|columns| !columns.contains('}'))
                && columns.matches(".column").count() > 1
            {
                found.push(format!("{}: {columns}", source.path));
            }
        }
    }
    assert_none(&found);
}

/// Whether a line means the query of an address, in a door.
fn is_axum_query(line: &str) -> bool {
    let is_door = ["server/api/", "server/web/", "server/federation/", "server/src/"]
        .iter()
        .any(|door| line.starts_with(door));
    is_door && names(line, "Query") && !line.contains("sea_orm") && !line.contains("sea_query")
}

#[test]
fn only_the_federation_door_names_the_activitypub_library() {
    let found = offences(
        &sources(),
        |path| path.starts_with("server/federation/"),
        &["activitypub_federation", "http_signature_normalization"],
    );

    assert_none(&found);
}

#[test]
fn only_the_browser_door_names_templates() {
    let found = offences(&sources(), |path| path.starts_with("server/web/"), &["askama", "fluent_templates"]);

    assert_none(&found);
}

#[test]
fn the_inside_knows_no_door_and_the_doors_know_only_those_below() {
    let sources = sources();
    let inside = ["server/core/", "migrations/"];
    let doors = ["stadtbote_api", "stadtbote_web", "stadtbote_federation", "axum"];

    let mut found = offences(&sources, |path| !inside.iter().any(|room| path.starts_with(room)), &doors);
    found.extend(offences(&sources, |path| !path.starts_with("server/api/"), &["stadtbote_web"]));
    found.extend(offences(&sources, |path| !path.starts_with("server/web/"), &["stadtbote_api"]));
    found.extend(offences(
        &sources,
        |path| !path.starts_with("server/federation/"),
        &["stadtbote_api", "stadtbote_web"],
    ));

    assert_none(&found);
}

#[test]
fn rules_are_synchronous_and_know_neither_clock_nor_chance() {
    let found = offences(
        &sources(),
        |path| !path.starts_with("server/core/src/domain"),
        &[
            "async",
            "await",
            "Utc::now",
            "SystemTime",
            "Instant",
            "rand",
            "getrandom",
            "tokio",
            "sea_orm::Database",
        ],
    );

    assert_none(&found);
}

#[test]
fn only_the_clock_of_the_house_asks_for_the_time() {
    let found = offences(
        &sources(),
        // The age of a file is told by the clock that wrote its time.
        |path| path.ends_with("core/src/app.rs") || path.ends_with("media/files.rs"),
        &["Utc::now", "Local::now", "SystemTime::now"],
    );

    assert_none(&found);
}

#[test]
fn c08_one_http_client_leaves_the_house() {
    let found = offences(
        &sources(),
        |path| {
            path.starts_with("server/federation/src/client")
                || path.starts_with("server/federation/src/fetch")
        },
        &["reqwest"],
    );

    assert_none(&found);
}

#[test]
fn keys_sign_in_one_place() {
    let found = offences(
        &sources(),
        |path| path.starts_with("server/federation/src/signatures") || path.starts_with("server/core/src/"),
        &["RSA_PKCS1_SHA256"],
    );

    assert_none(&found);
}

#[test]
fn nothing_outside_of_tests_unwraps() {
    let sources = sources();

    let mut found = Vec::new();
    for source in &sources {
        for (number, line) in source.lines.iter().enumerate() {
            if line.contains(".unwrap()") || line.contains("todo!(") || line.contains("unimplemented!(") {
                found.push(format!("{}:{}: {}", source.path, number + 1, line.trim()));
            }
        }
    }

    assert_none(&found);
}

#[test]
fn handlers_open_no_transactions() {
    let found = offences(
        &sources(),
        |path| !path.starts_with("server/api/") && !path.starts_with("server/web/"),
        &["begin_write", "DatabaseTransaction", "TransactionTrait"],
    );

    assert_none(&found);
}

/// The cases of attacks that `docs/SECURITY.md` lists, as (number, how it ends).
fn attack_cases() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the workspace");
    let text = fs::read_to_string(root.join("docs/SECURITY.md")).expect("the file is there");
    let table = text.split("## Attack cases").nth(1).expect("it lists the attack cases");
    let rows = table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| case"));
    rows.map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        assert_eq!(cells.len(), 3, "{line}");
        (cells[0].to_lowercase(), cells[2].to_owned())
    })
    .collect()
}

/// The numbers of attack cases in the names of tests: `a03_a04_…`, in code or in a table of tests.
fn tested_cases() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the workspace");
    let mut files = Vec::new();
    for folder in ["server", "tests/it", "tests/src"] {
        collect(&root.join(folder), &mut files);
    }
    let mut found = BTreeSet::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("source is UTF-8");
        for line in text.lines().map(str::trim) {
            let name = match line.split_once("fn ") {
                Some((_, rest)) => rest,
                None if line.contains(": \"attack__") => line,
                None => continue,
            };
            found.extend(name.split('_').take_while(|part| is_case(part)).map(str::to_owned));
        }
    }
    found
}

fn is_case(part: &str) -> bool {
    let digits = part.strip_prefix(|letter| ('a'..='g').contains(&letter));
    digits.is_some_and(|digits| digits.len() == 2 && digits.bytes().all(|digit| digit.is_ascii_digit()))
}

#[test]
fn every_attack_case_has_a_test_or_a_reason_why_it_needs_none() {
    let most = [('a', 35), ('b', 32), ('c', 32), ('d', 20), ('e', 15), ('f', 26), ('g', 10)];
    let all: Vec<String> = most
        .into_iter()
        .flat_map(|(letter, most)| (1..=most).map(move |number| format!("{letter}{number:02}")))
        .collect();

    let cases = attack_cases();
    let tested = tested_cases();

    let listed: Vec<&String> = cases.iter().map(|(case, _)| case).collect();
    assert_eq!(listed, all.iter().collect::<Vec<_>>(), "each case of the catalogue has one row, in order");
    let untested = cases.iter().filter(|(case, end)| end.starts_with("tested") && !tested.contains(case));
    let unsaid = cases.iter().filter(|(case, end)| !end.starts_with("tested") && tested.contains(case));
    let mut found: Vec<String> = untested.map(|(case, _)| format!("no test is named after {case}")).collect();
    found.extend(unsaid.map(|(case, _)| format!("{case} has a test, which its row does not say")));
    found
        .extend(cases.iter().filter(|(_, end)| end.is_empty()).map(|(case, _)| format!("{case} has no end")));
    found.extend(
        tested.iter().filter(|case| !all.contains(case)).map(|case| format!("there is no case {case}")),
    );
    assert_none(&found);
}

#[test]
fn this_reader_sees_code_and_only_code() {
    let text = "use a; // use sea_orm\n/// sqlx\nlet x = \"https://b\";\n#[cfg(test)]\nmod tests {\n    c.unwrap();\n}\nlet d;\n";

    let lines = code_of(text);

    assert_eq!(lines, ["use a; ", "", "let x = \"https://b\";", "#[cfg(test)]", "", "", "", "let d;"]);
    assert!(names("use sea_orm::EntityTrait;", "EntityTrait"));
    assert!(!names("struct MyEntityTrait;", "EntityTrait"));
}
