//! What decisions do, and how it is undone.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::actions::{
    audit, blocks, cases as case_actions, domains, follows as follow_actions, held, posts as post_actions,
};
use crate::app::Tx;
use crate::domain::blocklist::{Entry, LONGEST_REASON, Severity};
use crate::domain::ids::{AccountId, DecisionId, JobId, MeasureId, PersonId, PostId, ReportId};
use crate::domain::job::{Job, Message};
use crate::domain::moderation::{BLOCK_DAYS, Measure, NewMeasure};
use crate::store::posts::Counter;
use crate::store::{accounts, cases, decisions, domain_policies, held_posts, jobs, measures, posts, reports};
use crate::{App, Error};

/// What has to be put back when a measure ends.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Before {
    /// Whether the pictures of the post were covered.
    #[serde(default)]
    sensitive: bool,
    /// The accounts of ours for which the block is.
    #[serde(default)]
    blocked_for: Vec<AccountId>,
    /// Whether a rule had held the post until then, so that nobody whom it names was told.
    #[serde(default)]
    held: bool,
    /// What was decided about the domain, and what this decision says of it.
    #[serde(default)]
    domain: Option<OfDomain>,
}

/// How a decision about a domain came into what stands about it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct OfDomain {
    /// What stood about it before any case decided about it.
    base: Option<Standing>,
    /// The reason that everybody may read.
    public_reason: String,
    /// The case, for moderators.
    private_note: String,
}

/// What stands about a domain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Standing {
    severity: String,
    reject_media: bool,
    reject_reports: bool,
    public_reason: String,
    private_note: String,
}

impl Standing {
    fn read(row: domain_policies::Model) -> Standing {
        Standing {
            severity: row.severity,
            reject_media: row.reject_media,
            reject_reports: row.reject_reports,
            public_reason: row.public_reason,
            private_note: row.private_note,
        }
    }

    /// What stands about a domain by these decisions about it, oldest first, over what stood before them.
    fn by(decided: &[(Measure, OfDomain)]) -> Option<Standing> {
        let (_, first) = decided.first()?;
        let mut standing = first.base.clone().unwrap_or_else(|| Standing {
            severity: Severity::Noop.name().into(),
            reject_media: false,
            reject_reports: false,
            public_reason: first.public_reason.clone(),
            private_note: first.private_note.clone(),
        });
        let mut severity = Severity::parse(&standing.severity).unwrap_or(Severity::Noop);
        for (what, _) in decided {
            match what {
                Measure::RejectMedia => standing.reject_media = true,
                Measure::LimitDomain => severity = severity.max(Severity::Silence),
                Measure::SuspendDomain => severity = severity.max(Severity::Suspend),
                _ => {}
            }
        }
        standing.severity = severity.name().into();
        Some(standing)
    }
}

/// What these measures decided about their domain.
fn decided(rows: &[measures::Model]) -> Vec<(Measure, OfDomain)> {
    rows.iter().filter_map(|row| Some((Measure::parse(&row.kind)?, read(row).domain?))).collect()
}

/// What was kept with a measure; we wrote it ourselves.
fn read(row: &measures::Model) -> Before {
    serde_json::from_str(&row.before).unwrap_or_default()
}

/// Whether a post's pictures stay covered whatever its author says.
pub(crate) async fn covers(tx: &Tx, post: PostId) -> Result<bool, Error> {
    let rows = measures::list_in_force_for_post(&**tx, post, Measure::Sensitive.name()).await?;
    Ok(!rows.is_empty())
}

/// What a measure is done to, as it is now.
pub(crate) struct Target<'a> {
    /// The post, if the case is about one.
    pub post: Option<&'a posts::Model>,
    /// Whoever wrote it, or is meant.
    pub account: Option<&'a accounts::Model>,
}

