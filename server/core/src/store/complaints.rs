//! Complaints about decisions.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{DatabaseTransaction, IntoActiveModel, QueryOrder};

use crate::domain::ids::{CaseId, ComplaintId, DecisionId, NoticeId, PersonId};

/// A row of `complaints`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "complaints")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ComplaintId,
    pub case_id: CaseId,
    pub decision_id: DecisionId,
    pub notice_id: Option<NoticeId>,
    pub text: String,
    pub created_at: DateTime<Utc>,
    pub outcome: Option<String>,
    pub reasons: String,
    pub decided_by: Option<PersonId>,
    pub decided_at: Option<DateTime<Utc>>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The decision stands.
pub const UPHELD: &str = "upheld";
/// The decision was taken back.
pub const REVERSED: &str = "reversed";

/// The complaints of a case, oldest first.
pub async fn list(db: &impl ConnectionTrait, case: CaseId) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::CaseId.eq(case)).order_by_asc(Column::Id).all(db).await
}

/// The complaints of these cases, oldest first.
pub async fn list_of_cases(db: &impl ConnectionTrait, cases: Vec<CaseId>) -> Result<Vec<Model>, DbErr> {
    if cases.is_empty() {
        return Ok(vec![]);
    }
    Entity::find().filter(Column::CaseId.is_in(cases)).order_by_asc(Column::Id).all(db).await
}

/// One complaint.
pub async fn find(db: &impl ConnectionTrait, id: ComplaintId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// Adds a complaint, unless there is one of the same about the same; says whether it did.
pub async fn insert_once(tx: &DatabaseTransaction, row: Model) -> Result<bool, DbErr> {
    // Which index says so depends on who complains.
    let inserted = Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx)
        .await;
    match inserted {
        Ok(count) => Ok(count > 0),
        Err(DbErr::RecordNotInserted) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Writes a complaint over.
pub async fn update(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::update(tx, row).await
}
