//! Threads that an account wants to hear no more of.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{DatabaseTransaction, QuerySelect, QueryTrait};

use crate::domain::ids::{AccountId, PostId};

/// A row of `thread_mutes`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "thread_mutes")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub thread_id: PostId,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The threads that an account wants to hear no more of, for a subquery.
pub(crate) fn of(account: AccountId) -> SelectStatement {
    Entity::find().select_only().column(Column::ThreadId).filter(Column::AccountId.eq(account)).into_query()
}

/// Which of `threads` an account wants to hear no more of.
pub async fn among(
    db: &impl ConnectionTrait,
    account: AccountId,
    threads: Vec<PostId>,
) -> Result<Vec<PostId>, DbErr> {
    if threads.is_empty() {
        return Ok(vec![]);
    }
    let select = Entity::find().filter(Column::AccountId.eq(account)).filter(Column::ThreadId.is_in(threads));
    Ok(select.all(db).await?.into_iter().map(|row| row.thread_id).collect())
}

/// Adds one.
pub async fn insert(tx: &DatabaseTransaction, account: AccountId, thread: PostId) -> Result<(), DbErr> {
    let row = Model { account_id: account, thread_id: thread };
    super::insert_once(tx, row, [Column::AccountId, Column::ThreadId]).await?;
    Ok(())
}

/// Takes one away.
pub async fn delete(tx: &DatabaseTransaction, account: AccountId, thread: PostId) -> Result<(), DbErr> {
    Entity::delete_by_id((account, thread)).exec(tx).await?;
    Ok(())
}
