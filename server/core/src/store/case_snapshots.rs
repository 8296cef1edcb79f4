//! Objects of cases as they were.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, QueryOrder};

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
