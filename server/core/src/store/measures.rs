//! What decisions do.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{DatabaseTransaction, QueryOrder, QuerySelect, QueryTrait};

use crate::domain::ids::{AccountId, CaseId, DecisionId, MeasureId, PersonId, PostId};
use crate::domain::moderation::Measure;

/// A row of `measures`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "measures")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MeasureId,
    pub decision_id: DecisionId,
    pub case_id: CaseId,
    pub kind: String,
    pub post_id: Option<PostId>,
    pub account_id: Option<AccountId>,
    pub domain: Option<String>,
    pub before: String,
    pub ends_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub ended_by: Option<PersonId>,
    pub created_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The measures of a case, oldest first.
pub async fn list(db: &impl ConnectionTrait, case: CaseId) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::CaseId.eq(case)).order_by_asc(Column::Id).all(db).await
}

/// The measures of these cases, oldest first.
pub async fn list_of_cases(db: &impl ConnectionTrait, cases: Vec<CaseId>) -> Result<Vec<Model>, DbErr> {
    if cases.is_empty() {
        return Ok(vec![]);
    }
    Entity::find().filter(Column::CaseId.is_in(cases)).order_by_asc(Column::Id).all(db).await
}

/// One measure.
pub async fn find(db: &impl ConnectionTrait, id: MeasureId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// The measures of a kind that are in force for a post.
pub async fn list_in_force_for_post(
    db: &impl ConnectionTrait,
    post: PostId,
    kind: &str,
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::PostId.eq(post))
        .filter(Column::Kind.eq(kind))
        .filter(Column::EndedAt.is_null())
        .all(db)
        .await
}

/// The measures of a kind that are in force for an account.
pub async fn list_in_force_for_account(
    db: &impl ConnectionTrait,
    account: AccountId,
    kind: &str,
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::AccountId.eq(account))
        .filter(Column::Kind.eq(kind))
        .filter(Column::EndedAt.is_null())
        .all(db)
        .await
}

/// The measures that are in force for a domain, of whatever kind, oldest first.
pub async fn list_in_force_for_domain(db: &impl ConnectionTrait, domain: &str) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::Domain.eq(domain))
        .filter(Column::EndedAt.is_null())
        .order_by_asc(Column::Id)
        .all(db)
        .await
}

/// The accounts that a measure is in force for, for a subquery.
pub(crate) fn accounts_under(what: Measure) -> SelectStatement {
    Entity::find()
        .select_only()
        .column(Column::AccountId)
        .filter(Column::Kind.eq(what.name()))
        .filter(Column::AccountId.is_not_null())
        .filter(Column::EndedAt.is_null())
        .into_query()
}

/// Measures whose time is over, at most `limit`.
pub async fn list_due(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::EndsAt.lte(now))
        .filter(Column::EndedAt.is_null())
        .order_by_asc(Column::EndsAt)
        .limit(limit)
        .all(db)
        .await
}

/// Adds a measure.
pub async fn insert(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::insert(tx, row).await
}

/// Writes down that a measure has ended; false if it had.
pub async fn end(
    tx: &DatabaseTransaction,
    id: MeasureId,
    by: Option<PersonId>,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let ended = Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(now))
        .col_expr(Column::EndedBy, Expr::value(by.map(|person| person.0)))
        .filter(Column::Id.eq(id))
        .filter(Column::EndedAt.is_null())
        .exec(tx)
        .await?;
    Ok(ended.rows_affected == 1)
}
