//! The privacy floor: what may be told of a number of people that is split up, by server or by place.
//!
//! Each part is told in steps of the floor, and only where there are more than that: of 1 to 5 nothing, of 6 to 10 five, of 11
//! to 15 ten. The total is no secret: anybody may read the number of followers, at any time. So the rule has to hold against
//! somebody who subtracts: who knows the total, this rule, all that was ever told by it, and which parts there are. To such a
//! reader no part below the floor, and no change of a part below the floor, may have only one possible size. `tests` tries all
//! there is for small numbers.
//!
//! Rounding alone gives away who came last: when there is one follower more than a month ago, and one part has just reached
//! the next step, the new one is there, and the part had exactly the number below the step. So of what lasts, a split is told
//! again only after [`may_tell_again`] so many have come or gone.
//!
//! What is told is kept, and everything else (other splits, sums of months and of accounts, files) is worked out from it and
//! from totals alone. So nothing can be found out by comparing two of them.

/// The smallest floor: below it, the rule does not hold what it promises.
pub const LEAST: u32 = 5;

/// So many times the floor must have come or gone before a split is told again.
const TURNOVER: u64 = 4;

/// What may be told of `parts`: for each a multiple of `floor` that is smaller than it, or nothing.
///
/// Two cases are made safe by keeping the smallest parts back as well. Where the total is close to the least that what is told
/// allows, every part is nearly known, and so is the rest. Where it is the most that is allowed, every part must be as large as
/// it can be.
pub fn tell(parts: &[u64], floor: u32) -> Vec<Option<u64>> {
    let floor = u64::from(floor.max(2));
    let total: u64 = parts.iter().sum();
    let there = parts.iter().filter(|part| **part > 0).count() as u64;
    let step = |part: u64| (part.saturating_sub(1) / floor) * floor;
    let mut told: Vec<Option<u64>> =
        parts.iter().map(|part| Some(step(*part)).filter(|rounded| *rounded > 0)).collect();
    let mut is_kept_back = false;
    while let Some(smallest) = told.iter().flatten().min().copied() {
        let sum = told.iter().flatten().sum::<u64>();
        let least = sum + told.iter().flatten().count() as u64;
        let most = sum + floor * there;
        if total - least >= floor && (is_kept_back || total < most) {
            break;
        }
        // All of the same size, so that their order gives nothing away.
        for one in told.iter_mut().filter(|one| **one == Some(smallest)) {
            *one = None;
        }
        is_kept_back = true;
    }
    told
}

/// Whether a split of what lasts may be told again, when since the last time so many came and so many went. Both are no secret.
pub fn may_tell_again(came: u64, went: u64, floor: u32) -> bool {
    came.saturating_add(went) >= TURNOVER * u64::from(floor.max(2))
}

