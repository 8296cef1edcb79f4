//! What is true once for the whole server.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{DatabaseTransaction, IntoActiveModel};

/// A row of `facts`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "facts")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub value: String,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The public address that the first account was made under.
pub const PUBLIC_URL: &str = "public_url";
/// The domain of handles that the first account was made under.
pub const ACCOUNT_DOMAIN: &str = "account_domain";

/// The private key that push messages are signed with.
pub const PUSH_PRIVATE_KEY: &str = "push_private_key";
/// The public key that push services know us by.
pub const PUSH_PUBLIC_KEY: &str = "push_public_key";
/// When the upkeep was last done: since then at the latest the server has been away, if it was.
pub const UPKEEP_AT: &str = "upkeep_at";

/// The last day whose reach was counted.
pub const REACH_COUNTED_TO: &str = "reach_counted_to";
/// The last month of which it was told where people are.
pub const REACH_TOLD_TO: &str = "reach_told_to";

/// The value of a fact.
pub async fn find(db: &impl ConnectionTrait, name: &str) -> Result<Option<String>, DbErr> {
    Ok(Entity::find_by_id(name).one(db).await?.map(|row| row.value))
}

/// Remembers a fact, in place of what was remembered before.
pub async fn put(tx: &DatabaseTransaction, name: &str, value: &str) -> Result<(), DbErr> {
    Entity::insert(Model { name: name.to_owned(), value: value.to_owned() }.into_active_model())
        .on_conflict(OnConflict::column(Column::Name).update_column(Column::Value).to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}
