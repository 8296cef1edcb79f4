//! Mail that is to be sent, or was.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{DatabaseTransaction, FromQueryResult, IntoActiveModel, QueryOrder, QuerySelect};

use crate::domain::ids::{CaseId, MailId};

/// A row of `mails`.
#[derive(Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "mails")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MailId,
    pub case_id: CaseId,
    pub kind: String,
    pub recipient: String,
    pub subject: String,
    pub body: String,
    pub state: String,
    pub attempts: i32,
    pub created_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl std::fmt::Debug for Model {
    /// Without whom it goes to and what it says.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "mail {} ({}, {})", self.id, self.kind, self.state)
    }
}

/// A report has come.
pub const ACKNOWLEDGEMENT: &str = "acknowledgement";
/// What was decided, for whoever reported.
pub const OUTCOME: &str = "outcome";
/// What was decided and why, for whoever it restricts.
pub const STATEMENT: &str = "statement";
/// What was decided about a complaint.
pub const ANSWER: &str = "answer";
/// Somebody may be in danger, for moderators.
pub const ALARM: &str = "alarm";
/// A case is due soon, for moderators.
pub const REMINDER: &str = "reminder";

/// It is to be sent.
pub const WAITING: &str = "waiting";
/// The mail server has taken it.
pub const SENT: &str = "sent";
/// The mail server would not take it, or could not be reached for days.
pub const FAILED: &str = "failed";

/// One mail.
pub async fn find(db: &impl ConnectionTrait, id: MailId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// The mails about a case, oldest first.
pub async fn list(db: &impl ConnectionTrait, case: CaseId) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::CaseId.eq(case)).order_by_asc(Column::Id).all(db).await
}

/// How many mails of one kind are in one state.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Count {
    /// What they say.
    pub kind: String,
    /// What became of them.
    pub state: String,
    /// How many.
    pub count: i64,
    /// When the last was written.
    pub last: DateTime<Utc>,
}

/// What was sent about a case.
pub async fn count_of_case(db: &impl ConnectionTrait, case: CaseId) -> Result<Vec<Count>, DbErr> {
    Entity::find()
        .select_only()
        .column(Column::Kind)
        .column(Column::State)
        .column_as(Column::Id.count(), "count")
        .column_as(Column::CreatedAt.max(), "last")
        .filter(Column::CaseId.eq(case))
        .group_by(Column::Kind)
        .group_by(Column::State)
        .order_by_asc(Column::Kind)
        .order_by_asc(Column::State)
        .into_model()
        .all(db)
        .await
}

/// Adds mails.
pub async fn insert(tx: &DatabaseTransaction, rows: Vec<Model>) -> Result<(), DbErr> {
    if !rows.is_empty() {
        let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
        Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// A mail has ended in this state: nothing is kept of what it said and to whom.
pub async fn end(tx: &DatabaseTransaction, id: MailId, state: &str, now: DateTime<Utc>) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(state))
        .col_expr(Column::Recipient, Expr::value(""))
        .col_expr(Column::Subject, Expr::value(""))
        .col_expr(Column::Body, Expr::value(""))
        .col_expr(Column::EndedAt, Expr::value(Some(now)))
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// A mail could not be sent so often.
pub async fn count_attempts(tx: &DatabaseTransaction, id: MailId, attempts: i32) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::Attempts, Expr::value(attempts))
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}
