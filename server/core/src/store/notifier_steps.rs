//! Warnings and pauses of those who often send unfounded reports.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, PaginatorTrait, QueryOrder, QuerySelect};

use crate::domain::ids::{NoticeId, PersonId, RowId};

/// A row of `notifier_steps`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "notifier_steps")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    pub notifier: String,
    pub kind: String,
    pub notice: NoticeId,
    pub reasons: String,
    pub person_id: PersonId,
    pub created_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub ended_by: Option<PersonId>,
    pub told: bool,
    pub complaint: String,
    pub complained_at: Option<DateTime<Utc>>,
    pub outcome: Option<String>,
    pub answer: String,
    pub answered_by: Option<PersonId>,
    pub answered_at: Option<DateTime<Utc>>,
    pub link_hash: Option<String>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Whether it was in force at that time.
    pub fn held_at(&self, at: DateTime<Utc>) -> bool {
        self.created_at <= at && at < self.ended_at.unwrap_or(self.ends_at)
    }
}

/// The steps about these people that somebody may still ask about, the newest first.
pub async fn list_of(db: &impl ConnectionTrait, notifiers: Vec<String>) -> Result<Vec<Model>, DbErr> {
    if notifiers.is_empty() {
        return Ok(vec![]);
    }
    Entity::find()
        .filter(Column::Notifier.is_in(notifiers))
        .filter(Column::Notifier.ne(""))
        .order_by_desc(Column::Id)
        .all(db)
        .await
}

/// Steps about anybody, the newest first, at most `limit`.
pub async fn list(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::Notifier.ne("")).order_by_desc(Column::Id).limit(limit).all(db).await
}

/// Whether there is any that is not forgotten, and how many complaints wait for an answer.
pub async fn count(db: &impl ConnectionTrait) -> Result<(bool, u64), DbErr> {
    let known = Entity::find().filter(Column::Notifier.ne("")).limit(1).one(db).await?.is_some();
    let open = Entity::find().filter(Column::ComplainedAt.is_not_null()).filter(Column::AnsweredAt.is_null());
    Ok((known, open.count(db).await?))
}

/// One step.
pub async fn find(db: &impl ConnectionTrait, id: RowId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// The step that a secret link leads to.
pub async fn find_by_link(db: &impl ConnectionTrait, link_hash: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::LinkHash.eq(link_hash)).one(db).await
}

/// Adds a step.
pub async fn insert(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::insert(tx, row).await
}

/// Writes a step over.
pub async fn update(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::update(tx, row).await
}
