//! The pages, as somebody without script sees them.

use serde_json::json;
use stadtbote_tests::page::Page;
use stadtbote_tests::person::Person;
use stadtbote_tests::stadtbote::{PASSWORD, Stadtbote, eventually};
use stadtbote_tests::visitor::Visitor;

/// A browser in which Alice is signed in.
async fn alice_at_work(stadtbote: &Stadtbote) -> Visitor {
    let mut visitor = stadtbote.visitor();
    visitor.sign_in("alice@stadt.example", PASSWORD).await;
    visitor
}

/// Rita follows, answers a post of Alice's, and the answer has come in.
async fn answered(stadtbote: &Stadtbote, html: &str) -> Person {
    let alice = stadtbote.alice();
    let post = alice.post("/api/v1/statuses", json!({ "status": "Die Brücke ist offen" })).await.good();
    let rita = stadtbote.follower("rita@far.example", "alice").await;
    let uri = post["uri"].as_str().expect("a post has an address");
    let create = rita.create(&rita.reply(uri, &stadtbote.actor("alice"), html));
    assert!(rita.send(&stadtbote.door(), "/inbox", &create).await.is_success());
    eventually("the answer came in", async || {
        let mentions = alice.get("/api/v1/notifications?types[]=mention").await.good();
        (!mentions.as_array().expect("a list").is_empty()).then_some(())
    })
    .await;
    rita
}

/// An attribute of the first element that a selector finds.
fn address(page: &Page, selector: &str, name: &str) -> String {
    page.attributes(selector, name).into_iter().next().unwrap_or_else(|| panic!("there is no {selector}"))
}

#[tokio::test]
async fn reading_needs_no_cookie_and_shows_what_was_posted() {
    let stadtbote = Stadtbote::start().await;
    let post = stadtbote.alice().post("/api/v1/statuses", json!({ "status": "Guten Morgen" })).await.good();
    let mut visitor = stadtbote.visitor();

    let profile = visitor.open("/@alice").await;
    let path = format!("/@alice/{}", post["id"].as_str().expect("an id"));
    let page = visitor.open(&path).await;

    assert_eq!(profile.texts("h1"), ["Office of alice"]);
    assert!(profile.all_text().contains("Guten Morgen"));
    assert!(page.text(".prose").contains("Guten Morgen"));
    let answer = visitor.answer.as_ref().expect("it was answered");
    assert!(!answer.headers.contains_key("set-cookie"));
    assert!(answer.header("content-security-policy").contains("default-src 'none'"), "{:?}", answer.headers);
    assert!(!answer.header("content-security-policy").contains("unsafe"), "{:?}", answer.headers);
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn e01_what_is_not_for_everybody_is_on_no_page_and_in_no_answer() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let stranger = stadtbote.stranger();
    for visibility in ["private", "direct"] {
        let body = json!({ "status": "Nur intern", "visibility": visibility });
        let post = alice.post("/api/v1/statuses", body).await.good();
        let id = post["id"].as_str().expect("an id");

        let mut visitor = stadtbote.visitor();
        assert!(!visitor.open("/@alice").await.all_text().contains("Nur intern"));
        visitor.open(&format!("/@alice/{id}")).await;
        assert_eq!(visitor.status, 404, "{visibility}");
        assert_eq!(stranger.get(&format!("/api/v1/statuses/{id}")).await.status, 404, "{visibility}");
        let activity = [("accept", "application/activity+json")];
        assert_eq!(stranger.get_with(&format!("/users/alice/statuses/{id}"), &activity).await.status, 404);
        assert!(!visitor.open("/@alice.rss").await.all_text().contains("Nur intern"));
        assert!(!stranger.get("/api/v1/timelines/public").await.text.contains("Nur intern"));
        let outbox = stranger.get_with("/users/alice/outbox?page=true", &activity).await;
        assert!(!outbox.text.contains("Nur intern"));
    }
}

