//! Who gets what: followers, those named, those answered; one shared inbox for all of a server where that is safe.
//!
//! A server that gets a followers-only post by its shared inbox shows it to those of its people whom it takes for
//! followers. So it gets it that way only if it has followers, and only once it knows of everybody whom we have turned
//! away; else the post goes to personal inboxes.

use std::collections::{BTreeSet, HashMap, HashSet};

use stadtbote_core::domain::ids::{AccountId, PostId};
use stadtbote_core::domain::post::Visibility;
use stadtbote_core::store::deliveries::{self, Claimed};
use stadtbote_core::store::follows::{self, Receiver};
use stadtbote_core::store::{accounts, blocks, jobs, mentions, post_recipients, posts};
use stadtbote_core::{App, Error};

use crate::wire::{self, is_same_host};

/// Activities that only take something away: they go out to whomever.
const ENDINGS: [&str; 4] = ["Delete", "Undo", "Reject", "Block"];

/// The inboxes that a post or a boost goes to now.
///
/// A direct message goes to personal inboxes, everything else to the shared inbox of a server where it has one, a
/// followers-only post under the conditions above.
pub(crate) async fn of_post(
    app: &App,
    post: &posts::Model,
    author: &accounts::Model,
) -> Result<Vec<String>, Error> {
    if !post.visibility.is_open() {
        let circles = Circles::find(app, &[(post.id, author.id, post.visibility)], None).await?;
        let inboxes = circles.inboxes(post.id, author.id, post.visibility, None);
        return Ok(inboxes.into_iter().filter(|inbox| is_foreign(app, inbox)).collect());
    }
    let mut inboxes: BTreeSet<String> =
        follows::list_inboxes(app.db(), author.id).await?.into_iter().collect();
    let mut others: Vec<_> = mentions::list_of_posts(app.db(), vec![post.id])
        .await?
        .into_iter()
        .map(|row| row.account_id)
        .collect();
    others.extend(post.in_reply_to_account_id);
    if let Some(original) = post.boost_of_id {
        others.extend(posts::find_any(app.db(), original).await?.map(|original| original.author_id));
    }
    for account in accounts::list_by_ids(app.db(), others).await? {
        if !account.is_ours() && !account.is_gone() {
            inboxes.insert(account.shared_inbox.unwrap_or(account.inbox));
        }
    }
    Ok(inboxes.into_iter().filter(|inbox| is_foreign(app, inbox)).collect())
}

/// The inboxes that must hear of a change: those that get the post now, and, where everybody may read it, those that
/// ever got it.
pub(crate) async fn of_update(
    app: &App,
    post: &posts::Model,
    author: &accounts::Model,
) -> Result<Vec<String>, Error> {
    let mut inboxes: BTreeSet<String> = of_post(app, post, author).await?.into_iter().collect();
    if post.visibility.is_open() {
        inboxes.extend(post_recipients::list(app.db(), post.id).await?);
    }
    Ok(inboxes.into_iter().collect())
}

/// The inboxes that must hear of a deletion: those that ever got the post.
pub(crate) async fn of_delete(app: &App, post: &posts::Model) -> Result<Vec<String>, Error> {
    Ok(post_recipients::list(app.db(), post.id).await?)
}

/// The inboxes of an account's followers.
pub(crate) async fn of_profile(app: &App, account: &accounts::Model) -> Result<Vec<String>, Error> {
    let inboxes = follows::list_inboxes(app.db(), account.id).await?;
    Ok(inboxes.into_iter().filter(|inbox| is_foreign(app, inbox)).collect())
}

/// Adds an inbox on each server on which an account follows somebody, where there is none yet.
pub(crate) async fn add_followed(
    app: &App,
    account: &accounts::Model,
    inboxes: &mut Vec<String>,
) -> Result<(), Error> {
    let mut hosts: BTreeSet<_> = inboxes.iter().map(|inbox| wire::host(inbox)).collect();
    for inbox in follows::list_inboxes_of_followed(app.db(), account.id).await? {
        if is_foreign(app, &inbox) && hosts.insert(wire::host(&inbox)) {
            inboxes.push(inbox);
        }
    }
    Ok(())
}

