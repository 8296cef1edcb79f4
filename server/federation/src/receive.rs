//! What becomes of an activity that came in. Its sender is proven; each arm asks whether this sender may do this.

use serde_json::Value;
use stadtbote_core::actions::receive::posts::Why;
use stadtbote_core::actions::receive::reports::RemoteReport;
use stadtbote_core::actions::reply_approvals as approval_effects;
use stadtbote_core::actions::{moves, receive as effects};
use stadtbote_core::domain::ids::PostId;
use stadtbote_core::domain::policy::Interaction;
use stadtbote_core::store::{accounts, favourites, follows, hosts, incoming, posts};
use stadtbote_core::testing::panic_point;
use stadtbote_core::{App, Error};
use url::Url;

use crate::fetch::Document;
use crate::wire::{self, is_same_host};
use crate::{Federation, from_wire, quotes, reply_approvals};

/// Most objects of a report that are looked at (Mastodon's number).
const MOST_REPORTED: usize = 100;

/// What somebody whom moderators have suspended may still do: take back and delete (as Mastodon lets them), so that nothing of
/// theirs is kept here that is gone with them.
const ENDINGS: [&str; 3] = ["Delete", "Undo", "Reject"];

/// Who speaks: made only from the row that the check of a signature wrote.
struct Sender {
    account: accounts::Model,
}

impl Sender {
    /// Whether something at `address` is the sender's to speak of: it is on the sender's host.
    fn may_speak_of(&self, address: &str) -> bool {
        is_same_host(address, &self.account.uri)
    }
}

/// Works on an activity. `app` holds the job, which ends with the effect.
pub(crate) async fn receive(federation: &Federation, app: &App, row: incoming::Model) -> Result<(), Error> {
    let Ok(activity) = serde_json::from_str::<Value>(&row.body) else {
        return ignore(app, "unreadable").await;
    };
    let Some(account) =
        accounts::find_by_uri(app.db(), &row.actor).await?.filter(|account| !account.is_ours())
    else {
        return ignore(app, "unknown actor").await;
    };
    // While it waited, the account may have gone, or somebody may have shut it or its host out.
    let host = account.host.as_deref().unwrap_or_default();
    let may_speak = account.suspended_at.is_none() || ENDINGS.contains(&row.kind.as_str());
    if account.deleted_at.is_some() || !may_speak || hosts::is_suspended(app.db(), host).await? {
        return ignore(app, "gone or shut out").await;
    }
    let sender = Sender { account };
    panic_point(&row.kind);
    match row.kind.as_str() {
        "Create" => create(federation, app, &sender, &activity).await,
        "Update" => update(federation, app, &sender, &activity).await,
        "Delete" => delete(app, &sender, &activity).await,
        "Follow" => follow(app, &sender, &activity).await,
        "Accept" => answer(app, &sender, &activity, true).await,
        "Reject" => answer(app, &sender, &activity, false).await,
        "Undo" => undo(app, &sender, &activity).await,
        // Whatever somebody reacts with, here it is a like.
        "Like" | "EmojiReact" => like(app, &sender, &activity).await,
        "Announce" => announce(federation, app, &sender, &activity).await,
        "Block" => block(app, &sender, &activity).await,
        "Flag" => flag(app, &sender, &activity).await,
        "Add" => add(app, &sender, &activity).await,
        "Remove" => remove(app, &sender, &activity).await,
        "Move" => move_account(federation, app, &sender, &activity).await,
        "QuoteRequest" => quote_request(federation, app, &sender, &activity).await,
        "LikeRequest" => asked_to(federation, app, &sender, &activity, Interaction::Like).await,
        "ReplyRequest" => asked_to(federation, app, &sender, &activity, Interaction::Reply).await,
        "AnnounceRequest" => asked_to(federation, app, &sender, &activity, Interaction::Boost).await,
        _ => ignore(app, "unknown type").await,
    }
}

async fn ignore(app: &App, reason: &str) -> Result<(), Error> {
    effects::refuse(app, incoming::IGNORED, reason).await
}

