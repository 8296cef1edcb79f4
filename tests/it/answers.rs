//! What moderators answer: to those who reported and to those who are concerned, by mail over a real connection and by
//! direct message, with the links that only they have.

use crate::moderation::{answered, decision, first_case, form, moderator, open_cases, write};
use crate::outages::Calendar;
use chrono::TimeDelta;
use serde_json::json;
use stadtbote_core::actions::answers::confirm;
use stadtbote_core::actions::cases as case_actions;
use stadtbote_core::actions::decisions::{answer_complaint, decide};
use stadtbote_core::actions::notices::{FormNotice, TypedNotice, take_form, type_in};
use stadtbote_core::config::MailTls;
use stadtbote_core::domain::ids::CaseId;
use stadtbote_core::domain::moderation::{Lane, Measure, NewDecision};
use stadtbote_core::store::{case_events, cases, complaints, jobs, mails, measures, notices};
use stadtbote_core::{App, Error};
use stadtbote_tests::authority::Fault;
use stadtbote_tests::page::Page;
use stadtbote_tests::post_office::{PostOffice, Secrecy};
use stadtbote_tests::stadtbote::{Stadtbote, eventually};

/// What is told of nobody.
const FACTS: &str = "Die Antwort besteht aus einem Schimpfwort.";

async fn city(office: &PostOffice, settings: &[(&str, &str)]) -> Stadtbote {
    let url = office.url();
    let mail = [("mail.smtp_url", url.as_str()), ("mail.from", "Stadt <bote@stadt.example>")];
    Stadtbote::start_with(&[&mail, settings].concat()).await
}

fn from(email: &str, address: &str) -> FormNotice {
    FormNotice { email: email.into(), ..form(address) }
}

async fn lane(app: &App, case: CaseId) -> Lane {
    let case = cases::find(app.db(), case).await.expect("the database answers").expect("it is there");
    Lane::of_number(case.lane)
}

async fn kinds(app: &App, case: CaseId) -> Vec<(String, String, i64)> {
    let counts = mails::count_of_case(app.db(), case).await.expect("the database answers");
    counts.into_iter().map(|count| (count.kind, count.state, count.count)).collect()
}

async fn events(app: &App, case: CaseId) -> Vec<(String, String)> {
    let rows = case_events::list(app.db(), case, 50).await.expect("the database answers");
    rows.into_iter().map(|row| (row.kind, row.text)).collect()
}

/// Presses the button of a page that has one form.
async fn press(stadtbote: &Stadtbote, path: &str) -> Page {
    let mut visitor = stadtbote.visitor();
    let form = visitor.open(path).await.form("main form, form.stack, form").expect("the page has a button");
    visitor.send(form).await
}

/// Reports by the form and follows the link of the acknowledgement.
async fn confirmed(stadtbote: &Stadtbote, office: &PostOffice, email: &str, address: &str) {
    let before = office.mails().iter().filter(|mail| mail.to == [email]).count();
    take_form(stadtbote.app().await, from(email, address), "192.0.2.1").await.expect("the form is right");
    let mail = office.wait_for(email, before + 1).await;
    let page = press(stadtbote, &mail.link("/report/confirm/").expect("it brings a link")).await;
    assert!(page.all_text().contains("ist bestätigt"), "{}", page.all_text());
}

