//! Earlier versions of posts.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, QueryOrder, QuerySelect};

use crate::domain::ids::{PersonId, PostId, RowId};

/// A row of `post_versions`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "post_versions")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    pub post_id: PostId,
    pub version: i64,
    pub snapshot: String,
    pub person_id: Option<PersonId>,
    pub created_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Earlier versions of a post, oldest first.
pub async fn list(db: &impl ConnectionTrait, post: PostId) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::PostId.eq(post)).order_by_asc(Column::Version).limit(500).all(db).await
}

/// Keeps a version.
pub async fn insert(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::insert_once(tx, row, [Column::PostId, Column::Version]).await?;
    Ok(())
}

/// Throws the versions of a post away.
pub async fn delete_of_post(tx: &DatabaseTransaction, post: PostId) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::PostId.eq(post)).exec(tx).await?;
    Ok(())
}
