//! Drafts and what is published: lists, releasing, pinning, deleting.

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use stadtbote_core::actions::{drafts, posts, reactions};
use stadtbote_core::domain::ids::{PersonId, PostId};
use stadtbote_core::domain::permission::Act;
use stadtbote_core::domain::post::State as PostState;
use stadtbote_core::domain::text::{excerpt, plain_from_html};
use stadtbote_core::store::posts::ByAuthor;
use stadtbote_core::store::{accounts, media, persons, pins, post_texts, posts as store_posts};
use stadtbote_core::{App, Error};

use super::{Area, bench_for, write};
use crate::error::OrPage;
use crate::pages::staff::{DeletePage, PostRow, PostsPage};
use crate::paging::{asked_page, turn};
use crate::request::Member;
use crate::resolve::{Resolver, named_in};
use crate::respond::{Answer, private_page, see_other};
use crate::sent::Sent;
use crate::views::{FieldErrors, MediaView, Paging};
use crate::{dress, times};

/// Posts on one page.
const POSTS_PER_PAGE: u64 = 30;
/// So much of a post is shown in a list.
const EXCERPT: usize = 280;

/// Shows the drafts.
pub(crate) async fn list_drafts(State(app): State<App>, member: Member) -> Answer {
    drafts(&app, &member).await.or_page(&app, &member.asked)
}

/// Shows what is published.
pub(crate) async fn list(State(app): State<App>, member: Member) -> Answer {
    published(&app, &member).await.or_page(&app, &member.asked)
}

/// Releases a draft.
pub(crate) async fn release(
    State(app): State<App>,
    Path((_, id)): Path<(String, i64)>,
    resolver: Resolver,
    member: Member,
    sent: Sent,
) -> Answer {
    released(&app, &resolver, &member, PostId(id), sent.text("version")).await.or_page(&app, &member.asked)
}

/// Asks whether a post is really to go.
pub(crate) async fn ask(
    State(app): State<App>,
    Path((_, id)): Path<(String, i64)>,
    member: Member,
) -> Answer {
    asked(&app, &member, PostId(id)).await.or_page(&app, &member.asked)
}

/// Deletes a post or throws a draft away.
pub(crate) async fn delete(
    State(app): State<App>,
    Path((_, id)): Path<(String, i64)>,
    member: Member,
    _sent: Sent,
) -> Answer {
    deleted(&app, &member, PostId(id)).await.or_page(&app, &member.asked)
}

/// Pins a post to the top of the account's page, or takes it off.
pub(crate) async fn pin(
    State(app): State<App>,
    Path((_, id)): Path<(String, i64)>,
    member: Member,
    sent: Sent,
) -> Answer {
    let done = match sent.text("pin") {
        "off" => reactions::unpin(&app, &member.acting, PostId(id)).await.map(|_| "unpinned"),
        _ => reactions::pin(&app, &member.acting, PostId(id)).await.map(|_| "pinned"),
    };
    let done = done.or_page(&app, &member.asked)?;
    Ok(see_other(&member.address(&format!("/posts?done={done}"))))
}

async fn released(
    app: &App,
    resolver: &Resolver,
    member: &Member,
    id: PostId,
    version: &str,
) -> Result<Response, Error> {
    let account = member.acting.account.id;
    store_posts::find_unpublished(app.db(), account, id).await?.ok_or(Error::NotFound("Draft"))?;
    let version = version.parse().map_err(|_| Error::invalid("Version", "is missing"))?;
    let text = post_texts::find_main(app.db(), id).await?.and_then(|text| text.source);
    named_in(resolver, &text.unwrap_or_default()).await;
    match drafts::release(app, &member.acting, posts::Door::Workbench, id, Some(version)).await {
        // What is missing is shown beside its field.
        Err(Error::Invalid { .. }) => Ok(see_other(&member.address(&format!("/posts/{id}/edit?check=1")))),
        released => {
            released?;
            Ok(see_other(&member.address("/posts?done=published")))
        }
    }
}

