//! Reports by our own accounts, kept for the moderators' queue.

use crate::actions::notices::{Reported, take_report};
use crate::actions::{Member, follows};
use crate::domain::ids::{AccountId, PostId, ReportId};
use crate::domain::job::Message;
use crate::domain::moderation::Question;
use crate::domain::permission::{Act, ServerAct, may_on_server};
use crate::store::{accounts, notices, persons, posts, reports};
use crate::{App, Error};

/// A report, as somebody wrote it.
#[derive(Clone, Debug)]
pub struct NewReport {
    /// Whom it is about.
    pub target: AccountId,
    /// Which posts, all by that account.
    pub posts: Vec<PostId>,
    /// Why.
    pub comment: String,
    /// `spam`, `legal`, `violation` or `other`.
    pub category: String,
    /// Whether the other server is to be told.
    pub forward: bool,
    /// Which rules were broken.
    pub rule_ids: Vec<String>,
}

/// Keeps a report.
pub async fn create(
    app: &App,
    member: &Member,
    new: NewReport,
) -> Result<(reports::Model, accounts::Model), Error> {
    member.must(Act::Read)?;
    if new.comment.chars().count() > 1000 {
        return Err(Error::invalid("Comment", "must be shorter than 1000 characters"));
    }
    if !matches!(new.category.as_str(), "spam" | "legal" | "violation" | "other") {
        return Err(Error::invalid("Category", "must be spam, legal, violation or other"));
    }
    let tx = app.begin_write().await?;
    let target = accounts::find(&*tx, new.target).await?.ok_or(Error::NotFound("Record"))?;
    let asked: Vec<PostId> = new.posts.into_iter().take(100).collect();
    let mut posts = posts::list_visible(&*tx, Some(member.viewer()), asked.clone()).await?;
    // Who moderates also finds what is hidden.
    let person = persons::find(&*tx, member.person).await?;
    if person.is_some_and(|person| may_on_server(person.server_roles(), ServerAct::Moderate)) {
        let hidden = posts::list_open(&*tx, asked).await?.into_iter().filter(|post| post.hidden_at.is_some());
        posts.extend(hidden);
    }
    let ids: Vec<String> =
        posts.iter().filter(|post| post.author_id == target.id).map(|post| post.id.to_string()).collect();
    let row = reports::Model {
        id: app.id(ReportId),
        reporter_id: member.account.id,
        target_id: target.id,
        category: new.category,
        comment: new.comment,
        // To whom else there is nobody to tell.
        forward: new.forward && !target.is_ours() && app.config.server.federates(),
        post_ids: ids.join(" "),
        rule_ids: new.rule_ids.into_iter().take(20).collect::<Vec<_>>().join(" "),
        created_at: app.clock.now(),
    };
    reports::insert(&tx, row.clone()).await?;
    let named = posts.into_iter().filter(|post| post.author_id == target.id).collect();
    let reported = Reported {
        source: notices::CLIENT,
        reporter: &member.account,
        person: Some(member.person),
        target: &target,
        posts: named,
        report: Some(row.id),
        question: question_of(&row.category),
        reason: &row.comment,
    };
    take_report(app, &tx, reported).await?;
    if row.forward
        && let Some(server) = accounts::find_instance(&*tx).await?
    {
        follows::send(app, &tx, server.id, &target, Message::Flag { report: row.id }).await?;
    }
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok((row, target))
}

/// Mastodon's categories in our words.
fn question_of(category: &str) -> Question {
    match category {
        "spam" => Question::Fraud,
        _ => Question::Other,
    }
}
