//! Posts, ours and theirs.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, SelectStatement};
use sea_orm::{
    Condition, DatabaseTransaction, ExprTrait, IntoActiveModel, QueryOrder, QuerySelect, QueryTrait, Select,
};

use super::{
    Page, accounts, blocks, bookmarks, favourites, follows, list_members, media, mentions, mutes, pins,
    post_tags, tag_follows,
};

use crate::domain::ids::{AccountId, OauthAppId, PersonId, PostId};
use crate::domain::post::{State, Visibility};

/// A row of `posts`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "posts")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PostId,
    pub uri: String,
    pub url: String,
    pub author_id: AccountId,
    pub visibility: Visibility,
    pub state: State,
    pub language: Option<String>,
    pub sensitive: bool,
    pub in_reply_to_id: Option<PostId>,
    pub in_reply_to_account_id: Option<AccountId>,
    pub in_reply_to_uri: Option<String>,
    pub thread_id: PostId,
    pub boost_of_id: Option<PostId>,
    pub app_id: Option<OauthAppId>,
    pub written_by: Option<PersonId>,
    pub released_by: Option<PersonId>,
    pub publish_at: Option<DateTime<Utc>>,
    pub published_at: Option<DateTime<Utc>>,
    pub received_at: DateTime<Utc>,
    pub edited_at: Option<DateTime<Utc>>,
    pub deleted_at: Option<DateTime<Utc>>,
    pub deleted_by: Option<PersonId>,
    pub hidden_at: Option<DateTime<Utc>>,
    pub version: i64,
    pub replies_count: i64,
    pub boosts_count: i64,
    pub favourites_count: i64,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// A post that comes out `now` and stands alone: the page at the same address, no language, no parent, nobody of ours
    /// behind it, nothing counted yet.
    pub fn published(
        id: PostId,
        author: AccountId,
        uri: String,
        visibility: Visibility,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            url: uri.clone(),
            uri,
            author_id: author,
            visibility,
            state: State::Published,
            language: None,
            sensitive: false,
            in_reply_to_id: None,
            in_reply_to_account_id: None,
            in_reply_to_uri: None,
            thread_id: id,
            boost_of_id: None,
            app_id: None,
            written_by: None,
            released_by: None,
            publish_at: None,
            published_at: Some(now),
            received_at: now,
            edited_at: None,
            deleted_at: None,
            deleted_by: None,
            hidden_at: None,
            version: 1,
            replies_count: 0,
            boosts_count: 0,
            favourites_count: 0,
        }
    }

    /// Whether it is out, and shown.
    pub fn is_published(&self) -> bool {
        self.state == State::Published && self.hidden_at.is_none()
    }

    /// The time to show: when it came out, or when its draft was begun.
    pub fn time(&self) -> DateTime<Utc> {
        self.published_at.unwrap_or(self.received_at)
    }
}

/// Who asks for posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// The account that somebody acts for.
    pub account: AccountId,
    /// Whether that somebody may read the account's direct messages.
    pub may_read_direct: bool,
}

/// What is out. Written with the word itself, not with a parameter: only so does SQLite use the indexes that hold just
/// what is out.
pub(crate) fn published() -> sea_orm::sea_query::SimpleExpr {
    Expr::cust("posts.state = 'published' AND posts.hidden_at IS NULL")
}

/// Posts that `viewer` may see. Every question that shows posts starts here.
pub fn visible_to(viewer: Option<Viewer>) -> Select<Entity> {
    let open = Column::Visibility.is_in([Visibility::Public, Visibility::Unlisted]);
    let select = Entity::find()
        .filter(published())
        .filter(Column::AuthorId.not_in_subquery(accounts::suspended_elsewhere()))
        .filter(Column::AuthorId.not_in_subquery(accounts::suspended()));
    let Some(viewer) = viewer else { return select.filter(open) };

    let me = viewer.account;
    let mut mine = Condition::any()
        .add(Column::AuthorId.eq(me))
        .add(
            Column::Visibility
                .eq(Visibility::Private)
                .and(Column::AuthorId.in_subquery(follows::followed_by(me))),
        )
        .add(Column::Id.in_subquery(mentions::of_account(me)));
    if !viewer.may_read_direct {
        mine = Condition::all().add(mine).add(Column::Visibility.ne(Visibility::Direct));
    }
    select
        .filter(Condition::any().add(open).add(mine))
        .filter(Column::AuthorId.not_in_subquery(blocks::blocking(me)))
}