async fn refuse(app: &App, reason: &str) -> Result<(), Error> {
    effects::refuse(app, incoming::REFUSED, reason).await
}

/// The object of an activity as a document: embedded, or fetched where only its address was sent.
async fn object(federation: &Federation, sender: &Sender, activity: &Value) -> Result<Option<Value>, Error> {
    let Some(object) = wire::list(activity, "object").into_iter().next() else { return Ok(None) };
    if object.is_object() {
        let mut object = object.clone();
        // Some say only outside whom it is for.
        if object.get("to").is_none() && object.get("cc").is_none() {
            for name in ["to", "cc"] {
                if let Some(audience) = activity.get(name) {
                    object[name] = audience.clone();
                }
            }
        }
        return Ok(Some(object));
    }
    let Some(url) =
        wire::id_of(object).filter(|id| sender.may_speak_of(id)).and_then(|id| Url::parse(id).ok())
    else {
        return Ok(None);
    };
    Ok(federation.fetch(&url).await?.map(|document| document.value))
}

async fn create(federation: &Federation, app: &App, sender: &Sender, activity: &Value) -> Result<(), Error> {
    let Some(object) = object(federation, sender, activity).await? else {
        return ignore(app, "no object").await;
    };
    if !from_wire::is_post(&object) {
        return ignore(app, "not a post").await;
    }
    if let Some((question, chosen, uri)) = from_wire::vote(&object, &sender.account) {
        return match known_post(app, Some(&question)).await? {
            Some(post) => effects::polls::vote(app, &sender.account, post, &chosen, &uri).await,
            None => ignore(app, "no such poll").await,
        };
    }
    match from_wire::post(&object, &sender.account) {
        Some(post) => effects::posts::create(app, post, Why::Sent).await.map(|_| ()),
        None => refuse(app, "not the sender's post").await,
    }
}

async fn update(federation: &Federation, app: &App, sender: &Sender, activity: &Value) -> Result<(), Error> {
    let Some(object) = object(federation, sender, activity).await? else {
        return ignore(app, "no object").await;
    };
    if from_wire::is_actor(&object) {
        let Some(id) = wire::id_of(&object).filter(|id| *id == sender.account.uri) else {
            return refuse(app, "not the sender's profile").await;
        };
        let Ok(id) = Url::parse(id) else { return ignore(app, "address").await };
        let document = Document { id, value: object };
        if let Some(account) = federation.put_account(&document).await?
            && follows::is_followed_here(app.db(), account.id).await?
        {
            federation.fetch_featured_tags(&document.value, &account).await?;
        }
        return Ok(());
    }
    if !from_wire::is_post(&object) {
        return ignore(app, "not a post").await;
    }
    match from_wire::post(&object, &sender.account) {
        Some(post) => effects::posts::update(app, post).await,
        None => refuse(app, "not the sender's post").await,
    }
}

async fn delete(app: &App, sender: &Sender, activity: &Value) -> Result<(), Error> {
    let Some(id) = wire::id(activity, "object") else { return ignore(app, "no object").await };
    if id == sender.account.uri {
        return effects::accounts::delete(app, &sender.account).await;
    }
    if !sender.may_speak_of(id) {
        return refuse(app, "not the sender's post").await;
    }
    // A stamp may be named by its address alone, and its type is the sender's word.
    if effects::quotes::revoke(app, &sender.account, id).await? {
        return Ok(());
    }
    effects::posts::delete(app, &sender.account, id).await
}

async fn follow(app: &App, sender: &Sender, activity: &Value) -> Result<(), Error> {
    let Some(target) = ours(app, wire::id(activity, "object")).await? else {
        return ignore(app, "nobody here").await;
    };
    if sender.account.suspended_elsewhere {
        return refuse(app, "suspended by its own server").await;
    }
    let uri =
        own_id(sender, activity).unwrap_or_else(|| format!("{}#follows/{}", sender.account.uri, target.id));
    effects::follows::follow(app, &sender.account, &target, &uri).await
}

