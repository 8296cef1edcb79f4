//! Those who often send unfounded reports: how they stand, and what is done about it.

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::Response;
use chrono::TimeDelta;
use http::StatusCode;
use stadtbote_core::actions::notifiers as actions;
use stadtbote_core::domain::ids::{NoticeId, PersonId, RowId};
use stadtbote_core::domain::notifiers::{Kind, PAUSES};
use stadtbote_core::store::{
    accounts, cases, complaints, notices, notifier_steps, persons, unfounded_notices,
};
use stadtbote_core::{App, Error};

use super::cases::address;
use super::{Area, bench, moderation_tabs};
use crate::error::OrPage;
use crate::language::Texts;
use crate::pages::moderation::{NotifierPage, NotifiersPage, StepView, UnfoundedView};
use crate::request::Moderator;
use crate::respond::{Answer, private_page, see_other};
use crate::sent::Sent;
use crate::times;
use crate::views::{FieldErrors, OptionView};

/// Where they are.
pub(crate) const NOTIFIERS: &str = "/redaktion/moderation/notifiers";
/// Most steps, and most unfounded reports, that are shown.
const MOST: u64 = 100;
/// The field of the reasons for the next step.
const REASONS: &str = "reasons";

/// The page of whoever sent a report.
pub(crate) fn href(notice: NoticeId) -> String {
    format!("{NOTIFIERS}/{notice}")
}

/// Shows the warnings and pauses, the newest first.
pub(crate) async fn list(State(app): State<App>, moderator: Moderator) -> Answer {
    let answer = async {
        let t = moderator.asked.t;
        let steps = notifier_steps::list(app.db(), MOST).await?;
        let names = names(&app, &steps).await?;
        let content = NotifiersPage {
            t,
            shell: moderator.asked.shell(&app, &t.say("notifiers"), true),
            bench: bench(&app, &moderator.asked, &moderator.person, Area::Moderation).await?,
            errors: FieldErrors::default(),
            tabs: moderation_tabs(&app, t, NOTIFIERS).await?,
            steps: steps.iter().map(|step| view(&app, t, &moderator, step, &names, None)).collect(),
        };
        Ok::<_, Error>(private_page(StatusCode::OK, &moderator.asked, &content))
    };
    answer.await.or_page(&app, &moderator.asked)
}

/// Shows how whoever sent a report stands.
pub(crate) async fn show(State(app): State<App>, Path(notice): Path<i64>, moderator: Moderator) -> Answer {
    let shown = page(&app, &moderator, NoticeId(notice), FieldErrors::default(), None).await;
    shown.or_page(&app, &moderator.asked)
}

/// Warns, pauses, lets go, or answers a complaint.
pub(crate) async fn update(
    State(app): State<App>,
    Path(notice): Path<i64>,
    moderator: Moderator,
    sent: Sent,
) -> Answer {
    change(&app, &moderator, NoticeId(notice), &sent).await.or_page(&app, &moderator.asked)
}

async fn change(app: &App, moderator: &Moderator, notice: NoticeId, sent: &Sent) -> Result<Response, Error> {
    let (t, by) = (moderator.asked.t, moderator.acting);
    let (what, id) = sent.text("do").split_once(' ').unwrap_or((sent.text("do"), ""));
    let number = || id.parse::<i64>().map_err(|_| Error::NotFound("Step"));
    let field = match what {
        "uphold" | "reverse" => format!("answer_{id}"),
        _ => REASONS.to_owned(),
    };
    let text = sent.text(&field);
    let (done, result) = match what {
        "warn" => {
            ("notifier-warned", actions::take(app, by, notice, Kind::Warning, 0, text).await.map(|_| ()))
        }
        "pause" => {
            let days = sent.text("days").parse().unwrap_or(PAUSES[0]);
            ("notifier-paused", actions::take(app, by, notice, Kind::Pause, days, text).await.map(|_| ()))
        }
        "end" => ("notifier-ended", actions::end(app, by, RowId(number()?)).await),
        "unmark" => ("notifier-unmarked", actions::unmark(app, by, NoticeId(number()?)).await),
        "uphold" | "reverse" => {
            let answer = actions::answer(app, by, RowId(number()?), what == "reverse", text).await;
            ("complaint-answered", answer)
        }
        _ => return Err(Error::NotFound("Step")),
    };
    let mut errors = FieldErrors::default();
    match result {
        Ok(()) => return Ok(see_other(&format!("{}?done={done}", href(notice)))),
        Err(Error::Invalid { .. }) if text.is_empty() => {
            errors.add(field.clone(), t.say("complaint-reasons-missing"));
        }
        Err(Error::Invalid { .. }) => errors.add(field.clone(), t.say("text-of-decision-long")),
        Err(Error::Conflict(_)) => errors.add(field.clone(), t.say("notifier-conflict")),
        Err(error) => return Err(error),
    }
    page(app, moderator, notice, errors, Some((field, text.to_owned()))).await
}

async fn names(app: &App, steps: &[notifier_steps::Model]) -> Result<HashMap<PersonId, String>, Error> {
    let people = steps.iter().flat_map(|step| [Some(step.person_id), step.ended_by, step.answered_by]);
    let people = persons::list_by_ids(app.db(), people.flatten().collect()).await?;
    Ok(people.into_iter().map(|person| (person.id, person.shown_name().to_owned())).collect())
}

