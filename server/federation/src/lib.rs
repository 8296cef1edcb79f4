//! ActivityPub: the door through which Stadtbote speaks with other servers, and the one HTTP client that
//! leaves the house.
//!
//! - [`routes`] answers other servers; `inbox` checks and stores what they send; `receive` works on it.
//! - `push` tells client programs of what came in; `web_push` seals what it says.
//! - `from_wire` and `to_wire` translate; `wire` reads documents whatever their shape.
//! - [`resolve`](Federation::resolve) finds accounts and posts elsewhere; `audience` says who gets what; `deliver`
//!   sends it.
//! - [`client`], [`signatures`], [`fetch`] and [`webfinger`] are the floor: requests under guard.

use std::sync::Arc;

use stadtbote_core::domain::ids::{AccountId, PostId, ReportId};
use stadtbote_core::domain::job::{Job, Message};
use stadtbote_core::store::{accounts, hosts, incoming, poll_options, posts, reports};
use stadtbote_core::{App, Error, actions};
use tokio::sync::{Mutex, OnceCell, Semaphore};

use crate::client::{Client, ClientSettings};
use crate::fetch::{Fetcher, InstanceKey};
use crate::signatures::keys::{DocumentKey, SigningKey};
use crate::signatures::{forms, proofs};
use crate::to_wire::Activity;

pub mod address;
pub mod client;
pub mod fetch;
mod follower_counts;
pub mod routes;
pub mod signatures;
pub mod webfinger;

mod asker;
mod audience;
mod backfill;
mod copies;
mod deliver;
mod domain_lists;
mod evidence;
mod from_wire;
mod inbox;
mod inflow;
mod intents;
mod interactions;
mod keys;
mod nodeinfo;
mod own_keys;
mod push;
mod quotes;
mod receive;
mod reply_approvals;
mod resolve;
mod synchronization;
mod to_wire;
mod web_push;
mod wire;

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod test_network;

#[cfg(test)]
mod tests;

pub use intents::Intent;
pub use resolve::Found;

/// What speaks with other servers; cheap to clone.
#[derive(Clone)]
pub struct Federation {
    inner: Arc<Inner>,
}

struct Inner {
    app: App,
    /// Made at first use, so that a start does not wait for them.
    client: OnceCell<Client>,
    network: OnceCell<Network>,
    own_keys: own_keys::Cache<SigningKey>,
    own_document_keys: own_keys::Cache<DocumentKey>,
    their_keys: keys::Cache,
    key_fetches: keys::Fetches,
    recent: inbox::Recent,
    copies: copies::Copies,
    /// Room for look-ups that strangers ask for.
    intent_places: Semaphore,
    /// What was counted last.
    active: Mutex<Option<nodeinfo::Active>>,
}

/// The way out.
pub(crate) struct Network {
    pub(crate) client: Client,
    pub(crate) fetcher: Fetcher,
}

impl Federation {
    /// Makes it; nothing is opened yet.
    pub fn new(app: App) -> Federation {
        let inner = Inner {
            app,
            client: OnceCell::new(),
            network: OnceCell::new(),
            own_keys: own_keys::Cache::default(),
            own_document_keys: own_keys::Cache::default(),
            their_keys: keys::Cache::default(),
            key_fetches: keys::Fetches::default(),
            recent: inbox::Recent::default(),
            copies: copies::Copies::default(),
            intent_places: Semaphore::new(intents::AT_ONCE),
            active: Mutex::default(),
        };
        Federation { inner: Arc::new(inner) }
    }

    pub(crate) fn app(&self) -> &App {
        &self.inner.app
    }

    /// The way out, once the instance actor has its key.
    pub(crate) async fn network(&self) -> Result<&Network, Error> {
        self.inner.network.get_or_try_init(|| self.open_network()).await
    }

    /// The one client, for what needs no key of ours.
    pub(crate) async fn client(&self) -> Result<&Client, Error> {
        self.inner.client.get_or_try_init(|| self.open_client()).await
    }

    /// Keeps what the client has found out about how hosts want requests signed.
    pub(crate) async fn keep_signature_forms(&self) {
        let learned = self.inner.client.get().map(Client::take_learned).unwrap_or_default();
        if learned.is_empty() {
            return;
        }
        let learned = learned.into_iter().map(|learned| (learned.host, learned.message_since)).collect();
        if let Err(error) = actions::outgoing::keep_signature_forms(self.app(), learned).await {
            // It is known in memory, and will be found out again after the next start.
            tracing::warn!(cause = ?error, "How hosts want requests signed could not be written down");
        }
    }

