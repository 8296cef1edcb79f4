//! What posts reached, counted from what is stored: the questions behind the sums of a day and the figures of a month.
//!
//! A day or month is a range of ids: they tell when something was made. Ids and texts below come from this program, never
//! from a request.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Statement};

use crate::domain::ids::{self, AccountId, PostId, first_at};
use crate::domain::reach::Measure;

/// From when to before when something was made.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// The first moment.
    pub from: DateTime<Utc>,
    /// The moment after the last.
    pub until: DateTime<Utc>,
}

impl Span {
    /// The condition that the id in `column` was made then.
    pub(super) fn has(self, column: &str) -> String {
        format!("{column} >= {} AND {column} < {}", first_at(self.from), first_at(self.until))
    }
}

/// How much a post of ours has of something.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct OfPost {
    /// The post.
    pub post_id: PostId,
    /// Its author.
    pub account_id: AccountId,
    /// How much.
    pub amount: i64,
}

/// How much an account of ours has of something.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct OfAccount {
    /// The account.
    pub account_id: AccountId,
    /// How much.
    pub amount: i64,
}

/// A post that was published.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Published {
    /// The post.
    pub post_id: PostId,
    /// Its author.
    pub account_id: AccountId,
    /// How many pictures and films it has.
    pub media: i64,
    /// How many of these nobody has described.
    pub bare: i64,
}

/// The posts, without boosts and direct messages, that accounts of ours published.
pub async fn list_published(db: &impl ConnectionTrait, span: Span) -> Result<Vec<Published>, DbErr> {
    let sql = format!(
        "SELECT p.id AS post_id, p.author_id AS account_id,
                (SELECT COUNT(*) FROM media m WHERE m.post_id = p.id) AS media,
                (SELECT COUNT(*) FROM media m
                 WHERE m.post_id = p.id AND m.description = '' AND NOT m.decorative) AS bare
         FROM posts p JOIN accounts a ON a.id = p.author_id
         WHERE {} AND a.host IS NULL AND p.state = 'published' AND p.boost_of_id IS NULL
           AND p.visibility <> 'direct'",
        span.has("p.id")
    );
    all(db, sql).await
}

/// What others did with posts of ours, counted for each post; nothing for a measure that is not counted so.
pub async fn count_reactions(
    db: &impl ConnectionTrait,
    measure: Measure,
    span: Span,
) -> Result<Vec<OfPost>, DbErr> {
    let Some(reaction) = reaction(measure, span) else { return Ok(vec![]) };
    let sql = format!(
        "SELECT r.post_id, p.author_id AS account_id, COUNT(DISTINCT r.actor_id) AS amount
         FROM ({reaction}) r JOIN posts p ON p.id = r.post_id JOIN accounts a ON a.id = p.author_id
         WHERE a.host IS NULL AND p.visibility <> 'direct' AND r.actor_id <> p.author_id
         GROUP BY r.post_id, p.author_id"
    );
    all(db, sql).await
}

/// A reaction as rows of `post_id`, `actor_id` and `made_id`, whose id tells when it was made. Several answers of one account to one post count once.
fn reaction(measure: Measure, span: Span) -> Option<String> {
    Some(match measure {
        Measure::Favourites => {
            format!("SELECT post_id, account_id AS actor_id, id AS made_id FROM favourites WHERE {}", span.has("id"))
        }
        Measure::Boosts => format!(
            "SELECT boost_of_id AS post_id, author_id AS actor_id, id AS made_id FROM posts
             WHERE {} AND boost_of_id IS NOT NULL AND state = 'published'",
            span.has("id")
        ),
        Measure::Replies => format!(
            "SELECT in_reply_to_id AS post_id, author_id AS actor_id, id AS made_id FROM posts
             WHERE {} AND in_reply_to_id IS NOT NULL AND state = 'published' AND hidden_at IS NULL
               AND visibility IN ('public', 'unlisted')",
            span.has("id")
        ),
        Measure::Quotes => format!(
            "SELECT q.quoted_id AS post_id, q.account_id AS actor_id, q.post_id AS made_id FROM quotes q JOIN posts b ON b.id = q.post_id
             WHERE {} AND q.quoted_id IS NOT NULL AND q.state = 'accepted' AND b.state = 'published'",
            span.has("q.post_id")
        ),
        Measure::Votes => {
            format!("SELECT post_id, account_id AS actor_id, id AS made_id FROM poll_votes WHERE {}", span.has("id"))
        }
        _ => return None,
    })
}

