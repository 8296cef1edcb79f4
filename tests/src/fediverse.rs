//! A Fediverse that never was, written straight into the database, of which everything is known: who follows, who reacted,
//! who asked and when they were answered. What the program tells of its reach is held against it.

use crate::chance::Chance;
use crate::stadtbote::eventually;
use chrono::{DateTime, TimeDelta, Utc};
use stadtbote_core::App;
use stadtbote_core::actions::reach;
use stadtbote_core::domain::ids::{
    AccountId, DeliveryId, FollowId, MediaId, OutgoingId, PostId, RowId, TagId, compose,
};
use stadtbote_core::domain::post::Visibility;
use stadtbote_core::domain::quotes::State as Consent;
use stadtbote_core::domain::reach::Measure;
use stadtbote_core::store::{
    accounts, deliveries, facts, favourites, follows, hosts, media, mentions, outgoing, poll_votes, polls,
    post_tags, post_texts, posts, quotes, tags,
};
use std::collections::BTreeSet;

/// How large it is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Servers.
    pub servers: u64,
    /// Accounts on them, each of which follows one of ours or two.
    pub people: u64,
    /// Posts of each of our accounts.
    pub posts: u64,
    /// How many days back it begins.
    pub days: u64,
}

/// Somebody elsewhere.
#[derive(Clone, Debug)]
pub struct Someone {
    /// Their row.
    pub id: AccountId,
    /// Their server.
    pub host: String,
}

/// What somebody did with a post of ours.
#[derive(Clone, Debug)]
pub struct Reaction {
    /// What.
    pub measure: Measure,
    /// Whose post.
    pub account: AccountId,
    /// Which post.
    pub post: PostId,
    /// Who did it, and where they are.
    pub who: usize,
    /// When.
    pub at: DateTime<Utc>,
}

/// A post of ours.
#[derive(Clone, Debug)]
pub struct Ours {
    /// Its author.
    pub account: AccountId,
    /// The post.
    pub id: PostId,
    /// When it was published.
    pub at: DateTime<Utc>,
    /// In which language.
    pub language: &'static str,
    /// Its hashtag.
    pub tag: Option<&'static str>,
    /// Whether it has a picture, and whether that is described.
    pub picture: Option<bool>,
    /// To how many servers it was delivered, and to how many not.
    pub delivered: Option<(i64, i64)>,
}

/// What somebody asked.
#[derive(Clone, Debug)]
pub struct Question {
    /// Whom.
    pub account: AccountId,
    /// When.
    pub at: DateTime<Utc>,
    /// After how many minutes it was answered.
    pub answered_after: Option<i64>,
}

/// All that is true.
#[derive(Debug)]
pub struct Truth {
    /// Everybody elsewhere.
    pub people: Vec<Someone>,
    /// Who (by place in `people`) follows whom of ours since when.
    pub follows: Vec<(usize, AccountId, DateTime<Utc>)>,
    /// Our posts.
    pub posts: Vec<Ours>,
    /// What was done with them.
    pub reactions: Vec<Reaction>,
    /// What was asked.
    pub questions: Vec<Question>,
}

/// Which software servers run; the rare ones are on few.
const SOFTWARE: [&str; 6] = ["mastodon", "mastodon", "mastodon", "pixelfed", "gotosocial", "misskey"];

/// Writes it all down, for accounts of ours with these names.
pub async fn simulate(app: &App, names: &[&str], size: Size, chance: &mut Chance) -> Truth {
    let now = app.clock.now();
    let mut world = World { app, now, size, chance, serial: 0 };
    let mut ours = Vec::new();
    for name in names {
        let found = accounts::find_ours(app.db(), name).await.expect("the database answers");
        ours.push(found.expect("the account was made before"));
    }
    let people = world.people(&ours[0]).await;
    let follows = world.follows(&ours, &people).await;
    let posts = world.posts(&ours, &people, &follows).await;
    let reactions = world.reactions(&posts, &people).await;
    let questions = world.questions(&ours, &people).await;
    Truth { people, follows, posts, reactions, questions }
}

