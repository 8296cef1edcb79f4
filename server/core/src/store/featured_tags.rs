//! Hashtags on a profile.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, QueryOrder, QuerySelect};

use super::tags;

use crate::domain::ids::{AccountId, RowId, TagId};

/// Most hashtags on a profile (Mastodon's number); of an account elsewhere, those that are kept.
pub const MOST: u64 = 10;

/// A row of `featured_tags`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "featured_tags")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    pub account_id: AccountId,
    pub tag_id: TagId,
    pub created_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Those of an account, the first first.
pub async fn list(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::AccountId.eq(account)).order_by_asc(Column::Id).limit(MOST).all(db).await
}

/// Those of an account, with the hashtags themselves.
pub async fn list_with_tags(
    db: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Vec<(Model, tags::Model)>, DbErr> {
    let rows = list(db, account).await?;
    let found = tags::list_by_ids(db, rows.iter().map(|row| row.tag_id).collect()).await?;
    let with_tag = |row: Model| Some((found.iter().find(|tag| tag.id == row.tag_id)?.clone(), row));
    Ok(rows.into_iter().filter_map(with_tag).map(|(tag, row)| (row, tag)).collect())
}

/// Which of `tags` are among those of an account.
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

/// Adds one unless it is there; says whether it did.
pub async fn insert_once(tx: &DatabaseTransaction, row: Model) -> Result<bool, DbErr> {
    super::insert_once(tx, row, [Column::AccountId, Column::TagId]).await
}

/// Takes one of an account away; says whether it was there.
pub async fn delete(tx: &DatabaseTransaction, account: AccountId, tag: TagId) -> Result<bool, DbErr> {
    let delete = Entity::delete_many().filter(Column::AccountId.eq(account)).filter(Column::TagId.eq(tag));
    Ok(delete.exec(tx).await?.rows_affected > 0)
}

/// Takes all of an account away.
pub async fn delete_of_account(tx: &DatabaseTransaction, account: AccountId) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::AccountId.eq(account)).exec(tx).await?;
    Ok(())
}
