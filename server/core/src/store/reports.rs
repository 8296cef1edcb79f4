//! Reports by our accounts and by other servers, kept for the moderators' queue.

use chrono::{DateTime, Utc};
use sea_orm::DatabaseTransaction;
use sea_orm::entity::prelude::*;

use crate::domain::ids::{AccountId, PostId, ReportId};

/// A row of `reports`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "reports")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReportId,
    pub reporter_id: AccountId,
    pub target_id: AccountId,
    pub category: String,
    pub comment: String,
    pub forward: bool,
    pub post_ids: String,
    pub rule_ids: String,
    pub created_at: DateTime<Utc>,
}

impl Model {
    /// The posts that it names.
    pub fn posts(&self) -> Vec<PostId> {
        self.post_ids.split(' ').filter_map(|id| id.parse().ok()).collect()
    }
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Keeps a report.
pub async fn insert(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::insert(tx, row).await
}

/// A report by its id.
pub async fn find(db: &impl ConnectionTrait, id: ReportId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}
