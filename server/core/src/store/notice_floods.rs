//! How many reports were counted without rows of their own.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{DatabaseTransaction, ExprTrait, IntoActiveModel};

use crate::domain::ids::CaseId;

/// A row of `notice_floods`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "notice_floods")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub case_id: CaseId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: String,
    pub count: i64,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Counts one more of a case on a day.
pub async fn count(tx: &DatabaseTransaction, case: CaseId, day: NaiveDate) -> Result<(), DbErr> {
    let more = Expr::col((Entity, Column::Count)).add(1);
    let conflict = OnConflict::columns([Column::CaseId, Column::Day]).value(Column::Count, more).to_owned();
    Entity::insert(Model { case_id: case, day: day.to_string(), count: 1 }.into_active_model())
        .on_conflict(conflict)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}
