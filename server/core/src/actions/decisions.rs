//! Decisions about cases, and complaints about decisions.

use chrono::TimeDelta;
use serde_json::json;

use crate::actions::cases::{events, log};
use crate::actions::measures::{self, Target};
use crate::actions::{Member, Moderator, answers, audit, held, notifiers};
use crate::app::{Tx, secret, secret_hash};
use crate::domain::ids::{CaseId, ComplaintId, DecisionId, JobId, NoticeId};
use crate::domain::job::Job;
use crate::domain::moderation::{COMPLAINT_DAYS, LONGEST_TEXT, NewDecision};
use crate::domain::permission::Act;
use crate::store::{accounts, cases, complaints, decisions, jobs, notices, posts, unfounded_notices};
use crate::{App, Error};

/// Decides a case: all measures or none of them, with what they stand on.
///
/// `version`: the version of the post that was on the page; if it was changed since, nothing is decided.
pub async fn decide(
    app: &App,
    by: Moderator,
    case: CaseId,
    version: Option<i64>,
    new: NewDecision,
) -> Result<decisions::Model, Error> {
    if let Some((field, reason)) = new.faults().into_iter().next() {
        return Err(Error::invalid(field, reason));
    }
    let now = app.clock.now();
    let tx = app.begin_write().await?;
    let row = cases::find(&*tx, case).await?.ok_or(Error::NotFound("Case"))?;
    if !row.is_open() {
        return Err(Error::Conflict("Somebody has decided this case already"));
    }
    let post = match row.post_id {
        Some(post) => posts::find_any(&*tx, post).await?,
        None => None,
    };
    let account = match row.account_id {
        Some(account) => accounts::find(&*tx, account).await?,
        None => None,
    };
    let current = post.as_ref().map(|post| post.version);
    let is_gone = post.as_ref().is_some_and(|post| post.deleted_at.is_some());
    if version.is_some() && version != current && !is_gone {
        return Err(Error::Conflict("The post was changed while you read it. Look at it again."));
    }
    let restricts = new.measures.iter().any(|measure| measure.what.is_restrictive());
    let untold = new.untold.trim();
    let link = secret();
    let decision = decisions::Model {
        id: app.id(DecisionId),
        case_id: row.id,
        person_id: by.person,
        version: current,
        ground: new.ground.name().into(),
        citation: new.citation.trim().to_owned(),
        facts: new.facts.trim().to_owned(),
        redress: new.redress.trim().to_owned(),
        category: new.category.clone(),
        complaint_until: now + TimeDelta::days(COMPLAINT_DAYS),
        created_at: now,
        reversed_at: None,
        reversed_by: None,
        link_hash: (restricts && untold.is_empty()).then(|| secret_hash(&link)),
        untold: if restricts { untold.to_owned() } else { String::new() },
    };
    decisions::insert(&tx, decision.clone()).await?;
    let target = Target { post: post.as_ref(), account: account.as_ref() };
    let mut done = Vec::new();
    for measure in &new.measures {
        done.push(measures::begin(app, &tx, &row, &decision, measure, &target).await?);
    }
    // What a rule held back is shown, unless this decision keeps it from being seen.
    if let Some(post) = post.as_ref().filter(|_| !is_gone) {
        held::let_go(app, &tx, post).await?;
    }
    notifiers::mark(app, &tx, by, case, &new.unfounded).await?;
    let names: Vec<&str> = new.measures.iter().map(|measure| measure.what.name()).collect();
    log(app, &tx, case, events::DECIDED, Some(by.person), &names.join(" ")).await?;
    if restricts {
        let decided = (&decision, done.as_slice());
        answers::state_reasons(app, &tx, by, &row, decided, account.as_ref(), &link).await?;
    }
    if app.mailer.is_some() || !app.config.moderation_account.is_empty() {
        let job = Job::AnswerNotices { decision: decision.id, after: None };
        jobs::enqueue(&tx, app.id(JobId), &job, None, now).await?;
    }
    let facts = json!({
        "decision": decision.id.to_string(),
        "measures": names,
        "ground": decision.ground,
        "version": decision.version,
        "unfounded_reports": new.unfounded.len(),
    });
    audit::write(app, &tx, Some(by.person), "case decided", &row.number, facts).await?;
    let row = cases::Model {
        state: cases::DECIDED.into(),
        reviewed_version: current,
        looked_at: row.looked_at.or(Some(now)),
        decided_at: Some(now),
        ..row
    };
    cases::update(&tx, row).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(decision)
}

/// Somebody who reported does not agree with what was decided about it. `link`: the secret of their receipt.
pub async fn complain(app: &App, link: &str, case: CaseId, text: &str) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    let notice = notices::list_by_link(&*tx, &secret_hash(link)).await?.into_iter();
    let notice = notice.into_iter().find(|notice| notice.case_id == case).ok_or(Error::NotFound("Report"))?;
    let decision = decisions::list(&*tx, case).await?.pop();
    let decision = decision.ok_or(Error::Conflict("Nothing was decided yet"))?;
    take_complaint(app, tx, &decision, Some(notice.id), text).await
}

