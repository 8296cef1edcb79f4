//! Bearer tokens of client programs, by hash only.

use chrono::{DateTime, Utc};
use sea_orm::DatabaseTransaction;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;

use crate::domain::ids::{AccountId, OauthAppId, PersonId, TokenId};

/// A row of `oauth_tokens`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "oauth_tokens")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TokenId,
    pub token_hash: String,
    pub app_id: Option<OauthAppId>,
    pub person_id: Option<PersonId>,
    pub account_id: Option<AccountId>,
    pub scopes: String,
    pub created_at: DateTime<Utc>,
    pub used_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The token with that hash.
pub async fn find(db: &impl ConnectionTrait, token_hash: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::TokenHash.eq(token_hash)).one(db).await
}

/// One token.
pub async fn find_by_id(db: &impl ConnectionTrait, id: TokenId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// Adds a token.
pub async fn insert(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::insert(tx, row).await
}

/// Remembers that a token was used.
pub async fn mark_used(tx: &DatabaseTransaction, id: TokenId, at: DateTime<Utc>) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(at))
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Ends one token.
pub async fn delete(tx: &DatabaseTransaction, id: TokenId) -> Result<(), DbErr> {
    Entity::delete_by_id(id).exec(tx).await?;
    Ok(())
}

/// Ends all tokens of a person.
pub async fn delete_of_person(tx: &DatabaseTransaction, person: PersonId) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::PersonId.eq(person)).exec(tx).await?;
    Ok(())
}

/// Ends all tokens of a person for one account.
pub async fn delete_of_member(
    tx: &DatabaseTransaction,
    person: PersonId,
    account: AccountId,
) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::PersonId.eq(person))
        .filter(Column::AccountId.eq(account))
        .exec(tx)
        .await?;
    Ok(())
}

/// Ends the tokens that were not used since `before`.
pub async fn delete_unused(tx: &DatabaseTransaction, before: DateTime<Utc>) -> Result<u64, DbErr> {
    Ok(Entity::delete_many().filter(Column::UsedAt.lt(before)).exec(tx).await?.rows_affected)
}