struct World<'a> {
    app: &'a App,
    now: DateTime<Utc>,
    size: Size,
    chance: &'a mut Chance,
    serial: u16,
}

impl World<'_> {
    /// A moment since `from`, to the second, and not in the last ten minutes.
    fn moment(&mut self, from: DateTime<Utc>) -> DateTime<Utc> {
        let room = (self.now - TimeDelta::minutes(10) - from).num_seconds().max(1).unsigned_abs();
        let at = from + TimeDelta::seconds(self.chance.below(room).cast_signed());
        DateTime::from_timestamp(at.timestamp(), 0).expect("it is near")
    }

    fn begin(&self) -> DateTime<Utc> {
        self.now - TimeDelta::days(self.size.days.cast_signed())
    }

    /// An id of that time which no other has.
    fn id(&mut self, at: DateTime<Utc>) -> i64 {
        self.serial = self.serial.wrapping_add(1);
        compose(at, self.serial)
    }

    /// People crowd on few servers: half of those that are left are on the next one.
    fn server(&mut self) -> u64 {
        let mut server = 0;
        while self.chance.below(8) > 0 && server + 1 < self.size.servers {
            server += 1 + self.chance.below(3);
        }
        server.min(self.size.servers - 1)
    }

    async fn people(&mut self, like: &accounts::Model) -> Vec<Someone> {
        let mut people = Vec::new();
        let tx = self.app.begin_write().await.expect("its turn comes");
        for server in 0..self.size.servers {
            let software = SOFTWARE[usize::try_from(server).expect("few servers") % SOFTWARE.len()];
            hosts::put_software(&tx, &host(server), software, "1.0", self.now)
                .await
                .expect("a host is written");
        }
        for number in 0..self.size.people {
            let host = host(self.server());
            let uri = format!("https://{host}/users/p{number}");
            let at = self.begin();
            let row = accounts::Model {
                id: AccountId(self.id(at)),
                institution_id: None,
                username: format!("p{number}"),
                domain: host.clone(),
                host: Some(host.clone()),
                url: uri.clone(),
                kind: "person".to_owned(),
                display_name: format!("p{number}"),
                inbox: format!("{uri}/inbox"),
                shared_inbox: Some(format!("https://{host}/inbox")),
                followers: Some(format!("{uri}/followers")),
                followers_count: 0,
                following_count: 0,
                posts_count: 0,
                uri,
                created_at: at,
                ..like.clone()
            };
            people.push(Someone { id: row.id, host });
            accounts::insert(&tx, row).await.expect("nobody has that name");
        }
        tx.commit().await.expect("nothing stands against it");
        people
    }

    async fn follows(
        &mut self,
        ours: &[accounts::Model],
        people: &[Someone],
    ) -> Vec<(usize, AccountId, DateTime<Utc>)> {
        let mut follows = Vec::new();
        let tx = self.app.begin_write().await.expect("its turn comes");
        for (who, someone) in people.iter().enumerate() {
            for (number, followed) in ours.iter().enumerate() {
                // All follow the first, some the others.
                if number > 0 && self.chance.below(4) > 0 {
                    continue;
                }
                let begin = self.begin();
                let at = self.moment(begin);
                let row = follows::Model {
                    id: FollowId(self.id(at)),
                    follower_id: someone.id,
                    followed_id: followed.id,
                    state: follows::ACCEPTED.to_owned(),
                    uri: format!("https://{}/follows/{}-{number}", someone.host, someone.id),
                    show_boosts: true,
                    notify: false,
                    languages: None,
                    created_at: at,
                };
                follows::insert_once(&tx, row).await.expect("nobody follows twice");
                accounts::count_follow(&tx, someone.id, followed.id, 1).await.expect("both are there");
                follows.push((who, followed.id, at));
            }
        }
        tx.commit().await.expect("nothing stands against it");
        follows
    }

    async fn posts(
        &mut self,
        ours: &[accounts::Model],
        people: &[Someone],
        follows: &[(usize, AccountId, DateTime<Utc>)],
    ) -> Vec<Ours> {
        let mut made = Vec::new();
        let tx = self.app.begin_write().await.expect("its turn comes");
        let tag = TagId(self.id(self.now));
        let tag = tags::find_or_insert(&tx, tag, "stadtfest", "Stadtfest").await.expect("a tag is written");
        for author in ours {
            for _ in 0..self.size.posts {
                let begin = self.begin();
                let at = self.moment(begin);
                let id = PostId(self.id(at));
                let language =
                    ["de", "de", "en", "tr"][usize::try_from(self.chance.below(4)).expect("small")];
                let tagged = self.chance.below(3) == 0;
                let picture =
                    [None, Some(true), Some(false)][usize::try_from(self.chance.below(3)).expect("small")];
                let uri = format!("{}/statuses/{id}", author.uri);
                let row = posts::Model {
                    language: Some(language.to_owned()),
                    ..posts::Model::published(id, author.id, uri, Visibility::Public, at)
                };
                posts::insert(&tx, row).await.expect("the id is free");
                let text = post_texts::Model {
                    post_id: id,
                    language: language.to_owned(),
                    is_main: true,
                    warning: String::new(),
                    source: None,
                    html: format!("<p>Beitrag vom {}</p>", at.format("%-d.%-m.%Y")),
                    emojis: None,
                };
                post_texts::insert(&tx, text).await.expect("a post has one text");
                polls::insert(
                    &tx,
                    polls::Model {
                        post_id: id,
                        multiple: false,
                        hide_totals: false,
                        closes_at: None,
                        voters_count: Some(0),
                        open_for: None,
                        panel: None,
                    },
                )
                .await
                .expect("a post asks once");
                if tagged {
                    post_tags::insert(&tx, id, &[tag]).await.expect("a post bears a tag once");
                }
                if let Some(is_described) = picture {
                    self.picture(&tx, author.id, id, at, is_described).await;
                }
                let is_recent = at > self.now - TimeDelta::days(20);
                let delivered = match is_recent {
                    true => Some(self.deliver(&tx, author.id, id, at, people, follows).await),
                    false => None,
                };
                let tag = tagged.then_some("stadtfest");
                made.push(Ours { account: author.id, id, at, language, tag, picture, delivered });
            }
        }
        tx.commit().await.expect("nothing stands against it");
        made
    }

    async fn picture(
        &mut self,
        tx: &stadtbote_core::app::Tx,
        account: AccountId,
        post: PostId,
        at: DateTime<Utc>,
        is_described: bool,
    ) {
        let row = media::Model {
            id: MediaId(self.id(at)),
            account_id: account,
            post_id: Some(post),
            position: 0,
            kind: "image".to_owned(),
            mime: "image/png".to_owned(),
            file: None,
            preview_file: None,
            remote_url: None,
            remote_preview_url: None,
            width: None,
            height: None,
            preview_width: None,
            preview_height: None,
            duration: None,
            blurhash: None,
            focus_x: None,
            focus_y: None,
            description: if is_described { "Ein Platz".to_owned() } else { String::new() },
            decorative: false,
            created_at: at,
        };
        media::insert(tx, row).await.expect("the id is free");
    }

    /// Every tenth server does not take it.
    async fn deliver(
        &mut self,
        tx: &stadtbote_core::app::Tx,
        account: AccountId,
        post: PostId,
        at: DateTime<Utc>,
        people: &[Someone],
        follows: &[(usize, AccountId, DateTime<Utc>)],
    ) -> (i64, i64) {
        let followed = follows.iter().filter(|(_, followed, _)| *followed == account);
        let servers: BTreeSet<&str> = followed.map(|(who, ..)| people[*who].host.as_str()).collect();
        let row = outgoing::Model {
            id: OutgoingId(self.id(at)),
            activity_id: format!("https://city.example/{post}/activity"),
            kind: "Create".to_owned(),
            account_id: account,
            post_id: Some(post),
            subject: format!("post {post}"),
            class: 1,
            body: "{}".to_owned(),
            created_at: at,
        };
        let outgoing = row.id;
        outgoing::insert(tx, row).await.expect("the id is free");
        let mut rows = Vec::new();
        let mut counts = (0, 0);
        for (number, host) in servers.into_iter().enumerate() {
            let is_taken = number % 10 != 3;
            counts = if is_taken { (counts.0 + 1, counts.1) } else { (counts.0, counts.1 + 1) };
            rows.push(deliveries::Model {
                id: DeliveryId(self.id(at)),
                outgoing_id: outgoing,
                inbox: format!("https://{host}/inbox"),
                host: host.to_owned(),
                subject: format!("post {post}"),
                state: if is_taken { "delivered" } else { "expired" }.to_owned(),
                class: 1,
                attempts: 1,
                run_at: at,
                lease_token: None,
                lease_until: None,
                last_answer: None,
                created_at: at,
                ended_at: Some(at),
            });
        }
        deliveries::insert_many(tx, rows, at).await.expect("each server gets it once");
        counts
    }

    async fn reactions(&mut self, posts: &[Ours], people: &[Someone]) -> Vec<Reaction> {
        let mut done = Vec::new();
        let mut seen = BTreeSet::new();
        let tx = self.app.begin_write().await.expect("its turn comes");
        for post in posts {
            for _ in 0..self.chance.below(16) {
                let who = usize::try_from(self.chance.below(self.size.people)).expect("few people");
                let measure = [
                    Measure::Favourites,
                    Measure::Favourites,
                    Measure::Boosts,
                    Measure::Replies,
                    Measure::Quotes,
                    Measure::Votes,
                ][usize::try_from(self.chance.below(6)).expect("small")];
                if !seen.insert((post.id, who, measure)) {
                    continue;
                }
                // Most react soon.
                let soon = post.at + TimeDelta::minutes(self.chance.below(3000).cast_signed());
                let at = if soon < self.now - TimeDelta::minutes(5) { soon } else { post.at };
                self.react(&tx, measure, post, &people[who], at).await;
                done.push(Reaction { measure, account: post.account, post: post.id, who, at });
            }
        }
        tx.commit().await.expect("nothing stands against it");
        done
    }

    async fn react(
        &mut self,
        tx: &stadtbote_core::app::Tx,
        measure: Measure,
        post: &Ours,
        who: &Someone,
        at: DateTime<Utc>,
    ) {
        let number = self.id(at);
        let uri = format!("https://{}/activities/{number}", who.host);
        let own = posts::Model::published(PostId(number), who.id, uri.clone(), Visibility::Public, at);
        match measure {
            Measure::Favourites => {
                let row = favourites::Model {
                    id: RowId(number),
                    account_id: who.id,
                    post_id: post.id,
                    uri,
                    created_at: at,
                };
                favourites::insert_once(tx, row).await.expect("nobody likes twice");
            }
            Measure::Votes => {
                let row = poll_votes::Model {
                    id: RowId(number),
                    post_id: post.id,
                    account_id: who.id,
                    position: 0,
                    uri,
                    created_at: at,
                };
                poll_votes::insert_once(tx, row).await.expect("nobody votes twice");
            }
            Measure::Boosts => {
                let row = posts::Model { boost_of_id: Some(post.id), ..own };
                posts::insert(tx, row).await.expect("nobody boosts twice");
            }
            Measure::Replies => {
                let row = posts::Model {
                    in_reply_to_id: Some(post.id),
                    in_reply_to_account_id: Some(post.account),
                    thread_id: post.id,
                    ..own
                };
                posts::insert(tx, row).await.expect("the id is free");
            }
            _ => {
                posts::insert(tx, own).await.expect("the id is free");
                let row = quotes::Model {
                    post_id: PostId(number),
                    account_id: who.id,
                    quoted_id: Some(post.id),
                    quoted_account_id: Some(post.account),
                    quoted_uri: String::new(),
                    state: Consent::Accepted,
                    is_legacy: false,
                    request_uri: None,
                    stamp_uri: None,
                    created_at: at,
                };
                quotes::put(tx, row).await.expect("a post quotes once");
            }
        }
    }

    async fn questions(&mut self, ours: &[accounts::Model], people: &[Someone]) -> Vec<Question> {
        let mut asked = Vec::new();
        let tx = self.app.begin_write().await.expect("its turn comes");
        for account in ours {
            for _ in 0..self.size.posts / 2 {
                let begin = self.begin();
                let at = self.moment(begin);
                let who = &people[usize::try_from(self.chance.below(self.size.people)).expect("few people")];
                let id = PostId(self.id(at));
                let uri = format!("https://{}/questions/{id}", who.host);
                let row = posts::Model::published(id, who.id, uri, Visibility::Public, at);
                posts::insert(&tx, row).await.expect("the id is free");
                mentions::insert(&tx, id, &[account.id]).await.expect("it mentions once");
                let after = self.chance.below(2000).cast_signed();
                let answered = at + TimeDelta::minutes(after);
                let is_answered = self.chance.below(5) > 0 && answered < self.now - TimeDelta::minutes(5);
                if is_answered {
                    let answer = PostId(self.id(answered));
                    let uri = format!("{}/statuses/{answer}", account.uri);
                    let row = posts::Model {
                        in_reply_to_id: Some(id),
                        in_reply_to_account_id: Some(who.id),
                        thread_id: id,
                        ..posts::Model::published(answer, account.id, uri, Visibility::Direct, answered)
                    };
                    posts::insert(&tx, row).await.expect("the id is free");
                }
                asked.push(Question {
                    account: account.id,
                    at,
                    answered_after: is_answered.then_some(after),
                });
            }
        }
        tx.commit().await.expect("nothing stands against it");
        asked
    }
}

