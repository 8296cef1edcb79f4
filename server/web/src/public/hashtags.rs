//! Hashtags: the city's public posts that bear one.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use stadtbote_core::domain::text::normalise_tag;
use stadtbote_core::store::posts::PublicPosts;
use stadtbote_core::store::{Page, posts, tags};
use stadtbote_core::{App, Error};

use super::{POSTS_PER_FEED, POSTS_PER_PAGE, feed_items};
use crate::dress;
use crate::error::OrPage;
use crate::feed::Feed;
use crate::pages::public::TagPage;
use crate::paging::{asked_page, turn};
use crate::request::Visitor;
use crate::respond::{Answer, open_page};

/// Shows the posts with a hashtag, or their feed: `/tags/TAG` and `/tags/TAG.rss`.
pub(crate) async fn show(State(app): State<App>, Path(tag): Path<String>, visitor: Visitor) -> Answer {
    let answer = match tag.strip_suffix(".rss") {
        Some(tag) => feed(&app, tag, &visitor).await,
        None => list(&app, &tag, &visitor).await,
    };
    answer.or_page(&app, &visitor.asked)
}

async fn list(app: &App, tag: &str, visitor: &Visitor) -> Result<Response, Error> {
    let t = visitor.asked.t;
    let (name, shown) = names(app, tag).await?;
    let page = asked_page(&visitor.asked, POSTS_PER_PAGE);
    let mut rows = posts::list_public(app.db(), None, &which(&name), app.clock.now(), &page).await?;
    let path = address(&name);
    let paging = turn(&path, &page, &mut rows, |row| row.id.0);
    let content = TagPage {
        t,
        shell: visitor.shell(app, &format!("#{shown}")),
        feed: format!("{path}.rss"),
        tag: shown,
        posts: dress::posts(app, t, None, &rows).await?,
        paging,
    };
    Ok(open_page(&content))
}

async fn feed(app: &App, tag: &str, visitor: &Visitor) -> Result<Response, Error> {
    let t = visitor.asked.t;
    let (name, shown) = names(app, tag).await?;
    let page = Page::newest(POSTS_PER_FEED);
    let rows = posts::list_public(app.db(), None, &which(&name), app.clock.now(), &page).await?;
    let server = &app.config.server;
    let feed = Feed {
        title: format!("#{shown}"),
        link: server.address(&address(&name)),
        address: server.address(&format!("{}.rss", address(&name))),
        description: t.say("tag-lead"),
        picture: None,
        items: feed_items(app, &visitor.asked, &rows).await?,
    };
    Ok(feed.into_response())
}

/// The hashtag in its comparable form and as it is written. One that nobody used has a page too, an empty one.
async fn names(app: &App, tag: &str) -> Result<(String, String), Error> {
    let name = normalise_tag(tag);
    if name.is_empty() || name.chars().count() > 100 || !name.chars().all(is_part_of_tag) {
        return Err(Error::NotFound("Hashtag"));
    }
    let shown = tags::find(app.db(), &name).await?.map_or_else(|| tag.to_owned(), |found| found.shown);
    Ok((name, shown))
}

fn is_part_of_tag(sign: char) -> bool {
    sign.is_alphanumeric() || matches!(sign, '_' | '·' | '\u{200c}' | '\u{0300}'..='\u{036f}')
}

/// The page of a hashtag in its comparable form.
pub(super) fn address(name: &str) -> String {
    format!("/tags/{}", in_path(name))
}

/// A hashtag as a part of a path.
pub(crate) fn in_path(name: &str) -> String {
    let mut path = url::Url::parse("http://x.example/").ok();
    if let Some(url) = path.as_mut()
        && let Ok(mut segments) = url.path_segments_mut()
    {
        segments.clear().push(name);
    }
    path.map(|url| url.path().trim_start_matches('/').to_owned()).unwrap_or_default()
}

fn which(name: &str) -> PublicPosts {
    PublicPosts { local: true, all_tags: vec![name.to_owned()], ..PublicPosts::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hashtag_in_an_address_is_escaped() {
        assert_eq!(in_path("straßenfest"), "stra%C3%9Fenfest");
        assert_eq!(in_path("a?b"), "a%3Fb");
    }
}
