//! Questions that posts ask.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{
    DatabaseBackend, DatabaseTransaction, FromQueryResult, IntoActiveModel, JoinType, QueryOrder, QuerySelect,
};

use super::{poll_options, posts};

use crate::domain::ids::{AccountId, PostId};
use crate::domain::panels::Panel;
use crate::domain::poll::NewPoll;
use crate::domain::post::{State, Visibility};

/// A row of `polls`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "polls")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub post_id: PostId,
    pub multiple: bool,
    pub hide_totals: bool,
    pub closes_at: Option<DateTime<Utc>>,
    pub voters_count: Option<i64>,
    pub open_for: Option<i64>,
    pub panel: Option<Panel>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Whether nobody can vote any more.
    pub fn is_closed(&self, now: DateTime<Utc>) -> bool {
        self.closes_at.is_some_and(|at| at <= now)
    }
}

/// The question of a post.
pub async fn find(db: &impl ConnectionTrait, post: PostId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(post).one(db).await
}

/// The question of a draft, as it was written.
pub async fn find_written(db: &impl ConnectionTrait, draft: PostId) -> Result<Option<NewPoll>, DbErr> {
    let Some(poll) = find(db, draft).await? else { return Ok(None) };
    let options = poll_options::list_of_posts(db, vec![draft]).await?;
    Ok(Some(NewPoll {
        options: options.into_iter().map(|option| option.title).collect(),
        multiple: poll.multiple,
        hide_totals: poll.hide_totals,
        seconds: poll.open_for.unwrap_or_default(),
        panel: poll.panel,
    }))
}

/// The question of a post, held so that nobody else votes in it before this is done.
pub async fn find_locked(tx: &DatabaseTransaction, post: PostId) -> Result<Option<Model>, DbErr> {
    let mut select = Entity::find_by_id(post);
    if tx.get_database_backend() == DatabaseBackend::Postgres {
        select = select.lock_exclusive();
    }
    select.one(tx).await
}

/// The questions of these posts.
pub async fn list_of_posts(db: &impl ConnectionTrait, posts: Vec<PostId>) -> Result<Vec<Model>, DbErr> {
    if posts.is_empty() {
        return Ok(vec![]);
    }
    Entity::find().filter(Column::PostId.is_in(posts)).all(db).await
}

/// A question that asked people about themselves.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct OfPanel {
    /// The post.
    pub post_id: PostId,
    /// Who asked.
    pub author_id: AccountId,
    /// What about.
    pub panel: Panel,
    /// When it was over.
    pub closes_at: DateTime<Utc>,
}

/// The panels of these accounts that everybody may see and that were over from `from` to before `until`, the last first; at most
/// `limit`.
pub async fn list_panels(
    db: &impl ConnectionTrait,
    authors: &[AccountId],
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<OfPanel>, DbErr> {
    let post = Entity::belongs_to(posts::Entity).from(Column::PostId).to(posts::Column::Id);
    Entity::find()
        .select_only()
        .columns([Column::PostId, Column::Panel, Column::ClosesAt])
        .column(posts::Column::AuthorId)
        .join(JoinType::InnerJoin, post.into())
        .filter(Expr::cust("polls.panel IS NOT NULL"))
        .filter(Column::ClosesAt.gte(from))
        .filter(Column::ClosesAt.lt(until))
        .filter(posts::Column::AuthorId.is_in(authors.iter().copied()))
        .filter(posts::Column::State.eq(State::Published))
        .filter(posts::Column::Visibility.is_in([Visibility::Public, Visibility::Unlisted]))
        .order_by_desc(Column::ClosesAt)
        .order_by_desc(Column::PostId)
        .limit(limit)
        .into_model()
        .all(db)
        .await
}

/// Adds a question.
pub async fn insert(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::insert(tx, row).await
}

/// Replaces a question as a whole.
pub async fn update(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    let id = row.post_id;
    let mut row = row.into_active_model().reset_all();
    row.not_set(Column::PostId);
    Entity::update_many().set(row).filter(Column::PostId.eq(id)).exec(tx).await?;
    Ok(())
}

/// Counts one more voter.
pub async fn count_voter(tx: &DatabaseTransaction, post: PostId) -> Result<(), DbErr> {
    let counted = Expr::cust("coalesce(voters_count, 0) + 1");
    Entity::update_many()
        .col_expr(Column::VotersCount, counted)
        .filter(Column::PostId.eq(post))
        .exec(tx)
        .await?;
    Ok(())
}

/// Takes the question of a post away; its options and votes must be gone before.
pub async fn delete_of_post(tx: &DatabaseTransaction, post: PostId) -> Result<(), DbErr> {
    Entity::delete_by_id(post).exec(tx).await?;
    Ok(())
}
