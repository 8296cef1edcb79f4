//! Lists of followed accounts.

use crate::actions::Member;
use crate::domain::ids::{AccountId, ListId, RowId};
use crate::domain::permission::Act;
use crate::store::{follows, list_members, lists};
use crate::{App, Error};

/// Most lists of an account.
const MOST_LISTS: u64 = 50;

/// What a list is to be; what is none stays.
#[derive(Clone, Debug, Default)]
pub struct ListChange {
    /// Its name.
    pub title: Option<String>,
    /// `followed`, `list` or `none`.
    pub replies_policy: Option<String>,
    /// Whether its members are left out at home.
    pub exclusive: Option<bool>,
}

/// Makes a list.
pub async fn create(app: &App, member: &Member, change: ListChange) -> Result<lists::Model, Error> {
    member.must(Act::Interact)?;
    let row = lists::Model {
        id: app.id(ListId),
        account_id: member.account.id,
        title: String::new(),
        replies_policy: "list".into(),
        exclusive: false,
        created_at: app.clock.now(),
    };
    let tx = app.begin_write().await?;
    if lists::count(&*tx, member.account.id).await? >= MOST_LISTS {
        return Err(Error::invalid("Lists", format!("can't be more than {MOST_LISTS}")));
    }
    let row = changed(row, change)?;
    lists::insert(&tx, row.clone()).await?;
    tx.commit().await?;
    Ok(row)
}

/// Changes a list.
pub async fn update(
    app: &App,
    member: &Member,
    id: ListId,
    change: ListChange,
) -> Result<lists::Model, Error> {
    member.must(Act::Interact)?;
    let tx = app.begin_write().await?;
    let row = lists::find(&*tx, member.account.id, id).await?.ok_or(Error::NotFound("Record"))?;
    let row = changed(row, change)?;
    lists::update(&tx, row.clone()).await?;
    tx.commit().await?;
    Ok(row)
}

/// Takes a list away.
pub async fn delete(app: &App, member: &Member, id: ListId) -> Result<(), Error> {
    member.must(Act::Interact)?;
    let tx = app.begin_write().await?;
    lists::find(&*tx, member.account.id, id).await?.ok_or(Error::NotFound("Record"))?;
    lists::delete(&tx, id).await?;
    tx.commit().await
}

/// Puts followed accounts on a list.
pub async fn add(app: &App, member: &Member, id: ListId, accounts: Vec<AccountId>) -> Result<(), Error> {
    member.must(Act::Interact)?;
    let tx = app.begin_write().await?;
    lists::find(&*tx, member.account.id, id).await?.ok_or(Error::NotFound("Record"))?;
    for account in accounts.into_iter().take(500) {
        if follows::find(&*tx, member.account.id, account).await?.is_none() {
            return Err(Error::NotFound("Record"));
        }
        let row = list_members::Model { id: app.id(RowId), list_id: id, account_id: account };
        if !list_members::insert_once(&tx, row).await? {
            return Err(Error::invalid("Account", "is already on the list"));
        }
    }
    tx.commit().await
}

/// Takes accounts off a list.
pub async fn remove(app: &App, member: &Member, id: ListId, accounts: Vec<AccountId>) -> Result<(), Error> {
    member.must(Act::Interact)?;
    let tx = app.begin_write().await?;
    lists::find(&*tx, member.account.id, id).await?.ok_or(Error::NotFound("Record"))?;
    list_members::delete(&tx, id, accounts.into_iter().take(500).collect()).await?;
    tx.commit().await
}

fn changed(mut row: lists::Model, change: ListChange) -> Result<lists::Model, Error> {
    if let Some(title) = change.title {
        row.title = title.trim().to_owned();
    }
    if row.title.is_empty() || row.title.chars().count() > 256 {
        return Err(Error::invalid("Title", "must have between 1 and 256 characters"));
    }
    if let Some(policy) = change.replies_policy {
        if !matches!(policy.as_str(), "followed" | "list" | "none") {
            return Err(Error::invalid("Replies policy", "must be followed, list or none"));
        }
        row.replies_policy = policy;
    }
    row.exclusive = change.exclusive.unwrap_or(row.exclusive);
    Ok(row)
}