async fn deleted(app: &App, member: &Member, id: PostId) -> Result<Response, Error> {
    if !write::own(app, member, id).await?.is_published() {
        drafts::discard(app, &member.acting, id).await?;
        return Ok(see_other(&member.address("/drafts?done=draft-deleted")));
    }
    posts::delete(app, &member.acting, id).await?;
    Ok(see_other(&member.address("/posts?done=deleted")))
}

async fn asked(app: &App, member: &Member, id: PostId) -> Result<Response, Error> {
    let t = member.asked.t;
    let row = write::own(app, member, id).await?;
    let is_published = row.is_published();
    write::may_change(app, member, &row).await?;
    let viewer = Some(member.acting.viewer());
    let post = dress::posts(app, t, viewer, &[row]).await?.pop().ok_or(Error::NotFound("Post"))?;
    let (title, back, area) = match is_published {
        true => (t.say("delete-post-title"), member.address("/posts"), Area::Posts),
        false => (t.say("delete-draft-title"), member.address("/drafts"), Area::Drafts),
    };
    let content = DeletePage {
        t,
        shell: member.asked.shell(app, &title, true),
        bench: bench_for(app, member, area).await?,
        errors: FieldErrors::default(),
        post,
        published: is_published,
        action: member.address(&format!("/posts/{id}/delete")),
        back,
    };
    Ok(private_page(StatusCode::OK, &member.asked, &content))
}

async fn drafts(app: &App, member: &Member) -> Result<Response, Error> {
    let t = member.asked.t;
    let rows = store_posts::list_unpublished(app.db(), member.acting.account.id).await?;
    let rows: Vec<_> = rows.into_iter().filter(|row| write::may_see(member, row)).collect();
    let posts = dressed(app, member, &rows).await?;
    let content = PostsPage {
        t,
        shell: member.asked.shell(app, &t.say("drafts"), true),
        bench: bench_for(app, member, Area::Drafts).await?,
        errors: FieldErrors::default(),
        heading: t.say("drafts"),
        lead: t.say("drafts-lead"),
        empty: t.say("drafts-empty"),
        empty_hint: t.say("drafts-empty-hint"),
        write_href: member.may(Act::Write).then(|| member.address("/write")),
        posts,
        paging: Paging::default(),
    };
    Ok(private_page(StatusCode::OK, &member.asked, &content))
}

async fn published(app: &App, member: &Member) -> Result<Response, Error> {
    let t = member.asked.t;
    let page = asked_page(&member.asked, POSTS_PER_PAGE);
    let which = ByAuthor::default();
    let viewer = Some(member.acting.viewer());
    let mut rows =
        store_posts::list_by_author(app.db(), viewer, member.acting.account.id, &which, &page).await?;
    let paging = turn(&member.address("/posts"), &page, &mut rows, |row| row.id.0);
    let posts = dressed(app, member, &rows).await?;
    let content = PostsPage {
        t,
        shell: member.asked.shell(app, &t.say("published-posts"), true),
        bench: bench_for(app, member, Area::Posts).await?,
        errors: FieldErrors::default(),
        heading: t.say("published-posts"),
        lead: t.say("published-lead"),
        empty: t.say("published-empty"),
        empty_hint: t.say("published-empty-hint"),
        write_href: member.may(Act::Write).then(|| member.address("/write")),
        posts,
        paging,
    };
    Ok(private_page(StatusCode::OK, &member.asked, &content))
}

