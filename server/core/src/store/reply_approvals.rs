//! Answers of ours that the author of the answered post approves of, or not.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{DatabaseTransaction, IntoActiveModel};

use crate::domain::ids::PostId;

/// A row of `reply_approvals`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "reply_approvals")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub post_id: PostId,
    pub state: String,
    pub is_asked: bool,
    pub authorization_uri: Option<String>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Not answered yet.
pub const PENDING: &str = "pending";
/// The answer may stand.
pub const ACCEPTED: &str = "accepted";
/// The answer may not stand.
pub const REJECTED: &str = "rejected";

impl Model {
    /// Whether nobody but the one who was asked may get the answer.
    pub fn is_held(&self) -> bool {
        self.is_asked && self.state != ACCEPTED
    }
}

/// What is known of an answer.
pub async fn find(db: &impl ConnectionTrait, post: PostId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(post).one(db).await
}

/// Writes down what is known of an answer, in the place of what was known before.
pub async fn put(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    let columns = [Column::State, Column::IsAsked, Column::AuthorizationUri];
    let replace = OnConflict::column(Column::PostId).update_columns(columns).to_owned();
    Entity::insert(row.into_active_model()).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}

/// Forgets what is known of an answer.
pub async fn delete_of_post(tx: &DatabaseTransaction, post: PostId) -> Result<(), DbErr> {
    Entity::delete_by_id(post).exec(tx).await?;
    Ok(())
}