/// Does what a decision says, and sees to it that it ends in time.
pub(crate) async fn begin(
    app: &App,
    tx: &Tx,
    case: &cases::Model,
    decision: &decisions::Model,
    new: &NewMeasure,
    target: &Target<'_>,
) -> Result<measures::Model, Error> {
    let now = app.clock.now();
    let what = new.what;
    let post =
        || target.post.filter(|post| post.deleted_at.is_none()).ok_or(Error::Conflict("The post is gone"));
    let account = || target.account.ok_or(Error::Conflict("Nobody is known whom this could be done to"));
    let theirs = || match account()? {
        account if account.is_ours() => {
            Err(Error::invalid("Measures", "can't be done to accounts of our own"))
        }
        account => Ok(account),
    };
    let mut before = Before::default();
    let mut domain = None;
    match what {
        Measure::Sensitive => {
            // As its author left it: another measure in force has covered it already.
            let others = measures::list_in_force_for_post(&**tx, post()?.id, what.name()).await?;
            before = others.first().map_or(Before { sensitive: post()?.sensitive, ..before }, read);
            posts::set_sensitive(tx, post()?.id, true).await?;
        }
        Measure::Hide => {
            let others = measures::list_in_force_for_post(&**tx, post()?.id, what.name()).await?;
            before.held =
                others.iter().any(|other| read(other).held) || held_posts::is_held(&**tx, post()?.id).await?;
            hide(tx, post()?, Some(now)).await?;
        }
        Measure::Delete => post_actions::remove(app, tx, post()?, None).await?,
        Measure::Limit => accounts::set_limited(tx, theirs()?.id, Some(now)).await?,
        Measure::Suspend => accounts::set_suspended(tx, theirs()?.id, Some(now)).await?,
        Measure::Block => {
            for ours in accounts::list_ours(&**tx).await? {
                let is_meant =
                    new.institution.is_none_or(|institution| ours.institution_id == Some(institution));
                // Whoever speaks for the moderators can still be written to, and tells them why (Art. 17).
                let speaks = ours.username.eq_ignore_ascii_case(&app.config.moderation_account);
                if is_meant && !speaks && blocks::block_in(app, tx, &ours, theirs()?).await? {
                    before.blocked_for.push(ours.id);
                }
            }
        }
        Measure::RejectMedia | Measure::LimitDomain | Measure::SuspendDomain => {
            let name = domains::named(app, theirs()?.host.as_deref().unwrap_or_default())?;
            before.domain = Some(decide_domain(app, tx, case, decision, what, &name).await?);
            domain = Some(name);
        }
        Measure::Forward => forward(app, tx, theirs()?, target.post, &decision.facts).await?,
    }
    let days = match (what, new.days) {
        (Measure::Block, None) => Some(BLOCK_DAYS),
        (_, days) => days,
    };
    let is_about_post = what.is_about_post();
    let row = measures::Model {
        id: app.id(MeasureId),
        decision_id: decision.id,
        case_id: case.id,
        kind: what.name().into(),
        post_id: target.post.filter(|_| is_about_post).map(|post| post.id),
        account_id: target.account.filter(|_| !is_about_post && domain.is_none()).map(|account| account.id),
        domain,
        before: serde_json::to_string(&before).map_err(Error::unexpected)?,
        ends_at: days.filter(|_| what.can_end()).map(|days| now + TimeDelta::days(days)),
        ended_at: None,
        ended_by: None,
        created_at: now,
    };
    measures::insert(tx, row.clone()).await?;
    if let Some(ends_at) = row.ends_at {
        let job = Job::EndMeasure { measure: row.id };
        jobs::enqueue_at(tx, app.id(JobId), &job, None, now, ends_at).await?;
    }
    Ok(row)
}

