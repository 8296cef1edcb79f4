//! Moments in words. Times are shown in the time zone of the machine (`TZ`).

use chrono::{DateTime, Datelike, Local, NaiveDate, NaiveTime, SecondsFormat, TimeZone, Utc};

use crate::language::{Language, Texts};
use crate::views::When;

const GERMAN_MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];
const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const GERMAN_DAYS: [&str; 7] =
    ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"];
const ENGLISH_DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The day and the time, for lists: `12. November 2026, 9:30 Uhr`.
pub(crate) fn plain(t: Texts, moment: DateTime<Utc>) -> When {
    dressed(moment, say(t, "date-plain", &moment.with_timezone(&Local)))
}

/// The day with its weekday and the time: `Donnerstag, 12. November 2026, 9:30 Uhr`.
pub(crate) fn full(t: Texts, moment: DateTime<Utc>) -> When {
    dressed(moment, say(t, "date-full", &moment.with_timezone(&Local)))
}

/// The month: `März 2025`.
pub(crate) fn month(t: Texts, moment: DateTime<Utc>) -> When {
    dressed(moment, say(t, "date-month", &moment.with_timezone(&Local)))
}

/// The day with its weekday.
pub(crate) fn day(t: Texts, moment: DateTime<Utc>) -> String {
    say(t, "date-day", &moment.with_timezone(&Local))
}

/// As people say it at `now`: today, yesterday, or the day. Only for pages that are never kept.
pub(crate) fn near(t: Texts, moment: DateTime<Utc>, now: DateTime<Utc>) -> When {
    let (then, today) = (moment.with_timezone(&Local), now.with_timezone(&Local).date_naive());
    let key = match (today - then.date_naive()).num_days() {
        0 => "date-today",
        1 => "date-yesterday",
        _ => "date-plain",
    };
    dressed(moment, say(t, key, &then))
}

/// `Oktober 2026`.
pub(crate) fn month_of(t: Texts, day: NaiveDate) -> String {
    on(t, "date-month", day)
}

/// `Donnerstag, 12. November 2026`.
pub(crate) fn day_of(t: Texts, day: NaiveDate) -> String {
    on(t, "date-day", day)
}

/// `12. November 2026`.
pub(crate) fn date(t: Texts, day: NaiveDate) -> String {
    on(t, "date-only", day)
}

/// `Oktober`.
pub(crate) fn month_name(t: Texts, day: NaiveDate) -> &'static str {
    let months = match t.language() {
        Language::German => GERMAN_MONTHS,
        Language::English => ENGLISH_MONTHS,
    };
    months[day.month0() as usize]
}

/// A day in words, whatever time it is.
fn on(t: Texts, key: &str, day: NaiveDate) -> String {
    say(t, key, &day.and_time(NaiveTime::MIN).and_utc())
}

fn dressed(moment: DateTime<Utc>, text: String) -> When {
    When { text, datetime: moment.to_rfc3339_opts(SecondsFormat::Secs, true) }
}

fn say<Z: TimeZone>(t: Texts, key: &str, moment: &DateTime<Z>) -> String {
    let local = moment.naive_local();
    let (months, days, time) = match t.language() {
        Language::German => (GERMAN_MONTHS, GERMAN_DAYS, local.format("%-H:%M").to_string()),
        Language::English => (ENGLISH_MONTHS, ENGLISH_DAYS, local.format("%-I:%M %P").to_string()),
    };
    let month = months[local.month0() as usize];
    let weekday = days[local.weekday().num_days_from_monday() as usize];
    t.date(key, weekday, local.day(), month, local.year(), &time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_said_as_each_language_says_it() {
        let moment = Utc.with_ymd_and_hms(2026, 11, 12, 15, 5, 0).single().expect("this day exists");

        assert_eq!(
            say(Texts::new(Language::German), "date-full", &moment),
            "Donnerstag, 12. November 2026, 15:05 Uhr"
        );
        assert_eq!(say(Texts::new(Language::English), "date-plain", &moment), "12 November 2026, 3:05 pm");
        assert_eq!(say(Texts::new(Language::German), "date-month", &moment), "November 2026");
    }
}