/// Rows of the lists, with what the member may do with each.
async fn dressed(app: &App, member: &Member, rows: &[store_posts::Model]) -> Result<Vec<PostRow>, Error> {
    let t = member.asked.t;
    let now = app.clock.now();
    let originals = rows.iter().filter_map(|row| row.boost_of_id).collect();
    let originals = store_posts::list_visible(app.db(), Some(member.acting.viewer()), originals).await?;
    let originals: HashMap<PostId, &store_posts::Model> =
        originals.iter().map(|original| (original.id, original)).collect();
    let authors = originals.values().map(|original| original.author_id).collect();
    let authors = accounts::list_by_ids(app.db(), authors).await?;
    let ids: Vec<PostId> = rows.iter().map(|row| row.boost_of_id.unwrap_or(row.id)).collect();
    let mut texts: HashMap<PostId, post_texts::Model> = HashMap::new();
    for text in post_texts::list_of_posts(app.db(), ids.clone()).await? {
        texts.entry(text.post_id).or_insert(text);
    }
    let mut files: HashMap<PostId, Vec<MediaView>> = HashMap::new();
    for file in media::list_of_posts(app.db(), ids.clone()).await? {
        if let (Some(post), Some(view)) = (file.post_id, dress::file(&file)) {
            files.entry(post).or_default().push(view);
        }
    }
    let pinned = pins::among(app.db(), member.acting.account.id, ids).await?;
    let mut writers: Vec<PersonId> = rows.iter().filter_map(|row| row.written_by).collect();
    writers.sort();
    writers.dedup();
    let writers: HashMap<PersonId, persons::Model> = persons::list_by_ids(app.db(), writers)
        .await?
        .into_iter()
        .map(|person| (person.id, person))
        .collect();

    let mut dressed = Vec::with_capacity(rows.len());
    for row in rows {
        let original = row.boost_of_id.and_then(|id| originals.get(&id).copied());
        if row.boost_of_id.is_some() && original.is_none() {
            continue;
        }
        let shown = original.unwrap_or(row);
        let text = texts.get(&shown.id);
        let written = match text.and_then(|text| text.source.clone()) {
            Some(source) => source,
            None => text.map(|text| plain_from_html(&text.html)).unwrap_or_default(),
        };
        let is_out = row.is_published();
        let may_publish = write::may_publish(app, member, row.in_reply_to_id).await?;
        let may_change = match is_out {
            true => may_publish && original.is_none(),
            false => member.may(Act::Write),
        };
        let is_pinned = pinned.contains(&row.id);
        let address = |path: &str| member.address(&format!("/posts/{}{path}", row.id));
        dressed.push(PostRow {
            version: row.version.to_string(),
            when: times::near(t, row.time(), now),
            warning: text.map(|text| text.warning.clone()).filter(|warning| !warning.is_empty()),
            excerpt: match excerpt(&written, EXCERPT) {
                empty if empty.is_empty() => t.say("without-text"),
                shown => shown,
            },
            lang: shown.language.clone().filter(|tag| !tag.is_empty()),
            visibility: dress::visibility(row.visibility),
            by: row
                .written_by
                .and_then(|person| writers.get(&person))
                .map(|person| t.with("written-by", "name", person.shown_name())),
            shared_from: original
                .and_then(|original| authors.iter().find(|author| author.id == original.author_id))
                .map(|author| author.name().to_owned()),
            media: files.get(&shown.id).and_then(|files| dress::files_in_words(t, files)),
            answer: row.in_reply_to_id.is_some() || row.in_reply_to_uri.is_some(),
            waiting: row.state == PostState::Waiting,
            pinned: is_pinned,
            href: match original {
                Some(original) => Some(original.url.clone()),
                None => (is_out && row.visibility.is_open())
                    .then(|| format!("/@{}/{}", member.acting.account.username, row.id)),
            },
            release_action: (!is_out && may_publish).then(|| address("/release")),
            edit_href: may_change.then(|| address("/edit")),
            pin_action: (is_out
                && original.is_none()
                && row.visibility.is_open()
                && member.may(Act::Publish))
            .then(|| address("/pin")),
            delete_href: may_change.then(|| address("/delete")),
            quote_href: (original.is_none() && write::may_quote(member, row))
                .then(|| member.address(&format!("/write?quote={}", row.id))),
            unshare_action: original
                .filter(|_| member.may(Act::Publish))
                .map(|original| member.address(&format!("/posts/{}/share", original.id))),
        });
    }
    Ok(dressed)
}
