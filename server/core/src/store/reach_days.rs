//! Sums of what posts reached, for each day.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{CaseStatement, Expr, OnConflict};
use sea_orm::{
    DatabaseTransaction, ExprTrait, FromQueryResult, IntoActiveModel, QueryOrder, QuerySelect, Select,
};

use crate::domain::ids::AccountId;

/// A row of `reach_days`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "reach_days")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub measure: String,
    pub amount: i64,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A sum over an account itself.
pub const ACCOUNT: &str = "account";
/// A sum over one post.
pub const POST: &str = "post";
/// A sum over the posts with a hashtag.
pub const TAG: &str = "tag";
/// A sum over the posts in a language.
pub const LANGUAGE: &str = "language";

/// A sum over the reactions of one hour of the day, `00` to `23`.
pub const HOUR: &str = "hour";
/// A sum over a campaign address.
pub const LINK: &str = "link";

/// The days from `first` to before `until`, as `2026-10-15`.
#[derive(Clone, Copy, Debug)]
pub struct Days<'a> {
    /// The first.
    pub first: &'a str,
    /// The day after the last.
    pub until: &'a str,
}

/// What one account has of one measure on one day, or over some.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Sum {
    /// Whose.
    pub account_id: AccountId,
    /// The day or what it is about; see the question.
    pub subject: String,
    /// Of what.
    pub measure: String,
    /// How much.
    pub amount: i64,
}

/// What accounts themselves have on each day; the subject is the day.
pub async fn list_of_accounts(
    db: &impl ConnectionTrait,
    accounts: &[AccountId],
    days: Days<'_>,
) -> Result<Vec<Sum>, DbErr> {
    Entity::find()
        .select_only()
        .columns([Column::AccountId, Column::Measure, Column::Amount])
        .column_as(Column::Day, "subject")
        .filter(Column::AccountId.is_in(accounts.to_vec()))
        .filter(Column::Kind.eq(ACCOUNT))
        .filter(within(days))
        .into_model()
        .all(db)
        .await
}

/// What the posts, hashtags or languages of accounts have in all over these days.
pub async fn sum_by_subject(
    db: &impl ConnectionTrait,
    accounts: &[AccountId],
    kind: &str,
    days: Days<'_>,
) -> Result<Vec<Sum>, DbErr> {
    summed(of_kind(accounts, kind, days)).into_model().all(db).await
}

/// The same of those subjects alone, at most `most`, that have most of these measures. What has only what is passed over is
/// left out.
pub async fn sum_of_most(
    db: &impl ConnectionTrait,
    accounts: &[AccountId],
    kind: &str,
    days: Days<'_>,
    by: &[&str],
    passed_over: &str,
    most: u64,
) -> Result<Vec<Sum>, DbErr> {
    let weight = Expr::case(Column::Measure.is_in(by.iter().copied()), Expr::col(Column::Amount)).finally(0);
    let found: Vec<Subject> = of_kind(accounts, kind, days)
        .column(Column::Subject)
        .filter(Column::Measure.ne(passed_over))
        .group_by(Column::Subject)
        .order_by_desc(Expr::expr(weight).sum())
        .order_by_asc(Column::Subject)
        .limit(most)
        .into_model()
        .all(db)
        .await?;
    let subjects: Vec<String> = found.into_iter().map(|found| found.subject).collect();
    let rows = of_kind(accounts, kind, days)
        .filter(Column::Subject.is_in(subjects))
        .filter(Column::Measure.ne(passed_over));
    summed(rows).into_model().all(db).await
}

#[derive(FromQueryResult)]
struct Subject {
    subject: String,
}

fn summed(rows: Select<Entity>) -> Select<Entity> {
    rows.columns([Column::AccountId, Column::Subject, Column::Measure])
        .column_as(Expr::col(Column::Amount).sum().cast_as("BIGINT"), "amount")
        .group_by(Column::AccountId)
        .group_by(Column::Subject)
        .group_by(Column::Measure)
}

