//! Pictures of what is reported, as they were.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{DatabaseTransaction, FromQueryResult, QueryOrder, QuerySelect};

use crate::domain::ids::CaseId;

/// A row of `case_files`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "case_files")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub case_id: CaseId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    pub address: String,
    pub description: String,
    pub failure: String,
    pub hash: String,
    pub mime: String,
    pub original: Option<Vec<u8>>,
    pub shown: Option<Vec<u8>>,
    pub taken_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A picture without its bytes.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Listed {
    /// The version of the object that it belongs to.
    pub version: i64,
    /// Its place.
    pub position: i32,
    /// Where it was.
    pub address: String,
    /// What its author said of it.
    pub description: String,
    /// Why there is none; empty where there is.
    pub failure: String,
    /// Its SHA-256.
    pub hash: String,
    /// The type of the copy that is shown; empty where it can't be.
    pub mime: String,
    /// When it was had.
    pub taken_at: DateTime<Utc>,
    /// How many bytes it has.
    pub size: Option<i64>,
}

/// The pictures of a case without their bytes, in order.
pub async fn list(db: &impl ConnectionTrait, case: CaseId) -> Result<Vec<Listed>, DbErr> {
    Entity::find()
        .select_only()
        .columns([
            Column::Version,
            Column::Position,
            Column::Address,
            Column::Description,
            Column::Failure,
            Column::Hash,
            Column::Mime,
            Column::TakenAt,
        ])
        .column_as(Expr::cust("CAST(length(original) AS BIGINT)"), "size")
        .filter(Column::CaseId.eq(case))
        .order_by_asc(Column::Version)
        .order_by_asc(Column::Position)
        .into_model()
        .all(db)
        .await
}

/// One picture with its bytes.
pub async fn find(
    db: &impl ConnectionTrait,
    case: CaseId,
    version: i64,
    position: i32,
) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id((case, version, position)).one(db).await
}

/// Keeps a picture, unless it was kept already.
pub async fn insert_once(tx: &DatabaseTransaction, row: Model) -> Result<bool, DbErr> {
    super::insert_once(tx, row, [Column::CaseId, Column::Version, Column::Position]).await
}
