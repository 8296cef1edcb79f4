//! What one post reached.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::potential;
use super::roll_up::reached;
use crate::domain::ids::PostId;
use crate::domain::reach::{Measure, Potential, REACTIONS};
use crate::store::{accounts, posts, reach, reach_days};
use crate::{App, Error};

/// What one post reached, up to now.
#[derive(Clone, Debug)]
pub struct PostReach {
    /// What there is of each measure.
    pub amounts: BTreeMap<Measure, i64>,
    /// Reactions by day, as far as there were any.
    pub days: Vec<(NaiveDate, i64)>,
    /// The most accounts that it can have come before by those who shared it.
    pub potential: Potential,
    /// When the first number of followers behind that was read; nothing, where they are our own.
    pub potential_read_at: Option<DateTime<Utc>>,
}

/// What a post of ours reached. How it went out is told as it is now, as long as that is known; reactions as they were counted
/// last.
pub async fn of_post(app: &App, post: &posts::Model) -> Result<PostReach, Error> {
    let always = reach_days::Days { first: "0000", until: "9999-99" };
    let subject = post.id.to_string();
    let rows =
        reach_days::list_of_subject(app.db(), &[post.author_id], reach_days::POST, &subject, always).await?;
    let mut amounts: BTreeMap<Measure, i64> = BTreeMap::new();
    let mut days: BTreeMap<NaiveDate, i64> = BTreeMap::new();
    for row in rows {
        let Some(measure) = Measure::parse(&row.measure) else { continue };
        *amounts.entry(measure).or_default() += row.amount;
        if REACTIONS.contains(&measure)
            && let Ok(day) = row.day.parse()
        {
            *days.entry(day).or_default() += row.amount;
        }
    }
    // Who reads which language or campaign is not told; so it must not be found by adding up posts.
    let views = amounts.remove(&Measure::Views).unwrap_or_default();
    let floor = i64::from(app.config.reach_floor.max(1));
    if views >= floor {
        amounts.insert(Measure::Views, views - views % floor);
    }
    let author = accounts::list_by_ids(app.db(), vec![post.author_id]).await?.pop();
    let all = author.map(|author| author.followers_count);
    if let Some(now) = live(app, post.id).await? {
        amounts.insert(Measure::Delivered, now.delivered);
        amounts.insert(Measure::Undelivered, now.undelivered);
        amounts.insert(Measure::FollowersReached, reached(now.followers, all, app.config.reach_floor));
    }
    let (potential, potential_read_at) = potential::of_post(app, post, all.unwrap_or_default()).await?;
    Ok(PostReach { amounts, days: days.into_iter().collect(), potential, potential_read_at })
}

async fn live(app: &App, post: PostId) -> Result<Option<reach::Delivery>, Error> {
    Ok(reach::find_delivery(app.db(), post).await?)
}