/// `typed`: the field that can't be taken, and what it said.
async fn page(
    app: &App,
    moderator: &Moderator,
    notice: NoticeId,
    errors: FieldErrors,
    typed: Option<(String, String)>,
) -> Result<Response, Error> {
    let (t, now, db) = (moderator.asked.t, app.clock.now(), app.db());
    let row = notices::find(db, notice).await?.ok_or(Error::NotFound("Report"))?;
    let reporter = match row.reporter_id {
        Some(account) => accounts::find(db, account).await?,
        None => None,
    };
    let notifier = actions::of(&row, reporter.as_ref()).ok_or(Error::NotFound("Report"))?;
    let since = actions::counted_since(now);
    let standing = actions::standing(app, &notifier).await?;
    let unfounded = unfounded_notices::list_of(db, &notifier, since, MOST).await?;
    let of_cases = cases::list_by_ids(db, unfounded.iter().map(|row| row.case_id).collect()).await?;
    let sent = notices::count_since(db, row.reporter_id, &row.email, since).await?;
    let steps = notifier_steps::list_of(db, vec![notifier.clone()]).await?;
    let names = names(app, &steps).await?;
    let case = cases::find(db, row.case_id).await?.ok_or(Error::NotFound("Case"))?;
    let mark = |row: &unfounded_notices::Model| {
        let case = of_cases.iter().find(|case| case.id == row.case_id)?;
        Some(UnfoundedView {
            id: row.notice_id.to_string(),
            case: case.number.clone(),
            href: address(case, ""),
            when: times::near(t, row.created_at, now),
        })
    };
    let days = |days: i64| OptionView {
        value: days.to_string(),
        label: t.with_two(
            "days-until",
            "days",
            t.count("span-days", days.unsigned_abs()),
            "day",
            times::day(t, now + TimeDelta::days(days)),
        ),
        hint: String::new(),
        chosen: days == PAUSES[0],
    };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = match errors.is_empty() {
        true => t.say("notifier"),
        false => t.with("title-error", "title", t.say("notifier")),
    };
    let typed_reasons = typed.as_ref().filter(|(field, _)| field == REASONS).map(|(_, text)| text.clone());
    let content = NotifierPage {
        t,
        shell: moderator.asked.shell(app, &title, true),
        bench: bench(app, &moderator.asked, &moderator.person, Area::Moderation).await?,
        errors,
        here: href(notice),
        case: case.number.clone(),
        case_href: address(&case, ""),
        name: match &reporter {
            Some(account) if notifier == account.uri => format!("@{}", account.handle()),
            _ => notifier.clone(),
        },
        sentence: t.with_two(
            "notifier-part",
            "unfounded",
            t.number(standing.unfounded),
            "sent",
            t.number(sent.max(standing.unfounded)),
        ),
        often: standing.is_often(),
        may_warn: standing.next() == Some(Kind::Warning),
        may_pause: standing.next() == Some(Kind::Pause),
        waits: standing.is_often() && standing.next().is_none() && !standing.is_paused,
        days: PAUSES.map(days).to_vec(),
        reasons: typed_reasons.unwrap_or_default(),
        unfounded: unfounded.iter().filter_map(mark).collect(),
        steps: steps.iter().map(|step| view(app, t, moderator, step, &names, typed.as_ref())).collect(),
    };
    Ok(private_page(status, &moderator.asked, &content))
}

fn view(
    app: &App,
    t: Texts,
    moderator: &Moderator,
    step: &notifier_steps::Model,
    names: &HashMap<PersonId, String>,
    typed: Option<&(String, String)>,
) -> StepView {
    let now = app.clock.now();
    let name = |id: Option<PersonId>| id.and_then(|id| names.get(&id).cloned()).unwrap_or_default();
    let field = format!("answer_{}", step.id);
    let outcome = step.outcome.as_deref().map(|outcome| match outcome {
        complaints::REVERSED => t.say("step-taken-back"),
        _ => t.say("step-stays"),
    });
    StepView {
        id: step.id.to_string(),
        heading: heading(t, step),
        when: times::near(t, step.created_at, now),
        by: t.with("decision-by", "name", name(Some(step.person_id))),
        time: match step.ended_at {
            Some(at) => t.with("measure-ended", "when", times::near(t, at, now).text),
            None => t.with("until-day", "day", times::day(t, step.ends_at)),
        },
        reasons: step.reasons.clone(),
        told: if step.told { t.say("step-told") } else { t.say("step-untold") },
        in_force: step.held_at(now),
        href: href(step.notice),
        who: step.notifier.clone(),
        complaint: step.complaint.clone(),
        may_answer: step.complained_at.is_some()
            && outcome.is_none()
            && step.person_id != moderator.person.id,
        waits_for_another: step.complained_at.is_some()
            && outcome.is_none()
            && step.person_id == moderator.person.id,
        typed: typed.filter(|(of, _)| *of == field).map(|(_, text)| text.clone()).unwrap_or_default(),
        field,
        outcome: outcome.map(|outcome| format!("{outcome} ({})", name(step.answered_by))),
        answer: step.answer.clone(),
    }
}

/// What was done, in a word.
pub(crate) fn heading(t: Texts, step: &notifier_steps::Model) -> String {
    match Kind::parse(&step.kind) {
        Some(Kind::Pause) => t.say("step-pause"),
        Some(Kind::Warning) | None => t.say("step-warning"),
    }
}
