//! Quotes, and who may quote.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde::Serialize;
use stadtbote_core::actions::Member;
use stadtbote_core::actions::quotes::unsaid;
use stadtbote_core::domain::ids::{AccountId, PostId};
use stadtbote_core::domain::policy::{Groups, Policy, Relation, Verdict};
use stadtbote_core::domain::quotes::State;
use stadtbote_core::store::posts::Model;
use stadtbote_core::store::{blocks, follows, mutes, post_policies, posts, quotes};
use stadtbote_core::{App, Error};

use super::Id;
use super::status::Status;

/// Mastodon's `Quote`, with the quoted post, or `ShallowQuote`, with its id, where a post is quoted itself.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Quote {
    /// With the post, if it may be shown.
    Whole {
        /// Where the consent stands, and if there is one, why the post is not shown.
        state: &'static str,
        /// The post.
        quoted_status: Option<Box<Status>>,
    },
    /// With the id, if the post may be shown.
    Shallow {
        /// As above.
        state: &'static str,
        /// The id.
        quoted_status_id: Option<Id>,
    },
}

/// Mastodon's `QuoteApproval`: who may quote a post.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct QuoteApproval {
    pub(crate) automatic: Vec<&'static str>,
    pub(crate) manual: Vec<&'static str>,
    pub(crate) current_user: &'static str,
}

impl QuoteApproval {
    /// Nobody.
    pub(crate) const NOBODY: QuoteApproval =
        QuoteApproval { automatic: vec![], manual: vec![], current_user: "denied" };

    fn new(policy: Policy, verdict: Verdict) -> QuoteApproval {
        QuoteApproval {
            automatic: policy.automatic.names(),
            manual: policy.manual.names(),
            current_user: verdict.name(),
        }
    }
}

/// What a page of posts quotes, and who may quote them.
pub(crate) struct Quotes {
    /// What posts quote, those that are quoted themselves too.
    rows: HashMap<PostId, quotes::Model>,
    /// The quoted posts that the viewer may see.
    pub(crate) seen: HashMap<PostId, Model>,
    deleted: HashSet<PostId>,
    counts: HashMap<PostId, i64>,
    policies: HashMap<PostId, post_policies::Model>,
    follows: Vec<follows::Model>,
    blocked: HashSet<AccountId>,
    muted: HashSet<AccountId>,
    viewer: Option<AccountId>,
}

impl Quotes {
    /// Loads what belongs to `page`: the posts that are shown, without those that they quote.
    pub(crate) async fn load(app: &App, viewer: Option<&Member>, page: &[&Model]) -> Result<Quotes, Error> {
        let db = app.db();
        let reader = viewer.map(Member::viewer);
        let mut ids: Vec<PostId> = page.iter().map(|post| post.id).collect();
        let mut rows = quotes::list_of_posts(db, ids.clone()).await?;
        let quoted = |rows: &[quotes::Model]| -> Vec<PostId> {
            let accepted = rows.iter().filter(|row| row.state == State::Accepted);
            accepted.filter_map(|row| row.quoted_id).collect()
        };
        let wanted = quoted(&rows);
        let mut seen = posts::list_visible(db, reader, wanted.clone()).await?;
        ids.extend(seen.iter().map(|post| post.id));
        // One level more, of which only ids are told.
        let inner = quotes::list_of_posts(db, wanted).await?;
        seen.extend(posts::list_visible(db, reader, quoted(&inner)).await?);
        rows.extend(inner);
        let missing: Vec<PostId> =
            quoted(&rows).into_iter().filter(|id| seen.iter().all(|post| post.id != *id)).collect();
        let mut found = Quotes {
            deleted: posts::deleted_among(db, missing).await?.into_iter().collect(),
            counts: quotes::count_of_posts(db, ids.clone()).await?,
            policies: post_policies::list_of_posts(db, ids)
                .await?
                .into_iter()
                .map(|row| (row.post_id, row))
                .collect(),
            rows: rows.into_iter().map(|row| (row.post_id, row)).collect(),
            seen: seen.into_iter().map(|post| (post.id, post)).collect(),
            follows: vec![],
            blocked: HashSet::new(),
            muted: HashSet::new(),
            viewer: viewer.map(|member| member.account.id),
        };
        if let Some(me) = found.viewer {
            // Most pages quote nothing and name no groups: then nothing is asked.
            let quoted = unique(found.seen.values().map(|post| post.author_id));
            let blocks = blocks::list_between(db, me, &quoted).await?;
            found.blocked =
                blocks.into_iter().filter(|it| it.account_id == me).map(|it| it.target_id).collect();
            let muted = mutes::list_among(db, me, &quoted, app.clock.now()).await?;
            found.muted = muted.into_iter().map(|mute| mute.target_id).collect();
            let names_groups = |post: &&Model| {
                let policy =
                    found.policies.get(&post.id).map(post_policies::Model::quote).unwrap_or_default();
                let groups = policy.automatic.and(policy.manual);
                groups.has(Groups::FOLLOWERS.and(Groups::FOLLOWING))
            };
            let shown = page.iter().copied().chain(found.seen.values());
            let authors = unique(shown.filter(names_groups).map(|post| post.author_id));
            found.follows = follows::list_between(db, me, &authors).await?;
        }
        Ok(found)
    }

