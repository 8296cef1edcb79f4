//! Writing, answering and sharing in the workbench.

use http::StatusCode;
use stadtbote_core::Error;
use stadtbote_core::actions::accounts_of_ours::{self, NewAccount};
use stadtbote_core::actions::drafts;
use stadtbote_core::actions::media::Describe;
use stadtbote_core::actions::posts::{self, Door, Written};
use stadtbote_core::actions::{Member, moves, quotes, tags};
use stadtbote_core::domain::ids::{MediaId, PostId};
use stadtbote_core::domain::permission::Role;
use stadtbote_core::domain::post::{Draft, Visibility};
use stadtbote_core::store::{accounts, media, persons, post_texts, posts as store_posts};

use super::{Browser, PUBLIC, World, between, png, write};

/// Alice, as she acts for one of the accounts.
async fn alice(world: &World, account: &str) -> Member {
    let db = world.app.db();
    let person = persons::find_by_email(db, "alice@stadt.example").await.expect("it works");
    let account = accounts::find_ours(db, account).await.expect("it works").expect("it is there");
    let person = person.expect("she is there").id;
    Member::find(&world.app, person, account.id).await.expect("it works").expect("she is in the team")
}

/// Another account of Alice's, which mentions the first one in a public post.
async fn mention(world: &World, text: &str) -> PostId {
    let stadt = alice(world, "stadt").await;
    if accounts::find_ours(world.app.db(), "bibliothek").await.expect("it works").is_none() {
        let new = NewAccount {
            username: "bibliothek".into(),
            display_name: "Stadtbibliothek".into(),
            kind: "organization".into(),
            institution: None,
        };
        accounts_of_ours::create(&world.app, new, Some(stadt.person)).await.expect("it works");
    }
    let library = alice(world, "bibliothek").await;
    let draft = draft(&format!("@stadt {text}"), vec![]);
    posts::publish(&world.app, &library, Door::Api, draft, None).await.expect("it works").id
}

fn draft(text: &str, media: Vec<MediaId>) -> Draft {
    Draft {
        text: text.into(),
        warning: String::new(),
        sensitive: false,
        visibility: Visibility::Public,
        language: "de".into(),
        in_reply_to: None,
        poll: None,
        quoted: None,
        quote_policy: None,
        media,
    }
}

/// The id in the first address of a post on a page.
fn post_on(page: &str) -> String {
    between(page, "/posts/", "/").expect("there is a post").to_owned()
}

async fn file_of(world: &World, post: PostId) -> media::Model {
    let files = media::list_of_posts(world.app.db(), vec![post]).await.expect("it works");
    files.into_iter().next().expect("there is a file")
}

/// A draft with a described picture, as the form keeps it.
async fn draft_with_picture(world: &World, browser: &mut Browser) -> PostId {
    browser.get(world, "/redaktion/@stadt/write").await;
    let fields = [
        ("text", "Erste Fassung"),
        ("description_1", "Eine Brücke"),
        ("language", "de"),
        ("visibility", "public"),
        ("do", "draft"),
    ];
    let kept = browser.post_file(world, "/redaktion/@stadt/write", &fields, ("file_1", &png())).await;
    assert_eq!(kept.location(), "/redaktion/@stadt/drafts?done=draft", "{}", kept.body);
    let list = browser.get(world, "/redaktion/@stadt/drafts").await;
    PostId(post_on(&list.body).parse().expect("it is a number"))
}

#[tokio::test]
async fn a_draft_comes_out_with_its_last_changes() {
    let world = World::founded().await;
    let mut browser = world.signed_in("alice@stadt.example").await;
    let id = draft_with_picture(&world, &mut browser).await;
    let file = file_of(&world, id).await;
    let described = format!("description_of_{}", file.id);
    let picture = file.id.to_string();

    let fields =
        [("text", "Zweite Fassung"), ("version", "1"), ("media", &picture), (&described, "Ein Steg")];
    let fields: Vec<_> = fields.into_iter().chain(PUBLIC).collect();
    let taken = browser.post(&world, &format!("/redaktion/@stadt/posts/{id}/edit"), &fields).await;

    assert_eq!(taken.location(), "/redaktion/@stadt/posts?done=published", "{}", taken.body);
    let page = Browser::default().get(&world, "/@stadt").await;
    assert!(page.body.contains("Zweite Fassung") && page.body.contains("alt=\"Ein Steg\""));
    assert!(!browser.get(&world, "/redaktion/@stadt/drafts").await.body.contains("Fassung"));
}

