//! Every page once, in both languages, with made-up content, for looking at and for checks that need no server.
//!
//! With `STADTBOTE_SAMPLES=DIR` the pages are written there.

use stadtbote_core::actions::domains::Loss;

use crate::language::{Language, Texts};
use crate::pages::{door, moderation, public, reach as reach_pages, staff};
use crate::views::{
    AccountCard, AccountChoice, Bench, FieldErrors, FieldView, LanguageLink, MediaKind, MediaView, NavItem,
    OptionView, Paging, PollOptionView, PollView, PostView, ReplyView, Shell, Site, Tab, VisibilityView,
    When,
};

fn shell(t: Texts, title: &str) -> Shell {
    Shell {
        site: Site {
            name: "Stadt Musterhausen".to_owned(),
            host: "social.musterhausen.example".to_owned(),
            lang: "de".to_owned(),
            source: Some("https://code.musterhausen.example/stadtbote".to_owned()),
        },
        title: title.to_owned(),
        languages: LanguageLink::all("/", None, t.language()),
        signed_in: false,
        csrf: "token".to_owned(),
    }
}

fn when(text: &str) -> When {
    When { text: text.to_owned(), datetime: "2026-11-12T09:30:00Z".to_owned() }
}

fn city() -> AccountCard {
    AccountCard {
        name: "Stadt Musterhausen".to_owned(),
        name_html: None,
        handle: "@stadt@social.musterhausen.example".to_owned(),
        href: "/@stadt".to_owned(),
        avatar: Some("stadt.svg".to_owned()),
        official: true,
        round: false,
        lang: None,
    }
}

fn library() -> AccountCard {
    AccountCard {
        name: "Stadtbibliothek".to_owned(),
        name_html: None,
        handle: "@bibliothek@social.musterhausen.example".to_owned(),
        href: "/@bibliothek".to_owned(),
        avatar: None,
        official: true,
        round: false,
        lang: None,
    }
}

fn reader() -> AccountCard {
    AccountCard {
        name: "Lesefuchs <b>".to_owned(),
        name_html: None,
        handle: "@lesefuchs@mastodon.example".to_owned(),
        href: "https://mastodon.example/@lesefuchs".to_owned(),
        avatar: None,
        official: false,
        round: true,
        lang: None,
    }
}

fn post(author: AccountCard, html: &str) -> PostView {
    PostView {
        id: "1001".to_owned(),
        author,
        href: "/@stadt/1001".to_owned(),
        when: when("12. November 2026, 9:30 Uhr"),
        edited: None,
        html: html.to_owned(),
        warning: None,
        sensitive: false,
        lang: Some("de".to_owned()),
        dir: "ltr",
        visibility: VisibilityView::Public,
        media: Vec::new(),
        replies: 27,
        boosts: 1041,
        favourites: 38,
        pinned: false,
        poll: None,
        shared_by: None,
        quote: None,
    }
}

fn picture(description: Option<&str>) -> MediaView {
    MediaView {
        kind: MediaKind::Picture,
        mime: "image/svg+xml".to_owned(),
        url: "lesesaal.svg".to_owned(),
        elsewhere: None,
        preview: None,
        description: description.map(str::to_owned),
        decorative: false,
        width: Some(1200),
        height: Some(675),
        focus: None,
    }
}

fn posts() -> Vec<PostView> {
    let office = "<p>Das Bürgerbüro am Rathausplatz hat morgen, Freitag, nur bis 12 Uhr geöffnet: Alle Kolleginnen und Kollegen nehmen an einer Schulung teil.</p><p>Ihr Ausweis liegt bereit? Die Abholstation im Foyer ist rund um die Uhr offen. <a href=\"/tags/buergerbuero\">#Bürgerbüro</a></p>";
    let hall = "<p>Ab sofort ist der große Lesesaal der Stadtbibliothek auch abends da: montags bis freitags bis 22 Uhr.</p>";
    let mut pinned = post(city(), office);
    pinned.pinned = true;
    pinned.edited = Some(when("12. November 2026, 9:45 Uhr"));
    let mut one = post(city(), hall);
    one.media = vec![picture(Some(
        "Lesesaal der Stadtbibliothek am Abend: Drei Menschen lesen an einem langen Tisch.",
    ))];
    let mut two = post(library(), hall);
    two.media = vec![picture(Some("Der Lesesaal.")), picture(None)];
    two.shared_by = Some(city());
    let mut warned = post(
        city(),
        "<p>Heute vor 88 Jahren zerstörten Nationalsozialisten die Synagoge an der Mühlenstraße.</p>",
    );
    warned.warning = Some("Gedenken an den 9. November 1938, Beschreibung von Gewalt".to_owned());
    let mut arabic = post(city(), "<p>بسبب يوم العطلة، يتأخر جمع النفايات في الأسبوع القادم يوماً واحداً.</p>");
    arabic.lang = Some("ar".to_owned());
    arabic.dir = "rtl";
    let mut sensitive = post(city(), hall);
    sensitive.sensitive = true;
    sensitive.media = vec![picture(Some("Der Lesesaal."))];
    let mut asks = post(city(), "<p>Im Nordpark kommen neue Bänke. Was ist Ihnen am wichtigsten?</p>");
    asks.poll = Some(poll(false));
    let mut asked = post(library(), "<p>Wann lesen Sie am liebsten?</p>");
    asked.poll = Some(poll(true));
    vec![pinned, one, two, warned, arabic, sensitive, asks, asked]
}

fn poll(hidden: bool) -> PollView {
    let option = |title: &str, percent| PollOptionView { title: title.to_owned(), percent };
    PollView {
        options: vec![
            option("Schatten im Sommer", 48),
            option("Lehne und Armstützen zum Aufstehen", 31),
            option("Verkehrsberuhigungsmaßnahmenbegleitgrün <b>", 21),
            option("Blick auf den Spielplatz", 0),
        ],
        votes: 214,
        ends: Some(when("14. November 2026, 12:00 Uhr")),
        closed: !hidden,
        multiple: hidden,
        hidden,
    }
}

fn paging() -> Paging {
    Paging { newer: Some("/@stadt".to_owned()), older: Some("/@stadt?before=1".to_owned()) }
}

fn bench(t: Texts, current: &str) -> Bench {
    let item = |href: &str, icon: &'static str, label: String, waiting: u64| NavItem {
        href: format!("/redaktion/@bibliothek/{href}"),
        icon,
        label,
        current: href == current,
        waiting,
        unit: t.say("waiting"),
    };
    Bench {
        person: "j.muster@musterhausen.example".to_owned(),
        account: Some(library()),
        others: vec![choice(t, city())],
        items: vec![
            item("moderation", "flag", t.say("nav-moderation"), 3),
            item("write", "pencil", t.say("nav-write"), 0),
            item("inbox", "inbox", t.say("nav-inbox"), 4),
            item("drafts", "clock", t.say("nav-drafts"), 2),
            item("posts", "approve", t.say("nav-posts"), 0),
            item("members", "people", t.say("nav-members"), 0),
            item("profile", "info", t.say("nav-profile"), 0),
        ],
        server_items: vec![
            item("people", "people", t.say("nav-people"), 0),
            item("accounts", "shieldcheck", t.say("nav-accounts"), 0),
        ],
        start: "/redaktion".to_owned(),
        public_page: Some("/@bibliothek".to_owned()),
        federation_off: current == "inbox",
        notice: (current == "drafts").then(|| t.say("notice-draft")),
    }
}

fn choice(t: Texts, account: AccountCard) -> AccountChoice {
    AccountChoice {
        value: "1".to_owned(),
        href: "/redaktion/@stadt/inbox".to_owned(),
        chosen: account.name == "Stadtbibliothek",
        account,
        may: t.say("role-approver-hint"),
    }
}

fn roles(t: Texts) -> Vec<OptionView> {
    let role = |value: &str, label: String, hint: String| OptionView {
        value: value.to_owned(),
        label,
        hint,
        chosen: value == "author",
    };
    vec![
        role("author", t.say("role-author"), t.say("role-author-hint")),
        role("approver", t.say("role-approver"), t.say("role-approver-hint")),
        role("community", t.say("role-community"), t.say("role-community-hint")),
        role("analyst", t.say("role-analyst"), t.say("role-analyst-hint")),
        role("owner", t.say("role-owner"), t.say("role-owner-hint")),
    ]
}

fn visibilities(t: Texts) -> Vec<OptionView> {
    let visibility = |value: &str, label: String, hint: String| OptionView {
        value: value.to_owned(),
        label,
        hint,
        chosen: value == "public",
    };
    vec![
        visibility("public", t.say("visibility-public"), t.say("visibility-public-hint")),
        visibility("unlisted", t.say("visibility-unlisted"), t.say("visibility-unlisted-hint")),
        visibility("private", t.say("visibility-followers"), t.say("visibility-followers-hint")),
        visibility("direct", t.say("visibility-direct"), t.say("visibility-direct-hint")),
    ]
}

