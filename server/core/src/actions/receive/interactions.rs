//! Likes, answers and boosts that others ask for before they are passed on (GoToSocial's interaction policies).

use super::ring;
use crate::actions::quotes::say;
use crate::domain::ids::PostId;
use crate::domain::job::Message;
use crate::domain::policy::Interaction;
use crate::store::posts::Viewer;
use crate::store::{accounts, favourites, posts};
use crate::{App, Error};

/// Answers what `actor` asks for: to like, to answer or to boost `post`, a post of ours, as it is said at `instrument`. Our
/// posts let everybody do so, so it is a yes if what was asked for is here by now, and a no if it was not taken, as after a
/// block. Of a post that not everybody may see there is no answer: who asks may not know that there is one.
pub async fn answer(
    app: &App,
    actor: &accounts::Model,
    interaction: Interaction,
    post: PostId,
    instrument: &str,
    uri: &str,
) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    let post = posts::find_any(&*tx, post).await?;
    let post = post.filter(|post| post.is_published() && post.visibility.is_open());
    let Some(post) = post else { return tx.commit().await };
    let Some(author) = accounts::find(&*tx, post.author_id).await?.filter(accounts::Model::is_ours) else {
        return tx.commit().await;
    };
    let number = match interaction {
        Interaction::Like => favourites::find_by_uri(&*tx, instrument)
            .await?
            .filter(|like| like.account_id == actor.id && like.post_id == post.id)
            .map(|like| like.id.0),
        Interaction::Reply | Interaction::Boost => posts::find_any_by_uri(&*tx, instrument)
            .await?
            .filter(|row| row.author_id == actor.id && row.is_published())
            .filter(|row| subject(row, interaction) == Some(post.id))
            .map(|row| row.id.0),
    };
    let (uri, instrument) = (uri.to_owned(), instrument.to_owned());
    let what = Message::AnswerInteraction { uri, interaction, post: post.id, instrument, number };
    say(app, &tx, author.id, actor.id, what).await?;
    ring(app, tx).await
}

/// What a post answers, or boosts.
fn subject(row: &posts::Model, interaction: Interaction) -> Option<PostId> {
    if interaction == Interaction::Boost { row.boost_of_id } else { row.in_reply_to_id }
}

/// Something that was done with a post of ours, and that may be: what an authorisation says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permitted {
    /// The address of the like, of the post that answers, or of the boost.
    pub instrument: String,
    /// The address of our post.
    pub post: String,
}

/// What was done with a post of `author` and has that number (see [`Message::AnswerInteraction`]); none if everybody may not
/// know of it.
pub async fn permitted(
    app: &App,
    author: &accounts::Model,
    interaction: Interaction,
    number: i64,
) -> Result<Option<Permitted>, Error> {
    let found = match interaction {
        Interaction::Like => {
            favourites::find_by_id(app.db(), number).await?.map(|like| (like.uri, Some(like.post_id)))
        }
        Interaction::Reply | Interaction::Boost => {
            posts::find_visible(app.db(), None::<Viewer>, PostId(number))
                .await?
                .map(|row| (row.uri.clone(), subject(&row, interaction)))
        }
    };
    let Some((instrument, Some(post))) = found else { return Ok(None) };
    let post =
        posts::find_visible(app.db(), None::<Viewer>, post).await?.filter(|post| post.author_id == author.id);
    Ok(post.map(|post| Permitted { instrument, post: post.uri }))
}
