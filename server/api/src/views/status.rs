//! Posts, which the rest of the world calls statuses.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use stadtbote_core::actions::Member;
use stadtbote_core::actions::posts::Version;
use stadtbote_core::domain::copies::Use;
use stadtbote_core::domain::ids::{AccountId, OauthAppId, PostId, TagId};
use stadtbote_core::domain::text;
use stadtbote_core::store::posts::Model;
use stadtbote_core::store::{
    accounts, bookmarks, favourites, media, mentions, oauth_apps, pins, post_tags, post_texts, post_versions,
    posts, tags, thread_mutes,
};
use stadtbote_core::{App, Error};

use super::account::{self, Account};
use super::emoji::{self, CustomEmoji};
use super::filter::{FilterResult, Filters};
use super::media::MediaAttachment;
use super::poll::{self, Poll};
use super::quote::{Quote, QuoteApproval, Quotes};
use super::{EMPTY, Empty, Id, Nothing, Time};

/// Mastodon's `Status`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Status {
    pub(crate) id: Id,
    pub(crate) created_at: Time,
    pub(crate) in_reply_to_id: Option<Id>,
    pub(crate) in_reply_to_account_id: Option<Id>,
    pub(crate) sensitive: bool,
    pub(crate) spoiler_text: String,
    pub(crate) visibility: &'static str,
    pub(crate) language: Option<String>,
    pub(crate) uri: String,
    pub(crate) url: String,
    pub(crate) replies_count: i64,
    pub(crate) reblogs_count: i64,
    pub(crate) favourites_count: i64,
    pub(crate) quotes_count: i64,
    pub(crate) edited_at: Option<Time>,
    /// What one's own account has to do with it; without a token the keys are absent.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub(crate) own: Option<Own>,
    pub(crate) content: String,
    pub(crate) reblog: Option<Box<Status>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) application: Option<StatusApplication>,
    pub(crate) account: Account,
    pub(crate) media_attachments: Vec<MediaAttachment>,
    pub(crate) mentions: Vec<Mention>,
    pub(crate) tags: Vec<StatusTag>,
    pub(crate) emojis: Vec<CustomEmoji>,
    pub(crate) card: Nothing,
    pub(crate) poll: Option<Poll>,
    pub(crate) quote: Option<Quote>,
    pub(crate) quote_approval: QuoteApproval,
    pub(crate) tagged_collections: Empty,
    /// The text as it was written, only in the answer to a deletion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
}

/// What one's own account has to do with a post.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Own {
    pub(crate) favourited: bool,
    pub(crate) reblogged: bool,
    pub(crate) muted: bool,
    pub(crate) bookmarked: bool,
    /// Only for posts that could be pinned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pinned: Option<bool>,
    pub(crate) filtered: Vec<FilterResult>,
}

/// The client that wrote a post.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct StatusApplication {
    pub(crate) name: String,
    pub(crate) website: Option<String>,
}

/// Somebody who is named in a post.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Mention {
    pub(crate) id: Id,
    pub(crate) username: String,
    pub(crate) url: String,
    pub(crate) acct: String,
}

/// A hashtag in a post.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct StatusTag {
    pub(crate) name: String,
    pub(crate) url: String,
}

/// Mastodon's `Context`: what stands around a post.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Context {
    pub(crate) ancestors: Vec<Status>,
    pub(crate) descendants: Vec<Status>,
}

/// Mastodon's `StatusSource`: a post as it was written.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct StatusSource {
    pub(crate) id: Id,
    pub(crate) text: String,
    pub(crate) spoiler_text: String,
}

/// Mastodon's `StatusEdit`: a post as it once was.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct StatusEdit {
    pub(crate) content: String,
    pub(crate) spoiler_text: String,
    pub(crate) sensitive: bool,
    pub(crate) created_at: Time,
    pub(crate) account: Account,
    pub(crate) media_attachments: Vec<MediaAttachment>,
    pub(crate) emojis: Vec<CustomEmoji>,
    pub(crate) quote: Nothing,
}