fn write_page(t: Texts, wrong: bool) -> staff::WritePage {
    let mut errors = FieldErrors::default();
    let mut title = t.say("write-title");
    if wrong {
        errors.add("description_of_8", t.say("description-missing"));
        errors.add("text", t.with("text-long", "max", "5.000"));
        errors.add("file_3", t.say("picture-wrong"));
        title = t.with("title-error", "title", title);
    }
    let row = |id: &str, number: usize, description: &str| staff::PictureRow {
        id: id.to_owned(),
        number,
        preview: Some("lesesaal.svg".to_owned()),
        description: description.to_owned(),
        decorative: false,
        film: false,
        parts: crate::focus::options(t, "f2"),
    };
    staff::WritePage {
        t,
        shell: shell(t, &title),
        bench: bench(t, "write"),
        errors,
        heading: t.say("write-title"),
        saved: Some(t.with("draft-begun-at", "when", "heute, 10:42 Uhr")),
        answered: None,
        quoted: None,
        poll: Some(staff::PollForm {
            panels: ["none", "residence"]
                .map(|name| OptionView {
                    value: name.to_owned(),
                    label: t.say(&format!("panel-{name}")),
                    hint: String::new(),
                    chosen: name == "residence",
                })
                .to_vec(),
            options: ["Ja", "Nein", "", ""].map(str::to_owned).to_vec(),
            multiple: false,
            hide_totals: true,
            times: vec![OptionView {
                value: "604800".to_owned(),
                label: t.count("days", 7),
                hint: String::new(),
                chosen: true,
            }],
            open: true,
        }),
        quotes: vec![OptionView {
            value: "public".to_owned(),
            label: t.say("quotes-public"),
            hint: String::new(),
            chosen: true,
        }],
        account: library(),
        action: "/redaktion/@bibliothek/write".to_owned(),
        version: Some("2".to_owned()),
        key: None,
        text: "\nAb Montag kommen Sie zu Fuß über die neue Kanalbrücke zur Stadtbibliothek.".to_owned(),
        count: t.with_two("characters-left", "left", "4.779", "max", "5.000"),
        description_required: true,
        pictures: if wrong { vec![row("7", 1, "Drei Menschen lesen."), row("8", 2, "")] } else { Vec::new() },
        slots: if wrong { vec![3, 4] } else { vec![1, 2, 3, 4] },
        second_slot: if wrong { 4 } else { 2 },
        accept: "image/jpeg,image/png,video/mp4".to_owned(),
        accept_more: "image/jpeg,image/png".to_owned(),
        film_possible: !wrong,
        languages: vec![OptionView {
            value: "de".to_owned(),
            label: "Deutsch".to_owned(),
            hint: String::new(),
            chosen: true,
        }],
        language: "de".to_owned(),
        warning: String::new(),
        visibilities: visibilities(t),
        fixed_visibility: None,
        published: false,
        may_publish: true,
        sensitive: false,
        preview: wrong.then(|| posts().remove(2)),
    }
}

fn report_page(t: Texts, wrong: bool) -> public::ReportPage {
    let mut errors = FieldErrors::default();
    if wrong {
        errors.add("addresses", t.say("report-address-wrong"));
        errors.add("question", t.say("report-question-missing"));
        errors.add("reason", t.say("report-reason-missing"));
        errors.add("email", t.say("report-email-wrong"));
        errors.add("good_faith", t.say("report-good-faith-missing"));
    }
    public::ReportPage {
        t,
        shell: shell(t, &t.say("report-title")),
        errors,
        addresses: "https://social.musterhausen.example/@stadt/2711".to_owned(),
        questions: crate::moderation::questions(t, if wrong { "" } else { "insult" }),
        reason: String::new(),
        name: String::new(),
        email: String::new(),
        in_good_faith: false,
        contact: Some("presse@musterhausen.example".to_owned()),
    }
}

fn receipt_page(t: Texts, decided: bool) -> public::ReceiptPage {
    let outcome = |complaint: Option<public::ComplaintView>| public::OutcomeView {
        when: when("16. November 2026, 9:12 Uhr"),
        reversed: None,
        done: vec![t.say("outcome-hide"), t.say("outcome-block")],
        ground: Some(format!("{}: Nummer 3, keine Beleidigungen", t.say("ground-rules"))),
        facts: "In der Antwort wird eine Person zweimal mit Schimpfwörtern bezeichnet.".to_owned(),
        redress: "Sie können sich bis zum 19. Mai 2027 kostenlos beschweren.".to_owned(),
        complain_until: complaint.is_none().then(|| "19. Mai 2027".to_owned()),
        field: format!("complaint_{}", if complaint.is_none() { 1 } else { 2 }),
        typed: String::new(),
        complaint,
    };
    let complaint = public::ComplaintView {
        when: when("17. November 2026, 8:00 Uhr"),
        text: "Das Konto schreibt so seit Wochen.\nVierzehn Tage sind zu wenig.".to_owned(),
        answer: Some(t.say("complaint-upheld")),
        reasons: "Es war der erste Verstoß.".to_owned(),
    };
    let reported = |number: usize, complaint| public::ReportedView {
        number,
        address: format!("https://social.musterhausen.example/@stadt/271{number}"),
        outcome: decided.then(|| outcome(complaint)),
    };
    public::ReceiptPage {
        t,
        shell: shell(t, &t.with("receipt-page", "number", "2026-0148-KFTB")),
        errors: FieldErrors::default(),
        ticket: "2026-0148-KFTB".to_owned(),
        link: "https://social.musterhausen.example/report/status/kftb93qdkftb93qdkftb93qdkftb93qd".to_owned(),
        action: "/report/status/kftb93qdkftb93qdkftb93qdkftb93qd".to_owned(),
        received: when("Donnerstag, 12. November 2026, 12:41 Uhr"),
        looked: None,
        look_by: "Freitag, 13. November 2026".to_owned(),
        decide_by: (!decided).then(|| "Donnerstag, 19. November 2026".to_owned()),
        question: t.say("question-insult"),
        reason: "In der dritten Antwort wird jemand beschimpft.\nMit dem Thema hat das nichts zu tun."
            .to_owned(),
        reported: vec![reported(1, None), reported(2, Some(complaint))],
        unconfirmed: !decided,
    }
}

fn confirm_page(t: Texts) -> public::ConfirmPage {
    public::ConfirmPage {
        t,
        shell: shell(t, &t.say("confirm-title")),
        ticket: "2026-0148-KFTB".to_owned(),
        heading: t.say("confirm-title"),
        text: t.say("confirm-text"),
        action: Some("/report/confirm/kftb93qdkftb93qdkftb93qdkftb93qd".to_owned()),
    }
}

fn statement_page(t: Texts) -> public::StatementPage {
    let receipt = receipt_page(t, true);
    let mut errors = FieldErrors::default();
    errors.add("complaint_1", t.say("complaint-missing"));
    public::StatementPage {
        t,
        shell: shell(t, &t.with("statement-page", "number", "2026-0148")),
        errors,
        number: "2026-0148".to_owned(),
        link: "https://social.musterhausen.example/report/decision/kftb93qdkftb93qdkftb93qdkftb93qd"
            .to_owned(),
        action: "/report/decision/kftb93qdkftb93qdkftb93qdkftb93qd".to_owned(),
        address: "https://social.musterhausen.example/@stadt/2711".to_owned(),
        cause: t.say("statement-reported"),
        outcome: receipt.reported[0].outcome.clone().expect("it is decided"),
    }
}

fn light(class: &'static str, icon: &'static str, text: &str) -> moderation::LightView {
    moderation::LightView { class, icon, text: text.to_owned() }
}

fn queue_page(t: Texts, waiting: bool) -> moderation::QueuePage {
    let row = |number: &str, danger: bool, light: moderation::LightView| moderation::CaseRow {
        number: number.to_owned(),
        href: format!("/redaktion/moderation/{number}"),
        subject: "Typisch. Der Kämmerer ist ein [Beleidigung] und gehört aus dem Rathaus gejagt.".to_owned(),
        handle: "@zornroeschen@laut.example".to_owned(),
        question: t.say("question-insult"),
        reports: format!("{} ({})", t.count("reports", 10_u64), t.say("source-form")),
        lane: if danger { t.say("lane-danger") } else { t.say("lane-normal") },
        danger,
        light: Some(light),
        decided: None,
        assignee: (!danger).then(|| "J. Muster".to_owned()),
    };
    let tab = |label: String, current| Tab { href: "/redaktion/moderation".to_owned(), label, current };
    moderation::QueuePage {
        t,
        shell: shell(t, &t.say("cases")),
        bench: bench(t, "moderation"),
        errors: FieldErrors::default(),
        tabs: vec![tab(t.say("cases-waiting"), waiting), tab(t.say("cases-decided"), !waiting)],
        waiting: true,
        cases: match waiting {
            true => vec![
                row(
                    "2026-0151",
                    true,
                    light("late", "octagon", &t.with("due-since", "left", t.count("span-hours", 3_u64))),
                ),
                row("2026-0147", false, light("soon", "warning", "noch 3 Stunden, bis heute, 15:30 Uhr")),
                row(
                    "2026-0149",
                    false,
                    light("go", "circlecheck", "noch 4 Tage, bis 19. November 2026, 9:30 Uhr"),
                ),
            ],
            false => Vec::new(),
        },
        before: None,
        after: Some("/redaktion/moderation?page=2".to_owned()),
    }
}