/// How many accounts on one server reacted to posts of an account of ours.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct OfHost {
    /// Our account.
    pub account_id: AccountId,
    /// Their server; none: accounts here.
    pub host: Option<String>,
    /// How many.
    pub amount: i64,
}

/// How many accounts reacted to posts of ours, each once for each account of ours, by their server.
pub async fn count_reactors(
    db: &impl ConnectionTrait,
    measures: &[Measure],
    span: Span,
) -> Result<Vec<OfHost>, DbErr> {
    let sql = format!(
        "SELECT r.account_id, h.host, COUNT(*) AS amount
         FROM (SELECT DISTINCT p.author_id AS account_id, r.actor_id
               FROM ({}) r JOIN posts p ON p.id = r.post_id JOIN accounts a ON a.id = p.author_id
               WHERE a.host IS NULL AND p.visibility <> 'direct' AND r.actor_id <> p.author_id) r
         JOIN accounts h ON h.id = r.actor_id
         GROUP BY r.account_id, h.host",
        any_reaction(measures, span)
    );
    all(db, sql).await
}

/// How many accounts reacted to any post of ours, each once.
pub async fn count_reactors_in_all(
    db: &impl ConnectionTrait,
    measures: &[Measure],
    span: Span,
) -> Result<i64, DbErr> {
    let sql = format!(
        "SELECT COUNT(DISTINCT r.actor_id) AS amount
         FROM ({}) r JOIN posts p ON p.id = r.post_id JOIN accounts a ON a.id = p.author_id
         WHERE a.host IS NULL AND p.visibility <> 'direct' AND r.actor_id <> p.author_id",
        any_reaction(measures, span)
    );
    Ok(all::<Amount>(db, sql).await?.first().map_or(0, |row| row.amount))
}

fn any_reaction(measures: &[Measure], span: Span) -> String {
    let each: Vec<String> = measures.iter().filter_map(|measure| reaction(*measure, span)).collect();
    each.join(" UNION ALL ")
}

/// How many reactions to posts of an account of ours there were in one hour.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct OfHour {
    /// Our account.
    pub account_id: AccountId,
    /// The hour, counted from 1970.
    pub hour: i64,
    /// How many.
    pub amount: i64,
}

/// Reactions to posts of ours, by the hour in which they were made.
pub async fn count_by_hour(
    db: &impl ConnectionTrait,
    measures: &[Measure],
    span: Span,
) -> Result<Vec<OfHour>, DbErr> {
    let sql = format!(
        "SELECT p.author_id AS account_id, r.made_id / {} AS hour, COUNT(*) AS amount
         FROM ({}) r JOIN posts p ON p.id = r.post_id JOIN accounts a ON a.id = p.author_id
         WHERE a.host IS NULL AND p.visibility <> 'direct' AND r.actor_id <> p.author_id
         GROUP BY p.author_id, r.made_id / {}",
        ids::HOUR,
        any_reaction(measures, span),
        ids::HOUR
    );
    all(db, sql).await
}

#[derive(FromQueryResult)]
struct Amount {
    amount: i64,
}

/// How many began to follow each account of ours and still do.
pub async fn count_new_followers(db: &impl ConnectionTrait, span: Span) -> Result<Vec<OfAccount>, DbErr> {
    let sql = format!(
        "SELECT f.followed_id AS account_id, COUNT(*) AS amount
         FROM follows f JOIN accounts a ON a.id = f.followed_id
         WHERE {} AND f.state = 'accepted' AND a.host IS NULL
         GROUP BY f.followed_id",
        span.has("f.id")
    );
    all(db, sql).await
}

/// How many followers each account of ours has on each server; only those who began before `before`.
pub async fn count_followers_by_host(
    db: &impl ConnectionTrait,
    before: DateTime<Utc>,
) -> Result<Vec<OfHost>, DbErr> {
    let sql = format!(
        "SELECT f.followed_id AS account_id, h.host, COUNT(*) AS amount
         FROM follows f JOIN accounts a ON a.id = f.followed_id JOIN accounts h ON h.id = f.follower_id
         WHERE f.state = 'accepted' AND f.id < {} AND a.host IS NULL
         GROUP BY f.followed_id, h.host",
        first_at(before)
    );
    all(db, sql).await
}

