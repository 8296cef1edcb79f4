//! Whom posts reach: sums are made from what is stored, and told with what they are worth.

mod figures;
mod roll_up;

pub use figures::{Cell, Figures, OfDay, Part, Whose, figures};
pub use roll_up::{roll_up, schedule};
