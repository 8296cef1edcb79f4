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