/// Decides about a domain as a case says, over what stands about it already: never less than that.
async fn decide_domain(
    app: &App,
    tx: &Tx,
    case: &cases::Model,
    decision: &decisions::Model,
    what: Measure,
    name: &str,
) -> Result<OfDomain, Error> {
    let mut all = decided(&measures::list_in_force_for_domain(&**tx, name).await?);
    let base = match all.first() {
        Some((_, first)) => first.base.clone(),
        None => domain_policies::find(&**tx, name).await?.map(Standing::read),
    };
    let new = OfDomain {
        base,
        public_reason: decision.citation.chars().take(LONGEST_REASON).collect(),
        private_note: case.number.clone(),
    };
    all.push((what, new.clone()));
    put_domain(app, tx, Some(decision.person_id), name, Standing::by(&all)).await?;
    Ok(new)
}

/// Lets the other decisions about a domain stand, or what stood before them.
async fn end_domain(
    app: &App,
    tx: &Tx,
    row: &measures::Model,
    by: Option<PersonId>,
    name: &str,
) -> Result<(), Error> {
    let left = measures::list_in_force_for_domain(&**tx, name).await?;
    let base = read(row).domain.and_then(|of| of.base);
    put_domain(app, tx, by, name, Standing::by(&decided(&left)).or(base)).await
}

/// Ends what cases decided about a domain, since somebody decides about it by hand.
pub(crate) async fn supersede_of_domain(
    app: &App,
    tx: &Tx,
    by: Option<PersonId>,
    name: &str,
) -> Result<(), Error> {
    for row in measures::list_in_force_for_domain(&**tx, name).await? {
        close(app, tx, &row, by).await?;
    }
    Ok(())
}

async fn put_domain(
    app: &App,
    tx: &Tx,
    by: Option<PersonId>,
    name: &str,
    standing: Option<Standing>,
) -> Result<(), Error> {
    let Some(standing) = standing else { return domains::lift_in(app, tx, by, name).await.map(|_| ()) };
    let entry = Entry {
        name: name.to_owned(),
        severity: Severity::parse(&standing.severity).unwrap_or(Severity::Noop),
        reject_media: standing.reject_media,
        reject_reports: standing.reject_reports,
        public_reason: standing.public_reason,
    };
    domains::put_in(app, tx, by, entry, &standing.private_note).await
}

/// Hides a post everywhere here, or shows it again.
pub(crate) async fn hide(tx: &Tx, post: &posts::Model, at: Option<DateTime<Utc>>) -> Result<(), Error> {
    // From here on the moderators' word is what counts, not that of a rule.
    held_posts::delete(tx, post.id).await?;
    if !posts::set_hidden(tx, post.id, at).await? {
        return Ok(());
    }
    let by = if at.is_some() { -1 } else { 1 };
    accounts::count_post(tx, post.author_id, by, None).await?;
    if let Some(parent) = post.in_reply_to_id {
        posts::count(tx, parent, Counter::Replies, by).await?;
    }
    Ok(())
}

/// Tells the moderators of the other server.
async fn forward(
    app: &App,
    tx: &Tx,
    target: &accounts::Model,
    post: Option<&posts::Model>,
    facts: &str,
) -> Result<(), Error> {
    let Some(server) = accounts::find_instance(&**tx).await? else { return Ok(()) };
    let row = reports::Model {
        id: app.id(ReportId),
        reporter_id: server.id,
        target_id: target.id,
        category: "other".into(),
        comment: facts.chars().take(1000).collect(),
        forward: true,
        post_ids: post.map(|post| post.id.to_string()).unwrap_or_default(),
        rule_ids: String::new(),
        created_at: app.clock.now(),
    };
    reports::insert(tx, row.clone()).await?;
    follow_actions::send(app, tx, server.id, target, Message::Flag { report: row.id }).await
}

/// Ends a measure whose time is over.
pub async fn end_in_time(app: &App, measure: MeasureId) -> Result<(), Error> {
    let now = app.clock.now();
    let tx = app.begin_write().await?;
    let row = measures::find(&*tx, measure).await?;
    if let Some(row) = row.filter(|row| row.ends_at.is_some_and(|at| at <= now)) {
        end(app, &tx, &row, None).await?;
    }
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(())
}