/// Somebody who is restricted by a decision does not agree with it. `link`: the secret of their statement of reasons.
pub async fn object(app: &App, link: &str, text: &str) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    let decision = decisions::find_by_link(&*tx, &secret_hash(link)).await?;
    take_complaint(app, tx, &decision.ok_or(Error::NotFound("Decision"))?, None, text).await
}

/// Those who run an account of ours do not agree with a decision about it.
pub async fn object_as_member(
    app: &App,
    member: &Member,
    decision: DecisionId,
    text: &str,
) -> Result<(), Error> {
    member.must(Act::Write)?;
    let tx = app.begin_write().await?;
    let told = decisions::find(&*tx, decision).await?.filter(|row| row.link_hash.is_some());
    let told = told.ok_or(Error::NotFound("Decision"))?;
    let case = cases::find(&*tx, told.case_id).await?;
    if case.is_none_or(|case| case.account_id != Some(member.account.id)) {
        return Err(Error::NotFound("Decision"));
    }
    take_complaint(app, tx, &told, None, text).await
}

/// `notice`: the report of whoever complains; none for whoever is restricted.
async fn take_complaint(
    app: &App,
    tx: Tx,
    decision: &decisions::Model,
    notice: Option<NoticeId>,
    text: &str,
) -> Result<(), Error> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LONGEST_TEXT {
        return Err(Error::invalid("Complaint", "is missing or too long"));
    }
    let now = app.clock.now();
    if now > decision.complaint_until {
        return Err(Error::Conflict("The time to complain is over"));
    }
    let earlier = complaints::list(&*tx, decision.case_id).await?;
    if earlier.iter().any(|one| one.decision_id == decision.id && one.notice_id == notice) {
        return Err(Error::Conflict("You have complained about this decision already"));
    }
    let row = complaints::Model {
        id: app.id(ComplaintId),
        case_id: decision.case_id,
        decision_id: decision.id,
        notice_id: notice,
        text: text.to_owned(),
        created_at: now,
        outcome: None,
        reasons: String::new(),
        decided_by: None,
        decided_at: None,
    };
    if !complaints::insert_once(&tx, row).await? {
        return Err(Error::Conflict("You have complained about this decision already"));
    }
    log(app, &tx, decision.case_id, events::COMPLAINT, None, "").await?;
    tx.commit().await
}

/// Decides about a complaint. Another person than the one who decided the case must do it; taking the decision back undoes
/// all that it did (Art. 20).
pub async fn answer_complaint(
    app: &App,
    by: Moderator,
    complaint: ComplaintId,
    takes_back: bool,
    reasons: &str,
) -> Result<(), Error> {
    let reasons = reasons.trim();
    if reasons.is_empty() || reasons.chars().count() > LONGEST_TEXT {
        return Err(Error::invalid("Reasons", "are missing or too long"));
    }
    let now = app.clock.now();
    let tx = app.begin_write().await?;
    let row = complaints::find(&*tx, complaint).await?.ok_or(Error::NotFound("Complaint"))?;
    if row.outcome.is_some() {
        return Err(Error::Conflict("Somebody has answered this complaint already"));
    }
    let decision = decisions::find(&*tx, row.decision_id).await?.ok_or(Error::NotFound("Decision"))?;
    if decision.person_id == by.person {
        return Err(Error::Conflict("You made this decision: another person must look at the complaint"));
    }
    let case = cases::find(&*tx, row.case_id).await?.ok_or(Error::NotFound("Case"))?;
    if takes_back && decision.reversed_at.is_none() {
        measures::end_all_of(app, &tx, decision.id, &case, by.person).await?;
        // What it said of the reports is taken back with it.
        unfounded_notices::delete_of_case(&tx, case.id).await?;
        let reversed =
            decisions::Model { reversed_at: Some(now), reversed_by: Some(by.person), ..decision.clone() };
        decisions::update(&tx, reversed).await?;
    }
    let row_decision = row.decision_id;
    let outcome = if takes_back { complaints::REVERSED } else { complaints::UPHELD };
    let answered = complaints::Model {
        outcome: Some(outcome.into()),
        reasons: reasons.to_owned(),
        decided_by: Some(by.person),
        decided_at: Some(now),
        ..row
    };
    complaints::update(&tx, answered.clone()).await?;
    answers::answer_complaint(app, &tx, by, &case, &decision, &answered).await?;
    log(app, &tx, case.id, events::ANSWERED, Some(by.person), outcome).await?;
    let facts = json!({ "decision": row_decision.to_string(), "outcome": outcome });
    audit::write(app, &tx, Some(by.person), "complaint answered", &case.number, facts).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(())
}
