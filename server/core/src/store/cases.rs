//! Cases: one for each object that was reported.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::CaseStatement;
use sea_orm::{
    DatabaseTransaction, ExprTrait, IntoActiveModel, PaginatorTrait, QueryOrder, QuerySelect, QueryTrait,
};

use super::Page;

use crate::domain::ids::{AccountId, CaseId, PersonId, PostId};

/// A row of `cases`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "cases")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CaseId,
    pub number: String,
    pub subject: String,
    pub post_id: Option<PostId>,
    pub account_id: Option<AccountId>,
    pub url: String,
    pub state: String,
    pub lane: i32,
    pub question: String,
    pub assignee_id: Option<PersonId>,
    pub notices_count: i64,
    pub reviewed_version: Option<i64>,
    pub opened_at: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
    pub looked_at: Option<DateTime<Utc>>,
    pub reminded_at: Option<DateTime<Utc>>,
    pub decided_at: Option<DateTime<Utc>>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Nobody has decided yet.
pub const OPEN: &str = "open";
/// Somebody has decided, and nothing has changed since.
pub const DECIDED: &str = "decided";

impl Model {
    /// Whether it waits for a decision.
    pub fn is_open(&self) -> bool {
        self.state == OPEN
    }
}

/// One case.
pub async fn find(db: &impl ConnectionTrait, id: CaseId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// The case with that number.
pub async fn find_by_number(db: &impl ConnectionTrait, number: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::Number.eq(number)).one(db).await
}

/// The case about that subject.
pub async fn find_by_subject(db: &impl ConnectionTrait, subject: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::Subject.eq(subject)).one(db).await
}

/// The cases with these ids, in no order.
pub async fn list_by_ids(db: &impl ConnectionTrait, ids: Vec<CaseId>) -> Result<Vec<Model>, DbErr> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    Entity::find().filter(Column::Id.is_in(ids)).all(db).await
}

/// Open cases as they are to be looked at: by lane, then by when they are due.
pub async fn list_open(db: &impl ConnectionTrait, offset: u64, limit: u64) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        // With the word itself: only so does SQLite use the index that holds just these.
        .filter(Expr::cust("cases.state = 'open'"))
        .order_by_asc(Column::Lane)
        .order_by_asc(Column::DueAt)
        .order_by_asc(Column::Id)
        .offset(offset)
        .limit(limit)
        .all(db)
        .await
}

/// Decided cases, the last decided first.
pub async fn list_decided(db: &impl ConnectionTrait, offset: u64, limit: u64) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::State.eq(DECIDED))
        .order_by_desc(Column::DecidedAt)
        .order_by_desc(Column::Id)
        .offset(offset)
        .limit(limit)
        .all(db)
        .await
}

/// Cases in a state, about an account if one is named, the newest first.
pub async fn list_page(
    db: &impl ConnectionTrait,
    state: &str,
    account: Option<AccountId>,
    page: &Page,
) -> Result<Vec<Model>, DbErr> {
    let select = Entity::find()
        .filter(Column::State.eq(state))
        .apply_if(account, |select, account| select.filter(Column::AccountId.eq(account)));
    Ok(page.in_order(page.apply(select, Column::Id).all(db).await?))
}

/// How many cases are open, counted up to `most`.
pub async fn count_open(db: &impl ConnectionTrait, most: u64) -> Result<u64, DbErr> {
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Expr::cust("cases.state = 'open'"))
        .limit(most)
        .count(db)
        .await
}

/// Adds a case.
pub async fn insert(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::insert(tx, row).await
}

/// Writes a case over, but for its count of reports, which others may be counting.
pub async fn update(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    let id = row.id;
    let mut row = row.into_active_model().reset_all();
    row.not_set(Column::Id);
    row.not_set(Column::NoticesCount);
    Entity::update_many().set(row).filter(Column::Id.eq(id)).exec(tx).await?;
    Ok(())
}

/// Moves an open case from one lane into another, if it is in that one; says whether it is open. A decision of the same
/// moment comes before or after it.
pub async fn change_lane(tx: &DatabaseTransaction, id: CaseId, from: i32, to: i32) -> Result<bool, DbErr> {
    let lane = CaseStatement::new().case(Column::Lane.eq(from), to).finally(Expr::col(Column::Lane));
    let changed = Entity::update_many()
        .col_expr(Column::Lane, lane.into())
        .filter(Column::Id.eq(id))
        .filter(Column::State.eq(OPEN))
        .exec(tx)
        .await?;
    Ok(changed.rows_affected > 0)
}

/// Counts reports, with or without rows of their own.
pub async fn count_notices(tx: &DatabaseTransaction, id: CaseId, by: i64) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::NoticesCount, Expr::col(Column::NoticesCount).add(by))
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}
