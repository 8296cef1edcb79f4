//! Reports by others about accounts of ours.

use chrono::TimeDelta;

use crate::actions::notices::{self, Reported};
use crate::app::Tx;
use crate::domain::hosts::domain_of;
use crate::domain::ids::{AccountId, PostId, ReportId};
use crate::domain::moderation::Question;
use crate::domain::text;
use crate::store::notices::SERVER;
use crate::store::{accounts, domain_policies, posts, reports, throttles};
use crate::{App, Error};

/// Most reports of one domain in an hour; more are a flood.
const MOST_IN_AN_HOUR: i32 = 10;
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

/// Keeps reports and joins them to their cases. Who reported is the server's own actor, or is shown to moderators alone.
///
/// What the servers of a domain send beyond `MOST_IN_AN_HOUR` is counted with its case and gets no row of its own.
pub async fn create(app: &App, reporter: &accounts::Model, new: Vec<RemoteReport>) -> Result<(), Error> {
    let now = app.clock.now();
    let host = reporter.host.clone().unwrap_or_default();
    if domain_policies::rejects_reports(app.db(), &host).await? {
        return app.begin_write().await?.commit().await;
    }
    let tx = app.begin_write().await?;
    for report in new {
        let Some(target) = accounts::find(&*tx, report.target).await? else { continue };
        let posts = posts::list_any(&*tx, report.posts).await?;
        if is_flood(app, &tx, &host).await? {
            notices::count_flood(app, &tx, &target, &posts).await?;
            continue;
        }
        let ids: Vec<String> = posts.iter().map(|post| post.id.to_string()).collect();
        let row = reports::Model {
            id: app.id(ReportId),
            reporter_id: reporter.id,
            target_id: target.id,
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
        reports::insert(&tx, row.clone()).await?;
        let reported = Reported {
            source: SERVER,
            reporter,
            person: None,
            target: &target,
            posts,
            report: Some(row.id),
            question: Question::Other,
            reason: &row.comment,
        };
        notices::take_report(app, &tx, reported).await?;
    }
    tx.commit().await
}

/// Counts a report of a server, and says whether it is more than its domain may send. The cost is the same however many
/// came before: one row for each domain, kept for an hour.
async fn is_flood(app: &App, tx: &Tx, host: &str) -> Result<bool, Error> {
    let now = app.clock.now();
    let key = format!("reports {}", domain_of(host));
    // Counted before it is looked at: of two at one moment the second waits here.
    throttles::count(tx, &key, now, now + TimeDelta::hours(1)).await?;
    let count = throttles::find(&**tx, &key, now).await?;
    Ok(count.is_some_and(|count| count.count > MOST_IN_AN_HOUR))
}
