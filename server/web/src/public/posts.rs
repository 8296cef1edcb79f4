//! A post with its thread.

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use stadtbote_core::domain::ids::PostId;
use stadtbote_core::domain::post::State as PostState;
use stadtbote_core::domain::text::{excerpt, plain_from_html};
use stadtbote_core::store::{accounts, posts};
use stadtbote_core::{App, Error};

use super::{institution_name, profiles};
use crate::error::OrPage;
use crate::pages::public::PostPage;
use crate::request::Visitor;
use crate::respond::{Answer, open_page};
use crate::views::{MediaKind, ReplyView};
use crate::{dress, languages, times};

/// Most posts of a thread that are read for one page.
pub(crate) const MOST_OF_THREAD: u64 = 500;

/// Shows what stands under an account: a post, or a section of the profile.
pub(crate) async fn show(
    State(app): State<App>,
    Path((handle, part)): Path<(String, String)>,
    visitor: Visitor,
) -> Answer {
    let answer = match part.as_str() {
        "with_replies" => profiles::show_replies(&app, &handle, &visitor).await,
        "media" => profiles::show_media(&app, &handle, &visitor).await,
        id => post(&app, &handle, id, &visitor).await,
    };
    answer.or_page(&app, &visitor.asked)
}

async fn post(app: &App, handle: &str, id: &str, visitor: &Visitor) -> Result<Response, Error> {
    let t = visitor.asked.t;
    if !handle.starts_with('@') {
        return Err(Error::NotFound("Page"));
    }
    let id = id.parse().map(PostId).map_err(|_| Error::NotFound("Post"))?;
    let row = find(app, id).await?;
    let author = accounts::find(app.db(), row.author_id).await?.filter(accounts::Model::is_ours);
    let author = author.ok_or(Error::NotFound("Post"))?;
    let path = format!("/@{}/{id}", author.username);
    if profiles::wants_activity(&visitor.asked.headers) {
        return Ok(Redirect::to(&row.uri).into_response());
    }
    if visitor.asked.path != path {
        return Ok(Redirect::to(&path).into_response());
    }

    let thread = posts::list_of_thread(app.db(), None, row.thread_id, MOST_OF_THREAD).await?;
    let (ancestors, replies) = around(&row, &thread);
    let shown: Vec<posts::Model> = [&row]
        .into_iter()
        .chain(ancestors.iter().copied())
        .chain(replies.iter().map(|(row, _)| *row))
        .cloned()
        .collect();
    let views = dress::posts(app, t, None, &shown).await?;
    let mut views: HashMap<String, _> = views.into_iter().map(|view| (view.id.clone(), view)).collect();
    let mut post = views.remove(&row.id.to_string()).ok_or(Error::NotFound("Post"))?;
    post.when = times::full(t, row.time());
    let mut reply = |row: &posts::Model, nested: bool| {
        let post = views.remove(&row.id.to_string())?;
        Some(ReplyView { own: post.author.official, nested, post })
    };
    let content = PostPage {
        t,
        shell: visitor
            .shell(app, &t.with_two("post-title", "when", &post.when.text, "name", &post.author.name)),
        uri: row.uri.clone(),
        canonical: app.config.server.address(&path),
        summary: match &post.warning {
            Some(warning) => excerpt(warning, 300),
            None => excerpt(&plain_from_html(&post.html), 300),
        },
        preview: match post.warning.is_some() || post.sensitive {
            true => None,
            false => post
                .media
                .iter()
                .find(|media| media.kind == MediaKind::Picture)
                .map(|media| dress::absolute(app, &media.url)),
        },
        language_name: post.lang.as_deref().and_then(|tag| languages::name(t, tag)).map(str::to_owned),
        institution: institution_name(app, &author).await?,
        has_moved: author.moved_to.is_some(),
        ancestors: ancestors.into_iter().filter_map(|row| reply(row, false)).collect(),
        replies: replies.into_iter().filter_map(|(row, nested)| reply(row, nested)).collect(),
        post,
    };
    Ok(profiles::with_alternate(open_page(&content), &row.uri))
}

/// The post, if everybody may see it. One that was open to all and was deleted is gone; any other was never there.
async fn find(app: &App, id: PostId) -> Result<posts::Model, Error> {
    if let Some(row) = posts::find_visible(app.db(), None, id).await? {
        return match row.boost_of_id {
            Some(_) => Err(Error::NotFound("Post")),
            None => Ok(row),
        };
    }
    match posts::find_any(app.db(), id).await? {
        Some(row) if row.state == PostState::Deleted && row.visibility.is_open() => Err(Error::Gone("Post")),
        _ => Err(Error::NotFound("Post")),
    }
}

/// What stands before a post in its thread, oldest first, and the answers after it in reading order, each with
/// whether it answers an answer.
pub(crate) fn around<'a>(
    post: &posts::Model,
    thread: &'a [posts::Model],
) -> (Vec<&'a posts::Model>, Vec<(&'a posts::Model, bool)>) {
    let by_id: HashMap<PostId, &posts::Model> = thread.iter().map(|row| (row.id, row)).collect();
    let mut ancestors = Vec::new();
    let mut above = post.in_reply_to_id;
    while let Some(row) = above.and_then(|id| by_id.get(&id)) {
        if ancestors.len() > thread.len() {
            break;
        }
        ancestors.push(*row);
        above = row.in_reply_to_id;
    }
    ancestors.reverse();

    let mut children: HashMap<PostId, Vec<&posts::Model>> = HashMap::new();
    for row in thread {
        if let Some(parent) = row.in_reply_to_id {
            children.entry(parent).or_default().push(row);
        }
    }
    let mut replies = Vec::new();
    let mut open: Vec<(&posts::Model, bool)> = Vec::new();
    let first = children.remove(&post.id).unwrap_or_default();
    open.extend(first.into_iter().rev().map(|row| (row, false)));
    while let Some((row, nested)) = open.pop() {
        replies.push((row, nested));
        let answers = children.remove(&row.id).unwrap_or_default();
        open.extend(answers.into_iter().rev().map(|row| (row, true)));
    }
    (ancestors, replies)
}