/// Posts as `viewer` sees them, in their order; a boost of something that may not be seen is left out.
///
/// The number of questions to the database is the same for one post and for forty.
pub(crate) async fn load(app: &App, viewer: Option<&Member>, rows: Vec<Model>) -> Result<Vec<Status>, Error> {
    if rows.is_empty() {
        return Ok(vec![]);
    }
    let boosted: Vec<PostId> = rows.iter().filter_map(|post| post.boost_of_id).collect();
    let originals = posts::list_visible(app.db(), viewer.map(Member::viewer), boosted).await?;
    let originals: HashMap<PostId, Model> = originals.into_iter().map(|post| (post.id, post)).collect();
    let page: Vec<&Model> = rows.iter().chain(originals.values()).collect();
    let quotes = Quotes::load(app, viewer, &page).await?;
    let all: Vec<&Model> = page.iter().copied().chain(quotes.shown(&page)).collect();
    let around = Around::load(app, viewer, &all).await?;
    let own = match viewer {
        Some(member) => Some(OwnPart::load(app, member, &all).await?),
        None => None,
    };
    let flat = |post: &Model| {
        let is_ours = around.names.get(&post.author_id).is_some_and(accounts::Model::is_ours);
        Some(Status {
            quotes_count: quotes.count(post.id),
            quote_approval: quotes.approval(post, is_ours),
            quote: quotes.view_shallow(post.id),
            ..around.view(app, post, own.as_ref())?
        })
    };
    let view = |post: &Model| Some(Status { quote: quotes.view(post.id, flat), ..flat(post)? });
    let views = rows.iter().filter_map(|post| match post.boost_of_id {
        Some(original) => boost(view(post)?, view(originals.get(&original)?)?),
        None => view(post),
    });
    Ok(views.collect())
}

/// Those of the posts with these ids that the member may still see, in this order.
pub(crate) async fn load_by_ids(app: &App, member: &Member, ids: Vec<PostId>) -> Result<Vec<Status>, Error> {
    let mut rows = posts::list_visible(app.db(), Some(member.viewer()), ids.clone()).await?;
    rows.sort_by_key(|post| ids.iter().position(|id| *id == post.id));
    load(app, Some(member), rows).await
}

/// One post as `viewer` sees it.
pub(crate) async fn load_one(app: &App, viewer: Option<&Member>, row: Model) -> Result<Status, Error> {
    load(app, viewer, vec![row]).await?.pop().ok_or(Error::NotFound("Record"))
}

/// A boost is a shell around what it boosts, and repeats it on the outside for clients that look no further.
fn boost(shell: Status, original: Status) -> Option<Status> {
    Some(Status {
        id: shell.id,
        created_at: shell.created_at,
        uri: shell.uri,
        url: shell.url,
        visibility: shell.visibility,
        account: shell.account,
        application: shell.application,
        in_reply_to_id: None,
        in_reply_to_account_id: None,
        reblog: Some(Box::new(original.clone())),
        ..original
    })
}

/// What belongs to a page of posts.
struct Around {
    accounts: HashMap<AccountId, Account>,
    names: HashMap<AccountId, accounts::Model>,
    texts: HashMap<PostId, post_texts::Model>,
    media: HashMap<PostId, Vec<MediaAttachment>>,
    mentions: Vec<mentions::Model>,
    post_tags: Vec<post_tags::Model>,
    tags: HashMap<TagId, tags::Model>,
    apps: HashMap<OauthAppId, oauth_apps::Model>,
    polls: HashMap<PostId, Poll>,
}

