//! What is decided about whole domains.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{DatabaseTransaction, IntoActiveModel, QueryOrder, QuerySelect};

use crate::domain::blocklist::Severity;
use crate::domain::ids::{PersonId, RowId};

/// A row of `domain_policies`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "domain_policies")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub id: RowId,
    pub severity: String,
    pub reject_media: bool,
    pub reject_reports: bool,
    pub public_reason: String,
    pub private_note: String,
    pub person_id: Option<PersonId>,
    pub created_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// All of them, in the order of their names.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<Model>, DbErr> {
    Entity::find().order_by_asc(Column::Name).all(db).await
}

/// Those of whose names `search` is a part, in the order of their names.
pub async fn list_page(
    db: &impl ConnectionTrait,
    search: &str,
    offset: u64,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::Name.contains(search))
        .order_by_asc(Column::Name)
        .offset(offset)
        .limit(limit)
        .all(db)
        .await
}

/// Those about these domains, by their own names.
pub async fn list_by_names(db: &impl ConnectionTrait, names: Vec<String>) -> Result<Vec<Model>, DbErr> {
    if names.is_empty() {
        return Ok(vec![]);
    }
    Entity::find().filter(Column::Name.is_in(names)).all(db).await
}

/// What is decided about a domain, by its own name.
pub async fn find(db: &impl ConnectionTrait, name: &str) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(name).one(db).await
}

/// What is decided, by its number.
pub async fn find_by_id(db: &impl ConnectionTrait, id: RowId) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::Id.eq(id)).one(db).await
}

/// What is decided about a host: by its own name or by one above it, the nearest first.
pub async fn list_for_host(db: &impl ConnectionTrait, host: &str) -> Result<Vec<Model>, DbErr> {
    let names = super::hosts::with_names_above(host);
    let mut found = Entity::find().filter(Column::Name.is_in(names)).all(db).await?;
    found.sort_by_key(|policy| std::cmp::Reverse(policy.name.len()));
    Ok(found)
}

/// Whether accounts of a host begin as limited.
pub async fn is_limited(db: &impl ConnectionTrait, host: &str) -> Result<bool, DbErr> {
    Ok(list_for_host(db, host).await?.iter().any(|policy| policy.severity == Severity::Silence.name()))
}

/// Whether pictures of a host are not shown.
pub async fn rejects_media(db: &impl ConnectionTrait, host: &str) -> Result<bool, DbErr> {
    Ok(list_for_host(db, host).await?.iter().any(|policy| policy.reject_media))
}

/// Whether reports of a host are not taken.
pub async fn rejects_reports(db: &impl ConnectionTrait, host: &str) -> Result<bool, DbErr> {
    Ok(list_for_host(db, host).await?.iter().any(|policy| policy.reject_reports))
}

/// Writes down what is decided, in the place of what was before.
pub async fn put(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    let columns = [
        Column::Severity,
        Column::RejectMedia,
        Column::RejectReports,
        Column::PublicReason,
        Column::PrivateNote,
        Column::PersonId,
        Column::CreatedAt,
    ];
    let replace = OnConflict::column(Column::Name).update_columns(columns).to_owned();
    Entity::insert(row.into_active_model()).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}

/// Takes it back.
pub async fn delete(tx: &DatabaseTransaction, name: &str) -> Result<bool, DbErr> {
    Ok(Entity::delete_by_id(name).exec(tx).await?.rows_affected > 0)
}
