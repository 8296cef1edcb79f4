//! Pictures of others that are shown from here: which may be, and how long they are kept.

use chrono::TimeDelta;

use crate::domain::copies::{Use, is_elsewhere};
use crate::domain::emoji;
use crate::domain::ids::{AccountId, MediaId, PostId};
use crate::media::Limits;
use crate::media::picture::{self, Encoded};
use crate::media::{Kind, MediaError};
use crate::store::{accounts, domain_policies, hosts, media, post_texts, posts};
use crate::{App, Error};

/// The folder of the media store that they lie in.
pub(crate) const FOLDER: &str = "copies";
/// A copy that is older is thrown away, and made anew when somebody looks again.
pub(crate) const KEPT_FOR: TimeDelta = TimeDelta::days(30);
/// A copy is of one of these kinds, as [`picture`] makes them.
const KINDS: [Kind; 2] = [Kind::Jpeg, Kind::Png];

/// Where the picture is kept elsewhere that an address of ours names; none if nothing here shows it, or not any more.
pub async fn find(app: &App, used: Use, id: i64, hash: &str) -> Result<Option<String>, Error> {
    let db = app.db();
    let author = match used {
        Use::Avatar | Use::Header | Use::AccountEmoji => AccountId(id),
        Use::PostEmoji => match published(app, PostId(id)).await? {
            Some(post) => post.author_id,
            None => return Ok(None),
        },
        Use::Attached => match media::find(db, MediaId(id)).await? {
            Some(file) if file.post_id.is_some() => file.account_id,
            _ => return Ok(None),
        },
    };
    let author = accounts::find(db, author).await?.filter(|author| !author.is_gone());
    let Some((author, host)) = author.and_then(|author| Some((author.clone(), author.host?))) else {
        return Ok(None);
    };
    if hosts::is_suspended(db, &host).await? || domain_policies::rejects_media(db, &host).await? {
        return Ok(None);
    }
    let of_emojis = |kept: Option<&str>| emoji::kept(kept).into_iter().map(|emoji| emoji.url).collect();
    let shown: Vec<String> = match used {
        Use::Avatar => author.avatar.into_iter().collect(),
        Use::Header => author.header.into_iter().collect(),
        Use::AccountEmoji => of_emojis(author.emojis.as_deref()),
        Use::PostEmoji => {
            let text = post_texts::find_main(db, PostId(id)).await?;
            of_emojis(text.and_then(|text| text.emojis).as_deref())
        }
        Use::Attached => {
            let file = media::find(db, MediaId(id)).await?.filter(|file| file.kind == "image");
            let post = file.as_ref().and_then(|file| file.post_id);
            match post {
                Some(post) if published(app, post).await?.is_some() => {
                    file.and_then(|file| file.remote_url).into_iter().collect()
                }
                _ => vec![],
            }
        }
    };
    Ok(shown.into_iter().find(|url| is_elsewhere(url) && used.hash(url) == hash))
}

async fn published(app: &App, post: PostId) -> Result<Option<posts::Model>, Error> {
    Ok(posts::find_any(app.db(), post).await?.filter(posts::Model::is_published))
}

/// The copy with this hash, if it was made already.
pub async fn read(app: &App, hash: &str) -> Result<Option<(Kind, Vec<u8>)>, Error> {
    for kind in KINDS {
        if let Some(bytes) = app.media.read(&key(hash, kind)).await.map_err(Error::unexpected)? {
            return Ok(Some((kind, bytes)));
        }
    }
    Ok(None)
}

/// Whether so much of the disk is free that copies may be made; also where nobody can tell.
pub async fn has_room(app: &App) -> bool {
    app.media.free_bytes().await.map_or(true, |free| free >= app.config.reserve_bytes)
}

/// Makes a copy of a picture that was fetched: decoded and written anew, small, without metadata, and still.
pub async fn make(app: &App, used: Use, hash: &str, bytes: Vec<u8>) -> Result<(Kind, Vec<u8>), MediaError> {
    let Encoded { kind, bytes, .. } = app.media_work.run(move || shape(used, &bytes)).await?;
    app.media.put(&key(hash, kind), bytes.clone()).await?;
    Ok((kind, bytes))
}

/// Throws a copy away, if there is one.
pub(crate) async fn throw_away(app: &App, used: Use, url: &str) -> Result<(), Error> {
    for kind in KINDS {
        app.media.delete(&key(&used.hash(url), kind)).await.map_err(Error::unexpected)?;
    }
    Ok(())
}

fn key(hash: &str, kind: Kind) -> String {
    format!("{FOLDER}/{}/{hash}.{}", &hash[..2], kind.extension())
}

/// The sizes are twice those of the largest place on our pages, for fine screens.
fn shape(used: Use, bytes: &[u8]) -> Result<Encoded, MediaError> {
    let limits = |megabytes: usize, pixels: u64| Limits {
        picture_bytes: megabytes * 1024 * 1024,
        picture_pixels: pixels,
        ..Limits::default()
    };
    match used {
        Use::Avatar => picture::fill(bytes, 240, 240, &limits(4, 16_777_216)),
        Use::Header => picture::fill(bytes, 1200, 400, &limits(4, 16_777_216)),
        Use::AccountEmoji | Use::PostEmoji => picture::small(bytes, 96 * 96, &limits(1, 4_194_304)),
        Use::Attached => picture::small(bytes, picture::PREVIEW_PIXELS, &limits(8, 33_177_600)),
    }
}