/// The pages about whole servers.
fn domain_pages(t: Texts) -> Vec<(&'static str, String)> {
    use crate::moderation as words;
    let render = |page: &dyn askama::DynTemplate| page.dyn_render().expect("the page can be written");
    let loss = stadtbote_core::actions::domains::Loss { accounts: 12, followers: 3, followed: 1, posts: 240 };
    let row = |name: &str, severity: &str, class, reason: &str| moderation::DomainRow {
        name: name.to_owned(),
        severity: words::severity(t, severity),
        class,
        more: words::domain_rejects(t, true, false),
        reason: reason.to_owned(),
        note: "Mit dem Rechtsamt geklärt.".to_owned(),
        since: t.with_two("domain-since-by", "day", "27. November 2026", "name", "J. Muster"),
        loss: words::loss(t, &loss),
        edit: "/redaktion/moderation/domains/new?domain=laut.example".to_owned(),
    };
    let rows = vec![
        row(
            "sehr-sehr-lauter-server-mit-langem-namen.laut.example",
            "suspend",
            "danger",
            "Hetze gegen Menschen",
        ),
        row("bild.example", "silence", "warning", ""),
    ];
    let tab = |label: String, current| Tab { href: "/redaktion/moderation".to_owned(), label, current };
    let option = |name: &str| OptionView {
        value: name.to_owned(),
        label: words::severity(t, name),
        hint: words::severity_hint(t, name),
        chosen: name == "suspend",
    };
    let page = |preview: Option<moderation::PreviewView>| moderation::DomainPage {
        t,
        shell: shell(t, &t.say("domain-new")),
        bench: bench(t, "moderation"),
        errors: FieldErrors::default(),
        domain: "laut.example".to_owned(),
        severities: ["suspend", "silence", "noop"].map(option).to_vec(),
        severity: "suspend".to_owned(),
        reject_media: true,
        reject_reports: false,
        reason: "Hetze gegen Menschen".to_owned(),
        note: "Mit dem Rechtsamt geklärt.".to_owned(),
        preview,
    };
    let preview = moderation::PreviewView {
        severity: words::severity(t, "suspend"),
        class: "danger",
        hint: words::severity_hint(t, "suspend"),
        more: words::domain_rejects(t, true, false),
        loss: words::losses(t, &loss),
        before: Some(words::severity(t, "silence")),
    };
    let line = |at: usize, name: &str, what: String, class| moderation::SuggestionRow {
        id: format!("line-{at}"),
        name: name.to_owned(),
        what,
        class,
        more: words::domain_rejects(t, true, true),
        now: t.say("suggest-new"),
        reason: "Spam".to_owned(),
        loss: words::loss(t, &loss),
    };
    vec![
        (
            "domains",
            render(&moderation::DomainsPage {
                t,
                shell: shell(t, &t.say("domains")),
                bench: bench(t, "moderation"),
                errors: FieldErrors::default(),
                tabs: vec![tab(t.say("cases-waiting"), false), tab(t.say("domains"), true)],
                search: String::new(),
                domains: rows,
                before: None,
                after: Some("/redaktion/moderation/domains?page=2".to_owned()),
            }),
        ),
        ("domain", render(&page(None))),
        ("domain-confirm", render(&page(Some(preview)))),
        (
            "domain-lists",
            render(&moderation::DomainListsPage {
                t,
                shell: shell(t, &t.say("domain-lists")),
                bench: bench(t, "moderation"),
                errors: FieldErrors::default(),
                lists: vec![moderation::DomainListRow {
                    name: "web.example".to_owned(),
                    url: "https://web.example/eine/lange/adresse/zu/einer/liste/der/nachbarn.csv".to_owned(),
                    href: "/redaktion/moderation/domains/lists/1".to_owned(),
                    waiting: t.count("list-waiting", 12_u64),
                    had: t.with("list-had", "when", "gestern"),
                    failure: Some(t.with_two("list-failure", "when", "heute", "reason", "404 Not Found")),
                    remove: "/redaktion/moderation/domains/lists/1/remove".to_owned(),
                }],
                url: String::new(),
                text: String::new(),
            }),
        ),
        (
            "domain-list",
            render(&moderation::DomainListPage {
                t,
                shell: shell(t, "web.example"),
                bench: bench(t, "moderation"),
                errors: FieldErrors::default(),
                name: "web.example".to_owned(),
                here: "/redaktion/moderation/domains/lists/1".to_owned(),
                lines: vec![
                    line(0, "evil.example", words::severity(t, "suspend"), "danger"),
                    line(1, "ein-langer-name-ohne-ende.laut.example", t.say("suggest-lift"), "success"),
                ],
                after: Some("/redaktion/moderation/domains/lists/1?after=evil.example".to_owned()),
            }),
        ),
        (
            "about-domains",
            render(&public::DomainsPage {
                t,
                shell: shell(t, &t.say("about-domains")),
                domains: vec![public::DecidedDomain {
                    name: "laut.example".to_owned(),
                    severity: words::severity(t, "suspend"),
                    more: words::domain_rejects(t, true, false).join(", "),
                    reason: "Hetze gegen Menschen".to_owned(),
                    since: "27. November 2026".to_owned(),
                }],
                before: None,
                after: None,
            }),
        ),
    ]
}

fn kept() -> moderation::KeptView {
    moderation::KeptView {
        author: "Zornröschen".to_owned(),
        handle: "@zornroeschen@laut.example".to_owned(),
        published: Some(when("11. November 2026, 17:48 Uhr")),
        warning: String::new(),
        html: "<p>Typisch. Der Kämmerer ist ein [Beleidigung] und gehört aus dem Rathaus gejagt.</p>"
            .to_owned(),
        lang: Some("de".to_owned()),
        dir: "ltr",
        options: Vec::new(),
        address: "https://laut.example/@zornroeschen/271193845572648193".to_owned(),
        files: vec!["Bild · Ein Plakat · https://laut.example/media/1.jpg".to_owned()],
        pictures: vec![
            moderation::EvidenceView {
                shown: Some("/redaktion/moderation/2026-0147/files/1/0".to_owned()),
                original: Some("/redaktion/moderation/2026-0147/files/1/0?original=1".to_owned()),
                description: "Ein Plakat".to_owned(),
                hash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
                failure: None,
            },
            moderation::EvidenceView {
                shown: None,
                original: None,
                description: String::new(),
                hash: String::new(),
                failure: Some("Ließ sich nicht sichern: the answer was 404".to_owned()),
            },
        ],
        taken: Some(when("11. November 2026, 17:52 Uhr")),
        hash: "9f2c41d807ab5e63b1f088c42d7e6a199f2c41d807ab5e63b1f088c42d7e6a19".to_owned(),
    }
}

