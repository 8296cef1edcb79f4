//! Who is on a list.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{DatabaseTransaction, QueryOrder, QuerySelect, QueryTrait};

use super::{Page, lists};

use crate::domain::ids::{AccountId, ListId, RowId};

/// A row of `list_members`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "list_members")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    pub list_id: ListId,
    pub account_id: AccountId,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Who is on a list, for a subquery.
pub(crate) fn accounts_of(list: ListId) -> SelectStatement {
    Entity::find().select_only().column(Column::AccountId).filter(Column::ListId.eq(list)).into_query()
}

/// Who is on a list of `owner` that keeps its members out of the home timeline, for a subquery.
pub(crate) fn exclusive_of(owner: AccountId) -> SelectStatement {
    let lists = lists::Entity::find()
        .select_only()
        .column(lists::Column::Id)
        .filter(lists::Column::AccountId.eq(owner))
        .filter(lists::Column::Exclusive.eq(true))
        .into_query();
    Entity::find()
        .select_only()
        .column(Column::AccountId)
        .filter(Column::ListId.in_subquery(lists))
        .into_query()
}

/// Who is on a list, the last added first; all where `page` is none.
pub async fn list(db: &impl ConnectionTrait, list: ListId, page: Option<&Page>) -> Result<Vec<Model>, DbErr> {
    let select = Entity::find().filter(Column::ListId.eq(list));
    match page {
        Some(page) => Ok(page.in_order(page.apply(select, Column::Id).all(db).await?)),
        None => select.order_by_desc(Column::Id).all(db).await,
    }
}

/// Puts somebody on a list; says whether they were not on it.
pub async fn insert_once(tx: &DatabaseTransaction, row: Model) -> Result<bool, DbErr> {
    super::insert_once(tx, row, [Column::ListId, Column::AccountId]).await
}

/// Takes people off a list.
pub async fn delete(tx: &DatabaseTransaction, list: ListId, accounts: Vec<AccountId>) -> Result<(), DbErr> {
    if !accounts.is_empty() {
        let delete = Entity::delete_many().filter(Column::ListId.eq(list));
        delete.filter(Column::AccountId.is_in(accounts)).exec(tx).await?;
    }
    Ok(())
}

/// Takes somebody off all lists of `owner`: when it no longer follows them.
pub async fn delete_of(tx: &DatabaseTransaction, owner: AccountId, account: AccountId) -> Result<(), DbErr> {
    let lists = lists::Entity::find()
        .select_only()
        .column(lists::Column::Id)
        .filter(lists::Column::AccountId.eq(owner))
        .into_query();
    let delete = Entity::delete_many().filter(Column::AccountId.eq(account));
    delete.filter(Column::ListId.in_subquery(lists)).exec(tx).await?;
    Ok(())
}