#[tokio::test]
async fn f15_an_address_is_confirmed_only_by_what_was_sent_to_it() {
    let office = PostOffice::open().await;
    let stadtbote = city(&office, &[("instance.contact_email", "hilfe@stadt.example")]).await;
    let app = stadtbote.app().await;
    let reason = "Kaufen Sie bei https://werbung.example";
    let form = FormNotice {
        reason: reason.into(),
        name: "Rita\r\nBcc: alle@stadt.example".into(),
        ..from("leserin@post.example", "https://far.example/1")
    };
    take_form(app, form, "192.0.2.1").await.expect("the form is right");
    let case = first_case(app).await;
    assert_eq!(lane(app, case).await, Lane::Unconfirmed);

    let mail = office.wait_for("leserin@post.example", 1).await;
    assert_eq!(mail.header("From").as_deref(), Some("Stadt <bote@stadt.example>"));
    assert_eq!(mail.header("Reply-To").as_deref(), Some("hilfe@stadt.example"));
    assert_eq!(mail.header("Auto-Submitted").as_deref(), Some("auto-generated"));
    assert!(mail.header("Message-ID").is_some_and(|id| id.ends_with("@social.stadt.example>")));
    assert!(mail.header("Subject").is_some_and(|subject| subject.starts_with("Ihre Meldung ")));
    assert_eq!(mail.header("Bcc"), None);
    for typed in ["werbung", "Rita", "far.example"] {
        assert!(!mail.text.contains(typed), "nobody may send {typed} to others:\n{}", mail.text);
    }
    let shown = mail.link("/report/status/").expect("it brings a link");
    let receipt = stadtbote.visitor().open(&shown).await.all_text();
    assert!(
        receipt.contains("Bestätigen Sie Ihre E-Mail-Adresse") && receipt.contains("Kaufen Sie bei"),
        "{receipt}"
    );

    // Whoever typed the address sees the receipt, and can confirm nothing with that.
    let secret = shown.rsplit('/').next().expect("it has a secret").to_owned();
    assert!(matches!(confirm(app, &secret).await, Err(Error::NotFound(_))));

    // A program that looks through mail follows links, but presses no buttons.
    let link = mail.link("/report/confirm/").expect("it brings a link");
    let page = stadtbote.visitor().open(&link).await;
    assert!(page.all_text().contains("Ist das Ihre E-Mail-Adresse?"));
    assert_eq!(lane(app, case).await, Lane::Unconfirmed);
    assert!(press(&stadtbote, &link).await.all_text().contains("ist bestätigt"));
    assert_eq!(lane(app, case).await, Lane::Normal);
    assert!(stadtbote.visitor().open(&link).await.form("main form[method=post]").is_none());
    stadtbote.rest().await;
    assert_eq!(kinds(app, case).await, [("acknowledgement".into(), "sent".into(), 1)]);
    let log = stadtbote.program().log();
    for secret in ["leserin@post.example", "geheim", link.rsplit('/').next().expect("it has a secret")] {
        assert!(!log.contains(secret), "the log holds {secret}");
    }
}

