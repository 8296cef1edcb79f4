//! The pictures of what is reported, kept with its case.

use serde_json::json;
use sha2::{Digest, Sha256};

use crate::actions::audit;
use crate::domain::copies::is_elsewhere;
use crate::domain::ids::CaseId;
use crate::media::Limits;
use crate::media::picture;
use crate::store::{accounts, case_files, case_snapshots, cases, hosts};
use crate::{App, Error};

/// Most pictures of one version that are kept.
const MOST: usize = 8;
/// Most bytes of one.
const LARGEST: usize = 8 * 1024 * 1024;

/// A picture that is to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Its place.
    pub position: i32,
    /// Where it is elsewhere, or its name in our store.
    pub address: String,
    /// Whether it has to be fetched.
    pub is_elsewhere: bool,
    /// What its author said of it.
    pub description: String,
}

/// The pictures of a version that are not kept yet; none where the server that has them is shut out.
pub async fn list_wanted(app: &App, case: CaseId, version: i64) -> Result<Vec<Wanted>, Error> {
    let db = app.db();
    let snapshots = case_snapshots::list(db, case).await?;
    let (Some(snapshot), Some(row)) =
        (snapshots.into_iter().find(|row| row.version == version), cases::find(db, case).await?)
    else {
        return Ok(vec![]);
    };
    let author = match row.account_id {
        Some(id) => accounts::find(db, id).await?,
        None => None,
    };
    if let Some(host) = author.and_then(|author| author.host)
        && hosts::is_suspended(db, &host).await?
    {
        return Ok(vec![]);
    }
    let kept: Vec<i32> = case_files::list(db, case)
        .await?
        .into_iter()
        .filter(|file| file.version == version)
        .map(|file| file.position)
        .collect();
    let pictures = snapshot.kept().media.into_iter().filter(|file| file.kind == "image").take(MOST);
    let wanted = (0..).zip(pictures).filter(|(position, _)| !kept.contains(position));
    Ok(wanted
        .filter_map(|(position, file)| {
            let address = file.address?;
            let is_elsewhere = is_elsewhere(&address);
            Some(Wanted { position, is_elsewhere, address, description: file.description })
        })
        .collect())
}

/// Keeps a picture with its hash, or why it could not be had.
pub async fn keep(
    app: &App,
    case: CaseId,
    version: i64,
    wanted: Wanted,
    had: Result<Vec<u8>, String>,
) -> Result<(), Error> {
    let had = had.and_then(|bytes| match bytes.len() > LARGEST {
        true => Err(format!("it has {} bytes", bytes.len())),
        false => Ok(bytes),
    });
    let mut row = case_files::Model {
        case_id: case,
        version,
        position: wanted.position,
        address: wanted.address,
        description: wanted.description,
        failure: String::new(),
        hash: String::new(),
        mime: String::new(),
        original: None,
        shown: None,
        taken_at: app.clock.now(),
    };
    match had {
        Ok(bytes) => {
            row.hash = hex::encode(Sha256::digest(&bytes));
            // What can't be read as a picture is kept all the same, and only offered as a file.
            let copy = bytes.clone();
            let limits = Limits { picture_bytes: LARGEST, picture_pixels: 33_177_600, ..Limits::default() };
            let shown =
                app.media_work.run(move || picture::small(&copy, picture::PREVIEW_PIXELS, &limits)).await;
            if let Ok(shown) = shown {
                row.mime = shown.kind.mime().to_owned();
                row.shown = Some(shown.bytes);
            }
            row.original = Some(bytes);
        }
        Err(reason) => row.failure = reason.chars().take(200).collect(),
    }
    let tx = app.begin_write().await?;
    let Some(found) = cases::find(&*tx, case).await? else { return Ok(()) };
    let facts =
        json!({ "version": version, "picture": row.position, "hash": row.hash, "failure": row.failure });
    if case_files::insert_once(&tx, row).await? {
        audit::write(app, &tx, None, "evidence kept", &found.number, facts).await?;
    }
    tx.commit().await
}