/// Whether a delivery may still be attempted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// As it is.
    Send,
    /// Only to these inboxes, not to the shared one that it was meant for.
    Personally(Vec<String>),
    /// No, for this reason.
    Nobody(&'static str),
}

/// Looks at the recipients of these deliveries again, in the same order, with a fixed number of queries.
pub(crate) async fn look_again(app: &App, rows: &[Claimed]) -> Result<Vec<Reach>, Error> {
    let (mut inboxes, mut hosts, mut closed_posts) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for row in rows.iter().filter(|row| !is_ending(row)) {
        inboxes.insert(row.inbox.clone());
        if let Some((post, visibility)) = row.post_id.zip(row.visibility).filter(|(_, seen)| !seen.is_open())
        {
            hosts.insert(row.host.clone());
            closed_posts.insert((post.0, row.account_id.0, visibility == Visibility::Private));
        }
    }
    let mut owners: HashMap<String, Vec<accounts::Model>> = HashMap::new();
    for owner in accounts::list_by_inboxes(app.db(), inboxes.into_iter().collect()).await? {
        owners.entry(owner.inbox.clone()).or_default().push(owner);
    }
    let closed_posts: Vec<_> = closed_posts
        .into_iter()
        .map(|(post, author, is_private)| {
            let visibility = if is_private { Visibility::Private } else { Visibility::Direct };
            (PostId(post), AccountId(author), visibility)
        })
        .collect();
    let circles = Circles::find(app, &closed_posts, Some(hosts.into_iter().collect())).await?;
    let look = |row: &Claimed| {
        if is_ending(row) {
            return Reach::Send;
        }
        if owners.get(&row.inbox).is_some_and(|owners| owners.iter().all(accounts::Model::is_gone)) {
            return Reach::Nobody("the account is gone");
        }
        match row.post_id.zip(row.visibility) {
            Some((post, visibility)) if !visibility.is_open() => circles.reach(row, post, visibility),
            _ => Reach::Send,
        }
    };
    Ok(rows.iter().map(look).collect())
}

fn is_ending(row: &Claimed) -> bool {
    ENDINGS.contains(&row.kind.as_str())
}

/// Who may read posts that are not for everybody, and which servers do not know it yet.
#[derive(Default)]
struct Circles {
    followers: Vec<Receiver>,
    named: HashMap<PostId, Vec<accounts::Model>>,
    blocked: HashSet<(AccountId, AccountId)>,
    /// Hosts that have still to be told that somebody of theirs follows an account no longer.
    unaware: HashSet<(AccountId, String)>,
}

impl Circles {
    async fn find(
        app: &App,
        of: &[(PostId, AccountId, Visibility)],
        hosts: Option<Vec<String>>,
    ) -> Result<Circles, Error> {
        if of.is_empty() {
            return Ok(Circles::default());
        }
        let db = app.db();
        let authors = unique(of.iter().map(|(_, author, _)| *author));
        let for_followers = unique(
            of.iter()
                .filter(|(.., visibility)| *visibility == Visibility::Private)
                .map(|(_, author, _)| *author),
        );
        let mut circles = Circles::default();

        let rows = mentions::list_of_posts(db, of.iter().map(|(post, ..)| *post).collect()).await?;
        let ids = unique(rows.iter().map(|row| row.account_id));
        let blocks = blocks::list_by(db, authors, ids.clone()).await?;
        circles.blocked = blocks.into_iter().map(|row| (row.account_id, row.target_id)).collect();
        let known: HashMap<_, _> =
            accounts::list_by_ids(db, ids).await?.into_iter().map(|account| (account.id, account)).collect();
        for row in rows {
            if let Some(account) = known.get(&row.account_id).filter(|one| !one.is_ours() && !one.is_gone()) {
                circles.named.entry(row.post_id).or_default().push(account.clone());
            }
        }
        if for_followers.is_empty() {
            return Ok(circles);
        }

        circles.followers = follows::list_receivers(db, for_followers.clone(), hosts).await?;
        // Jobs before deliveries: what becomes the other in between is then seen twice, not missed.
        let queued: Vec<_> = jobs::list_turned_away(db)
            .await?
            .into_iter()
            .filter(|(from, _)| for_followers.contains(from))
            .collect();
        let told: HashMap<_, _> = accounts::list_by_ids(db, unique(queued.iter().map(|(_, to)| *to)))
            .await?
            .into_iter()
            .filter_map(|account| Some((account.id, account.host?)))
            .collect();
        circles.unaware.extend(queued.iter().filter_map(|(from, to)| Some((*from, told.get(to)?.clone()))));
        circles.unaware.extend(deliveries::list_turned_away(db, for_followers).await?);
        Ok(circles)
    }