/// One post, if `viewer` may see it.
pub async fn find_visible(
    db: &impl ConnectionTrait,
    viewer: Option<Viewer>,
    id: PostId,
) -> Result<Option<Model>, DbErr> {
    visible_to(viewer).filter(Column::Id.eq(id)).one(db).await
}

/// The posts with these ids that `viewer` may see, in no order.
pub async fn list_visible(
    db: &impl ConnectionTrait,
    viewer: Option<Viewer>,
    ids: Vec<PostId>,
) -> Result<Vec<Model>, DbErr> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    visible_to(viewer).filter(Column::Id.is_in(ids)).all(db).await
}

/// The post with that address, if `viewer` may see it.
pub async fn find_visible_by_uri(
    db: &impl ConnectionTrait,
    viewer: Option<Viewer>,
    uri: &str,
) -> Result<Option<Model>, DbErr> {
    visible_to(viewer).filter(Column::Uri.eq(uri)).one(db).await
}

/// The post with that address or page, if everybody may see it.
pub async fn find_visible_at(db: &impl ConnectionTrait, address: &str) -> Result<Option<Model>, DbErr> {
    // Apart, so that each takes its index.
    match find_visible_by_uri(db, None, address).await? {
        Some(post) => Ok(Some(post)),
        None => visible_to(None).filter(Column::Url.eq(address)).limit(1).one(db).await,
    }
}

/// The post that everybody may see, or might if moderators or a rule had not hidden it: for moderators alone.
pub async fn find_open(db: &impl ConnectionTrait, id: PostId) -> Result<Option<Model>, DbErr> {
    open().filter(Column::Id.eq(id)).one(db).await
}

/// The post with that address or page, as [`find_open`].
pub async fn find_open_at(db: &impl ConnectionTrait, address: &str) -> Result<Option<Model>, DbErr> {
    // Apart, so that each takes its index.
    match open().filter(Column::Uri.eq(address)).one(db).await? {
        Some(post) => Ok(Some(post)),
        None => open().filter(Column::Url.eq(address)).limit(1).one(db).await,
    }
}

/// The posts with these ids, as [`find_open`], in no order.
pub async fn list_open(db: &impl ConnectionTrait, ids: Vec<PostId>) -> Result<Vec<Model>, DbErr> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    open().filter(Column::Id.is_in(ids)).all(db).await
}

fn open() -> Select<Entity> {
    Entity::find()
        .filter(Expr::cust("posts.state = 'published'"))
        .filter(Column::Visibility.is_in([Visibility::Public, Visibility::Unlisted]))
}

/// Any post, whoever may see it: for rules and for work that must follow, never for showing.
pub async fn find_any(db: &impl ConnectionTrait, id: PostId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// Any posts, as [`find_any`].
pub async fn list_any(db: &impl ConnectionTrait, ids: Vec<PostId>) -> Result<Vec<Model>, DbErr> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    Entity::find().filter(Column::Id.is_in(ids)).order_by_asc(Column::Id).all(db).await
}

/// Any post by its address: for rules and for work that must follow, never for showing.
pub async fn find_any_by_uri(db: &impl ConnectionTrait, uri: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::Uri.eq(uri)).one(db).await
}

/// The boost of `post` by `author`, if it is out.
pub async fn find_boost(
    db: &impl ConnectionTrait,
    post: PostId,
    author: AccountId,
) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::BoostOfId.eq(post))
        .filter(Column::AuthorId.eq(author))
        .filter(published())
        .one(db)
        .await
}

/// What the team of `author` is writing: drafts and what waits, newest first.
pub async fn list_unpublished(db: &impl ConnectionTrait, author: AccountId) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::AuthorId.eq(author))
        .filter(Column::State.is_in([State::Draft, State::Waiting]))
        .order_by_desc(Column::Id)
        .limit(200)
        .all(db)
        .await
}