/// An Accept or Reject of a follow of ours: named by its id, or described.
async fn answer(app: &App, sender: &Sender, activity: &Value, is_yes: bool) -> Result<(), Error> {
    let Some(object) = wire::list(activity, "object").into_iter().next() else {
        return ignore(app, "no object").await;
    };
    if let Some(post) = quotes::asked(app, object).await? {
        let stamp = wire::id(activity, "result").and_then(wire::https);
        // The consent must stand on the host of who gives it; a yes without one is none.
        let stamp = stamp.filter(|stamp| sender.may_speak_of(stamp));
        if is_yes && stamp.is_none() {
            return refuse(app, "no stamp of the sender's").await;
        }
        return effects::quotes::answer(app, &sender.account, post, stamp.as_deref().filter(|_| is_yes))
            .await;
    }
    if let Some(post) = reply_approvals::asked(app, object).await? {
        // Before 0.20 GoToSocial has no authorisation beside the Accept, which is one itself.
        let stamp = wire::id(activity, "result").and_then(wire::https).or_else(|| own_id(sender, activity));
        let stamp = stamp.filter(|stamp| is_yes && sender.may_speak_of(stamp));
        if is_yes && stamp.is_none() {
            return refuse(app, "no authorisation of the sender's").await;
        }
        return approval_effects::judge(app, &sender.account, post, stamp.as_deref()).await;
    }
    // GoToSocial accepts likes and answers too, with the request in the place of the Follow.
    if wire::kind(object).is_some_and(|kind| kind != "Follow") {
        return ignore(app, "not a follow").await;
    }
    let by_uri = match wire::id_of(object) {
        Some(uri) => follows::find_by_uri(app.db(), uri).await?,
        None => None,
    };
    let by_actor = match (by_uri.is_none(), ours(app, wire::id(object, "actor")).await?) {
        (true, Some(follower)) => follows::find(app.db(), follower.id, sender.account.id).await?,
        _ => None,
    };
    let Some(follow) = by_uri.or(by_actor) else { return ignore(app, "no such follow").await };
    if follow.followed_id != sender.account.id {
        return refuse(app, "not the one who was asked").await;
    }
    if is_yes {
        effects::follows::accept(app, &sender.account, follow.id).await
    } else {
        effects::follows::reject(app, &sender.account, follow.id).await
    }
}

/// Somebody wants to quote a post of ours. The post that quotes comes along, or is fetched: it must be the sender's own.
async fn quote_request(
    federation: &Federation,
    app: &App,
    sender: &Sender,
    activity: &Value,
) -> Result<(), Error> {
    let Some(uri) = own_id(sender, activity) else { return ignore(app, "no id").await };
    let Some(quoted) = known_post(app, wire::id(activity, "object")).await? else {
        return ignore(app, "unknown post").await;
    };
    let Some(instrument) = wire::list(activity, "instrument").into_iter().next() else {
        return ignore(app, "no instrument").await;
    };
    let Some(address) = wire::id_of(instrument).filter(|id| sender.may_speak_of(id)) else {
        return refuse(app, "not the sender's post").await;
    };
    let known = match known_post(app, Some(address)).await? {
        Some(known) => Some(known),
        None if instrument.get("type").is_some() => match from_wire::post(instrument, &sender.account) {
            Some(post) => effects::posts::create(federation.app(), post, Why::Fetched).await?,
            None => return refuse(app, "not the sender's post").await,
        },
        None => federation.post_at(address).await?,
    };
    effects::quotes::request(app, &sender.account, quoted, address, known, &uri).await
}

