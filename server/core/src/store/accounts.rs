//! Accounts, ours and theirs; `host` is null for ours.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Condition, Expr, Func, LikeExpr, SimpleExpr};
use sea_orm::{
    DatabaseTransaction, ExprTrait, FromQueryResult, IntoActiveModel, QueryOrder, QuerySelect, QueryTrait,
};

use super::{
    Page, blocks, favourites, follows, list_members, measures, memberships, mutes, oauth_tokens, posts,
    sessions,
};

use crate::domain::ids::{AccountId, InstitutionId};
use crate::domain::moderation::Measure;
use crate::domain::policy::Policy;
use crate::domain::post::Visibility;

/// A row of `accounts`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "accounts")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccountId,
    pub institution_id: Option<InstitutionId>,
    pub username: String,
    pub domain: String,
    pub host: Option<String>,
    pub uri: String,
    pub url: String,
    pub kind: String,
    pub display_name: String,
    pub note: String,
    pub note_source: String,
    pub fields: String,
    pub emojis: Option<String>,
    pub avatar: Option<String>,
    pub avatar_description: String,
    pub header: Option<String>,
    pub header_description: String,
    pub inbox: String,
    pub shared_inbox: Option<String>,
    pub followers: Option<String>,
    pub featured: Option<String>,
    pub locked: bool,
    pub discoverable: bool,
    pub indexable: bool,
    pub hide_collections: bool,
    pub default_visibility: Visibility,
    pub default_sensitive: bool,
    pub default_language: Option<String>,
    pub default_quote_policy: String,
    pub followers_count: i64,
    pub following_count: i64,
    pub posts_count: i64,
    pub last_post_at: Option<DateTime<Utc>>,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub fetched_at: Option<DateTime<Utc>>,
    pub suspended_at: Option<DateTime<Utc>>,
    pub limited_at: Option<DateTime<Utc>>,
    pub shut_out_at: Option<DateTime<Utc>>,
    pub moved_to: Option<String>,
    pub moved_at: Option<DateTime<Utc>>,
    pub suspended_elsewhere: bool,
    pub also_known_as: String,
    pub deleted_at: Option<DateTime<Utc>>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Who may quote a new post of the account, unless it says otherwise.
    pub fn default_quotes(&self) -> Policy {
        Policy::parse(&self.default_quote_policy).unwrap_or(Policy::PUBLIC)
    }
}

impl Model {
    /// Whether it is one of ours.
    pub fn is_ours(&self) -> bool {
        self.host.is_none()
    }

    /// Whether nothing is to be said to it any more.
    pub fn is_gone(&self) -> bool {
        self.deleted_at.is_some()
            || self.suspended_at.is_some()
            || self.shut_out_at.is_some()
            || self.suspended_elsewhere
    }

    /// The handle as clients show it: `press`, or `rita@far.example` for others.
    pub fn acct(&self) -> String {
        if self.is_ours() { self.username.clone() } else { format!("{}@{}", self.username, self.domain) }
    }

    /// The whole handle, ours too: `press@city.example`.
    pub fn handle(&self) -> String {
        format!("{}@{}", self.username, self.domain)
    }

    /// The name to show.
    pub fn name(&self) -> &str {
        if self.display_name.is_empty() { &self.username } else { &self.display_name }
    }

    /// Whether it speaks for the server itself and is shown to nobody.
    pub fn is_instance(&self) -> bool {
        self.is_ours() && self.kind == "application"
    }
}

/// One account.
pub async fn find(db: &impl ConnectionTrait, id: AccountId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// The accounts with these ids, in no order.
pub async fn list_by_ids(db: &impl ConnectionTrait, ids: Vec<AccountId>) -> Result<Vec<Model>, DbErr> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    Entity::find().filter(Column::Id.is_in(ids)).all(db).await
}

/// Our account of that name, in any case; not the instance actor.
pub async fn find_ours(db: &impl ConnectionTrait, username: &str) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Expr::expr(Func::lower(Expr::col(Column::Username))).eq(username.to_lowercase()))
        .filter(Column::Host.is_null())
        .filter(Column::Kind.ne("application"))
        .one(db)
        .await
}

