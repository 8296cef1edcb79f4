//! Objects of cases as they were.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, QueryOrder};
use serde::Deserialize;

use crate::domain::ids::CaseId;

/// A row of `case_snapshots`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "case_snapshots")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub case_id: CaseId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    pub body: String,
    pub hash: String,
    pub taken_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// An object as it was kept; what it has none of is empty.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Kept {
    /// Its page.
    pub url: String,
    /// Who wrote a post.
    pub author: Option<KeptAccount>,
    /// When a post was published.
    pub published_at: Option<DateTime<Utc>>,
    /// The language of a post.
    pub language: Option<String>,
    /// The warning of a post.
    pub warning: Option<String>,
    /// What a post says: cleaned HTML.
    pub html: Option<String>,
    /// The pictures and films of a post.
    pub media: Vec<KeptFile>,
    /// What can be chosen in a poll.
    pub options: Vec<String>,
    /// The handle of an account, without the first `@`.
    pub handle: Option<String>,
    /// The name of an account.
    pub name: Option<String>,
    /// What an account says of itself: cleaned HTML.
    pub note: Option<String>,
}

/// Whoever wrote what was kept.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct KeptAccount {
    /// The handle, without the first `@`.
    pub handle: String,
    /// The name; may be empty.
    pub name: String,
}

/// A file of what was kept: not its bytes.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct KeptFile {
    /// `image`, `video` …
    pub kind: String,
    /// Where it was, or its name with us.
    pub address: Option<String>,
    /// What its author said of it.
    pub description: String,
}

impl Kept {
    /// Who wrote the post, or the account itself.
    pub fn whose(&self) -> Option<KeptAccount> {
        let account = || {
            let handle = self.handle.clone()?;
            Some(KeptAccount { handle, name: self.name.clone().unwrap_or_default() })
        };
        self.author.clone().or_else(account)
    }
}

impl Model {
    /// What was kept; empty where it can't be read.
    pub fn kept(&self) -> Kept {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

/// What was kept for a case, oldest first.
pub async fn list(db: &impl ConnectionTrait, case: CaseId) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::CaseId.eq(case)).order_by_asc(Column::Version).all(db).await
}

/// What was kept for these cases, oldest first.
pub async fn list_of_cases(db: &impl ConnectionTrait, cases: Vec<CaseId>) -> Result<Vec<Model>, DbErr> {
    if cases.is_empty() {
        return Ok(vec![]);
    }
    Entity::find().filter(Column::CaseId.is_in(cases)).order_by_asc(Column::Version).all(db).await
}

/// Keeps a version, unless it was kept already.
pub async fn insert_once(tx: &DatabaseTransaction, row: Model) -> Result<bool, DbErr> {
    super::insert_once(tx, row, [Column::CaseId, Column::Version]).await
}
