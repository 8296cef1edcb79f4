//! Who may do what: section B of the catalogue.

use http::StatusCode;
use serde_json::{Value, json};
use stadtbote_core::domain::ids::{PostId, RowId};
use stadtbote_core::store::{accounts, blocks, follows, posts};
use url::Url;

use super::{ANNA, MALLORY, US, activity, changes, note, ours};
use crate::tests::world::{World, made_up};

#[tokio::test]
async fn b02_nobody_changes_the_profile_of_another() {
    let world = World::start().await;
    world.meet(ANNA).await;
    world.meet(MALLORY).await;
    let before = world.facts().await;

    for uri in [ANNA, US] {
        let mut profile = made_up(uri);
        profile["name"] = json!("Mallory was here");
        profile["inbox"] = json!("https://evil.example/inbox");
        world.send(&activity("Update", MALLORY, profile), MALLORY).await;
    }

    assert_eq!(changes(&world, &before).await, ["+ Update refused: not the sender's profile"]);
}

#[tokio::test]
async fn b03_b21_nobody_deletes_what_is_ours_whatever_reason_is_given() {
    let world = World::start().await;
    let moderator = "https://lemmy.example/u/moderator";
    world.meet(moderator).await;
    let before = world.facts().await;

    for object in [
        json!(ours(1001)),
        json!({ "id": ours(1001), "type": "Tombstone" }),
        json!(US),
        json!(format!("{US}/followers")),
    ] {
        let mut delete = activity("Delete", moderator, object);
        delete["summary"] = json!("against the rules");
        delete["audience"] = json!("https://lemmy.example/c/stadt");
        world.send(&delete, moderator).await;
        let announced = activity("Announce", "https://lemmy.example/c/stadt", delete);
        world.send(&announced, moderator).await;
    }

    assert_eq!(
        changes(&world, &before).await,
        [
            "+ Announce ignored: unknown post",
            "+ Delete refused: not the sender's post",
            "+ account lemmy.example/c/stadt stadt@lemmy.example (person) lemmy.example/c/stadt/inbox",
        ]
    );
}

#[tokio::test]
async fn b05_only_the_one_who_was_asked_answers_a_follow() {
    let world = World::start().await;
    let request = format!("{US}#follows/1");
    world.follow(ANNA, &request, follows::REQUESTED).await;
    world.meet(MALLORY).await;
    let before = world.facts().await;
    let of_us = |id: &str, whom: &str| json!({ "id": id, "type": "Follow", "actor": US, "object": whom });
    let never = format!("{US}#follows/never");

    for kind in ["Accept", "Reject"] {
        for object in [
            json!(request),
            of_us(&request, ANNA),
            of_us(&request, MALLORY),
            json!(never),
            of_us(&never, MALLORY),
            note(US, &ours(1001)),
            json!({ "id": format!("{MALLORY}/q"), "type": "QuoteRequest", "actor": US, "object": ours(1001) }),
        ] {
            world.send(&activity(kind, MALLORY, object), MALLORY).await;
        }
    }

    assert_eq!(
        changes(&world, &before).await,
        [
            "+ Accept ignored: no such follow",
            "+ Accept ignored: not a follow",
            "+ Accept refused: not the one who was asked",
            "+ Reject ignored: no such follow",
            "+ Reject ignored: not a follow",
            "+ Reject refused: not the one who was asked",
        ]
    );
}

