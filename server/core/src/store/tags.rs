//! Hashtags.

use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, QueryOrder, QuerySelect};

use crate::domain::ids::TagId;

/// A row of `tags`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "tags")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TagId,
    pub name: String,
    pub shown: String,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The hashtag with that comparable name.
pub async fn find(db: &impl ConnectionTrait, name: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::Name.eq(name)).one(db).await
}

/// The hashtags with these ids, in no order.
pub async fn list_by_ids(db: &impl ConnectionTrait, ids: Vec<TagId>) -> Result<Vec<Model>, DbErr> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    Entity::find().filter(Column::Id.is_in(ids)).all(db).await
}

/// Hashtags that begin with `text`, in its comparable form.
pub async fn search(
    db: &impl ConnectionTrait,
    text: &str,
    limit: u64,
    offset: u64,
) -> Result<Vec<Model>, DbErr> {
    let pattern = format!("{}%", text.replace(['\\', '%', '_'], ""));
    Entity::find()
        .filter(Column::Name.like(pattern))
        .order_by_asc(Column::Name)
        .limit(limit)
        .offset(offset)
        .all(db)
        .await
}

/// The hashtag with that name, made if it is new; `id` is taken if it is.
pub async fn find_or_insert(
    tx: &DatabaseTransaction,
    id: TagId,
    name: &str,
    shown: &str,
) -> Result<TagId, DbErr> {
    let row = Model { id, name: name.to_owned(), shown: shown.to_owned() };
    if super::insert_once(tx, row, [Column::Name]).await? {
        return Ok(id);
    }
    Ok(find(tx, name).await?.map_or(id, |tag| tag.id))
}
