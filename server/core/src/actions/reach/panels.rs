//! What people said of themselves in panels.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::figures::Whose;
use crate::domain::ids::{AccountId, PostId};
use crate::domain::panels::Panel;
use crate::domain::period::Period;
use crate::store::{poll_options, polls};
use crate::{App, Error};

/// Most panels of a period that are told of, the last ones.
const MOST: u64 = 200;

/// The result of a panel that is over: what everybody can see under the post.
#[derive(Clone, Debug, PartialEq)]
pub struct OfPanel {
    /// The post that asked.
    pub post: PostId,
    /// The account that asked.
    pub account: AccountId,
    /// What it asked about.
    pub panel: Panel,
    /// The day on which it was over.
    pub closed_on: NaiveDate,
    /// What could be answered, each with how many did so. There may be more: votes of some servers never arrive.
    pub answers: Vec<(String, i64)>,
}

impl OfPanel {
    /// How many answered.
    pub fn n(&self) -> i64 {
        self.answers.iter().map(|(_, votes)| votes).sum()
    }
}

/// The panels that were over between the first day of `first` and the end of `last`, the last first, with two questions. One
/// that is open, or that not everybody may see, is not told of.
pub async fn panels(app: &App, whose: &Whose, first: Period, last: Period) -> Result<Vec<OfPanel>, Error> {
    let from = app.clock.begin_of(first.first());
    let until = app.clock.begin_of(last.until()).min(app.clock.now());
    let found = polls::list_panels(app.db(), &whose.accounts(), from, until, MOST).await?;
    let asked = found.iter().map(|panel| panel.post_id).collect();
    let mut answers: HashMap<PostId, Vec<(String, i64)>> = HashMap::new();
    for option in poll_options::list_of_posts(app.db(), asked).await? {
        answers.entry(option.post_id).or_default().push((option.title, option.votes_count.max(0)));
    }
    let told = found.into_iter().map(|panel| OfPanel {
        post: panel.post_id,
        account: panel.author_id,
        panel: panel.panel,
        closed_on: app.clock.day(panel.closes_at),
        answers: answers.remove(&panel.post_id).unwrap_or_default(),
    });
    Ok(told.collect())
}