#[tokio::test]
async fn b06_nobody_moves_on_from_where_they_moved_nor_to_us_nor_again_at_once() {
    let world = World::start().await;
    world.follow(ANNA, "https://stadt.example/f/1", follows::ACCEPTED).await;
    let home = |name: &str| format!("https://gts.example/users/{name}");
    let mut onward = made_up(&home("onward"));
    onward["alsoKnownAs"] = json!([ANNA]);
    onward["movedTo"] = json!("https://evil.example/u/mallory");
    world.show(onward);
    for name in ["first", "second"] {
        let mut actor = made_up(&home(name));
        actor["alsoKnownAs"] = json!([ANNA]);
        world.show(actor);
    }
    let moving = |target: &str| {
        let mut moving = activity("Move", ANNA, json!(ANNA));
        moving["target"] = json!(target);
        moving
    };
    let before = world.facts().await;

    for target in [&home("onward"), US, "https://stadt.example/actor", &home("nobody")] {
        world.send(&moving(target), ANNA).await;
    }
    assert_eq!(
        changes(&world, &before).await,
        [
            "+ Move refused: the new account does not know the old one",
            "+ Move refused: the new account has moved on",
            "+ Move refused: the new account is not there",
        ]
    );
    world.send(&moving(&home("first")), ANNA).await;
    let settled = world.facts().await;
    assert!(settled.iter().any(|fact| fact.ends_with("follow of gts.example/users/first by buergeramt")));

    world.send(&moving(&home("second")), ANNA).await;

    assert_eq!(changes(&world, &settled).await, ["+ Move refused: moved a short time ago"]);
}

#[tokio::test]
async fn b08_who_is_blocked_or_suspended_does_not_follow_and_nobody_follows_the_server() {
    let world = World::start().await;
    let suspended = "https://mastodon.example/users/suspended-one";
    let mut actor = made_up(suspended);
    actor["suspended"] = json!(true);
    world.show(actor);
    let blocked = world.meet(MALLORY).await;
    for known in [suspended, ANNA] {
        world.meet(known).await;
    }
    let row = blocks::Model {
        id: world.app.id(RowId),
        account_id: world.us.id,
        target_id: blocked.id,
        uri: String::new(),
        created_at: world.app.clock.now(),
    };
    let tx = world.app.begin_write().await.expect("the database can be written to");
    blocks::insert_once(&tx, row).await.expect("nobody is blocked yet");
    tx.commit().await.expect("nothing stands against it");

    world.send(&activity("Follow", MALLORY, json!(US)), MALLORY).await;
    world.send(&activity("Follow", suspended, json!(US)), suspended).await;
    world.send(&activity("Follow", ANNA, json!("https://stadt.example/actor")), ANNA).await;

    let facts = world.facts().await;
    assert!(!facts.iter().any(|fact| fact.contains("follow of")), "{facts:#?}");
    assert!(!facts.iter().any(|fact| fact.starts_with("notification")), "{facts:#?}");
    assert!(!facts.iter().any(|fact| fact.starts_with("sent Accept")), "{facts:#?}");
}

#[tokio::test]
async fn b09_a_follow_ends_whichever_of_its_ids_is_taken_back() {
    let world = World::start().await;
    let first = activity("Follow", ANNA, json!(US));
    let second = activity("Follow", ANNA, json!(US));
    world.send(&first, ANNA).await;
    world.send(&second, ANNA).await;
    let followers = async || {
        let us = accounts::find(world.app.db(), world.us.id).await.expect("the database answers");
        us.expect("it is there").followers_count
    };
    assert_eq!(followers().await, 1);

    world.send(&activity("Undo", ANNA, first), ANNA).await;

    assert_eq!(followers().await, 0);
    assert!(!world.facts().await.iter().any(|fact| fact.contains("follow of buergeramt")));
}

#[tokio::test]
async fn b10_who_guesses_the_address_of_what_is_not_for_them_reaches_nothing() {
    let world = World::start().await;
    world.meet(MALLORY).await;
    let before = world.facts().await;
    let mut reply = note(MALLORY, "https://evil.example/notes/1");
    reply["inReplyTo"] = json!(ours(2001));
    reply["cc"] = json!([]);
    reply["tag"] = json!([]);
    let vote = json!({
        "id": "https://evil.example/votes/1",
        "type": "Note",
        "attributedTo": MALLORY,
        "name": "Ja",
        "inReplyTo": ours(2001),
        "to": [US],
    });

    for activity in [
        activity("Like", MALLORY, json!(ours(2001))),
        activity("EmojiReact", MALLORY, json!(ours(2001))),
        activity("Announce", MALLORY, json!(ours(2001))),
        activity("Create", MALLORY, reply),
        activity("Create", MALLORY, vote),
    ] {
        world.send(&activity, MALLORY).await;
    }

    assert!(changes(&world, &before).await.is_empty(), "{:#?}", changes(&world, &before).await);
    let post = posts::find_any(world.app.db(), PostId(2001)).await.expect("the database answers");
    assert_eq!(post.expect("it is there").replies_count, 0);
}