/// Somebody wants to like, answer or boost a post of ours and asks first. Everybody may, so it counts as done, and the
/// answer says so.
async fn asked_to(
    federation: &Federation,
    app: &App,
    sender: &Sender,
    activity: &Value,
    interaction: Interaction,
) -> Result<(), Error> {
    let Some(uri) = own_id(sender, activity) else { return ignore(app, "no id").await };
    let Some(post) = known_post(app, wire::id(activity, "object")).await? else {
        return ignore(app, "unknown post").await;
    };
    let Some(instrument) = wire::list(activity, "instrument").into_iter().next() else {
        return ignore(app, "no instrument").await;
    };
    let Some(address) = own_id(sender, instrument) else {
        return refuse(app, "not the sender's to do").await;
    };
    let about = wire::id(instrument, "object").or(wire::id(instrument, "inReplyTo"));
    if about.is_some_and(|about| Some(about) != wire::id(activity, "object")) {
        return refuse(app, "another post").await;
    }
    // The job is held by `app`, and ends with the answer.
    let unheld = federation.app();
    match interaction {
        Interaction::Like => effects::reactions::like(unheld, &sender.account, post, &address).await?,
        Interaction::Reply => {
            if known_post(app, Some(&address)).await?.is_none() {
                match instrument.get("type").map(|_| from_wire::post(instrument, &sender.account)) {
                    Some(Some(answer)) => drop(effects::posts::create(unheld, answer, Why::Sent).await?),
                    Some(None) => return refuse(app, "not the sender's post").await,
                    None => drop(federation.post_at(&address).await?),
                }
            }
        }
        // Whom a boost is for stands in itself.
        Interaction::Boost if !instrument.is_object() => return ignore(app, "no instrument").await,
        Interaction::Boost => {
            let visibility = from_wire::visibility(
                &wire::ids(instrument, "to"),
                &wire::ids(instrument, "cc"),
                &sender.account,
            );
            let published = wire::time(instrument, "published");
            effects::reactions::boost(unheld, &sender.account, post, &address, visibility, published).await?;
        }
    }
    effects::interactions::answer(app, &sender.account, interaction, post, &address, &uri).await
}

async fn undo(app: &App, sender: &Sender, activity: &Value) -> Result<(), Error> {
    let Some(object) = wire::list(activity, "object").into_iter().next() else {
        return ignore(app, "no object").await;
    };
    let account = &sender.account;
    if wire::id(object, "actor").is_some_and(|actor| actor != account.uri) {
        return refuse(app, "not the sender's activity").await;
    }
    let uri = wire::id_of(object).filter(|uri| sender.may_speak_of(uri));
    let about = wire::id(object, "object");
    match wire::kind(object) {
        Some("Follow") => {
            let Some(target) = ours(app, about).await? else { return ignore(app, "nobody here").await };
            effects::follows::undo(app, account, target.id, uri).await
        }
        Some("Like" | "EmojiReact") => {
            effects::reactions::undo_like(app, account, known_post(app, about).await?, uri).await
        }
        Some("Announce") => {
            effects::reactions::undo_boost(app, account, known_post(app, about).await?, uri).await
        }
        Some("Block") => {
            let Some(target) = ours(app, about).await? else { return ignore(app, "nobody here").await };
            effects::blocks::undo(app, account, target.id).await
        }
        Some(_) => ignore(app, "unknown type").await,
        None => {
            let Some(uri) = uri else { return ignore(app, "no object").await };
            undo_by_id(app, sender, uri).await
        }
    }
}

/// An Undo that names only the id of what is taken back.
async fn undo_by_id(app: &App, sender: &Sender, uri: &str) -> Result<(), Error> {
    let account = &sender.account;
    if let Some(follow) =
        follows::find_by_uri(app.db(), uri).await?.filter(|row| row.follower_id == account.id)
    {
        return effects::follows::undo(app, account, follow.followed_id, Some(uri)).await;
    }
    if let Some(like) =
        favourites::find_by_uri(app.db(), uri).await?.filter(|row| row.account_id == account.id)
    {
        return effects::reactions::undo_like(app, account, Some(like.post_id), Some(uri)).await;
    }
    effects::reactions::undo_boost(app, account, None, Some(uri)).await
}

async fn like(app: &App, sender: &Sender, activity: &Value) -> Result<(), Error> {
    let Some(post) = known_post(app, wire::id(activity, "object")).await? else {
        return ignore(app, "unknown post").await;
    };
    let uri = own_id(sender, activity).unwrap_or_else(|| format!("{}#likes/{post}", sender.account.uri));
    effects::reactions::like(app, &sender.account, post, &uri).await
}

