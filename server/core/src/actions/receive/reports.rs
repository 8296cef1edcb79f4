//! Reports by others about accounts of ours.

use chrono::TimeDelta;

use crate::domain::ids::{AccountId, PostId, ReportId};
use crate::domain::text;
use crate::store::{accounts, reports};
use crate::{App, Error};

/// Most reports of one server in an hour; more are a flood.
const MOST_IN_AN_HOUR: u64 = 10;
/// Most characters of a reason that are kept.
const LONGEST_REASON: usize = 1000;

/// What another server reports.
#[derive(Clone, Debug)]
pub struct RemoteReport {
    /// Our account that it is about.
    pub target: AccountId,
    /// Posts of that account.
    pub posts: Vec<PostId>,
    /// Why, in the words of whoever reported.
    pub reason: String,
}

/// Keeps reports for the moderators' queue. Who reported is the server's own actor, or is shown to moderators alone.
pub async fn create(app: &App, reporter: &accounts::Model, new: Vec<RemoteReport>) -> Result<(), Error> {
    let now = app.clock.now();
    let host = reporter.host.clone().unwrap_or_default();
    let tx = app.begin_write().await?;
    let mut count = reports::count_from_host(&*tx, &host, now - TimeDelta::hours(1)).await?;
    for report in new {
        if count >= MOST_IN_AN_HOUR {
            tracing::info!(host, "Reports passed over: their server has sent too many within an hour");
            break;
        }
        let ids: Vec<String> = report.posts.iter().map(ToString::to_string).collect();
        let row = reports::Model {
            id: app.id(ReportId),
            reporter_id: reporter.id,
            target_id: report.target,
            category: "other".into(),
            comment: text::plain_from_html(&report.reason)
                .chars()
                .filter(|c| !c.is_control() || *c == '\n')
                .take(LONGEST_REASON)
                .collect(),
            forward: false,
            post_ids: ids.join(" "),
            rule_ids: String::new(),
            created_at: now,
        };
        reports::insert(&tx, row).await?;
        count += 1;
    }
    tx.commit().await
}