/// The account that speaks for the server itself.
pub async fn find_instance(db: &impl ConnectionTrait) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::Host.is_null()).filter(Column::Kind.eq("application")).one(db).await
}

/// Their account with that handle.
pub async fn find_theirs(
    db: &impl ConnectionTrait,
    username: &str,
    domain: &str,
) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Expr::expr(Func::lower(Expr::col(Column::Username))).eq(username.to_lowercase()))
        .filter(Column::Domain.eq(domain))
        .filter(Column::Host.is_not_null())
        .one(db)
        .await
}

/// The account with that address.
pub async fn find_by_uri(db: &impl ConnectionTrait, uri: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::Uri.eq(uri)).one(db).await
}

/// The accounts with these addresses, in no order.
pub async fn list_by_uris(db: &impl ConnectionTrait, uris: Vec<String>) -> Result<Vec<Model>, DbErr> {
    if uris.is_empty() {
        return Ok(vec![]);
    }
    Entity::find().filter(Column::Uri.is_in(uris)).all(db).await
}

/// The account with that address or page; not the instance actor.
pub async fn find_at(db: &impl ConnectionTrait, address: &str) -> Result<Option<Model>, DbErr> {
    let by = |column: Column| {
        Entity::find().filter(column.eq(address)).filter(Column::DeletedAt.is_null()).limit(1)
    };
    let found = match by(Column::Uri).one(db).await? {
        Some(account) => Some(account),
        None => by(Column::Url).one(db).await?,
    };
    Ok(found.filter(|account| !account.is_instance()))
}

/// Our accounts as visitors see them, in the order of their names.
pub async fn list_ours(db: &impl ConnectionTrait) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::Host.is_null())
        .filter(Column::Kind.ne("application"))
        .filter(Column::DeletedAt.is_null())
        .order_by_asc(Column::DisplayName)
        .all(db)
        .await
}

/// How many accounts of ours there are.
pub async fn count_ours(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    Entity::find()
        .filter(Column::Host.is_null())
        .filter(Column::Kind.ne("application"))
        .filter(Column::DeletedAt.is_null())
        .count(db)
        .await
}

/// How many accounts of ours posted after `since`, or had a member who signed in or used a client program then. What ends a
/// session or takes a token away also takes it out of the count: nothing is written down to be counted.
pub async fn count_active(db: &impl ConnectionTrait, since: DateTime<Utc>) -> Result<u64, DbErr> {
    let used = oauth_tokens::Entity::find()
        .select_only()
        .column(oauth_tokens::Column::AccountId)
        .filter(oauth_tokens::Column::UsedAt.gt(since))
        .filter(oauth_tokens::Column::AccountId.is_not_null())
        .into_query();
    let signed_in = sessions::Entity::find()
        .select_only()
        .column(sessions::Column::PersonId)
        .filter(sessions::Column::CreatedAt.gt(since))
        .into_query();
    let worked_for = memberships::Entity::find()
        .select_only()
        .column(memberships::Column::AccountId)
        .filter(memberships::Column::PersonId.in_subquery(signed_in))
        .into_query();
    Entity::find()
        .filter(Column::Host.is_null())
        .filter(Column::Kind.ne("application"))
        .filter(Column::DeletedAt.is_null())
        .filter(
            Column::LastPostAt
                .gt(since)
                .or(Column::Id.in_subquery(used))
                .or(Column::Id.in_subquery(worked_for)),
        )
        .count(db)
        .await
}

/// Accounts that a person runs, with their role in each.
pub async fn list_of_person(
    db: &impl ConnectionTrait,
    person: crate::domain::ids::PersonId,
) -> Result<Vec<(Model, memberships::Model)>, DbErr> {
    let memberships = memberships::list_of_person(db, person).await?;
    let mut accounts: std::collections::HashMap<_, _> =
        list_by_ids(db, memberships.iter().map(|m| m.account_id).collect())
            .await?
            .into_iter()
            .map(|account| (account.id, account))
            .collect();
    let mut list: Vec<_> =
        memberships.into_iter().filter_map(|m| Some((accounts.remove(&m.account_id)?, m))).collect();
    list.sort_by(|a, b| a.0.name().cmp(b.0.name()));
    Ok(list)
}

