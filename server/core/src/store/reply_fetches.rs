//! When the answers to posts elsewhere were last looked for.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{DatabaseTransaction, IntoActiveModel};

use crate::domain::ids::PostId;

/// A row of `reply_fetches`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "reply_fetches")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub post_id: PostId,
    pub fetched_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// When the answers to a post were last looked for.
pub async fn find(db: &impl ConnectionTrait, post: PostId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(post).one(db).await
}

/// Writes down that they are looked for now.
pub async fn put(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    let replace = OnConflict::column(Column::PostId).update_column(Column::FetchedAt).to_owned();
    Entity::insert(row.into_active_model()).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}

/// Forgets it.
pub async fn delete_of_post(tx: &DatabaseTransaction, post: PostId) -> Result<(), DbErr> {
    Entity::delete_by_id(post).exec(tx).await?;
    Ok(())
}
