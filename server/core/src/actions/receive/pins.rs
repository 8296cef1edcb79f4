//! Posts that others pin to their profiles.

use crate::domain::ids::{PostId, RowId};
use crate::store::{accounts, pins, posts};
use crate::{App, Error};

/// Most pinned posts of an account elsewhere that are kept; more than any server shows.
const MOST_PINS: u64 = 20;

/// `actor` pins a post of its own that everybody may see; anything else is passed over (Mastodon's `add.rb`).
pub async fn pin(app: &App, actor: &accounts::Model, post: PostId) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    let post = posts::find_any(&*tx, post).await?;
    let is_own =
        |post: &posts::Model| post.author_id == actor.id && post.is_published() && post.visibility.is_open();
    if let Some(post) = post.filter(is_own)
        && pins::count(&*tx, actor.id).await? < MOST_PINS
    {
        let row = pins::Model {
            id: app.id(RowId),
            account_id: actor.id,
            post_id: post.id,
            created_at: app.clock.now(),
        };
        pins::insert_once(&tx, row).await?;
    }
    tx.commit().await
}

/// `actor` pins a post no longer.
pub async fn unpin(app: &App, actor: &accounts::Model, post: PostId) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    pins::delete(&tx, actor.id, post).await?;
    tx.commit().await
}