#[tokio::test]
async fn a_decision_is_told_to_all_who_reported_and_to_the_author_who_may_object() {
    let office = PostOffice::open().await;
    let stadtbote = city(&office, &[]).await;
    let (alice, bob) = (stadtbote.alice(), stadtbote.bob());
    let moderators = [moderator(&stadtbote, "mo").await, moderator(&stadtbote, "ma").await];
    let app = stadtbote.app().await;
    let post = write(&alice, "Das gehört sich nicht").await;
    let url = post["url"].as_str().expect("it has a page");
    confirmed(&stadtbote, &office, "leserin@post.example", url).await;
    let case = first_case(app).await;
    // Twice the same is told once, and what is not confirmed to nobody.
    confirmed(&stadtbote, &office, "leserin@post.example", url).await;
    take_form(app, from("fremde@post.example", url), "192.0.2.1").await.expect("the form is right");
    let letter = TypedNotice {
        source: "letter".into(),
        address: url.into(),
        question: "insult".into(),
        reason: "Ein Brief".into(),
        name: "Tom".into(),
        email: "tom@brief.example".into(),
        is_trusted: false,
        is_danger: false,
    };
    type_in(app, moderators[0], letter).await.expect("it is whole");
    let body =
        json!({ "account_id": post["account"]["id"], "status_ids": [post["id"]], "comment": "Falsch" });
    bob.post("/api/v1/reports", body).await.good();

    let hide = decision(&[(Measure::Hide, Some(14))]);
    decide(app, moderators[0], case, Some(1), hide).await.expect("it is whole");

    let (reader, tom, office_of_bob) = ("leserin@post.example", "tom@brief.example", "bob@stadt.example");
    for (to, count) in [(reader, 3), (tom, 2), (office_of_bob, 2)] {
        let mail = office.wait_for(to, count).await;
        assert!(mail.text.contains(FACTS) && mail.text.contains("nicht mehr zu sehen"), "{}", mail.text);
        let receipt =
            stadtbote.visitor().open(&mail.link("/report/status/").expect("it brings a link")).await;
        assert!(receipt.all_text().contains(FACTS), "{}", receipt.all_text());
        assert!(receipt.form("form[action^='/report/status/']").is_some(), "they may complain");
    }
    let statement = office.wait_for("alice@stadt.example", 1).await;
    for part in [FACTS, url, "Netiquette, Nummer 3", "bis", "Anlass war eine Meldung", "kein Programm"] {
        assert!(statement.text.contains(part), "{part} is missing in\n{}", statement.text);
    }
    let link = statement.link("/report/decision/").expect("it brings a link");
    let page = stadtbote.visitor().open(&link).await;
    for (told, text) in [("mail", statement.text.clone()), ("page", page.all_text())] {
        for who in ["leserin", "Tom", "Ein Brief", "bob", "Beleidigung"] {
            assert!(!text.contains(who), "the {told} tells of {who}:\n{text}");
        }
    }

    let mut visitor = stadtbote.visitor();
    let objection = "Das war ein Zitat.";
    let form = |page: &Page| page.form("form[action^='/report/decision/']").expect("she may complain");
    let page = visitor.open(&link).await;
    let page = visitor.send(form(&page).fill("complaint_1", " ")).await;
    let page = visitor.send(form(&page).fill("complaint_1", objection)).await;
    assert!(page.all_text().contains(objection) && page.form("form[action^='/report/decision/']").is_none());
    let all = complaints::list(app.db(), case).await.expect("the database answers");
    assert_eq!((all.len(), all[0].notice_id), (1, None));
    let own = answer_complaint(app, moderators[0], all[0].id, true, "Stimmt").await;
    assert!(matches!(own, Err(Error::Conflict(_))));
    answer_complaint(app, moderators[1], all[0].id, true, "Es war ein Zitat.").await.expect("it is another");

    let answer = office.wait_for("alice@stadt.example", 2).await;
    assert!(answer.text.contains("zurückgenommen") && answer.text.contains("Es war ein Zitat."));
    let page = stadtbote.visitor().open(&answer.link("/report/decision/").expect("it brings a link")).await;
    assert!(page.all_text().contains("Es war ein Zitat."), "{}", page.all_text());
    let rows = measures::list(app.db(), case).await.expect("the database answers");
    assert!(rows[0].ended_at.is_some());
    assert!(
        stadtbote
            .visitor()
            .open(&url["https://social.stadt.example".len()..])
            .await
            .all_text()
            .contains("gehört")
    );

    stadtbote.rest().await;
    let asked = office.mails().into_iter().filter(|mail| mail.to == ["fremde@post.example"]);
    let asked: Vec<_> = asked.collect();
    assert_eq!(asked.len(), 1, "only asked to confirm");
    // Whoever confirms late learns at once what was decided meanwhile.
    press(&stadtbote, &asked[0].link("/report/confirm/").expect("it brings a link")).await;
    assert!(office.wait_for("fremde@post.example", 2).await.text.contains(FACTS));
    stadtbote.rest().await;
    let sent = |kind: &str, count| (kind.to_owned(), "sent".to_owned(), count);
    let expected = [sent("acknowledgement", 5), sent("answer", 1), sent("outcome", 4), sent("statement", 1)];
    assert_eq!(kinds(app, case).await, expected);
    let log = stadtbote.program().log();
    for mail in office.mails() {
        for word in mail.text.split_whitespace().filter(|word| word.contains("/report/")) {
            let secret = word.rsplit('/').next().expect("it has a last part");
            assert!(!log.contains(secret), "the log holds a secret");
        }
        assert!(!log.contains(&mail.to[0]), "the log holds {:?}", mail.to);
    }
}

