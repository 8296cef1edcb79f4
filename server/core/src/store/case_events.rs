//! What happened in cases.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, FromQueryResult, QueryOrder, QuerySelect};

use crate::domain::ids::{CaseId, PersonId, RowId};

/// A row of `case_events`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "case_events")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    pub case_id: CaseId,
    pub kind: String,
    pub person_id: Option<PersonId>,
    pub text: String,
    pub created_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What happened in a case, the newest first, at most `limit`.
pub async fn list(db: &impl ConnectionTrait, case: CaseId, limit: u64) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::CaseId.eq(case)).order_by_desc(Column::Id).limit(limit).all(db).await
}

/// Whether something of that kind happened in a case.
pub async fn has(db: &impl ConnectionTrait, case: CaseId, kind: &str) -> Result<bool, DbErr> {
    Ok(list_cases_with(db, vec![case], kind).await?.contains(&case))
}

#[derive(FromQueryResult)]
struct OfCase {
    case_id: CaseId,
}

/// In which of these cases something of that kind happened.
pub async fn list_cases_with(
    db: &impl ConnectionTrait,
    cases: Vec<CaseId>,
    kind: &str,
) -> Result<Vec<CaseId>, DbErr> {
    if cases.is_empty() {
        return Ok(vec![]);
    }
    let found = Entity::find()
        .select_only()
        .column(Column::CaseId)
        .distinct()
        .filter(Column::CaseId.is_in(cases))
        .filter(Column::Kind.eq(kind))
        .into_model::<OfCase>()
        .all(db)
        .await?;
    Ok(found.into_iter().map(|row| row.case_id).collect())
}

/// Adds an event.
pub async fn insert(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::insert(tx, row).await
}
