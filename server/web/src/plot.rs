//! Plots: where lines, marks and words of a chart stand. The template draws them as SVG; every chart has a table beside it.

/// The drawing is that large, in its own units; the page scales it.
const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 260.0;
/// The part of it where the lines are.
const LEFT: f64 = 56.0;
const RIGHT: f64 = 656.0;
const TOP: f64 = 28.0;
const BOTTOM: f64 = 226.0;
/// Most lines across.
const MOST_STEPS: i64 = 5;

/// Two lines over time: the numbers of now and those of before.
#[derive(Clone, Debug)]
pub(crate) struct Lines {
    /// `viewBox` of the drawing.
    pub(crate) size: String,
    /// Lines across, each with its number; the lowest is the axis.
    pub(crate) grid: Vec<Across>,
    /// The line of now, as `points`.
    pub(crate) now: String,
    /// What lies below it.
    pub(crate) area: String,
    /// The line of before.
    pub(crate) then: Option<String>,
    /// The highest point of now.
    pub(crate) peak: Option<Word>,
    /// Words below the axis.
    pub(crate) ticks: Vec<Word>,
    /// The name of each line, at its end.
    pub(crate) name_now: Word,
    pub(crate) name_then: Option<Word>,
}

/// A line across.
#[derive(Clone, Debug)]
pub(crate) struct Across {
    pub(crate) y: String,
    /// Where the number stands.
    pub(crate) text_y: String,
    pub(crate) number: u64,
}

/// Words at a place.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    pub(crate) x: String,
    pub(crate) y: String,
    /// Where the words stand.
    pub(crate) text_x: String,
    pub(crate) text_y: String,
    pub(crate) text: String,
    /// `start`, `middle` or `end`.
    pub(crate) anchor: &'static str,
}

/// What is drawn.
pub(crate) struct Drawn<'a> {
    /// The numbers of now, one for each place; it may have fewer than there are places.
    pub(crate) now: &'a [i64],
    /// Those of before, if there were any.
    pub(crate) then: Option<&'a [i64]>,
    /// How many places there are.
    pub(crate) places: usize,
    /// What stands below some places.
    pub(crate) ticks: Vec<(usize, String)>,
    pub(crate) name_now: String,
    pub(crate) name_then: String,
    /// What is said of the highest point, by its place and number.
    pub(crate) peak: &'a dyn Fn(usize, i64) -> String,
}