#[tokio::test]
async fn b12_a_vote_from_elsewhere_counts_once_and_only_for_what_is_asked() {
    let world = World::start().await;
    world.meet(ANNA).await;
    let before = world.facts().await;
    let vote = |number: u32, title: &str, of: u32| {
        let id = format!("{ANNA}/votes/{number}");
        let object = json!({
            "id": id, "type": "Note", "attributedTo": ANNA, "name": title, "inReplyTo": ours(of), "to": [US],
        });
        activity("Create", ANNA, object)
    };

    for vote in [
        vote(1, "Vielleicht", 1002),
        vote(2, "Ja", 1001),
        vote(3, "Ja", 1002),
        vote(4, "Ja", 1002),
        vote(5, "Nein", 1002),
    ] {
        world.send(&vote, ANNA).await;
    }

    assert_eq!(
        changes(&world, &before).await,
        [
            "+ option Ja of ours/1002: 1",
            "+ poll of ours/1002: one of 2, 1 voters, closes",
            "+ vote for option 0 of ours/1002 by mastodon.example/users/anna",
            "- option Ja of ours/1002: 0",
            "- poll of ours/1002: one of 2, 0 voters, closes",
        ]
    );
}

#[tokio::test]
async fn b13_an_option_is_cut_off_and_a_poll_ends_within_reach() {
    let world = World::start().await;
    world.follow(ANNA, "https://stadt.example/f/1", follows::ACCEPTED).await;
    let mut question = note(ANNA, &format!("{ANNA}/statuses/9"));
    question["type"] = json!("Question");
    question["endTime"] = json!("9999-12-31T23:59:59Z");
    question["votersCount"] = json!(-7);
    question["oneOf"] = json!([
        { "type": "Note", "name": "x".repeat(500_000), "replies": { "totalItems": i64::MIN } },
        { "type": "Note", "name": "<b>y</b>", "replies": { "totalItems": 1e300 } },
    ]);

    world.send(&activity("Create", ANNA, question), ANNA).await;

    let facts = world.facts().await;
    let options: Vec<&String> =
        facts.iter().filter(|fact| fact.starts_with("option ") && !fact.contains("ours/")).collect();
    assert_eq!(options.len(), 2);
    assert!(options.iter().all(|option| option.len() < 700), "{options:?}");
    assert!(facts.contains("option y of mastodon.example/users/anna/statuses/9: 0"), "{options:?}");
    assert!(
        facts.contains("poll of mastodon.example/users/anna/statuses/9: one of 2, 0 voters, closes"),
        "{facts:#?}"
    );
}

#[tokio::test]
async fn b14_b15_a_flood_of_reports_ends_and_nobody_reported_hears_of_it() {
    let world = World::start().await;
    world.meet(MALLORY).await;
    let before = world.facts().await;
    let flag = |reason: &str, objects: Value| {
        let mut flag = activity("Flag", MALLORY, objects);
        flag["content"] = json!(reason);
        flag
    };

    world.send(&flag("not ours", json!([ANNA, "https://evil.example/notes/1", 7, null])), MALLORY).await;
    assert_eq!(changes(&world, &before).await, ["+ Flag ignored: nobody here"]);
    let many: Vec<Value> = std::iter::repeat_n(json!(ours(1001)), 3000).collect();
    world.send(&flag("<script>x()</script><b>fett</b>", json!(many)), MALLORY).await;
    for number in 0..30 {
        world.send(&flag(&format!("nr {number}"), json!([US, ours(1001)])), MALLORY).await;
    }

    let changes = changes(&world, &before).await;
    let reports: Vec<&String> = changes.iter().filter(|fact| fact.starts_with("+ report of")).collect();
    assert_eq!(reports.len(), 10, "{changes:#?}");
    assert!(reports.iter().all(|report| report.len() < 1500 && !report.contains('<')), "{reports:#?}");
    // Neither sent on nor told to whom it is about.
    assert_eq!(changes.len(), reports.len() + 1, "{changes:#?}");
}

