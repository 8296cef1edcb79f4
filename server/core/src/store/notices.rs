//! What people, servers and authorities say is wrong.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, Func};
use sea_orm::{
    DatabaseTransaction, ExprTrait, FromQueryResult, PaginatorTrait, QueryOrder, QuerySelect, QueryTrait,
};

use super::{accounts, case_links};

use crate::domain::ids::{AccountId, CaseId, NoticeId, PersonId, ReportId, first_at};
use crate::domain::moderation::PEOPLE;

/// A row of `notices`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "notices")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NoticeId,
    pub case_id: CaseId,
    pub source: String,
    pub reporter_id: Option<AccountId>,
    pub report_id: Option<ReportId>,
    pub person_id: Option<PersonId>,
    pub name: String,
    pub email: String,
    pub locale: String,
    pub question: String,
    pub text: String,
    pub is_trusted: bool,
    pub ticket: Option<String>,
    pub link_hash: Option<String>,
    pub created_at: DateTime<Utc>,
    pub confirm_hash: Option<String>,
    pub confirm_until: Option<DateTime<Utc>>,
    pub confirmed_at: Option<DateTime<Utc>>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// One of ours, by the client API.
pub const CLIENT: &str = "client";
/// Another server.
pub const SERVER: &str = "server";
/// Anybody, by the form.
pub const FORM: &str = "form";
/// By mail or letter, typed in by staff.
pub const LETTER: &str = "letter";
/// An authority's order, typed in by staff.
pub const AUTHORITY: &str = "authority";
/// Staff itself.
pub const OWN: &str = "own";

/// The reports of a case, oldest first, at most `limit`.
pub async fn list(db: &impl ConnectionTrait, case: CaseId, limit: u64) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::CaseId.eq(case)).order_by_asc(Column::Id).limit(limit).all(db).await
}

/// Those reports of a case that have these ids, oldest first.
pub async fn list_of_case(
    db: &impl ConnectionTrait,
    case: CaseId,
    ids: Vec<NoticeId>,
) -> Result<Vec<Model>, DbErr> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let select = Entity::find().filter(Column::CaseId.eq(case)).filter(Column::Id.is_in(ids));
    select.order_by_asc(Column::Id).all(db).await
}

/// How many reports an account has sent since then, or where there is none, whoever has that mail address.
pub async fn count_since(
    db: &impl ConnectionTrait,
    reporter: Option<AccountId>,
    email: &str,
    since: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let whose = match reporter {
        Some(account) => Column::ReporterId.eq(account),
        None => Expr::expr(Func::lower(Expr::col(Column::Email))).eq(email.to_lowercase()),
    };
    Entity::find().filter(Column::Id.gte(first_at(since))).filter(whose).count(db).await
}

/// The reports that a secret link leads to, oldest first: one for each address that was named.
pub async fn list_by_link(db: &impl ConnectionTrait, link_hash: &str) -> Result<Vec<Model>, DbErr> {
    let first = case_links::resolve(db, link_hash).await?;
    Entity::find().filter(Column::LinkHash.eq(first)).order_by_asc(Column::Id).all(db).await
}

/// The reports whose address is confirmed by a secret link, oldest first.
pub async fn list_by_confirmation(
    db: &impl ConnectionTrait,
    confirm_hash: &str,
) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::ConfirmHash.eq(confirm_hash)).order_by_asc(Column::Id).all(db).await
}

/// Whether somebody other than staff has reported the object of a case.
pub async fn is_reported(db: &impl ConnectionTrait, case: CaseId) -> Result<bool, DbErr> {
    let found = Entity::find().filter(Column::CaseId.eq(case)).filter(Column::Source.ne(OWN)).one(db).await?;
    Ok(found.is_some())
}

/// One report.
pub async fn find(db: &impl ConnectionTrait, id: NoticeId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

impl Model {
    /// The address at which whoever reported is answered: a confirmed one, or one that staff has typed in. For one of ours
    /// it is that of the person.
    pub fn answer_to(&self) -> Option<&str> {
        let is_theirs = self.confirmed_at.is_some() || [LETTER, AUTHORITY].contains(&self.source.as_str());
        Some(self.email.as_str()).filter(|email| is_theirs && !email.is_empty())
    }
}

/// The reports of a case that can be answered, after `after` and at most `limit`, oldest first; of each reporter the first.
pub async fn list_to_answer(
    db: &impl ConnectionTrait,
    case: CaseId,
    after: Option<NoticeId>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    let typed = Column::Source.is_in([LETTER, AUTHORITY]).or(Column::ConfirmedAt.is_not_null());
    let by_mail = Column::Email.ne("").and(typed);
    let of_ours = Column::Source.eq(CLIENT).and(Column::PersonId.is_not_null());
    let people = accounts::Entity::find()
        .select_only()
        .column(accounts::Column::Id)
        .filter(accounts::Column::Kind.is_in(PEOPLE))
        .into_query();
    let elsewhere = Column::Source.eq(SERVER).and(Column::ReporterId.in_subquery(people));
    let first = Entity::find()
        .select_only()
        .column_as(Column::Id.min(), "first")
        .filter(Column::CaseId.eq(case))
        .filter(by_mail.or(of_ours).or(elsewhere))
        .group_by(Column::Source)
        .group_by(Expr::expr(Func::lower(Expr::col(Column::Email))))
        .group_by(Column::ReporterId)
        .into_query();
    Entity::find()
        .filter(Column::Id.in_subquery(first))
        .apply_if(after, |select, after| select.filter(Column::Id.gt(after)))
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db)
        .await
}

