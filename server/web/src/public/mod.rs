//! Pages that everybody may read. They show only what is public or unlisted: every question asks without a viewer.

pub(crate) mod home;
pub(crate) mod interaction;
pub(crate) mod posts;
pub(crate) mod profiles;
pub(crate) mod tags;

use stadtbote_core::App;
use stadtbote_core::Error;
use stadtbote_core::domain::ids::InstitutionId;
use stadtbote_core::store::{accounts, institutions, posts as store_posts};

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
    let found: Option<InstitutionId> = account.institution_id;
    let institution = match found {
        Some(id) => institutions::find(app.db(), id).await?,
        None => None,
    };
    Ok(institution.map_or_else(|| app.config.instance.title.clone(), |institution| institution.name))
}

/// A post as an item of a feed.
fn feed_item(app: &App, asked: &Asked, row: &store_posts::Model, view: &PostView) -> Item {
    use stadtbote_core::domain::text::{excerpt, plain_from_html};

    let media = view.media.iter().cloned().map(|mut media| {
        media.url = dress::absolute(app, &media.url);
        media
    });
    let (title, html) = match &view.warning {
        Some(warning) => {
            let label = askama::filters::escape(
                &asked.t.with("warning-is", "warning", warning),
                askama::filters::Html,
            )
            .map(|escaped| escaped.to_string())
            .unwrap_or_default();
            (warning.clone(), format!("<p><strong>{label}</strong></p><hr>{}", view.html))
        }
        None => (plain_from_html(&view.html), view.html.clone()),
    };
    let title = if title.is_empty() { asked.t.say("without-text") } else { excerpt(&title, 80) };
    Item {
        link: dress::absolute(app, &view.href),
        title,
        published: row.time(),
        html,
        tags: Vec::new(),
        media: media.collect(),
    }
}
