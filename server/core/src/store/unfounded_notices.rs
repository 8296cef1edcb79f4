//! Reports that a moderator found manifestly unfounded.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, FromQueryResult, QueryOrder, QuerySelect};

use crate::domain::ids::{CaseId, NoticeId, PersonId};

/// A row of `unfounded_notices`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "unfounded_notices")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub notice_id: NoticeId,
    pub case_id: CaseId,
    pub notifier: String,
    pub person_id: PersonId,
    pub created_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The unfounded reports of somebody since then, the newest first, at most `limit`.
pub async fn list_of(
    db: &impl ConnectionTrait,
    notifier: &str,
    since: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::Notifier.eq(notifier))
        .filter(Column::Notifier.ne(""))
        .filter(Column::CreatedAt.gte(since))
        .order_by_desc(Column::NoticeId)
        .limit(limit)
        .all(db)
        .await
}

/// The unfounded reports of a case.
pub async fn list_of_case(db: &impl ConnectionTrait, case: CaseId) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::CaseId.eq(case)).order_by_asc(Column::NoticeId).all(db).await
}

/// How many unfounded reports somebody sent.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Count {
    /// Who.
    pub notifier: String,
    /// How many.
    pub count: i64,
}

/// How many unfounded reports these people sent since then.
pub async fn count_of(
    db: &impl ConnectionTrait,
    notifiers: Vec<String>,
    since: DateTime<Utc>,
) -> Result<Vec<Count>, DbErr> {
    if notifiers.is_empty() {
        return Ok(vec![]);
    }
    Entity::find()
        .select_only()
        .column(Column::Notifier)
        .column_as(Column::NoticeId.count(), "count")
        .filter(Column::Notifier.is_in(notifiers))
        .filter(Column::Notifier.ne(""))
        .filter(Column::CreatedAt.gte(since))
        .group_by(Column::Notifier)
        .into_model()
        .all(db)
        .await
}

/// Writes down that a report is unfounded, unless it is written down already.
pub async fn insert_once(tx: &DatabaseTransaction, row: Model) -> Result<bool, DbErr> {
    super::insert_once(tx, row, [Column::NoticeId]).await
}

/// Forgets that a report was unfounded; false if it was not.
pub async fn delete(tx: &DatabaseTransaction, notice: NoticeId) -> Result<bool, DbErr> {
    Ok(Entity::delete_by_id(notice).exec(tx).await?.rows_affected > 0)
}

/// Forgets that reports of a case were unfounded.
pub async fn delete_of_case(tx: &DatabaseTransaction, case: CaseId) -> Result<u64, DbErr> {
    Ok(Entity::delete_many().filter(Column::CaseId.eq(case)).exec(tx).await?.rows_affected)
}
