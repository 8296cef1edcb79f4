//! Whom posts reach: sums are made from what is stored, and told with what they are worth.

mod counts;
mod figures;
mod links;
mod of_post;
mod panels;
mod potential;
mod report;
mod roll_up;

pub use counts::save_counts;
pub use figures::{Cell, Figures, OfDay, Part, Whose, campaign, figures, has_links, whole_figures};
pub use links::{MOST, MOST_OF_LABEL, campaign_tag, create_link, end_link, target};
pub use of_post::{PostReach, of_post};
pub use panels::{OfPanel, panels};
pub use potential::{keep_follower_counts, list_to_ask};
pub use report::{Report, report};
pub use roll_up::{roll_up, schedule};
