//! Signatures that were seen: a request that comes again as it was is not worked on again.
//!
//! What came is stored once for each id of an activity anyway. This spares a repeat the look-up of its key and the database,
//! and keeps whoever has recorded a Follow from having it answered again and again.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use aws_lc_rs::digest::{Context, SHA256};
use chrono::{DateTime, Utc};

use super::{ParsedSignature, TIME_WINDOW};

/// Most signatures of one generation; there are two. About five megabytes in all.
const MOST: usize = 50_000;

/// Signatures that were seen lately.
///
/// Kept in two generations: when the younger is full, or as old as a signature may be, it becomes the elder, and the elder
/// is forgotten.
#[derive(Default)]
pub(crate) struct Replays(Mutex<Generations>);

#[derive(Default)]
struct Generations {
    young: HashSet<Mark>,
    old: HashSet<Mark>,
    since: DateTime<Utc>,
}

/// What a signature is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Mark([u8; 32]);

impl Mark {
    /// The mark of a signature: of its key's id and its bytes.
    pub(crate) fn of(signature: &ParsedSignature) -> Mark {
        let mut hash = Context::new(&SHA256);
        hash.update(signature.key_id().as_bytes());
        // No id of a key has a zero in it.
        hash.update(&[0]);
        hash.update(signature.signature());
        let mut mark = [0; 32];
        mark.copy_from_slice(hash.finish().as_ref());
        Mark(mark)
    }
}

impl Replays {
    /// Whether that signature was seen.
    pub(crate) fn contains(&self, mark: Mark) -> bool {
        let generations = self.lock();
        generations.young.contains(&mark) || generations.old.contains(&mark)
    }

    /// Remembers a signature, for at least as long as it could be sent again, if there is room for so many.
    pub(crate) fn remember(&self, mark: Mark, now: DateTime<Utc>) {
        let mut generations = self.lock();
        // A signature may be as much ahead of our time as behind it.
        if generations.young.len() >= MOST || now - generations.since > TIME_WINDOW * 2 {
            generations.old = std::mem::take(&mut generations.young);
            generations.since = now;
        }
        generations.young.insert(mark);
    }

    fn lock(&self) -> MutexGuard<'_, Generations> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::test_network::now;

    fn mark(number: usize) -> Mark {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&number.to_le_bytes());
        Mark(bytes)
    }

    #[test]
    fn a15_a_signature_is_remembered_for_as_long_as_it_could_be_sent_again() {
        let replays = Replays::default();

        replays.remember(mark(1), now());
        replays.remember(mark(2), now() + TIME_WINDOW * 2);
        assert!(replays.contains(mark(1)) && replays.contains(mark(2)) && !replays.contains(mark(3)));

        replays.remember(mark(3), now() + TIME_WINDOW * 2 + TimeDelta::seconds(1));
        assert!(replays.contains(mark(1)), "it was there when the generation ended");
        replays.remember(mark(4), now() + TIME_WINDOW * 5);
        assert!(!replays.contains(mark(1)) && replays.contains(mark(3)) && replays.contains(mark(4)));
    }

    #[test]
    fn the_memory_of_signatures_is_bounded() {
        let replays = Replays::default();

        for number in 0..MOST * 3 {
            replays.remember(mark(number), now());
        }

        let generations = replays.lock();
        assert!(generations.young.len() <= MOST && generations.old.len() <= MOST);
        assert!(generations.young.contains(&mark(MOST * 3 - 1)));
    }
}
