//! Hashtags that others show on their profiles.

use crate::app::Tx;
use crate::domain::ids::{RowId, TagId};
use crate::domain::{html, text};
use crate::store::featured_tags::MOST;
use crate::store::{accounts, featured_tags, tags};
use crate::{App, Error};

/// `actor` shows these hashtags and no others; the first ten are kept.
pub async fn replace(app: &App, actor: &accounts::Model, shown: &[String]) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    featured_tags::delete_of_account(&tx, actor.id).await?;
    for shown in shown.iter().take(MOST as usize) {
        insert(app, &tx, actor, shown).await?;
    }
    tx.commit().await
}

/// `actor` shows one more hashtag, if it has fewer than ten.
pub async fn add(app: &App, actor: &accounts::Model, shown: &str) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    if (featured_tags::list(&*tx, actor.id).await?.len() as u64) < MOST {
        insert(app, &tx, actor, shown).await?;
    }
    tx.commit().await
}

/// `actor` shows a hashtag no longer.
pub async fn remove(app: &App, actor: &accounts::Model, shown: &str) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    if let Some(tag) = tags::find(&*tx, &text::normalise_tag(shown)).await? {
        featured_tags::delete(&tx, actor.id, tag.id).await?;
    }
    tx.commit().await
}

async fn insert(app: &App, tx: &Tx, actor: &accounts::Model, shown: &str) -> Result<(), Error> {
    let shown = html::clean_text(shown.trim_start_matches('#'), 100);
    let name = text::normalise_tag(&shown);
    if name.is_empty() {
        return Ok(());
    }
    let row = featured_tags::Model {
        id: app.id(RowId),
        account_id: actor.id,
        tag_id: tags::find_or_insert(tx, app.id(TagId), &name, &shown).await?,
        created_at: app.clock.now(),
    };
    featured_tags::insert_once(tx, row).await?;
    Ok(())
}