/// Known accounts whose handle or name begins with `text`, those that `asker` follows first.
pub async fn search(
    db: &impl ConnectionTrait,
    asker: Option<AccountId>,
    text: &str,
    following_only: bool,
    limit: u64,
    offset: u64,
) -> Result<Vec<Model>, DbErr> {
    let text = text.trim().trim_start_matches('@').to_lowercase();
    let (name, domain) = text.split_once('@').unwrap_or((text.as_str(), ""));
    let starts = |text: &str| format!("{}%", text.replace(['\\', '%', '_'], ""));
    let lower = |column: Column| Expr::expr(Func::lower(Expr::col((Entity, column))));
    let mut select = Entity::find()
        .filter(Column::DeletedAt.is_null())
        .filter(Column::SuspendedAt.is_null())
        .filter(Expr::col((Entity, Column::Kind)).ne("application").or(Column::Host.is_not_null()));
    select = if domain.is_empty() {
        select.filter(
            lower(Column::Username).like(starts(name)).or(lower(Column::DisplayName).like(starts(name))),
        )
    } else {
        select.filter(lower(Column::Username).eq(name)).filter(Column::Domain.like(starts(domain)))
    };
    if let Some(asker) = asker {
        let followed = follows::followed_by(asker);
        select = if following_only {
            select.filter(Column::Id.in_subquery(followed))
        } else {
            select.order_by_desc(Column::Id.in_subquery(followed))
        };
    }
    select
        .order_by_desc(Column::Host.is_null())
        .order_by_desc(Column::FollowersCount)
        .order_by_asc(Column::Id)
        .limit(limit)
        .offset(offset)
        .all(db)
        .await
}

/// Accounts that follow `account`, newest follow first.
pub async fn list_followers(
    db: &impl ConnectionTrait,
    account: AccountId,
    page: &Page,
) -> Result<Vec<(i64, Model)>, DbErr> {
    let rows = follows::list_followers(db, account, page).await?;
    with_cursor(db, rows.into_iter().map(|row| (row.id.0, row.follower_id)).collect()).await
}

/// Accounts that `account` follows, newest follow first.
pub async fn list_following(
    db: &impl ConnectionTrait,
    account: AccountId,
    page: &Page,
) -> Result<Vec<(i64, Model)>, DbErr> {
    let rows = follows::list_following(db, account, page).await?;
    with_cursor(db, rows.into_iter().map(|row| (row.id.0, row.followed_id)).collect()).await
}

/// Accounts that ask to follow `account`, newest first.
pub async fn list_requests(
    db: &impl ConnectionTrait,
    account: AccountId,
    page: &Page,
) -> Result<Vec<(i64, Model)>, DbErr> {
    let rows = follows::list_requests(db, account, page).await?;
    with_cursor(db, rows.into_iter().map(|row| (row.id.0, row.follower_id)).collect()).await
}

/// Accounts that `account` blocks, newest first.
pub async fn list_blocked(
    db: &impl ConnectionTrait,
    account: AccountId,
    page: &Page,
) -> Result<Vec<(i64, Model)>, DbErr> {
    let rows = blocks::list(db, account, page).await?;
    with_cursor(db, rows.into_iter().map(|row| (row.id.0, row.target_id)).collect()).await
}

/// Accounts that `account` mutes, newest first, with the end of the mute.
pub async fn list_muted(
    db: &impl ConnectionTrait,
    account: AccountId,
    page: &Page,
) -> Result<Vec<(i64, Model, mutes::Model)>, DbErr> {
    let rows = mutes::list(db, account, page).await?;
    let accounts = with_cursor(db, rows.iter().map(|row| (row.id.0, row.target_id)).collect()).await?;
    let mut by_cursor: std::collections::HashMap<i64, mutes::Model> =
        rows.into_iter().map(|row| (row.id.0, row)).collect();
    Ok(accounts
        .into_iter()
        .filter_map(|(cursor, account)| Some((cursor, account, by_cursor.remove(&cursor)?)))
        .collect())
}

/// Accounts that like a post, newest first.
pub async fn list_favouriting(
    db: &impl ConnectionTrait,
    post: crate::domain::ids::PostId,
    page: &Page,
) -> Result<Vec<(i64, Model)>, DbErr> {
    let rows = favourites::list_of_post(db, post, page).await?;
    with_cursor(db, rows.into_iter().map(|row| (row.id.0, row.account_id)).collect()).await
}