/// A draft of `author`.
pub async fn find_unpublished(
    db: &impl ConnectionTrait,
    author: AccountId,
    id: PostId,
) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id)
        .filter(Column::AuthorId.eq(author))
        .filter(Column::State.is_in([State::Draft, State::Waiting]))
        .one(db)
        .await
}

/// Which of one author's posts are asked for.
#[derive(Clone, Debug, Default)]
pub struct ByAuthor {
    /// Only those with files.
    pub only_media: bool,
    /// Leave out answers to others.
    pub exclude_replies: bool,
    /// Leave out boosts.
    pub exclude_boosts: bool,
    /// Leave out direct messages.
    pub exclude_direct: bool,
    /// Only the pinned ones.
    pub pinned: bool,
    /// Only those with this hashtag, in its comparable form.
    pub tag: Option<String>,
}

/// One author's posts, newest first.
pub async fn list_by_author(
    db: &impl ConnectionTrait,
    viewer: Option<Viewer>,
    author: AccountId,
    which: &ByAuthor,
    page: &Page,
) -> Result<Vec<Model>, DbErr> {
    let select = visible_to(viewer)
        .filter(Column::AuthorId.eq(author))
        .apply_if(which.only_media.then_some(()), |select, ()| {
            select.filter(Column::Id.in_subquery(media::attached()))
        })
        .apply_if(which.exclude_replies.then_some(()), |select, ()| {
            select.filter(
                Column::InReplyToId
                    .is_null()
                    .and(Column::InReplyToUri.is_null())
                    .or(Column::InReplyToAccountId.eq(author)),
            )
        })
        .apply_if(which.exclude_boosts.then_some(()), |select, ()| select.filter(Column::BoostOfId.is_null()))
        .apply_if(which.exclude_direct.then_some(()), |select, ()| {
            select.filter(Column::Visibility.ne(Visibility::Direct))
        })
        .apply_if(which.pinned.then_some(()), |select, ()| {
            select.filter(Column::Id.in_subquery(pins::of_account(author)))
        })
        .apply_if(which.tag.as_deref(), |select, tag| {
            select.filter(Column::Id.in_subquery(post_tags::with_tag(tag)))
        });
    Ok(page.in_order(page.apply(select, Column::Id).all(db).await?))
}

/// What `viewer` is shown at home: posts of those followed and of itself, and of followed hashtags, newest first.
pub async fn list_home(
    db: &impl ConnectionTrait,
    viewer: Viewer,
    now: DateTime<Utc>,
    page: &Page,
) -> Result<Vec<Model>, DbErr> {
    let me = viewer.account;
    // Reckoned with, so that no index of authors is used: it would bring all posts of all of them, to be sorted, where the
    // newest few are wanted. By id, they are the first ones met.
    let author = || Expr::col((Entity, Column::AuthorId)).add(0);
    let followed = author().in_subquery(follows::followed_by(me));
    let tagged =
        Column::Visibility.eq(Visibility::Public).and(Column::Id.in_subquery(tag_follows::posts_for(me)));
    let boosts = Column::BoostOfId
        .is_null()
        .or(Column::AuthorId.eq(me))
        .or(Column::AuthorId.in_subquery(follows::boosts_wanted_by(me)));
    // An answer is shown only to those who also follow whom it answers.
    let answers = Column::InReplyToAccountId
        .is_null()
        .or(Column::InReplyToAccountId.eq(me))
        .or(Column::AuthorId.eq(me))
        .or(Column::InReplyToAccountId.in_subquery(follows::followed_by(me)));
    let select = visible_to(Some(viewer))
        .filter(Condition::any().add(author().eq(me)).add(followed).add(tagged))
        .filter(boosts)
        .filter(answers)
        .filter(Column::AuthorId.not_in_subquery(list_members::exclusive_of(me)));
    let select = without_unwanted(select, me, now);
    Ok(page.in_order(page.apply(select, Column::Id).all(db).await?))
}