async fn announce(
    federation: &Federation,
    app: &App,
    sender: &Sender,
    activity: &Value,
) -> Result<(), Error> {
    let Some(uri) = own_id(sender, activity) else { return ignore(app, "no id").await };
    let Some(object) = wire::list(activity, "object").into_iter().next() else {
        return ignore(app, "no object").await;
    };
    // Groups announce whole activities (FEP-1b12); what counts is what those are about, one level down.
    let object = if is_activity(object) { object.get("object").unwrap_or(object) } else { object };
    let Some(address) = wire::id_of(object) else { return ignore(app, "no object").await };
    let post = match known_post(app, Some(address)).await? {
        Some(post) => Some(post),
        // Only for those whom somebody here follows is anything fetched.
        None if follows::is_followed_here(app.db(), sender.account.id).await? => {
            match from_wire::post(object, &sender.account) {
                // A post of their own, for followers, that could not be fetched.
                Some(own) => effects::posts::create(federation.app(), own, Why::Sent).await?,
                None => {
                    let fetched = federation.post_at(address).await?;
                    federation.want_replies(fetched).await?;
                    fetched
                }
            }
        }
        None => None,
    };
    let Some(post) = post else { return ignore(app, "unknown post").await };
    let visibility =
        from_wire::visibility(&wire::ids(activity, "to"), &wire::ids(activity, "cc"), &sender.account);
    let published = wire::time(activity, "published");
    effects::reactions::boost(app, &sender.account, post, &uri, visibility, published).await
}

async fn block(app: &App, sender: &Sender, activity: &Value) -> Result<(), Error> {
    let Some(target) = ours(app, wire::id(activity, "object")).await? else {
        return ignore(app, "nobody here").await;
    };
    let uri =
        own_id(sender, activity).unwrap_or_else(|| format!("{}#blocks/{}", sender.account.uri, target.id));
    effects::blocks::block(app, &sender.account, target.id, &uri).await
}

/// Reports accounts of ours and their posts: one report for each account.
async fn flag(app: &App, sender: &Sender, activity: &Value) -> Result<(), Error> {
    let reason = wire::text(activity, "content").or(wire::text(activity, "summary")).unwrap_or_default();
    let mut reports: Vec<RemoteReport> = Vec::new();
    let mut add = |target, post| {
        let known = reports.iter_mut().find(|report| report.target == target);
        match (known, post) {
            (Some(known), post) => known.posts.extend(post),
            (None, post) => reports.push(RemoteReport {
                target,
                posts: Option::into_iter(post).collect(),
                reason: reason.to_owned(),
            }),
        }
    };
    for address in wire::ids(activity, "object").iter().take(MOST_REPORTED) {
        if let Some(account) = ours(app, Some(address)).await? {
            add(account.id, None);
        } else if let Some(post) = posts::find_any_by_uri(app.db(), address).await?
            && accounts::find(app.db(), post.author_id).await?.is_some_and(|author| author.is_ours())
        {
            add(post.author_id, Some(post.id));
        }
    }
    if reports.is_empty() {
        return ignore(app, "nobody here").await;
    }
    effects::reports::create(app, &sender.account, reports).await
}

/// Puts a post or a hashtag on the sender's profile.
async fn add(app: &App, sender: &Sender, activity: &Value) -> Result<(), Error> {
    match shown_on_profile(app, sender, activity).await? {
        Ok(OnProfile::Post(post)) => effects::pins::pin(app, &sender.account, post).await,
        Ok(OnProfile::Hashtag(tag)) => effects::featured_tags::add(app, &sender.account, &tag).await,
        Err(reason) => ignore(app, reason).await,
    }
}

/// Takes a post or a hashtag off the sender's profile.
async fn remove(app: &App, sender: &Sender, activity: &Value) -> Result<(), Error> {
    match shown_on_profile(app, sender, activity).await? {
        Ok(OnProfile::Post(post)) => effects::pins::unpin(app, &sender.account, post).await,
        Ok(OnProfile::Hashtag(tag)) => effects::featured_tags::remove(app, &sender.account, &tag).await,
        Err(reason) => ignore(app, reason).await,
    }
}