/// Accounts that boosted a post for everybody to see, newest first.
pub async fn list_boosting(
    db: &impl ConnectionTrait,
    post: crate::domain::ids::PostId,
    page: &Page,
) -> Result<Vec<(i64, Model)>, DbErr> {
    let rows = posts::list_boosts_of(db, post, page).await?;
    with_cursor(db, rows.into_iter().map(|row| (row.id.0, row.author_id)).collect()).await
}

/// Accounts on a list, the last added first; all of them where `page` is none.
pub async fn list_of_list(
    db: &impl ConnectionTrait,
    list: crate::domain::ids::ListId,
    page: Option<&Page>,
) -> Result<Vec<(i64, Model)>, DbErr> {
    let rows = list_members::list(db, list, page).await?;
    with_cursor(db, rows.into_iter().map(|row| (row.id.0, row.account_id)).collect()).await
}

/// The accounts behind a list of (cursor, id), in its order.
async fn with_cursor(
    db: &impl ConnectionTrait,
    rows: Vec<(i64, AccountId)>,
) -> Result<Vec<(i64, Model)>, DbErr> {
    let accounts: std::collections::HashMap<_, _> = list_by_ids(db, rows.iter().map(|row| row.1).collect())
        .await?
        .into_iter()
        .map(|account| (account.id, account))
        .collect();
    Ok(rows.into_iter().filter_map(|(cursor, id)| Some((cursor, accounts.get(&id)?.clone()))).collect())
}

/// Adds an account.
pub async fn insert(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::insert(tx, row).await
}

/// Replaces a row as a whole (but for its counters and its id), and counts its version up.
pub async fn update(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    let id = row.id;
    let version = row.version + 1;
    let mut row = row.into_active_model().reset_all();
    for counter in [Column::FollowersCount, Column::FollowingCount, Column::PostsCount] {
        row.not_set(counter);
    }
    // What moderators decide is written by itself: who read the row before must not write it back.
    for decided in [Column::SuspendedAt, Column::LimitedAt, Column::ShutOutAt] {
        row.not_set(decided);
    }
    row.not_set(Column::Id);
    row.not_set(Column::LastPostAt);
    row.version = sea_orm::Set(version);
    Entity::update_many().set(row).filter(Column::Id.eq(id)).exec(tx).await?;
    Ok(())
}

/// Moves a counter by `by`, never below zero.
async fn count(tx: &DatabaseTransaction, id: AccountId, column: Column, by: i64) -> Result<(), DbErr> {
    Entity::update_many().col_expr(column, moved(column, by)).filter(Column::Id.eq(id)).exec(tx).await?;
    Ok(())
}

fn moved(column: Column, by: i64) -> SimpleExpr {
    let moved = Expr::col(column).add(by);
    Expr::case(moved.clone().lt(0), 0).finally(moved).into()
}

/// Counts a follow of `followed` by `follower`, or its end.
pub async fn count_follow(
    tx: &DatabaseTransaction,
    follower: AccountId,
    followed: AccountId,
    by: i64,
) -> Result<(), DbErr> {
    count(tx, followed, Column::FollowersCount, by).await?;
    count(tx, follower, Column::FollowingCount, by).await
}

/// Counts a new post, or one that is gone.
pub async fn count_post(
    tx: &DatabaseTransaction,
    author: AccountId,
    by: i64,
    at: Option<DateTime<Utc>>,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::PostsCount, moved(Column::PostsCount, by))
        .apply_if(at, |update, at| update.col_expr(Column::LastPostAt, Expr::value(at)))
        .filter(Column::Id.eq(author))
        .exec(tx)
        .await?;
    Ok(())
}

/// Remembers that an account was looked at again.
pub async fn mark_fetched(tx: &DatabaseTransaction, id: AccountId, at: DateTime<Utc>) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::FetchedAt, Expr::value(at))
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Leaves only the address of an account.
pub async fn mark_deleted(tx: &DatabaseTransaction, id: AccountId, at: DateTime<Utc>) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::DeletedAt, Expr::value(at))
        .col_expr(Column::DisplayName, Expr::value(""))
        .col_expr(Column::Note, Expr::value(""))
        .col_expr(Column::Fields, Expr::value("[]"))
        .col_expr(Column::Avatar, Expr::value(None::<String>))
        .col_expr(Column::Header, Expr::value(None::<String>))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Who has one of these as their personal inbox.