impl Around {
    async fn load(app: &App, viewer: Option<&Member>, all: &[&Model]) -> Result<Around, Error> {
        let db = app.db();
        let ids: Vec<PostId> = all.iter().map(|post| post.id).collect();
        let mut texts = HashMap::new();
        for text in post_texts::list_of_posts(db, ids.clone()).await? {
            texts.entry(text.post_id).or_insert(text);
        }
        let mut media: HashMap<PostId, Vec<MediaAttachment>> = HashMap::new();
        for file in media::list_of_posts(db, ids.clone()).await? {
            if let Some(post) = file.post_id {
                media.entry(post).or_default().push(super::media::view(app, &file));
            }
        }
        let mentions = mentions::list_of_posts(db, ids.clone()).await?;
        let post_tags = post_tags::list_of_posts(db, ids).await?;
        let tag_ids: HashSet<TagId> = post_tags.iter().map(|row| row.tag_id).collect();
        let tags = tags::list_by_ids(db, tag_ids.into_iter().collect()).await?;
        let people: HashSet<AccountId> =
            all.iter().map(|post| post.author_id).chain(mentions.iter().map(|row| row.account_id)).collect();
        let people = accounts::list_by_ids(db, people.into_iter().collect()).await?;
        let apps: HashSet<OauthAppId> = all.iter().filter_map(|post| post.app_id).collect();
        let apps = oauth_apps::list_by_ids(db, apps.into_iter().collect()).await?;
        Ok(Around {
            accounts: people.iter().map(|row| (row.id, account::view(app, row))).collect(),
            names: people.into_iter().map(|row| (row.id, row)).collect(),
            texts,
            media,
            mentions,
            post_tags,
            tags: tags.into_iter().map(|tag| (tag.id, tag)).collect(),
            polls: poll::load(app, viewer, all).await?,
            apps: apps.into_iter().map(|app| (app.id, app)).collect(),
        })
    }

    fn view(&self, app: &App, post: &Model, own: Option<&OwnPart>) -> Option<Status> {
        let text = self.texts.get(&post.id);
        let content = text.map(|text| text.html.clone()).unwrap_or_default();
        let spoiler_text = text.map(|text| text.warning.clone()).unwrap_or_default();
        let media = self.media.get(&post.id).cloned().unwrap_or_default();
        let kept = text.and_then(|text| text.emojis.as_deref());
        let emojis = emoji::views(app, Use::PostEmoji, post.id.0, kept);
        let poll = self.polls.get(&post.id).map(|poll| Poll { emojis: emojis.clone(), ..poll.clone() });
        Some(Status {
            id: Id(post.id.0),
            created_at: Time(post.time()),
            in_reply_to_id: post.in_reply_to_id.map(|id| Id(id.0)),
            in_reply_to_account_id: post.in_reply_to_account_id.map(|id| Id(id.0)),
            sensitive: post.sensitive,
            visibility: post.visibility.name(),
            language: post.language.clone(),
            uri: post.uri.clone(),
            url: post.url.clone(),
            replies_count: post.replies_count,
            reblogs_count: post.boosts_count,
            favourites_count: post.favourites_count,
            quotes_count: 0,
            edited_at: post.edited_at.map(Time),
            own: own.map(|own| own.view(post, &spoiler_text, &content, &media)),
            content,
            spoiler_text,
            reblog: None,
            application: post
                .app_id
                .and_then(|id| self.apps.get(&id))
                .map(|app| StatusApplication { name: app.name.clone(), website: app.website.clone() }),
            account: self.accounts.get(&post.author_id)?.clone(),
            media_attachments: media,
            mentions: self.mentions(post.id),
            tags: self.tags(app, post.id),
            emojis,
            card: Nothing,
            poll,
            quote: None,
            quote_approval: QuoteApproval::NOBODY,
            tagged_collections: EMPTY,
            text: None,
        })
    }

    fn mentions(&self, post: PostId) -> Vec<Mention> {
        let named = self.mentions.iter().filter(|row| row.post_id == post);
        let named = named.filter_map(|row| self.names.get(&row.account_id));
        named
            .map(|account| Mention {
                id: Id(account.id.0),
                username: account.username.clone(),
                url: account.url.clone(),
                acct: account.acct(),
            })
            .collect()
    }

    fn tags(&self, app: &App, post: PostId) -> Vec<StatusTag> {
        let worn = self.post_tags.iter().filter(|row| row.post_id == post);
        let worn = worn.filter_map(|row| self.tags.get(&row.tag_id));
        worn.map(|tag| StatusTag { name: tag.name.clone(), url: super::tag::address(app, &tag.name) })
            .collect()
    }
}

