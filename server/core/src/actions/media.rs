//! Pictures and films: take in, describe, use on a profile. A file is on disk before its row.

use sha2::{Digest, Sha256};

use crate::actions::Member;
use crate::app::secret;
use crate::domain::ids::MediaId;
use crate::domain::permission::Act;
use crate::media::picture::{self, Encoded};
use crate::media::{self as work, Limits, MediaError, video};
use crate::store::{accounts, media};
use crate::{App, Error};

/// Most characters of a description (Mastodon's limit).
pub const LONGEST_DESCRIPTION: usize = 1500;
/// How many rows are read at once when all files are read.
const INSPECTED_AT_ONCE: u64 = 200;

/// A file that somebody sends.
#[derive(Clone, Debug, Default)]
pub struct Upload {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// A picture for a film, as the client made it.
    pub thumbnail: Option<Vec<u8>>,
    /// What it shows.
    pub description: String,
    /// Whether it shows nothing that would be missed.
    pub decorative: bool,
    /// The point that matters, each from -1 to 1.
    pub focus: Option<(f64, f64)>,
}

/// Takes a file in: works on it off the async threads, writes it to disk, then makes its row.
pub async fn upload(app: &App, member: &Member, upload: Upload) -> Result<media::Model, Error> {
    member.must(Act::Write)?;
    check_description(&upload.description)?;
    let kind = work::inspect(&upload.bytes).map_err(refused)?;
    let mut row = blank(app, member, &upload);
    if kind.is_video() {
        let bytes = upload.bytes;
        let film =
            app.media_work.run(move || video::prepare(bytes, &Limits::default())).await.map_err(refused)?;
        row.kind = "video".into();
        row.mime = film.kind.mime().into();
        row.width = Some(film.width as i32);
        row.height = Some(film.height as i32);
        row.duration = film.duration;
        row.file = Some(keep(app, film.kind.extension(), film.bytes).await?);
        if let Some(thumbnail) = upload.thumbnail {
            let still = app.media_work.run(move || picture::prepare(&thumbnail, &Limits::default())).await;
            let still = still.map_err(refused)?;
            row.blurhash = Some(still.blurhash);
            keep_preview(app, &mut row, still.preview).await?;
        }
    } else {
        let bytes = upload.bytes;
        let made = app
            .media_work
            .run(move || picture::prepare(&bytes, &Limits::default()))
            .await
            .map_err(refused)?;
        row.kind = "image".into();
        row.mime = made.file.kind.mime().into();
        row.width = Some(made.file.width as i32);
        row.height = Some(made.file.height as i32);
        row.blurhash = Some(made.blurhash);
        row.file = Some(keep(app, made.file.kind.extension(), made.file.bytes).await?);
        keep_preview(app, &mut row, made.preview).await?;
    }
    let tx = app.begin_write().await?;
    media::insert(&tx, row.clone()).await?;
    tx.commit().await?;
    Ok(row)
}

async fn keep_preview(app: &App, row: &mut media::Model, preview: Encoded) -> Result<(), Error> {
    row.preview_width = Some(preview.width as i32);
    row.preview_height = Some(preview.height as i32);
    row.preview_file = Some(keep(app, preview.kind.extension(), preview.bytes).await?);
    Ok(())
}

/// Writes a file under a name that nobody can guess and that holds its checksum; gives the name.
async fn keep(app: &App, extension: &str, bytes: Vec<u8>) -> Result<String, Error> {
    let name = secret().to_lowercase().replace('_', "-");
    let key = format!("{}/{name}.{}.{extension}", &name[..2].replace('-', "0"), checksum(&bytes));
    app.media.put(&key, bytes).await.map_err(refused)?;
    Ok(key)
}

/// The first half of the SHA-256, in hex.
fn checksum(bytes: &[u8]) -> String {
    hex::encode(&Sha256::digest(bytes)[..16])
}

/// Whether a file is as it was written; unknown where its name holds no checksum.
fn is_whole(key: &str, bytes: &[u8]) -> Option<bool> {
    let name = key.rsplit_once('/').map_or(key, |(_, name)| name);
    let (_, rest) = name.split_once('.')?;
    let (sum, _) = rest.split_once('.')?;
    Some(sum == checksum(bytes))
}

/// What was found when all files of ours were read.
#[derive(Clone, Debug, Default)]
pub struct Inspection {
    /// How many files there should be.
    pub count: u64,
    /// Those that are not there, by their names.
    pub missing: Vec<String>,
    /// Those that are not as they were written.
    pub damaged: Vec<String>,
}

