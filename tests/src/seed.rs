//! Followers by the thousand, written straight into the database: as many signed Follows would take longer than the
//! test that needs them.

use stadtbote_core::App;
use stadtbote_core::domain::ids::{AccountId, FollowId};
use stadtbote_core::store::{accounts, follows};

/// Gives our account `name` followers with an inbox each, and no shared one: so many hosts, so many on each.
///
/// Gives their inboxes. The rows are those that a Follow and its Accept leave behind, but for the notification, and are
/// modelled on rita@far.example, who must have followed before. Nothing is sent.
pub async fn followers(app: &App, name: &str, hosts: usize, on_each: usize) -> Vec<String> {
    follow(app, name, hosts, on_each, |_| None).await
}

/// The same with a shared inbox on each host; gives the inboxes of all, the shared one of each host as often as it is
/// shared.
pub async fn followers_who_share(app: &App, name: &str, hosts: usize, on_each: usize) -> Vec<String> {
    follow(app, name, hosts, on_each, |host| Some(format!("https://{host}/inbox"))).await
}

async fn follow(
    app: &App,
    name: &str,
    hosts: usize,
    on_each: usize,
    shared: impl Fn(&str) -> Option<String>,
) -> Vec<String> {
    let now = app.clock.now();
    let followed = accounts::find_ours(app.db(), name).await.expect("the database answers");
    let followed = followed.expect("the account was made before").id;
    let rita = accounts::find_theirs(app.db(), "rita", "far.example").await.expect("the database answers");
    let model = accounts::Model { following_count: 0, ..rita.expect("rita was here before") };
    let mut inboxes = Vec::new();

    let tx = app.begin_write().await.expect("the database can be written to");
    for host in (0..hosts).map(host) {
        for number in 0..on_each {
            let username = format!("follower{number}");
            let uri = format!("https://{host}/users/{username}");
            let follower = accounts::Model {
                id: app.id(AccountId),
                domain: host.clone(),
                host: Some(host.clone()),
                url: uri.clone(),
                inbox: format!("{uri}/inbox"),
                shared_inbox: shared(&host),
                followers: Some(format!("{uri}/followers")),
                uri,
                username,
                ..model.clone()
            };
            let follow = follows::Model {
                id: app.id(FollowId),
                follower_id: follower.id,
                followed_id: followed,
                state: follows::ACCEPTED.to_owned(),
                uri: format!("{}#follow", follower.uri),
                show_boosts: true,
                notify: false,
                languages: None,
                created_at: now,
            };
            inboxes.push(follower.shared_inbox.clone().unwrap_or_else(|| follower.inbox.clone()));
            let id = follower.id;
            accounts::insert(&tx, follower).await.expect("nobody has that name");
            follows::insert_once(&tx, follow).await.expect("nobody follows twice");
            accounts::count_follow(&tx, id, followed, 1).await.expect("both are there");
        }
    }
    tx.commit().await.expect("nothing stands against it");
    inboxes
}

/// The name of the host with that number.
pub fn host(number: usize) -> String {
    format!("host{number}.sink.test")
}
