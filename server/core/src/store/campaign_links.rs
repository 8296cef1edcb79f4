//! Campaign addresses.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{DatabaseTransaction, QueryOrder};

use crate::domain::ids::{AccountId, PersonId, RowId};

/// A row of `campaign_links`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "campaign_links")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    pub account_id: AccountId,
    pub code: String,
    pub target: String,
    pub label: String,
    pub tag: Option<String>,
    pub created_by: PersonId,
    pub created_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The address with that code, ended or not.
pub async fn find_by_code(db: &impl ConnectionTrait, code: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::Code.eq(code)).one(db).await
}

/// One of an account.
pub async fn find(db: &impl ConnectionTrait, account: AccountId, id: RowId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).filter(Column::AccountId.eq(account)).one(db).await
}

/// The addresses with these codes, in no order.
pub async fn list_by_codes(db: &impl ConnectionTrait, codes: Vec<String>) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::Code.is_in(codes)).all(db).await
}

/// Those of an account, the newest first.
pub async fn list(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::AccountId.eq(account)).order_by_desc(Column::Id).all(db).await
}

/// Those of accounts that belong to a campaign, in no order.
pub async fn list_of_tag(
    db: &impl ConnectionTrait,
    accounts: &[AccountId],
    tag: &str,
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::AccountId.is_in(accounts.to_vec()))
        .filter(Column::Tag.eq(tag))
        .all(db)
        .await
}

/// Adds one.
pub async fn insert(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::insert(tx, row).await
}

/// Ends one of an account; gives its code, if it was there and had not ended.
pub async fn end(
    tx: &DatabaseTransaction,
    account: AccountId,
    id: RowId,
    now: DateTime<Utc>,
) -> Result<Option<String>, DbErr> {
    let Some(link) = find(tx, account, id).await? else { return Ok(None) };
    let ended = Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(Column::EndedAt.is_null())
        .exec(tx)
        .await?;
    Ok((ended.rows_affected > 0).then_some(link.code))
}