#[tokio::test]
async fn signing_in_opens_the_workbench_and_signing_out_closes_it() {
    let stadtbote = Stadtbote::start().await;
    stadtbote.alice();
    let mut visitor = stadtbote.visitor();

    visitor.sign_in("alice@stadt.example", "wrong wrong wrong").await;
    visitor.open("/redaktion").await;
    assert_eq!(visitor.path.split('?').next(), Some("/auth/sign_in"));
    visitor.sign_in("alice@stadt.example", PASSWORD).await;
    let bench = visitor.open("/redaktion").await;
    assert_eq!(visitor.status, 200);
    assert!(visitor.path.starts_with("/redaktion"), "{}", visitor.path);

    let form = bench.form("form[action='/auth/sign_out']").expect("there is a way out");
    visitor.send(form).await;
    visitor.open("/redaktion").await;
    assert_eq!(visitor.path.split('?').next(), Some("/auth/sign_in"));
}

#[tokio::test]
async fn f05_a_form_without_its_secret_does_nothing() {
    let stadtbote = Stadtbote::start().await;
    stadtbote.alice();
    let mut visitor = stadtbote.visitor();
    visitor.sign_in("alice@stadt.example", PASSWORD).await;
    let page = visitor.open("/redaktion/@alice/profile").await;

    let form = page.form("main form").expect("the profile can be changed");
    let form = form.fill("csrf", "guessed").fill("display_name", "Hijacked");
    visitor.send(form).await;

    assert!(visitor.status.is_client_error(), "{}", visitor.status);
    assert_eq!(visitor.open("/@alice").await.texts("h1"), ["Office of alice"]);
}

#[tokio::test]
async fn what_goes_wrong_in_the_workbench_keeps_its_frame() {
    let stadtbote = Stadtbote::start().await;
    stadtbote.alice();
    let mut visitor = alice_at_work(&stadtbote).await;

    for path in
        ["/redaktion/@alice/posts/1/edit", "/redaktion/@alice/posts/x/edit", "/redaktion/@alice/nothing"]
    {
        let page = visitor.open(path).await;

        assert_eq!(visitor.status, 404, "{path}");
        let rooms = page.attributes("nav#nav a", "href");
        assert!(rooms.contains(&"/redaktion/@alice/write".to_owned()), "{path}: {rooms:?}");
        assert_eq!(page.texts("main h1").len(), 1, "{path}");
    }

    stadtbote.bob();
    let page = visitor.open("/redaktion/@bob/drafts").await;
    assert_eq!(visitor.status, 403);
    assert!(!page.attributes("nav#nav a", "href").contains(&"/redaktion/@bob/write".to_owned()));
    assert!(page.form("nav#nav form[action='/auth/sign_out']").is_some());
}

#[tokio::test]
async fn what_came_in_is_counted_until_it_was_seen() {
    let stadtbote = Stadtbote::start().await;
    stadtbote.alice();
    // Whoever signs in sees the inbox at once, so she does before something comes in.
    let mut visitor = alice_at_work(&stadtbote).await;
    answered(&stadtbote, "<p>Auch für Räder?</p>").await;

    let before = visitor.open("/redaktion/@alice/drafts").await;
    let inbox = visitor.open("/redaktion/@alice/inbox").await;
    let after = visitor.open("/redaktion/@alice/drafts").await;
    let again = visitor.open("/redaktion/@alice/inbox").await;

    // The follow and the answer.
    assert_eq!(before.text("nav#nav a[href$='/inbox'] .n"), "2 neu");
    assert_eq!(inbox.texts("li.new").len(), 2);
    assert_eq!(after.text("nav#nav a[href$='/inbox'] .n"), "");
    assert_eq!(again.texts("li.new").len(), 0);
    let markers = stadtbote.alice().get("/api/v1/markers?timeline[]=notifications").await.good();
    assert!(
        markers["notifications"]["last_read_id"].is_string(),
        "a client program does not know: {markers}"
    );
}