fn of_kind(accounts: &[AccountId], kind: &str, days: Days<'_>) -> Select<Entity> {
    Entity::find()
        .select_only()
        .filter(Column::AccountId.is_in(accounts.to_vec()))
        .filter(Column::Kind.eq(kind))
        .filter(within(days))
}

/// What one post, hashtag or language of accounts has on each day.
pub async fn list_of_subject(
    db: &impl ConnectionTrait,
    accounts: &[AccountId],
    kind: &str,
    subject: &str,
    days: Days<'_>,
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::AccountId.is_in(accounts.to_vec()))
        .filter(Column::Kind.eq(kind))
        .filter(Column::Subject.eq(subject))
        .filter(within(days))
        .order_by_asc(Column::Day)
        .all(db)
        .await
}

fn within(days: Days<'_>) -> sea_orm::Condition {
    sea_orm::Condition::all().add(Column::Day.gte(days.first)).add(Column::Day.lt(days.until))
}

/// The first day of which anything is known.
pub async fn first_day(db: &impl ConnectionTrait) -> Result<Option<String>, DbErr> {
    let first = Entity::find().select_only().column(Column::Day).order_by_asc(Column::Day).limit(1);
    first.into_tuple().one(db).await
}

/// Takes away what was found of a day, the `measures` given; what is counted as it happens stays.
pub async fn delete_found(
    tx: &DatabaseTransaction,
    day: &str,
    measures: impl IntoIterator<Item = &'static str>,
) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::Day.eq(day))
        .filter(Column::Measure.is_in(measures))
        .exec(tx)
        .await?;
    Ok(())
}

/// Writes sums down, in place of what is there.
pub async fn put(tx: &DatabaseTransaction, rows: Vec<Model>) -> Result<(), DbErr> {
    write(tx, rows, Expr::col((sea_orm::sea_query::Alias::new("excluded"), Column::Amount))).await
}

/// Adds to what is there.
pub async fn add(tx: &DatabaseTransaction, rows: Vec<Model>) -> Result<(), DbErr> {
    let more = Expr::col((sea_orm::sea_query::Alias::new("excluded"), Column::Amount));
    write(tx, rows, Expr::col((Entity, Column::Amount)).add(more)).await
}

/// Writes sums down where there are none, or smaller ones.
pub async fn put_largest(tx: &DatabaseTransaction, rows: Vec<Model>) -> Result<(), DbErr> {
    let new = || Expr::col((sea_orm::sea_query::Alias::new("excluded"), Column::Amount));
    let old = || Expr::col((Entity, Column::Amount));
    let largest = CaseStatement::new().case(new().gt(old()), new()).finally(old());
    write(tx, rows, largest.into()).await
}

/// What one subject of each of an account has had over all time.
pub async fn sum_of_all_time(
    db: &impl ConnectionTrait,
    account: AccountId,
    kind: &str,
    measure: &str,
) -> Result<Vec<Sum>, DbErr> {
    Entity::find()
        .select_only()
        .columns([Column::AccountId, Column::Subject, Column::Measure])
        .column_as(Expr::col(Column::Amount).sum().cast_as("BIGINT"), "amount")
        .filter(Column::AccountId.eq(account))
        .filter(Column::Kind.eq(kind))
        .filter(Column::Measure.eq(measure))
        .group_by(Column::AccountId)
        .group_by(Column::Subject)
        .group_by(Column::Measure)
        .into_model()
        .all(db)
        .await
}

async fn write(tx: &DatabaseTransaction, rows: Vec<Model>, amount: Expr) -> Result<(), DbErr> {
    /// Six values each; SQLite takes 32,766 in one statement.
    const AT_ONCE: usize = 500;

    for rows in rows.chunks(AT_ONCE) {
        let key = [Column::AccountId, Column::Kind, Column::Day, Column::Subject, Column::Measure];
        Entity::insert_many(rows.iter().cloned().map(IntoActiveModel::into_active_model))
            .on_conflict(OnConflict::columns(key).value(Column::Amount, amount.clone()).to_owned())
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}
