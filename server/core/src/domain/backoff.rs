//! When to try again.

use chrono::TimeDelta;

/// Pauses between the attempts of a delivery, and between the probes of a host that fails.
const STEPS: [i64; 9] = [30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200];

/// A delivery ends at its first attempt after this.
pub const DELIVERY_LIFE: TimeDelta = TimeDelta::days(7);

/// A host that asks for more patience than this is asked again all the same.
pub const LONGEST_RETRY_AFTER: TimeDelta = TimeDelta::hours(24);

/// The pause after the `failures`-th failure in a row, `chance` (0 to 65535) spreading it by ±20 %.
///
/// `asked` is the `Retry-After` of the answer: it counts up to a day, and is spread only upward.
pub fn pause(failures: u32, asked: Option<TimeDelta>, chance: u16) -> TimeDelta {
    let step = STEPS[(failures.max(1) as usize - 1).min(STEPS.len() - 1)] * 1000;
    let spread = step * (i64::from(chance) - 32_768) / 32_768 / 5;
    let planned = TimeDelta::milliseconds(step + spread);
    match asked {
        Some(asked) => {
            let asked = asked.clamp(TimeDelta::zero(), LONGEST_RETRY_AFTER);
            let upward = asked.num_milliseconds() * i64::from(chance) / 65_536 / 5;
            planned.max(asked + TimeDelta::milliseconds(upward))
        }
        None => planned,
    }
}

/// Failures in a row until a host is left alone. One failure may be a connection that broke, and must not hold up a new
/// post to everybody there for half a minute.
const HOST_TRIES: u32 = 3;

/// How long a host is left alone after the `failures`-th failure in a row: after the first ones not at all, unless it
/// `asked` for that; then as long as a delivery would be.
pub fn host_pause(failures: u32, asked: Option<TimeDelta>, chance: u16) -> TimeDelta {
    match failures.checked_sub(HOST_TRIES) {
        None if asked.is_none() => TimeDelta::zero(),
        beyond => pause(beyond.map_or(1, |beyond| beyond + 1), asked, chance),
    }
}

/// The pause before a job of our own that failed `attempts` times is tried again.
pub fn job_pause(attempts: u32) -> TimeDelta {
    TimeDelta::seconds(5 * 4_i64.pow(attempts.clamp(1, 6) - 1))
}

/// A job that failed this often is parked and waits for a person.
pub const JOB_ATTEMPTS: u32 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pauses_follow_the_schedule_within_a_fifth() {
        for (failures, seconds) in [(1, 30), (2, 120), (3, 600), (9, 43_200), (30, 43_200)] {
            for chance in [0, 32_768, u16::MAX] {
                let pause = pause(failures, None, chance).num_milliseconds();
                assert!((seconds * 800..=seconds * 1200).contains(&pause), "{failures}: {pause}");
            }
        }
    }

    #[test]
    fn a_host_is_left_alone_after_three_failures_or_where_it_asks() {
        let seconds = |failures, asked: Option<i64>| {
            host_pause(failures, asked.map(TimeDelta::seconds), 32_768).num_seconds()
        };

        assert_eq!([1, 2, 3, 4, 5].map(|failures| seconds(failures, None)), [0, 0, 30, 120, 600]);
        assert!((120..=150).contains(&seconds(1, Some(120))));
        assert_eq!(seconds(u32::MAX, None), 43_200);
    }

    #[test]
    fn a_retry_after_is_obeyed_up_to_a_day_and_never_undercut() {
        let asked = Some(TimeDelta::seconds(120));

        assert!(pause(1, asked, 0) >= TimeDelta::seconds(120));
        assert!(pause(1, asked, u16::MAX) <= TimeDelta::seconds(150));
        assert!(pause(1, Some(TimeDelta::days(3650)), u16::MAX) <= TimeDelta::hours(29));
        assert!(pause(4, Some(TimeDelta::seconds(1)), 32_768) >= TimeDelta::seconds(1_700));
    }
}
