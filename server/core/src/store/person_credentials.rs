//! Password hashes, apart from what is listed.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{DatabaseTransaction, IntoActiveModel};

use crate::domain::ids::PersonId;

/// A row of `person_credentials`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "person_credentials")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: PersonId,
    pub password_hash: String,
    pub changed_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The credentials of a person.
pub async fn find(db: &impl ConnectionTrait, person: PersonId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(person).one(db).await
}

/// Sets the credentials of a person, in place of earlier ones.
pub async fn put(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    Entity::insert(row.into_active_model())
        .on_conflict(
            OnConflict::column(Column::PersonId)
                .update_columns([Column::PasswordHash, Column::ChangedAt])
                .to_owned(),
        )
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Takes the credentials of a person away.
pub async fn delete(tx: &DatabaseTransaction, person: PersonId) -> Result<(), DbErr> {
    Entity::delete_by_id(person).exec(tx).await?;
    Ok(())
}
