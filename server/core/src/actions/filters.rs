//! Filters: words that hide posts from somebody who does not want to read of them.

use chrono::TimeDelta;

use crate::actions::Member;
use crate::domain::ids::{FilterId, KeywordId};
use crate::domain::permission::Act;
use crate::store::{filter_keywords, filters};
use crate::{App, Error};

/// What a filter is to be; what is none stays.
#[derive(Clone, Debug, Default)]
pub struct FilterChange {
    /// Its name.
    pub title: Option<String>,
    /// Where it holds: `home`, `notifications`, `public`, `thread`, `account`.
    pub context: Option<Vec<String>>,
    /// `warn`, `hide` or `blur`.
    pub action: Option<String>,
    /// When it ends; the inner none for never.
    pub expires_in: Option<Option<TimeDelta>>,
    /// What happens to its words.
    pub keywords: Vec<KeywordChange>,
}

/// What happens to a word of a filter.
#[derive(Clone, Debug)]
pub enum KeywordChange {
    /// A new word.
    Add {
        /// The word.
        keyword: String,
        /// Only as a whole word.
        whole_word: bool,
    },
    /// Another word in its place.
    Change {
        /// Which one.
        id: KeywordId,
        /// The word.
        keyword: String,
        /// Only as a whole word.
        whole_word: bool,
    },
    /// The word goes.
    Remove {
        /// Which one.
        id: KeywordId,
    },
}

/// Makes a filter.
pub async fn create(app: &App, member: &Member, change: FilterChange) -> Result<filters::Model, Error> {
    member.must(Act::Interact)?;
    let row = filters::Model {
        id: app.id(FilterId),
        account_id: member.account.id,
        title: String::new(),
        context: String::new(),
        action: "warn".into(),
        ends_at: None,
        created_at: app.clock.now(),
    };
    let tx = app.begin_write().await?;
    if filters::list(&*tx, member.account.id).await?.len() >= 200 {
        return Err(Error::invalid("Filters", "can't be more than 200"));
    }
    let keywords = change.keywords.clone();
    let row = changed(app, row, change)?;
    filters::insert(&tx, row.clone()).await?;
    change_keywords(app, &tx, row.id, keywords).await?;
    tx.commit().await?;
    Ok(row)
}

/// Changes a filter.
pub async fn update(
    app: &App,
    member: &Member,
    id: FilterId,
    change: FilterChange,
) -> Result<filters::Model, Error> {
    member.must(Act::Interact)?;
    let tx = app.begin_write().await?;
    let row = filters::find(&*tx, member.account.id, id).await?.ok_or(Error::NotFound("Record"))?;
    let keywords = change.keywords.clone();
    let row = changed(app, row, change)?;
    filters::update(&tx, row.clone()).await?;
    change_keywords(app, &tx, row.id, keywords).await?;
    tx.commit().await?;
    Ok(row)
}

/// Takes a filter away.
pub async fn delete(app: &App, member: &Member, id: FilterId) -> Result<(), Error> {
    member.must(Act::Interact)?;
    let tx = app.begin_write().await?;
    filters::find(&*tx, member.account.id, id).await?.ok_or(Error::NotFound("Record"))?;
    filters::delete(&tx, id).await?;
    tx.commit().await
}

fn changed(app: &App, mut row: filters::Model, change: FilterChange) -> Result<filters::Model, Error> {
    if let Some(title) = change.title {
        row.title = title.trim().to_owned();
    }
    if row.title.is_empty() || row.title.chars().count() > 256 {
        return Err(Error::invalid("Title", "can't be blank"));
    }
    if let Some(context) = change.context {
        let is_known = |place: &String| {
            ["home", "notifications", "public", "thread", "account"].contains(&place.as_str())
        };
        if !context.iter().all(is_known) {
            return Err(Error::invalid("Context", "None or invalid context supplied"));
        }
        row.context = context.join(" ");
    }
    if row.context.is_empty() {
        return Err(Error::invalid("Context", "None or invalid context supplied"));
    }
    if let Some(action) = change.action {
        if !matches!(action.as_str(), "warn" | "hide" | "blur") {
            return Err(Error::invalid("Filter action", "must be warn, hide or blur"));
        }
        row.action = action;
    }
    if let Some(expires_in) = change.expires_in {
        row.ends_at = expires_in.and_then(|time| app.clock.now().checked_add_signed(time));
    }
    Ok(row)
}

async fn change_keywords(
    app: &App,
    tx: &crate::app::Tx,
    filter: FilterId,
    changes: Vec<KeywordChange>,
) -> Result<(), Error> {
    for change in changes.into_iter().take(200) {
        match change {
            KeywordChange::Add { keyword, whole_word } => {
                let row = keyword_row(app.id(KeywordId), filter, keyword, whole_word)?;
                filter_keywords::insert(tx, row).await?;
            }
            KeywordChange::Change { id, keyword, whole_word } => {
                let existing = filter_keywords::list_of_filters(&**tx, vec![filter]).await?;
                if !existing.iter().any(|row| row.id == id) {
                    return Err(Error::NotFound("Record"));
                }
                filter_keywords::update(tx, keyword_row(id, filter, keyword, whole_word)?).await?;
            }
            KeywordChange::Remove { id } => filter_keywords::delete(tx, filter, id).await?,
        }
    }
    Ok(())
}

fn keyword_row(
    id: KeywordId,
    filter_id: FilterId,
    keyword: String,
    whole_word: bool,
) -> Result<filter_keywords::Model, Error> {
    let keyword = keyword.trim().to_owned();
    if keyword.is_empty() || keyword.chars().count() > 512 {
        return Err(Error::invalid("Keyword", "can't be blank"));
    }
    Ok(filter_keywords::Model { id, filter_id, keyword, whole_word })
}