fn case_page(t: Texts, decided: bool) -> moderation::CasePage {
    let option = |value: &str, label: String, hint: String| OptionView {
        value: value.to_owned(),
        label,
        hint,
        chosen: value == "hide" || value == "rules",
    };
    let notice = |text: &str, trusted| moderation::NoticeView {
        when: when("gestern, 18:02 Uhr"),
        by: "@lesefuchs@mastodon.example".to_owned(),
        question: t.say("question-insult"),
        text: text.to_owned(),
        trusted,
        answer: Some(t.say("answer-of-server")),
        notifier: Some((t.count("notifier-often", 3_u64), "/redaktion/moderation/notifiers/1".to_owned())),
    };
    let source = |source: String, trusted| moderation::SourceView {
        heading: t.with_two("source-count", "n", "6", "source", source),
        first: when("gestern, 17:52 Uhr"),
        trusted,
        notices: vec![notice("Das ist eine Beleidigung.\nMit dem Haushalt hat es nichts zu tun.", trusted)],
    };
    let complaint =
        |number: &str, action: Option<String>, answer: Option<String>| moderation::CaseComplaintView {
            heading: t.say("complaint-of-author"),
            when: when("heute, 9:30 Uhr"),
            text: "Das war doch harmlos.".to_owned(),
            action,
            field: format!("reasons_{number}"),
            typed: String::new(),
            answer,
            reasons: "Es war der erste Verstoß.".to_owned(),
        };
    let measure = |name: String, end: bool| moderation::MeasureView {
        name,
        time: t.with("measure-until", "when", "26. November 2026, 12:00 Uhr"),
        end_action: end.then(|| "/redaktion/moderation/2026-0147/measures/1/end".to_owned()),
    };
    let decision = moderation::DecisionView {
        id: "1".to_owned(),
        when: when("heute, 9:12 Uhr"),
        by: "J. Muster".to_owned(),
        reversed: None,
        measures: vec![measure(t.say("measure-hide"), true), measure(t.say("measure-block"), false)],
        ground: Some(format!("{}: Nummer 3", t.say("ground-rules"))),
        category: t.say("category-ILLEGAL_OR_HARMFUL_SPEECH"),
        facts: "In der Antwort wird eine Person zweimal mit Schimpfwörtern bezeichnet.".to_owned(),
        redress: "Sie können sich bis zum 19. Mai 2027 kostenlos beschweren.".to_owned(),
        complain_until: t.with("until-day", "day", "19. Mai 2027"),
        complaints: vec![
            complaint("1", Some("/redaktion/moderation/2026-0147/complaints/1".to_owned()), None),
            complaint("2", None, None),
            complaint("3", None, Some(t.say("complaint-was-upheld"))),
        ],
    };
    let mut errors = FieldErrors::default();
    if !decided {
        errors.add("measures", t.say("measures-missing"));
        errors.add("ground", t.say("ground-missing"));
        errors.add("citation", t.say("citation-missing"));
        errors.add("facts", t.say("facts-missing"));
    }
    let chip = |label: &str, current| Tab {
        href: "?redress=de#redress".to_owned(),
        label: label.to_owned(),
        current,
    };
    let form = moderation::DecisionForm {
        unfounded: vec![OptionView {
            value: "1".to_owned(),
            label: "@lesefuchs@mastodon.example".to_owned(),
            hint: String::new(),
            chosen: false,
        }],
        version: Some("1".to_owned()),
        measures: vec![
            option("nothing", t.say("measure-nothing"), String::new()),
            option("hide", t.say("measure-hide"), t.say("measure-hide-hint")),
            option("block", t.say("measure-block"), t.say("measure-block-hint")),
            option("forward", t.say("measure-forward"), t.say("measure-forward-hint")),
        ],
        domain: Some(moderation::DomainMeasures {
            heading: t.with("measures-domain", "domain", "mastodon.example"),
            loss: crate::moderation::losses(
                t,
                &Loss { accounts: 112, followers: 14, followed: 0, posts: 3048 },
            ),
            measures: vec![
                option("reject_media", t.say("measure-reject_media"), t.say("measure-reject_media-hint")),
                option("limit_domain", t.say("measure-limit_domain"), t.say("measure-limit_domain-hint")),
                option(
                    "suspend_domain",
                    t.say("measure-suspend_domain"),
                    t.say("measure-suspend_domain-hint"),
                ),
            ],
            is_open: false,
        }),
        block_days: vec![option("14", t.count("span-days", 14_u64), String::new())],
        institutions: vec![option("", t.say("block-everywhere"), String::new())],
        days: vec![option("", t.say("days-open"), String::new())],
        grounds: vec![
            option("rules", t.say("ground-rules"), t.say("ground-rules-hint")),
            option("law", t.say("ground-law"), t.say("ground-law-hint")),
            option("none", t.say("ground-none"), t.say("ground-none-hint")),
        ],
        citation: String::new(),
        facts: String::new(),
        redress: t.with_two("redress-text", "day", "19. Mai 2027", "contact", "presse@musterhausen.example"),
        templates: vec![chip("Deutsch", true), chip("Leichte Sprache", false), chip("English", false)],
        tell: Some(t.with("tell-by-message", "account", "@stadt")),
        tells: true,
        untold: String::new(),
        categories: stadtbote_core::domain::moderation::CATEGORIES
            .map(|name| option(name, crate::moderation::category(t, name), String::new()))
            .to_vec(),
    };
    let event = |text: String, note: Option<&str>| moderation::EventView {
        when: when("heute, 12:30 Uhr"),
        text,
        note: note.map(str::to_owned),
    };
    moderation::CasePage {
        t,
        shell: shell(t, &t.with("case", "number", "2026-0147")),
        bench: bench(t, "moderation"),
        errors,
        number: "2026-0147".to_owned(),
        here: "/redaktion/moderation/2026-0147".to_owned(),
        question: t.say("question-insult"),
        lane: t.say("lane-danger"),
        danger: true,
        light: (!decided).then(|| light("soon", "warning", "noch 3 Stunden, bis heute, 15:30 Uhr")),
        kind: t.say("case-kind-post"),
        kept: kept(),
        earlier: vec![kept()],
        current: Some(kept()),
        held: true,
        state: t.say("case-state-changed"),
        media: vec![picture(Some("Der Lesesaal."))],
        thread_href: "/@stadt/1001#p1002".to_owned(),
        elsewhere: false,
        reports: t.count("reports", 10_u64),
        sources: vec![source(t.say("source-form"), false), source(t.say("source-letter"), true)],
        decisions: if decided { vec![decision] } else { Vec::new() },
        form: (!decided).then_some(form),
        assignee: decided.then(|| "J. Muster".to_owned()),
        mine: decided,
        moderators: vec![option("1", "T. Beispiel".to_owned(), String::new())],
        deadlines: vec![
            moderation::DeadlineView {
                name: t.say("deadline-look"),
                light: light("go", "circlecheck", "gestern, 20:04 Uhr"),
                over: None,
            },
            moderation::DeadlineView {
                name: t.say("deadline-decide"),
                light: light("soon", "warning", "noch 3 Stunden, bis heute, 15:30 Uhr"),
                over: Some(84),
            },
        ],
        events: vec![
            event(t.say("event-reminded"), None),
            event(t.with("event-note", "name", "J. Muster"), Some("Mit dem Rechtsamt geklärt.")),
            event(t.say("event-opened"), None),
        ],
        mails: vec![event(t.with_two("mail-sent", "what", t.say("mail-outcome"), "n", "3"), None)],
        lanes: vec![option("danger", t.say("lane-danger"), String::new())],
        note: String::new(),
    }
}

fn typed_page(t: Texts) -> moderation::TypedPage {
    let source = |value: &str, label: String| OptionView {
        value: value.to_owned(),
        label,
        hint: String::new(),
        chosen: false,
    };
    let mut errors = FieldErrors::default();
    errors.add("source", t.say("type-in-source-missing"));
    errors.add("address", t.say("report-address-missing"));
    moderation::TypedPage {
        t,
        shell: shell(t, &t.say("type-in-title")),
        bench: bench(t, "moderation"),
        errors,
        sources: vec![
            source("letter", t.say("source-letter")),
            source("authority", t.say("source-authority")),
            source("own", t.say("source-own")),
        ],
        address: String::new(),
        questions: crate::moderation::questions(t, ""),
        reason: String::new(),
        name: String::new(),
        email: String::new(),
        trusted: false,
        danger: false,
    }
}