    async fn open_client(&self) -> Result<Client, Error> {
        let config = &self.app().config;
        let settings = ClientSettings {
            allowed_private_networks: config.federation.allowed_private_networks.clone(),
            resolve: config.federation.resolve.clone().into_iter().collect(),
            trusted_ca_file: config.federation.trusted_ca_file.clone(),
            user_agent: format!("Stadtbote/{} (+{})", env!("CARGO_PKG_VERSION"), config.server.public_url),
            requests_at_once_per_host: config.federation.deliveries_at_once_per_host,
        };
        let client = Client::new(&settings).map_err(Error::unexpected)?;
        let since = self.app().clock.now() - forms::LIFE;
        client.recall_forms(hosts::list_message_signatures(self.app().db(), since, forms::MOST).await?);
        Ok(client)
    }

    async fn open_network(&self) -> Result<Network, Error> {
        let config = &self.app().config;
        let client = self.client().await?.clone();
        let instance = actions::keys::instance(self.app()).await?;
        // Nothing can be asked of anybody without it, so it is not left to a job that may come later.
        self.make_missing_keys(self.app(), vec![instance.clone()]).await?;
        let instance_key = InstanceKey::default();
        instance_key.set(self.signing_key(instance.id).await?);
        let own_hosts = vec![
            config.server.public_url.host_str().unwrap_or_default().to_lowercase(),
            config.server.account_domain.clone(),
        ];
        let app = self.app().clone();
        let clock: fetch::Clock = Arc::new(move || app.clock.now());
        let fetcher =
            Fetcher::new(client.clone(), own_hosts, instance_key, clock).await.map_err(Error::unexpected)?;
        Ok(Network { client, fetcher })
    }

    /// Does a job. `app` holds its lease, so that the job ends with its effect.
    ///
    /// # Errors
    /// What should be tried again later; a subject that is gone is no error.
    pub async fn run(&self, app: &App, job: Job) -> Result<(), Error> {
        match job {
            Job::MakeKeys { account } => self.make_keys(app, account).await,
            Job::DistributePost { post } => self.distribute_post(app, post).await,
            Job::DistributeUpdate { post, version } => self.distribute_update(app, post, version).await,
            Job::DistributePoll { post } => self.distribute_poll(app, post).await,
            Job::DistributeDelete { post } => self.distribute_delete(app, post).await,
            Job::DistributeProfile { account, version, host, is_back } => {
                self.distribute_profile(app, account, version, host, is_back).await
            }
            Job::DistributeMove { account } => self.distribute_move(app, account).await,
            Job::Send { from, to, what } => self.send(app, from, to, what).await,
            Job::Receive { incoming } => self.receive(app, incoming).await,
            Job::FetchPost { uri } => self.fetch_missing(&uri).await,
            Job::FetchReplies { post } => self.fetch_replies(post).await,
            Job::FetchOutbox { account } => self.fetch_outbox(account).await,
            Job::SyncFollowers { account, url, digest } => {
                self.sync_followers(app, account, &url, &digest).await
            }
            Job::VerifyQuote { post } => self.verify_quote(app, post).await,
            Job::RefreshAccount { account } => self.refresh_account(account).await,
            Job::KeepEvidence { case, version } => self.keep_evidence(app, case, version).await,
            Job::FetchDomainList { list } => self.fetch_domain_list(app, list).await,
            Job::LookUpHosts => self.look_up_hosts(app).await,
            Job::ReadFollowerCounts => self.read_follower_counts(app).await,
            Job::Push { notification, subscription } => self.push(app, notification, subscription).await,
            // Nobody elsewhere is needed for these.
            Job::ClosePoll { .. }
            | Job::RemindOfCase { .. }
            | Job::EndMeasure { .. }
            | Job::AnswerNotices { .. }
            | Job::SendMail { .. }
            | Job::ApplyDomainPolicy { .. }
            | Job::CleanUp
            | Job::RollUpReach => Ok(()),
        }
    }