#[tokio::test]
async fn people_elsewhere_are_told_by_a_message_of_the_account_that_speaks_for_moderators() {
    let office = PostOffice::open().await;
    let stadtbote = city(&office, &[("moderation.account", "bob")]).await;
    let (alice, rita) = (stadtbote.alice(), stadtbote.rita());
    stadtbote.bob();
    stadtbote.wait_for_keys("bob").await;
    let moderators = [moderator(&stadtbote, "mo").await, moderator(&stadtbote, "ma").await];
    let app = stadtbote.app().await;
    let (_, answer) = answered(&stadtbote, &alice, &rita).await;
    let uri = answer["uri"].as_str().expect("it has an address");
    confirmed(&stadtbote, &office, "leserin@post.example", uri).await;
    let case = first_case(app).await;
    let new = NewDecision {
        // A handle in what a moderator writes must bring nobody into the message.
        facts: "Beleidigt @alice@social.stadt.example".into(),
        ..decision(&[(Measure::Hide, None), (Measure::Block, Some(3))])
    };
    decide(app, moderators[0], case, Some(1), new).await.expect("it is whole");

    let arrivals =
        stadtbote.network().wait_for(1, |one| one.host == "far.example" && one.kind() == "Create").await;
    let note = arrivals[0].activity()["object"].clone();
    assert_eq!(note["to"], json!([rita.uri()]));
    assert_eq!(note["cc"].as_array().map_or(0, Vec::len), 0);
    assert!(note["attributedTo"].as_str().is_some_and(|author| author.ends_with("/users/bob")), "{note}");
    let content = note["content"].as_str().expect("it says something");
    assert!(!content.contains("Beleidigt"));
    let secret = content.split("/report/decision/").nth(1).expect("it brings a link");
    let secret: String =
        secret.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    let link = format!("/report/decision/{secret}");
    assert!(events(app, case).await.contains(&("told".into(), "@rita@far.example".into())));

    let mut visitor = stadtbote.visitor();
    let page = visitor.open(&link).await;
    assert!(page.all_text().contains("Beleidigt @alice"), "{}", page.all_text());
    assert!(!page.all_text().contains("leserin"));
    let form = page.form("form[action^='/report/decision/']").expect("she may complain");
    visitor.send(form.fill("complaint_1", "Das war Spaß.")).await;
    let complaint = complaints::list(app.db(), case).await.expect("the database answers")[0].id;
    answer_complaint(app, moderators[1], complaint, false, "Es bleibt dabei.").await.expect("it is another");
    stadtbote.network().wait_for(2, |one| one.host == "far.example" && one.kind() == "Create").await;
    assert!(visitor.open(&link).await.all_text().contains("Es bleibt dabei."));
    stadtbote.rest().await;
    assert_eq!(
        kinds(app, case).await.iter().map(|(kind, ..)| kind.as_str()).collect::<Vec<_>>(),
        ["acknowledgement", "outcome"]
    );
}

#[tokio::test]
async fn whoever_is_not_to_be_told_is_not_and_where_there_is_no_way_the_case_says_so() {
    let stadtbote = Stadtbote::start().await;
    let (alice, rita) = (stadtbote.alice(), stadtbote.rita());
    let mo = moderator(&stadtbote, "mo").await;
    let app = stadtbote.app().await;
    let (_, answer) = answered(&stadtbote, &alice, &rita).await;
    take_form(app, form(answer["uri"].as_str().expect("it has an address")), "192.0.2.1")
        .await
        .expect("it is right");
    let case = first_case(app).await;
    // Without mail an address counts as it is, and nothing is asked.
    assert_eq!(lane(app, case).await, Lane::Normal);
    let rows = notices::list(app.db(), case, 10).await.expect("the database answers");
    assert_eq!((&rows[0].confirm_hash, rows[0].confirm_until), (&None, None));

    decide(app, mo, case, Some(1), decision(&[(Measure::Hide, None)])).await.expect("it is whole");
    assert!(events(app, case).await.contains(&("unreached".into(), String::new())));
    case_actions::reopen(app, mo, case).await.expect("it is decided");
    let untold = NewDecision { untold: "Massenhafte Werbung".into(), ..decision(&[(Measure::Hide, None)]) };
    let untold = decide(app, mo, case, Some(1), untold).await.expect("it is whole");

    assert!(events(app, case).await.contains(&("untold".into(), "Massenhafte Werbung".into())));
    assert_eq!(untold.link_hash, None);
    stadtbote.rest().await;
    assert!(kinds(app, case).await.is_empty());
    let said = stadtbote.network().arrivals_at("far.example");
    assert!(said.iter().all(|one| one.kind() != "Create"));
}

