//! Where client programs want to be told of news.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{Condition, DatabaseTransaction, ExprTrait, IntoActiveModel};

use super::follows;
use crate::domain::ids::{AccountId, RowId, TokenId};

/// A row of `push_subscriptions`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "push_subscriptions")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    pub token_id: TokenId,
    pub account_id: AccountId,
    pub endpoint: String,
    pub public_key: String,
    pub auth: String,
    pub is_standard: bool,
    pub alerts: String,
    pub policy: String,
    pub created_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The subscription of a token.
pub async fn find(db: &impl ConnectionTrait, token: TokenId) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::TokenId.eq(token)).one(db).await
}

/// One subscription.
pub async fn find_by_id(db: &impl ConnectionTrait, id: RowId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// The subscriptions of an account that want to be told of `kind` when it comes from `from`.
pub async fn list_wanting(
    db: &impl ConnectionTrait,
    account: AccountId,
    kind: &str,
    from: AccountId,
) -> Result<Vec<Model>, DbErr> {
    let follows = |follower, followed| Expr::exists(follows::from_to(follower, followed));
    let policy = Condition::any()
        .add(Column::Policy.eq("all"))
        .add(Column::Policy.eq("followed").and(follows(account, from)))
        .add(Column::Policy.eq("follower").and(follows(from, account)));
    let mut found = Entity::find().filter(Column::AccountId.eq(account)).filter(policy).all(db).await?;
    found.retain(|row| row.alerts.split(' ').any(|alert| alert == kind));
    Ok(found)
}

/// Subscribes, in place of what the token had subscribed before.
pub async fn put(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    let replaced = [
        Column::Id,
        Column::Endpoint,
        Column::PublicKey,
        Column::Auth,
        Column::IsStandard,
        Column::Alerts,
        Column::Policy,
        Column::CreatedAt,
    ];
    Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(Column::TokenId).update_columns(replaced).to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Ends the subscription of a token.
pub async fn delete(tx: &DatabaseTransaction, token: TokenId) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::TokenId.eq(token)).exec(tx).await?;
    Ok(())
}

/// Ends one subscription. One that has replaced it since stays.
pub async fn delete_by_id(tx: &DatabaseTransaction, id: RowId) -> Result<(), DbErr> {
    Entity::delete_by_id(id).exec(tx).await?;
    Ok(())
}
