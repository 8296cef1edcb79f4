//! All that the database says of an account elsewhere: where it stands, what is handed out of it, and what becomes of it when
//! the person behind it wants it erased.
//!
//! [`PLACES`] is the register. A test reads the schema and fails where a table refers to accounts and is not in it.

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, FromQueryResult, JsonValue, Statement, Value};

use super::accounts;

/// How the rows of a place are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// The column has the id of the account.
    Account,
    /// The column has the address of the account.
    Address,
    /// The column has the account's own inbox.
    Inbox,
    /// The column has the id of a post that the account wrote.
    Post,
    /// The column has the id of a case about the account.
    Case,
}

/// Why something stays when all else is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The bare address: by it we know what must not be taken in again.
    Address,
    /// A case of the moderators, its decision, and what follows from it: for complaints and courts, until its time is over.
    Case,
    /// Accounts of ours are protected from the account.
    Protection,
    /// It is the post of somebody else, or of ours, that says so.
    Others,
    /// By it we know what has come already; it goes by age.
    Repeats,
}

impl Why {
    /// The reason in a sentence, for the register that is handed out.
    pub fn sentence(self) -> &'static str {
        match self {
            Why::Address => "The bare address is kept, so that what was erased is not taken in again.",
            Why::Case => {
                "Records of moderation are kept until their time is over, for complaints and legal claims (Art. 17(3) \
                 GDPR)."
            }
            Why::Protection => "It protects accounts of this server.",
            Why::Others => "It belongs to posts of others, or of this server.",
            Why::Repeats => "It shows what has come already, so that nothing happens twice; it goes by age.",
        }
    }
}

/// What becomes of a place when an account is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nothing: the place speaks of accounts of ours alone.
    OnlyOurs,
    /// The rows are taken out.
    Erased,
    /// The rows stay, all of them or what is left of them.
    Kept(Why),
}

/// One place where accounts are spoken of.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The table.
    pub table: &'static str,
    /// The column that refers to the account.
    pub column: &'static str,
    /// How.
    pub key: Key,
    /// What of it is handed out: columns of the table, which is called `t`. What others said in confidence, and secrets, are
    /// left out.
    pub shown: &'static str,
    /// What becomes of it.
    pub fate: Fate,
}

const fn ours(table: &'static str, column: &'static str) -> Place {
    Place { table, column, key: Key::Account, shown: "", fate: Fate::OnlyOurs }
}

const fn place(
    (table, column): (&'static str, &'static str),
    key: Key,
    fate: Fate,
    shown: &'static str,
) -> Place {
    Place { table, column, key, shown, fate }
}

/// The address of the post that a row is about, and more.
macro_rules! about_post {
    ($more:literal) => {
        concat!("(SELECT p.uri FROM posts p WHERE p.id = t.post_id) AS post, ", $more)
    };
}