pub async fn list_by_inboxes(db: &impl ConnectionTrait, inboxes: Vec<String>) -> Result<Vec<Model>, DbErr> {
    if inboxes.is_empty() {
        return Ok(vec![]);
    }
    Entity::find().filter(Column::Inbox.is_in(inboxes)).filter(Column::Host.is_not_null()).all(db).await
}

/// The account with that personal inbox.
pub async fn find_by_inbox(db: &impl ConnectionTrait, inbox: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::Inbox.eq(inbox)).filter(Column::Host.is_not_null()).one(db).await
}

/// Accounts of a host that share this inbox, follow one of ours and were not looked at since `before`; those first that
/// were looked at the longest ago.
pub async fn list_sharing(
    db: &impl ConnectionTrait,
    host: &str,
    inbox: &str,
    before: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    sharing(host, inbox)
        .filter(Column::FetchedAt.lt(before))
        .order_by_asc(Column::FetchedAt)
        .limit(limit)
        .all(db)
        .await
}

/// Whether an inbox of a host is still that of somebody who follows one of ours.
pub async fn is_inbox_of_follower(db: &impl ConnectionTrait, host: &str, inbox: &str) -> Result<bool, DbErr> {
    let own = Entity::find().filter(Column::Inbox.eq(inbox)).filter(Column::DeletedAt.is_null());
    Ok(own.one(db).await?.is_some() || sharing(host, inbox).one(db).await?.is_some())
}

fn sharing(host: &str, inbox: &str) -> Select<Entity> {
    let follow = follows::Entity::find().select_only().column(follows::Column::FollowerId);
    Entity::find()
        .filter(Column::Host.eq(host))
        .filter(Column::SharedInbox.eq(inbox))
        .filter(Column::DeletedAt.is_null())
        .filter(
            Column::Id.in_subquery(follow.filter(follows::Column::State.eq(follows::ACCEPTED)).into_query()),
        )
}

/// Suspends an account, or ends that.
pub async fn set_suspended(
    tx: &DatabaseTransaction,
    id: AccountId,
    at: Option<DateTime<Utc>>,
) -> Result<(), DbErr> {
    let set = Entity::update_many().col_expr(Column::SuspendedAt, Expr::value(at));
    set.filter(Column::Id.eq(id)).exec(tx).await?;
    Ok(())
}

/// Limits an account, or ends that.
pub async fn set_limited(
    tx: &DatabaseTransaction,
    id: AccountId,
    at: Option<DateTime<Utc>>,
) -> Result<(), DbErr> {
    let set = Entity::update_many().col_expr(Column::LimitedAt, Expr::value(at));
    set.filter(Column::Id.eq(id)).exec(tx).await?;
    Ok(())
}

/// The accounts that were suspended here, or whose host is shut out, for a subquery.
pub(crate) fn suspended() -> sea_orm::sea_query::SelectStatement {
    Entity::find()
        .select_only()
        .column(Column::Id)
        // Word for word as in the index that holds just these.
        .filter(Expr::cust("accounts.suspended_at IS NOT NULL OR accounts.shut_out_at IS NOT NULL"))
        .into_query()
}

/// The accounts that are shown only to those who look for them, for a subquery.
pub(crate) fn limited() -> sea_orm::sea_query::SelectStatement {
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Expr::cust("accounts.limited_at IS NOT NULL"))
        .into_query()
}

/// Of a domain: its own host and all below it, on whatever port.
fn of_domain(name: &str) -> Condition {
    let escaped = name.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let like = |pattern: String| Column::Host.like(LikeExpr::new(pattern).escape('\\'));
    Condition::any()
        .add(Column::Host.eq(name))
        .add(like(format!("{escaped}:%")))
        .add(like(format!("%.{escaped}")))
        .add(like(format!("%.{escaped}:%")))
}

