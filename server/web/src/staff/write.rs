//! The form for a new post, an answer, a draft or a change.

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use stadtbote_core::actions::drafts;
use stadtbote_core::actions::media::{self as media_actions, Describe, LONGEST_DESCRIPTION, Upload};
use stadtbote_core::actions::posts::{self, Door, Idempotency};
use stadtbote_core::app::{secret, secret_hash};
use stadtbote_core::config::RequireAltText;
use stadtbote_core::domain::handle::parse_domain;
use stadtbote_core::domain::ids::{MediaId, PostId};
use stadtbote_core::domain::panels::Panel;
use stadtbote_core::domain::permission::Act;
use stadtbote_core::domain::policy::Policy;
use stadtbote_core::domain::poll::{LONGEST_OWN_OPTION, MOST_OWN_OPTIONS, NewPoll, is_long_option};
use stadtbote_core::domain::post::{
    Draft, MOST_MEDIA, MOST_MENTIONS, Visibility, is_answer_to_a_citizen, narrower,
};
use stadtbote_core::domain::text::{self, ResolvedMention};
use stadtbote_core::media::{Limits, inspect};
use stadtbote_core::store::{
    accounts, media as store_media, mentions, polls, post_policies, post_texts, posts as store_posts, quotes,
};
use stadtbote_core::{App, Error};

use super::{Area, bench_for};
use crate::error::OrPage;
use crate::language::{Language, Texts};
use crate::pages::staff::{AnsweredView, PictureRow, PollForm, WritePage};
use crate::public::posts::{MOST_OF_THREAD, around};
use crate::request::Member;
use crate::resolve::{Resolver, named_in};
use crate::respond::{Answer, private_page, see_other};
use crate::sent::{Sent, SentFile};
use crate::views::{FieldErrors, OptionView, PollOptionView, PollView, PostView, ReplyView};
use crate::{dress, focus, languages, times};

/// The files that the form takes.
const ACCEPT: &str = "image/jpeg,image/png,image/webp,image/gif,image/avif";
/// The films that it takes besides.
const ACCEPT_FILMS: &str = "video/mp4,video/webm";
/// How long a poll may stay open from the form, in seconds: from an hour to a month.
const OPEN_FOR: [i64; 7] = [3600, 21_600, 86_400, 259_200, A_WEEK, 1_209_600, 2_592_000];
/// How long a poll stays open unless somebody says otherwise.
const A_WEEK: i64 = 604_800;
/// So many of the posts before an answered one stand open; earlier ones are folded away.
const OPEN_BEFORE: usize = 2;

/// What is being written.
enum Subject {
    /// Something new; an answer where there is a post to answer, a quote where there is one to quote.
    New { answered: Option<Box<store_posts::Model>>, quoted: Option<Box<store_posts::Model>> },
    /// A draft of the team.
    Draft(store_posts::Model),
    /// A post that is out.
    Published(store_posts::Model),
}

impl Subject {
    fn row(&self) -> Option<&store_posts::Model> {
        match self {
            Self::New { .. } => None,
            Self::Draft(row) | Self::Published(row) => Some(row),
        }
    }

    fn is_published(&self) -> bool {
        matches!(self, Self::Published(_))
    }

    fn answers(&self) -> Option<PostId> {
        match self {
            Self::New { answered, .. } => answered.as_ref().map(|row| row.id),
            Self::Draft(row) | Self::Published(row) => row.in_reply_to_id,
        }
    }
}

/// A picture with what the form says about it.
struct Picture {
    row: store_media::Model,
    description: String,
    decorative: bool,
    /// The part that is kept in view.
    part: String,
}

impl Picture {
    fn is_film(&self) -> bool {
        self.row.kind == "video"
    }

    fn point(&self) -> Option<(f64, f64)> {
        self.row.focus_x.zip(self.row.focus_y)
    }

    /// What the form changes in what is kept of it.
    fn change(&self) -> Option<(MediaId, Describe)> {
        let moved = focus::moved(self.point(), &self.part);
        let is_same = self.row.description == self.description && self.row.decorative == self.decorative;
        let change = Describe {
            description: Some(self.description.clone()),
            decorative: Some(self.decorative),
            focus: moved,
            ..Describe::default()
        };
        (!is_same || moved.is_some()).then_some((self.row.id, change))
    }
}

/// What the form holds.
struct Written {
    text: String,
    warning: String,
    language: String,
    visibility: Visibility,
    /// Who may quote it.
    quotes: Policy,
    /// The question, as far as it was written.
    poll: Option<NewPoll>,
    sensitive: bool,
    pictures: Vec<Picture>,
    /// The version that the form was filled from.
    version: Option<String>,
    key: String,
}