/// The address of these reports is that of whoever reported.
pub async fn confirm(tx: &DatabaseTransaction, confirm_hash: &str, now: DateTime<Utc>) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::ConfirmedAt, Expr::value(Some(now)))
        .filter(Column::ConfirmHash.eq(confirm_hash))
        .filter(Column::ConfirmedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Gives a report a number and a secret link that came without.
pub async fn set_link(
    tx: &DatabaseTransaction,
    id: NoticeId,
    ticket: &str,
    link_hash: &str,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::Ticket, Expr::value(Some(ticket)))
        .col_expr(Column::LinkHash, Expr::value(Some(link_hash)))
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// The first report of each of these cases.
pub async fn list_first_of_cases(db: &impl ConnectionTrait, cases: Vec<CaseId>) -> Result<Vec<Model>, DbErr> {
    if cases.is_empty() {
        return Ok(vec![]);
    }
    let first = Entity::find()
        .select_only()
        .column_as(Column::Id.min(), "first")
        .filter(Column::CaseId.is_in(cases))
        .group_by(Column::CaseId)
        .into_query();
    Entity::find().filter(Column::Id.in_subquery(first)).all(db).await
}

/// How many reports of a case came by one way.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct SourceCount {
    /// The case.
    pub case_id: CaseId,
    /// The way.
    pub source: String,
    /// How many.
    pub count: i64,
}

/// By which ways the reports of these cases came, with how many.
pub async fn count_by_source(
    db: &impl ConnectionTrait,
    cases: Vec<CaseId>,
) -> Result<Vec<SourceCount>, DbErr> {
    if cases.is_empty() {
        return Ok(vec![]);
    }
    Entity::find()
        .select_only()
        .column(Column::CaseId)
        .column(Column::Source)
        .column_as(Column::Id.count(), "count")
        .filter(Column::CaseId.is_in(cases))
        .group_by(Column::CaseId)
        .group_by(Column::Source)
        .order_by_asc(Column::Source)
        .into_model()
        .all(db)
        .await
}

/// One way by which reports of a case came, and since when.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Origin {
    /// The case.
    pub case_id: CaseId,
    /// The way.
    pub source: String,
    /// Whether a trusted flagger wrote.
    pub is_trusted: bool,
    /// When the first of them came.
    pub first_at: DateTime<Utc>,
}

/// By which ways the reports of these cases came.
pub async fn list_origins(db: &impl ConnectionTrait, cases: Vec<CaseId>) -> Result<Vec<Origin>, DbErr> {
    if cases.is_empty() {
        return Ok(vec![]);
    }
    Entity::find()
        .select_only()
        .column(Column::CaseId)
        .column(Column::Source)
        .column(Column::IsTrusted)
        .column_as(Column::CreatedAt.min(), "first_at")
        .filter(Column::CaseId.is_in(cases))
        .group_by(Column::CaseId)
        .group_by(Column::Source)
        .group_by(Column::IsTrusted)
        .into_model()
        .all(db)
        .await
}

/// Who reported in a case, where they said their name.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Named {
    /// The case.
    pub case_id: CaseId,
    /// The name.
    pub name: String,
}

/// The names of those who reported in these cases, at most `limit`.
pub async fn list_names(
    db: &impl ConnectionTrait,
    cases: Vec<CaseId>,
    limit: u64,
) -> Result<Vec<Named>, DbErr> {
    if cases.is_empty() {
        return Ok(vec![]);
    }
    Entity::find()
        .select_only()
        .column(Column::CaseId)
        .column(Column::Name)
        .filter(Column::CaseId.is_in(cases))
        .filter(Column::Name.ne(""))
        .distinct()
        .limit(limit)
        .into_model()
        .all(db)
        .await
}

/// Adds a report.
pub async fn insert(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::insert(tx, row).await
}