/// The real program, its clock set forward: while the mail server is away, and after the time to confirm is over.
#[tokio::test]
async fn mail_waits_for_its_server_and_leaves_nothing_behind() {
    let address = PostOffice::open().await.address();
    let url = format!("smtp://bote:geheim@{address}");
    let settings = [("mail.smtp_url", url.as_str()), ("mail.from", "bote@stadt.example")];
    let mut calendar = Calendar::start_with(&settings).await;
    let app = calendar.stadtbote.app().await.clone();
    take_form(&app, from("leserin@post.example", "https://far.example/1"), "192.0.2.1")
        .await
        .expect("it is right");
    let case = first_case(&app).await;
    let mail = async || {
        let rows = jobs::list_all(app.db()).await.expect("the jobs can be read");
        let job = rows.into_iter().find(|job| job.kind == "send_mail")?;
        Some((job.run_at, job.attempts, job.parked_at))
    };
    eventually("it was tried", async || {
        let row = mails::list(app.db(), case).await.expect("the database answers").remove(0);
        (row.attempts == 1).then_some(())
    })
    .await;
    let waiting = mails::list(app.db(), case).await.expect("the database answers").remove(0);
    assert!(waiting.state == "waiting" && waiting.body.contains("/report/confirm/"));
    let (next, attempts, parked_at) = mail().await.expect("it is tried again");
    assert!(next > calendar.now() && (attempts, parked_at) == (0, None));

    let office = PostOffice::open_at(address, Secrecy::None).await;
    calendar.go_to(next + TimeDelta::seconds(1)).await;
    let link =
        office.wait_for("leserin@post.example", 1).await.link("/report/confirm/").expect("it brings a link");
    calendar.quiet().await;
    let sent = mails::list(app.db(), case).await.expect("the database answers").remove(0);
    assert_eq!(
        (sent.state.as_str(), sent.recipient.as_str(), sent.subject.as_str(), sent.body.as_str()),
        ("sent", "", "", "")
    );
    assert_eq!(mail().await, None);

    // One that is refused is not tried again, and the server's words, which name the address, are nowhere.
    office.refuse(Some("550 5.1.1 unknown"));
    take_form(&app, from("niemand@post.example", "https://far.example/1"), "192.0.2.1")
        .await
        .expect("it is right");
    let failed = eventually("it has ended", async || {
        let rows = mails::list(app.db(), case).await.expect("the database answers");
        rows.into_iter().find(|row| row.state == "failed")
    })
    .await;
    assert_eq!((failed.recipient.as_str(), failed.body.as_str()), ("", ""));
    office.refuse(None);
    let log = calendar.stadtbote.program().log();
    assert!(
        log.contains("A mail waits for")
            && log.contains("A mail can't be sent: the mail server refuses it (550)")
    );
    for secret in ["leserin", "niemand", "geheim", "5.1.1"] {
        assert!(!log.contains(secret), "the log holds {secret}");
    }

    calendar.go_to(calendar.now() + TimeDelta::days(8)).await;
    let page = press(&calendar.stadtbote, "/report").await;
    assert!(page.all_text().contains("Nennen Sie die Adresse"), "the form is there");
    let page = calendar.stadtbote.visitor().open(&link).await;
    assert!(page.all_text().contains("gilt nicht mehr"), "{}", page.all_text());
    assert_eq!(lane(&app, case).await, Lane::Unconfirmed);
    assert_eq!(
        notices::list(app.db(), case, 10).await.expect("the database answers").len(),
        2,
        "nothing is lost"
    );
}

