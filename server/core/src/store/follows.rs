//! Who follows whom.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, SelectStatement};
use sea_orm::{DatabaseTransaction, ExprTrait, FromQueryResult, JoinType, QuerySelect, QueryTrait};

use super::{Page, accounts};

use crate::domain::ids::{self, AccountId, FollowId};

/// A row of `follows`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "follows")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FollowId,
    pub follower_id: AccountId,
    pub followed_id: AccountId,
    pub state: String,
    pub uri: String,
    pub show_boosts: bool,
    pub notify: bool,
    pub languages: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A follow that waits for an answer.
pub const REQUESTED: &str = "requested";
/// A follow that is.
pub const ACCEPTED: &str = "accepted";

/// Whom an account follows, for a subquery.
pub(crate) fn followed_by(account: AccountId) -> SelectStatement {
    Entity::find()
        .select_only()
        .column(Column::FollowedId)
        .filter(Column::FollowerId.eq(account))
        .filter(Column::State.eq(ACCEPTED))
        .into_query()
}

/// The accepted follow of one account by another, for a subquery.
pub(crate) fn from_to(follower: AccountId, followed: AccountId) -> SelectStatement {
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::FollowerId.eq(follower))
        .filter(Column::FollowedId.eq(followed))
        .filter(Column::State.eq(ACCEPTED))
        .into_query()
}

/// Whose boosts an account wants to see, for a subquery.
pub(crate) fn boosts_wanted_by(account: AccountId) -> SelectStatement {
    Entity::find()
        .select_only()
        .column(Column::FollowedId)
        .filter(Column::FollowerId.eq(account))
        .filter(Column::State.eq(ACCEPTED))
        .filter(Column::ShowBoosts.eq(true))
        .into_query()
}

/// The follow from one account to another, asked for or accepted.
pub async fn find(
    db: &impl ConnectionTrait,
    follower: AccountId,
    followed: AccountId,
) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::FollowerId.eq(follower))
        .filter(Column::FollowedId.eq(followed))
        .one(db)
        .await
}

/// The follow with that address.
pub async fn find_by_uri(db: &impl ConnectionTrait, uri: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::Uri.eq(uri)).one(db).await
}

/// All follows between `account` and any of `others`, both ways.
pub async fn list_between(
    db: &impl ConnectionTrait,
    account: AccountId,
    others: &[AccountId],
) -> Result<Vec<Model>, DbErr> {
    if others.is_empty() {
        return Ok(vec![]);
    }
    let mine = Column::FollowerId.eq(account).and(Column::FollowedId.is_in(others.to_vec()));
    let theirs = Column::FollowedId.eq(account).and(Column::FollowerId.is_in(others.to_vec()));
    Entity::find().filter(sea_orm::Condition::any().add(mine).add(theirs)).all(db).await
}

/// Accepted follows of an account.
pub async fn list_followers(
    db: &impl ConnectionTrait,
    account: AccountId,
    page: &Page,
) -> Result<Vec<Model>, DbErr> {
    let select = Entity::find().filter(Column::FollowedId.eq(account)).filter(Column::State.eq(ACCEPTED));
    Ok(page.in_order(page.apply(select, Column::Id).all(db).await?))
}

/// Accepted follows by an account.
pub async fn list_following(
    db: &impl ConnectionTrait,
    account: AccountId,
    page: &Page,
) -> Result<Vec<Model>, DbErr> {
    let select = Entity::find().filter(Column::FollowerId.eq(account)).filter(Column::State.eq(ACCEPTED));
    Ok(page.in_order(page.apply(select, Column::Id).all(db).await?))
}

/// How many from servers below `domain` began or asked to follow an account since then; it is not counted further than
/// `most`.
pub async fn count_recent_of_domain(
    db: &impl ConnectionTrait,
    followed: AccountId,
    domain: &str,
    since: DateTime<Utc>,
    most: u64,
) -> Result<u64, DbErr> {
    let host = (accounts::Entity, accounts::Column::Host);
    let is_below = sea_orm::Condition::any()
        .add(Expr::col(host).eq(domain))
        .add(Expr::col(host).like(format!("%.{domain}")));
    let follower = accounts::Entity::belongs_to(Entity).from(accounts::Column::Id).to(Column::FollowerId);
    let some = Entity::find()
        .select_only()
        .column(Column::Id)
        .join(JoinType::InnerJoin, sea_orm::RelationDef::from(follower).rev())
        .filter(Column::FollowedId.eq(followed))
        .filter(Column::State.is_in([ACCEPTED, REQUESTED]))
        .filter(Column::Id.gte(ids::first_at(since)))
        .filter(is_below)
        .limit(most)
        .into_query();
    Entity::find().filter(Column::Id.in_subquery(some)).count(db).await
}

