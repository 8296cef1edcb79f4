//! An account's page and its feed.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, HeaderValue, header};
use stadtbote_core::actions::accounts_of_ours;
use stadtbote_core::domain::text::{excerpt, plain_from_html};
use stadtbote_core::store::posts::ByAuthor;
use stadtbote_core::store::{Page, accounts, featured_tags, posts, tags};
use stadtbote_core::{App, Error};

use super::{POSTS_PER_FEED, POSTS_PER_PAGE, feed_items, hashtags, institution_name};
use crate::error::OrPage;
use crate::feed::Feed;
use crate::pages::public::{ProfilePage, TagLink};
use crate::paging::{asked_page, turn};
use crate::request::Visitor;
use crate::respond::{Answer, open_page};
use crate::views::{FieldView, Tab};
use crate::{dress, times};

/// Which posts of an account a page shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Posts,
    Replies,
    Media,
}

/// Shows an account, or its feed: `/@NAME` and `/@NAME.rss`.
pub(crate) async fn show(State(app): State<App>, Path(handle): Path<String>, visitor: Visitor) -> Answer {
    if let Some(name) = handle.strip_suffix(".rss") {
        return feed(&app, name, &visitor).await.or_page(&app, &visitor.asked);
    }
    if wants_activity(&visitor.asked.headers) {
        return actor(&app, &handle).await.or_page(&app, &visitor.asked);
    }
    profile(&app, &handle, &visitor, Section::Posts).await.or_page(&app, &visitor.asked)
}

/// Shows an account with its answers.
pub(crate) async fn show_replies(app: &App, handle: &str, visitor: &Visitor) -> Result<Response, Error> {
    profile(app, handle, visitor, Section::Replies).await
}

/// Shows an account's posts with pictures and films.
pub(crate) async fn show_media(app: &App, handle: &str, visitor: &Visitor) -> Result<Response, Error> {
    profile(app, handle, visitor, Section::Media).await
}

/// Our account of that handle in a path.
pub(crate) async fn find(app: &App, handle: &str) -> Result<accounts::Model, Error> {
    let name = handle.strip_prefix('@').ok_or(Error::NotFound("Page"))?;
    let name = match name.split_once('@') {
        Some((name, domain)) if domain.eq_ignore_ascii_case(&app.config.server.account_domain) => name,
        Some(_) => return Err(Error::NotFound("Page")),
        None => name,
    };
    let account = accounts::find_ours(app.db(), name).await?.filter(|account| !account.is_instance());
    let account = account.ok_or(Error::NotFound("Page"))?;
    match account.deleted_at {
        Some(_) => Err(Error::Gone("Account")),
        None => Ok(account),
    }
}

/// Whether the asker is a server that wants ActivityPub and not a page.
pub(crate) fn wants_activity(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    !accept.contains("text/html")
        && (accept.contains("application/activity+json") || accept.contains("application/ld+json"))
}

async fn actor(app: &App, handle: &str) -> Result<Response, Error> {
    let account = find(app, handle).await?;
    Ok(Redirect::to(&account.uri).into_response())
}