#[tokio::test]
async fn an_account_that_has_moved_says_so_and_writes_no_more() {
    let world = World::founded().await;
    let mut browser = world.signed_in("alice@stadt.example").await;
    let new = NewAccount {
        username: "bibliothek".into(),
        display_name: "Stadtbibliothek".into(),
        kind: "organization".into(),
        institution: None,
    };
    let new = accounts_of_ours::create(&world.app, new, None).await.expect("it works");
    moves::away(&world.app, "stadt", &new).await.expect("it works");

    let refused = write(&mut browser, &world, "Noch etwas", "public").await;
    let page = Browser::default().get(&world, "/@stadt").await;

    assert!(refused.body.contains("umgezogen und schreibt nichts mehr"), "{}", refused.body);
    assert!(refused.body.contains("Noch etwas"), "nothing that was written is lost");
    assert!(page.body.contains("Dieses Konto ist umgezogen") && page.body.contains("@bibliothek"));
    assert!(!page.body.contains("action=\"/interaction\""), "nobody can follow it any more");
    assert!(page.body.contains("Zum neuen Konto"));
    let new = Browser::default().get(&world, "/@bibliothek").await;
    assert!(new.body.contains("action=\"/interaction\""));
}

#[tokio::test]
async fn what_can_not_come_out_is_not_changed_either() {
    let world = World::founded().await;
    let mut browser = world.signed_in("alice@stadt.example").await;
    let id = draft_with_picture(&world, &mut browser).await;
    let file = file_of(&world, id).await.id;
    let member = alice(&world, "stadt").await;
    let change = || Describe { description: Some(String::new()), ..Describe::default() };
    let written = |version| Written {
        draft: draft("Zweite Fassung", vec![file]),
        described: vec![(file, change())],
        version: Some(version),
    };

    // Without its description the picture may not come out from the workbench.
    let refused = drafts::release_changed(&world.app, &member, Door::Workbench, id, written(1)).await;
    let late = drafts::release_changed(&world.app, &member, Door::Workbench, id, written(0)).await;

    assert!(matches!(refused, Err(Error::Invalid { .. })), "{refused:?}");
    assert!(matches!(late, Err(Error::Conflict(_))), "{late:?}");
    let text = post_texts::find_main(world.app.db(), id).await.expect("it works").expect("it is there");
    assert_eq!(text.source.as_deref(), Some("Erste Fassung"));
    assert_eq!(file_of(&world, id).await.description, "Eine Brücke");

    let out = drafts::release(&world.app, &member, Door::Workbench, id, Some(1)).await.expect("it works").id;
    let edited = posts::edit(&world.app, &member, Door::Workbench, out, written(1)).await;

    assert!(matches!(edited, Err(Error::Invalid { .. })), "{edited:?}");
    assert_eq!(file_of(&world, out).await.description, "Eine Brücke");
}

#[tokio::test]
async fn a_draft_that_changed_after_it_was_read_is_not_released() {
    let world = World::founded().await;
    let mut browser = world.signed_in("alice@stadt.example").await;
    let id = draft_with_picture(&world, &mut browser).await;
    let member = alice(&world, "stadt").await;
    drafts::save(&world.app, &member, Some(id), draft("Zweite Fassung", vec![]), false)
        .await
        .expect("it works");

    let release = format!("/redaktion/@stadt/posts/{id}/release");
    let seen = browser.post(&world, &release, &[("version", "1")]).await;

    assert_eq!(seen.status, StatusCode::CONFLICT);
    assert!(!Browser::default().get(&world, "/@stadt").await.body.contains("Fassung"));
}