/// Places everything.
pub(crate) fn lines(drawn: &Drawn<'_>) -> Lines {
    let highest = drawn.now.iter().chain(drawn.then.into_iter().flatten()).copied().max().unwrap_or(0);
    let step = step(highest);
    let top = step * (highest.max(1) + step - 1).div_euclid(step);
    let x = |place: usize| LEFT + (RIGHT - LEFT) * at(place, drawn.places.max(2) - 1);
    let y = |number: i64| BOTTOM - (BOTTOM - TOP) * number.max(0) as f64 / top as f64;
    let points = |numbers: &[i64]| -> String {
        let places = numbers.iter().take(drawn.places).enumerate();
        places
            .map(|(place, number)| format!("{:.1},{:.1}", x(place), y(*number)))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let now = points(drawn.now);
    let last = drawn.now.len().saturating_sub(1);
    let area = match drawn.now.is_empty() {
        true => String::new(),
        false => format!("{LEFT:.1},{BOTTOM:.1} {now} {:.1},{BOTTOM:.1}", x(last)),
    };
    let then = drawn.then.filter(|numbers| !numbers.is_empty());
    let peak =
        drawn.now.iter().copied().enumerate().max_by_key(|(place, number)| (*number, usize::MAX - place));
    let peak = peak.filter(|(_, number)| *number > 0).map(|(place, number)| {
        let is_right = x(place) > WIDTH / 2.0;
        let text_x = if is_right { x(place) - 10.0 } else { x(place) + 10.0 };
        Word {
            x: number_of(x(place)),
            y: number_of(y(number)),
            text_x: number_of(text_x),
            text_y: number_of((y(number) - 8.0).max(14.0)),
            text: (drawn.peak)(place, number),
            anchor: if is_right { "end" } else { "start" },
        }
    });
    let end = |numbers: &[i64]| {
        numbers.get(drawn.places.min(numbers.len()).saturating_sub(1)).map_or(BOTTOM, |n| y(*n))
    };
    let (mut end_now, end_then) = (end(drawn.now), then.map(end));
    if let Some(then) = end_then
        && (end_now - then).abs() < 16.0
    {
        end_now = if end_now <= then && then - 16.0 >= TOP { then - 16.0 } else { then + 16.0 };
    }
    let name = |text: &str, end: f64| word(RIGHT + 8.0, end.clamp(TOP, BOTTOM + 16.0) + 4.0, text, "start");
    Lines {
        size: format!("0 0 {WIDTH} {HEIGHT}"),
        grid: (0..=top / step)
            .map(|line| Across {
                y: number_of(y(line * step)),
                text_y: number_of(y(line * step) + 4.0),
                number: (line * step).unsigned_abs(),
            })
            .collect(),
        area,
        then: then.map(points),
        peak,
        ticks: drawn
            .ticks
            .iter()
            .map(|(place, text)| word(x(*place), HEIGHT - 10.0, text, "middle"))
            .collect(),
        // A line that ends early is named where the other one is not.
        name_now: name(&drawn.name_now, end_now),
        name_then: end_then.map(|end| name(&drawn.name_then, end)),
        now,
    }
}

fn word(x: f64, y: f64, text: &str, anchor: &'static str) -> Word {
    Word {
        x: number_of(x),
        y: number_of(y),
        text_x: number_of(x),
        text_y: number_of(y),
        text: text.to_owned(),
        anchor,
    }
}

fn at(place: usize, last: usize) -> f64 {
    place as f64 / last as f64
}

fn number_of(number: f64) -> String {
    format!("{number:.1}")
}

/// The distance of the lines across: 1, 2 or 5 and noughts.
fn step(highest: i64) -> i64 {
    let mut step = 1;
    loop {
        for factor in [1, 2, 5] {
            if highest <= step * factor * MOST_STEPS {
                return step * factor;
            }
        }
        step *= 10;
    }
}

/// How long a bar is beside the longest, in percent.
pub(crate) fn share(amount: i64, longest: i64) -> i64 {
    if longest <= 0 { 0 } else { (amount.max(0) * 100).div_euclid(longest).clamp(0, 100) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(now: &[i64], then: Option<&[i64]>, places: usize) -> Lines {
        let peak = |place: usize, number: i64| format!("{number} am {}.", place + 1);
        lines(&Drawn {
            now,
            then,
            places,
            ticks: vec![(0, "1.".to_owned())],
            name_now: "Oktober".to_owned(),
            name_then: "September".to_owned(),
            peak: &peak,
        })
    }

    #[test]
    fn the_lines_across_have_round_numbers() {
        assert_eq!([0, 1, 5, 6, 206, 1001].map(step), [1, 1, 1, 2, 50, 500]);
        let numbers: Vec<u64> = draw(&[206, 3], None, 31).grid.iter().map(|line| line.number).collect();
        assert_eq!(numbers, [0, 50, 100, 150, 200, 250]);
    }

    #[test]
    fn a_line_stays_in_its_frame() {
        let drawn = draw(&[0, 10, 5], Some(&[3, 3, 3, 3, 3]), 3);

        assert_eq!(drawn.now, "56.0,226.0 356.0,28.0 656.0,127.0");
        assert_eq!(drawn.then.as_deref().map(|points| points.split(' ').count()), Some(3));
        assert_eq!(drawn.peak.map(|peak| peak.text).as_deref(), Some("10 am 2."));
    }

    #[test]
    fn nothing_and_one_can_be_drawn() {
        let nothing = draw(&[], None, 0);
        let one = draw(&[5], Some(&[]), 1);

        assert!(nothing.now.is_empty() && nothing.area.is_empty() && nothing.peak.is_none());
        assert_eq!(one.now, "56.0,28.0");
        assert!(one.then.is_none());
    }

    #[test]
    fn names_at_the_end_do_not_lie_on_each_other() {
        let drawn = draw(&[5, 5], Some(&[5, 5]), 2);

        assert_ne!(drawn.name_now.text_y, drawn.name_then.expect("both are named").text_y);
    }

    #[test]
    fn a_bar_is_as_long_as_its_share() {
        assert_eq!([share(388, 388), share(41, 388), share(0, 388), share(3, 0)], [100, 10, 0, 0]);
    }
}
