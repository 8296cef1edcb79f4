//! Client programs.

use chrono::{DateTime, Utc};
use sea_orm::DatabaseTransaction;
use sea_orm::entity::prelude::*;

use crate::domain::ids::OauthAppId;

/// A row of `oauth_apps`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "oauth_apps")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OauthAppId,
    pub name: String,
    pub website: Option<String>,
    pub redirect_uris: String,
    pub scopes: String,
    pub client_id: String,
    pub client_secret_hash: String,
    pub created_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Whether `uri` is one of those that the program named, letter by letter.
    pub fn allows_redirect(&self, uri: &str) -> bool {
        self.redirect_uris.lines().any(|allowed| allowed == uri)
    }
}

/// One program.
pub async fn find(db: &impl ConnectionTrait, id: OauthAppId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// The programs with these ids, in no order.
pub async fn list_by_ids(db: &impl ConnectionTrait, ids: Vec<OauthAppId>) -> Result<Vec<Model>, DbErr> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    Entity::find().filter(Column::Id.is_in(ids)).all(db).await
}

/// The program with that public name.
pub async fn find_by_client_id(db: &impl ConnectionTrait, client_id: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::ClientId.eq(client_id)).one(db).await
}

/// Adds a program.
pub async fn insert(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::insert(tx, row).await
}
