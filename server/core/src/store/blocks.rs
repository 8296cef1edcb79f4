//! Who blocks whom.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{DatabaseTransaction, ExprTrait, QuerySelect, QueryTrait};

use super::Page;

use crate::domain::ids::{AccountId, RowId};

/// A row of `blocks`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "blocks")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    pub account_id: AccountId,
    pub target_id: AccountId,
    pub uri: String,
    pub created_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Whom an account blocks, for a subquery.
pub(crate) fn blocked_by(account: AccountId) -> SelectStatement {
    Entity::find().select_only().column(Column::TargetId).filter(Column::AccountId.eq(account)).into_query()
}

/// Who blocks an account, for a subquery.
pub(crate) fn blocking(account: AccountId) -> SelectStatement {
    Entity::find().select_only().column(Column::AccountId).filter(Column::TargetId.eq(account)).into_query()
}

/// The block from one account to another.
pub async fn find(
    db: &impl ConnectionTrait,
    account: AccountId,
    target: AccountId,
) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::AccountId.eq(account)).filter(Column::TargetId.eq(target)).one(db).await
}

/// Whether either blocks the other.
pub async fn is_between(db: &impl ConnectionTrait, one: AccountId, other: AccountId) -> Result<bool, DbErr> {
    Ok(!list_between(db, one, &[other]).await?.is_empty())
}

/// All blocks between `account` and any of `others`, both ways.
pub async fn list_between(
    db: &impl ConnectionTrait,
    account: AccountId,
    others: &[AccountId],
) -> Result<Vec<Model>, DbErr> {
    if others.is_empty() {
        return Ok(vec![]);
    }
    let mine = Column::AccountId.eq(account).and(Column::TargetId.is_in(others.to_vec()));
    let theirs = Column::TargetId.eq(account).and(Column::AccountId.is_in(others.to_vec()));
    Entity::find().filter(sea_orm::Condition::any().add(mine).add(theirs)).all(db).await
}

/// Which of `targets` any of these accounts block.
pub async fn list_by(
    db: &impl ConnectionTrait,
    accounts: Vec<AccountId>,
    targets: Vec<AccountId>,
) -> Result<Vec<Model>, DbErr> {
    if accounts.is_empty() || targets.is_empty() {
        return Ok(vec![]);
    }
    Entity::find()
        .filter(Column::AccountId.is_in(accounts))
        .filter(Column::TargetId.is_in(targets))
        .all(db)
        .await
}

/// Blocks by an account, newest first.
pub async fn list(db: &impl ConnectionTrait, account: AccountId, page: &Page) -> Result<Vec<Model>, DbErr> {
    let select = Entity::find().filter(Column::AccountId.eq(account));
    Ok(page.in_order(page.apply(select, Column::Id).all(db).await?))
}

/// Adds a block unless there is one; says whether it did.
pub async fn insert_once(tx: &DatabaseTransaction, row: Model) -> Result<bool, DbErr> {
    super::insert_once(tx, row, [Column::AccountId, Column::TargetId]).await
}

/// Ends a block; says whether it was there.
pub async fn delete(tx: &DatabaseTransaction, account: AccountId, target: AccountId) -> Result<bool, DbErr> {
    let delete =
        Entity::delete_many().filter(Column::AccountId.eq(account)).filter(Column::TargetId.eq(target));
    Ok(delete.exec(tx).await?.rows_affected > 0)
}

/// Ends all blocks by an account: for one that is gone.
pub async fn delete_of_account(tx: &DatabaseTransaction, account: AccountId) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::AccountId.eq(account)).exec(tx).await?;
    Ok(())
}