#[tokio::test]
async fn an_answer_is_written_beside_its_thread_and_sent_into_it() {
    let stadtbote = Stadtbote::start().await;
    let rita = answered(&stadtbote, "<p>Auch für Räder?</p>").await;
    let mut visitor = alice_at_work(&stadtbote).await;
    let inbox = visitor.open("/redaktion/@alice/inbox").await;

    let form = visitor.open(&address(&inbox, "main a[href*='/write?to=']", "href")).await;
    let thread = form.texts(".thread .prose");
    let form = form.form("form#schreiben").expect("an answer can be written");
    assert_eq!(
        form.fields.iter().find(|(name, _)| name == "text").map(|(_, text)| text.trim()),
        Some("@rita@far.example")
    );
    visitor.send(form.fill("text", "@rita@far.example Ja, auch für Räder.").press("do", "publish")).await;

    assert_eq!(thread, ["Die Brücke ist offen", "Auch für Räder?"]);
    assert!(visitor.path.ends_with("/posts?done=published"), "{}", visitor.path);
    let creates = |activity: &serde_json::Value| {
        activity["type"] == "Create" && activity["object"]["inReplyTo"].is_string()
    };
    let sent = stadtbote.network().wait_for(1, |arrival| creates(&arrival.activity())).await;
    assert!(
        sent[0].activity()["object"]["inReplyTo"].as_str().is_some_and(|uri| uri.starts_with(&rita.uri()))
    );
    stadtbote.rest().await;
}

#[tokio::test]
async fn a_post_of_others_is_shared_with_followers_and_taken_back() {
    let stadtbote = Stadtbote::start().await;
    answered(&stadtbote, "<p>Auch für Räder?</p>").await;
    let mut visitor = alice_at_work(&stadtbote).await;
    let inbox = visitor.open("/redaktion/@alice/inbox").await;

    let question = visitor.open(&address(&inbox, "main a[href$='/share']", "href")).await;
    assert!(question.text("main .prose").contains("Auch für Räder?"));
    let form = question.form("main form").expect("it can be shared");
    let list = visitor.send(form.press("share", "on")).await;
    stadtbote.network().wait_for(1, |arrival| arrival.kind() == "Announce").await;
    assert!(stadtbote.visitor().open("/@alice").await.all_text().contains("Auch für Räder?"));

    let form = list.form("main form[action$='/share']").expect("it can be taken back");
    visitor.send(form.press("share", "off")).await;
    stadtbote.network().wait_for(1, |arrival| arrival.kind() == "Undo").await;
    assert!(!stadtbote.visitor().open("/@alice").await.all_text().contains("Auch für Räder?"));
    stadtbote.rest().await;
}

#[tokio::test]
async fn a_profile_shows_the_hashtags_that_the_account_chose() {
    let stadtbote = Stadtbote::start().await;
    stadtbote.alice().post("/api/v1/tags/Straßenfest/feature", json!({})).await.good();
    let mut visitor = stadtbote.visitor();

    let page = visitor.open("/@alice").await;
    let tag = address(&page, "aside .links a[href^='/tags/']", "href");
    let of_tag = visitor.open(&tag).await;

    assert!(page.texts("aside .links a").contains(&"#Straßenfest".to_owned()));
    assert_eq!(of_tag.texts("h1"), ["#Straßenfest"]);
}

#[tokio::test]
async fn a_visitor_is_led_to_the_own_server_to_follow_or_to_like() {
    let stadtbote = Stadtbote::start().await;
    let post = stadtbote.alice().post("/api/v1/statuses", json!({ "status": "Guten Morgen" })).await.good();
    stadtbote.rita();
    let mut visitor = stadtbote.visitor();

    let profile = visitor.open("/@alice").await;
    let form = profile.form("form[action='/interaction']").expect("the profile has the form");
    let follow = visitor.send(form.fill("address", "@rita@far.example").press("intent", "follow")).await;
    let path = format!("/@alice/{}", post["id"].as_str().expect("an id"));
    let page = visitor.open(&path).await;
    let form = page.form("form[action='/interaction']").expect("the post has the form");
    let like = visitor.send(form.fill("address", "rita@far.example").press("intent", "like")).await;
    let form = page.form("form[action='/interaction']").expect("the post has the form");
    let nobody = visitor.send(form.fill("address", "nobody@far.example").press("intent", "like")).await;
    let status = visitor.status;

    let encoded = |uri: &str| uri.replace(':', "%3A").replace('/', "%2F");
    assert_eq!(follow.texts("h1"), ["Weiter zu far.example"]);
    assert_eq!(
        address(&follow, "main a.btn", "href"),
        format!("https://far.example/authorize_interaction?uri={}", encoded(&stadtbote.actor("alice")))
    );
    let uri = encoded(post["uri"].as_str().expect("a post has an address"));
    assert_eq!(address(&like, "main a.btn", "href"), format!("https://far.example/like?id={uri}&next="));
    assert_eq!(status, 422);
    assert!(nobody.text(".error").contains("nennt uns keinen Weg"), "{}", nobody.all_text());
}

