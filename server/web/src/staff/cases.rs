//! The queue of the moderators, and one case with all that belongs to it.

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use http::{HeaderName, StatusCode, header};
use stadtbote_core::actions::domains::{self, Loss};
use stadtbote_core::actions::{self, answers, case_export, cases as actions_on_cases, notifiers};
use stadtbote_core::domain::hold::Rule;
use stadtbote_core::domain::ids::{AccountId, PersonId};
use stadtbote_core::domain::moderation::{Lane, Light, after_working_days, light};
use stadtbote_core::domain::notifiers::OFTEN;
use stadtbote_core::domain::permission::{ServerAct, may_on_server};
use stadtbote_core::domain::text::{excerpt, plain_from_html};
use stadtbote_core::store::case_snapshots::{Kept, KeptAccount, KeptFile};
use stadtbote_core::store::{
    accounts, case_events, case_files, case_snapshots, cases, complaints, decisions, held_posts,
    institutions, mails, measures, media, notices, notifier_steps, persons, post_texts, posts,
    unfounded_notices,
};
use stadtbote_core::{App, Error};

use super::decisions::{self as decision_pages, Typed};
use super::{Area, bench, moderation_tabs, notifiers as notifier_pages};
use crate::error::OrPage;
use crate::language::Texts;
use crate::moderation as words;
use crate::pages::moderation::{
    CasePage, CaseRow, DeadlineView, EventView, EvidenceView, KeptView, LightView, NoticeView, QueuePage,
    SourceView, ThreadPage, ThreadRow,
};
use crate::request::Moderator;
use crate::respond::{Answer, download, private_page, see_other};
use crate::sent::Sent;
use crate::views::{FieldErrors, OptionView};
use crate::{dress, times};

/// Where the queue is.
pub(crate) const QUEUE: &str = "/redaktion/moderation";
/// Where those are that are decided.
pub(crate) const DECIDED: &str = "/redaktion/moderation?view=decided";
/// Cases on one page.
const CASES_PER_PAGE: u64 = 30;
/// Most reports of a case that are shown.
const MOST_NOTICES: u64 = 200;
/// Most posts of a conversation that are shown.
const MOST_IN_THREAD: u64 = 200;
/// Most events of a case that are shown.
const MOST_EVENTS: u64 = 200;

/// The address of a case; `path` begins with a slash or is empty.
pub(crate) fn address(case: &cases::Model, path: &str) -> String {
    format!("{QUEUE}/{}{path}", case.number)
}

/// The case with that number.
pub(crate) async fn find(app: &App, number: &str) -> Result<cases::Model, Error> {
    cases::find_by_number(app.db(), number).await?.ok_or(Error::NotFound("Case"))
}

/// Shows the cases that wait, the most urgent first, or those that are decided.
pub(crate) async fn list(State(app): State<App>, moderator: Moderator) -> Answer {
    queue(&app, &moderator).await.or_page(&app, &moderator.asked)
}

