//! Private notes about accounts.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{DatabaseTransaction, IntoActiveModel};

use crate::domain::ids::AccountId;

/// A row of `account_notes`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "account_notes")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub target_id: AccountId,
    pub text: String,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The notes of an account about any of `targets`.
pub async fn list_among(
    db: &impl ConnectionTrait,
    account: AccountId,
    targets: &[AccountId],
) -> Result<Vec<Model>, DbErr> {
    if targets.is_empty() {
        return Ok(vec![]);
    }
    let select = Entity::find().filter(Column::AccountId.eq(account));
    select.filter(Column::TargetId.is_in(targets.to_vec())).all(db).await
}

/// Writes a note in place of the one before; an empty one takes it away.
pub async fn put(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    if row.text.is_empty() {
        Entity::delete_by_id((row.account_id, row.target_id)).exec(tx).await?;
        return Ok(());
    }
    Entity::insert(row.into_active_model())
        .on_conflict(
            OnConflict::columns([Column::AccountId, Column::TargetId]).update_column(Column::Text).to_owned(),
        )
        .exec_without_returning(tx)
        .await?;
    Ok(())
}