/// The register of places, in the order in which they are erased.
pub const PLACES: &[Place] = &[
    // The account itself.
    place(
        ("accounts", "id"),
        Key::Account,
        Fate::Kept(Why::Address),
        "t.uri, t.url, t.username, t.domain, t.kind, t.display_name, t.note, t.fields, t.emojis, t.avatar,
         t.avatar_description, t.header, t.header_description, t.inbox, t.shared_inbox, t.followers, t.featured, t.locked,
         t.discoverable, t.indexable, t.followers_count, t.following_count, t.posts_count, t.last_post_at, t.created_at,
         t.fetched_at, t.suspended_at, t.limited_at, t.shut_out_at, t.moved_to, t.moved_at, t.suspended_elsewhere,
         t.deleted_at",
    ),
    place(("actor_keys", "account_id"), Key::Account, Fate::Erased, "t.key_id, t.public_key, t.fetched_at"),
    place(("follower_counts", "account_id"), Key::Account, Fate::Erased, "t.amount, t.read_at"),
    place(("featured_tags", "account_id"), Key::Account, Fate::Erased, "(SELECT g.shown FROM tags g WHERE g.id = t.tag_id) AS tag"),
    // What it wrote.
    place(
        ("posts", "author_id"),
        Key::Account,
        Fate::Kept(Why::Address),
        "t.uri, t.url, t.visibility, t.state, t.language, t.sensitive, t.in_reply_to_uri,
         (SELECT b.uri FROM posts b WHERE b.id = t.boost_of_id) AS boost_of, t.published_at, t.received_at, t.edited_at,
         t.deleted_at, t.hidden_at, t.replies_count, t.boosts_count, t.favourites_count",
    ),
    place(("post_texts", "post_id"), Key::Post, Fate::Erased, about_post!("t.language, t.warning, t.html, t.emojis")),
    place(("post_versions", "post_id"), Key::Post, Fate::Erased, about_post!("t.version, t.snapshot, t.created_at")),
    place(("post_tags", "post_id"), Key::Post, Fate::Erased, about_post!("(SELECT g.shown FROM tags g WHERE g.id = t.tag_id) AS tag")),
    place(("post_policies", "post_id"), Key::Post, Fate::Erased, about_post!("t.quote_automatic, t.quote_manual, t.reply_automatic, t.reply_manual")),
    place(("held_posts", "author_id"), Key::Account, Fate::Erased, about_post!("t.rule, t.held_at")),
    place(("reply_fetches", "post_id"), Key::Post, Fate::Erased, about_post!("t.fetched_at")),
    place(
        ("media", "account_id"),
        Key::Account,
        Fate::Erased,
        about_post!("t.kind, t.mime, t.remote_url, t.remote_preview_url, t.width, t.height, t.duration, t.description, t.created_at"),
    ),
    place(("quotes", "account_id"), Key::Account, Fate::Erased, "t.quoted_uri, t.state, t.request_uri, t.created_at"),
    place(("quotes", "quoted_account_id"), Key::Account, Fate::Kept(Why::Others), "t.quoted_uri, t.state, t.stamp_uri, t.created_at"),
    place(("poll_options", "post_id"), Key::Post, Fate::Erased, about_post!("t.position, t.title, t.votes_count")),
    place(("polls", "post_id"), Key::Post, Fate::Erased, about_post!("t.multiple, t.closes_at, t.voters_count")),
    place(("pins", "account_id"), Key::Account, Fate::Erased, about_post!("t.created_at")),
    // What it did.
    place(("poll_votes", "account_id"), Key::Account, Fate::Erased, about_post!("t.position, t.uri, t.created_at")),
    place(("favourites", "account_id"), Key::Account, Fate::Erased, about_post!("t.uri, t.created_at")),
    place(("follows", "follower_id"), Key::Account, Fate::Erased, "(SELECT a.uri FROM accounts a WHERE a.id = t.followed_id) AS followed, t.state, t.uri, t.created_at"),
    place(("blocks", "account_id"), Key::Account, Fate::Erased, "(SELECT a.uri FROM accounts a WHERE a.id = t.target_id) AS target, t.uri, t.created_at"),
    place(("notifications", "from_id"), Key::Account, Fate::Erased, about_post!("(SELECT a.uri FROM accounts a WHERE a.id = t.account_id) AS told, t.kind, t.created_at")),
    // What others do with it.
    place(("follows", "followed_id"), Key::Account, Fate::Erased, "(SELECT a.uri FROM accounts a WHERE a.id = t.follower_id) AS follower, t.state, t.created_at"),
    place(("mentions", "account_id"), Key::Account, Fate::Erased, "(SELECT p.uri FROM posts p WHERE p.id = t.post_id) AS post"),
    place(("list_members", "account_id"), Key::Account, Fate::Erased, "(SELECT l.title FROM lists l WHERE l.id = t.list_id) AS list"),
    place(("mutes", "target_id"), Key::Account, Fate::Erased, "(SELECT a.uri FROM accounts a WHERE a.id = t.account_id) AS by_account, t.created_at, t.ends_at"),
    place(("account_notes", "target_id"), Key::Account, Fate::Erased, "(SELECT a.uri FROM accounts a WHERE a.id = t.account_id) AS by_account, t.text"),
    place(("blocks", "target_id"), Key::Account, Fate::Kept(Why::Protection), "(SELECT a.uri FROM accounts a WHERE a.id = t.account_id) AS by_account, t.created_at"),
    place(("posts", "in_reply_to_account_id"), Key::Account, Fate::Kept(Why::Others), "t.uri, t.in_reply_to_uri"),
    // What was sent to it, and what came from it.
    place(("deliveries", "inbox"), Key::Inbox, Fate::Erased, "t.inbox, t.subject, t.state, t.attempts, t.last_answer, t.created_at, t.ended_at"),
    place(("post_recipients", "inbox"), Key::Inbox, Fate::Erased, about_post!("t.inbox")),
    place(("incoming", "actor"), Key::Address, Fate::Kept(Why::Repeats), "t.activity_id, t.kind, t.state, t.reason, t.received_at"),
    place(("gone", "actor"), Key::Address, Fate::Kept(Why::Repeats), "t.uri, t.ends_at"),
    // Moderation. Who reported it, and what moderators noted for each other, is not handed out.
    place(("cases", "account_id"), Key::Account, Fate::Kept(Why::Case), "t.number, t.url, t.state, t.opened_at, t.decided_at"),
    place(("case_snapshots", "case_id"), Key::Case, Fate::Kept(Why::Case), "t.version, t.body, t.hash, t.taken_at"),
    place(("decisions", "case_id"), Key::Case, Fate::Kept(Why::Case), "t.ground, t.citation, t.facts, t.redress, t.category, t.created_at, t.complaint_until, t.reversed_at"),
    place(("measures", "account_id"), Key::Account, Fate::Kept(Why::Case), "t.kind, t.created_at, t.ends_at, t.ended_at"),
    place(("reports", "reporter_id"), Key::Account, Fate::Kept(Why::Case), "(SELECT a.uri FROM accounts a WHERE a.id = t.target_id) AS target, t.category, t.comment, t.created_at"),
    place(("reports", "target_id"), Key::Account, Fate::Kept(Why::Case), "t.category, t.created_at"),
    place(("notices", "reporter_id"), Key::Account, Fate::Kept(Why::Case), "t.source, t.question, t.text, t.created_at"),
    place(("unfounded_notices", "notifier"), Key::Address, Fate::Kept(Why::Case), "t.created_at"),
    place(("notifier_steps", "notifier"), Key::Address, Fate::Kept(Why::Case), "t.kind, t.reasons, t.created_at, t.ends_at, t.ended_at, t.complaint, t.answer"),
    // Accounts elsewhere have no row here.
    ours("account_keys", "account_id"),
    ours("memberships", "account_id"),
    ours("oauth_codes", "account_id"),
    ours("oauth_tokens", "account_id"),
    ours("push_subscriptions", "account_id"),
    ours("bookmarks", "account_id"),
    ours("mutes", "account_id"),
    ours("thread_mutes", "account_id"),
    ours("account_notes", "account_id"),
    ours("notifications", "account_id"),
    ours("conversations", "account_id"),
    ours("lists", "account_id"),
    ours("filters", "account_id"),
    ours("markers", "account_id"),
    ours("reach_days", "account_id"),
    ours("reach_months", "account_id"),
    ours("reach_cells", "account_id"),
    ours("campaign_links", "account_id"),
    ours("tag_follows", "account_id"),
    ours("idempotency_keys", "account_id"),
    ours("outgoing", "account_id"),
];