fn render_all(t: Texts) -> Vec<(&'static str, String)> {
    let render = |page: &dyn askama::DynTemplate| page.dyn_render().expect("the page can be written");
    let none = FieldErrors::default;
    let mut pages: Vec<(&'static str, String)> = Vec::new();

    let counts = |count: u64| {
        use stadtbote_core::domain::transparency::{Counts, Tally};
        let tally = |first: &str, second: &str, third: bool| Tally {
            first: first.to_owned(),
            second: second.to_owned(),
            third,
            count,
        };
        Counts {
            notices: vec![tally("form", "insult", true), tally("authority", "violence", false)],
            decisions: vec![tally("rules", "ILLEGAL_OR_HARMFUL_SPEECH", true)],
            measures: vec![tally("hide", "rules", false), tally("block", "law", true)],
            ..Counts::default()
        }
    };
    for (name, count) in [("transparency", 1234), ("transparency-empty", 0)] {
        let moment = "2026-11-12T09:30:00Z".parse().expect("it is a time");
        let report = stadtbote_core::domain::transparency::Report::new(2026, moment, false, &counts(count));
        let tab = |label: &str, current| Tab {
            href: format!("/transparency?year={label}"),
            label: label.to_owned(),
            current,
        };
        let title = t.with("transparency-title", "year", "2026");
        let years = vec![tab("2026", true), tab("2025", false)];
        let page = crate::public::transparency::content(t, shell(t, &title), &report, years);
        pages.push((name, render(&page)));
    }
    for (name, erased) in [
        ("records", None),
        (
            "records-erased",
            Some(staff::ErasedView {
                actor: "https://far.example/users/rita".to_owned(),
                known: true,
                gone: vec![("favourites.account_id".to_owned(), "38".to_owned())],
                kept: vec![("cases.account_id".to_owned(), "1".to_owned(), t.say("subject-kept-case"))],
            }),
        ),
    ] {
        let mut errors = none();
        if erased.is_none() {
            errors.add("from", t.say("records-day-wrong"));
            errors.add("sure", t.say("subject-erase-unsure"));
        }
        let page = staff::RecordsPage {
            t,
            shell: shell(t, &t.say("records")),
            bench: bench(t, "records"),
            errors,
            from: "2026-01-01".to_owned(),
            to: "2026-11-12".to_owned(),
            actor: "https://far.example/users/rita".to_owned(),
            erased,
        };
        pages.push((name, render(&page)));
    }

    pages.push((
        "profile",
        render(&public::ProfilePage {
            t,
            shell: shell(t, "Stadt Musterhausen (@stadt@social.musterhausen.example)"),
            account: city(),
            uri: "https://social.musterhausen.example/users/stadt".to_owned(),
            canonical: "https://social.musterhausen.example/@stadt".to_owned(),
            feed: "/@stadt.rss".to_owned(),
            summary: "Nachrichten und Antworten aus dem Rathaus.".to_owned(),
            picture: None,
            header: None,
            has_moved: false,
            moved: None,
            note: "<p>Nachrichten, Warnungen und Antworten aus dem Rathaus. Es schreibt die Pressestelle, montags bis freitags von 8 bis 18 Uhr.</p>".to_owned(),
            institution: "Stadt Musterhausen, Amt für Kommunikation".to_owned(),
            domain: "musterhausen.example".to_owned(),
            fields: vec![
                FieldView {
                    name: "Website".to_owned(),
                    html: "<a href=\"https://musterhausen.example\">musterhausen.example</a>".to_owned(),
                    verified: true,
                },
                FieldView { name: "Telefon".to_owned(), html: "115".to_owned(), verified: false },
            ],
            tags: ["Rathaus", "Bürgerhaushalt2027", "Stadtratssitzung"]
                .map(|tag| public::TagLink { name: tag.to_owned(), href: format!("/tags/{tag}") })
                .to_vec(),
            posts_count: 214,
            followers_count: 3412,
            since: when("März 2025"),
            tabs: vec![
                Tab { href: "/@stadt".to_owned(), label: t.say("tab-posts"), current: true },
                Tab { href: "/@stadt/with_replies".to_owned(), label: t.say("tab-replies"), current: false },
                Tab { href: "/@stadt/media".to_owned(), label: t.say("tab-media"), current: false },
            ],
            posts: posts(),
            paging: paging(),
            others: vec![library()],
        }),
    ));

    let answer = post(reader(), "<p>Steht da auch drin, ob die Schwimmhalle am Südring saniert wird?</p>");
    let own =
        post(city(), "<p>Ja, auf Seite 7: Für die Schwimmhalle sind 4,2 Millionen Euro vorgesehen.</p>");
    pages.push((
        "post",
        render(&public::PostPage {
            t,
            shell: shell(t, "Beitrag vom 12. November 2026 – Stadt Musterhausen"),
            post: posts().remove(1),
            uri: "https://social.musterhausen.example/users/stadt/statuses/1001".to_owned(),
            canonical: "https://social.musterhausen.example/@stadt/1001".to_owned(),
            summary: "Ab sofort ist der große Lesesaal auch abends da.".to_owned(),
            preview: None,
            language_name: Some("Deutsch".to_owned()),
            institution: "Stadt Musterhausen, Amt für Kommunikation".to_owned(),
            has_moved: false,
            ancestors: vec![ReplyView { post: answer.clone(), nested: false, own: false }],
            replies: vec![
                ReplyView { post: answer.clone(), nested: false, own: false },
                ReplyView { post: own, nested: true, own: true },
            ],
        }),
    ));
    pages.push((
        "tag",
        render(&public::TagPage {
            t,
            shell: shell(t, "#Kanalbrücke"),
            tag: "Kanalbrücke".to_owned(),
            feed: "/tags/kanalbruecke.rss".to_owned(),
            posts: Vec::new(),
            paging: Paging::default(),
        }),
    ));
    pages.push((
        "home",
        render(&public::HomePage {
            t,
            shell: shell(t, "Stadt Musterhausen"),
            institutions: vec![
                public::InstitutionView { name: "Amt für Kommunikation".to_owned(), accounts: vec![city()] },
                public::InstitutionView { name: "Stadtbibliothek".to_owned(), accounts: vec![library()] },
            ],
            posts: posts(),
            paging: Paging::default(),
        }),
    ));
    for (name, right) in [("interaction", true), ("interaction-wrong", false)] {
        let mut errors = none();
        if !right {
            errors.add("adr", t.say("interaction-form"));
        }
        pages.push((
            name,
            render(&public::InteractionPage {
                t,
                shell: shell(t, "mastodon.example"),
                heading: match right {
                    true => t.with("interaction-title", "host", "mastodon.example"),
                    false => t.say("interaction-wrong"),
                },
                intent: "follow",
                destination: right.then(|| public::Destination {
                    host: "mastodon.example".to_owned(),
                    href: "https://mastodon.example/authorize_interaction?uri=x".to_owned(),
                }),
                uri: "https://social.musterhausen.example/users/stadt".to_owned(),
                address: "lesefuchs".to_owned(),
                errors,
            }),
        ));
    }
    pages.push((
        "error",
        render(&public::ErrorPage {
            t,
            shell: shell(t, "404"),
            status: "404".to_owned(),
            heading: t.say("error-404"),
            text: t.say("error-404-text"),
        }),
    ));

    let mut errors = none();
    errors.add("password", t.say("sign-in-wrong"));
    pages.push((
        "sign-in",
        render(&door::SignInPage {
            t,
            shell: shell(t, &t.say("sign-in")),
            errors: none(),
            notice: Some(t.say("notice-profile")),
            email: String::new(),
            next: String::new(),
        }),
    ));
    pages.push((
        "sign-in-wrong",
        render(&door::SignInPage {
            t,
            shell: shell(t, &t.with("title-error", "title", t.say("sign-in"))),
            errors,
            notice: None,
            email: "j.muster@musterhausen.example".to_owned(),
            next: "/redaktion".to_owned(),
        }),
    ));
    let mut errors = none();
    errors.add("password", t.say("password-short"));
    errors.add("username", t.say("username-wrong"));
    pages.push((
        "set-up",
        render(&door::SetUpPage {
            t,
            shell: shell(t, &t.say("set-up-title")),
            errors,
            action: "/auth/set_up/x".to_owned(),
            domain: "musterhausen.example".to_owned(),
            email: "j.muster@musterhausen.example".to_owned(),
            institution: String::new(),
            display_name: String::new(),
            username: "Stadt".to_owned(),
        }),
    ));
    pages.push((
        "invite",
        render(&door::InvitePage {
            t,
            shell: shell(t, &t.say("invite-title")),
            errors: none(),
            action: "/auth/invite/x".to_owned(),
            email: "j.muster@musterhausen.example".to_owned(),
        }),
    ));
    pages.push((
        "consent",
        render(&door::ConsentPage {
            t,
            shell: shell(t, &t.with("consent-title", "app", "Tusky")),
            errors: none(),
            app: "Tusky".to_owned(),
            website: Some("https://tusky.app.example".to_owned()),
            person: "j.muster@musterhausen.example".to_owned(),
            accounts: vec![choice(t, library()), choice(t, city())],
            may: vec![t.say("scope-read"), t.say("scope-write"), t.say("scope-push")],
            may_not: vec![t.say("scope-not-team"), t.say("scope-not-server")],
            target: "tusky.app.example".to_owned(),
            hidden: vec![("client_id", "x".to_owned())],
        }),
    ));
    pages.push((
        "code",
        render(&door::CodePage {
            t,
            shell: shell(t, &t.say("code-title")),
            errors: none(),
            app: "toot".to_owned(),
            code: "n5Yq3kq0Xk2c7Vb1m9".to_owned(),
        }),
    ));

    let mut asked = post(reader(), "<p>Wann wird der Radweg an der Ruhrallee geräumt?</p>");
    asked.visibility = VisibilityView::Direct;
    let entry = |kind: String, icon, badge, post: Option<PostView>| staff::InboxEntry {
        from: reader(),
        when: when("heute, 9:30 Uhr"),
        kind,
        icon,
        badge,
        about_own: icon == "star",
        private: icon == "lock",
        answer_href: (post.is_some() && icon != "star")
            .then(|| "/redaktion/@bibliothek/write?to=1".to_owned()),
        requests_href: None,
        quote_href: post.as_ref().map(|_| "/redaktion/@bibliothek/write?quote=1".to_owned()),
        revoke_action: post.as_ref().map(|_| "/redaktion/@bibliothek/posts/1/quotes/2/revoke".to_owned()),
        share_href: post.as_ref().map(|_| "/redaktion/@bibliothek/posts/1/share".to_owned()),
        shared: icon == "lock",
        new: icon == "star",
        post,
    };
    pages.push((
        "inbox",
        render(&staff::InboxPage {
            t,
            shell: shell(t, &t.say("inbox")),
            bench: bench(t, "inbox"),
            errors: none(),
            today: "Donnerstag, 12. November 2026".to_owned(),
            write_href: Some("/redaktion/@bibliothek/write".to_owned()),
            tabs: vec![
                Tab { href: "?view=all".to_owned(), label: t.say("tab-all"), current: true },
                Tab { href: "?view=mentions".to_owned(), label: t.say("tab-mentions"), current: false },
                Tab { href: "?view=reactions".to_owned(), label: t.say("tab-reactions"), current: false },
                Tab { href: "?view=follows".to_owned(), label: t.say("tab-follows"), current: false },
            ],
            entries: vec![
                entry(t.say("kind-mention"), "", "info", Some(asked.clone())),
                entry(t.say("kind-private"), "lock", "", Some(asked.clone())),
                entry(t.say("kind-favourite"), "star", "", Some(posts().remove(1))),
                entry(t.say("kind-follow"), "people", "", None),
            ],
            paging: paging(),
        }),
    ));
    pages.push(("write", render(&write_page(t, false))));
    pages.push(("write-error", render(&write_page(t, true))));
    let mut answering = write_page(t, false);
    // Ids of posts stand on the page once each.
    let reply = |id: &str, own: bool| {
        let mut post = asked.clone();
        post.id = id.to_owned();
        ReplyView { post, nested: false, own }
    };
    answering.answered = Some(staff::AnsweredView {
        earlier: vec![reply("1", true)],
        before: vec![reply("2", false), reply("3", true)],
        post: reply("4", false),
        replies: vec![reply("5", true)],
        answered_already: true,
    });
    answering.may_publish = false;
    pages.push(("answer", render(&answering)));
    let mut film = write_page(t, true);
    film.pictures.truncate(1);
    film.pictures[0].film = true;
    film.pictures[0].preview = None;
    film.slots = Vec::new();
    pages.push(("write-film", render(&film)));
    for shared in [false, true] {
        pages.push((
            if shared { "unshare" } else { "share" },
            render(&staff::SharePage {
                t,
                shell: shell(t, &t.say("share-title")),
                bench: bench(t, "inbox"),
                errors: none(),
                account: library(),
                post: asked.clone(),
                shared,
                action: "/redaktion/@bibliothek/posts/1/share".to_owned(),
                back: "/redaktion/@bibliothek/inbox".to_owned(),
            }),
        ));
    }
    for (name, is_post) in [("authorize-interaction", true), ("authorize-interaction-follow", false)] {
        let acting = |card: AccountCard, may: bool| staff::ActingChoice {
            account: card,
            value: "@stadt".to_owned(),
            follow: !is_post,
            answer: is_post.then(|| "/redaktion/@stadt/write?to=1".to_owned()),
            share: (is_post && may).then(|| "/redaktion/@stadt/posts/1/share".to_owned()),
            like: is_post && may,
        };
        pages.push((
            name,
            render(&staff::InteractionPage {
                t,
                shell: shell(t, &t.say("interaction-post")),
                bench: bench(t, ""),
                errors: none(),
                heading: t.say(if is_post { "interaction-post" } else { "interaction-follow" }),
                account: (!is_post).then(reader),
                post: is_post.then(|| asked.clone()),
                id: "1".to_owned(),
                acting: vec![acting(city(), true), acting(library(), false)],
            }),
        ));
    }
    pages.push((
        "bench-error",
        render(&staff::BenchErrorPage {
            t,
            shell: shell(t, &t.say("error-404")),
            bench: bench(t, ""),
            errors: none(),
            status: "404".to_owned(),
            heading: t.say("error-404"),
            text: t.say("error-404-bench"),
        }),
    ));
    let mut changing = write_page(t, false);
    changing.published = true;
    changing.fixed_visibility =
        Some(t.with("visibility-fixed", "visibility", t.say("visibility-public-short")));
    pages.push(("edit", render(&changing)));
    let draft = staff::PostRow {
        version: "1".to_owned(),
        when: when("heute, 10:42 Uhr"),
        warning: None,
        lang: Some("de".to_owned()),
        excerpt: "Ab Montag kommen Sie zu Fuß über die neue Kanalbrücke zur Stadtbibliothek.".to_owned(),
        visibility: VisibilityView::Public,
        by: Some(t.with("written-by", "name", "j.muster@musterhausen.example")),
        shared_from: None,
        media: Some(t.count("has-media", 2_u64)),
        answer: true,
        waiting: true,
        pinned: false,
        href: None,
        release_action: Some("/redaktion/@bibliothek/posts/1/release".to_owned()),
        edit_href: Some("/redaktion/@bibliothek/posts/1/edit".to_owned()),
        pin_action: None,
        delete_href: Some("/redaktion/@bibliothek/posts/1/delete".to_owned()),
        unshare_action: None,
        quote_href: Some("/redaktion/@bibliothek/write?quote=1".to_owned()),
    };
    let mut published = draft.clone();
    published.href = Some("/@bibliothek/1".to_owned());
    published.release_action = None;
    published.pin_action = Some("/redaktion/@bibliothek/posts/1/pin".to_owned());
    let mut shared = published.clone();
    shared.shared_from = Some("Lesefuchs".to_owned());
    shared.edit_href = None;
    shared.delete_href = None;
    shared.unshare_action = Some("/redaktion/@bibliothek/posts/1/share".to_owned());
    let list = |heading: String, lead: String, current: &str, posts: Vec<staff::PostRow>| staff::PostsPage {
        t,
        shell: shell(t, &heading),
        bench: bench(t, current),
        errors: none(),
        heading,
        lead,
        empty: t.say("drafts-empty"),
        empty_hint: t.say("drafts-empty-hint"),
        write_href: Some("/redaktion/@bibliothek/write".to_owned()),
        posts,
        paging: Paging::default(),
    };
    pages.push((
        "drafts",
        render(&list(t.say("drafts"), t.say("drafts-lead"), "drafts", vec![draft.clone(), draft])),
    ));
    pages.push(("drafts-empty", render(&list(t.say("drafts"), t.say("drafts-lead"), "drafts", Vec::new()))));
    pages.push((
        "published",
        render(&list(t.say("published-posts"), t.say("published-lead"), "posts", vec![published, shared])),
    ));
    pages.push((
        "delete",
        render(&staff::DeletePage {
            t,
            shell: shell(t, &t.say("delete-post-title")),
            bench: bench(t, "posts"),
            errors: none(),
            post: posts().remove(1),
            published: true,
            action: "/redaktion/@bibliothek/posts/1/delete".to_owned(),
            back: "/redaktion/@bibliothek/posts".to_owned(),
        }),
    ));
    let member = |name: &str, you: bool| staff::MemberRow {
        name: name.to_owned(),
        you,
        role: t.say("role-owner"),
        consequence: t.say("role-owner-hint"),
        roles: roles(t),
        change_action: "/redaktion/@bibliothek/members/1".to_owned(),
        remove_action: "/redaktion/@bibliothek/members/1/remove".to_owned(),
    };
    let mut errors = none();
    errors.add("email", t.say("member-unknown"));
    pages.push((
        "members",
        render(&staff::MembersPage {
            t,
            shell: shell(t, &t.say("members")),
            bench: bench(t, "members"),
            errors,
            account: library(),
            members: vec![
                member("j.muster@musterhausen.example", true),
                member("t.beispiel@musterhausen.example", false),
            ],
            may_change: true,
            add_action: "/redaktion/@bibliothek/members".to_owned(),
            email: "wer@musterhausen.example".to_owned(),
            roles: roles(t),
        }),
    ));
    pages.push((
        "people",
        render(&staff::PeoplePage {
            t,
            shell: shell(t, &t.say("people")),
            bench: bench(t, "people"),
            errors: none(),
            link: Some(staff::OneTimeLink {
                email: "t.beispiel@musterhausen.example".to_owned(),
                href: "https://social.musterhausen.example/auth/invite/Zk3c9".to_owned(),
            }),
            people: vec![staff::PersonRow {
                name: "T. Beispiel".to_owned(),
                email: "t.beispiel@musterhausen.example".to_owned(),
                you: false,
                admin: true,
                moderator: true,
                invited: true,
                left: None,
                accounts: "Stadtbibliothek (Schreiben)".to_owned(),
                invite_action: Some("/redaktion/people/1/invite".to_owned()),
                leave_action: Some("/redaktion/people/1/leave".to_owned()),
            }],
            email: String::new(),
        }),
    ));
    pages.push(("report", render(&report_page(t, false))));
    pages.push(("report-wrong", render(&report_page(t, true))));
    pages.push(("receipt", render(&receipt_page(t, false))));
    pages.push(("receipt-decided", render(&receipt_page(t, true))));
    pages.push(("confirm", render(&confirm_page(t))));
    pages.push(("statement", render(&statement_page(t))));
    pages.push(("queue", render(&queue_page(t, true))));
    pages.push(("queue-empty", render(&queue_page(t, false))));
    pages.push(("case", render(&case_page(t, false))));
    pages.push(("case-decided", render(&case_page(t, true))));
    pages.push(("case-new", render(&typed_page(t))));
    pages.extend(domain_pages(t));
    let in_thread = |hidden, reported| moderation::ThreadRow { kept: kept(), hidden, reported };
    pages.push((
        "case-thread",
        render(&moderation::ThreadPage {
            t,
            shell: shell(t, &t.with("case-thread-of", "number", "2026-0147")),
            bench: bench(t, "moderation"),
            errors: none(),
            number: "2026-0147".to_owned(),
            case: "/redaktion/moderation/2026-0147".to_owned(),
            posts: vec![in_thread(false, false), in_thread(true, true)],
        }),
    ));
    let tab = |label: String, current| Tab { href: "/redaktion/moderation/held".to_owned(), label, current };
    pages.push((
        "held",
        render(&moderation::HeldPage {
            t,
            shell: shell(t, &t.say("held")),
            bench: bench(t, "moderation"),
            errors: none(),
            tabs: vec![tab(t.say("cases-waiting"), false), tab(t.say("held"), true)],
            posts: vec![moderation::HeldRow {
                id: "1".to_owned(),
                name: "Lesefuchs <b>".to_owned(),
                handle: "@lesefuchs@laut.example".to_owned(),
                rule: t.say("held-rule-mentions"),
                when: when("vor einer Stunde"),
                warning: String::new(),
                html: "<p>Kauft jetzt!</p>".to_owned(),
                lang: Some("de".to_owned()),
                dir: "ltr",
                about: t.count("held-names", 12_u64),
                of_author: Some(t.count("held-of-author", 12_u64)),
                author: "2".to_owned(),
                host: "laut.example".to_owned(),
                domain: "/redaktion/moderation/domains/new?domain=laut.example".to_owned(),
                case: "case post",
            }],
            before: None,
            after: None,
        }),
    ));
    let step = |may_answer: bool| moderation::StepView {
        id: "1".to_owned(),
        heading: t.say("step-pause"),
        when: when("gestern"),
        by: t.with("decision-by", "name", "Mo"),
        time: t.with("until-day", "day", "11.12.2026"),
        reasons: "Dreimal dasselbe <b>".to_owned(),
        told: t.say("step-told"),
        in_force: true,
        href: "/redaktion/moderation/notifiers/1".to_owned(),
        who: "https://mastodon.example/users/lesefuchs".to_owned(),
        complaint: "Das war ernst gemeint.".to_owned(),
        may_answer,
        waits_for_another: !may_answer,
        field: "answer_1".to_owned(),
        typed: String::new(),
        outcome: None,
        answer: String::new(),
    };
    let notifier = |may_pause: bool| moderation::NotifierPage {
        t,
        shell: shell(t, &t.say("notifier")),
        bench: bench(t, "moderation"),
        errors: none(),
        here: "/redaktion/moderation/notifiers/1".to_owned(),
        case: "2026-0147".to_owned(),
        case_href: "/redaktion/moderation/2026-0147".to_owned(),
        name: "@lesefuchs@mastodon.example".to_owned(),
        sentence: t.with_two("notifier-part", "unfounded", "3", "sent", "4"),
        often: true,
        waits: false,
        may_warn: !may_pause,
        may_pause,
        days: vec![OptionView {
            value: "14".to_owned(),
            label: t.count("span-days", 14_u64),
            hint: String::new(),
            chosen: true,
        }],
        reasons: String::new(),
        unfounded: vec![moderation::UnfoundedView {
            id: "1".to_owned(),
            case: "2026-0147".to_owned(),
            href: "/redaktion/moderation/2026-0147".to_owned(),
            when: when("gestern"),
        }],
        steps: if may_pause { vec![step(true)] } else { vec![] },
    };
    pages.push(("notifier-warn", render(&notifier(false))));
    pages.push(("notifier-pause", render(&notifier(true))));
    pages.push((
        "notifiers",
        render(&moderation::NotifiersPage {
            t,
            shell: shell(t, &t.say("notifiers")),
            bench: bench(t, "moderation"),
            errors: none(),
            tabs: vec![tab(t.say("notifiers"), true)],
            steps: vec![step(false)],
        }),
    ));
    pages.push((
        "pause",
        render(&public::PausePage {
            t,
            shell: shell(t, &t.say("pause-title")),
            errors: none(),
            heading: t.say("pause-title"),
            lead: t.with("pause-lead", "day", "11.12.2026"),
            when: when("gestern"),
            reasons: "Dreimal dasselbe <b>".to_owned(),
            link: "https://social.musterhausen.example/report/pause/kftb93qdkftb93qd".to_owned(),
            action: "/report/pause/kftb93qdkftb93qd".to_owned(),
            complain_until: Some("30.5.2027".to_owned()),
            complaint: String::new(),
            outcome: None,
            answer: String::new(),
            typed: String::new(),
        }),
    ));
    let kind = |value: &str, label: String, hint: String| OptionView {
        value: value.to_owned(),
        label,
        hint,
        chosen: value == "organization",
    };
    pages.push((
        "accounts",
        render(&staff::AccountsPage {
            t,
            shell: shell(t, &t.say("accounts")),
            bench: bench(t, "accounts"),
            errors: none(),
            institutions: vec![public::InstitutionView {
                name: "Stadt Musterhausen".to_owned(),
                accounts: vec![city(), library()],
            }],
            domain: "musterhausen.example".to_owned(),
            display_name: String::new(),
            username: String::new(),
            types: vec![
                kind("organization", t.say("type-organization"), t.say("type-organization-hint")),
                kind("service", t.say("type-service"), t.say("type-service-hint")),
                kind("person", t.say("type-person"), t.say("type-person-hint")),
            ],
            institution: String::new(),
        }),
    ));
    pages.push((
        "profile-settings",
        render(&staff::ProfileSettingsPage {
            t,
            shell: shell(t, &t.say("profile-settings")),
            bench: bench(t, "profile"),
            errors: none(),
            account: city(),
            action: "/redaktion/@bibliothek/profile".to_owned(),
            display_name: "Stadtbibliothek".to_owned(),
            note: "Bücher und mehr.".to_owned(),
            fields: (1..=4)
                .map(|number| staff::FieldRow { number, name: String::new(), value: String::new() })
                .collect(),
            header: Some("lesesaal.svg".to_owned()),
            locked: false,
        }),
    ));
    pages.push((
        "requests",
        render(&staff::RequestsPage {
            t,
            shell: shell(t, &t.say("requests")),
            bench: bench(t, "requests"),
            errors: none(),
            account: library(),
            account_asks_first: false,
            requests: vec![staff::RequestRow {
                from: reader(),
                action: "/redaktion/@bibliothek/requests/1".to_owned(),
            }],
            paging: Paging::default(),
        }),
    ));
    let statement = statement_page(t);
    pages.push((
        "statements",
        render(&staff::StatementsPage {
            t,
            shell: shell(t, &t.say("statements")),
            bench: bench(t, "statements"),
            errors: none(),
            statements: vec![staff::StatementRow {
                address: statement.address,
                action: "/redaktion/@bibliothek/decisions/1".to_owned(),
                outcome: statement.outcome,
            }],
        }),
    ));
    pages.push((
        "reach-post",
        render(&reach_pages::ReachOfPostPage {
            t,
            shell: shell(t, &t.say("reach-post-title")),
            bench: bench(t, "reach"),
            errors: FieldErrors::default(),
            back: "/redaktion/@bibliothek/reach".to_owned(),
            href: "/@bibliothek/1".to_owned(),
            lang: Some("de".to_owned()),
            text: "Das Freibad öffnet am Samstag um zehn.".to_owned(),
            when: when("12. November 2026, 9:30 Uhr"),
            answer: ["", "Angenommen von 412 Servern", "."].map(str::to_owned).to_vec(),
            measures: reach(t, true).measures,
            note: Some(t.with_two("reach-potential-unknown", "unknown", "3", "boosters", "41")),
            days: reach(t, true).days,
        }),
    ));
    pages.push(("links", render(&links(t))));
    pages.push(("reach", render(&reach(t, true))));
    pages.push(("reach-empty", render(&reach(t, false))));
    pages.push(("report", render(&report(t))));
    pages.push((
        "choose",
        render(&staff::ChoosePage {
            t,
            shell: shell(t, &t.say("choose-title")),
            bench: Bench { account: None, items: Vec::new(), public_page: None, ..bench(t, "") },
            errors: none(),
            accounts: vec![choice(t, library()), choice(t, city())],
        }),
    ));
    pages
}

fn links(t: Texts) -> reach_pages::LinksPage {
    let link = |label: &str, clicks: Option<&str>, is_ended: bool| reach_pages::LinkRow {
        label: label.to_owned(),
        address: "https://social.musterhausen.example/k/abc234".to_owned(),
        target: "https://musterhausen.example/stadtfest".to_owned(),
        since: when("12. November 2026, 9:30 Uhr"),
        clicks: clicks.map(str::to_owned),
        campaign: Some(reach_pages::CampaignLink {
            tag: "#stadtfest".to_owned(),
            href: "/redaktion/@bibliothek/reach/campaigns/stadtfest".to_owned(),
        }),
        is_ended,
        svg: "/redaktion/@bibliothek/links/1.svg".to_owned(),
        png: "/redaktion/@bibliothek/links/1.png".to_owned(),
        end_action: (!is_ended).then(|| "/redaktion/@bibliothek/links/1/end".to_owned()),
    };
    reach_pages::LinksPage {
        t,
        shell: shell(t, &t.say("links-title")),
        bench: bench(t, "links"),
        errors: FieldErrors::default(),
        total: "1.240".to_owned(),
        links: vec![
            link("Plakat Hauptbahnhof", Some("385"), false),
            link("Straßenbahnlinie zwischen Messe und Universität", None, false),
            link("Alte Schule", None, true),
        ],
        floor: "5".to_owned(),
        action: Some("/redaktion/@bibliothek/links".to_owned()),
        place: String::new(),
        target: String::new(),
        tag: String::new(),
    }
}

fn report(t: Texts) -> reach_pages::ReportPage {
    use crate::report::{Block, Cell, Paper, Part, Table, Term};
    let row = |name: &str| {
        vec![
            Cell { href: Some("#how-posts".to_owned()), ..Cell::words(name) },
            Cell::number("1.240", Some(1240)),
            Cell { sign: Some("≥"), ..Cell::words("mindestens") },
        ]
    };
    let table = Table {
        caption: "Kennzahlen: Angebot".to_owned(),
        head: ["Kennzahl", "2026", "Wie wahr?"].map(str::to_owned).to_vec(),
        rows: vec![row("Beiträge"), row("Reaktionen je 1.000 Folgende")],
    };
    let term = Term {
        id: "how-posts".to_owned(),
        name: "Beiträge".to_owned(),
        text: "Veröffentlichte Beiträge.".to_owned(),
    };
    let part = |id: &str, blocks: Vec<Block>| Part { id: id.to_owned(), heading: id.to_owned(), blocks };
    reach_pages::ReportPage {
        t,
        shell: shell(t, &t.with("report-of-year", "year", "2026")),
        bench: bench(t, "reach"),
        errors: FieldErrors::default(),
        here: "/redaktion/@bibliothek/reach/report".to_owned(),
        back: "/redaktion/@bibliothek/reach?period=2026".to_owned(),
        periods: reach(t, true).periods,
        paper: Paper {
            language: t.tag(),
            title: t.with("report-of-year", "year", "2026"),
            whose: "Stadtbibliothek".to_owned(),
            facts: vec!["Zeitraum: 1. Januar 2026 bis 31. Dezember 2026".to_owned()],
            warning: Some("Der Zeitraum läuft noch.".to_owned()),
            parts: vec![
                part(
                    "outputs",
                    vec![Block::Text("Es sind 12 Beiträge erschienen.".to_owned()), Block::Table(table)],
                ),
                part("impact", vec![Block::Blank("Was hat sich geändert?".to_owned())]),
                part("method", vec![Block::List(vec![term]), Block::Note("Fassung 1".to_owned())]),
            ],
        },
        pdf: "/redaktion/@bibliothek/reach/report.pdf?period=2026".to_owned(),
        ods: "/redaktion/@bibliothek/reach/report.ods?period=2026".to_owned(),
        csv: "/redaktion/@bibliothek/reach/report.csv?period=2026".to_owned(),
        texts: vec![reach_pages::ReportText {
            id: "outputs",
            label: "Angebot".to_owned(),
            hint: String::new(),
            text: "Es sind 12 Beiträge erschienen.".to_owned(),
        }],
        most: 5000,
    }
}

fn reach(t: Texts, has_numbers: bool) -> reach_pages::ReachPage {
    let row = |name: &str, now: &str| reach_pages::Row {
        year_ago: "17".to_owned(),
        name: name.to_owned(),
        before: "1.902".to_owned(),
        now: now.to_owned(),
        change: "+ 18".to_owned(),
    };
    let bar =
        |name: &str, share| reach_pages::BarRow { name: name.to_owned(), share, amount: "385".to_owned() };
    let part = |name: &str, href: Option<&str>, numbers: usize| reach_pages::PartRow {
        name: name.to_owned(),
        href: href.map(str::to_owned),
        lang: None,
        numbers: vec!["12".to_owned(); numbers],
    };
    let peak = |place: usize, number: i64| format!("{number}: {}. Oktober 2026", place + 1);
    reach_pages::ReachPage {
        t,
        shell: shell(t, &t.with("reach-title", "period", "Oktober 2026")),
        bench: bench(t, "reach"),
        errors: FieldErrors::default(),
        name: Some("Stadtbibliothek".to_owned()),
        campaign: has_numbers.then(|| reach_pages::Campaign {
            tag: "#stadtfest".to_owned(),
            back: "/redaktion/@bibliothek/reach?period=2026-10".to_owned(),
            has_quiet_links: true,
        }),
        here: "/redaktion/@bibliothek/reach".to_owned(),
        file: "/redaktion/@bibliothek/reach.csv?period=2026-10".to_owned(),
        report: "/redaktion/@bibliothek/reach/report?period=2026-q4".to_owned(),
        periods: vec![OptionView {
            value: "2026-10".to_owned(),
            label: "Oktober 2026".to_owned(),
            hint: String::new(),
            chosen: true,
        }],
        is_empty: !has_numbers,
        answer: ["Im Oktober 2026 haben ", "mindestens 1.240 Konten", " reagiert."]
            .map(str::to_owned)
            .to_vec(),
        measures: vec![reach_pages::MeasureCard {
            heading: t.say("measure-reactors"),
            value: "1.240".to_owned(),
            truth: t.say("truth-lower-bound"),
            sign: "≥",
            exact: false,
            note: "September 2026: 1.051".to_owned(),
            how: t.say("how-reactors"),
        }],
        chart: crate::plot::lines(&crate::plot::Drawn {
            now: &[64, 66, 30, 206, 84],
            then: Some(&[76, 65, 35, 42, 72]),
            places: 5,
            ticks: vec![(0, "1.".to_owned()), (4, "5.".to_owned())],
            name_now: "Oktober".to_owned(),
            name_then: "September".to_owned(),
            peak: &peak,
        }),
        chart_caption: "Oktober 2026: 2.316".to_owned(),
        chart_summary: "Zwischen 30 und 206.".to_owned(),
        days: vec![row("1. Oktober", "64"), row("2. Oktober", "66")],
        period: "Oktober 2026".to_owned(),
        name_now: "Oktober".to_owned(),
        before: Some("September 2026".to_owned()),
        name_before: Some("September".to_owned()),
        name_year_ago: Some("Oktober 2025".to_owned()),
        is_over: true,
        rows: vec![row(&t.say("measure-posts"), "19")],
        hours: vec![bar("8 bis 9 Uhr", 100), bar("9 bis 10 Uhr", 20)],
        hours_n: "405".to_owned(),
        energy: vec![row(&t.say("reach-cpu"), "12,4 Sekunden")],
        reactors: vec![bar("mastodon.example", 100), bar("eine-sehr-lange-adresse.bundesland.example", 40)],
        followers_told: t.with("reach-told", "period", "Oktober 2026"),
        followers: vec![bar("mastodon.example", 100)],
        software: vec![bar("mastodon", 100)],
        accounts: vec![part("Stadtbibliothek", Some("/redaktion/@bibliothek/reach"), 6)],
        posts: vec![part("Das Freibad öffnet am Samstag um zehn.", Some("/@bibliothek/1"), 3)],
        tags: vec![part("#stadtfest", None, 2)],
        languages: vec![part("Deutsch", None, 2), part("Türkisch", None, 2)],
        panels: vec![panel(t, &[132, 51, 31]), panel(t, &[7, 3, 2])],
        grains: ["day", "week"]
            .map(|name| reach_pages::GrainLink {
                name: t.say(&format!("grain-{name}")),
                href: format!("/redaktion/@bibliothek/reach?period=2026-q4&grain={name}"),
                chosen: name == "week",
            })
            .to_vec(),
        floor: "5".to_owned(),
        version: "1".to_owned(),
    }
}

fn panel(t: Texts, votes: &[i64; 3]) -> reach_pages::PanelView {
    use stadtbote_core::actions::reach::OfPanel;
    use stadtbote_core::domain::ids::{AccountId, PostId};
    use stadtbote_core::domain::panels::Panel;
    let answers = ["Ja", "Nein, aber ich arbeite oder lerne hier", "Nein"];
    let told = OfPanel {
        post: PostId(1001),
        account: AccountId(1),
        panel: Panel::Residence,
        closed_on: "2026-10-12".parse().expect("a day"),
        answers: answers.iter().zip(votes).map(|(answer, votes)| ((*answer).to_owned(), *votes)).collect(),
    };
    reach_pages::PanelView {
        question: "Wohnen Sie in unserer Stadt? Wir möchten wissen, wen wir hier erreichen.".to_owned(),
        lang: Some("de".to_owned()),
        href: "/@bibliothek/1001".to_owned(),
        account: Some("Stadtbibliothek".to_owned()),
        ..crate::staff::panels::view_of(t, &told)
    }
}

#[test]
fn d01_every_page_has_one_heading_one_main_and_no_inline_script_or_style() {
    let folder = std::env::var_os("STADTBOTE_SAMPLES").map(std::path::PathBuf::from);
    for language in Language::ALL {
        for (name, html) in render_all(Texts::new(language)) {
            if let Some(folder) = &folder {
                let path = folder.join(format!("{name}-{}.html", language.tag()));
                std::fs::write(path, &html).expect("the samples can be written");
            }

            assert_eq!(html.matches("<h1").count(), 1, "{name}");
            assert_eq!(html.matches("<main").count(), 1, "{name}");
            assert!(
                !html.contains("style=") && !html.contains("<script") && !html.contains("<style"),
                "{name}"
            );
            assert!(!html.contains("Unknown localization"), "{name}");
            assert!(!html.contains("Lesefuchs <b>"), "{name}: a name was not escaped");
            for form in html.split("<form").skip(1) {
                let form = form.split("</form>").next().unwrap_or_default();
                assert!(
                    form.contains("method=\"get\"") || form.contains("name=\"csrf\""),
                    "{name}: a form has no token"
                );
            }
        }
    }
}

#[test]
fn no_id_stands_twice_on_a_page() {
    for (name, html) in render_all(Texts::new(Language::German)) {
        let mut ids: Vec<&str> =
            html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        ids.sort_unstable();
        let twice: Vec<_> = ids.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();

        // The sample thread shows one post twice.
        assert!(twice.iter().all(|id| *id == "p1001"), "{name}: {twice:?}");
    }
}