    async fn distribute_post(&self, app: &App, id: stadtbote_core::domain::ids::PostId) -> Result<(), Error> {
        let Some((post, author)) = self.ours(id).await?.filter(|(post, _)| post.is_published()) else {
            return Ok(());
        };
        if reply_approvals::is_held(app, id).await? {
            return Ok(());
        }
        let original = self.original_of(&post).await?;
        if post.boost_of_id.is_some() && original.is_none() {
            return Ok(());
        }
        let boosted = original.as_ref().map(|(post, author)| (post, author));
        let activity = to_wire::create(self.app(), &post, &author, boosted).await?;
        let inboxes = audience::of_post(self.app(), &post, &author).await?;
        let count =
            queue(self, app, &author, Some(&post), activity, inboxes, Job::DistributePost { post: id })
                .await?;
        tracing::info!(post.id = %id, "Post distributed to {count} inboxes");
        Ok(())
    }

    async fn distribute_update(
        &self,
        app: &App,
        id: stadtbote_core::domain::ids::PostId,
        version: i64,
    ) -> Result<(), Error> {
        let Some((post, author)) = self.ours(id).await?.filter(|(post, _)| post.is_published()) else {
            return Ok(());
        };
        if post.version > version || reply_approvals::is_held(app, id).await? {
            return Ok(());
        }
        let activity = to_wire::update(self.app(), &post, &author).await?;
        let inboxes = audience::of_update(self.app(), &post, &author).await?;
        let count = queue(
            self,
            app,
            &author,
            Some(&post),
            activity,
            inboxes,
            Job::DistributeUpdate { post: id, version },
        )
        .await?;
        tracing::info!(post.id = %id, "Change distributed to {count} inboxes");
        Ok(())
    }

    async fn distribute_poll(&self, app: &App, id: PostId) -> Result<(), Error> {
        let Some((post, author)) = self.ours(id).await?.filter(|(post, _)| post.is_published()) else {
            return Ok(());
        };
        let Some(activity) = to_wire::update_poll(self.app(), &post, &author).await? else { return Ok(()) };
        let inboxes = audience::of_update(self.app(), &post, &author).await?;
        queue(self, app, &author, Some(&post), activity, inboxes, Job::DistributePoll { post: id }).await?;
        Ok(())
    }

    async fn distribute_delete(
        &self,
        app: &App,
        id: stadtbote_core::domain::ids::PostId,
    ) -> Result<(), Error> {
        let Some((post, author)) = self.ours(id).await? else { return Ok(()) };
        let original = match post.boost_of_id {
            Some(original) => posts::find_any(self.app().db(), original).await?,
            None => None,
        };
        let activity = to_wire::delete(&post, &author, original.as_ref());
        let inboxes = audience::of_delete(self.app(), &post).await?;
        let count =
            queue(self, app, &author, Some(&post), activity, inboxes, Job::DistributeDelete { post: id })
                .await?;
        tracing::info!(post.id = %id, "Deletion distributed to {count} inboxes");
        Ok(())
    }

    async fn distribute_profile(
        &self,
        app: &App,
        id: AccountId,
        version: i64,
        host: Option<String>,
        is_back: bool,
    ) -> Result<(), Error> {
        let Some(account) = accounts::find(app.db(), id).await?.filter(accounts::Model::is_ours) else {
            return Ok(());
        };
        if account.version > version {
            return Ok(());
        }
        // Perhaps it is its keys that have changed.
        self.forget_own_keys(id);
        let Some(actor) = to_wire::actor(self.app(), &account).await? else { return Ok(()) };
        let activity = to_wire::update_actor(&account, actor);
        let mut inboxes = audience::of_profile(self.app(), &account).await?;
        if is_back {
            audience::add_followed(self.app(), &account, &mut inboxes).await?;
        }
        inboxes.retain(|inbox| host.is_none() || wire::host(inbox) == host);
        queue(
            self,
            app,
            &account,
            None,
            activity,
            inboxes,
            Job::DistributeProfile { account: id, version, host, is_back },
        )
        .await?;
        Ok(())
    }

    async fn distribute_move(&self, app: &App, id: AccountId) -> Result<(), Error> {
        let Some(account) = accounts::find(app.db(), id).await?.filter(accounts::Model::is_ours) else {
            return Ok(());
        };
        let Some(target) = account.moved_to.as_deref() else { return Ok(()) };
        let activity = to_wire::move_account(&account, target);
        let inboxes = audience::of_profile(self.app(), &account).await?;
        queue(self, app, &account, None, activity, inboxes, Job::DistributeMove { account: id }).await?;
        Ok(())
    }

