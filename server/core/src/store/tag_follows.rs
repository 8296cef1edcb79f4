//! Followed hashtags.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{DatabaseTransaction, QuerySelect, QueryTrait};

use super::{Page, post_tags};

use crate::domain::ids::{AccountId, RowId, TagId};

/// A row of `tag_follows`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "tag_follows")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    pub account_id: AccountId,
    pub tag_id: TagId,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The posts with hashtags that an account follows, for a subquery.
pub(crate) fn posts_for(account: AccountId) -> SelectStatement {
    let tags =
        Entity::find().select_only().column(Column::TagId).filter(Column::AccountId.eq(account)).into_query();
    post_tags::Entity::find()
        .select_only()
        .column(post_tags::Column::PostId)
        .filter(post_tags::Column::TagId.in_subquery(tags))
        .into_query()
}

/// Hashtags that an account follows, the last first.
pub async fn list(db: &impl ConnectionTrait, account: AccountId, page: &Page) -> Result<Vec<Model>, DbErr> {
    let select = Entity::find().filter(Column::AccountId.eq(account));
    Ok(page.in_order(page.apply(select, Column::Id).all(db).await?))
}

/// Which of `tags` an account follows.
pub async fn among(
    db: &impl ConnectionTrait,
    account: AccountId,
    tags: Vec<TagId>,
) -> Result<Vec<TagId>, DbErr> {
    if tags.is_empty() {
        return Ok(vec![]);
    }
    let select = Entity::find().select_only().column(Column::TagId).filter(Column::AccountId.eq(account));
    select.filter(Column::TagId.is_in(tags)).into_tuple().all(db).await
}

/// Follows a hashtag.
pub async fn insert_once(tx: &DatabaseTransaction, row: Model) -> Result<bool, DbErr> {
    super::insert_once(tx, row, [Column::AccountId, Column::TagId]).await
}

/// No longer follows a hashtag.
pub async fn delete(tx: &DatabaseTransaction, account: AccountId, tag: TagId) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::AccountId.eq(account))
        .filter(Column::TagId.eq(tag))
        .exec(tx)
        .await?;
    Ok(())
}