#[tokio::test]
async fn who_looks_up_servers_without_end_is_told_to_wait() {
    let stadtbote = Stadtbote::start().await;
    let mut visitor = stadtbote.visitor();

    for _ in 0..30 {
        visitor.open("/interaction?intent=follow&address=nobody@far.example").await;
        assert_eq!(visitor.status, 422);
    }
    visitor.open("/interaction?intent=follow&address=nobody@far.example").await;

    assert_eq!(visitor.status, 429);
}

#[tokio::test]
async fn who_comes_from_another_server_follows_and_answers_with_an_account_of_the_city() {
    let stadtbote = Stadtbote::start().await;
    answered(&stadtbote, "<p>Danke!</p>").await;
    let mut visitor = alice_at_work(&stadtbote).await;
    let mentions = stadtbote.alice().get("/api/v1/notifications?types[]=mention").await.good();
    let answer = mentions[0]["status"]["uri"].as_str().expect("an address").to_owned();

    let page = visitor.open("/authorize_interaction?uri=https%3A%2F%2Ffar.example%2Fusers%2Frita").await;
    let form = page.form("main form[action='/authorize_interaction']").expect("alice may follow");
    let followed = visitor.send(form.press("do", "follow")).await;
    let write = visitor.open(&format!("/authorize_interaction?intent=answer&uri={answer}")).await;
    let path = visitor.path.clone();
    let post = visitor.open(&format!("/authorize_interaction?uri={answer}")).await;
    let form = post.form("main form[action='/authorize_interaction']").expect("alice may like");
    visitor.send(form.press("do", "like")).await;
    let unknown = visitor.open("/authorize_interaction?uri=https%3A%2F%2Ffar.example%2Fnothing").await;
    let unknown_status = visitor.status;
    let mut stranger = stadtbote.visitor();
    stranger.open(&format!("/authorize_interaction?uri={answer}")).await;

    assert!(followed.all_text().contains("Sie folgen dem Konto"), "{}", followed.all_text());
    assert_eq!(write.texts("h1"), ["Antwort schreiben"]);
    assert!(path.starts_with("/redaktion/@alice/write?to="), "{path}");
    assert!(post.all_text().contains("Danke!"));
    assert_eq!(unknown_status, 404, "{}", unknown.all_text());
    assert!(stranger.path.starts_with("/auth/sign_in?next="), "{}", stranger.path);
    stadtbote.network().wait_for(1, |arrival| arrival.kind() == "Follow").await;
    let liked = stadtbote.alice().get("/api/v1/favourites").await.good();
    assert_eq!(liked[0]["uri"], answer);
}