    async fn send(&self, app: &App, from: AccountId, to: AccountId, what: Message) -> Result<(), Error> {
        let from_row = accounts::find(app.db(), from).await?.filter(accounts::Model::is_ours);
        let to_row = accounts::find(app.db(), to).await?.filter(|account| !account.is_ours());
        let (Some(from_row), Some(to_row)) = (from_row, to_row) else { return Ok(()) };
        let request = match reply_approvals::message(self.app(), &from_row, &to_row, &what).await? {
            Some(request) => Some(request),
            None => quotes::message(self.app(), &from_row, &to_row, &what).await?,
        };
        let request = match request {
            Some(request) => Some(request),
            None => interactions::message(self.app(), &from_row, &to_row, &what)
                .await?
                .map(|answer| (answer, None)),
        };
        if let Some((activity, post)) = request {
            // Who gets a post of ours with a question must hear of its end as well.
            let inbox = vec![to_row.inbox.clone()];
            queue(self, app, &from_row, post.as_ref(), activity, inbox, Job::Send { from, to, what }).await?;
            return Ok(());
        }
        let post = match &what {
            Message::Like { post, .. } | Message::UndoLike { post, .. } | Message::Vote { post, .. } => {
                posts::find_any(app.db(), *post).await?
            }
            _ => None,
        };
        let chosen = match &what {
            Message::Vote { post, position, .. } => poll_options::list_of_posts(app.db(), vec![*post])
                .await?
                .into_iter()
                .find(|option| option.position == *position)
                .map(|option| option.title),
            _ => None,
        };
        let activity = match &what {
            Message::Flag { report } => self.flag(&from_row, &to_row, *report).await?,
            _ => to_wire::message(&from_row, &to_row, &what, post.as_ref(), chosen.as_deref()),
        };
        let Some(activity) = activity else {
            return Ok(());
        };
        let inbox = vec![to_row.inbox.clone()];
        queue(self, app, &from_row, None, activity, inbox, Job::Send { from, to, what }).await?;
        Ok(())
    }

    async fn flag(
        &self,
        server: &accounts::Model,
        target: &accounts::Model,
        report: ReportId,
    ) -> Result<Option<Activity>, Error> {
        let Some(report) = reports::find(self.app().db(), report).await? else { return Ok(None) };
        let mut about = posts::list_any(self.app().db(), report.posts()).await?;
        about.retain(|post| post.author_id == target.id);
        Ok(Some(to_wire::flag(server, target, &report, &about)))
    }

    /// A post of ours with its author, deleted or not.
    async fn ours(
        &self,
        id: stadtbote_core::domain::ids::PostId,
    ) -> Result<Option<(posts::Model, accounts::Model)>, Error> {
        let Some(post) = posts::find_any(self.app().db(), id).await? else { return Ok(None) };
        let author = accounts::find(self.app().db(), post.author_id).await?.filter(accounts::Model::is_ours);
        Ok(author.map(|author| (post, author)))
    }

    async fn original_of(
        &self,
        post: &posts::Model,
    ) -> Result<Option<(posts::Model, accounts::Model)>, Error> {
        let Some(original) = post.boost_of_id else { return Ok(None) };
        let Some(original) = posts::find_any(self.app().db(), original).await? else { return Ok(None) };
        let author = accounts::find(self.app().db(), original.author_id).await?;
        Ok(author.filter(|_| original.is_published()).map(|author| (original, author)))
    }

    async fn receive(&self, app: &App, id: stadtbote_core::domain::ids::IncomingId) -> Result<(), Error> {
        let Some(row) = incoming::find(app.db(), id).await?.filter(|row| row.state == incoming::WAITING)
        else {
            return Ok(());
        };
        receive::receive(self, app, row).await
    }
}

/// Queues an activity, with a proof that it is the account's (FEP-8b32); what it is about and how urgent it is come from
/// the job.
async fn queue(
    federation: &Federation,
    app: &App,
    account: &accounts::Model,
    post: Option<&posts::Model>,
    mut activity: Activity,
    inboxes: Vec<String>,
    job: Job,
) -> Result<usize, Error> {
    let key = federation.document_key(account.id).await?;
    proofs::prove(&mut activity.document, &key, app.clock.now());
    let new = actions::outgoing::NewOutgoing {
        activity_id: activity.id,
        kind: activity.kind,
        account: account.id,
        post: post.map(|post| post.id),
        subject: activity.subject,
        class: job.class(),
        body: activity.document.to_string(),
    };
    actions::outgoing::queue(app, new, inboxes).await
}
