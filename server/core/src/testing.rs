//! What tests may do to the running program. Without the feature `testing` all of it does nothing.

#[cfg(all(feature = "testing", not(debug_assertions)))]
compile_error!("The feature `testing` lets whoever starts the program break it: it is not for releases.");

/// Ends the process at once, as a power cut would, if `STADTBOTE_FAIL_POINT` has this name.
#[cfg(feature = "testing")]
pub fn fail_point(name: &str) {
    if std::env::var("STADTBOTE_FAIL_POINT").is_ok_and(|asked| asked == name) {
        std::process::abort();
    }
}

/// Ends the process at once in tests; here it does nothing.
#[cfg(not(feature = "testing"))]
pub fn fail_point(_name: &str) {}

/// Panics, as a mistake of ours would, if `STADTBOTE_PANIC_POINT` has this name.
#[cfg(feature = "testing")]
pub fn panic_point(name: &str) {
    if std::env::var("STADTBOTE_PANIC_POINT").is_ok_and(|asked| asked == name) {
        panic!("broken on purpose at {name}");
    }
}

/// Panics in tests; here it does nothing.
#[cfg(not(feature = "testing"))]
pub fn panic_point(_name: &str) {}

/// By how many seconds the clock is wrong: `STADTBOTE_CLOCK_OFFSET_SECONDS`.
#[cfg(feature = "testing")]
pub(crate) fn clock_offset() -> i64 {
    let asked = std::env::var("STADTBOTE_CLOCK_OFFSET_SECONDS").ok();
    asked.and_then(|seconds| seconds.parse().ok()).unwrap_or_default()
}

/// By how many seconds the clock is wrong: not at all.
#[cfg(not(feature = "testing"))]
pub(crate) fn clock_offset() -> i64 {
    0
}

/// By how many seconds more the clock is wrong at this moment: what stands in the file `STADTBOTE_CLOCK_LEAP_FILE`.
#[cfg(feature = "testing")]
pub(crate) fn clock_leap() -> i64 {
    static FILE: std::sync::LazyLock<Option<std::ffi::OsString>> =
        std::sync::LazyLock::new(|| std::env::var_os("STADTBOTE_CLOCK_LEAP_FILE"));
    let said = FILE.as_ref().and_then(|file| std::fs::read_to_string(file).ok());
    said.and_then(|seconds| seconds.trim().parse().ok()).unwrap_or_default()
}

/// By how many seconds more the clock is wrong: not at all.
#[cfg(not(feature = "testing"))]
pub(crate) fn clock_leap() -> i64 {
    0
}

/// An app with a database of nothing but facts.
#[cfg(test)]
pub(crate) async fn app() -> (crate::App, tempfile::TempDir) {
    use sea_orm::ConnectionTrait;

    let folder = tempfile::TempDir::new().expect("there is room for a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let settings = [
        ("STADTBOTE__DATABASE__URL", format!("sqlite://{}", path("stadtbote.db"))),
        ("STADTBOTE__MEDIA__URL", format!("file://{}", path("media"))),
    ];
    let settings = settings.map(|(name, value)| (name.to_owned(), value));
    let config = crate::config::Config::load(None, settings).expect("the settings are right");
    let app = crate::App::open(config, true).await.expect("the folder can be written to");
    let table = "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)";
    app.migration_db().execute_unprepared(table).await.expect("the database is empty");
    (app, folder)
}