#[tokio::test]
async fn an_answer_is_written_within_sight_of_its_thread() {
    let world = World::founded().await;
    let mut browser = world.signed_in("alice@stadt.example").await;
    let question = mention(&world, "Ist die Brücke offen?").await;
    let form = browser.get(&world, &format!("/redaktion/@stadt/write?to={question}")).await;
    assert!(!form.body.contains("hat hier schon geantwortet"));

    let fields: Vec<_> = [("text", "@bibliothek Ja, seit heute.")].into_iter().chain(PUBLIC).collect();
    let path = format!("/redaktion/@stadt/write?to={question}");
    let sent = browser.post(&world, &path, &fields).await;
    assert_eq!(sent.location(), "/redaktion/@stadt/posts?done=published", "{}", sent.body);
    let library = alice(&world, "bibliothek").await;
    let answer = store_posts::list_of_thread(world.app.db(), None, question, 10).await.expect("it works");
    let answer = answer.last().expect("it is there").id;
    let more = Draft { in_reply_to: Some(answer), ..draft("@stadt Auch für Räder?", vec![]) };
    let more = posts::publish(&world.app, &library, Door::Api, more, None).await.expect("it works").id;

    let again = browser.get(&world, &path).await;
    let deeper = browser.get(&world, &format!("/redaktion/@stadt/write?to={more}")).await;

    assert!(again.body.contains("Stadt Musterhausen hat hier schon geantwortet"), "{}", again.body);
    assert!(again.body.contains("Ja, seit heute.") && again.body.contains("Auch für Räder?"));
    assert!(deeper.body.contains("Ist die Brücke offen?") && deeper.body.contains("Ja, seit heute."));
    assert!(!deeper.body.contains("hat hier schon geantwortet"));
}

#[tokio::test]
async fn what_others_wrote_is_shared_after_a_question_and_taken_back() {
    let world = World::founded().await;
    let mut browser = world.signed_in("alice@stadt.example").await;
    let id = mention(&world, "Lesung am Abend").await;
    let share = format!("/redaktion/@stadt/posts/{id}/share");

    let inbox = browser.get(&world, "/redaktion/@stadt/inbox").await;
    let asked = browser.get(&world, &share).await;
    let before = Browser::default().get(&world, "/@stadt").await;
    let shared = browser.post(&world, &share, &[("share", "on")]).await;
    let after = Browser::default().get(&world, "/@stadt").await;
    let list = browser.get(&world, "/redaktion/@stadt/posts").await;
    let back = browser.post(&world, &share, &[("share", "off")]).await;

    assert!(inbox.body.contains(&share));
    assert!(asked.body.contains("Lesung am Abend") && asked.body.contains("Jetzt teilen"));
    assert!(!before.body.contains("Lesung am Abend"));
    assert_eq!(shared.location(), "/redaktion/@stadt/posts?done=shared", "{}", shared.body);
    assert!(after.body.contains("Lesung am Abend"));
    assert!(list.body.contains("Sie haben einen Beitrag von Stadtbibliothek geteilt"));
    assert!(!list.body.contains(&format!("/posts/{id}/edit")), "a post of others can't be changed");
    assert_eq!(back.location(), "/redaktion/@stadt/posts?done=unshared");
    assert!(!Browser::default().get(&world, "/@stadt").await.body.contains("Lesung am Abend"));
}

#[tokio::test]
async fn nobody_shares_without_the_right_to_publish_and_nothing_that_is_not_for_all() {
    let world = World::founded().await;
    world.person("bob@stadt.example", Role::Author).await;
    let mut bob = world.signed_in("bob@stadt.example").await;
    let mut owner = world.signed_in("alice@stadt.example").await;
    let open = mention(&world, "Lesung am Abend").await;
    let library = alice(&world, "bibliothek").await;
    let closed = Draft { visibility: Visibility::Direct, ..draft("@stadt Nur für Sie", vec![]) };
    let closed = posts::publish(&world.app, &library, Door::Api, closed, None).await.expect("it works").id;

    for (browser, id) in [(&mut bob, open), (&mut owner, closed)] {
        let path = format!("/redaktion/@stadt/posts/{id}/share");

        assert!(!browser.get(&world, "/redaktion/@stadt/inbox").await.body.contains(&path));
        assert_eq!(browser.get(&world, &path).await.status, StatusCode::FORBIDDEN);
        assert_eq!(browser.post(&world, &path, &[("share", "on")]).await.status, StatusCode::FORBIDDEN);
    }
    assert!(!Browser::default().get(&world, "/@stadt").await.body.contains("Lesung"));
}