impl Place {
    /// Which rows are meant, with `$1` for what they are found by.
    fn condition(&self) -> String {
        match self.key {
            Key::Account | Key::Address | Key::Inbox => format!("t.{} = $1", self.column),
            Key::Post => format!("t.{} IN (SELECT s.id FROM posts s WHERE s.author_id = $1)", self.column),
            Key::Case => format!("t.{} IN (SELECT s.id FROM cases s WHERE s.account_id = $1)", self.column),
        }
    }

    /// What rows are found by; none where nothing can be found.
    fn value(&self, subject: &Subject) -> Option<Value> {
        match self.key {
            Key::Account | Key::Post | Key::Case => Some(subject.account.as_ref()?.id.0.into()),
            Key::Address => Some(subject.uri.clone().into()),
            Key::Inbox => subject.own_inbox.clone().map(Into::into),
        }
    }

    /// Its name: table and column.
    pub fn name(&self) -> String {
        format!("{}.{}", self.table, self.column)
    }
}

/// Whose data is meant.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The address of the account.
    pub uri: String,
    /// The account, if it is known here.
    pub account: Option<accounts::Model>,
    /// Its inbox, unless others have the same.
    pub own_inbox: Option<String>,
}

/// The account at `uri`, with all that its rows are found by.
pub async fn find(db: &impl ConnectionTrait, uri: &str) -> Result<Subject, DbErr> {
    let account = accounts::find_by_uri(db, uri).await?;
    let mut own_inbox = None;
    if let Some(account) =
        account.as_ref().filter(|account| account.shared_inbox.as_ref() != Some(&account.inbox))
    {
        let holders = accounts::list_by_inboxes(db, vec![account.inbox.clone()]).await?;
        own_inbox = (holders.len() <= 1).then(|| account.inbox.clone());
    }
    Ok(Subject { uri: uri.to_owned(), account, own_inbox })
}

