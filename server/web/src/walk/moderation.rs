//! The queue of the moderators: from a report to its decision, and to another person where somebody objects.

use http::StatusCode;
use stadtbote_core::actions::staff::{self, NewPerson};
use stadtbote_core::domain::permission::Role;

use super::reports::report;
use super::{Browser, PASSWORD, World, between, write};

const QUEUE: &str = "/redaktion/moderation";

/// A moderator who works for no account.
pub(super) async fn moderator(world: &World, email: &str) -> Browser {
    let new = NewPerson { email: email.into(), name: String::new(), administrator: false, moderator: true };
    staff::create(&world.app, None, new, Some(PASSWORD)).await.expect("it works");
    let mut browser = Browser::default();
    browser.sign_in(world, email).await;
    browser
}

/// A post that is reported: its address, and the address of the receipt.
pub(super) async fn reported(world: &World, alice: &mut Browser, visitor: &mut Browser) -> (String, String) {
    write(alice, world, "Das gehört sich nicht.", "public").await;
    let list = alice.get(world, "/redaktion/@stadt/posts").await;
    let id = between(&list.body, "/posts/", "/edit").expect("the post is there");
    let post = format!("/@stadt/{id}");
    let address = format!("https://stadt.example{post}");
    let sent = visitor.post(world, "/report", &report(&address)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    (post, sent.location().to_owned())
}

/// The address of the first case in the queue.
pub(super) async fn first_case(world: &World, browser: &mut Browser) -> String {
    let queue = browser.get(world, QUEUE).await;
    assert_eq!(queue.status, StatusCode::OK);
    let number = between(&queue.body, "href=\"/redaktion/moderation/20", "\"").expect("there is a case");
    format!("{QUEUE}/20{number}")
}

pub(super) fn hidden(version: &str) -> Vec<(&str, &str)> {
    vec![
        ("version", version),
        ("measure", "hide"),
        ("ground", "rules"),
        ("citation", "Nummer 3"),
        ("facts", "Der Beitrag beschimpft jemanden."),
        ("redress", "Sie können sich beschweren."),
        ("category", "ILLEGAL_OR_HARMFUL_SPEECH"),
    ]
}

pub(super) async fn version(world: &World, browser: &mut Browser, case: &str) -> String {
    let page = browser.get(world, case).await;
    between(&page.body, "name=\"version\" value=\"", "\"").expect("the form is there").to_owned()
}

#[tokio::test]
async fn a_report_becomes_a_case_a_decision_and_an_answer() {
    let world = World::founded().await;
    let mut alice = world.signed_in("alice@stadt.example").await;
    let mut visitor = Browser::default();
    let (post, receipt) = reported(&world, &mut alice, &mut visitor).await;

    let case = first_case(&world, &mut alice).await;
    let page = alice.get(&world, &case).await;
    let taken = alice.post(&world, &format!("{case}/assign"), &[("do", "take")]).await;
    let noted = alice.post(&world, &format!("{case}/note"), &[("note", "Mit dem Rechtsamt geklärt.")]).await;
    let version = version(&world, &mut alice, &case).await;
    let decided = alice.post(&world, &case, &hidden(&version)).await;
    let after = alice.get(&world, &case).await;

    assert!(page.body.contains("Das gehört sich nicht."), "{}", page.body);
    assert!(page.body.contains("Hier wird jemand beschimpft."));
    assert!(page.body.contains("lesefuchs@post.example"));
    assert_eq!(taken.location(), format!("{case}?done=case-assigned"));
    assert_eq!(noted.location(), format!("{case}?done=case-note"));
    assert_eq!(decided.location(), format!("{case}?done=case-decided"), "{}", decided.body);
    assert!(after.body.contains("Mit dem Rechtsamt geklärt."));
    assert!(after.body.contains("/end\""), "{}", after.body);
    assert_eq!(Browser::default().get(&world, &post).await.status, StatusCode::NOT_FOUND);

    let receipt = visitor.get(&world, &receipt).await;
    assert!(receipt.body.contains("Der Beitrag ist hier nicht mehr zu sehen."), "{}", receipt.body);
    assert!(receipt.body.contains("Der Beitrag beschimpft jemanden.") && receipt.body.contains("Nummer 3"));
    assert!(!receipt.body.contains("Rechtsamt"), "a note is told to somebody who reported");
    let queue = alice.get(&world, QUEUE).await;
    assert!(queue.body.contains("Alles entschieden"), "{}", queue.body);
    let decided = alice.get(&world, &format!("{QUEUE}?view=decided")).await;
    assert!(decided.body.contains(&case));
}

#[tokio::test]
async fn nothing_restricts_anybody_without_its_reasons() {
    let world = World::founded().await;
    let mut alice = world.signed_in("alice@stadt.example").await;
    let (post, _) = reported(&world, &mut alice, &mut Browser::default()).await;
    let case = first_case(&world, &mut alice).await;
    let version = version(&world, &mut alice, &case).await;

    let fields =
        [("version", version.as_str()), ("measure", "hide"), ("facts", "Nur dies."), ("category", "X")];
    let wrong = alice.post(&world, &case, &fields).await;
    let nothing = alice.post(&world, &case, &[("version", version.as_str()), ("category", "VIOLENCE")]).await;

    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["ground", "citation", "redress", "category"] {
        assert!(wrong.body.contains(&format!("<a href=\"#{field}\">")), "{field}: {}", wrong.body);
        assert!(wrong.body.contains(&format!("id=\"{field}-e\"")), "{field}");
    }
    assert!(wrong.body.contains("Nur dies."), "nothing that was written is lost");
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nothing.body.contains("<a href=\"#measures\">"));
    assert_eq!(Browser::default().get(&world, &post).await.status, StatusCode::OK);

    // Whoever is concerned is told, unless there is a reason not to.
    let mut fields = hidden(&version);
    fields.push(("tell_asked", "1"));
    let unreasoned = alice.post(&world, &case, &fields).await;
    assert_eq!(unreasoned.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unreasoned.body.contains("<a href=\"#untold\">"), "{}", unreasoned.body);
    fields.push(("untold", "Massenhafte Werbung"));
    let decided = alice.post(&world, &case, &fields).await;
    assert_eq!(decided.location(), format!("{case}?done=case-decided"), "{}", decided.body);
    let after = alice.get(&world, &case).await;
    assert!(after.body.contains("Massenhafte Werbung"), "{}", after.body);
}