#[tokio::test]
async fn what_is_new_is_counted_until_it_was_seen_here_or_in_a_program() {
    let world = World::founded().await;
    let mut browser = world.signed_in("alice@stadt.example").await;
    let counted = |page: &str| between(page, "<span class=\"n\">", "<").map(str::to_owned);
    mention(&world, "Eins").await;
    mention(&world, "Zwei").await;

    let elsewhere = browser.get(&world, "/redaktion/@stadt/profile").await;
    let mentions = browser.get(&world, "/redaktion/@stadt/inbox?view=mentions").await;
    let inbox = browser.get(&world, "/redaktion/@stadt/inbox").await;
    let again = browser.get(&world, "/redaktion/@stadt/inbox").await;

    assert_eq!(counted(&elsewhere.body).as_deref(), Some("2"));
    assert!(mentions.body.contains("An Sie gerichtet (2 neu)"));
    assert_eq!(inbox.body.matches("<li class=\"new\">").count(), 2);
    assert_eq!(counted(&inbox.body), None);
    assert_eq!(again.body.matches("<li class=\"new\">").count(), 0);

    mention(&world, "Drei").await;
    let program = alice(&world, "stadt").await;
    let newest = vec![("notifications".to_owned(), i64::MAX.to_string())];
    assert_eq!(counted(&browser.get(&world, "/redaktion/@stadt/profile").await.body).as_deref(), Some("1"));
    tags::mark_read(&world.app, &program, newest).await.expect("it works");
    assert_eq!(counted(&browser.get(&world, "/redaktion/@stadt/profile").await.body), None);
}

#[tokio::test]
async fn the_part_of_a_picture_that_matters_is_kept_and_a_finer_point_stays() {
    let world = World::founded().await;
    let mut browser = world.signed_in("alice@stadt.example").await;
    let id = draft_with_picture(&world, &mut browser).await;
    let file = file_of(&world, id).await.id;
    let (picture, focus) = (file.to_string(), format!("focus_of_{file}"));
    let described = format!("description_of_{file}");
    let path = format!("/redaktion/@stadt/posts/{id}/edit");
    let mut point = async |version: &str, part: &str| {
        let fields = [
            ("text", "Erste Fassung"),
            ("version", version),
            ("media", &picture),
            (&described, "Eine Brücke"),
            (&focus, part),
            ("visibility", "public"),
            ("do", "draft"),
        ];
        let kept = browser.post(&world, &path, &fields).await;
        assert_eq!(kept.location(), "/redaktion/@stadt/drafts?done=draft", "{}", kept.body);
        let file = file_of(&world, id).await;
        file.focus_x.zip(file.focus_y)
    };

    assert_eq!(point("1", "f5").await, None);
    assert_eq!(point("2", "f1").await, Some((-0.66, 0.66)));
    let finer = Describe { focus: Some((-0.9, 0.8)), ..Describe::default() };
    let written =
        Written { draft: draft("Erste Fassung", vec![file]), described: vec![(file, finer)], version: None };
    let member = alice(&world, "stadt").await;
    drafts::save(&world.app, &member, Some(id), written, false).await.expect("it works");
    assert_eq!(point("4", "f1").await, Some((-0.9, 0.8)));
    let form = browser.get(&world, &path).await;
    assert!(form.body.contains(&format!("name=\"{focus}\" value=\"f1\" checked")), "{}", form.body);
}