/// What is on a list, newest first.
pub async fn list_of_list(
    db: &impl ConnectionTrait,
    viewer: Viewer,
    list: &super::lists::Model,
    now: DateTime<Utc>,
    page: &Page,
) -> Result<Vec<Model>, DbErr> {
    let members = list_members::accounts_of(list.id);
    let mut select = visible_to(Some(viewer)).filter(Column::AuthorId.in_subquery(members.clone()));
    let to_self = Expr::col(Column::InReplyToAccountId).eq(Expr::col(Column::AuthorId));
    let no_answer = Column::InReplyToAccountId.is_null().or(to_self);
    select = match list.replies_policy.as_str() {
        "none" => select.filter(no_answer),
        "list" => select.filter(no_answer.or(Column::InReplyToAccountId.in_subquery(members))),
        _ => select.filter(
            no_answer.or(Column::InReplyToAccountId.in_subquery(follows::followed_by(viewer.account))),
        ),
    };
    let select = without_unwanted(select, viewer.account, now);
    Ok(page.in_order(page.apply(select, Column::Id).all(db).await?))
}

/// Which public posts are asked for.
#[derive(Clone, Debug, Default)]
pub struct PublicPosts {
    /// Only ours.
    pub local: bool,
    /// Only those of others.
    pub remote: bool,
    /// Only those with files.
    pub only_media: bool,
    /// Only those with all of these hashtags, in their comparable form.
    pub all_tags: Vec<String>,
    /// And at least one of these, where there are any.
    pub any_tags: Vec<String>,
    /// And none of these.
    pub no_tags: Vec<String>,
}

/// Public posts, newest first. Unlisted ones and boosts are not among them.
pub async fn list_public(
    db: &impl ConnectionTrait,
    viewer: Option<Viewer>,
    which: &PublicPosts,
    now: DateTime<Utc>,
    page: &Page,
) -> Result<Vec<Model>, DbErr> {
    let mut select = visible_to(viewer)
        .filter(Expr::cust("posts.visibility = 'public'"))
        .filter(Column::AuthorId.not_in_subquery(accounts::limited()))
        .filter(Column::BoostOfId.is_null());
    if which.local {
        select = select.filter(Column::AuthorId.in_subquery(ours()));
    }
    if which.remote {
        select = select.filter(Column::AuthorId.not_in_subquery(ours()));
    }
    if which.only_media {
        select = select.filter(Column::Id.in_subquery(media::attached()));
    }
    for tag in &which.all_tags {
        select = select.filter(Column::Id.in_subquery(post_tags::with_tag(tag)));
    }
    if !which.any_tags.is_empty() {
        let any = which
            .any_tags
            .iter()
            .fold(Condition::any(), |any, tag| any.add(Column::Id.in_subquery(post_tags::with_tag(tag))));
        select = select.filter(any);
    }
    for tag in &which.no_tags {
        select = select.filter(Column::Id.not_in_subquery(post_tags::with_tag(tag)));
    }
    if which.all_tags.is_empty() && which.any_tags.is_empty() {
        // A public timeline is for what was begun, not for every answer.
        let to_self = Expr::col(Column::InReplyToAccountId).eq(Expr::col(Column::AuthorId));
        select = select
            .filter(Column::InReplyToAccountId.is_null().and(Column::InReplyToUri.is_null()).or(to_self));
    }
    if let Some(viewer) = viewer {
        select = without_unwanted(select, viewer.account, now);
    }
    Ok(page.in_order(page.apply(select, Column::Id).all(db).await?))
}

/// Posts that `account` likes, with the cursor of the list.
pub async fn list_favourited(
    db: &impl ConnectionTrait,
    viewer: Viewer,
    page: &Page,
) -> Result<Vec<(i64, Model)>, DbErr> {
    let rows = favourites::list_of_account(db, viewer.account, page).await?;
    with_cursor(db, viewer, rows.into_iter().map(|row| (row.id.0, row.post_id)).collect()).await
}

