//! Activities that came in, once each.

use chrono::{DateTime, Utc};
use sea_orm::DatabaseTransaction;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;

use crate::domain::ids::IncomingId;

/// A row of `incoming`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "incoming")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: IncomingId,
    pub host: String,
    pub activity_id: String,
    pub actor: String,
    pub kind: String,
    pub body: String,
    pub state: String,
    pub reason: Option<String>,
    pub received_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Stored, not yet worked on.
pub const WAITING: &str = "waiting";
/// Worked on, with effect or without need.
pub const DONE: &str = "done";
/// Not allowed to the sender.
pub const REFUSED: &str = "refused";
/// Of a kind that we do not know.
pub const IGNORED: &str = "ignored";

/// One incoming activity.
pub async fn find(db: &impl ConnectionTrait, id: IncomingId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// Keeps an activity unless it came before; says whether it is new.
pub async fn insert_once(tx: &DatabaseTransaction, row: Model) -> Result<bool, DbErr> {
    super::insert_once(tx, row, [Column::Host, Column::ActivityId]).await
}

/// Says what became of it. The body goes: it was needed for the work alone.
pub async fn mark(
    tx: &DatabaseTransaction,
    id: IncomingId,
    state: &str,
    reason: Option<&str>,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(state))
        .col_expr(Column::Reason, Expr::value(reason))
        .col_expr(Column::Body, Expr::value(""))
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// The activity of a host with that id.
pub async fn find_by_activity(
    db: &impl ConnectionTrait,
    host: &str,
    activity_id: &str,
) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::Host.eq(host)).filter(Column::ActivityId.eq(activity_id)).one(db).await
}

/// An activity came again and is worked on again; says whether it was done with.
pub async fn renew(tx: &DatabaseTransaction, row: &Model) -> Result<bool, DbErr> {
    let renewed = Entity::update_many()
        .col_expr(Column::State, Expr::value(WAITING))
        .col_expr(Column::Body, Expr::value(&row.body))
        .col_expr(Column::ReceivedAt, Expr::value(row.received_at))
        .filter(Column::Host.eq(&row.host))
        .filter(Column::ActivityId.eq(&row.activity_id))
        .filter(Column::State.ne(WAITING))
        .exec(tx)
        .await?;
    Ok(renewed.rows_affected > 0)
}