/// Shows an empty form, or one that answers a post.
pub(crate) async fn show_new(State(app): State<App>, member: Member) -> Answer {
    blank(&app, &member).await.or_page(&app, &member.asked)
}

/// Takes a new post.
pub(crate) async fn create(State(app): State<App>, resolver: Resolver, member: Member, sent: Sent) -> Answer {
    let subject = new_subject(&app, &member).await.or_page(&app, &member.asked)?;
    taken(&app, &resolver, &member, subject, &sent).await.or_page(&app, &member.asked)
}

/// Shows a draft or a post to change.
pub(crate) async fn show(
    State(app): State<App>,
    Path((_, id)): Path<(String, i64)>,
    member: Member,
) -> Answer {
    filled(&app, &member, PostId(id)).await.or_page(&app, &member.asked)
}

/// Takes a change.
pub(crate) async fn update(
    State(app): State<App>,
    Path((_, id)): Path<(String, i64)>,
    resolver: Resolver,
    member: Member,
    sent: Sent,
) -> Answer {
    let subject = subject(&app, &member, PostId(id)).await.or_page(&app, &member.asked)?;
    taken(&app, &resolver, &member, subject, &sent).await.or_page(&app, &member.asked)
}

/// A draft or a post of the account, as the member may see it.
pub(crate) async fn own(app: &App, member: &Member, id: PostId) -> Result<store_posts::Model, Error> {
    let account = member.acting.account.id;
    if let Some(draft) = store_posts::find_unpublished(app.db(), account, id).await? {
        return if may_see(member, &draft) { Ok(draft) } else { Err(Error::NotFound("Post")) };
    }
    let post = store_posts::find_visible(app.db(), Some(member.acting.viewer()), id).await?;
    post.filter(|post| post.author_id == account && post.boost_of_id.is_none()).ok_or(Error::NotFound("Post"))
}

/// Whether the member may see a draft: private messages are for those who may read them, and for who wrote them.
pub(crate) fn may_see(member: &Member, draft: &store_posts::Model) -> bool {
    member.may(Act::ReadDirect)
        || draft.visibility != Visibility::Direct
        || draft.written_by == Some(member.person.id)
}

/// Stops unless the member may change this post.
pub(crate) async fn may_change(app: &App, member: &Member, row: &store_posts::Model) -> Result<(), Error> {
    let may = match row.is_published() {
        true => may_publish(app, member, row.in_reply_to_id).await?,
        false => member.may(Act::Write),
    };
    if may { Ok(()) } else { Err(Error::Forbidden) }
}

/// Whether the member may publish: by role, or because it answers somebody who wrote to the account.
pub(crate) async fn may_publish(app: &App, member: &Member, answers: Option<PostId>) -> Result<bool, Error> {
    if member.may(Act::Publish) {
        return Ok(true);
    }
    let Some(id) = answers.filter(|_| member.may(Act::Answer)) else { return Ok(false) };
    let parent = store_posts::find_visible(app.db(), Some(member.acting.viewer()), id).await?;
    let Some(parent) = parent else { return Ok(false) };
    let named = mentions::list_of_posts(app.db(), vec![parent.id]).await?;
    let named: Vec<_> = named.into_iter().map(|row| row.account_id).collect();
    Ok(is_answer_to_a_citizen(member.acting.account.id, parent.author_id, &named))
}

async fn new_subject(app: &App, member: &Member) -> Result<Subject, Error> {
    member.acting.must(Act::Write)?;
    let quoted = named(app, member, "quote").await?;
    if quoted.as_ref().is_some_and(|quoted| !may_quote(member, quoted)) {
        return Err(Error::NotFound("Post"));
    }
    Ok(Subject::New { answered: named(app, member, "to").await?, quoted })
}

/// The post whose id stands in the address under this name, if one does.
async fn named(app: &App, member: &Member, name: &str) -> Result<Option<Box<store_posts::Model>>, Error> {
    let Some(id) = member.asked.parameter(name) else { return Ok(None) };
    let id = id.parse().map_err(|_| Error::NotFound("Post"))?;
    let found = store_posts::find_visible(app.db(), Some(member.acting.viewer()), PostId(id)).await?;
    found.map(|found| Some(Box::new(found))).ok_or(Error::NotFound("Post"))
}

/// Whether the member may quote this post, as far as that does not depend on its author.
pub(crate) fn may_quote(member: &Member, post: &store_posts::Model) -> bool {
    member.may(Act::Write) && post.is_published() && post.visibility.is_open() && post.boost_of_id.is_none()
}

async fn subject(app: &App, member: &Member, id: PostId) -> Result<Subject, Error> {
    let row = own(app, member, id).await?;
    may_change(app, member, &row).await?;
    Ok(if row.is_published() { Subject::Published(row) } else { Subject::Draft(row) })
}