/// Posts that `account` bookmarked, with the cursor of the list.
pub async fn list_bookmarked(
    db: &impl ConnectionTrait,
    viewer: Viewer,
    page: &Page,
) -> Result<Vec<(i64, Model)>, DbErr> {
    let rows = bookmarks::list(db, viewer.account, page).await?;
    with_cursor(db, viewer, rows.into_iter().map(|row| (row.id.0, row.post_id)).collect()).await
}

async fn with_cursor(
    db: &impl ConnectionTrait,
    viewer: Viewer,
    rows: Vec<(i64, PostId)>,
) -> Result<Vec<(i64, Model)>, DbErr> {
    let posts: std::collections::HashMap<_, _> =
        list_visible(db, Some(viewer), rows.iter().map(|row| row.1).collect())
            .await?
            .into_iter()
            .map(|post| (post.id, post))
            .collect();
    Ok(rows.into_iter().filter_map(|(cursor, id)| Some((cursor, posts.get(&id)?.clone()))).collect())
}

/// The posts of a thread that `viewer` may see, oldest first, at most `limit`.
pub async fn list_of_thread(
    db: &impl ConnectionTrait,
    viewer: Option<Viewer>,
    thread: PostId,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    visible_to(viewer)
        .filter(Column::ThreadId.eq(thread))
        .filter(Column::BoostOfId.is_null())
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db)
        .await
}

/// Public answers to a post, oldest first.
pub async fn list_open_replies(
    db: &impl ConnectionTrait,
    post: PostId,
    after: Option<PostId>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    visible_to(None)
        .filter(Column::InReplyToId.eq(post))
        .apply_if(after, |select, after| select.filter(Column::Id.gt(after)))
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db)
        .await
}

/// What is public in a thread, oldest first.
pub async fn list_open_thread(
    db: &impl ConnectionTrait,
    thread: PostId,
    after: Option<PostId>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    visible_to(None)
        .filter(Column::ThreadId.eq(thread))
        .filter(Column::BoostOfId.is_null())
        .apply_if(after, |select, after| select.filter(Column::Id.gt(after)))
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db)
        .await
}

/// Boosts of a post that everybody may see.
pub async fn list_boosts_of(
    db: &impl ConnectionTrait,
    post: PostId,
    page: &Page,
) -> Result<Vec<Model>, DbErr> {
    let select = visible_to(None).filter(Column::BoostOfId.eq(post));
    Ok(page.in_order(page.apply(select, Column::Id).all(db).await?))
}

/// Which of `posts` were boosted by `account`.
pub async fn boosted_among(
    db: &impl ConnectionTrait,
    account: AccountId,
    posts: Vec<PostId>,
) -> Result<Vec<PostId>, DbErr> {
    if posts.is_empty() {
        return Ok(vec![]);
    }
    let found: Vec<Option<PostId>> = Entity::find()
        .select_only()
        .column(Column::BoostOfId)
        .filter(Column::AuthorId.eq(account))
        .filter(published())
        .filter(Column::BoostOfId.is_in(posts))
        .into_tuple()
        .all(db)
        .await?;
    Ok(found.into_iter().flatten().collect())
}

/// Which of these posts were deleted.
pub async fn deleted_among(db: &impl ConnectionTrait, posts: Vec<PostId>) -> Result<Vec<PostId>, DbErr> {
    if posts.is_empty() {
        return Ok(vec![]);
    }
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Id.is_in(posts))
        .filter(Column::State.eq(State::Deleted))
        .into_tuple()
        .all(db)
        .await
}

/// How many posts of ours are out.
pub async fn count_ours(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    let sum: Option<Option<i64>> = super::accounts::Entity::find()
        .select_only()
        .column_as(Expr::col(super::accounts::Column::PostsCount).sum().cast_as("bigint"), "sum")
        .filter(super::accounts::Column::Host.is_null())
        .into_tuple()
        .one(db)
        .await?;
    Ok(sum.flatten().unwrap_or(0).unsigned_abs())
}

/// The newest id of all, drafts and tombstones too.
pub async fn newest_id(db: &impl ConnectionTrait) -> Result<Option<PostId>, DbErr> {
    Entity::find().select_only().column(Column::Id).order_by_desc(Column::Id).into_tuple().one(db).await
}

