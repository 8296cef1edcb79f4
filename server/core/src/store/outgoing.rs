//! Outgoing activities, each body once.

use chrono::{DateTime, Utc};
use sea_orm::DatabaseTransaction;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;

use crate::domain::ids::{AccountId, OutgoingId, PostId};

/// A row of `outgoing`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "outgoing")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OutgoingId,
    pub activity_id: String,
    pub kind: String,
    pub account_id: AccountId,
    pub post_id: Option<PostId>,
    pub subject: String,
    pub class: i32,
    pub body: String,
    pub created_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Adds an activity.
pub async fn insert(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::insert(tx, row).await
}

/// The activities with these ids, in no order.
pub async fn list_by_ids(db: &impl ConnectionTrait, ids: Vec<OutgoingId>) -> Result<Vec<Model>, DbErr> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    Entity::find().filter(Column::Id.is_in(ids)).all(db).await
}

/// Empties the bodies that hold a deleted post, but for its Delete.
pub async fn empty_bodies(tx: &DatabaseTransaction, post: PostId) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::Body, Expr::value(""))
        .filter(Column::PostId.eq(post))
        .filter(Column::Kind.ne("Delete"))
        .exec(tx)
        .await?;
    Ok(())
}