async fn profile(app: &App, handle: &str, visitor: &Visitor, section: Section) -> Result<Response, Error> {
    let t = visitor.asked.t;
    let account = find(app, handle).await?;
    let base = format!("/@{}", account.username);
    let path = match section {
        Section::Posts => base.clone(),
        Section::Replies => format!("{base}/with_replies"),
        Section::Media => format!("{base}/media"),
    };
    let page = asked_page(&visitor.asked, POSTS_PER_PAGE);
    let which = ByAuthor {
        only_media: section == Section::Media,
        exclude_replies: section == Section::Posts,
        ..ByAuthor::default()
    };
    let mut rows = posts::list_by_author(app.db(), None, account.id, &which, &page).await?;
    let paging = turn(&path, &page, &mut rows, |row| row.id.0);
    if section == Section::Posts && page.max_id.is_none() && page.min_id.is_none() {
        let which = ByAuthor { pinned: true, ..ByAuthor::default() };
        let pinned = posts::list_by_author(app.db(), None, account.id, &which, &Page::newest(20)).await?;
        rows.retain(|row| !pinned.iter().any(|pinned| pinned.id == row.id));
        rows = pinned.into_iter().chain(rows).collect();
    }
    let mut posts = dress::posts(app, t, None, &rows).await?;
    dress::mark_pinned(app, account.id, &mut posts).await?;
    let others = accounts::list_ours(app.db()).await?;

    let tags = featured_tags::list_with_tags(app.db(), account.id).await?;
    let tag = |(_, tag): (featured_tags::Model, tags::Model)| TagLink {
        href: hashtags::address(&tag.name),
        name: tag.shown,
    };

    let card = dress::account(&account);
    let tab = |section_of_tab: Section, href: String, label: String| Tab {
        href,
        label,
        current: section_of_tab == section,
    };
    let content = ProfilePage {
        t,
        shell: visitor.shell(app, &format!("{} ({})", card.name, card.handle)),
        uri: account.uri.clone(),
        canonical: app.config.server.address(&base),
        feed: format!("{base}.rss"),
        summary: excerpt(&plain_from_html(&account.note), 300),
        picture: account.avatar.as_deref().map(|file| dress::absolute(app, &dress::file_address(file))),
        header: account.header.as_deref().map(dress::file_address),
        note: account.note.clone(),
        has_moved: account.moved_to.is_some(),
        moved: match &account.moved_to {
            Some(uri) => accounts::find_by_uri(app.db(), uri).await?.as_ref().map(dress::account),
            None => None,
        },
        institution: institution_name(app, &account).await?,
        domain: account.domain.clone(),
        fields: accounts_of_ours::fields(&account)
            .into_iter()
            .map(|field| FieldView { name: field.name, html: field.value, verified: false })
            .collect(),
        tags: tags.into_iter().map(tag).collect(),
        posts_count: account.posts_count.unsigned_abs(),
        followers_count: account.followers_count.unsigned_abs(),
        since: times::month(t, account.created_at),
        tabs: vec![
            tab(Section::Posts, base.clone(), t.say("tab-posts")),
            tab(Section::Replies, format!("{base}/with_replies"), t.say("tab-replies")),
            tab(Section::Media, format!("{base}/media"), t.say("tab-media")),
        ],
        posts,
        paging,
        others: others.iter().filter(|other| other.id != account.id).map(dress::account).collect(),
        account: card,
    };
    Ok(with_alternate(open_page(&content), &account.uri))
}

/// Says in a header where the same thing is for other servers.
pub(crate) fn with_alternate(mut response: Response, uri: &str) -> Response {
    let headers = response.headers_mut();
    let link = format!("<{uri}>; rel=\"alternate\"; type=\"application/activity+json\"");
    if let Ok(value) = HeaderValue::from_str(&link) {
        headers.insert(header::LINK, value);
    }
    headers.append(header::VARY, HeaderValue::from_static("Accept"));
    response
}

async fn feed(app: &App, handle: &str, visitor: &Visitor) -> Result<Response, Error> {
    let account = find(app, handle).await?;
    let which = ByAuthor { exclude_replies: true, exclude_boosts: true, ..ByAuthor::default() };
    let page = Page::newest(POSTS_PER_FEED);
    let rows = posts::list_by_author(app.db(), None, account.id, &which, &page).await?;
    let server = &app.config.server;
    let feed = Feed {
        title: account.name().to_owned(),
        link: server.address(&format!("/@{}", account.username)),
        address: server.address(&format!("/@{}.rss", account.username)),
        description: match plain_from_html(&account.note) {
            note if note.is_empty() => visitor.asked.t.with("posts-of", "name", account.name()),
            note => note,
        },
        picture: account.avatar.as_deref().map(|file| dress::absolute(app, &dress::file_address(file))),
        items: feed_items(app, &visitor.asked, &rows).await?,
    };
    Ok(feed.into_response())
}
