//! Posts that quote others.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{DatabaseTransaction, FromQueryResult, IntoActiveModel, QueryOrder, QuerySelect, QueryTrait};

use super::posts::{self, Viewer};
use super::{Page, accounts};

use crate::domain::ids::{AccountId, PostId};
use crate::domain::quotes::State;

/// A row of `quotes`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "quotes")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub post_id: PostId,
    pub account_id: AccountId,
    pub quoted_id: Option<PostId>,
    pub quoted_account_id: Option<AccountId>,
    pub quoted_uri: String,
    pub state: State,
    pub is_legacy: bool,
    pub request_uri: Option<String>,
    pub stamp_uri: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What a post quotes.
pub async fn find(db: &impl ConnectionTrait, post: PostId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(post).one(db).await
}

/// What these posts quote.
pub async fn list_of_posts(db: &impl ConnectionTrait, posts: Vec<PostId>) -> Result<Vec<Model>, DbErr> {
    if posts.is_empty() {
        return Ok(vec![]);
    }
    Entity::find().filter(Column::PostId.is_in(posts)).all(db).await
}

/// The quote that was asked for under that address.
pub async fn find_by_request(db: &impl ConnectionTrait, uri: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::RequestUri.eq(uri)).one(db).await
}

/// The quotes that bear this stamp, at most `limit`: it should be one.
pub async fn list_by_stamp(db: &impl ConnectionTrait, uri: &str, limit: u64) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::StampUri.eq(uri)).limit(limit).all(db).await
}

/// The posts that quote `post` with consent, as `viewer` may see them, newest first.
pub async fn list_quoting(
    db: &impl ConnectionTrait,
    viewer: Option<Viewer>,
    post: PostId,
    page: &Page,
) -> Result<Vec<posts::Model>, DbErr> {
    let quoting = Entity::find()
        .select_only()
        .column(Column::PostId)
        .filter(Column::QuotedId.eq(post))
        .filter(Column::State.eq(State::Accepted))
        .into_query();
    let select = posts::visible_to(viewer).filter(posts::Column::Id.in_subquery(quoting));
    Ok(page.in_order(page.apply(select, posts::Column::Id).all(db).await?))
}

/// The posts of ours that quote `post` with consent, with their authors; at most `limit`.
pub async fn list_ours_quoting(
    db: &impl ConnectionTrait,
    post: PostId,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    let ours = accounts::Entity::find()
        .select_only()
        .column(accounts::Column::Id)
        .filter(accounts::Column::Host.is_null())
        .into_query();
    Entity::find()
        .filter(Column::QuotedId.eq(post))
        .filter(Column::State.eq(State::Accepted))
        .filter(Column::AccountId.in_subquery(ours))
        .order_by_asc(Column::PostId)
        .limit(limit)
        .all(db)
        .await
}

#[derive(FromQueryResult)]
struct Count {
    quoted_id: PostId,
    quotes: i64,
}

/// How often these posts are quoted with consent, by posts that are out.
pub async fn count_of_posts(
    db: &impl ConnectionTrait,
    posts: Vec<PostId>,
) -> Result<HashMap<PostId, i64>, DbErr> {
    if posts.is_empty() {
        return Ok(HashMap::new());
    }
    let counts: Vec<Count> = Entity::find()
        .select_only()
        .column(Column::QuotedId)
        .column_as(Column::PostId.count(), "quotes")
        .filter(Column::QuotedId.is_in(posts))
        .filter(Column::State.eq(State::Accepted))
        .group_by(Column::QuotedId)
        .into_model()
        .all(db)
        .await?;
    Ok(counts.into_iter().map(|count| (count.quoted_id, count.quotes)).collect())
}

/// Adds a quote, or replaces what its post quoted before.
pub async fn put(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    let id = row.post_id;
    let mut changed = row.clone().into_active_model().reset_all();
    changed.not_set(Column::PostId);
    let updated = Entity::update_many().set(changed).filter(Column::PostId.eq(id)).exec(tx).await?;
    if updated.rows_affected == 0 {
        super::insert(tx, row).await?;
    }
    Ok(())
}

/// Ties quotes of a post that came before it to it, and says which, at most `limit`.
pub async fn adopt(tx: &DatabaseTransaction, quoted: &posts::Model, limit: u64) -> Result<Vec<Model>, DbErr> {
    let waiting = Entity::find()
        .filter(Column::QuotedUri.eq(&quoted.uri))
        .filter(Column::QuotedId.is_null())
        .limit(limit)
        .all(tx)
        .await?;
    if !waiting.is_empty() {
        Entity::update_many()
            .col_expr(Column::QuotedId, Expr::value(quoted.id))
            .col_expr(Column::QuotedAccountId, Expr::value(quoted.author_id))
            .filter(Column::PostId.is_in(waiting.iter().map(|row| row.post_id)))
            .exec(tx)
            .await?;
    }
    Ok(waiting)
}

/// A post quotes nothing any more.
pub async fn delete_of_post(tx: &DatabaseTransaction, post: PostId) -> Result<(), DbErr> {
    Entity::delete_by_id(post).exec(tx).await?;
    Ok(())
}