/// What one's own account has to do with a page of posts.
struct OwnPart {
    account: AccountId,
    favourited: HashSet<PostId>,
    boosted: HashSet<PostId>,
    bookmarked: HashSet<PostId>,
    pinned: HashSet<PostId>,
    muted: HashSet<PostId>,
    filters: Filters,
}

impl OwnPart {
    async fn load(app: &App, member: &Member, all: &[&Model]) -> Result<OwnPart, Error> {
        let (db, me) = (app.db(), member.account.id);
        let ids: Vec<PostId> = all.iter().map(|post| post.id).collect();
        let threads: HashSet<PostId> = all.iter().map(|post| post.thread_id).collect();
        Ok(OwnPart {
            account: me,
            favourited: favourites::among(db, me, ids.clone()).await?.into_iter().collect(),
            boosted: posts::boosted_among(db, me, ids.clone()).await?.into_iter().collect(),
            bookmarked: bookmarks::among(db, me, ids.clone()).await?.into_iter().collect(),
            pinned: pins::among(db, me, ids).await?.into_iter().collect(),
            muted: thread_mutes::among(db, me, threads.into_iter().collect()).await?.into_iter().collect(),
            filters: Filters::load(app, me).await?.in_force(app),
        })
    }

    fn view(&self, post: &Model, warning: &str, html: &str, media: &[MediaAttachment]) -> Own {
        let is_mine = post.author_id == self.account;
        let is_pinnable =
            is_mine && post.visibility.is_open() && post.boost_of_id.is_none() && post.is_published();
        let filtered = if is_mine { vec![] } else { self.filters.results(&searchable(warning, html, media)) };
        Own {
            favourited: self.favourited.contains(&post.id),
            reblogged: self.boosted.contains(&post.id),
            muted: self.muted.contains(&post.thread_id),
            bookmarked: self.bookmarked.contains(&post.id),
            pinned: is_pinnable.then(|| self.pinned.contains(&post.id)),
            filtered,
        }
    }
}

/// All that is said in a post, for filters.
fn searchable(warning: &str, html: &str, media: &[MediaAttachment]) -> String {
    let mut all = format!("{warning}\n{}", text::plain_from_html(html));
    for description in media.iter().filter_map(|file| file.description.as_deref()) {
        all.push('\n');
        all.push_str(description);
    }
    all
}

/// A post and how it once was, oldest first, the present last.
pub(crate) async fn load_history(app: &App, post: Model) -> Result<Vec<StatusEdit>, Error> {
    let rows = post_versions::list(app.db(), post.id).await?;
    let earlier: Vec<Version> =
        rows.iter().filter_map(|row| serde_json::from_str(&row.snapshot).ok()).collect();
    let files = earlier.iter().flat_map(|version| version.media.iter().map(|(id, _)| *id)).collect();
    let files = media::list_by_ids(app.db(), files).await?;
    let current = load_one(app, None, post).await?;
    let edit = |version: Version| StatusEdit {
        content: version.html,
        spoiler_text: version.warning,
        sensitive: version.sensitive,
        created_at: Time(version.at),
        account: current.account.clone(),
        media_attachments: version
            .media
            .iter()
            .filter_map(|(id, description)| {
                let file = files.iter().find(|file| file.id == *id)?;
                let file = media::Model { description: description.clone(), ..file.clone() };
                Some(super::media::view(app, &file))
            })
            .collect(),
        emojis: current.emojis.clone(),
        quote: Nothing,
    };
    let mut edits: Vec<StatusEdit> = earlier.into_iter().map(edit).collect();
    edits.push(StatusEdit {
        content: current.content,
        spoiler_text: current.spoiler_text,
        sensitive: current.sensitive,
        created_at: current.edited_at.unwrap_or(current.created_at),
        account: current.account,
        media_attachments: current.media_attachments,
        emojis: current.emojis,
        quote: Nothing,
    });
    Ok(edits)
}