async fn blank(app: &App, member: &Member) -> Result<Response, Error> {
    let subject = new_subject(app, member).await?;
    let account = &member.acting.account;
    let mut written = Written {
        text: String::new(),
        warning: String::new(),
        language: account.default_language.clone().unwrap_or_else(|| app.config.instance.language.clone()),
        visibility: account.default_visibility,
        quotes: account.default_quotes(),
        poll: None,
        sensitive: account.default_sensitive,
        pictures: Vec::new(),
        version: None,
        key: secret(),
    };
    if let Subject::New { answered: Some(parent), .. } = &subject {
        written.text = addressed(app, member, parent).await?;
        written.visibility = narrower(written.visibility, parent.visibility);
        let warning = post_texts::find_main(app.db(), parent.id).await?.map(|text| text.warning);
        written.warning = warning.unwrap_or_default();
    }
    page(app, member, &subject, written, FieldErrors::default(), None).await
}

/// The handles that an answer begins with: whom it answers, and who else was named.
async fn addressed(app: &App, member: &Member, parent: &store_posts::Model) -> Result<String, Error> {
    let mut ids = vec![parent.author_id];
    ids.extend(
        mentions::list_of_posts(app.db(), vec![parent.id]).await?.into_iter().map(|row| row.account_id),
    );
    let people = accounts::list_by_ids(app.db(), ids.clone()).await?;
    let mut handles: Vec<String> = Vec::new();
    for id in ids {
        let person = people.iter().find(|person| person.id == id && id != member.acting.account.id);
        if let Some(handle) = person.map(|person| format!("@{}", person.acct()))
            && !handles.contains(&handle)
        {
            handles.push(handle);
        }
    }
    Ok(if handles.is_empty() { String::new() } else { format!("{} ", handles.join(" ")) })
}

async fn filled(app: &App, member: &Member, id: PostId) -> Result<Response, Error> {
    let subject = subject(app, member, id).await?;
    let row = subject.row().ok_or(Error::NotFound("Post"))?;
    let text = post_texts::find_main(app.db(), id).await?;
    let pictures = store_media::list_of_posts(app.db(), vec![id]).await?;
    let written = Written {
        text: text.as_ref().and_then(|text| text.source.clone()).unwrap_or_default(),
        warning: text.map(|text| text.warning).unwrap_or_default(),
        language: row.language.clone().unwrap_or_default(),
        visibility: row.visibility,
        poll: match row.is_published() {
            true => None,
            false => polls::find_written(app.db(), id).await?,
        },
        quotes: post_policies::find(app.db(), id).await?.map_or(Policy::PUBLIC, |said| said.quote()),
        sensitive: row.sensitive,
        pictures: pictures
            .into_iter()
            .map(|row| Picture {
                description: row.description.clone(),
                decorative: row.decorative,
                part: focus::part(row.focus_x.zip(row.focus_y)).to_owned(),
                row,
            })
            .collect(),
        version: Some(row.version.to_string()),
        key: secret(),
    };
    let mut errors = FieldErrors::default();
    if member.asked.parameter("check").is_some() {
        check(app, member, &written, true, &mut errors);
    }
    page(app, member, &subject, written, errors, None).await
}

/// Takes what the form sent: checks it, then shows it again, keeps it or publishes it.
async fn taken(
    app: &App,
    resolver: &Resolver,
    member: &Member,
    subject: Subject,
    sent: &Sent,
) -> Result<Response, Error> {
    member.acting.must(Act::Write)?;
    let wish = sent.text("do");
    let mut errors = FieldErrors::default();
    let mut written = read(&subject, sent);
    written.pictures = pictures(app, member, &subject, sent, &mut errors).await?;
    let is_filled = fill_in(member.asked.t, &mut written);
    // The key for a new line in a field of one line must not publish: the form's first button is the preview.
    if wish == "preview" || is_filled || (subject.is_published() && wish != "publish") {
        return page(app, member, &subject, written, errors, Some(())).await;
    }
    check(app, member, &written, matches!(wish, "publish" | "waiting"), &mut errors);
    if !errors.is_empty() {
        return page(app, member, &subject, written, errors, None).await;
    }
    let is_quote = quoted(app, member, &subject).await?.is_some();
    let kept = keep(app, resolver, member, &subject, &written, wish).await;
    match kept {
        Ok(path) => Ok(see_other(&member.address(path))),
        Err(Error::Invalid { field, .. }) => {
            let text = match field {
                "Idempotency-Key" => member.asked.t.say("sent-already"),
                "Quoted status" => member.asked.t.say("quote-closed"),
                _ if member.acting.account.moved_to.is_some() => member.asked.t.say("moved-writes-no-more"),
                _ => member.asked.t.say("error-422-text"),
            };
            errors.add("text", text);
            page(app, member, &subject, written, errors, None).await
        }
        Err(Error::Forbidden) if is_quote => {
            errors.add("text", member.asked.t.say("quote-denied"));
            page(app, member, &subject, written, errors, None).await
        }
        Err(Error::Conflict(_)) => {
            let meanwhile = if subject.row().is_none() { "sent-already" } else { "changed-meanwhile" };
            errors.add("text", member.asked.t.say(meanwhile));
            page(app, member, &subject, written, errors, None).await
        }
        Err(error) => Err(error),
    }
}

