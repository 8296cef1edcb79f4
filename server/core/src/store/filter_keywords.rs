//! The words of a filter.

use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, QueryOrder};

use crate::domain::ids::{FilterId, KeywordId};

/// A row of `filter_keywords`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "filter_keywords")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: KeywordId,
    pub filter_id: FilterId,
    pub keyword: String,
    pub whole_word: bool,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The words of these filters.
pub async fn list_of_filters(db: &impl ConnectionTrait, filters: Vec<FilterId>) -> Result<Vec<Model>, DbErr> {
    if filters.is_empty() {
        return Ok(vec![]);
    }
    Entity::find().filter(Column::FilterId.is_in(filters)).order_by_asc(Column::Id).all(db).await
}

/// Adds a word.
pub async fn insert(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::insert(tx, row).await
}

/// Replaces a word.
pub async fn update(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::update(tx, row).await
}

/// Takes a word of a filter away.
pub async fn delete(tx: &DatabaseTransaction, filter: FilterId, id: KeywordId) -> Result<(), DbErr> {
    Entity::delete_by_id(id).filter(Column::FilterId.eq(filter)).exec(tx).await?;
    Ok(())
}