    /// How often a post is quoted with consent.
    pub(crate) fn count(&self, post: PostId) -> i64 {
        self.counts.get(&post).copied().unwrap_or(0)
    }

    /// The quoted posts that are shown whole beside these.
    pub(crate) fn shown(&self, page: &[&Model]) -> Vec<&Model> {
        let quoted = page.iter().filter_map(|post| self.rows.get(&post.id)?.quoted_id);
        quoted.filter_map(|id| self.seen.get(&id)).collect()
    }

    /// What a post quotes, whole if `view` shows the quoted post.
    pub(crate) fn view(&self, post: PostId, view: impl Fn(&Model) -> Option<Status>) -> Option<Quote> {
        let row = self.row(post)?;
        let (state, quoted) = self.subject(row);
        Some(Quote::Whole { state, quoted_status: quoted.and_then(view).map(Box::new) })
    }

    /// What a post quotes that is quoted itself.
    pub(crate) fn view_shallow(&self, post: PostId) -> Option<Quote> {
        let row = self.row(post)?;
        let (state, quoted) = self.subject(row);
        Some(Quote::Shallow { state, quoted_status_id: quoted.map(|quoted| Id(quoted.id.0)) })
    }

    /// An older spelling without consent is the link that stands in the text (Mastodon shows it so, too).
    fn row(&self, post: PostId) -> Option<&quotes::Model> {
        self.rows.get(&post).filter(|row| !row.is_legacy || row.state == State::Accepted)
    }

    /// Where the consent stands, and the quoted post if there is one and the viewer is shown it.
    fn subject(&self, row: &quotes::Model) -> (&'static str, Option<&Model>) {
        if row.state != State::Accepted {
            return (row.state.name(), None);
        }
        let Some(id) = row.quoted_id.filter(|id| !self.deleted.contains(id)) else {
            return ("deleted", None);
        };
        match self.seen.get(&id) {
            None => ("unauthorized", None),
            Some(quoted) if self.blocked.contains(&quoted.author_id) => ("blocked_account", None),
            Some(quoted) if self.muted.contains(&quoted.author_id) => ("muted_account", None),
            Some(quoted) => (row.state.name(), Some(quoted)),
        }
    }

    /// Who may quote a post.
    pub(crate) fn approval(&self, post: &Model, is_ours: bool) -> QuoteApproval {
        let said = self.policies.get(&post.id).map(post_policies::Model::quote);
        let is_quotable = post.visibility.is_open() && post.boost_of_id.is_none();
        let policy = if is_quotable { said.unwrap_or(unsaid(is_ours)) } else { Policy::NOBODY };
        let Some(me) = self.viewer else { return QuoteApproval::new(policy, Verdict::Denied) };
        if !is_quotable {
            return QuoteApproval::new(policy, Verdict::Denied);
        }
        let has = |follower: AccountId, followed: AccountId| {
            self.follows.iter().any(|row| {
                row.follower_id == follower && row.followed_id == followed && row.state == follows::ACCEPTED
            })
        };
        let who = Relation {
            is_author: post.author_id == me,
            follows: has(me, post.author_id),
            is_followed: has(post.author_id, me),
        };
        QuoteApproval::new(policy, policy.verdict(who))
    }
}

fn unique(accounts: impl Iterator<Item = AccountId>) -> Vec<AccountId> {
    accounts.collect::<BTreeSet<_>>().into_iter().collect()
}
