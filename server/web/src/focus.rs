//! What of a picture must stay in view where it is cut: one of nine parts.
//!
//! Other servers know a point, each coordinate from -1 to 1, with 1 at the right and at the top.

use crate::language::Texts;
use crate::views::OptionView;

/// How far the middle of an outer part is from the middle of the picture.
const OUTER: f64 = 0.66;

/// A part: its value in a form and class in the stylesheet, and its middle.
const PARTS: [(&str, f64, f64); 9] = [
    ("f1", -OUTER, OUTER),
    ("f2", 0.0, OUTER),
    ("f3", OUTER, OUTER),
    ("f4", -OUTER, 0.0),
    ("f5", 0.0, 0.0),
    ("f6", OUTER, 0.0),
    ("f7", -OUTER, -OUTER),
    ("f8", 0.0, -OUTER),
    ("f9", OUTER, -OUTER),
];
const MIDDLE: usize = 4;

/// The part that a point lies in; without a point, the middle.
pub(crate) fn part(point: Option<(f64, f64)>) -> &'static str {
    let third = |at: f64| {
        if at < -OUTER / 2.0 {
            0
        } else if at > OUTER / 2.0 {
            2
        } else {
            1
        }
    };
    let index = point.map_or(MIDDLE, |(x, y)| third(x) + 3 * (2 - third(y)));
    PARTS[index].0
}

/// The class of a picture of which another part than the middle is kept in view.
pub(crate) fn class(point: Option<(f64, f64)>) -> Option<&'static str> {
    Some(part(point)).filter(|part| *part != PARTS[MIDDLE].0)
}

/// The point to keep when this part was chosen; none where the point that is kept already lies in it.
///
/// So a finer point that another program set stays, unless somebody chooses another part.
pub(crate) fn moved(point: Option<(f64, f64)>, chosen: &str) -> Option<(f64, f64)> {
    let (_, x, y) = PARTS.into_iter().find(|(value, ..)| *value == chosen)?;
    (part(point) != chosen).then_some((x, y))
}

/// The nine parts as a choice, row by row.
pub(crate) fn options(t: Texts, chosen: &str) -> Vec<OptionView> {
    let option = |(value, ..): (&str, f64, f64)| OptionView {
        value: value.to_owned(),
        label: t.say(&format!("part-{value}")),
        hint: String::new(),
        chosen: value == chosen,
    };
    PARTS.into_iter().map(option).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_lies_in_the_part_where_people_see_it() {
        assert_eq!(part(Some((-0.9, 0.9))), "f1");
        assert_eq!(part(Some((0.1, 0.9))), "f2");
        assert_eq!(part(Some((0.9, -0.9))), "f9");
        assert_eq!(part(None), "f5");
    }

    #[test]
    fn every_part_holds_its_own_middle() {
        for (value, x, y) in PARTS {
            assert_eq!(part(Some((x, y))), value);
        }
    }

    #[test]
    fn a_point_moves_only_into_another_part() {
        assert_eq!(moved(Some((-0.9, 0.9)), "f1"), None);
        assert_eq!(moved(Some((-0.9, 0.9)), "f5"), Some((0.0, 0.0)));
        assert_eq!(moved(None, "f5"), None);
        assert_eq!(moved(None, "f7"), Some((-OUTER, -OUTER)));
        assert_eq!(moved(None, "elsewhere"), None);
    }
}