#[tokio::test]
async fn a_post_is_quoted_from_the_workbench_and_the_consent_taken_back_there() {
    let stadtbote = Stadtbote::start().await;
    let post = stadtbote.bob().post("/api/v1/statuses", json!({ "status": "Die Halle ist zu" })).await.good();
    let closed = json!({ "status": "Nicht zitieren", "quote_approval_policy": "nobody" });
    let closed = stadtbote.bob().post("/api/v1/statuses", closed).await.good();
    let id = |post: &serde_json::Value| post["id"].as_str().expect("an id").to_owned();
    stadtbote.alice();
    let mut alice = alice_at_work(&stadtbote).await;
    let mut bob = stadtbote.visitor();
    bob.sign_in("bob@stadt.example", PASSWORD).await;

    let write = async |visitor: &mut Visitor, quoted: &str, wish: &str| {
        let page = visitor.open(&format!("/redaktion/@alice/write?quote={quoted}")).await;
        assert!(page.all_text().contains("Sie zitieren Office of bob"), "{}", page.all_text());
        let form = page.form("form#schreiben").expect("a quote can be written");
        let form = form.fill("text", "Lesenswert").fill("quotes", "followers").press("do", wish);
        visitor.send(form).await
    };
    let refused = write(&mut alice, &id(&closed), "publish").await;
    write(&mut alice, &id(&post), "draft").await;
    let drafts = alice.open("/redaktion/@alice/drafts").await;
    let draft = alice.open(&address(&drafts, "a[href$='/edit']", "href")).await;
    let still = draft.all_text();
    let chosen = draft.attributes("select#quotes option[selected]", "value");
    let form = draft.form("form#schreiben").expect("the draft can be changed");
    let published = alice.send(form.press("do", "publish")).await;
    let own = address(&published, "main a[href*='/write?quote=']", "href");
    let quoting = stadtbote.alice().get("/api/v1/accounts/verify_credentials").await.good();
    let list = format!("/api/v1/accounts/{}/statuses", quoting["id"].as_str().expect("an id"));
    let quoting = stadtbote.alice().get(&list).await.good()[0].clone();
    let inbox = bob.open("/redaktion/@bob/inbox").await;
    let revoke = inbox.form("form[action$='/revoke']").expect("the consent can be taken back");
    let revoked = bob.send(revoke).await;
    let after = stadtbote.alice().get(&format!("/api/v1/statuses/{}", id(&quoting))).await.good();
    alice.open(&format!("/redaktion/@alice/write?quote={}", 7)).await;

    assert!(
        refused.all_text().contains("Diesen Beitrag dürfen Sie nicht zitieren"),
        "{}",
        refused.all_text()
    );
    assert!(refused.text("textarea#text").contains("Lesenswert"), "nothing that was written is lost");
    assert!(still.contains("Die Halle ist zu"), "{still}");
    assert_eq!(chosen, ["followers"]);
    assert!(own.ends_with(&id(&quoting)), "{own}");
    assert_eq!(quoting["quote"]["quoted_status"]["id"], post["id"], "{quoting}");
    assert_eq!(quoting["quote_approval"]["automatic"], json!(["followers"]), "{quoting}");
    assert!(revoked.all_text().contains("wird dort nicht mehr gezeigt"), "{}", revoked.all_text());
    assert_eq!(after["quote"]["state"], "revoked", "{after}");
    assert_eq!(alice.status, 404);
}

#[tokio::test]
async fn a_poll_is_written_in_the_workbench_and_waits_in_a_draft() {
    let stadtbote = Stadtbote::start().await;
    stadtbote.alice();
    let mut visitor = alice_at_work(&stadtbote).await;
    let blank = visitor.open("/redaktion/@alice/write").await;
    let form = || blank.form("form#schreiben").expect("a post can be written").fill("text", "Wo feiern wir?");

    let lonely = visitor.send(form().fill("option_1", "Park").press("do", "draft")).await;
    let twice = form().fill("option_1", "Park").fill("option_2", "Park").press("do", "draft");
    let twice = visitor.send(twice).await;
    let written = form().fill("option_1", "Am Park").fill("option_3", "Am Markt").fill("open_for", "3600");
    let shown = visitor.send(written.press("do", "preview")).await;
    let kept = shown.form("form#schreiben").expect("the form is there again").press("do", "draft");
    visitor.send(kept).await;
    let drafts = visitor.open("/redaktion/@alice/drafts").await;
    let draft = visitor.open(&address(&drafts, "a[href$='/edit']", "href")).await;
    let chosen = draft.attributes("select#open_for option[selected]", "value");
    let options = draft.attributes("input[id^='option_']", "value");
    let release = draft.form("form#schreiben").expect("the draft can be changed").press("do", "publish");
    visitor.send(release).await;
    let page = stadtbote.visitor().open("/@alice").await;

    assert!(lonely.all_text().contains("mindestens zwei Antworten"), "{}", lonely.all_text());
    assert!(twice.all_text().contains("nur einmal vorkommen"), "{}", twice.all_text());
    assert!(shown.text("aside .poll").contains("Am Markt"), "{}", shown.all_text());
    assert_eq!(chosen, ["3600"]);
    assert_eq!(options, ["Am Park", "Am Markt", "", ""]);
    assert!(page.text(".poll").contains("Am Park"), "{}", page.all_text());
    assert!(page.all_text().contains("offen bis"), "{}", page.all_text());
}
