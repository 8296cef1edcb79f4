//! Pages that everybody may read. They show only what is public or unlisted: every question asks without a viewer.

pub(crate) mod domains;
pub(crate) mod hashtags;
pub(crate) mod home;
pub(crate) mod interaction;
pub(crate) mod links;
pub(crate) mod open_data;
pub(crate) mod pauses;
pub(crate) mod posts;
pub(crate) mod profiles;
pub(crate) mod reports;
pub(crate) mod transparency;

use std::collections::HashMap;

use stadtbote_core::domain::text::{excerpt, plain_from_html};
use stadtbote_core::store::{accounts, institutions, post_tags, posts as store_posts, tags};
use stadtbote_core::{App, Error};

use crate::dress;
use crate::feed::Item;
use crate::request::Asked;
use crate::views::PostView;

/// Posts on one page of a list.
const POSTS_PER_PAGE: u64 = 20;
/// Posts in a feed.
const POSTS_PER_FEED: u64 = 20;

/// The name of the institution that runs an account, or of the server where none is named.
async fn institution_name(app: &App, account: &accounts::Model) -> Result<String, Error> {
    let institution = match account.institution_id {
        Some(id) => institutions::find(app.db(), id).await?,
        None => None,
    };
    Ok(institution.map_or_else(|| app.config.instance.title.clone(), |institution| institution.name))
}

/// Posts as items of a feed.
async fn feed_items(app: &App, asked: &Asked, rows: &[store_posts::Model]) -> Result<Vec<Item>, Error> {
    let views = dress::posts(app, asked.t, None, rows).await?;
    let used = post_tags::list_of_posts(app.db(), rows.iter().map(|row| row.id).collect()).await?;
    let shown = tags::list_by_ids(app.db(), used.iter().map(|row| row.tag_id).collect()).await?;
    let shown: HashMap<_, _> = shown.into_iter().map(|tag| (tag.id, tag.shown)).collect();
    let items = rows.iter().zip(&views).map(|(row, view)| {
        let tags = used.iter().filter(|used| used.post_id == row.id);
        let tags = tags.filter_map(|used| shown.get(&used.tag_id).cloned()).collect();
        feed_item(app, asked, row, view, tags)
    });
    Ok(items.collect())
}

fn feed_item(app: &App, asked: &Asked, row: &store_posts::Model, view: &PostView, tags: Vec<String>) -> Item {
    let media = view.media.iter().cloned().map(|mut media| {
        media.url = dress::absolute(app, &media.url);
        media
    });
    let (title, html) = match &view.warning {
        Some(warning) => {
            let label = askama::filters::escape(
                asked.t.with("warning-is", "warning", warning),
                askama::filters::Html,
            );
            let label = label.map(|escaped| escaped.to_string()).unwrap_or_default();
            (warning.clone(), format!("<p><strong>{label}</strong></p><hr>{}", view.html))
        }
        None => (plain_from_html(&view.html), view.html.clone()),
    };
    let title = if title.is_empty() { asked.t.say("without-text") } else { excerpt(&title, 80) };
    let link = dress::absolute(app, &view.href);
    Item { link, title, published: row.time(), html, tags, media: media.collect() }
}