/// What a mark on all accounts of a domain says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Nothing of them is shown.
    ShutOut,
    /// They are shown only to those who look for them.
    Limited,
}

impl Mark {
    fn column(self) -> Column {
        match self {
            Mark::ShutOut => Column::ShutOutAt,
            Mark::Limited => Column::LimitedAt,
        }
    }
}

/// Marks accounts of a domain that are not marked yet, or takes the mark away; at most `limit`. Says how many there were.
///
/// The mark stays where something else asks for it: another decision about a domain below (`except`), or one about the
/// account itself.
pub async fn mark_domain(
    tx: &DatabaseTransaction,
    name: &str,
    except: &[String],
    mark: Mark,
    at: Option<DateTime<Utc>>,
    limit: u64,
) -> Result<u64, DbErr> {
    let column = mark.column();
    let as_before = if at.is_some() { column.is_null() } else { column.is_not_null() };
    let some = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(of_domain(name))
        .filter(except.iter().fold(Condition::all(), |all, below| all.add(of_domain(below).not())))
        .filter(as_before)
        .apply_if((at.is_none() && mark == Mark::Limited).then_some(()), |select, ()| {
            select.filter(Column::Id.not_in_subquery(measures::accounts_under(Measure::Limit)))
        })
        .limit(limit)
        .into_tuple::<AccountId>()
        .all(tx)
        .await?;
    if some.is_empty() {
        return Ok(0);
    }
    let set = Entity::update_many().col_expr(column, Expr::value(at)).filter(Column::Id.is_in(some));
    Ok(set.exec(tx).await?.rows_affected)
}

/// Which accounts moderators look for.
#[derive(Clone, Debug, Default)]
pub struct ForModerators {
    /// Only ours.
    pub ours: bool,
    /// Only those of others.
    pub theirs: bool,
    /// Only those that are limited.
    pub limited: bool,
    /// Only those that are suspended, or whose domain is shut out.
    pub suspended: bool,
    /// Only those of that name.
    pub username: Option<String>,
    /// Only those of that domain.
    pub domain: Option<String>,
}

/// Accounts that moderators look for, the newest first.
pub async fn list_for_moderators(
    db: &impl ConnectionTrait,
    which: &ForModerators,
    page: &Page,
) -> Result<Vec<Model>, DbErr> {
    let mut select = Entity::find()
        .filter(Column::DeletedAt.is_null())
        .filter(Column::Kind.ne("application").or(Column::Host.is_not_null()));
    if which.ours {
        select = select.filter(Column::Host.is_null());
    }
    if which.theirs {
        select = select.filter(Column::Host.is_not_null());
    }
    if which.limited {
        select = select.filter(Column::LimitedAt.is_not_null());
    }
    if which.suspended {
        select = select.filter(Column::Id.in_subquery(suspended()));
    }
    if let Some(name) = &which.username {
        let lower = Expr::expr(Func::lower(Expr::col(Column::Username)));
        select = select.filter(lower.eq(name.to_lowercase()));
    }
    if let Some(domain) = &which.domain {
        select = select.filter(Column::Domain.eq(domain.to_lowercase()));
    }
    Ok(page.in_order(page.apply(select, Column::Id).all(db).await?))
}

/// What we know of one host elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct HostCount {
    /// The host.
    pub host: String,
    /// How many of its accounts.
    pub accounts: i64,
    /// How many posts of these are shown.
    pub posts: i64,
}

/// How many accounts and posts of each host we know, hosts in no order: read from the index, for all of them at once.
pub async fn count_by_host(db: &impl ConnectionTrait) -> Result<Vec<HostCount>, DbErr> {
    Entity::find()
        .select_only()
        .column(Column::Host)
        .column_as(Column::Id.count(), "accounts")
        // A sum of numbers is a decimal to PostgreSQL.
        .column_as(Expr::col(Column::PostsCount).sum().cast_as("BIGINT"), "posts")
        .filter(Column::Host.is_not_null())
        .group_by(Column::Host)
        .into_model()
        .all(db)
        .await
}

/// The accounts that their own servers have suspended, for a subquery.
pub(crate) fn suspended_elsewhere() -> sea_orm::sea_query::SelectStatement {
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Expr::cust("accounts.suspended_elsewhere"))
        .into_query()
}