/// The authors that are ours, for a subquery.
fn ours() -> SelectStatement {
    use super::accounts::{Column, Entity};
    Entity::find().select_only().column(Column::Id).filter(Column::Host.is_null()).into_query()
}

/// Leaves out whom `me` blocks or mutes, their boosts and boosts of them.
fn without_unwanted(select: Select<Entity>, me: AccountId, now: DateTime<Utc>) -> Select<Entity> {
    let boosts_of_unwanted = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(
            Condition::any()
                .add(Column::AuthorId.in_subquery(blocks::blocked_by(me)))
                .add(Column::AuthorId.in_subquery(mutes::muted_by(me, now))),
        )
        .into_query();
    select
        .filter(Column::AuthorId.not_in_subquery(blocks::blocked_by(me)))
        .filter(Column::AuthorId.not_in_subquery(mutes::muted_by(me, now)))
        .filter(Column::BoostOfId.is_null().or(Column::BoostOfId.not_in_subquery(boosts_of_unwanted)))
}

/// Adds a post.
pub async fn insert(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::insert(tx, row).await
}

/// Adds a post unless its address is taken, by a post or by a tombstone; says whether it did.
pub async fn insert_once(tx: &DatabaseTransaction, row: Model) -> Result<bool, DbErr> {
    super::insert_once(tx, row, [Column::Uri]).await
}

/// Adds a post unless its id is taken; says whether it did.
pub async fn insert_if_free(tx: &DatabaseTransaction, row: Model) -> Result<bool, DbErr> {
    super::insert_once(tx, row, [Column::Id]).await
}

/// Replaces a row as a whole but for its counters.
pub async fn update(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    let id = row.id;
    let mut row = row.into_active_model().reset_all();
    for counter in [Column::Id, Column::RepliesCount, Column::BoostsCount, Column::FavouritesCount] {
        row.not_set(counter);
    }
    // What moderators decide is written by itself: who read the row before must not write it back.
    row.not_set(Column::HiddenAt);
    Entity::update_many().set(row).filter(Column::Id.eq(id)).exec(tx).await?;
    Ok(())
}

/// A counter of a post.
#[derive(Clone, Copy, Debug)]
pub enum Counter {
    /// Answers.
    Replies,
    /// Boosts.
    Boosts,
    /// Favourites.
    Favourites,
}

/// Moves a counter by `by`, never below zero.
pub async fn count(tx: &DatabaseTransaction, id: PostId, counter: Counter, by: i64) -> Result<(), DbErr> {
    let column = match counter {
        Counter::Replies => Column::RepliesCount,
        Counter::Boosts => Column::BoostsCount,
        Counter::Favourites => Column::FavouritesCount,
    };
    let moved = Expr::col(column).add(by);
    let held = Expr::case(moved.clone().lt(0), 0).finally(moved);
    Entity::update_many().col_expr(column, held.into()).filter(Column::Id.eq(id)).exec(tx).await?;
    Ok(())
}

/// Leaves only the address of a post; says whether it was still there.
pub async fn mark_deleted(
    tx: &DatabaseTransaction,
    id: PostId,
    by: Option<PersonId>,
    at: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let changed = Entity::update_many()
        .col_expr(Column::State, Expr::value(State::Deleted))
        .col_expr(Column::DeletedAt, Expr::value(at))
        .col_expr(Column::DeletedBy, Expr::value(by))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.eq(id))
        .filter(Column::State.ne(State::Deleted))
        .exec(tx)
        .await?;
    Ok(changed.rows_affected > 0)
}

/// Hides a post, or shows it again; false if it was so already, or is gone.
pub async fn set_hidden(
    tx: &DatabaseTransaction,
    id: PostId,
    hidden_at: Option<DateTime<Utc>>,
) -> Result<bool, DbErr> {
    let as_before = match hidden_at {
        Some(_) => Column::HiddenAt.is_null(),
        None => Column::HiddenAt.is_not_null(),
    };
    let changed = Entity::update_many()
        .col_expr(Column::HiddenAt, Expr::value(hidden_at))
        .filter(Column::Id.eq(id))
        .filter(Column::State.eq(State::Published))
        .filter(as_before)
        .exec(tx)
        .await?;
    Ok(changed.rows_affected > 0)
}