#[tokio::test]
async fn those_who_run_an_account_read_what_was_decided_about_it_and_object() {
    let world = World::founded().await;
    let mut alice = world.signed_in("alice@stadt.example").await;
    let mut mod_ = moderator(&world, "mod@stadt.example").await;
    reported(&world, &mut alice, &mut Browser::default()).await;
    let case = first_case(&world, &mut alice).await;
    let version = version(&world, &mut alice, &case).await;
    let before = alice.get(&world, "/redaktion/@stadt/decisions").await;
    alice.post(&world, &case, &hidden(&version)).await;

    let page = alice.get(&world, "/redaktion/@stadt/decisions").await;
    let way = between(&page.body, "action=\"/redaktion/@stadt/decisions/", "\"").expect("one can object");
    let path = format!("/redaktion/@stadt/decisions/{way}");
    let field = format!("complaint_{way}");
    let blank = alice.post(&world, &path, &[(&field, " ")]).await;
    let stranger = mod_.post(&world, &path, &[(&field, "Ich auch.")]).await;
    let unknown = alice.post(&world, "/redaktion/@stadt/decisions/1", &[("complaint_1", "Nein.")]).await;
    let sent = alice.post(&world, &path, &[(&field, "Das war ein Zitat.")]).await;
    let again = alice.post(&world, &path, &[(&field, "Noch einmal.")]).await;
    let seen = mod_.get(&world, &case).await;
    let after = alice.get(&world, "/redaktion/@stadt/decisions").await;

    assert!(before.body.contains("Nichts ist eingeschränkt"), "{}", before.body);
    assert!(page.body.contains("Der Beitrag beschimpft jemanden."), "{}", page.body);
    assert!(!page.body.contains("Hier wird jemand beschimpft."), "the report is shown to whom it is about");
    assert_eq!(blank.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(blank.body.contains(&format!("<a href=\"#{field}\">")), "{}", blank.body);
    assert_eq!(stranger.status, StatusCode::FORBIDDEN);
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert_eq!(sent.location(), "/redaktion/@stadt/decisions?done=complained");
    assert_eq!(again.location(), sent.location());
    assert!(
        seen.body.contains("Beschwerde der betroffenen Person") && seen.body.contains("Das war ein Zitat.")
    );
    assert!(!seen.body.contains("Noch einmal."));
    assert!(after.body.contains("Das war ein Zitat.") && !after.body.contains(&field), "{}", after.body);
}

#[tokio::test]
async fn another_person_answers_a_complaint_and_what_was_done_is_undone() {
    let world = World::founded().await;
    let mut alice = world.signed_in("alice@stadt.example").await;
    let mut mod_ = moderator(&world, "mod@stadt.example").await;
    let mut visitor = Browser::default();
    let (post, receipt) = reported(&world, &mut alice, &mut visitor).await;
    let case = first_case(&world, &mut alice).await;
    let version = version(&world, &mut alice, &case).await;
    alice.post(&world, &case, &hidden(&version)).await;

    let blank = visitor.post(&world, &receipt, &[("number", "1"), ("complaint_1", " ")]).await;
    let fields = [("number", "1"), ("complaint_1", "Das war doch harmlos.")];
    let complained = visitor.post(&world, &receipt, &fields).await;
    let seen = alice.get(&world, &case).await;
    let offered = mod_.get(&world, &case).await;
    let action =
        between(&offered.body, "/complaints/", "\"").expect("a complaint can be answered").to_owned();
    let path = format!("{case}/complaints/{action}");
    let reasons = format!("reasons_{action}");
    let own = alice.post(&world, &path, &[("do", "uphold"), (&reasons, "Nein.")]).await;
    let empty = mod_.post(&world, &path, &[("do", "reverse"), (&reasons, "")]).await;
    let answered = mod_.post(&world, &path, &[("do", "reverse"), (&reasons, "Es war harmlos.")]).await;

    assert_eq!(blank.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(blank.body.contains("<a href=\"#complaint_1\">"), "{}", blank.body);
    assert_eq!((complained.status, complained.location()), (StatusCode::SEE_OTHER, receipt.as_str()));
    assert!(seen.body.contains("Das war doch harmlos.") && !seen.body.contains("/complaints/"));
    assert_eq!(own.status, StatusCode::CONFLICT);
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answered.location(), format!("{case}?done=complaint-answered"), "{}", answered.body);
    assert_eq!(Browser::default().get(&world, &post).await.status, StatusCode::OK);
    let receipt = visitor.get(&world, &receipt).await;
    assert!(receipt.body.contains("Es war harmlos."), "{}", receipt.body);
    assert!(!receipt.body.contains("mod@stadt.example") && !receipt.body.contains("alice@stadt.example"));
}

#[tokio::test]
async fn a_measure_is_ended_before_its_time() {
    let world = World::founded().await;
    let mut alice = world.signed_in("alice@stadt.example").await;
    let (post, _) = reported(&world, &mut alice, &mut Browser::default()).await;
    let case = first_case(&world, &mut alice).await;
    let version = version(&world, &mut alice, &case).await;
    alice.post(&world, &case, &hidden(&version)).await;
    let page = alice.get(&world, &case).await;
    let measure = between(&page.body, "/measures/", "/end\"").expect("it can be ended").to_owned();

    let ended = alice.post(&world, &format!("{case}/measures/{measure}/end"), &[]).await;

    assert_eq!(ended.location(), format!("{case}?done=measure-ended"));
    assert_eq!(Browser::default().get(&world, &post).await.status, StatusCode::OK);
    assert!(!alice.get(&world, &case).await.body.contains("/end\""));
}

#[tokio::test]
async fn only_moderators_see_what_is_reported() {
    let world = World::founded().await;
    world.person("bob@stadt.example", Role::Owner).await;
    let mut alice = world.signed_in("alice@stadt.example").await;
    let mut bob = world.signed_in("bob@stadt.example").await;
    reported(&world, &mut alice, &mut Browser::default()).await;
    let case = first_case(&world, &mut alice).await;

    for path in [QUEUE, &case, &format!("{QUEUE}/new")] {
        let seen = bob.get(&world, path).await;
        assert_eq!(seen.status, StatusCode::FORBIDDEN, "{path}");
        assert!(
            seen.body.contains("id=\"nav\"") && !seen.body.contains("href=\"/redaktion/moderation\""),
            "{path}: {}",
            seen.body
        );
        let nobody = Browser::default().get(&world, path).await;
        assert!(nobody.location().starts_with("/auth/sign_in"), "{path}");
    }
    for path in ["assign", "note", "lane", "measures/1/end", "complaints/1"] {
        let sent = bob.post(&world, &format!("{case}/{path}"), &[("do", "take"), ("note", "x")]).await;
        assert_eq!(sent.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(bob.post(&world, &case, &hidden("1")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(alice.get(&world, &format!("{QUEUE}/1999-0001")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_moderator_without_an_account_starts_at_the_queue_and_takes_cases() {
    let world = World::founded().await;
    let mut alice = world.signed_in("alice@stadt.example").await;
    let mut mod_ = moderator(&world, "mod@stadt.example").await;
    reported(&world, &mut alice, &mut Browser::default()).await;

    let start = mod_.get(&world, "/redaktion").await;
    let case = first_case(&world, &mut mod_).await;
    let page = mod_.get(&world, &case).await;
    mod_.post(&world, &format!("{case}/assign"), &[("do", "take")]).await;
    let queue = mod_.get(&world, QUEUE).await;
    let other = between(&page.body, "<option value=\"", "\"").expect("there is another moderator").to_owned();
    let given = mod_.post(&world, &format!("{case}/assign"), &[("do", "give"), ("to", &other)]).await;
    let nobody = mod_.post(&world, &format!("{case}/assign"), &[("do", "give"), ("to", "1")]).await;
    let moved = mod_.post(&world, &format!("{case}/lane"), &[("lane", "danger")]).await;
    let first = mod_.get(&world, QUEUE).await;

    assert_eq!(start.location(), QUEUE);
    assert!(queue.body.contains("Zuständig: mod@stadt.example"), "{}", queue.body);
    assert_eq!(given.location(), format!("{case}?done=case-assigned"), "{}", page.body);
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
    assert_eq!(moved.location(), format!("{case}?done=case-lane"));
    assert!(first.body.contains("class=\"badge danger\""), "{}", first.body);
    assert!(first.body.contains("Zuständig: alice@stadt.example"));
}

#[tokio::test]
async fn staff_types_in_what_came_by_letter() {
    let world = World::founded().await;
    let mut alice = world.signed_in("alice@stadt.example").await;
    alice.get(&world, &format!("{QUEUE}/new")).await;
    let path = format!("{QUEUE}/new");

    let wrong = alice.post(&world, &path, &[("address", "x y"), ("name", "Amtsgericht")]).await;
    let fields = [
        ("source", "authority"),
        ("address", "https://laut.example/@zornroeschen/7"),
        ("question", "insult"),
        ("reason", "Anordnung vom 2. November, 3 C 12/26"),
        ("name", "Amtsgericht"),
    ];
    let typed = alice.post(&world, &path, &fields).await;
    let case = alice.get(&world, typed.location()).await;

    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["source", "address", "question", "reason"] {
        assert!(wrong.body.contains(&format!("<a href=\"#{field}\">")), "{field}: {}", wrong.body);
    }
    assert!(wrong.body.contains("value=\"Amtsgericht\""));
    assert!(typed.location().ends_with("?done=case-typed"), "{}", typed.body);
    assert!(case.body.contains("Bevorzugt") && case.body.contains("3 C 12/26"), "{}", case.body);
}

#[tokio::test]
async fn pictures_that_were_kept_are_for_moderators_and_run_nothing() {
    use stadtbote_core::actions::evidence::{Wanted, keep};
    const PNG: &[u8] = include_bytes!("../../../api/assets/avatar.png");
    let world = World::founded().await;
    let mut alice = world.signed_in("alice@stadt.example").await;
    reported(&world, &mut alice, &mut Browser::default()).await;
    let case = first_case(&world, &mut alice).await;
    let id = stadtbote_core::store::cases::list_open(world.app.db(), 0, 1).await.expect("it answers")[0].id;
    let wanted = |position| Wanted {
        position,
        address: "https://far.example/a.png".into(),
        is_elsewhere: true,
        description: "<b>Plakat".into(),
    };
    keep(&world.app, id, 1, wanted(0), Ok(PNG.to_vec())).await.expect("it can be kept");
    keep(&world.app, id, 1, wanted(1), Ok(b"<script>".to_vec())).await.expect("it can be kept");
    let new = NewPerson {
        email: "bob@stadt.example".into(),
        name: String::new(),
        administrator: true,
        moderator: false,
    };
    staff::create(&world.app, None, new, Some(PASSWORD)).await.expect("it works");
    let mut bob = Browser::default();
    bob.sign_in(&world, "bob@stadt.example").await;

    let page = alice.get(&world, &case).await;
    let path = format!("{case}/files/1/0");
    let shown = alice.get(&world, &path).await;
    let original = alice.get(&world, &format!("{case}/files/1/1?original=1")).await;
    let no_picture = alice.get(&world, &format!("{case}/files/1/1")).await;

    assert!(
        page.body.contains(&format!("src=\"{path}\"")) && !page.body.contains("<b>Plakat"),
        "{}",
        page.body
    );
    let header = |seen: &super::Seen, name: &str| {
        seen.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    };
    assert_eq!(shown.status, StatusCode::OK);
    assert!(header(&shown, "content-type").starts_with("image/"));
    assert_eq!(header(&original, "content-type"), "application/octet-stream");
    assert!(header(&original, "content-disposition").starts_with("attachment"));
    for seen in [&shown, &original] {
        assert_eq!(header(seen, "x-content-type-options"), "nosniff");
        assert_eq!(header(seen, "content-security-policy"), "default-src 'none'; sandbox");
        assert_eq!(header(seen, "cache-control"), "no-store");
    }
    assert_eq!(no_picture.status, StatusCode::NOT_FOUND);
    assert_eq!(bob.get(&world, &path).await.status, StatusCode::FORBIDDEN);
    assert!(Browser::default().get(&world, &path).await.location().starts_with("/auth/sign_in"));
}

#[tokio::test]
async fn the_conversation_of_a_hidden_post_is_read_in_the_workbench() {
    let world = World::founded().await;
    let mut alice = world.signed_in("alice@stadt.example").await;
    let (post, _) = reported(&world, &mut alice, &mut Browser::default()).await;
    let case = first_case(&world, &mut alice).await;
    let before = alice.get(&world, &case).await;
    let version = version(&world, &mut alice, &case).await;
    alice.post(&world, &case, &hidden(&version)).await;

    let after = alice.get(&world, &case).await;
    let thread = alice.get(&world, &format!("{case}/thread")).await;

    assert!(before.body.contains(&format!("href=\"{post}#p")) && !before.body.contains("/thread\""));
    assert!(after.body.contains(&format!("href=\"{case}/thread\"")), "{}", after.body);
    assert!(thread.body.contains("Das gehört sich nicht.") && thread.body.contains("Ausgeblendet"));
    let stranger = Browser::default().get(&world, &format!("{case}/thread")).await;
    assert!(stranger.location().starts_with("/auth/sign_in"));
    let profile = Browser::default().get(&world, "/@stadt").await;
    assert!(profile.body.contains("/report?url=%2F%40stadt"), "{}", profile.body);
}

/// A letter about an address of nobody's, typed in and decided as manifestly unfounded; gives the number of the report.
async fn unfounded_letter(world: &World, browser: &mut Browser, address: &str) -> String {
    let letter = [
        ("source", "letter"),
        ("address", address),
        ("question", "other"),
        ("reason", "Immer dasselbe."),
        ("email", "Leser@post.example"),
    ];
    let typed = browser.post(world, &format!("{QUEUE}/new"), &letter).await;
    assert_eq!(typed.status, StatusCode::SEE_OTHER, "{}", typed.body);
    let case = typed.location().split('?').next().unwrap_or_default().to_owned();
    let page = browser.get(world, &case).await;
    let notice =
        between(&page.body, "name=\"unfounded\" value=\"", "\"").expect("it is known who wrote").to_owned();
    let decision = [
        ("measure", "nothing"),
        ("ground", "none"),
        ("category", "NOT_SPECIFIED_NOTICE"),
        ("unfounded", notice.as_str()),
    ];
    let decided = browser.post(world, &case, &decision).await;
    assert_eq!(decided.location(), format!("{case}?done=case-decided"), "{}", decided.body);
    notice
}

#[tokio::test]
async fn whoever_often_writes_what_is_unfounded_is_warned_with_reasons_and_then_paused() {
    let world = World::founded().await;
    let mut mo = moderator(&world, "mo@stadt.example").await;
    let notice = unfounded_letter(&world, &mut mo, "https://nirgends.example/1").await;
    let page = format!("{QUEUE}/notifiers/{notice}");

    let once = mo.get(&world, &page).await;
    let early = mo.post(&world, &page, &[("do", "warn"), ("reasons", "Zu früh.")]).await;
    unfounded_letter(&world, &mut mo, "https://nirgends.example/2").await;
    let twice = mo.get(&world, &page).await;
    let bare = mo.post(&world, &page, &[("do", "warn"), ("reasons", " ")]).await;
    let warned = mo.post(&world, &page, &[("do", "warn"), ("reasons", "Zweimal dasselbe.")]).await;
    let early_pause =
        mo.post(&world, &page, &[("do", "pause"), ("days", "30"), ("reasons", "Gleich?")]).await;
    world.app.clock.advance(chrono::TimeDelta::minutes(1));
    let third = unfounded_letter(&world, &mut mo, "https://nirgends.example/3").await;
    let paused = mo.post(&world, &page, &[("do", "pause"), ("days", "30"), ("reasons", "Dreimal.")]).await;
    let after = mo.get(&world, &page).await;
    let list = mo.get(&world, &format!("{QUEUE}/notifiers")).await;

    assert!(
        once.body.contains("leser@post.example") && !once.body.contains("value=\"warn\""),
        "{}",
        once.body
    );
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(twice.body.contains("value=\"warn\"") && twice.body.contains("2 von 2"), "{}", twice.body);
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bare.body.contains("id=\"reasons-e\""));
    assert_eq!(warned.location(), format!("{page}?done=notifier-warned"));
    assert_eq!(early_pause.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(paused.location(), format!("{page}?done=notifier-paused"), "{}", paused.body);
    assert!(after.body.contains("Dreimal.") && after.body.contains("nicht zu erreichen"), "{}", after.body);
    assert!(list.body.contains("leser@post.example"), "{}", list.body);

    // What comes meanwhile waits in the last lane, and says so; then it ends.
    let case = {
        let letter = [
            ("source", "letter"),
            ("address", "https://nirgends.example/4"),
            ("question", "other"),
            ("reason", "Schon wieder."),
            ("email", "leser@POST.example"),
        ];
        let typed = mo.post(&world, &format!("{QUEUE}/new"), &letter).await;
        typed.location().split('?').next().unwrap_or_default().to_owned()
    };
    let shown = mo.get(&world, &case).await;
    assert!(
        shown.body.contains("Kam während einer Pause") && shown.body.contains("Ohne bestätigten"),
        "{}",
        shown.body
    );
    let end = between(&after.body, "value=\"end ", "\"").expect("it can be taken back").to_owned();
    let ended = mo.post(&world, &page, &[("do", &format!("end {end}"))]).await;
    assert_eq!(ended.location(), format!("{page}?done=notifier-ended"));
    let unmarked = mo.post(&world, &page, &[("do", &format!("unmark {third}"))]).await;
    assert_eq!(unmarked.location(), format!("{page}?done=notifier-unmarked"));
    assert!(mo.get(&world, &page).await.body.contains("2 von 4"));

    // Nobody else sees it, and a link that nobody has leads nowhere.
    world.person("bob@stadt.example", Role::Author).await;
    let mut bob = world.signed_in("bob@stadt.example").await;
    assert_ne!(bob.get(&world, &page).await.status, StatusCode::OK);
    for path in ["/report/pause/kftb93qd", "/report/pause/%00"] {
        assert_ne!(Browser::default().get(&world, path).await.status, StatusCode::OK);
        assert!(!Browser::default().get(&world, path).await.status.is_server_error());
    }
    for wrong in ["0", "99999999999999999999", "x"] {
        let answer = mo.get(&world, &format!("{QUEUE}/notifiers/{wrong}")).await.status;
        assert!(answer.is_client_error(), "{wrong}: {answer}");
    }
}