/// Follows of an account that wait for its answer.
pub async fn list_requests(
    db: &impl ConnectionTrait,
    account: AccountId,
    page: &Page,
) -> Result<Vec<Model>, DbErr> {
    let select = Entity::find().filter(Column::FollowedId.eq(account)).filter(Column::State.eq(REQUESTED));
    Ok(page.in_order(page.apply(select, Column::Id).all(db).await?))
}

/// Where the followers of an account receive: the shared inbox where there is one, each once.
pub async fn list_inboxes(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<String>, DbErr> {
    let followers = Entity::find().select_only().column(Column::FollowerId);
    list_inboxes_of(db, followers.filter(Column::FollowedId.eq(account)).filter(Column::State.eq(ACCEPTED)))
        .await
}

/// Where those receive whom an account follows: the shared inbox where there is one, each once.
pub async fn list_inboxes_of_followed(
    db: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Vec<String>, DbErr> {
    let followed = Entity::find().select_only().column(Column::FollowedId);
    list_inboxes_of(db, followed.filter(Column::FollowerId.eq(account)).filter(Column::State.eq(ACCEPTED)))
        .await
}

/// Where these accounts elsewhere receive.
async fn list_inboxes_of(db: &impl ConnectionTrait, who: Select<Entity>) -> Result<Vec<String>, DbErr> {
    let inbox = Expr::col(accounts::Column::SharedInbox).if_null(Expr::col(accounts::Column::Inbox));
    accounts::Entity::find()
        .select_only()
        .column_as(inbox, "inbox")
        .distinct()
        .filter(accounts::Column::Host.is_not_null())
        .filter(accounts::Column::DeletedAt.is_null())
        .filter(accounts::Column::SuspendedAt.is_null())
        .filter(accounts::Column::Id.in_subquery(who.into_query()))
        .into_tuple()
        .all(db)
        .await
}

/// Where somebody elsewhere receives what an account says.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Receiver {
    /// Our account that is followed.
    pub followed_id: AccountId,
    /// The follower's host.
    pub host: String,
    /// The follower's own inbox.
    pub inbox: String,
    /// The inbox of the follower's server, if it has one.
    pub shared_inbox: Option<String>,
}

/// Where the followers of these accounts receive, those on `hosts` or all.
pub async fn list_receivers(
    db: &impl ConnectionTrait,
    followed: Vec<AccountId>,
    hosts: Option<Vec<String>>,
) -> Result<Vec<Receiver>, DbErr> {
    if followed.is_empty() {
        return Ok(vec![]);
    }
    let follower =
        Entity::belongs_to(accounts::Entity).from(Column::FollowerId).to(accounts::Column::Id).into();
    Entity::find()
        .select_only()
        .column(Column::FollowedId)
        .column(accounts::Column::Host)
        .column(accounts::Column::Inbox)
        .column(accounts::Column::SharedInbox)
        .join(JoinType::InnerJoin, follower)
        .filter(Column::FollowedId.is_in(followed))
        .filter(Column::State.eq(ACCEPTED))
        .filter(accounts::Column::Host.is_not_null())
        .filter(accounts::Column::DeletedAt.is_null())
        .filter(accounts::Column::SuspendedAt.is_null())
        .apply_if(hosts, |select, hosts| select.filter(accounts::Column::Host.is_in(hosts)))
        .into_model()
        .all(db)
        .await
}

/// Whether an account on `host` follows `account`.
pub async fn has_follower_on(
    db: &impl ConnectionTrait,
    account: AccountId,
    host: &str,
) -> Result<bool, DbErr> {
    let on_host = accounts::Entity::find()
        .select_only()
        .column(accounts::Column::Id)
        .filter(accounts::Column::Host.eq(host))
        .into_query();
    let found = Entity::find()
        .filter(Column::FollowedId.eq(account))
        .filter(Column::State.eq(ACCEPTED))
        .filter(Column::FollowerId.in_subquery(on_host))
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// Our accounts that somebody on `host` follows.
pub async fn list_followed_from(
    db: &impl ConnectionTrait,
    host: &str,
) -> Result<Vec<accounts::Model>, DbErr> {
    let on_host = accounts::Entity::find()
        .select_only()
        .column(accounts::Column::Id)
        .filter(accounts::Column::Host.eq(host))
        .into_query();
    let followed = Entity::find()
        .select_only()
        .column(Column::FollowedId)
        .filter(Column::State.eq(ACCEPTED))
        .filter(Column::FollowerId.in_subquery(on_host))
        .into_query();
    accounts::Entity::find()
        .filter(accounts::Column::Host.is_null())
        .filter(accounts::Column::DeletedAt.is_null())
        .filter(accounts::Column::Id.in_subquery(followed))
        .all(db)
        .await
}

/// Followers of ours who want to hear of each new post.
pub async fn list_notified(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<AccountId>, DbErr> {
    Entity::find()
        .select_only()
        .column(Column::FollowerId)
        .filter(Column::FollowedId.eq(account))
        .filter(Column::State.eq(ACCEPTED))
        .filter(Column::Notify.eq(true))
        .into_tuple()
        .all(db)
        .await
}

/// Adds a follow unless there is one; says whether it did.
pub async fn insert_once(tx: &DatabaseTransaction, row: Model) -> Result<bool, DbErr> {
    super::insert_once(tx, row, [Column::FollowerId, Column::FollowedId]).await
}

/// Replaces the row of a follow.
pub async fn update(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::update(tx, row).await
}

/// Ends a follow; says whether it was there.
pub async fn delete(tx: &DatabaseTransaction, id: FollowId) -> Result<bool, DbErr> {
    Ok(Entity::delete_by_id(id).exec(tx).await?.rows_affected > 0)
}

/// All follows by and of an account, for one that goes; at most `limit`.
pub async fn list_of_account(
    tx: &DatabaseTransaction,
    account: AccountId,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::FollowerId.eq(account).or(Column::FollowedId.eq(account)))
        .limit(limit)
        .all(tx)
        .await
}

/// One follow.
pub async fn find_by_id(db: &impl ConnectionTrait, id: FollowId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// The addresses of those on `host` who follow `account`.
pub async fn list_follower_uris_on(
    db: &impl ConnectionTrait,
    account: AccountId,
    host: &str,
) -> Result<Vec<String>, DbErr> {
    follower_uris(db, account, accounts::Column::Host.eq(host)).await
}

/// The addresses of ours who follow `account`.
pub async fn list_our_follower_uris(
    db: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Vec<String>, DbErr> {
    follower_uris(db, account, accounts::Column::Host.is_null()).await
}

async fn follower_uris(
    db: &impl ConnectionTrait,
    account: AccountId,
    which: sea_orm::sea_query::SimpleExpr,
) -> Result<Vec<String>, DbErr> {
    let followers = Entity::find()
        .select_only()
        .column(Column::FollowerId)
        .filter(Column::FollowedId.eq(account))
        .filter(Column::State.eq(ACCEPTED))
        .into_query();
    accounts::Entity::find()
        .select_only()
        .column(accounts::Column::Uri)
        .filter(which)
        .filter(accounts::Column::DeletedAt.is_null())
        .filter(accounts::Column::Id.in_subquery(followers))
        .into_tuple()
        .all(db)
        .await
}

/// Whether anybody here follows `account`.
pub async fn is_followed_here(db: &impl ConnectionTrait, account: AccountId) -> Result<bool, DbErr> {
    let ours = accounts::Entity::find()
        .select_only()
        .column(accounts::Column::Id)
        .filter(accounts::Column::Host.is_null())
        .into_query();
    let found = Entity::find()
        .filter(Column::FollowedId.eq(account))
        .filter(Column::State.eq(ACCEPTED))
        .filter(Column::FollowerId.in_subquery(ours))
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// The follows of an account by ours, asked for or let in.
pub async fn list_ours_of(tx: &DatabaseTransaction, followed: AccountId) -> Result<Vec<Model>, DbErr> {
    let ours = accounts::Entity::find()
        .select_only()
        .column(accounts::Column::Id)
        .filter(accounts::Column::Host.is_null())
        .into_query();
    Entity::find()
        .filter(Column::FollowedId.eq(followed))
        .filter(Column::FollowerId.in_subquery(ours))
        .all(tx)
        .await
}

/// How many follow between us and one host elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct HostCount {
    /// The host.
    pub host: String,
    /// How many.
    pub follows: i64,
}

/// How many follow between us and each host, `theirs`: of those who follow us, else of those whom we follow.
pub async fn count_by_host(db: &impl ConnectionTrait, theirs: bool) -> Result<Vec<HostCount>, DbErr> {
    let column = if theirs { Column::FollowerId } else { Column::FollowedId };
    let there = Entity::belongs_to(super::accounts::Entity).from(column).to(super::accounts::Column::Id);
    Entity::find()
        .select_only()
        .column(super::accounts::Column::Host)
        .column_as(Column::Id.count(), "follows")
        .join(JoinType::InnerJoin, there.into())
        .filter(Column::State.eq(ACCEPTED))
        .filter(super::accounts::Column::Host.is_not_null())
        .group_by(super::accounts::Column::Host)
        .into_model()
        .all(db)
        .await
}
