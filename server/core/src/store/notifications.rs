//! What came in for an account.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, DatabaseTransaction, ExprTrait, QuerySelect, QueryTrait};

use super::posts::{self, Viewer};
use super::{Page, accounts, blocks, follows, mutes, thread_mutes};

use crate::domain::ids::{AccountId, NotificationId, PostId};

/// A row of `notifications`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "notifications")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NotificationId,
    pub account_id: AccountId,
    pub kind: String,
    pub from_id: AccountId,
    pub post_id: Option<PostId>,
    pub created_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Which notifications are asked for.
#[derive(Clone, Debug, Default)]
pub struct Which {
    /// Only these kinds, where there are any.
    pub kinds: Vec<String>,
    /// None of these kinds.
    pub not_kinds: Vec<String>,
    /// Only from this account.
    pub from: Option<AccountId>,
}

/// What came in for an account, newest first, as `viewer` may see it.
pub async fn list(
    db: &impl ConnectionTrait,
    viewer: Viewer,
    which: &Which,
    now: DateTime<Utc>,
    page: &Page,
) -> Result<Vec<Model>, DbErr> {
    let select = shown_to(viewer, now)
        .apply_if((!which.kinds.is_empty()).then_some(&which.kinds), |select, kinds| {
            select.filter(Column::Kind.is_in(kinds.clone()))
        })
        .apply_if((!which.not_kinds.is_empty()).then_some(&which.not_kinds), |select, kinds| {
            select.filter(Column::Kind.is_not_in(kinds.clone()))
        })
        .apply_if(which.from, |select, from| select.filter(Column::FromId.eq(from)));
    Ok(page.in_order(page.apply(select, Column::Id).all(db).await?))
}

/// One notification, as `viewer` may see it.
pub async fn find(
    db: &impl ConnectionTrait,
    viewer: Viewer,
    id: NotificationId,
    now: DateTime<Utc>,
) -> Result<Option<Model>, DbErr> {
    shown_to(viewer, now).filter(Column::Id.eq(id)).one(db).await
}

/// Notifications about a post that `viewer` may not see, or by whom it mutes or blocks, are as if they were not.
fn shown_to(viewer: Viewer, now: DateTime<Utc>) -> sea_orm::Select<Entity> {
    let me = viewer.account;
    let visible = posts::visible_to(Some(viewer)).select_only().column(posts::Column::Id).into_query();
    Entity::find()
        .filter(Column::AccountId.eq(me))
        .filter(Condition::any().add(Column::PostId.is_null()).add(Column::PostId.in_subquery(visible)))
        .filter(Column::FromId.not_in_subquery(blocks::blocked_by(me)))
        .filter(Column::FromId.not_in_subquery(mutes::muting_notifications(me, now)))
}

/// Whether that is an account of ours which wants to hear of `from`: neither blocks the other, the thread is not
/// muted, and `from` is not limited here, unless it is followed.
pub async fn is_wanted(
    tx: &DatabaseTransaction,
    account: AccountId,
    from: AccountId,
    thread: Option<PostId>,
) -> Result<bool, DbErr> {
    let found = accounts::Entity::find_by_id(account)
        .select_only()
        .column(accounts::Column::Id)
        .filter(accounts::Column::Host.is_null())
        .filter(accounts::Column::Kind.ne("application"))
        .filter(Expr::value(from).not_in_subquery(blocks::blocked_by(account)))
        .filter(Expr::value(from).not_in_subquery(blocks::blocking(account)))
        .filter(
            Expr::value(from)
                .not_in_subquery(accounts::limited())
                .or(Expr::value(from).in_subquery(follows::followed_by(account))),
        )
        .apply_if(thread, |select, thread| {
            select.filter(Expr::value(thread).not_in_subquery(thread_mutes::of(account)))
        })
        .into_tuple::<i64>();
    Ok(found.one(tx).await?.is_some())
}

/// Adds a notification unless its id is taken; says whether it did.
pub async fn insert_once(tx: &DatabaseTransaction, row: Model) -> Result<bool, DbErr> {
    super::insert_once(tx, row, [Column::Id]).await
}

/// Takes one away; says whether it was there.
pub async fn delete(tx: &DatabaseTransaction, account: AccountId, id: NotificationId) -> Result<bool, DbErr> {
    let delete = Entity::delete_many().filter(Column::AccountId.eq(account)).filter(Column::Id.eq(id));
    Ok(delete.exec(tx).await?.rows_affected > 0)
}

/// Takes all of an account away.
pub async fn delete_of_account(tx: &DatabaseTransaction, account: AccountId) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::AccountId.eq(account)).exec(tx).await?;
    Ok(())
}

/// Takes back what `from` caused for `account`: one kind, about one post or about none.
pub async fn take_back(
    tx: &DatabaseTransaction,
    account: AccountId,
    kind: &str,
    from: AccountId,
    post: Option<PostId>,
) -> Result<(), DbErr> {
    let about = match post {
        Some(post) => Column::PostId.eq(post),
        None => Column::PostId.is_null(),
    };
    Entity::delete_many()
        .filter(Column::AccountId.eq(account))
        .filter(Column::Kind.eq(kind))
        .filter(Column::FromId.eq(from))
        .filter(about)
        .exec(tx)
        .await?;
    Ok(())
}

/// Takes all notifications about a post away.
pub async fn delete_of_post(tx: &DatabaseTransaction, post: PostId) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::PostId.eq(post)).exec(tx).await?;
    Ok(())
}

/// Takes all between two accounts away: for a block.
pub async fn delete_between(
    tx: &DatabaseTransaction,
    account: AccountId,
    from: AccountId,
) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::AccountId.eq(account))
        .filter(Column::FromId.eq(from))
        .exec(tx)
        .await?;
    Ok(())
}

/// Takes all that came from an account away: for one that is gone.
pub async fn delete_from(tx: &DatabaseTransaction, from: AccountId) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::FromId.eq(from)).exec(tx).await?;
    Ok(())
}
