//! What leaves no trace in the database: views of pages, openings of campaign addresses, readers of feeds. Counted in memory
//! and saved each minute (`actions/reach/counts.rs`), so that reading writes nothing. What was not saved when the power went
//! is lost: these numbers say "at least".

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Most things that are counted apart from each other until they are saved. More are not counted.
const MOST: usize = 20_000;
/// More readers than any service can have of a city's feed: such a number is no number.
const MOST_READERS: i64 = 1_000_000;

/// Something that was seen.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Seen {
    /// The page of an account, by its name.
    Profile(String),
    /// The page of a post, by its id.
    Post(i64),
    /// A campaign address, by its code.
    Link(String),
}

/// What was seen since it was saved last.
#[derive(Debug, Default)]
pub struct Counted {
    /// How much processor time was written down already, in milliseconds.
    saved_cpu: AtomicI64,
    seen: Mutex<HashMap<Seen, i64>>,
    /// How many read the feed of an account, as a service says that fetches it for them.
    readers: Mutex<HashMap<(String, String), i64>>,
}

impl Counted {
    /// Counts one.
    pub fn add(&self, seen: Seen) {
        put(&self.seen, seen, |count| *count += 1);
    }

    /// Writes down how many a service says read the feed of an account.
    pub fn readers(&self, account: String, service: String, readers: i64) {
        if (0..=MOST_READERS).contains(&readers) {
            put(&self.readers, (account, service), |count| *count = readers);
        }
    }

    /// The processor time of this process that is not written down yet, in milliseconds.
    pub(crate) fn unsaved_cpu(&self) -> i64 {
        cpu_milliseconds() - self.saved_cpu.load(Ordering::Relaxed)
    }

    /// So much of it is written down now.
    pub(crate) fn has_saved_cpu(&self, milliseconds: i64) {
        self.saved_cpu.fetch_add(milliseconds, Ordering::Relaxed);
    }

    /// Takes what was seen.
    pub(crate) fn take(&self) -> HashMap<Seen, i64> {
        std::mem::take(&mut *lock(&self.seen))
    }

    /// Takes how many read feeds, by account and service.
    pub(crate) fn take_readers(&self) -> HashMap<(String, String), i64> {
        std::mem::take(&mut *lock(&self.readers))
    }

    /// Gives back what could not be saved.
    pub(crate) fn give_back(&self, taken: HashMap<Seen, i64>) {
        for (seen, count) in taken {
            put(&self.seen, seen, |now| *now += count);
        }
    }
}

/// How long the processors have worked for this process (proc(5): `utime` and `stime`, in hundredths of a second on all
/// machines that Linux runs on today). Nothing, where that can't be told.
pub fn cpu_milliseconds() -> i64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program, in brackets, may hold anything.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<i64>().ok()).sum::<i64>() * 10
}

fn put<K: std::hash::Hash + Eq>(map: &Mutex<HashMap<K, i64>>, key: K, change: impl FnOnce(&mut i64)) {
    let mut map = lock(map);
    if map.len() < MOST || map.contains_key(&key) {
        change(map.entry(key).or_default());
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_adds_up_and_is_bounded() {
        let counted = Counted::default();
        for number in 0..MOST as i64 + 10 {
            counted.add(Seen::Post(number));
        }
        counted.add(Seen::Post(1));

        let taken = counted.take();

        assert_eq!((taken.len(), taken[&Seen::Post(1)]), (MOST, 2));
        counted.give_back(taken);
        counted.add(Seen::Post(1));
        assert_eq!(counted.take()[&Seen::Post(1)], 3);
    }

    #[test]
    fn the_last_number_of_readers_counts_and_nonsense_does_not() {
        let counted = Counted::default();
        for readers in [10, 12, -1, i64::MAX] {
            counted.readers("press".into(), "Feedbin".into(), readers);
        }

        assert_eq!(counted.take_readers()[&("press".into(), "Feedbin".into())], 12);
    }
}