/// Ends a measure before its time.
pub async fn end_early(app: &App, by: crate::actions::Moderator, measure: MeasureId) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    let row = measures::find(&*tx, measure).await?.ok_or(Error::NotFound("Measure"))?;
    if !Measure::parse(&row.kind).is_some_and(Measure::can_end) {
        return Err(Error::Conflict("This can't be undone"));
    }
    end(app, &tx, &row, Some(by.person)).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(())
}

/// Undoes what a measure did, unless another one in force does the same.
pub(crate) async fn end(
    app: &App,
    tx: &Tx,
    row: &measures::Model,
    by: Option<PersonId>,
) -> Result<(), Error> {
    let Some(what) = close(app, tx, row, by).await? else { return Ok(()) };
    if let Some(domain) = &row.domain {
        return end_domain(app, tx, row, by, domain).await;
    }
    let others = match (row.post_id, row.account_id) {
        (Some(post), _) => measures::list_in_force_for_post(&**tx, post, &row.kind).await?,
        (None, Some(account)) => measures::list_in_force_for_account(&**tx, account, &row.kind).await?,
        (None, None) => return Ok(()),
    };
    let before = read(row);
    let post = match row.post_id {
        Some(post) => posts::find_any(&**tx, post).await?.filter(|post| post.deleted_at.is_none()),
        None => None,
    };
    let account = match row.account_id {
        Some(account) => accounts::find(&**tx, account).await?,
        None => None,
    };
    match (what, post, account) {
        (Measure::Block, _, Some(target)) => {
            let still =
                |account: &AccountId| others.iter().any(|other| read(other).blocked_for.contains(account));
            for account in before.blocked_for.iter().filter(|account| !still(account)) {
                blocks::unblock_in(app, tx, *account, &target).await?;
            }
        }
        _ if !others.is_empty() => {}
        (Measure::Sensitive, Some(post), _) => posts::set_sensitive(tx, post.id, before.sensitive).await?,
        (Measure::Hide, Some(post), _) => {
            hide(tx, &post, None).await?;
            if before.held {
                held::tell(app, tx, &post).await?;
            }
        }
        (Measure::Limit, _, Some(account)) => {
            let host = account.host.as_deref().unwrap_or_default();
            // What is decided about its domain stays.
            if !domain_policies::is_limited(&**tx, host).await? {
                accounts::set_limited(tx, account.id, None).await?;
            }
        }
        (Measure::Suspend, _, Some(account)) => accounts::set_suspended(tx, account.id, None).await?,
        _ => {}
    }
    Ok(())
}

/// Writes down that a measure is over; gives what it was, if it was not over and can be.
async fn close(
    app: &App,
    tx: &Tx,
    row: &measures::Model,
    by: Option<PersonId>,
) -> Result<Option<Measure>, Error> {
    let Some(what) = Measure::parse(&row.kind).filter(|what| what.can_end()) else { return Ok(None) };
    if !measures::end(tx, row.id, by, app.clock.now()).await? {
        return Ok(None);
    }
    case_actions::log(app, tx, row.case_id, case_actions::events::ENDED, by, what.name()).await?;
    let facts = json!({ "case": row.case_id.to_string(), "what": what.name(), "automatic": by.is_none() });
    audit::write(app, tx, by, "measure ended", row.id, facts).await?;
    Ok(Some(what))
}

/// Ends all that a decision did.
pub(crate) async fn end_all_of(
    app: &App,
    tx: &Tx,
    decision: DecisionId,
    case: &cases::Model,
    by: PersonId,
) -> Result<(), Error> {
    for row in measures::list(&**tx, case.id).await? {
        if row.decision_id == decision && row.ended_at.is_none() {
            end(app, tx, &row, Some(by)).await?;
        }
    }
    Ok(())
}
