//! Decisions about cases.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, QueryOrder, QuerySelect, QueryTrait};

use super::{case_links, cases};
use crate::domain::ids::{self, AccountId, CaseId, DecisionId, PersonId};

/// A row of `decisions`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "decisions")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DecisionId,
    pub case_id: CaseId,
    pub person_id: PersonId,
    pub version: Option<i64>,
    pub ground: String,
    pub citation: String,
    pub facts: String,
    pub redress: String,
    pub category: String,
    pub complaint_until: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
    pub reversed_at: Option<DateTime<Utc>>,
    pub reversed_by: Option<PersonId>,
    pub link_hash: Option<String>,
    pub untold: String,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The decisions of a case, oldest first.
pub async fn list(db: &impl ConnectionTrait, case: CaseId) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::CaseId.eq(case)).order_by_asc(Column::Id).all(db).await
}

/// The decisions of these cases, oldest first.
pub async fn list_of_cases(db: &impl ConnectionTrait, cases: Vec<CaseId>) -> Result<Vec<Model>, DbErr> {
    if cases.is_empty() {
        return Ok(vec![]);
    }
    Entity::find().filter(Column::CaseId.is_in(cases)).order_by_asc(Column::Id).all(db).await
}

/// What was decided from `from` until before `until`, after the decision `after`, oldest first.
pub async fn list_between(
    db: &impl ConnectionTrait,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
    after: DecisionId,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    // The id says when it was made, and no transaction waits for a day.
    let last = ids::first_at(until + TimeDelta::days(1));
    Entity::find()
        .filter(Column::CreatedAt.gte(from))
        .filter(Column::CreatedAt.lt(until))
        .filter(Column::Id.gt(after.0.max(ids::first_at(from))))
        .filter(Column::Id.lt(last))
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db)
        .await
}

/// One decision.
pub async fn find(db: &impl ConnectionTrait, id: DecisionId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// The decision to which a secret link leads whoever is restricted by it.
pub async fn find_by_link(db: &impl ConnectionTrait, link_hash: &str) -> Result<Option<Model>, DbErr> {
    let first = case_links::resolve(db, link_hash).await?;
    Entity::find().filter(Column::LinkHash.eq(first)).one(db).await
}

/// The decisions about an account of which those who run it are told, the newest first, at most `limit`.
pub async fn list_of_account(
    db: &impl ConnectionTrait,
    account: AccountId,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    let cases = cases::Entity::find()
        .select_only()
        .column(cases::Column::Id)
        .filter(cases::Column::AccountId.eq(account))
        .into_query();
    Entity::find()
        .filter(Column::CaseId.in_subquery(cases))
        .filter(Column::LinkHash.is_not_null())
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(db)
        .await
}

/// Adds a decision.
pub async fn insert(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::insert(tx, row).await
}

/// Writes a decision over.
pub async fn update(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::update(tx, row).await
}