#[tokio::test]
async fn moderators_are_told_at_once_of_danger_and_in_time_of_what_is_due() {
    let office = PostOffice::open().await;
    let url = office.url();
    let settings = [("mail.smtp_url", url.as_str()), ("mail.from", "bote@stadt.example")];
    let mut calendar = Calendar::start_with(&settings).await;
    moderator(&calendar.stadtbote, "mo").await;
    let app = calendar.stadtbote.app().await.clone();

    // What may be about life or about children waits for no confirmation and needs no address.
    let violence = FormNotice { question: "violence".into(), ..from("", "https://far.example/1") };
    take_form(&app, violence, "192.0.2.1").await.expect("the form is right");
    let case = first_case(&app).await;
    assert_eq!(lane(&app, case).await, Lane::Danger);
    let alarm = office.wait_for("mo@stadt.example", 1).await;
    assert!(alarm.header("Subject").is_some_and(|subject| subject.starts_with("Gefahr")));
    let number = open_cases(&app).await[0].number.clone();
    assert!(alarm.link("/redaktion/moderation/").is_some_and(|link| link.ends_with(&number)));

    // A flood is no reason to wake somebody for each.
    for at in 2..16 {
        let violence =
            FormNotice { question: "violence".into(), ..from("", &format!("https://far.example/{at}")) };
        take_form(&app, violence, &format!("192.0.2.{at}")).await.expect("the form is right");
    }
    calendar.quiet().await;
    assert_eq!(office.mails().len(), 10);

    calendar.go_to(calendar.now() + TimeDelta::hours(20)).await;
    calendar.quiet().await;
    assert_eq!(
        kinds(&app, case).await,
        [("alarm".into(), "sent".into(), 1), ("reminder".into(), "sent".into(), 1)]
    );
}

#[tokio::test]
async fn nobody_is_written_to_often_because_somebody_types_their_address() {
    let office = PostOffice::open().await;
    let stadtbote = city(&office, &[]).await;
    let app = stadtbote.app().await;
    for at in 0..8 {
        let form = from("Opfer@post.example", &format!("https://far.example/{at}"));
        take_form(app, form, &format!("192.0.2.{at}")).await.expect("the form is right");
    }
    let trapped = FormNotice { honeypot: "x".into(), ..from("opfer2@post.example", "https://far.example/1") };
    take_form(app, trapped, "192.0.2.9").await.expect("the form is right");
    for wrong in ["a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "a b@c.example"] {
        let wrong = take_form(app, from(wrong, "https://far.example/1"), "192.0.2.9").await;
        assert!(matches!(wrong, Err(Error::Invalid { field: "E-mail", .. })), "{wrong:?}");
    }

    stadtbote.rest().await;
    assert_eq!(office.mails().len(), 5);
    assert_eq!(open_cases(app).await.len(), 8, "but nothing is dropped");
}

/// Commands are waited for, and the mail server must answer them meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mail_leaves_the_machine_under_good_tls_alone() {
    let office = PostOffice::open_with(Secrecy::Wrapped(Fault::None)).await;
    let url = format!("smtps://bote:geheim@localhost:{}", office.address().port());
    let settings = [("mail.smtp_url", url.as_str()), ("mail.from", "bote@stadt.example")];
    let stadtbote = Stadtbote::start_with(&settings).await;
    let app = stadtbote.app().await;
    take_form(app, from("leserin@post.example", "https://far.example/1"), "192.0.2.1")
        .await
        .expect("it is right");
    office.wait_for("leserin@post.example", 1).await;

    let try_out = async |office: &PostOffice, tls: MailTls, password: &str| {
        let mut config = app.config.clone();
        let mail = config.mail.as_mut().expect("it is set");
        (mail.port, mail.tls) = (office.address().port(), tls);
        mail.login = Some(("bote".into(), password.into()));
        let app = App::open(config, false).await.expect("the database is there");
        app.mailer.as_ref().expect("it is set").check().await
    };
    assert_eq!(try_out(&office, MailTls::Wrapped, "geheim").await, Ok(()));
    let wrong = try_out(&office, MailTls::Wrapped, "falsch").await;
    assert_eq!(wrong, Err("the mail server answers 535".into()));
    let upgraded = PostOffice::open_with(Secrecy::Upgraded).await;
    assert_eq!(try_out(&upgraded, MailTls::Upgraded, "geheim").await, Ok(()));
    let plain = PostOffice::open().await;
    assert!(try_out(&plain, MailTls::Upgraded, "geheim").await.is_err(), "nothing is sent in the clear");
    for fault in [Fault::Expired, Fault::WrongName] {
        let office = PostOffice::open_with(Secrecy::Wrapped(fault)).await;
        assert!(try_out(&office, MailTls::Wrapped, "geheim").await.is_err(), "{fault:?}");
    }
    let doctor = stadtbote.program().run(&["doctor"], "");
    let said = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(said.contains("The mail server takes our mail."), "{said}");
}
