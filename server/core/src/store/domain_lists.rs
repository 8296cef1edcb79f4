//! Lists of domains that others keep, or that somebody has read in.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, QueryOrder};

use crate::domain::ids::{PersonId, RowId};

/// A row of `domain_lists`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "domain_lists")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    pub name: String,
    pub url: Option<String>,
    pub person_id: Option<PersonId>,
    pub created_at: DateTime<Utc>,
    pub tried_at: Option<DateTime<Utc>>,
    pub fetched_at: Option<DateTime<Utc>>,
    pub failure: String,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// All lists, the oldest first.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<Model>, DbErr> {
    Entity::find().order_by_asc(Column::Id).all(db).await
}

/// One list.
pub async fn find(db: &impl ConnectionTrait, id: RowId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// The list at an address.
pub async fn find_by_url(db: &impl ConnectionTrait, url: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::Url.eq(url)).one(db).await
}

/// Adds a list.
pub async fn insert(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::insert(tx, row).await
}

/// Writes down how asking for a list went: `failure` is empty where it was had.
pub async fn set_tried(
    tx: &DatabaseTransaction,
    id: RowId,
    failure: &str,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    let mut update = Entity::update_many()
        .col_expr(Column::TriedAt, Expr::value(at))
        .col_expr(Column::Failure, Expr::value(failure))
        .filter(Column::Id.eq(id));
    if failure.is_empty() {
        update = update.col_expr(Column::FetchedAt, Expr::value(at));
    }
    update.exec(tx).await?;
    Ok(())
}

/// Forgets a list; its entries must be gone.
pub async fn delete(tx: &DatabaseTransaction, id: RowId) -> Result<(), DbErr> {
    Entity::delete_by_id(id).exec(tx).await?;
    Ok(())
}