    /// Those who may read a post, as (host, own inbox, shared inbox).
    fn readers(
        &self,
        post: PostId,
        author: AccountId,
        visibility: Visibility,
    ) -> impl Iterator<Item = (&str, &str, Option<&str>)> {
        let followers = self
            .followers
            .iter()
            .filter(move |one| visibility == Visibility::Private && one.followed_id == author)
            .map(|one| (one.host.as_str(), one.inbox.as_str(), one.shared_inbox.as_deref()));
        let named = self.named.get(&post).into_iter().flatten();
        let named = named
            .filter(move |one| !self.blocked.contains(&(author, one.id)))
            .filter_map(|one| Some((one.host.as_deref()?, one.inbox.as_str(), one.shared_inbox.as_deref())));
        followers.chain(named)
    }

    /// Where a post goes, on one host or on all.
    fn inboxes(
        &self,
        post: PostId,
        author: AccountId,
        visibility: Visibility,
        host: Option<&str>,
    ) -> BTreeSet<String> {
        let with_followers: HashSet<&str> = match visibility {
            Visibility::Private => {
                let followers = self.followers.iter().filter(|one| one.followed_id == author);
                followers.map(|one| one.host.as_str()).collect()
            }
            _ => HashSet::new(),
        };
        self.readers(post, author, visibility)
            .filter(|(on, ..)| host.is_none_or(|host| host == *on))
            .map(|(on, own, shared)| match shared {
                Some(shared)
                    if with_followers.contains(on) && !self.unaware.contains(&(author, on.to_owned())) =>
                {
                    shared.to_owned()
                }
                _ => own.to_owned(),
            })
            .collect()
    }

    fn reach(&self, row: &Claimed, post: PostId, visibility: Visibility) -> Reach {
        let on_host = || {
            let readers = self.readers(post, row.account_id, visibility);
            readers.filter(|(host, ..)| *host == row.host)
        };
        let is_own = on_host().any(|(_, own, shared)| own == row.inbox && shared != Some(own));
        if is_own || self.inboxes(post, row.account_id, visibility, Some(&row.host)).contains(&row.inbox) {
            return Reach::Send;
        }
        let personal: BTreeSet<&str> = on_host()
            .filter(|(_, _, shared)| *shared == Some(row.inbox.as_str()))
            .map(|(_, own, _)| own)
            .filter(|own| *own != row.inbox)
            .collect();
        if personal.is_empty() {
            return Reach::Nobody("no reader there any more");
        }
        Reach::Personally(personal.into_iter().map(str::to_owned).collect())
    }
}

fn unique(ids: impl Iterator<Item = AccountId>) -> Vec<AccountId> {
    ids.collect::<BTreeSet<_>>().into_iter().collect()
}

fn is_foreign(app: &App, inbox: &str) -> bool {
    !is_same_host(inbox, app.config.server.public_url.as_str())
}
