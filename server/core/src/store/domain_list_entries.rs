//! What lists of domains say.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{DatabaseTransaction, FromQueryResult, IntoActiveModel, QueryOrder, QuerySelect, QueryTrait};

use crate::domain::blocklist::{Entry, Severity};
use crate::domain::ids::RowId;

/// A row of `domain_list_entries`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "domain_list_entries")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub list_id: RowId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub severity: String,
    pub reject_media: bool,
    pub reject_reports: bool,
    pub public_reason: String,
    pub state: String,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// It waits for a person.
pub const OPEN: &str = "open";
/// It was taken over, and the list says it no longer: a person may lift it.
pub const GONE: &str = "gone";
/// It is as decided here.
pub const TAKEN: &str = "taken";
/// Nobody here wants it.
pub const DISMISSED: &str = "dismissed";

impl Model {
    /// What a list says, with what becomes of it.
    pub fn new(list: RowId, entry: &Entry, state: &str) -> Model {
        Model {
            list_id: list,
            name: entry.name.clone(),
            severity: entry.severity.name().into(),
            reject_media: entry.reject_media,
            reject_reports: entry.reject_reports,
            public_reason: entry.public_reason.clone(),
            state: state.into(),
        }
    }

    /// What the list says.
    pub fn entry(&self) -> Entry {
        Entry {
            name: self.name.clone(),
            severity: Severity::parse(&self.severity).unwrap_or(Severity::Noop),
            reject_media: self.reject_media,
            reject_reports: self.reject_reports,
            public_reason: self.public_reason.clone(),
        }
    }
}

/// With the words themselves: only so is the index used that holds just these.
fn waiting() -> sea_orm::sea_query::SimpleExpr {
    Expr::cust("domain_list_entries.state IN ('open', 'gone')")
}

/// All that a list said, in no order.
pub async fn list(db: &impl ConnectionTrait, list: RowId) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::ListId.eq(list)).all(db).await
}

/// What waits for a person, after the domain `after`, in the order of the names.
pub async fn list_waiting(
    db: &impl ConnectionTrait,
    list: RowId,
    after: Option<String>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(waiting())
        .filter(Column::ListId.eq(list))
        .apply_if(after, |select, after| select.filter(Column::Name.gt(after)))
        .order_by_asc(Column::Name)
        .limit(limit)
        .all(db)
        .await
}

/// What waits of these domains.
pub async fn list_waiting_by_names(
    db: &impl ConnectionTrait,
    list: RowId,
    names: Vec<String>,
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(waiting())
        .filter(Column::ListId.eq(list))
        .filter(Column::Name.is_in(names))
        .all(db)
        .await
}

/// How many wait in a list.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Waiting {
    /// The list.
    pub list_id: RowId,
    /// How many.
    pub count: i64,
}

/// How many wait in each list; lists in which nothing does are not named.
pub async fn count_waiting(db: &impl ConnectionTrait) -> Result<Vec<Waiting>, DbErr> {
    Entity::find()
        .select_only()
        .column(Column::ListId)
        .column_as(Column::Name.count(), "count")
        .filter(waiting())
        .group_by(Column::ListId)
        .into_model()
        .all(db)
        .await
}

/// Writes down what a list says, in the place of what it said before.
pub async fn put_all(tx: &DatabaseTransaction, rows: Vec<Model>) -> Result<(), DbErr> {
    if rows.is_empty() {
        return Ok(());
    }
    let columns =
        [Column::Severity, Column::RejectMedia, Column::RejectReports, Column::PublicReason, Column::State];
    let replace = OnConflict::columns([Column::ListId, Column::Name]).update_columns(columns).to_owned();
    Entity::insert_many(rows.into_iter().map(IntoActiveModel::into_active_model))
        .on_conflict(replace)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Writes down what became of entries.
pub async fn set_state(
    tx: &DatabaseTransaction,
    list: RowId,
    names: Vec<String>,
    state: &str,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(state))
        .filter(Column::ListId.eq(list))
        .filter(Column::Name.is_in(names))
        .exec(tx)
        .await?;
    Ok(())
}

/// Forgets entries.
pub async fn delete(tx: &DatabaseTransaction, list: RowId, names: Vec<String>) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::ListId.eq(list)).filter(Column::Name.is_in(names)).exec(tx).await?;
    Ok(())
}

/// Forgets all entries of a list.
pub async fn delete_of_list(tx: &DatabaseTransaction, list: RowId) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::ListId.eq(list)).exec(tx).await?;
    Ok(())
}
