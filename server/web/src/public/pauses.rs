//! Why somebody who reported is warned or paused, and their complaint.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use stadtbote_core::actions::notifiers as actions;
use stadtbote_core::app::secret_hash;
use stadtbote_core::domain::notifiers::Kind;
use stadtbote_core::store::{complaints, notifier_steps};
use stadtbote_core::{App, Error};

use super::reports::secret;
use crate::error::OrPage;
use crate::pages::public::PausePage;
use crate::request::Visitor;
use crate::respond::{Answer, private_page, see_other};
use crate::sent::OpenForm;
use crate::times;
use crate::views::FieldErrors;

/// The field of the complaint.
const COMPLAINT: &str = "complaint";

/// Shows what was decided and why.
pub(crate) async fn show(State(app): State<App>, Path(link): Path<String>, visitor: Visitor) -> Answer {
    page(&app, &visitor, &link, None).await.map(secret).or_page(&app, &visitor.asked).map_err(secret)
}

/// Takes a complaint.
pub(crate) async fn complain(
    State(app): State<App>,
    Path(link): Path<String>,
    visitor: Visitor,
    OpenForm(sent): OpenForm,
) -> Answer {
    let text = sent.text(COMPLAINT);
    let answer = match actions::complain(&app, &link, text).await {
        // Sent twice, or too late: the page says how it stands.
        Ok(()) | Err(Error::Conflict(_)) => Ok(see_other(&format!("/report/pause/{link}"))),
        Err(Error::Invalid { .. }) => page(&app, &visitor, &link, Some(text.to_owned())).await,
        Err(error) => Err(error),
    };
    answer.map(secret).or_page(&app, &visitor.asked).map_err(secret)
}

/// `wrong`: what can't be taken.
async fn page(app: &App, visitor: &Visitor, link: &str, wrong: Option<String>) -> Result<Response, Error> {
    let (t, now) = (visitor.asked.t, app.clock.now());
    let step = notifier_steps::find_by_link(app.db(), &secret_hash(link)).await?;
    let step = step.ok_or(Error::NotFound("Decision"))?;
    let mut errors = FieldErrors::default();
    if let Some(text) = &wrong {
        let sentence = match text.is_empty() {
            true => t.say("complaint-missing"),
            false => t.say("complaint-long"),
        };
        errors.add(COMPLAINT, sentence);
    }
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let is_pause = step.kind == Kind::Pause.name();
    let heading = if is_pause { t.say("pause-title") } else { t.say("warning-title") };
    let day = times::day(t, step.ends_at);
    let last = actions::complaint_until(&step);
    let content = PausePage {
        t,
        shell: visitor.shell(
            app,
            &match errors.is_empty() {
                true => heading.clone(),
                false => t.with("title-error", "title", heading.clone()),
            },
        ),
        errors,
        heading,
        lead: match (step.ended_at, is_pause) {
            (Some(at), _) => t.with("outcome-ended", "day", times::day(t, at)),
            (None, true) => t.with("pause-lead", "day", day),
            (None, false) => t.say("warning-lead"),
        },
        when: times::near(t, step.created_at, now),
        reasons: step.reasons.clone(),
        link: app.config.server.address(&format!("/report/pause/{link}")),
        action: format!("/report/pause/{link}"),
        complain_until: (step.complained_at.is_none() && now <= last).then(|| times::day(t, last)),
        complaint: step.complaint.clone(),
        outcome: step.outcome.as_deref().map(|outcome| match outcome {
            complaints::REVERSED => t.say("complaint-reversed"),
            _ => t.say("complaint-upheld"),
        }),
        answer: step.answer.clone(),
        typed: wrong.unwrap_or_default(),
    };
    Ok(private_page(status, &visitor.asked, &content))
}