/// Waits until a program that has just started has counted for the first time: then it leaves the days alone for an hour.
pub async fn wait_for_first_count(app: &App) {
    eventually("the reach is counted", async || {
        facts::find(app.db(), facts::REACH_COUNTED_TO).await.expect("it can be read")
    })
    .await;
}

/// Counts so many days once more, as if nothing had been counted or told yet.
pub async fn count_since(app: &App, days: u64) {
    count(app, days, "").await;
}

/// The same, but where people are is told of no month.
pub async fn count_without_telling(app: &App, days: u64) {
    count(app, days, "9999-12").await;
}

async fn count(app: &App, days: u64, told_to: &str) {
    let begin = app.clock.day(app.clock.now() - TimeDelta::days(days.cast_signed()));
    let tx = app.begin_write().await.expect("its turn comes");
    facts::put(&tx, facts::REACH_COUNTED_TO, &begin.to_string()).await.expect("it can be written");
    facts::put(&tx, facts::REACH_TOLD_TO, told_to).await.expect("it can be written");
    tx.commit().await.expect("nothing stands against it");
    let today = app.clock.day(app.clock.now()).to_string();
    for _ in 0..=days {
        reach::roll_up(app).await.expect("it can be counted");
        let done = facts::find(app.db(), facts::REACH_COUNTED_TO).await.expect("it can be read");
        if done.as_deref() == Some(today.as_str()) {
            return;
        }
    }
    panic!("the days do not end");
}

/// The name of the server with that number.
pub fn host(number: u64) -> String {
    format!("server{number}.far.example")
}