/// Most rows of one place that are handed out.
pub const MOST_ROWS: u64 = 100_000;

/// What one place says of the subject, at most [`MOST_ROWS`].
pub async fn list(
    db: &impl ConnectionTrait,
    place: &Place,
    subject: &Subject,
) -> Result<Vec<JsonValue>, DbErr> {
    let Some(value) = place.value(subject).filter(|_| !place.shown.is_empty()) else { return Ok(vec![]) };
    let sql = format!(
        "SELECT {} FROM {} t WHERE {} LIMIT {MOST_ROWS}",
        place.shown,
        place.table,
        place.condition()
    );
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [value]);
    JsonValue::find_by_statement(statement).all(db).await
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

/// How many rows of one place speak of the subject.
pub async fn count(db: &impl ConnectionTrait, place: &Place, subject: &Subject) -> Result<u64, DbErr> {
    let Some(value) = place.value(subject) else { return Ok(0) };
    let sql = format!("SELECT COUNT(*) AS count FROM {} t WHERE {}", place.table, place.condition());
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [value]);
    let found = Count::find_by_statement(statement).one(db).await?;
    Ok(found.map_or(0, |found| found.count.unsigned_abs()))
}

/// Takes out what is still there of the subject, in all places that are to be erased, and what deleted posts and the deleted
/// account still say but for their address.
pub async fn erase(tx: &DatabaseTransaction, subject: &Subject) -> Result<(), DbErr> {
    let backend = tx.get_database_backend();
    let Some(account) = &subject.account else { return Ok(()) };
    let id = || Value::from(account.id.0);
    let run = async |sql: &str, value: Value| {
        tx.execute_raw(Statement::from_sql_and_values(backend, sql, [value])).await.map(|_| ())
    };
    // A vote is counted out where it was counted in.
    run(
        "UPDATE poll_options SET votes_count = votes_count - 1
         WHERE votes_count > 0 AND EXISTS (SELECT 1 FROM poll_votes v
             WHERE v.post_id = poll_options.post_id AND v.position = poll_options.position AND v.account_id = $1)",
        id(),
    )
    .await?;
    run(
        "UPDATE polls SET voters_count = voters_count - 1
         WHERE voters_count > 0 AND EXISTS (SELECT 1 FROM poll_votes v WHERE v.post_id = polls.post_id AND v.account_id = $1 AND v.position >= 0)",
        id(),
    )
    .await?;
    // What was said to nobody else.
    if let Some(inbox) = &subject.own_inbox {
        let alone = "SELECT o.id FROM outgoing o WHERE EXISTS (SELECT 1 FROM deliveries d WHERE d.outgoing_id = o.id AND d.inbox = $1)
             AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.outgoing_id = o.id AND d.inbox <> $1)";
        let found =
            Id::find_by_statement(Statement::from_sql_and_values(backend, alone, [inbox.clone().into()]));
        let found = found.all(tx).await?;
        run("DELETE FROM deliveries WHERE inbox = $1", inbox.clone().into()).await?;
        for row in found {
            run("DELETE FROM outgoing WHERE id = $1", row.id.into()).await?;
        }
    }
    for place in PLACES.iter().filter(|place| place.fate == Fate::Erased) {
        let Some(value) = place.value(subject) else { continue };
        run(&format!("DELETE FROM {} AS t WHERE {}", place.table, place.condition()), value).await?;
    }
    run(
        "UPDATE posts SET url = '', language = NULL, in_reply_to_uri = NULL, edited_at = NULL WHERE author_id = $1",
        id(),
    )
    .await?;
    run(
        "UPDATE accounts SET username = 'erased-' || id, url = '', emojis = NULL, avatar_description = '',
             header_description = '', shared_inbox = NULL, followers = NULL, featured = NULL, inbox = '', moved_to = NULL,
             moved_at = NULL, last_post_at = NULL, fetched_at = NULL
         WHERE id = $1",
        id(),
    )
    .await
}

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}