#[tokio::test]
async fn a_film_is_taken_described_and_stands_alone() {
    let world = World::founded().await;
    let mut browser = world.signed_in("alice@stadt.example").await;
    browser.get(&world, "/redaktion/@stadt/write").await;
    let fields: Vec<_> = [("text", "Ein Film")].into_iter().chain(PUBLIC).collect();

    let asked = browser.post_file(&world, "/redaktion/@stadt/write", &fields, ("file_1", &webm())).await;
    let id = between(&asked.body, "name=\"media\" value=\"", "\"").expect("the film is kept").to_owned();
    let described = format!("description_of_{id}");
    let with_film = [("media", id.as_str()), (described.as_str(), "Die Brücke öffnet sich")];
    let fields: Vec<_> = fields.into_iter().chain(with_film).collect();
    let beside = browser.post_file(&world, "/redaktion/@stadt/write", &fields, ("file_2", &png())).await;
    let taken = browser.post(&world, "/redaktion/@stadt/write", &fields).await;
    let page = Browser::default().get(&world, "/@stadt").await;
    let list = browser.get(&world, "/redaktion/@stadt/posts").await;

    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", asked.body);
    assert!(asked.body.contains("Beschreiben Sie den Film."));
    assert!(!asked.body.contains("name=\"file_2\""), "nothing can be added beside a film");
    assert_eq!(beside.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(beside.body.contains("Ein Film steht allein."));
    assert_eq!(taken.location(), "/redaktion/@stadt/posts?done=published", "{}", taken.body);
    assert!(page.body.contains("<video controls preload=\"metadata\""));
    assert!(page.body.contains("aria-label=\"Die Brücke öffnet sich\""));
    assert!(list.body.contains("ein Film"));
}

/// The smallest film: one block of a track of 640 by 360 points.
fn webm() -> Vec<u8> {
    let element = |id: &[u8], content: &[u8]| {
        let size = u8::try_from(content.len()).expect("it is small");
        // A size of two bytes.
        [id, &[0x40, size], content].concat()
    };
    let picture = [element(&[0xb0], &640_u16.to_be_bytes()), element(&[0xba], &360_u16.to_be_bytes())];
    let track = [
        element(&[0xd7], &[1]),
        element(&[0x73, 0xc5], &[1]),
        element(&[0x83], &[1]),
        element(&[0x86], b"V_VP8"),
        element(&[0xe0], &picture.concat()),
    ];
    let info = element(&[0x2a, 0xd7, 0xb1], &1_000_000_u32.to_be_bytes());
    let cluster = [element(&[0xe7], &[0]), element(&[0xa3], b"\x81\0\0\x80DATA")];
    let segment = [
        element(&[0x15, 0x49, 0xa9, 0x66], &info),
        element(&[0x16, 0x54, 0xae, 0x6b], &element(&[0xae], &track.concat())),
        element(&[0x1f, 0x43, 0xb6, 0x75], &cluster.concat()),
    ];
    let head = element(&[0x1a, 0x45, 0xdf, 0xa3], &element(&[0x42, 0x82], b"webm"));
    [head, element(&[0x18, 0x53, 0x80, 0x67], &segment.concat())].concat()
}

#[tokio::test]
async fn a_name_says_its_language_where_the_page_speaks_another() {
    let world = World::founded().await;
    let mut browser = world.signed_in("alice@stadt.example").await;
    write(&mut browser, &world, "Guten Morgen", "public").await;

    let german = Browser::default().get(&world, "/@stadt?lang=de").await;
    let english = Browser::default().get(&world, "/@stadt?lang=en").await;

    let name = |attributes: &str| {
        format!("<span class=\"breaks\" dir=\"auto\"{attributes}>Stadt Musterhausen</span>")
    };
    assert!(german.body.contains(&name("")));
    assert!(!german.body.contains(&name(" lang=\"de\"")));
    assert!(english.body.contains(&name(" lang=\"de\"")));
}

#[tokio::test]
async fn a_profile_of_twenty_posts_is_light() {
    let world = World::founded().await;
    let member = alice(&world, "stadt").await;
    for number in 0..20 {
        let text =
            format!("Meldung {number}: {} #Verkehr https://stadt.example/meldung", "Umleitung ".repeat(25));
        posts::publish(&world.app, &member, Door::Api, draft(&text, vec![]), None).await.expect("it works");
    }

    // The English page says the language of each name besides.
    let page = Browser::default().get(&world, "/@stadt?lang=en").await;

    assert_eq!(page.body.matches("<article").count(), 20);
    assert!(page.body.len() < 60 * 1024, "{} bytes", page.body.len());
}

#[tokio::test]
async fn a_quoted_post_stands_in_a_box_as_long_as_there_is_consent() {
    let world = World::founded().await;
    let quoted = mention(&world, "Heute wird gelesen").await;
    let stadt = alice(&world, "stadt").await;
    let quoting = Draft { quoted: Some(quoted), ..draft("Lesenswert", vec![]) };
    let post = posts::publish(&world.app, &stadt, Door::Api, quoting, None).await.expect("it works");
    let address = format!("/@stadt/{}", post.id);
    let mut visitor = Browser::default();

    let before = visitor.get(&world, &address).await.body;
    let library = alice(&world, "bibliothek").await;
    quotes::revoke(&world.app, &library, quoted, post.id).await.expect("it is a quote of hers");
    let after = visitor.get(&world, &address).await.body;

    let shown = between(&before, "<blockquote class=\"quoted\"", "</blockquote>").expect("it is shown");
    assert!(shown.contains("Heute wird gelesen") && shown.contains(&format!("/@bibliothek/{quoted}")));
    assert!(before.contains("post-body with-quote"));
    assert!(!after.contains("class=\"quoted\"") && after.contains("quote-inline"));
}