/// Keeps or publishes what was written; gives the page that says so.
async fn keep(
    app: &App,
    resolver: &Resolver,
    member: &Member,
    subject: &Subject,
    written: &Written,
    wish: &str,
) -> Result<&'static str, Error> {
    let draft = draft(subject, written);
    let acting = &member.acting;
    let is_for_publication = wish == "publish";
    if is_for_publication || subject.is_published() {
        named_in(resolver, &draft.text).await;
    }
    let idempotency = idempotency(written, &draft);
    let form = posts::Written {
        draft,
        described: written.pictures.iter().filter_map(Picture::change).collect(),
        // A form without a version is as old as can be: no post ever has this one.
        version: subject
            .row()
            .map(|_| written.version.as_deref().and_then(|is| is.parse().ok()).unwrap_or(-1)),
    };
    match subject {
        Subject::Published(row) => {
            posts::edit(app, acting, Door::Workbench, row.id, form).await?;
            Ok("/posts?done=changed")
        }
        Subject::Draft(row) if is_for_publication && may_publish(app, member, row.in_reply_to_id).await? => {
            drafts::release_changed(app, acting, Door::Workbench, row.id, form).await?;
            Ok("/posts?done=published")
        }
        Subject::New { .. } if is_for_publication => {
            let post = posts::publish(app, acting, Door::Workbench, form, idempotency).await?;
            Ok(if post.is_published() { "/posts?done=published" } else { "/drafts?done=waiting" })
        }
        Subject::New { .. } | Subject::Draft(_) => {
            let is_waiting = is_for_publication || wish == "waiting";
            drafts::save(app, acting, subject.row().map(|row| row.id), form, is_waiting).await?;
            Ok(if is_waiting { "/drafts?done=waiting" } else { "/drafts?done=draft" })
        }
    }
}

/// A form sent twice makes one post. Pictures are left out of the comparison: each sending uploads them anew.
fn idempotency(written: &Written, draft: &Draft) -> Option<Idempotency> {
    let body = format!(
        "{}\n{}\n{}\n{}\n{:?}\n{:?}\n{:?}",
        draft.text,
        draft.warning,
        draft.visibility.name(),
        draft.language,
        draft.in_reply_to,
        draft.quoted,
        draft.poll
    );
    let key = Some(&written.key).filter(|key| !key.is_empty() && key.len() <= 100)?;
    Some(Idempotency { key: format!("workbench {key}"), body_hash: secret_hash(&body) })
}

fn draft(subject: &Subject, written: &Written) -> Draft {
    Draft {
        text: written.text.clone(),
        warning: written.warning.clone(),
        sensitive: written.sensitive || !written.warning.is_empty(),
        visibility: subject
            .row()
            .filter(|_| subject.is_published())
            .map_or(written.visibility, |row| row.visibility),
        language: written.language.clone(),
        in_reply_to: subject.answers(),
        poll: written.poll.clone(),
        quoted: match subject {
            Subject::New { quoted, .. } => quoted.as_ref().map(|row| row.id),
            // It quotes what it did when it was begun.
            Subject::Draft(_) | Subject::Published(_) => None,
        },
        quote_policy: Some(written.quotes),
        media: written.pictures.iter().map(|picture| picture.row.id).collect(),
    }
}

fn read(subject: &Subject, sent: &Sent) -> Written {
    Written {
        text: sent.raw("text").trim_end().to_owned(),
        warning: sent.text("warning").to_owned(),
        language: sent.text("language").to_owned(),
        visibility: match subject {
            Subject::Published(row) => row.visibility,
            _ => Visibility::parse(sent.text("visibility")).unwrap_or(Visibility::Public),
        },
        quotes: Policy::parse(sent.text("quotes")).unwrap_or(Policy::PUBLIC),
        poll: question(sent).filter(|_| !subject.is_published()),
        sensitive: sent.is_ticked("sensitive"),
        pictures: Vec::new(),
        version: Some(sent.text("version").to_owned()).filter(|version| !version.is_empty()),
        key: match sent.text("key") {
            "" => secret(),
            key => key.to_owned(),
        },
    }
}

