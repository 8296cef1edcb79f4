//! Codes of the authorization that is under way.

use chrono::{DateTime, Utc};
use sea_orm::DatabaseTransaction;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;

use crate::domain::ids::{AccountId, OauthAppId, PersonId, RowId, TokenId};

/// A row of `oauth_codes`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "oauth_codes")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    pub code_hash: String,
    pub app_id: OauthAppId,
    pub person_id: PersonId,
    pub account_id: AccountId,
    pub redirect_uri: String,
    pub scopes: String,
    pub challenge: Option<String>,
    pub expires_at: DateTime<Utc>,
    pub token_id: Option<TokenId>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Adds a code.
pub async fn insert(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::insert(tx, row).await
}

/// A code that has not expired, used or not.
pub async fn find(
    tx: &DatabaseTransaction,
    code_hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::CodeHash.eq(code_hash)).filter(Column::ExpiresAt.gt(now)).one(tx).await
}

/// Writes down what a code was exchanged for; false if it was used before.
pub async fn mark_used(tx: &DatabaseTransaction, id: RowId, token: TokenId) -> Result<bool, DbErr> {
    let marked = Entity::update_many()
        .col_expr(Column::TokenId, Expr::value(token.0))
        .filter(Column::Id.eq(id))
        .filter(Column::TokenId.is_null())
        .exec(tx)
        .await?;
    Ok(marked.rows_affected == 1)
}

/// Ends a code.
pub async fn delete(tx: &DatabaseTransaction, id: RowId) -> Result<(), DbErr> {
    Entity::delete_by_id(id).exec(tx).await?;
    Ok(())
}

/// Ends all codes of a person.
pub async fn delete_of_person(tx: &DatabaseTransaction, person: PersonId) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::PersonId.eq(person)).exec(tx).await?;
    Ok(())
}

/// Throws away the codes that nobody can use any more.
pub async fn delete_expired(tx: &DatabaseTransaction, now: DateTime<Utc>) -> Result<u64, DbErr> {
    Ok(Entity::delete_many().filter(Column::ExpiresAt.lte(now)).exec(tx).await?.rows_affected)
}