async fn queue(app: &App, moderator: &Moderator) -> Result<Response, Error> {
    let t = moderator.asked.t;
    let now = app.clock.now();
    let waiting = moderator.asked.parameter("view").as_deref() != Some("decided");
    let page: u64 = moderator.asked.parameter("page").and_then(|page| page.parse().ok()).unwrap_or(1);
    let page = page.clamp(1, 10_000);
    let offset = (page - 1) * CASES_PER_PAGE;
    let mut rows = match waiting {
        true => cases::list_open(app.db(), offset, CASES_PER_PAGE + 1).await?,
        false => cases::list_decided(app.db(), offset, CASES_PER_PAGE + 1).await?,
    };
    let has_more = rows.len() as u64 > CASES_PER_PAGE;
    rows.truncate(CASES_PER_PAGE as usize);

    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let mut kept = HashMap::new();
    for row in case_snapshots::list_of_cases(app.db(), ids.clone()).await? {
        kept.insert(row.case_id, row);
    }
    let sources = notices::count_by_source(app.db(), ids).await?;
    let names = names(app, rows.iter().filter_map(|row| row.assignee_id).collect()).await?;
    let view = |row: &cases::Model| {
        let kept = kept.get(&row.id).map(case_snapshots::Model::kept).unwrap_or_default();
        let from = sources.iter().filter(|count| count.case_id == row.id);
        let from: Vec<String> = from.map(|count| words::source(t, &count.source)).collect();
        let reports = t.count("reports", row.notices_count.unsigned_abs());
        CaseRow {
            number: row.number.clone(),
            href: address(row, ""),
            subject: subject(t, row, &kept),
            handle: handle(&kept),
            question: words::question_of(t, &row.question),
            reports: match from.is_empty() {
                true => reports,
                false => format!("{reports} ({})", from.join(", ")),
            },
            lane: words::lane(t, Lane::of_number(row.lane)),
            danger: row.lane == Lane::Danger.number(),
            light: row.is_open().then(|| light_of(t, row.opened_at, row.due_at, now)),
            decided: row.decided_at.map(|at| times::near(t, at, now)),
            assignee: row.assignee_id.and_then(|id| names.get(&id).cloned()),
        }
    };
    let turned = |page: u64| match waiting {
        true => format!("{QUEUE}?page={page}"),
        false => format!("{DECIDED}&page={page}"),
    };
    let content = QueuePage {
        t,
        shell: moderator.asked.shell(app, &t.say("cases"), true),
        bench: bench(app, &moderator.asked, &moderator.person, Area::Moderation).await?,
        errors: FieldErrors::default(),
        tabs: moderation_tabs(app, t, if waiting { QUEUE } else { DECIDED }).await?,
        waiting,
        cases: rows.iter().map(view).collect(),
        before: (page > 1).then(|| turned(page - 1)),
        after: has_more.then(|| turned(page + 1)),
    };
    Ok(private_page(StatusCode::OK, &moderator.asked, &content))
}

/// The names of people, by their ids.
async fn names(app: &App, ids: Vec<PersonId>) -> Result<HashMap<PersonId, String>, Error> {
    let people = persons::list_by_ids(app.db(), ids).await?;
    Ok(people.into_iter().map(|person| (person.id, person.shown_name().to_owned())).collect())
}

/// Whose it is.
fn handle(kept: &Kept) -> String {
    kept.whose().map(|whose| format!("@{}", whose.handle)).unwrap_or_default()
}

/// The name of whose it is.
fn name_of(kept: &Kept) -> String {
    let name = |whose: &KeptAccount| {
        Some(&whose.name).filter(|name| !name.is_empty()).unwrap_or(&whose.handle).clone()
    };
    kept.whose().map(|whose| name(&whose)).unwrap_or_default()
}

/// What is reported, in one line.
fn subject(t: Texts, case: &cases::Model, kept: &Kept) -> String {
    let said = match kept.warning.as_deref().unwrap_or_default() {
        "" => plain_from_html(kept.html.as_deref().unwrap_or_default()),
        warning => t.with("warning-is", "warning", warning),
    };
    let line = match (case.post_id, case.account_id) {
        (Some(_), _) if said.is_empty() => t.say("case-post-without-text"),
        (Some(_), _) => said,
        (None, Some(_)) => t.with("case-account", "name", name_of(kept)),
        (None, None) => case.url.clone(),
    };
    excerpt(&line, 120)
}

/// How the time between `opened` and `due` stands, in words.
fn light_of(t: Texts, opened: DateTime<Utc>, due: DateTime<Utc>, now: DateTime<Utc>) -> LightView {
    let (class, icon) = match light(opened, due, now) {
        Light::InTime => ("go", "circlecheck"),
        Light::Soon => ("soon", "warning"),
        Light::Late => ("late", "octagon"),
    };
    let text = match due > now {
        true => t.with_two("due-in", "left", span(t, due - now), "when", times::near(t, due, now).text),
        false => t.with("due-since", "left", span(t, now - due)),
    };
    LightView { class, icon, text }
}

/// A span of time in whole hours, or days where there are many.
fn span(t: Texts, span: chrono::TimeDelta) -> String {
    let hours = u64::try_from(span.num_hours()).unwrap_or_default();
    match hours {
        0..48 => t.count("span-hours", hours),
        _ => t.count("span-days", hours / 24),
    }
}

/// Shows a case. For the person who has it this counts as the first look.
pub(crate) async fn show(State(app): State<App>, Path(number): Path<String>, moderator: Moderator) -> Answer {
    let answer = async {
        let mut case = find(&app, &number).await?;
        if case.looked_at.is_none() && case.assignee_id == Some(moderator.person.id) {
            actions_on_cases::look(&app, case.id).await?;
            case = find(&app, &number).await?;
        }
        let typed = Typed { template: moderator.asked.parameter("redress"), ..Typed::default() };
        case_page(&app, &moderator, &case, FieldErrors::default(), typed).await
    };
    answer.await.or_page(&app, &moderator.asked)
}

