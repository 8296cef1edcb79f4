//! The privacy floor: what may be told of a number of people that is split up, by server or by place.
//!
//! Each part is told as a multiple of the floor, rounded down, and not at all below it. The total is no secret: anybody may
//! read the number of followers. So the rule has to hold against somebody who subtracts: who knows the total, this rule, all
//! that was ever told by it, and which parts there are. To such a reader no part below the floor, and no change of a part
//! below the floor, may have only one possible size. `tests` tries all there is for small numbers.
//!
//! What is told is kept, and everything else (other splits, sums of months and of accounts, files) is worked out from it and
//! from totals alone. So nothing can be found out by comparing two of them.

/// The smallest floor: below it, the rule does not hold what it promises.
pub const LEAST: u32 = 5;

/// What may be told of `parts`: for each its size rounded down to a multiple of `floor`, or nothing.
///
/// Two cases are made safe by keeping the smallest parts back as well. Where total and what is told lie close together, every
/// part is nearly exact, and so is the rest. Where they lie as far apart as they can, every part must be as large as it can
/// be.
pub fn tell(parts: &[u64], floor: u32) -> Vec<Option<u64>> {
    let floor = u64::from(floor.max(2));
    let total: u64 = parts.iter().sum();
    let most_hidden = (floor - 1) * parts.iter().filter(|part| **part > 0).count() as u64;
    let mut told: Vec<Option<u64>> =
        parts.iter().map(|part| Some(part - part % floor).filter(|rounded| *rounded > 0)).collect();
    let mut is_kept_back = false;
    while let Some(smallest) = told.iter().flatten().min().copied() {
        let rest = total - told.iter().flatten().sum::<u64>();
        if rest >= floor && (is_kept_back || rest < most_hidden) {
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

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_part_is_told_rounded_down_or_not_at_all() {
        assert_eq!(tell(&[388, 41, 4, 12], 5), [Some(385), Some(40), None, Some(10)]);
        assert_eq!(tell(&[], 5), []);
        assert_eq!(tell(&[3, 4], 5), [None, None]);
    }

    #[test]
    fn what_could_be_subtracted_is_kept_back() {
        // 13 in all and ten of them there would leave three for the other.
        assert_eq!(tell(&[10, 3], 5), [None, None]);
        assert_eq!(tell(&[30, 10, 3], 5), [Some(30), None, None]);
        // 13 in all: with 5 told, it must be 9 and 4.
        assert_eq!(tell(&[9, 4], 5), [None, None]);
        // A rounded number that is exact by chance would tell the rest.
        assert_eq!(tell(&[20, 10], 5), [Some(20), None]);
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

    /// How many changes below the floor, from one month to the next, a reader can be sure of.
    fn recovered_over_time(count: usize, most: u64, floor: u32) -> usize {
        let small = 1..u64::from(floor);
        let whole =
            worlds(count, most).into_iter().filter(|world| world.iter().sum::<u64>() <= most).collect();
        let groups: Vec<Vec<Vec<u64>>> = seen(whole, |parts| tell(parts, floor)).into_values().collect();
        let mut sure = 0;
        for (before, after) in groups.iter().flat_map(|one| groups.iter().map(move |other| (one, other))) {
            for part in 0..count {
                let sizes = |worlds: &[Vec<u64>]| -> BTreeSet<u64> {
                    worlds.iter().map(|world| world[part]).collect()
                };
                let (before, after) = (sizes(before), sizes(after));
                if let ([before], [after]) =
                    (Vec::from_iter(before).as_slice(), Vec::from_iter(after).as_slice())
                {
                    sure += usize::from(small.contains(&before.abs_diff(*after)));
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
        for (count, most, floor) in [(2, 20, 5), (3, 13, 5), (3, 11, 3), (4, 9, 3)] {
            assert_eq!(recovered_over_time(count, most, floor), 0, "{count} parts, floor {floor}");
        }
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
                prop_assert!(told <= part && part - told < u64::from(floor) && *told >= u64::from(floor));
            }
            let rest = parts.iter().sum::<u64>() - told.iter().flatten().sum::<u64>();
            prop_assert!(told.iter().all(Option::is_none) || rest >= u64::from(floor));
        }
    }
}
