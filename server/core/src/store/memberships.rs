//! Who runs which account, as what.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{DatabaseTransaction, IntoActiveModel, QueryOrder};

use crate::domain::permission::Role;

use crate::domain::ids::{AccountId, MembershipId, PersonId};

/// A row of `memberships`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "memberships")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MembershipId,
    pub person_id: PersonId,
    pub account_id: AccountId,
    pub role: String,
    pub created_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The role, by the table of rights.
    pub fn role(&self) -> Role {
        Role::parse(&self.role).unwrap_or(Role::Analyst)
    }
}

/// What a person is to an account.
pub async fn find(
    db: &impl ConnectionTrait,
    person: PersonId,
    account: AccountId,
) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::PersonId.eq(person)).filter(Column::AccountId.eq(account)).one(db).await
}

/// All memberships of a person.
pub async fn list_of_person(db: &impl ConnectionTrait, person: PersonId) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::PersonId.eq(person)).order_by_asc(Column::Id).all(db).await
}

/// All members of an account.
pub async fn list_of_account(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::AccountId.eq(account)).order_by_asc(Column::Id).all(db).await
}

/// Makes somebody a member, or changes the role of a member.
pub async fn put(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    Entity::insert(row.into_active_model())
        .on_conflict(
            OnConflict::columns([Column::PersonId, Column::AccountId]).update_column(Column::Role).to_owned(),
        )
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Ends a membership.
pub async fn delete(tx: &DatabaseTransaction, person: PersonId, account: AccountId) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::PersonId.eq(person))
        .filter(Column::AccountId.eq(account))
        .exec(tx)
        .await?;
    Ok(())
}

/// Ends all memberships of a person.
pub async fn delete_of_person(tx: &DatabaseTransaction, person: PersonId) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::PersonId.eq(person)).exec(tx).await?;
    Ok(())
}
