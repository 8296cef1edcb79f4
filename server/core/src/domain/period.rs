//! Months, quarters and years, for figures that are compared with those of the time before.

use chrono::{Datelike, Days, Months, NaiveDate};

/// A time for which figures are told: whole months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Period {
    /// The first day.
    first: NaiveDate,
    /// One, three or twelve.
    months: u32,
}

impl Period {
    /// The month of a day.
    pub fn month(day: NaiveDate) -> Period {
        Period { first: day - Days::new(u64::from(day.day0())), months: 1 }
    }

    /// The quarter of a day.
    pub fn quarter(day: NaiveDate) -> Period {
        let month = Period::month(day).first;
        Period { first: month - Months::new(month.month0() % 3), months: 3 }
    }

    /// The year of a day.
    pub fn year(day: NaiveDate) -> Period {
        let month = Period::month(day).first;
        Period { first: month - Months::new(month.month0()), months: 12 }
    }

    /// Reads `2026-10`, `2026-q3` or `2026`.
    pub fn parse(text: &str) -> Option<Period> {
        let (year, part) = text.split_once('-').map_or((text, None), |(year, part)| (year, Some(part)));
        let day = |month: u32| NaiveDate::from_ymd_opt(year.parse().ok()?, month, 1);
        let period = match (part, part.and_then(|part| part.strip_prefix('q'))) {
            (None, _) => Period::year(day(1)?),
            (_, Some(quarter)) => {
                Period::quarter(day(quarter.parse::<u32>().ok()?.checked_mul(3)?.checked_sub(2)?)?)
            }
            (Some(month), None) => Period::month(day(month.parse().ok()?)?),
        };
        // Other spellings of the same are none: `2026-1`, `+2026`. What can't be reckoned with is none either.
        Some(period).filter(|period| period.name() == text && (1970..=9999).contains(&period.first.year()))
    }

    /// As [`Period::parse`] reads it.
    pub fn name(self) -> String {
        match self.months {
            12 => self.first.format("%Y").to_string(),
            3 => format!("{}-q{}", self.first.format("%Y"), self.first.month0() / 3 + 1),
            _ => self.first.format("%Y-%m").to_string(),
        }
    }

    /// The first day.
    pub fn first(self) -> NaiveDate {
        self.first
    }

    /// The last day.
    pub fn last(self) -> NaiveDate {
        self.until() - Days::new(1)
    }

    /// The day after the last.
    pub fn until(self) -> NaiveDate {
        self.first + Months::new(self.months)
    }

    /// How many months it has: 1, 3 or 12.
    pub fn months(self) -> u32 {
        self.months
    }

    /// Its months, the first first.
    pub fn list_months(self) -> Vec<Period> {
        (0..self.months).map(|month| Period { first: self.first + Months::new(month), months: 1 }).collect()
    }

    /// Its days, the first first.
    pub fn days(self) -> impl Iterator<Item = NaiveDate> {
        self.first.iter_days().take_while(move |day| *day < self.until())
    }

    /// The one before, as long.
    #[must_use]
    pub fn previous(self) -> Period {
        Period { first: self.first - Months::new(self.months), ..self }
    }

    /// The same one a year earlier.
    #[must_use]
    pub fn year_before(self) -> Period {
        Period { first: self.first - Months::new(12), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn a_period_is_read_as_it_is_named() {
        for name in ["2026-10", "2026-01", "2026-q1", "2026-q4", "2026"] {
            assert_eq!(Period::parse(name).map(Period::name).as_deref(), Some(name));
        }
        for wrong in
            ["", "2026-13", "2026-00", "2026-q0", "2026-q5", "2026-q", "-", "0000", "99999", "2026-+1", "x-1"]
        {
            assert_eq!(Period::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_period_has_its_days_and_one_before() {
        let february = Period::month(day("2028-02-17"));
        let quarter = Period::quarter(day("2026-12-31"));

        assert_eq!((february.first(), february.last()), (day("2028-02-01"), day("2028-02-29")));
        assert_eq!(february.days().count(), 29);
        assert_eq!((quarter.first(), quarter.last()), (day("2026-10-01"), day("2026-12-31")));
        assert_eq!(quarter.list_months().len(), 3);
        assert_eq!(Period::year(day("2026-07-01")).previous().name(), "2025");
        assert_eq!(quarter.year_before().name(), "2025-q4");
        assert_eq!(
            Period::parse("2026-q1").map(|quarter| quarter.previous().name()).as_deref(),
            Some("2025-q4")
        );
    }
}