/// Gives a case to somebody, or takes it.
pub(crate) async fn assign(
    State(app): State<App>,
    Path(number): Path<String>,
    moderator: Moderator,
    sent: Sent,
) -> Answer {
    let answer = async {
        let case = find(&app, &number).await?;
        let to = match sent.text("do") {
            "take" => Some(moderator.acting),
            "give" => {
                let person = sent.text("to").parse().map(PersonId).map_err(|_| Error::NotFound("Person"))?;
                let to = actions::Moderator::find(&app, person).await?;
                Some(to.ok_or(Error::NotFound("Person"))?)
            }
            _ => None,
        };
        actions_on_cases::assign(&app, moderator.acting, case.id, to).await?;
        Ok::<_, Error>(see_other(&address(&case, "?done=case-assigned")))
    };
    answer.await.or_page(&app, &moderator.asked)
}

/// Gives a case as a file.
pub(crate) async fn export(
    State(app): State<App>,
    Path(number): Path<String>,
    moderator: Moderator,
    _sent: Sent,
) -> Answer {
    let answer = async {
        let case = find(&app, &number).await?;
        let file = case_export::export(&app, moderator.acting, case.id).await?;
        Ok::<_, Error>(download(&file.name, "application/json", file.text))
    };
    answer.await.or_page(&app, &moderator.asked)
}

/// Takes a note.
pub(crate) async fn note(
    State(app): State<App>,
    Path(number): Path<String>,
    moderator: Moderator,
    sent: Sent,
) -> Answer {
    let t = moderator.asked.t;
    let answer = async {
        let case = find(&app, &number).await?;
        let note = sent.text("note");
        match actions_on_cases::note(&app, moderator.acting, case.id, note).await {
            Ok(()) => Ok(see_other(&address(&case, "?done=case-note"))),
            Err(Error::Invalid { .. }) => {
                let mut errors = FieldErrors::default();
                let sentence = match note.is_empty() {
                    true => t.say("note-missing"),
                    false => t.say("note-too-long"),
                };
                errors.add("note", sentence);
                let typed = Typed { note: note.to_owned(), ..Typed::default() };
                case_page(&app, &moderator, &case, errors, typed).await
            }
            Err(error) => Err(error),
        }
    };
    answer.await.or_page(&app, &moderator.asked)
}

/// Puts a case into another lane.
pub(crate) async fn put_into_lane(
    State(app): State<App>,
    Path(number): Path<String>,
    moderator: Moderator,
    sent: Sent,
) -> Answer {
    let answer = async {
        let case = find(&app, &number).await?;
        let lane = Lane::ALL.into_iter().find(|lane| lane.name() == sent.text("lane"));
        let lane = lane.ok_or(Error::invalid("Lane", "is missing"))?;
        actions_on_cases::put_into_lane(&app, moderator.acting, case.id, lane).await?;
        Ok::<_, Error>(see_other(&address(&case, "?done=case-lane")))
    };
    answer.await.or_page(&app, &moderator.asked)
}

/// The domain of an account that is not ours, and what would be lost without it.
async fn loss_of(app: &App, account: Option<&accounts::Model>) -> Result<Option<(String, Loss)>, Error> {
    let Some(domain) = account.and_then(|account| account.host.as_deref()) else { return Ok(None) };
    // Of a server that is above our own nothing can be decided.
    let Ok(domain) = domains::named(app, domain) else { return Ok(None) };
    let loss = domains::loss(app, &domain).await?;
    Ok(Some((domain, loss)))
}