/// How a post went out.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Delivery {
    /// The post.
    pub post_id: PostId,
    /// Its author.
    pub account_id: AccountId,
    /// How many servers took it.
    pub delivered: i64,
    /// How many did not, in the end.
    pub undelivered: i64,
    /// How many followers are behind the inboxes that took it.
    pub followers: i64,
    /// How many bytes of it went out, without what the way there costs (TLS, headers).
    pub bytes: i64,
}

/// How the posts went out that began to be sent then.
pub async fn list_deliveries(db: &impl ConnectionTrait, span: Span) -> Result<Vec<Delivery>, DbErr> {
    let sent = format!("o.kind = 'Create' AND o.post_id IS NOT NULL AND {}", span.has("o.id"));
    let of_posts = deliveries_of(&sent, &span.has("o.id"));
    all(db, of_posts).await
}

/// How one post went out, up to now.
pub async fn find_delivery(db: &impl ConnectionTrait, post: PostId) -> Result<Option<Delivery>, DbErr> {
    let sent = format!("o.kind = 'Create' AND o.post_id = {}", post.0);
    Ok(all(db, deliveries_of(&sent, &format!("o.post_id = {}", post.0))).await?.into_iter().next())
}

/// `sent`: which activities; `of`: the same without their kind, to narrow whose followers are counted.
fn deliveries_of(sent: &str, of: &str) -> String {
    format!(
        "SELECT o.post_id, o.account_id,
                COUNT(DISTINCT CASE WHEN d.state = 'delivered' THEN d.host END) AS delivered,
                COUNT(DISTINCT CASE WHEN d.state IN ('refused', 'expired') THEN d.host END) AS undelivered,
                CAST(COALESCE(SUM(CASE WHEN d.state = 'delivered' THEN f.amount END), 0) AS BIGINT) AS followers,
                CAST(COALESCE(SUM(CASE WHEN d.state = 'delivered' THEN LENGTH(o.body) END), 0) AS BIGINT) AS bytes
         FROM outgoing o JOIN deliveries d ON d.outgoing_id = o.id
         LEFT JOIN (SELECT f.followed_id, h.inbox_used, COUNT(*) AS amount
                    FROM follows f
                    JOIN (SELECT id, host, COALESCE(shared_inbox, inbox) AS inbox_used FROM accounts) h
                      ON h.id = f.follower_id
                    WHERE f.state = 'accepted' AND h.host IS NOT NULL
                      AND f.followed_id IN (SELECT o.account_id FROM outgoing o WHERE {of})
                    GROUP BY f.followed_id, h.inbox_used) f
           ON f.followed_id = o.account_id AND f.inbox_used = d.inbox
         WHERE {sent}
         GROUP BY o.post_id, o.account_id"
    )
}

/// A post of somebody else that mentions an account of ours, and the account's first answer.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Question {
    /// Who is mentioned.
    pub account_id: AccountId,
    /// When it came here.
    pub asked_at: DateTime<Utc>,
    /// The first answer.
    pub answer_id: Option<i64>,
}

/// What accounts of ours were asked: each post that mentions them.
pub async fn list_questions(db: &impl ConnectionTrait, span: Span) -> Result<Vec<Question>, DbErr> {
    let sql = format!(
        "SELECT m.account_id, q.received_at AS asked_at,
                (SELECT MIN(r.id) FROM posts r
                 WHERE r.in_reply_to_id = q.id AND r.author_id = m.account_id AND r.state = 'published') AS answer_id
         FROM posts q JOIN mentions m ON m.post_id = q.id
         JOIN accounts a ON a.id = m.account_id JOIN accounts w ON w.id = q.author_id
         WHERE {} AND a.host IS NULL AND w.host IS NOT NULL AND q.state = 'published' AND q.hidden_at IS NULL",
        span.has("q.id")
    );
    all(db, sql).await
}

async fn all<T: FromQueryResult>(db: &impl ConnectionTrait, sql: String) -> Result<Vec<T>, DbErr> {
    T::find_by_statement(Statement::from_string(db.get_database_backend(), sql)).all(db).await
}
