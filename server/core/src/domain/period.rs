//! Months, quarters and years, for figures that are compared with those of the time before.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

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

    /// The first month of the year that ends with it.
    #[must_use]
    pub fn year_until(self) -> Period {
        Period { first: self.until() - Months::new(12), months: 1 }
    }

    /// The same one a year earlier.
    #[must_use]
    pub fn year_before(self) -> Period {
        Period { first: self.first - Months::new(12), ..self }
    }
}

/// How long the parts are that a plot of a period has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    /// A day.
    Day,
    /// A week, from Monday.
    Week,
    /// A month.
    Month,
}

impl Grain {
    /// Its name in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Grain::Day => "day",
            Grain::Week => "week",
            Grain::Month => "month",
        }
    }

    /// What a period can be parted in; a month in days alone.
    pub fn list(period: Period) -> &'static [Grain] {
        match period.months {
            1 => &[Grain::Day],
            _ => &[Grain::Day, Grain::Week, Grain::Month],
        }
    }

    /// What a period is parted in, unless somebody says otherwise.
    pub fn usual(period: Period) -> Grain {
        if period.months == 12 { Grain::Month } else { Grain::Day }
    }

    /// The part of a period in which a day of it lies, counted from nought.
    pub fn place(self, period: Period, day: NaiveDate) -> usize {
        let days = |from: NaiveDate| usize::try_from((day - from).num_days()).unwrap_or(0);
        match self {
            Grain::Day => days(period.first),
            Grain::Week => days(period.first.week(Weekday::Mon).first_day()) / 7,
            Grain::Month => {
                let months = (day.year() - period.first.year()) * 12 + day.month0() as i32;
                usize::try_from(months - period.first.month0() as i32).unwrap_or(0)
            }
        }
    }

    /// The first day of each part of a period. The first and the last week may be shorter than others: what lies outside the
    /// period is not in it.
    pub fn parts(self, period: Period) -> Vec<NaiveDate> {
        let mut parts = Vec::new();
        for day in period.days() {
            if self.place(period, day) == parts.len() {
                parts.push(day);
            }
        }
        parts
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
        assert_eq!(quarter.year_until().name(), "2026-01");
        assert_eq!(february.year_until().name(), "2027-03");
        assert_eq!(
            Period::parse("2026-q1").map(|quarter| quarter.previous().name()).as_deref(),
            Some("2025-q4")
        );
    }

    #[test]
    fn a_period_has_days_weeks_and_months() {
        let quarter = Period::quarter(day("2026-10-01"));

        // The first of October 2026 is a Thursday, the last of December too.
        let weeks = Grain::Week.parts(quarter);
        assert_eq!((weeks.len(), weeks[0], weeks[1]), (14, day("2026-10-01"), day("2026-10-05")));
        assert_eq!(weeks[13], day("2026-12-28"));
        assert_eq!(Grain::Month.parts(quarter), ["2026-10-01", "2026-11-01", "2026-12-01"].map(day));
        assert_eq!(Grain::Day.parts(quarter).len(), 92);
        // A year has days in 53 or 54 weeks.
        assert_eq!(Grain::Week.parts(Period::year(day("2026-05-05"))).len(), 53);
        assert_eq!(Grain::Week.parts(Period::year(day("2028-05-05"))).len(), 53);
        assert_eq!(Grain::list(Period::month(day("2026-10-01"))), [Grain::Day]);
    }

    #[test]
    fn every_day_of_a_period_lies_in_one_part() {
        for period in ["2026-02", "2026-q4", "2028", "2000-q1"].map(|name| Period::parse(name).expect("one"))
        {
            for grain in [Grain::Day, Grain::Week, Grain::Month] {
                let parts = grain.parts(period);
                let places: Vec<usize> = period.days().map(|day| grain.place(period, day)).collect();

                assert_eq!((places[0], places.last()), (0, Some(&(parts.len() - 1))), "{period:?} {grain:?}");
                assert!(places.windows(2).all(|two| two[1] == two[0] || two[1] == two[0] + 1));
            }
        }
    }
}