/// Whether anything is shown that an account elsewhere has answered or said to one of ours.
pub async fn has_spoken_to_us(db: &impl ConnectionTrait, author: AccountId) -> Result<bool, DbErr> {
    let ours = || {
        accounts::Entity::find()
            .select_only()
            .column(accounts::Column::Id)
            .filter(accounts::Column::Host.is_null())
            .into_query()
    };
    let naming_us = mentions::Entity::find()
        .select_only()
        .column(mentions::Column::PostId)
        .filter(mentions::Column::AccountId.in_subquery(ours()))
        .into_query();
    let found = Entity::find()
        .filter(published())
        .filter(Column::AuthorId.eq(author))
        .filter(
            Condition::any()
                .add(Column::InReplyToAccountId.in_subquery(ours()))
                .add(Column::Id.in_subquery(naming_us)),
        )
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// What is out of a thread, hidden or not, oldest first: for moderators alone. Of what is not open to everybody only `also`.
pub async fn list_thread_with_hidden(
    db: &impl ConnectionTrait,
    thread: PostId,
    also: PostId,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    let open = Column::Visibility.is_in([Visibility::Public, Visibility::Unlisted]);
    Entity::find()
        .filter(Column::ThreadId.eq(thread))
        .filter(Column::State.eq(State::Published))
        .filter(Column::BoostOfId.is_null())
        .filter(Condition::any().add(open).add(Column::Id.eq(also)))
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db)
        .await
}

/// Covers the pictures of a post, or uncovers them.
pub async fn set_sensitive(tx: &DatabaseTransaction, id: PostId, sensitive: bool) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::Sensitive, Expr::value(sensitive))
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// The boosts of a post that are out, hidden ones too.
pub async fn list_boosts_to_end(tx: &DatabaseTransaction, post: PostId) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::BoostOfId.eq(post)).filter(Column::State.eq(State::Published)).all(tx).await
}

/// At most `limit` posts of an author that are not yet deleted: for an account that goes.
pub async fn list_to_delete(
    tx: &DatabaseTransaction,
    author: AccountId,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::AuthorId.eq(author))
        .filter(Column::State.ne(State::Deleted))
        .limit(limit)
        .all(tx)
        .await
}

/// Ties answers that came before their parent to it, and to its thread.
pub async fn adopt_orphans(tx: &DatabaseTransaction, parent: &Model) -> Result<(), DbErr> {
    let orphans: Vec<Model> = Entity::find()
        .filter(Column::InReplyToUri.eq(&parent.uri))
        .filter(Column::InReplyToId.is_null())
        .limit(1000)
        .all(tx)
        .await?;
    for orphan in orphans {
        Entity::update_many()
            .col_expr(Column::InReplyToId, Expr::value(parent.id))
            .col_expr(Column::InReplyToAccountId, Expr::value(parent.author_id))
            .filter(Column::Id.eq(orphan.id))
            .exec(tx)
            .await?;
        Entity::update_many()
            .col_expr(Column::ThreadId, Expr::value(parent.thread_id))
            .filter(Column::ThreadId.eq(orphan.thread_id))
            .exec(tx)
            .await?;
        if orphan.is_published() {
            count(tx, parent.id, Counter::Replies, 1).await?;
        }
    }
    Ok(())
}

/// The last message of a thread before `except`, for a conversation that loses one.
pub async fn find_last_of_thread(
    db: &impl ConnectionTrait,
    thread: PostId,
    except: PostId,
) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::ThreadId.eq(thread))
        .filter(Column::Id.ne(except))
        .filter(published())
        .filter(Column::Visibility.eq(Visibility::Direct))
        .order_by_desc(Column::Id)
        .one(db)
        .await
}

/// Takes a draft away whole.
pub async fn delete_unpublished(tx: &DatabaseTransaction, id: PostId) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::Id.eq(id))
        .filter(Column::State.is_in([State::Draft, State::Waiting]))
        .exec(tx)
        .await?;
    Ok(())
}
