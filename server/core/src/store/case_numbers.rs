//! How many cases a year has had.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{DatabaseTransaction, ExprTrait, IntoActiveModel};

/// A row of `case_numbers`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "case_numbers")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub year: i32,
    pub last: i32,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The years that have cases, in no order.
pub async fn list_years(db: &impl ConnectionTrait) -> Result<Vec<i32>, DbErr> {
    Ok(Entity::find().all(db).await?.into_iter().map(|row| row.year).collect())
}

/// Keeps others from opening cases of a year until the end of the transaction.
pub async fn lock(tx: &DatabaseTransaction, year: i32) -> Result<(), DbErr> {
    let as_it_is = Expr::col((Entity, Column::Last));
    Entity::insert(Model { year, last: 0 }.into_active_model())
        .on_conflict(OnConflict::column(Column::Year).value(Column::Last, as_it_is).to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// The next number of a year. Whoever has taken it keeps others waiting until the end of its transaction.
pub async fn next(tx: &DatabaseTransaction, year: i32) -> Result<i32, DbErr> {
    let more = Expr::col((Entity, Column::Last)).add(1);
    Entity::insert(Model { year, last: 1 }.into_active_model())
        .on_conflict(OnConflict::column(Column::Year).value(Column::Last, more).to_owned())
        .exec_without_returning(tx)
        .await?;
    let row = Entity::find_by_id(year).one(tx).await?;
    row.map(|row| row.last).ok_or_else(|| DbErr::RecordNotFound("case_numbers".into()))
}
