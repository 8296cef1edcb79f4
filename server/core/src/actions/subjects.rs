//! What is kept of somebody elsewhere: handed out to them, and erased (Art. 15 and 17 GDPR).

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::actions::{audit, copies, receive};
use crate::domain::copies::{Use, is_elsewhere};
use crate::domain::emoji;
use crate::domain::ids::PersonId;
use crate::store::subjects::{self, Fate, PLACES, Subject, Why};
use crate::store::{accounts, media, post_texts};
use crate::{App, Error};

/// What was erased and what was not.
#[derive(Clone, Debug, Serialize)]
pub struct Erasure {
    /// The address of the account.
    pub actor: String,
    /// Whether anything was known of it.
    pub known: bool,
    /// How many rows are gone, by place.
    pub erased: Vec<Count>,
    /// The register of exceptions.
    pub kept: Vec<Exception>,
    /// How many copies of pictures were thrown away.
    pub copies: u64,
}

/// Rows of one place.
#[derive(Clone, Debug, Serialize)]
pub struct Count {
    /// Table and column.
    pub place: String,
    /// How many.
    pub rows: u64,
}

/// What stays, and why.
#[derive(Clone, Debug, Serialize)]
pub struct Exception {
    /// Table and column.
    pub place: String,
    /// How many.
    pub rows: u64,
    /// Why, in a sentence.
    pub why: &'static str,
    /// The same, for those who say it in another language.
    #[serde(skip)]
    pub reason: Why,
}

/// Most addresses that are looked at in one go.
pub const MOST: usize = 100;

/// The account at `uri`, which must not be one of ours: those belong to an institution, and have ways of their own.
async fn find(app: &App, uri: &str) -> Result<Subject, Error> {
    let subject = subjects::find(app.db(), uri).await?;
    if subject.account.as_ref().is_some_and(accounts::Model::is_ours) {
        return Err(Error::invalid("Address", "is that of an account of this server"));
    }
    Ok(subject)
}

/// All that is kept of the account at `uri`, as one document.
pub async fn export(app: &App, uri: &str) -> Result<Value, Error> {
    let subject = find(app, uri).await?;
    let mut data = Map::new();
    let mut is_cut_off = false;
    for place in PLACES.iter().filter(|place| place.fate != Fate::OnlyOurs) {
        let rows = subjects::list(app.db(), place, &subject).await?;
        is_cut_off |= rows.len() as u64 >= subjects::MOST_ROWS;
        if !rows.is_empty() {
            data.insert(place.name(), rows.into_iter().map(readable).collect());
        }
    }
    let copies = copies_of(app, &subject).await?;
    Ok(json!({
        "actor": uri,
        "known": subject.account.is_some(),
        "made_at": app.clock.now(),
        "data": data,
        "copies_of_pictures": copies.iter().map(|(_, url)| url).collect::<Vec<_>>(),
        "cut_off": is_cut_off,
    }))
}

/// What is JSON in the database is JSON in what is handed out.
fn readable(row: Value) -> Value {
    const DOCUMENTS: [&str; 4] = ["fields", "emojis", "snapshot", "body"];
    let Value::Object(mut row) = row else { return row };
    for name in DOCUMENTS {
        if let Some(Value::String(text)) = row.get(name)
            && let Ok(value) = serde_json::from_str(text)
        {
            row.insert(name.to_owned(), value);
        }
    }
    Value::Object(row)
}

/// Erases what is kept of the account at `uri`, but for the exceptions.
///
/// `by`: none for the command line. Posts go in slices, so that no writer waits long: if this is broken off, it can be done
/// again.
pub async fn erase(app: &App, by: Option<PersonId>, uri: &str) -> Result<Erasure, Error> {
    let subject = find(app, uri).await?;
    let mut before = Vec::new();
    for place in PLACES.iter().filter(|place| place.fate != Fate::OnlyOurs) {
        before.push((place, subjects::count(app.db(), place, &subject).await?));
    }
    let mut erasure = Erasure {
        actor: uri.to_owned(),
        known: subject.account.is_some(),
        erased: vec![],
        kept: vec![],
        copies: 0,
    };
    for (place, rows) in before.into_iter().filter(|(_, rows)| *rows > 0) {
        match place.fate {
            Fate::Kept(why) => {
                erasure.kept.push(Exception { place: place.name(), rows, why: why.sentence(), reason: why });
            }
            Fate::Erased | Fate::OnlyOurs => erasure.erased.push(Count { place: place.name(), rows }),
        }
    }
    let Some(account) = subject.account.clone() else { return Ok(erasure) };
    let copies = copies_of(app, &subject).await?;
    receive::accounts::delete(app, &account).await?;
    let tx = app.begin_write().await?;
    subjects::erase(&tx, &subject).await?;
    let facts = json!({ "erased": erasure.erased, "kept": erasure.kept });
    audit::write(app, &tx, by, "subject erased", account.id, facts).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    for (used, url) in copies {
        copies::throw_away(app, used, &url).await?;
        erasure.copies += 1;
    }
    Ok(erasure)
}

/// The pictures of the account that are shown from copies.
async fn copies_of(app: &App, subject: &Subject) -> Result<Vec<(Use, String)>, Error> {
    let Some(account) = &subject.account else { return Ok(vec![]) };
    let mut found = Vec::new();
    found.extend(account.avatar.clone().map(|url| (Use::Avatar, url)));
    found.extend(account.header.clone().map(|url| (Use::Header, url)));
    let emojis = |kept: Option<&str>| emoji::kept(kept).into_iter().map(|emoji| emoji.url);
    found.extend(emojis(account.emojis.as_deref()).map(|url| (Use::AccountEmoji, url)));
    let files = media::list_remote_urls(app.db(), account.id).await?;
    found.extend(files.into_iter().map(|url| (Use::Attached, url)));
    for kept in post_texts::list_emojis(app.db(), account.id).await? {
        found.extend(emojis(Some(&kept)).map(|url| (Use::PostEmoji, url)));
    }
    found.retain(|(_, url)| is_elsewhere(url));
    Ok(found)
}