#[tokio::test]
async fn b16_only_own_open_posts_are_pinned_and_only_so_many() {
    let world = World::start().await;
    let featured = "https://evil.example/u/mallory/featured";
    let mut actor = made_up(MALLORY);
    actor["featured"] = json!(featured);
    actor["followers"] = json!("https://evil.example/u/mallory/followers");
    world.show(actor);
    world.follow(MALLORY, "https://stadt.example/f/1", follows::ACCEPTED).await;
    for number in 0..25 {
        let post = note(MALLORY, &format!("https://evil.example/notes/{number}"));
        world.send(&activity("Create", MALLORY, post), MALLORY).await;
    }
    let mut private = note(MALLORY, "https://evil.example/notes/private");
    private["to"] = json!(["https://evil.example/u/mallory/followers"]);
    world.send(&activity("Create", MALLORY, private), MALLORY).await;
    let pin = |post: &str, target: &str| {
        let mut pin = activity("Add", MALLORY, json!(post));
        pin["target"] = json!(target);
        pin
    };
    let before = world.facts().await;

    for post in [&ours(1001), "https://evil.example/notes/private", "https://evil.example/notes/unknown"] {
        world.send(&pin(post, featured), MALLORY).await;
    }
    world.send(&pin("https://evil.example/notes/1", &format!("{US}/collections/featured")), MALLORY).await;
    assert_eq!(
        changes(&world, &before).await,
        ["+ Add ignored: not the sender's pins", "+ Add ignored: unknown post"]
    );
    for number in 0..25 {
        world.send(&pin(&format!("https://evil.example/notes/{number}"), featured), MALLORY).await;
    }

    let pins = changes(&world, &before).await.into_iter().filter(|fact| fact.starts_with("+ pin of")).count();
    assert_eq!(pins, 20);
}

#[tokio::test]
async fn b20_a_ban_from_a_community_takes_nothing_of_ours_away() {
    let world = World::start().await;
    let moderator = "https://lemmy.example/u/moderator";
    world.meet(moderator).await;
    let before = world.facts().await;
    let mut ban = activity("Block", moderator, json!(US));
    ban["target"] = json!("https://lemmy.example/c/stadt");
    ban["removeData"] = json!(true);
    ban["endTime"] = json!("2099-01-01T00:00:00Z");

    world.send(&ban, moderator).await;

    assert_eq!(changes(&world, &before).await, ["+ block of buergeramt by lemmy.example/u/moderator"]);
}

#[tokio::test]
async fn b22_an_activity_within_an_activity_within_an_activity_means_nothing() {
    let world = World::start().await;
    world.follow(MALLORY, "https://stadt.example/f/1", follows::ACCEPTED).await;
    let before = world.facts().await;
    world.asked();

    let mut wrapped = activity("Create", ANNA, note(ANNA, &format!("{ANNA}/statuses/forged")));
    for _ in 0..40 {
        wrapped = activity("Announce", MALLORY, wrapped);
    }
    world.send(&wrapped, MALLORY).await;

    assert_eq!(changes(&world, &before).await, ["+ Announce ignored: unknown post"]);
    assert!(world.asked().len() <= 2);
}

#[tokio::test]
async fn b23_an_older_change_is_passed_over_and_none_is_of_the_future() {
    let world = World::start().await;
    world.follow(ANNA, "https://stadt.example/f/1", follows::ACCEPTED).await;
    let uri = format!("{ANNA}/statuses/1");
    let changed = |text: &str, at: Option<&str>| {
        let mut note = note(ANNA, &uri);
        note["content"] = json!(text);
        note["updated"] = json!(at);
        activity("Update", ANNA, note)
    };
    world.send(&activity("Create", ANNA, note(ANNA, &uri)), ANNA).await;

    world.send(&changed("von morgen", Some("2999-01-01T00:00:00Z")), ANNA).await;
    world.send(&changed("von gestern", Some("2001-01-01T00:00:00Z")), ANNA).await;

    let post = posts::find_any_by_uri(world.app.db(), &uri)
        .await
        .expect("the database answers")
        .expect("it is there");
    assert!(post.edited_at.is_some_and(|at| at <= world.app.clock.now()), "{:?}", post.edited_at);
    let facts = world.facts().await;
    assert!(facts.iter().any(|fact| fact.ends_with(": von morgen")), "{facts:#?}");
    assert!(!facts.iter().any(|fact| fact.contains("von gestern")), "{facts:#?}");
}