/// The question that the form asks; none if all of its options are empty, and it is to be no panel.
fn question(sent: &Sent) -> Option<NewPoll> {
    let panel = Panel::parse(sent.text("panel"));
    let options: Vec<String> = (1..=MOST_OWN_OPTIONS)
        .map(|number| sent.text(&format!("option_{number}")).trim().to_owned())
        .filter(|option| !option.is_empty())
        .collect();
    (!options.is_empty() || panel.is_some()).then(|| NewPoll {
        options,
        panel,
        multiple: sent.is_ticked("multiple"),
        hide_totals: sent.is_ticked("hide_totals"),
        seconds: sent.text("open_for").parse().unwrap_or(A_WEEK),
    })
}

/// Gives a panel without a question or answers those of the template, in the language of the post. Says whether it did: what
/// nobody has seen yet is not sent.
fn fill_in(t: Texts, written: &mut Written) -> bool {
    let Some(poll) = &mut written.poll else { return false };
    let Some(panel) = poll.panel else { return false };
    let t = Language::from_tag(&written.language).map_or(t, Texts::new);
    let is_asked = !written.text.trim().is_empty();
    let has_answers = !poll.options.is_empty();
    if !is_asked {
        written.text = t.say(&format!("panel-question-{}", panel.name()));
    }
    if !has_answers {
        poll.options =
            t.say(&format!("panel-answers-{}", panel.name())).split(" / ").map(str::to_owned).collect();
    }
    !is_asked || !has_answers
}

/// The pictures that stay, and the new ones taken in. A new one that can't be used becomes an error of its field.
async fn pictures(
    app: &App,
    member: &Member,
    subject: &Subject,
    sent: &Sent,
    errors: &mut FieldErrors,
) -> Result<Vec<Picture>, Error> {
    let t = member.asked.t;
    let mut pictures = Vec::new();
    for id in sent.all("media").filter_map(|id| id.parse().ok().map(MediaId)) {
        let Some(row) = store_media::find(app.db(), id).await? else {
            errors.add("text", t.say("picture-gone"));
            continue;
        };
        let is_usable = row.account_id == member.acting.account.id
            && row.post_id.is_none_or(|post| subject.row().is_some_and(|row| row.id == post));
        if is_usable && !sent.is_ticked(&format!("remove_{id}")) {
            pictures.push(Picture {
                description: sent.text(&format!("description_of_{id}")).to_owned(),
                decorative: sent.is_ticked(&format!("decorative_{id}")),
                part: match sent.text(&format!("focus_of_{id}")) {
                    "" => focus::part(row.focus_x.zip(row.focus_y)).to_owned(),
                    chosen => chosen.to_owned(),
                },
                row,
            });
        }
    }
    for slot in 1..=MOST_MEDIA {
        let name = format!("file_{slot}");
        let Some(file) = sent.file(&name) else { continue };
        if let Some(most) = excess(file) {
            errors.add(name, t.with("picture-large", "max", most.to_string()));
            continue;
        }
        if pictures.len() == MOST_MEDIA {
            errors.add(name, t.say("too-many-pictures"));
            continue;
        }
        let description = sent.text(&format!("description_{slot}")).to_owned();
        let decorative = sent.is_ticked(&format!("decorative_{slot}"));
        let upload = Upload { bytes: file.bytes.to_vec(), decorative, ..Upload::default() };
        match media_actions::upload(app, &member.acting, upload).await {
            Ok(row) => {
                pictures.push(Picture { row, description, decorative, part: focus::part(None).to_owned() })
            }
            Err(Error::Invalid { .. }) => errors.add(name, t.say("picture-wrong")),
            Err(error) => return Err(error),
        }
    }
    Ok(pictures)
}

/// The most megabytes that such a file may have, if it has more.
pub(crate) fn excess(file: &SentFile) -> Option<usize> {
    let limits = Limits::default();
    let is_film = file.is_too_large || inspect(&file.bytes).is_ok_and(|kind| kind.is_video());
    let most = if is_film { limits.video_bytes } else { limits.picture_bytes };
    (file.is_too_large || file.bytes.len() > most).then_some(most / 1024 / 1024)
}

