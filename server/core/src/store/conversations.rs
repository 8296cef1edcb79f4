//! Direct messages by thread.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{DatabaseTransaction, IntoActiveModel};

use super::Page;

use crate::domain::ids::{AccountId, ConversationId, PostId};

/// A row of `conversations`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "conversations")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ConversationId,
    pub account_id: AccountId,
    pub thread_id: PostId,
    pub last_post_id: PostId,
    pub unread: bool,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Conversations of an account, the one with the newest message first; the cursor is the last message.
pub async fn list(db: &impl ConnectionTrait, account: AccountId, page: &Page) -> Result<Vec<Model>, DbErr> {
    let select = Entity::find().filter(Column::AccountId.eq(account));
    Ok(page.in_order(page.apply(select, Column::LastPostId).all(db).await?))
}

/// Adds a message to a conversation, which begins with it if it is new.
pub async fn put(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    Entity::insert(row.into_active_model())
        .on_conflict(
            OnConflict::columns([Column::AccountId, Column::ThreadId])
                .update_columns([Column::LastPostId, Column::Unread])
                .to_owned(),
        )
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Takes a deleted message out: the conversation goes back to `previous`, or ends.
pub async fn forget(tx: &DatabaseTransaction, post: PostId, previous: Option<PostId>) -> Result<(), DbErr> {
    use sea_orm::sea_query::Expr;
    match previous {
        Some(previous) => {
            Entity::update_many()
                .col_expr(Column::LastPostId, Expr::value(previous))
                .filter(Column::LastPostId.eq(post))
                .exec(tx)
                .await?;
        }
        None => {
            Entity::delete_many().filter(Column::LastPostId.eq(post)).exec(tx).await?;
        }
    }
    Ok(())
}
