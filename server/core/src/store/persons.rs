//! Staff.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, Func};
use sea_orm::{DatabaseTransaction, ExprTrait, QueryOrder};

use crate::domain::permission::ServerRoles;

use crate::domain::ids::PersonId;

/// A row of `persons`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "persons")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PersonId,
    pub email: String,
    pub name: String,
    pub locale: String,
    pub is_administrator: bool,
    pub is_moderator: bool,
    pub created_at: DateTime<Utc>,
    pub left_at: Option<DateTime<Utc>>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// What the person may do for the whole server.
    pub fn server_roles(&self) -> ServerRoles {
        ServerRoles { administrator: self.is_administrator, moderator: self.is_moderator }
    }

    /// The name to show to colleagues.
    pub fn shown_name(&self) -> &str {
        if self.name.is_empty() { &self.email } else { &self.name }
    }
}

/// One person.
pub async fn find(db: &impl ConnectionTrait, id: PersonId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// The person with that mail address, in any case; those who left too.
pub async fn find_by_email(db: &impl ConnectionTrait, email: &str) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Expr::expr(Func::lower(Expr::col(Column::Email))).eq(email.trim().to_lowercase()))
        .one(db)
        .await
}

/// The persons with these ids, in no order.
pub async fn list_by_ids(db: &impl ConnectionTrait, ids: Vec<PersonId>) -> Result<Vec<Model>, DbErr> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    Entity::find().filter(Column::Id.is_in(ids)).all(db).await
}

/// Everybody who works here, by mail address.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::LeftAt.is_null()).order_by_asc(Column::Email).all(db).await
}

/// Whether there is an administrator who can sign in or was asked to.
pub async fn has_administrator(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let found = Entity::find()
        .filter(Column::IsAdministrator.eq(true))
        .filter(Column::LeftAt.is_null())
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// Adds a person.
pub async fn insert(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::insert(tx, row).await
}

/// Replaces the row of a person.
pub async fn update(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::update(tx, row).await
}
