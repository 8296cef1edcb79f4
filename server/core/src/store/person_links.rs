//! One-time links: set-up and first password.

use chrono::{DateTime, Utc};
use sea_orm::DatabaseTransaction;
use sea_orm::entity::prelude::*;

use crate::domain::ids::{PersonId, RowId};

/// A row of `person_links`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "person_links")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    pub token_hash: String,
    pub kind: String,
    pub person_id: Option<PersonId>,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A link for setting up the server.
pub const SET_UP: &str = "set_up";
/// A link for choosing a password.
pub const PASSWORD: &str = "password";

/// The link with that hash, if it may still be used.
pub async fn find(
    db: &impl ConnectionTrait,
    token_hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::TokenHash.eq(token_hash)).filter(Column::ExpiresAt.gt(now)).one(db).await
}

/// Adds a link.
pub async fn insert(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::insert(tx, row).await
}

/// Ends all links of a kind, or of a person.
pub async fn delete_of(tx: &DatabaseTransaction, kind: &str, person: Option<PersonId>) -> Result<(), DbErr> {
    let mut delete = Entity::delete_many().filter(Column::Kind.eq(kind));
    if let Some(person) = person {
        delete = delete.filter(Column::PersonId.eq(person));
    }
    delete.exec(tx).await?;
    Ok(())
}

/// Throws away the links that nobody can use any more.
pub async fn delete_expired(tx: &DatabaseTransaction, now: DateTime<Utc>) -> Result<u64, DbErr> {
    Ok(Entity::delete_many().filter(Column::ExpiresAt.lte(now)).exec(tx).await?.rows_affected)
}