#[tokio::test]
async fn b25_who_is_shut_out_or_gone_while_something_of_theirs_waits_reaches_nothing() {
    let world = World::start().await;
    world.follow(MALLORY, "https://stadt.example/f/1", follows::ACCEPTED).await;
    world.follow(ANNA, "https://stadt.example/f/2", follows::ACCEPTED).await;
    let send_and_wait = async |actor: &str, object: Value| {
        let body = activity("Create", actor, object).to_string().into_bytes();
        let key = crate::wire::id(&world.shown(actor), "publicKey").expect("it has a key").to_owned();
        let headers = world.signed(&body, &key, "/inbox");
        let request = crate::inbox::Request { path_and_query: "/inbox", headers: &headers, body: &body };
        assert_eq!(world.federation.take(request).await, StatusCode::ACCEPTED);
    };

    send_and_wait(MALLORY, note(MALLORY, "https://evil.example/notes/1")).await;
    send_and_wait(ANNA, note(ANNA, &format!("{ANNA}/statuses/1"))).await;
    world.shut_out("evil.example").await;
    let anna = world.meet(ANNA).await;
    let tx = world.app.begin_write().await.expect("the database can be written to");
    accounts::mark_deleted(&tx, anna.id, world.app.clock.now()).await.expect("it is there");
    tx.commit().await.expect("nothing stands against it");
    world.work().await;

    let facts = world.facts().await;
    assert!(!facts.iter().any(|fact| fact.contains(" post ") && !fact.contains("ours/")), "{facts:#?}");
}

#[tokio::test]
async fn b27_nobody_takes_the_name_of_a_neighbour() {
    let world = World::start().await;
    let mayor = "https://mastodon.example/users/mayor";
    world.show(made_up(mayor));
    world.lead("mayor@mastodon.example", mayor);
    for uri in [mayor, ANNA] {
        world.federation.fetch_account(&Url::parse(uri).expect("an address")).await.expect("it answers");
    }
    let before = world.facts().await;

    let mut profile = made_up(ANNA);
    profile["preferredUsername"] = json!("mayor");
    world.send(&activity("Update", ANNA, profile), ANNA).await;

    assert!(changes(&world, &before).await.is_empty(), "{:#?}", changes(&world, &before).await);
}

#[tokio::test]
async fn b30_of_very_many_other_names_only_so_many_are_looked_at() {
    let world = World::start().await;
    world.follow(ANNA, "https://stadt.example/f/1", follows::ACCEPTED).await;
    let home = "https://gts.example/users/home";
    let names = |at: usize| {
        let mut names: Vec<Value> = (0..3000).map(|number| json!(format!("at://did:plc:{number}"))).collect();
        names.extend([json!(7), json!(null), json!({ "id": [] })]);
        names.insert(at, json!(ANNA));
        names
    };
    let mut moving = activity("Move", ANNA, json!(ANNA));
    moving["target"] = json!(home);
    let mut actor = made_up(home);

    actor["alsoKnownAs"] = json!(names(2500));
    world.show(actor.clone());
    world.send(&moving, ANNA).await;
    assert!(world.facts().await.contains("Move refused: the new account does not know the old one"));
    actor["alsoKnownAs"] = json!(names(5));
    world.show(actor);
    moving["id"] = json!(format!("{ANNA}#moved"));
    world.send(&moving, ANNA).await;

    assert!(
        world
            .facts()
            .await
            .iter()
            .any(|fact| fact.ends_with("follow of gts.example/users/home by buergeramt"))
    );
}
