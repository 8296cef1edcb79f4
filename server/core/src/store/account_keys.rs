//! Our own keys, apart from what is listed.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, QueryOrder};

use crate::domain::ids::{AccountId, RowId};

/// A row of `account_keys`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "account_keys")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    pub account_id: AccountId,
    pub key_id: String,
    pub private_key: Vec<u8>,
    pub public_key: String,
    pub created_at: DateTime<Utc>,
    pub retired_at: Option<DateTime<Utc>>,
    pub algorithm: String,
}

/// What requests are signed with.
pub const RSA: &str = "rsa";
/// What documents are signed with.
pub const ED25519: &str = "ed25519";

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The key of that kind that an account signs with.
pub async fn find_current(
    db: &impl ConnectionTrait,
    account: AccountId,
    algorithm: &str,
) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::AccountId.eq(account))
        .filter(Column::Algorithm.eq(algorithm))
        .filter(Column::RetiredAt.is_null())
        .order_by_desc(Column::Id)
        .one(db)
        .await
}

/// Adds a key.
pub async fn insert(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::insert(tx, row).await
}

/// Marks the keys that an account signs with as no longer used.
pub async fn retire_all(
    tx: &DatabaseTransaction,
    account: AccountId,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::RetiredAt, Expr::value(at))
        .filter(Column::AccountId.eq(account))
        .filter(Column::RetiredAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}