fn check(app: &App, member: &Member, written: &Written, is_for_others: bool, errors: &mut FieldErrors) {
    let t = member.asked.t;
    let most = app.config.posts.max_characters;
    if written.text.trim().is_empty() && written.pictures.is_empty() {
        errors.add("text", t.say("text-missing"));
    } else if text::count(&written.text) + text::count(&written.warning) > most {
        errors.add("text", t.with("text-long", "max", t.number(most as u64)));
    } else if text::scan(&written.text).mentions().len() > MOST_MENTIONS {
        errors.add("text", t.with("mentions-many", "max", t.number(MOST_MENTIONS as u64)));
    }
    if let Some(poll) = &written.poll {
        if poll.panel.is_some() && poll.multiple {
            errors.add("panel", t.say("panel-one"));
        } else if poll.panel.is_some() && !written.visibility.is_open() {
            errors.add("panel", t.say("panel-open"));
        }
        if !written.pictures.is_empty() {
            errors.add("option_1", t.say("poll-or-pictures"));
        } else if poll.options.len() < 2 {
            errors.add("option_2", t.say("poll-few"));
        } else if let Some(long) = poll.options.iter().position(|option| is_long_option(option)) {
            let most = t.number(LONGEST_OWN_OPTION as u64);
            errors.add(format!("option_{}", long + 1), t.with("poll-long", "max", most));
        } else if poll.fault().is_some() {
            errors.add("option_1", t.say("poll-wrong"));
        }
    }
    let needs_description = is_for_others && app.config.posts.require_alt_text != RequireAltText::Off;
    for picture in &written.pictures {
        let field = format!("description_of_{}", picture.row.id);
        if picture.is_film() && written.pictures.len() > 1 {
            errors.add(field, t.say("film-alone"));
        } else if picture.description.chars().count() > LONGEST_DESCRIPTION {
            errors.add(field, t.with("description-long", "max", t.number(LONGEST_DESCRIPTION as u64)));
        } else if needs_description && picture.description.is_empty() && !picture.decorative {
            let missing = if picture.is_film() { "film-description-missing" } else { "description-missing" };
            errors.add(field, t.say(missing));
        }
    }
}

/// What is quoted, as far as the member may see it.
async fn quoted(app: &App, member: &Member, subject: &Subject) -> Result<Option<store_posts::Model>, Error> {
    let row = match subject {
        Subject::New { quoted, .. } => return Ok(quoted.as_deref().cloned()),
        Subject::Draft(row) | Subject::Published(row) => row,
    };
    match quotes::find(app.db(), row.id).await?.and_then(|quote| quote.quoted_id) {
        Some(id) => Ok(store_posts::find_visible(app.db(), Some(member.acting.viewer()), id).await?),
        None => Ok(None),
    }
}

/// A question before anybody has answered it.
fn unasked(poll: &NewPoll) -> PollView {
    let option = |title: &String| PollOptionView { title: title.clone(), percent: 0 };
    PollView {
        options: poll.options.iter().map(option).collect(),
        votes: 0,
        ends: None,
        closed: false,
        multiple: poll.multiple,
        hidden: poll.hide_totals,
    }
}

fn poll_form(t: Texts, poll: Option<&NewPoll>) -> PollForm {
    let chosen = poll.map_or(A_WEEK, |poll| poll.seconds);
    let own = Some(chosen).filter(|chosen| !OPEN_FOR.contains(chosen));
    let time = |seconds: i64| OptionView {
        value: seconds.to_string(),
        label: match seconds.unsigned_abs() {
            seconds if seconds % 86_400 == 0 => t.count("days", seconds / 86_400),
            seconds if seconds % 3600 == 0 => t.count("hours", seconds / 3600),
            seconds => t.count("minutes", seconds / 60),
        },
        hint: String::new(),
        chosen: seconds == chosen,
    };
    let panel = |panel: Option<Panel>| {
        let name = panel.map_or("none", Panel::name);
        OptionView {
            value: name.to_owned(),
            label: t.say(&format!("panel-{name}")),
            hint: String::new(),
            chosen: poll.and_then(|poll| poll.panel) == panel,
        }
    };
    PollForm {
        panels: [None].into_iter().chain(Panel::ALL.map(Some)).map(panel).collect(),
        options: (0..MOST_OWN_OPTIONS)
            .map(|place| poll.and_then(|poll| poll.options.get(place)).cloned().unwrap_or_default())
            .collect(),
        multiple: poll.is_some_and(|poll| poll.multiple),
        hide_totals: poll.is_some_and(|poll| poll.hide_totals),
        times: OPEN_FOR.into_iter().chain(own).map(time).collect(),
        open: poll.is_some(),
    }
}

fn policies(t: Texts, chosen: Policy) -> Vec<OptionView> {
    let option = |(policy, name): (Policy, &str)| OptionView {
        value: name.to_owned(),
        label: t.say(match name {
            "public" => "quotes-public",
            "followers" => "quotes-followers",
            _ => "quotes-nobody",
        }),
        hint: String::new(),
        chosen: policy.name() == chosen.name(),
    };
    Policy::NAMED.into_iter().map(option).collect()
}