/// The page of a case. `typed`: what a form brought that can't be taken.
pub(crate) async fn case_page(
    app: &App,
    moderator: &Moderator,
    case: &cases::Model,
    errors: FieldErrors,
    typed: Typed,
) -> Result<Response, Error> {
    let t = moderator.asked.t;
    let now = app.clock.now();
    let db = app.db();
    let post = match case.post_id {
        Some(post) => posts::find_any(db, post).await?,
        None => None,
    };
    let account = match case.account_id {
        Some(account) => accounts::find(db, account).await?,
        None => None,
    };
    let files = match &post {
        Some(post) => media::list_of_posts(db, vec![post.id]).await?,
        None => Vec::new(),
    };
    let snapshots = case_snapshots::list(db, case.id).await?;
    let notices = notices::list(db, case.id, MOST_NOTICES).await?;
    let counts = notices::count_by_source(db, vec![case.id]).await?;
    let reporters: Vec<AccountId> = notices.iter().filter_map(|row| row.reporter_id).collect();
    let reporters = accounts::list_by_ids(db, reporters).await?;
    let events = case_events::list(db, case.id, MOST_EVENTS).await?;
    let decided = decision_pages::Decided {
        decisions: decisions::list(db, case.id).await?,
        measures: measures::list(db, case.id).await?,
        complaints: complaints::list(db, case.id).await?,
    };
    let staff = persons::list(db).await?;
    let mut people: Vec<PersonId> = events.iter().filter_map(|row| row.person_id).collect();
    people.extend(events.iter().filter_map(|row| row.text.parse().ok().map(PersonId)));
    people.extend(notices.iter().filter_map(|row| row.person_id));
    people.extend(decided.people());
    people.extend(case.assignee_id);
    let names = names(app, people).await?;

    let pictures = case_files::list(db, case.id).await?;
    let of = |version: i64| {
        let own = pictures.iter().filter(|file| file.version == version);
        own.map(|file| evidence_view(t, case, file)).collect()
    };
    let mut kept: Vec<KeptView> = snapshots
        .iter()
        .map(|row: &case_snapshots::Model| KeptView { pictures: of(row.version), ..kept_view(t, row) })
        .collect();
    let last = kept.pop().unwrap_or_else(|| kept_view_of(t, Kept::default()));
    let is_changed = |post: &posts::Model| {
        post.deleted_at.is_none() && snapshots.last().is_some_and(|kept| kept.version != post.version)
    };
    let current = match post.as_ref().filter(|post| is_changed(post)) {
        Some(post) => {
            let words = post_texts::find_main(db, post.id).await?;
            Some(KeptView {
                published: Some(times::full(t, post.edited_at.unwrap_or(post.time()))),
                warning: words.as_ref().map(|words| words.warning.clone()).unwrap_or_default(),
                html: words.map(|words| words.html).unwrap_or_default(),
                lang: post.language.clone(),
                dir: dress::direction(post.language.as_deref()),
                ..kept_view_of(t, Kept::default())
            })
        }
        None => None,
    };
    let state = match (&post, &account) {
        (Some(post), _) if post.deleted_at.is_some() => t.say("case-state-deleted"),
        (Some(_), _) if current.is_some() => t.say("case-state-changed"),
        (Some(_), _) => t.say("case-state-same"),
        (None, Some(_)) => t.say("case-state-account"),
        (None, None) => t.say("case-state-address"),
    };
    let (thread_href, elsewhere) = thread(app, case, post.as_ref(), account.as_ref()).await?;
    let sources = sources(app, t, &counts, &notices, &reporters, &names).await?;
    let form = match case.is_open() {
        true => {
            let may_be_shown = decision_pages::Object {
                post: post.as_ref().filter(|post| post.deleted_at.is_none()),
                account: account.as_ref(),
                loss: loss_of(app, account.as_ref()).await?,
                has_media: !files.is_empty(),
                institutions: institutions::list(db).await?,
                senders: senders(t, app.clock.now(), &notices, &reporters),
            };
            Some(decision_pages::form(app, t, case, &may_be_shown, &typed))
        }
        false => None,
    };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = t.with("case", "number", &case.number);
    let title = match errors.is_empty() {
        true => title,
        false => t.with("title-error", "title", title),
    };
    let name = |id: Option<PersonId>| id.and_then(|id| names.get(&id).cloned());
    let lane = Lane::of_number(case.lane);
    let content = CasePage {
        t,
        shell: moderator.asked.shell(app, &title, true),
        bench: bench(app, &moderator.asked, &moderator.person, Area::Moderation).await?,
        errors,
        number: case.number.clone(),
        here: address(case, ""),
        question: words::question_of(t, &case.question),
        lane: words::lane(t, lane),
        danger: lane == Lane::Danger,
        light: case.is_open().then(|| light_of(t, case.opened_at, case.due_at, now)),
        kind: match (case.post_id, case.account_id) {
            (Some(_), _) => t.say("case-kind-post"),
            (None, Some(_)) => t.say("case-kind-account"),
            (None, None) => t.say("case-kind-address"),
        },
        kept: last,
        earlier: kept,
        current,
        held: match case.post_id.filter(|_| case.is_open()) {
            Some(post) => held_posts::find(db, post).await?.is_some(),
            None => false,
        },
        state,
        media: files.iter().filter_map(dress::file).collect(),
        thread_href,
        elsewhere,
        reports: t.count("reports", case.notices_count.unsigned_abs()),
        sources,
        decisions: decided.views(t, app, moderator, case, &names, &typed),
        form,
        assignee: name(case.assignee_id),
        mine: case.assignee_id == Some(moderator.person.id),
        moderators: staff
            .iter()
            .filter(|person| may_on_server(person.server_roles(), ServerAct::Moderate))
            .filter(|person| case.assignee_id != Some(person.id) && person.id != moderator.person.id)
            .map(|person| OptionView {
                value: person.id.to_string(),
                label: person.shown_name().to_owned(),
                hint: String::new(),
                chosen: false,
            })
            .collect(),
        deadlines: deadlines(t, case, now),
        events: events.iter().map(|row| event(t, now, row, &names)).collect(),
        mails: mails::count_of_case(db, case.id).await?.iter().map(|count| mail(t, now, count)).collect(),
        lanes: match case.is_open() {
            true => Lane::ALL.into_iter().map(|one| lane_option(t, one, lane)).collect(),
            false => Vec::new(),
        },
        note: typed.note,
    };
    Ok(private_page(status, &moderator.asked, &content))
}

