//! Which inbox ever got a post.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{DatabaseTransaction, IntoActiveModel, QuerySelect};

use crate::domain::ids::PostId;

/// A row of `post_recipients`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "post_recipients")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub post_id: PostId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub inbox: String,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Where a post was ever sent.
pub async fn list(db: &impl ConnectionTrait, post: PostId) -> Result<Vec<String>, DbErr> {
    Entity::find()
        .select_only()
        .column(Column::Inbox)
        .filter(Column::PostId.eq(post))
        .into_tuple()
        .all(db)
        .await
}

/// Remembers where a post is sent.
pub async fn insert_many(tx: &DatabaseTransaction, post: PostId, inboxes: &[String]) -> Result<(), DbErr> {
    for chunk in inboxes.chunks(400) {
        let rows =
            chunk.iter().map(|inbox| Model { post_id: post, inbox: inbox.clone() }.into_active_model());
        Entity::insert_many(rows)
            .on_conflict(OnConflict::columns([Column::PostId, Column::Inbox]).do_nothing().to_owned())
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}