/// Reads all files of our posts and profiles, one after the other, and compares each with its checksum.
pub async fn inspect_all(app: &App) -> Result<Inspection, Error> {
    let mut found = Inspection::default();
    for account in accounts::list_ours(app.db()).await? {
        for key in [account.avatar, account.header].into_iter().flatten() {
            inspect_one(app, key, &mut found).await?;
        }
    }
    let mut after = MediaId(0);
    loop {
        let files = media::list_own_after(app.db(), after, INSPECTED_AT_ONCE).await?;
        let Some(last) = files.last() else { return Ok(found) };
        after = last.id;
        for key in files.into_iter().flat_map(|row| [row.file, row.preview_file]).flatten() {
            inspect_one(app, key, &mut found).await?;
        }
    }
}

async fn inspect_one(app: &App, key: String, found: &mut Inspection) -> Result<(), Error> {
    found.count += 1;
    // What the disk can't read any more is damaged as well.
    match app.media.read(&key).await {
        Ok(None) => found.missing.push(key),
        Ok(Some(bytes)) if is_whole(&key, &bytes) != Some(false) => {}
        Ok(Some(_)) | Err(_) => found.damaged.push(key),
    }
    Ok(())
}

fn blank(app: &App, member: &Member, upload: &Upload) -> media::Model {
    media::Model {
        id: app.id(MediaId),
        account_id: member.account.id,
        post_id: None,
        position: 0,
        kind: "unknown".into(),
        mime: String::new(),
        file: None,
        preview_file: None,
        remote_url: None,
        remote_preview_url: None,
        width: None,
        height: None,
        preview_width: None,
        preview_height: None,
        duration: None,
        blurhash: None,
        focus_x: upload.focus.map(|focus| focus.0.clamp(-1.0, 1.0)),
        focus_y: upload.focus.map(|focus| focus.1.clamp(-1.0, 1.0)),
        description: upload.description.trim().to_owned(),
        decorative: upload.decorative,
        created_at: app.clock.now(),
    }
}

/// What changes in a file's description; what is none stays.
#[derive(Clone, Debug, Default)]
pub struct Describe {
    /// What it shows.
    pub description: Option<String>,
    /// Whether it shows nothing that would be missed.
    pub decorative: Option<bool>,
    /// The point that matters.
    pub focus: Option<(f64, f64)>,
    /// A picture for a film.
    pub thumbnail: Option<Vec<u8>>,
}

/// Describes a file of the account that is on no post; what is on one is described by changing that post.
pub async fn describe(
    app: &App,
    member: &Member,
    id: MediaId,
    change: Describe,
) -> Result<media::Model, Error> {
    member.must(Act::Write)?;
    let tx = app.begin_write().await?;
    let row = media::find(&*tx, id)
        .await?
        .filter(|row| row.account_id == member.account.id && row.post_id.is_none());
    let row = described(row.ok_or(Error::NotFound("Record"))?, change)?;
    media::update(&tx, row.clone()).await?;
    tx.commit().await?;
    Ok(row)
}

pub(crate) fn described(mut row: media::Model, change: Describe) -> Result<media::Model, Error> {
    if let Some(description) = change.description {
        check_description(&description)?;
        row.description = description.trim().to_owned();
    }
    row.decorative = change.decorative.unwrap_or(row.decorative);
    if let Some((x, y)) = change.focus {
        row.focus_x = Some(x.clamp(-1.0, 1.0));
        row.focus_y = Some(y.clamp(-1.0, 1.0));
    }
    Ok(row)
}

/// Takes in a picture for a profile, cut to `width` × `height`; gives its name in the media store.
pub async fn profile_picture(
    app: &App,
    member: &Member,
    bytes: Vec<u8>,
    width: u32,
    height: u32,
) -> Result<String, Error> {
    member.must(Act::EditProfile)?;
    let made = app.media_work.run(move || picture::fill(&bytes, width, height, &Limits::default())).await;
    let made = made.map_err(refused)?;
    keep(app, made.kind.extension(), made.bytes).await
}

fn check_description(description: &str) -> Result<(), Error> {
    if description.chars().count() > LONGEST_DESCRIPTION {
        return Err(Error::invalid(
            "Description",
            format!("is too long (maximum is {LONGEST_DESCRIPTION} characters)"),
        ));
    }
    Ok(())
}

fn refused(error: MediaError) -> Error {
    match error {
        MediaError::Storage(_) => Error::Unavailable(error.to_string()),
        MediaError::InvalidKey => Error::unexpected(error),
        other => Error::invalid("File", other.to_string()),
    }
}