fn lane_option(t: Texts, lane: Lane, current: Lane) -> OptionView {
    OptionView {
        value: lane.name().to_owned(),
        label: words::lane(t, lane),
        hint: String::new(),
        chosen: lane == current,
    }
}

fn evidence_view(t: Texts, case: &cases::Model, file: &case_files::Listed) -> EvidenceView {
    let href = address(case, &format!("/files/{}/{}", file.version, file.position));
    EvidenceView {
        shown: (!file.mime.is_empty()).then(|| href.clone()),
        original: file.failure.is_empty().then(|| format!("{href}?original=1")),
        description: file.description.clone(),
        hash: file.hash.clone(),
        failure: (!file.failure.is_empty())
            .then(|| t.with("evidence-failure", "reason", file.failure.as_str())),
    }
}

/// Shows a picture that was kept: written anew, or as it was had, to be saved and not to be opened here.
pub(crate) async fn file(
    State(app): State<App>,
    Path((number, version, position)): Path<(String, i64, i32)>,
    moderator: Moderator,
) -> Answer {
    let answer = async {
        let case = find(&app, &number).await?;
        let found = case_files::find(app.db(), case.id, version, position).await?;
        let found = found.ok_or(Error::NotFound("File"))?;
        let (mime, how, bytes) = match moderator.asked.parameter("original") {
            Some(_) => (
                "application/octet-stream".to_owned(),
                "attachment; filename=\"original.bin\"",
                found.original,
            ),
            None => (found.mime, "inline", found.shown),
        };
        let headers = [
            (header::CONTENT_TYPE, mime),
            (header::CONTENT_DISPOSITION, how.to_owned()),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
            (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
            (header::CACHE_CONTROL, "no-store".to_owned()),
            (HeaderName::from_static("cross-origin-resource-policy"), "same-origin".to_owned()),
        ];
        Ok::<_, Error>((headers, bytes.ok_or(Error::NotFound("File"))?).into_response())
    };
    answer.await.or_page(&app, &moderator.asked)
}

fn kept_view(t: Texts, row: &case_snapshots::Model) -> KeptView {
    KeptView {
        taken: Some(times::full(t, row.taken_at)),
        hash: row.hash.clone(),
        ..kept_view_of(t, row.kept())
    }
}

fn kept_view_of(t: Texts, kept: Kept) -> KeptView {
    let file = |file: KeptFile| {
        let what = match file.kind.as_str() {
            "image" => t.say("file-picture"),
            "video" | "gifv" => t.say("file-film"),
            _ => t.say("file-other"),
        };
        let parts = [what, file.description, file.address.unwrap_or_default()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    };
    KeptView {
        author: name_of(&kept),
        handle: handle(&kept),
        published: kept.published_at.map(|at| times::full(t, at)),
        warning: kept.warning.unwrap_or_default(),
        html: kept.html.or(kept.note).unwrap_or_default(),
        dir: dress::direction(kept.language.as_deref()),
        lang: kept.language.filter(|lang| !lang.is_empty()),
        options: kept.options,
        address: kept.url,
        files: kept.media.into_iter().map(file).collect(),
        pictures: Vec::new(),
        taken: None,
        hash: String::new(),
    }
}

/// Where the whole conversation is read, and whether that is elsewhere.
async fn thread(
    app: &App,
    case: &cases::Model,
    post: Option<&posts::Model>,
    account: Option<&accounts::Model>,
) -> Result<(String, bool), Error> {
    // Nobody else finds it: its own page says that it is not there.
    if post.is_some_and(|post| post.hidden_at.is_some() && post.deleted_at.is_none()) {
        return Ok((address(case, "/thread"), false));
    }
    if let Some(post) = post {
        let root = posts::find_visible(app.db(), None, post.thread_id).await?;
        let author = match &root {
            Some(root) => accounts::find(app.db(), root.author_id).await?,
            None => None,
        };
        if let (Some(root), Some(author)) = (root, author.filter(accounts::Model::is_ours)) {
            return Ok((format!("/@{}/{}#p{}", author.username, root.id, post.id), false));
        }
    }
    if let (None, Some(account)) = (post, account.filter(|account| account.is_ours())) {
        return Ok((format!("/@{}", account.username), false));
    }
    // What somebody typed may be no address that a browser should open.
    let is_web = case.url.starts_with("https://") || case.url.starts_with("http://");
    let is_ours = account.is_some_and(accounts::Model::is_ours);
    Ok((if is_web { case.url.clone() } else { address(case, "") }, !is_ours))
}

/// Shows the conversation around a post that is hidden, with all that is.
pub(crate) async fn show_thread(
    State(app): State<App>,
    Path(number): Path<String>,
    moderator: Moderator,
) -> Answer {
    let answer = async {
        let (t, now, db) = (moderator.asked.t, app.clock.now(), app.db());
        let case = find(&app, &number).await?;
        let post = match case.post_id {
            Some(post) => posts::find_any(db, post).await?,
            None => None,
        };
        let post = post.ok_or(Error::NotFound("Post"))?;
        let rows = posts::list_thread_with_hidden(db, post.thread_id, post.id, MOST_IN_THREAD).await?;
        let texts = post_texts::list_of_posts(db, rows.iter().map(|row| row.id).collect()).await?;
        let authors = accounts::list_by_ids(db, rows.iter().map(|row| row.author_id).collect()).await?;
        let view = |row: &posts::Model| {
            let author = authors.iter().find(|author| author.id == row.author_id);
            let text = texts.iter().find(|text| text.post_id == row.id && text.is_main);
            ThreadRow {
                kept: KeptView {
                    author: author.map(|author| author.name().to_owned()).unwrap_or_default(),
                    handle: author.map(|author| format!("@{}", author.handle())).unwrap_or_default(),
                    published: Some(times::near(t, row.time(), now)),
                    warning: text.map(|text| text.warning.clone()).unwrap_or_default(),
                    html: text.map(|text| text.html.clone()).unwrap_or_default(),
                    lang: row.language.clone(),
                    dir: dress::direction(row.language.as_deref()),
                    ..kept_view_of(t, Kept::default())
                },
                hidden: row.hidden_at.is_some(),
                reported: row.id == post.id,
            }
        };
        let content = ThreadPage {
            t,
            shell: moderator.asked.shell(
                &app,
                &t.with("case-thread-of", "number", case.number.as_str()),
                true,
            ),
            bench: bench(&app, &moderator.asked, &moderator.person, Area::Moderation).await?,
            errors: FieldErrors::default(),
            number: case.number.clone(),
            case: address(&case, ""),
            posts: rows.iter().map(view).collect(),
        };
        Ok::<_, Error>(private_page(StatusCode::OK, &moderator.asked, &content))
    };
    answer.await.or_page(&app, &moderator.asked)
}

/// The reports of which it is known who sent them.
fn senders(
    t: Texts,
    now: DateTime<Utc>,
    rows: &[notices::Model],
    reporters: &[accounts::Model],
) -> Vec<(String, String)> {
    let sender = |row: &notices::Model| {
        let reporter = reporters.iter().find(|account| Some(account.id) == row.reporter_id);
        let who = notifiers::of(row, reporter)?;
        let who = reporter.map_or(who, |account| format!("@{}", account.handle()));
        Some((row.id.to_string(), format!("{who} · {}", times::near(t, row.created_at, now).text)))
    };
    rows.iter().filter_map(sender).collect()
}

async fn sources(
    app: &App,
    t: Texts,
    counts: &[notices::SourceCount],
    rows: &[notices::Model],
    reporters: &[accounts::Model],
    names: &HashMap<PersonId, String>,
) -> Result<Vec<SourceView>, Error> {
    let now = app.clock.now();
    let known = |row: &notices::Model| {
        let reporter = reporters.iter().find(|account| Some(account.id) == row.reporter_id);
        notifiers::of(row, reporter)
    };
    let mut senders: Vec<String> = rows.iter().filter_map(known).collect();
    senders.sort();
    senders.dedup();
    let since = notifiers::counted_since(now);
    let unfounded = unfounded_notices::count_of(app.db(), senders.clone(), since).await?;
    let steps = notifier_steps::list_of(app.db(), senders).await?;
    // What moderators should know of whoever reports: how often it was unfounded, and whether they were paused then.
    let notifier = |row: &notices::Model| {
        let who = known(row)?;
        let count = unfounded.iter().find(|count| count.notifier == who).map_or(0, |count| count.count);
        let was_paused = steps
            .iter()
            .any(|step| step.notifier == who && step.kind == "pause" && step.held_at(row.created_at));
        let is_often = count.unsigned_abs() >= OFTEN;
        let sentence = match (count, was_paused, is_often) {
            (_, true, _) => t.say("notifier-was-paused"),
            (0, ..) => return None,
            (_, _, true) => t.count("notifier-often", count.unsigned_abs()),
            (_, _, false) => t.say("notifier-once"),
        };
        Some((sentence, notifier_pages::href(row.id)))
    };
    let reporter = |row: &notices::Model| {
        row.reporter_id.and_then(|id| reporters.iter().find(|account| account.id == id))
    };
    let answer = |row: &notices::Model| {
        let account = reporter(row).filter(|_| row.source == notices::SERVER)?;
        Some(match answers::reads_messages(account) {
            false => t.say("answer-of-server"),
            true if app.config.moderation_account.is_empty() => t.say("answer-nobody-speaks"),
            true => t.say("answer-by-message"),
        })
    };
    let by = |row: &notices::Model| {
        let account = reporter(row).map(|account| format!("@{}", account.handle()));
        let person = row.person_id.and_then(|id| names.get(&id)).map(|name| t.with("typed-by", "name", name));
        let typed = [row.name.as_str(), row.email.as_str()].into_iter().filter(|part| !part.is_empty());
        let parts = typed.map(str::to_owned).chain(account).chain(person);
        parts.collect::<Vec<_>>().join(" · ")
    };
    let view = |count: &notices::SourceCount| {
        let of = || rows.iter().filter(|row| row.source == count.source);
        let notices = of().map(|row| NoticeView {
            when: times::near(t, row.created_at, now),
            by: by(row),
            question: words::question_of(t, &row.question),
            text: row.text.clone(),
            trusted: row.is_trusted,
            answer: answer(row),
            notifier: notifier(row),
        });
        Some(SourceView {
            heading: t.with_two(
                "source-count",
                "n",
                t.number(count.count.unsigned_abs()),
                "source",
                words::source(t, &count.source),
            ),
            first: times::near(t, of().next()?.created_at, now),
            trusted: of().any(|row| row.is_trusted),
            notices: notices.collect(),
        })
    };
    Ok(counts.iter().filter_map(view).collect())
}

fn deadlines(t: Texts, case: &cases::Model, now: DateTime<Utc>) -> Vec<DeadlineView> {
    let done = |at: DateTime<Utc>, due: DateTime<Utc>| LightView {
        class: if at <= due { "go" } else { "late" },
        icon: if at <= due { "circlecheck" } else { "octagon" },
        text: times::near(t, at, now).text,
    };
    let over = |due: DateTime<Utc>| {
        let whole = (due - case.opened_at).num_seconds().max(1);
        let part = (now - case.opened_at).num_seconds().clamp(0, whole);
        u64::try_from(part * 100 / whole).ok()
    };
    let look_due = after_working_days(case.opened_at, 1).min(case.due_at);
    let view = |name: String, at: Option<DateTime<Utc>>, due: DateTime<Utc>| DeadlineView {
        name,
        light: at.map_or_else(|| light_of(t, case.opened_at, due, now), |at| done(at, due)),
        over: at.is_none().then(|| over(due)).flatten(),
    };
    vec![
        view(t.say("deadline-look"), case.looked_at, look_due),
        view(t.say("deadline-decide"), case.decided_at, case.due_at),
    ]
}

/// What was sent, in a sentence.
fn mail(t: Texts, now: DateTime<Utc>, count: &mails::Count) -> EventView {
    let what = match count.kind.as_str() {
        mails::ACKNOWLEDGEMENT => t.say("mail-acknowledgement"),
        mails::OUTCOME => t.say("mail-outcome"),
        mails::STATEMENT => t.say("mail-statement"),
        mails::ANSWER => t.say("mail-answer"),
        mails::ALARM => t.say("mail-alarm"),
        _ => t.say("mail-reminder"),
    };
    let number = t.number(count.count.unsigned_abs());
    let text = match count.state.as_str() {
        mails::SENT => t.with_two("mail-sent", "what", what, "n", number),
        mails::FAILED => t.with_two("mail-failed", "what", what, "n", number),
        _ => t.with_two("mail-waiting", "what", what, "n", number),
    };
    EventView { when: times::near(t, count.last, now), text, note: None }
}

/// Why a rule held a post back, by its name in the database.
pub(super) fn rule(t: Texts, name: &str) -> String {
    match Rule::parse(name) {
        Some(Rule::Mentions) => t.say("held-rule-mentions"),
        Some(Rule::FirstReply) | None => t.say("held-rule-first-reply"),
    }
}

fn event(
    t: Texts,
    now: DateTime<Utc>,
    row: &case_events::Model,
    names: &HashMap<PersonId, String>,
) -> EventView {
    use actions_on_cases::events;
    let unknown = || t.say("event-nobody");
    let who = row.person_id.and_then(|id| names.get(&id).cloned()).unwrap_or_else(unknown);
    let measures = || {
        let names: Vec<String> = row.text.split_whitespace().map(|name| words::measure(t, name)).collect();
        if names.is_empty() { t.say("measure-nothing") } else { names.join(", ") }
    };
    let text = match row.kind.as_str() {
        events::OPENED => t.say("event-opened"),
        events::REOPENED => t.say("event-reopened"),
        events::ASSIGNED => match row.text.parse().ok().map(PersonId) {
            None => t.with("event-left", "name", who),
            Some(to) if Some(to) == row.person_id => t.with("event-taken", "name", who),
            Some(to) => {
                let to = names.get(&to).cloned().unwrap_or_else(unknown);
                t.with_two("event-given", "name", who, "to", to)
            }
        },
        events::NOTE => t.with("event-note", "name", who),
        events::LANE => {
            let lane = Lane::ALL.into_iter().find(|lane| lane.name() == row.text);
            let lane = lane.map(|lane| words::lane(t, lane)).unwrap_or_default();
            t.with_two("event-lane", "name", who, "lane", lane)
        }
        events::REMINDED => t.say("event-reminded"),
        events::DECIDED => t.with_two("event-decided", "name", who, "what", measures()),
        events::ENDED => match row.person_id {
            Some(_) => t.with_two("event-ended-by", "name", who, "what", measures()),
            None => t.with("event-ended", "what", measures()),
        },
        events::CONFIRMED => t.say("event-confirmed"),
        events::TOLD if row.text == "mail" => t.say("event-told-by-mail"),
        events::TOLD if row.text == "workbench" => t.say("event-told-in-workbench"),
        events::TOLD => t.with("event-told", "name", &row.text),
        events::UNTOLD => t.with("event-untold", "name", who),
        events::ACKNOWLEDGED => t.say("event-acknowledged"),
        events::INFORMED => t.count("event-informed", row.text.parse::<u64>().unwrap_or_default()),
        events::HELD => t.with("event-held", "rule", rule(t, &row.text)),
        events::UNREACHED => t.say("event-unreached"),
        events::COMPLAINT => t.say("event-complaint"),
        events::ANSWERED => {
            let outcome = match row.text.as_str() {
                complaints::REVERSED => t.say("complaint-reversed"),
                _ => t.say("complaint-upheld"),
            };
            t.with_two("event-answered", "name", who, "what", outcome)
        }
        other => other.to_owned(),
    };
    EventView {
        when: times::near(t, row.created_at, now),
        text,
        note: [events::NOTE, events::UNTOLD].contains(&row.kind.as_str()).then(|| row.text.clone()),
    }
}