/// What somebody shows on their profile.
enum OnProfile {
    /// A pinned post.
    Post(PostId),
    /// A hashtag, as written.
    Hashtag(String),
}

/// What is to be put on the sender's profile or taken off, or why nothing is: the target must be the collection that the
/// profile names. Mastodon names that of the posts for hashtags too.
async fn shown_on_profile(
    app: &App,
    sender: &Sender,
    activity: &Value,
) -> Result<Result<OnProfile, &'static str>, Error> {
    let account = &sender.account;
    if account.featured.is_none() || wire::id(activity, "target") != account.featured.as_deref() {
        return Ok(Err("not the sender's pins"));
    }
    if let Some(object) = wire::list(activity, "object").into_iter().next()
        && wire::is_a(object, "Hashtag")
    {
        let name = wire::text(object, "name").ok_or("a hashtag without a name");
        return Ok(name.map(|name| OnProfile::Hashtag(name.to_owned())));
    }
    let post = known_post(app, wire::id(activity, "object")).await?;
    Ok(post.map(OnProfile::Post).ok_or("unknown post"))
}

/// The sender has moved. Believed only if the new account, fetched from its own server, knows the old one.
async fn move_account(
    federation: &Federation,
    app: &App,
    sender: &Sender,
    activity: &Value,
) -> Result<(), Error> {
    let account = &sender.account;
    if wire::id(activity, "object") != Some(account.uri.as_str()) {
        return refuse(app, "not the sender's account").await;
    }
    if !effects::accounts::may_move(account, app.clock.now()) {
        return refuse(app, "moved a short time ago").await;
    }
    let Some(target) = wire::id(activity, "target").and_then(|target| Url::parse(target).ok()) else {
        return refuse(app, "no new account").await;
    };
    if federation.is_ours(&target) {
        return match ours(app, Some(target.as_str())).await? {
            Some(target) if moves::aliases(&target).contains(&account.uri.as_str()) => {
                effects::accounts::follow_to(app, account, &target).await
            }
            _ => refuse(app, "the new account does not know the old one").await,
        };
    }
    let Some(document) = federation.fetch(&target).await? else {
        return refuse(app, "the new account is not there").await;
    };
    if !is_known_as(&document.value, &account.uri) {
        return refuse(app, "the new account does not know the old one").await;
    }
    if wire::id(&document.value, "movedTo").is_some() {
        return refuse(app, "the new account has moved on").await;
    }
    match federation.put_account(&document).await? {
        Some(target) => effects::accounts::follow_to(app, account, &target).await,
        None => refuse(app, "the new account is not there").await,
    }
}

/// Whether an account says that it is also known by this address.
pub(crate) fn is_known_as(document: &Value, uri: &str) -> bool {
    wire::ids(document, "alsoKnownAs").iter().any(|known| known == uri)
}

/// Whether a document is something that was done, rather than what it was done to.
fn is_activity(document: &Value) -> bool {
    ["Create", "Update", "Announce"].iter().any(|kind| wire::is_a(document, kind))
}

/// The activity's own id, if it is on the sender's host.
fn own_id(sender: &Sender, activity: &Value) -> Option<String> {
    wire::id_of(activity).filter(|id| sender.may_speak_of(id) && id.len() <= 2048).map(str::to_owned)
}

/// Our account at that address.
async fn ours(app: &App, address: Option<&str>) -> Result<Option<accounts::Model>, Error> {
    let Some(address) = address else { return Ok(None) };
    let found = accounts::find_by_uri(app.db(), address).await?;
    Ok(found.filter(|account| account.is_ours() && !account.is_instance() && account.deleted_at.is_none()))
}

/// The post at that address, if it is known here and out.
async fn known_post(app: &App, address: Option<&str>) -> Result<Option<PostId>, Error> {
    let Some(address) = address else { return Ok(None) };
    let found = posts::find_any_by_uri(app.db(), address).await?;
    Ok(found.filter(|post| post.is_published()).map(|post| post.boost_of_id.unwrap_or(post.id)))
}