async fn page(
    app: &App,
    member: &Member,
    subject: &Subject,
    written: Written,
    errors: FieldErrors,
    preview: Option<()>,
) -> Result<Response, Error> {
    let t = member.asked.t;
    let now = app.clock.now();
    let viewer = Some(member.acting.viewer());
    let answered = match subject.answers() {
        Some(id) => store_posts::find_visible(app.db(), viewer, id).await?,
        None => None,
    };
    let answered = match answered {
        Some(row) => answered_view(app, member, &row).await?,
        None => None,
    };
    let quoted = match quoted(app, member, subject).await? {
        Some(row) => {
            dress::posts_at(app, viewer, &[row], &move |moment| times::near(t, moment, now)).await?.pop()
        }
        None => None,
    };
    let (heading, area) = match subject {
        Subject::New { .. } if quoted.is_some() => (t.say("quote-title"), Area::Write),
        Subject::New { .. } if answered.is_some() => (t.say("answer-title"), Area::Write),
        Subject::New { .. } => (t.say("write-title"), Area::Write),
        Subject::Draft(_) => (t.say("edit-draft-title"), Area::Drafts),
        Subject::Published(_) => (t.say("edit-post-title"), Area::Posts),
    };
    let saved = subject.row().map(|row| match subject {
        Subject::Published(_) => t.with("published-at", "when", times::near(t, row.time(), now).text),
        _ => t.with("draft-begun-at", "when", times::near(t, row.time(), now).text),
    });
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = match errors.is_empty() {
        true => heading.clone(),
        false => t.with("title-error", "title", &heading),
    };
    let preview = match preview {
        Some(()) => {
            let view = previewed(app, member, &written).await?;
            let poll = written.poll.as_ref().map(unasked);
            Some(PostView { quote: quoted.clone().map(dress::quote_of), poll, ..view })
        }
        None => None,
    };
    let has_film = written.pictures.iter().any(Picture::is_film);
    let free = if has_film { 0 } else { MOST_MEDIA.saturating_sub(written.pictures.len()) };
    let first_free = written.pictures.len() + 1;
    let content = WritePage {
        t,
        shell: member.asked.shell(app, &title, true),
        bench: bench_for(app, member, area).await?,
        heading,
        saved,
        answered,
        quoted,
        quotes: policies(t, written.quotes),
        poll: (!subject.is_published()).then(|| poll_form(t, written.poll.as_ref())),
        account: dress::account(&member.acting.account),
        action: match subject {
            Subject::New { answered, quoted } => {
                let part = |name: &str, row: &Option<Box<store_posts::Model>>| {
                    row.as_ref().map(|row| format!("{name}={}", row.id))
                };
                let parts: Vec<String> =
                    [part("to", answered), part("quote", quoted)].into_iter().flatten().collect();
                match parts.is_empty() {
                    true => member.address("/write"),
                    false => member.address(&format!("/write?{}", parts.join("&"))),
                }
            }
            Subject::Draft(row) | Subject::Published(row) => {
                member.address(&format!("/posts/{}/edit", row.id))
            }
        },
        version: written.version.clone(),
        key: Some(written.key.clone()).filter(|_| subject.row().is_none()),
        count: characters(app, member, &written),
        description_required: app.config.posts.require_alt_text != RequireAltText::Off,
        pictures: (1..)
            .zip(&written.pictures)
            .map(|(number, picture)| picture_row(t, number, picture))
            .collect(),
        slots: (first_free..first_free + free).collect(),
        second_slot: first_free + 1,
        accept: match written.pictures.is_empty() {
            true => format!("{ACCEPT},{ACCEPT_FILMS}"),
            false => ACCEPT.to_owned(),
        },
        accept_more: ACCEPT.to_owned(),
        film_possible: written.pictures.is_empty(),
        languages: languages::options(t, &written.language),
        visibilities: visibilities(member, &written),
        fixed_visibility: subject
            .is_published()
            .then(|| t.with("visibility-fixed", "visibility", dress::visibility(written.visibility).name(t))),
        published: subject.is_published(),
        may_publish: may_publish(app, member, subject.answers()).await?,
        sensitive: written.sensitive,
        language: written.language,
        text: written.text,
        warning: written.warning,
        preview,
        errors,
    };
    Ok(private_page(status, &member.asked, &content))
}

fn characters(app: &App, member: &Member, written: &Written) -> String {
    let t = member.asked.t;
    let most = app.config.posts.max_characters;
    let used = text::count(&written.text) + text::count(&written.warning);
    match most.checked_sub(used) {
        Some(left) => {
            t.with_two("characters-left", "left", t.number(left as u64), "max", t.number(most as u64))
        }
        None => {
            let over = t.number((used - most) as u64);
            t.with_two("characters-over", "over", over, "max", t.number(most as u64))
        }
    }
}