/// How many of `total` are in a part, as it may be told where both may change at any time and the total is known: what is not
/// in it counts as the next multiple of `floor`. So the answer does not move when the total alone does, and nothing can be
/// learnt from waiting until it passes a step.
pub fn at_least(part: u64, total: u64, floor: u32) -> u64 {
    let outside = total.saturating_sub(part).next_multiple_of(u64::from(floor.max(1)));
    total.saturating_sub(outside)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_part_is_told_in_steps_or_not_at_all() {
        assert_eq!(tell(&[388, 41, 5, 12], 5), [Some(385), Some(40), None, Some(10)]);
        assert_eq!(tell(&[], 5), []);
        assert_eq!(tell(&[3, 4], 5), [None, None]);
        assert_eq!(tell(&[0, 6, 40], 5), [None, None, Some(35)]);
    }

    #[test]
    fn what_could_be_subtracted_is_kept_back() {
        // 14 in all and at least eleven of them there would leave three at most for the other.
        assert_eq!(tell(&[11, 3], 5), [None, None]);
        assert_eq!(tell(&[30, 11, 3], 5), [Some(25), Some(10), None]);
        // 15 in all: with 5 told, it must be 10 and 5.
        assert_eq!(tell(&[10, 5], 5), [None, None]);
    }

    #[test]
    fn what_is_outside_counts_as_the_next_step() {
        assert_eq!(at_least(100, 100, 5), 100);
        assert_eq!([at_least(99, 100, 5), at_least(96, 100, 5), at_least(95, 100, 5)], [95, 95, 95]);
        assert_eq!((at_least(94, 100, 5), at_least(2, 4, 5), at_least(7, 3, 5)), (90, 0, 3));
        // Four on a server that fails, whatever the total is.
        assert!((20..60).all(|total| total - at_least(total - 4, total, 5) == 5));
    }

    /// All ways to fill `count` parts with 0 to `most`.
    fn worlds(count: usize, most: u64) -> Vec<Vec<u64>> {
        (0..count).fold(vec![vec![]], |worlds, _| {
            let longer = |world: Vec<u64>| (0..=most).map(move |size| [world.clone(), vec![size]].concat());
            worlds.into_iter().flat_map(longer).collect()
        })
    }

    /// What a reader sees: the total, and what is told of each part.
    type Seen = (u64, Vec<Option<u64>>);

    /// All that looks different to a reader, and the worlds in which it looks so.
    fn seen(
        worlds: Vec<Vec<u64>>,
        rule: impl Fn(&[u64]) -> Vec<Option<u64>>,
    ) -> BTreeMap<Seen, Vec<Vec<u64>>> {
        let mut seen: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for world in worlds {
            seen.entry((world.iter().sum(), rule(&world))).or_default().push(world);
        }
        seen
    }

    /// How many sizes below the floor a reader can be sure of.
    fn recovered(count: usize, most: u64, floor: u32, rule: impl Fn(&[u64]) -> Vec<Option<u64>>) -> usize {
        let small = 1..u64::from(floor);
        let groups = seen(worlds(count, most), rule);
        // Beyond that total the worlds are not all there.
        let whole = groups.iter().filter(|((total, _), _)| *total <= most);
        whole
            .flat_map(|(_, worlds)| (0..count).map(move |part| (worlds, part)))
            .filter(|(worlds, part)| {
                let sizes: BTreeSet<u64> = worlds.iter().map(|world| world[*part]).collect();
                sizes.len() == 1 && sizes.iter().all(|size| small.contains(size))
            })
            .count()
    }

    /// How many sizes and changes below the floor a reader can be sure of, who reads the same split twice, and knows how many
    /// came and went meanwhile: `again` says whether the second is told.
    fn recovered_over_time(
        count: usize,
        most: u64,
        floor: u32,
        rule: impl Fn(&[u64]) -> Vec<Option<u64>>,
        again: impl Fn(u64, u64) -> bool,
    ) -> usize {
        let small = 1..u64::from(floor);
        let whole =
            worlds(count, most).into_iter().filter(|world| world.iter().sum::<u64>() <= most).collect();
        let groups: Vec<(Seen, Vec<Vec<u64>>)> = seen(whole, rule).into_iter().collect();
        let mut sure = 0;
        for ((then, before), (now, after)) in
            groups.iter().flat_map(|one| groups.iter().map(move |other| (one, other)))
        {
            // What each part may have been, may be, and may have changed by, for each number of those who came at least.
            let mut found: BTreeMap<u64, Vec<BTreeSet<i64>>> = BTreeMap::new();
            for (one, other) in before.iter().flat_map(|one| after.iter().map(move |other| (one, other))) {
                let came = one.iter().zip(other).map(|(one, other)| other.saturating_sub(*one)).sum();
                let sets = found.entry(came).or_insert_with(|| vec![BTreeSet::new(); 3 * count]);
                for part in 0..count {
                    let (one, other) = (one[part].cast_signed(), other[part].cast_signed());
                    for (place, size) in [one, other, other - one].into_iter().enumerate() {
                        sets[part * 3 + place].insert(size);
                    }
                }
            }
            let mut possible = vec![BTreeSet::new(); 3 * count];
            for came in 0..=most + u64::from(floor) {
                for (all, more) in possible.iter_mut().zip(found.get(&came).into_iter().flatten()) {
                    all.extend(more.iter().copied());
                }
                let Some(went) = (then.0 + came).checked_sub(now.0) else { continue };
                if again(came, went) {
                    let is_sure = |sizes: &&BTreeSet<i64>| {
                        sizes.len() == 1
                            && sizes.first().is_some_and(|size| small.contains(&size.unsigned_abs()))
                    };
                    sure += possible.iter().filter(is_sure).count();
                }
            }
        }
        sure
    }

    #[test]
    fn no_small_part_can_be_worked_out_from_all_that_is_told() {
        for (count, most, floor) in [(2, 27, 5), (3, 30, 5), (3, 18, 3), (4, 14, 3), (4, 16, 4)] {
            assert_eq!(
                recovered(count, most, floor, |parts| tell(parts, floor)),
                0,
                "{count} parts, floor {floor}"
            );
        }
    }

    #[test]
    fn no_small_change_can_be_worked_out_by_waiting() {
        for (count, most, floor) in [(3, 13, 3), (4, 8, 3), (3, 12, 4)] {
            let told = |parts: &[u64]| tell(parts, floor);
            let again = |came, went| may_tell_again(came, went, floor);
            assert_eq!(
                recovered_over_time(count, most, floor, told, again),
                0,
                "{count} parts, floor {floor}"
            );
        }
        // Told each month, whatever has changed, the same split says where the one is who came.
        assert!(recovered_over_time(3, 10, 3, |parts| tell(parts, 3), |_, _| true) > 0);
    }

    #[test]
    fn the_attack_finds_what_simpler_rules_give_away() {
        // Exact numbers and one rest, as it is mostly done; rounding alone.
        let exact = |parts: &[u64]| parts.iter().map(|part| Some(*part).filter(|part| *part >= 5)).collect();
        let rounded = |parts: &[u64]| -> Vec<Option<u64>> {
            parts.iter().map(|part| Some(part - part % 5).filter(|part| *part > 0)).collect()
        };

        assert!(recovered(3, 20, 5, exact) > 0);
        assert!(recovered(3, 20, 5, rounded) > 0);
    }

    proptest! {
        #[test]
        fn what_is_told_is_never_more_than_the_truth_nor_below_the_floor(
            parts in prop::collection::vec(0_u64..2000, 0..40),
            floor in LEAST..50,
        ) {
            let told = tell(&parts, floor);

            prop_assert_eq!(told.len(), parts.len());
            for (part, told) in parts.iter().zip(&told) {
                let Some(told) = told else { continue };
                prop_assert!(told < part && part - told <= u64::from(floor) && *told >= u64::from(floor));
            }
            let rest = parts.iter().sum::<u64>() - told.iter().flatten().sum::<u64>();
            prop_assert!(told.iter().all(Option::is_none) || rest >= u64::from(floor));
        }
    }
}