fn picture_row(t: Texts, number: usize, picture: &Picture) -> PictureRow {
    let file = picture.row.preview_file.as_deref().or(picture.row.file.as_deref());
    PictureRow {
        id: picture.row.id.to_string(),
        number,
        preview: file.filter(|_| picture.row.kind == "image").map(dress::file_address),
        description: picture.description.clone(),
        decorative: picture.decorative,
        film: picture.is_film(),
        parts: focus::options(t, &picture.part),
    }
}

/// A post being answered, with what led to it and what was answered already.
async fn answered_view(
    app: &App,
    member: &Member,
    row: &store_posts::Model,
) -> Result<Option<AnsweredView>, Error> {
    let (t, now) = (member.asked.t, app.clock.now());
    let viewer = Some(member.acting.viewer());
    let thread = store_posts::list_of_thread(app.db(), viewer, row.thread_id, MOST_OF_THREAD).await?;
    let (before, replies) = around(row, &thread);
    let shown: Vec<store_posts::Model> =
        before.iter().copied().chain([row]).chain(replies.iter().map(|(row, _)| *row)).cloned().collect();
    let views = dress::posts_at(app, viewer, &shown, &move |moment| times::near(t, moment, now)).await?;
    let mut views: HashMap<String, PostView> =
        views.into_iter().map(|view| (view.id.clone(), view)).collect();
    let account = member.acting.account.id;
    let mut reply = |row: &store_posts::Model, nested: bool| {
        let post = views.remove(&row.id.to_string())?;
        Some(ReplyView { own: row.author_id == account, nested, post })
    };
    let Some(post) = reply(row, false) else { return Ok(None) };
    let mut earlier: Vec<ReplyView> = before.into_iter().filter_map(|row| reply(row, false)).collect();
    let before = earlier.split_off(earlier.len().saturating_sub(OPEN_BEFORE));
    Ok(Some(AnsweredView {
        earlier,
        before,
        post,
        answered_already: replies.iter().any(|(row, nested)| !nested && row.author_id == account),
        replies: replies.into_iter().filter_map(|(row, nested)| reply(row, nested)).collect(),
    }))
}

fn visibilities(member: &Member, written: &Written) -> Vec<OptionView> {
    let t = member.asked.t;
    let option = |visibility: Visibility, label: String, hint: String| OptionView {
        value: visibility.name().to_owned(),
        label,
        hint,
        chosen: visibility == written.visibility,
    };
    let mut options = vec![
        option(Visibility::Public, t.say("visibility-public"), t.say("visibility-public-hint")),
        option(Visibility::Unlisted, t.say("visibility-unlisted"), t.say("visibility-unlisted-hint")),
        option(Visibility::Private, t.say("visibility-followers"), t.say("visibility-followers-hint")),
    ];
    if member.may(Act::ReadDirect) || written.visibility == Visibility::Direct {
        options.push(option(Visibility::Direct, t.say("visibility-direct"), t.say("visibility-direct-hint")));
    }
    options
}

/// What was written as others will see it; nothing is kept.
async fn previewed(app: &App, member: &Member, written: &Written) -> Result<PostView, Error> {
    let mut known = Vec::new();
    for mention in text::scan(&written.text).mentions().into_iter().take(MOST_MENTIONS) {
        let domain = mention.domain.as_deref().and_then(parse_domain);
        let found = match domain.filter(|domain| *domain != app.config.server.account_domain) {
            Some(domain) => accounts::find_theirs(app.db(), &mention.username, &domain).await?,
            None => accounts::find_ours(app.db(), &mention.username).await?,
        };
        known.extend(found.map(|account| ResolvedMention {
            handle: mention.handle(),
            username: account.username,
            url: account.url,
        }));
    }
    let html = text::render(&written.text, &known, |tag| {
        app.config.server.address(&format!("/tags/{}", text::normalise_tag(tag)))
    });
    let media = written.pictures.iter().filter_map(|picture| {
        let mut view = dress::file(&picture.row)?;
        view.description = Some(picture.description.clone()).filter(|text| !text.is_empty());
        view.decorative = picture.decorative;
        let point = focus::moved(picture.point(), &picture.part).or(picture.point());
        view.focus = focus::class(point);
        Some(view)
    });
    Ok(PostView {
        id: "0".to_owned(),
        author: dress::account(&member.acting.account),
        href: String::new(),
        when: times::near(member.asked.t, app.clock.now(), app.clock.now()),
        edited: None,
        html,
        warning: Some(written.warning.clone()).filter(|warning| !warning.is_empty()),
        sensitive: written.sensitive,
        dir: dress::direction(Some(&written.language)),
        lang: Some(written.language.clone()).filter(|tag| !tag.is_empty()),
        visibility: dress::visibility(written.visibility),
        media: media.collect(),
        replies: 0,
        boosts: 0,
        favourites: 0,
        pinned: false,
        poll: None,
        shared_by: None,
        quote: None,
    })
}
