//! The workbench. The account worked for stands in the address, so that nobody writes for the wrong one from an old tab.

pub(crate) mod accounts;
pub(crate) mod cases;
pub(crate) mod choose;
pub(crate) mod decisions;
pub(crate) mod domain_lists;
pub(crate) mod domains;
pub(crate) mod held;
pub(crate) mod inbox;
pub(crate) mod interaction;
pub(crate) mod links;
pub(crate) mod members;
pub(crate) mod notices;
pub(crate) mod notifiers;
pub(crate) mod panels;
pub(crate) mod people;
pub(crate) mod posts;
pub(crate) mod profile;
pub(crate) mod quotes;
pub(crate) mod reach;
pub(crate) mod reach_post;
pub(crate) mod reach_report;
pub(crate) mod records;
pub(crate) mod requests;
pub(crate) mod roles;
pub(crate) mod shares;
pub(crate) mod statements;
pub(crate) mod write;

use stadtbote_core::domain::permission::{Act, ServerAct, may_on_server};
use stadtbote_core::store::{
    Page, accounts as store_accounts, cases as store_cases, decisions as store_decisions, follows,
    held_posts, markers, notifications, notifier_steps, persons, posts as store_posts,
};
use stadtbote_core::{App, Error};

use crate::dress;
use crate::language::Texts;
use crate::request::{Asked, Member};
use crate::views::{AccountChoice, Bench, MOST_COUNTED, NavItem, Tab, shown_count};

/// An area of the workbench.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Area {
    /// The choice of the account.
    Choose,
    Moderation,
    Write,
    Inbox,
    Requests,
    Statements,
    Drafts,
    Posts,
    Members,
    Profile,
    Links,
    Reach,
    ReachOfAll,
    People,
    Accounts,
    Records,
    /// None: a page that says why there is no other.
    Nowhere,
}

/// What surrounds a page that works for an account.
pub(crate) async fn bench_for(app: &App, member: &Member, area: Area) -> Result<Bench, Error> {
    let t = member.asked.t;
    let account = &member.acting.account;
    let item = |of: Area, path: &str, icon: &'static str, label: String, waiting: u64| NavItem {
        href: member.address(path),
        icon,
        label,
        current: of == area,
        waiting,
        unit: t.say(if of == Area::Inbox { "new" } else { "waiting" }),
    };
    let mut items = Vec::new();
    if member.may(Act::Write) {
        items.push(item(Area::Write, "/write", "pencil", t.say("nav-write"), 0));
    }
    let unread = unread(app, member).await?.len() as u64;
    items.push(item(Area::Inbox, "/inbox", "inbox", t.say("nav-inbox"), unread));
    if member.may(Act::Interact) {
        let waiting = follows::list_requests(app.db(), account.id, &Page::newest(100)).await?.len() as u64;
        if account.locked || waiting > 0 {
            items.push(item(Area::Requests, "/requests", "people", t.say("nav-requests"), waiting));
        }
    }
    let drafts = store_posts::list_unpublished(app.db(), account.id).await?;
    let drafts = drafts.iter().filter(|draft| write::may_see(member, draft)).count() as u64;
    items.push(item(Area::Drafts, "/drafts", "clock", t.say("nav-drafts"), drafts));
    items.push(item(Area::Posts, "/posts", "approve", t.say("nav-posts"), 0));
    items.push(item(Area::Reach, "/reach", "chart", t.say("nav-reach"), 0));
    items.push(item(Area::Links, "/links", "globe", t.say("nav-links"), 0));
    if !store_decisions::list_of_account(app.db(), account.id, 1).await?.is_empty() {
        items.push(item(Area::Statements, "/decisions", "flag", t.say("nav-statements"), 0));
    }
    items.push(item(Area::Members, "/members", "people", t.say("nav-members"), 0));
    if member.may(Act::EditProfile) {
        items.push(item(Area::Profile, "/profile", "info", t.say("nav-profile"), 0));
    }
    let bench = bench(app, &member.asked, &member.person, area).await?;
    items.splice(0..0, bench.items.into_iter().filter(|item| item.href == cases::QUEUE));
    Ok(Bench {
        account: Some(dress::account(account)),
        others: bench.others.into_iter().filter(|other| other.value != account.id.to_string()).collect(),
        items,
        start: member.address("/inbox"),
        public_page: Some(format!("/@{}", account.username)),
        ..bench
    })
}

/// What came in since the person last looked, newest first, as far as it is counted.
pub(crate) async fn unread(app: &App, member: &Member) -> Result<Vec<notifications::Model>, Error> {
    let read = markers::list(app.db(), member.acting.account.id, member.person.id).await?;
    let read = read.iter().find(|marker| marker.timeline == "notifications");
    let since_id = read.and_then(|marker| marker.last_read_id.parse().ok());
    let page = Page { since_id, ..Page::newest(MOST_COUNTED + 1) };
    let which = notifications::Which::default();
    Ok(notifications::list(app.db(), member.acting.viewer(), &which, app.clock.now(), &page).await?)
}

/// What surrounds a page that works for no single account.
pub(crate) async fn bench(
    app: &App,
    asked: &Asked,
    person: &persons::Model,
    area: Area,
) -> Result<Bench, Error> {
    let t = asked.t;
    let others = choices(app, t, person).await?;
    let item = |of: Area, href: &str, icon: &'static str, label: String| NavItem {
        href: href.to_owned(),
        icon,
        label,
        current: of == area,
        waiting: 0,
        unit: String::new(),
    };
    let mut server_items = Vec::new();
    if may_on_server(person.server_roles(), ServerAct::ManagePeople) {
        server_items.push(item(Area::People, "/redaktion/people", "people", t.say("nav-people")));
        server_items.push(item(Area::Records, "/redaktion/records", "approve", t.say("nav-records")));
    }
    if may_on_server(person.server_roles(), ServerAct::ManageAccounts) {
        server_items.push(item(Area::Accounts, "/redaktion/accounts", "shieldcheck", t.say("nav-accounts")));
    }
    if may_on_server(person.server_roles(), ServerAct::ManagePeople) {
        server_items.push(item(Area::ReachOfAll, reach::ALL, "chart", t.say("nav-reach")));
    }
    let mut items = Vec::new();
    if may_on_server(person.server_roles(), ServerAct::Moderate) {
        let open = store_cases::count_open(app.db(), MOST_COUNTED + 1).await?;
        items.push(NavItem {
            waiting: open,
            unit: t.say("waiting"),
            ..item(Area::Moderation, cases::QUEUE, "flag", t.say("nav-moderation"))
        });
    }
    if !others.is_empty() {
        items.push(item(Area::Choose, "/redaktion?choose=1", "inbox", t.say("nav-choose")));
    }
    Ok(Bench {
        person: person.shown_name().to_owned(),
        account: None,
        items,
        others,
        server_items,
        start: "/redaktion".to_owned(),
        public_page: None,
        federation_off: !app.config.server.federates(),
        notice: asked.parameter("done").and_then(|done| notice(t, &done)),
    })
}

/// The parts of what moderators work with; `here` is the address of the one that is shown.
pub(crate) async fn moderation_tabs(app: &App, t: Texts, here: &str) -> Result<Vec<Tab>, Error> {
    let open = store_cases::count_open(app.db(), MOST_COUNTED + 1).await?;
    let held = held_posts::count_waiting(app.db(), MOST_COUNTED + 1).await?;
    let is_held = held > 0 || app.config.moderation.is_any() || here.starts_with(held::HELD);
    let tab = |href: &str, label: String| Tab { href: href.to_owned(), label, current: href == here };
    let mut tabs = vec![
        tab(cases::QUEUE, format!("{} ({})", t.say("cases-waiting"), shown_count(open))),
        tab(cases::DECIDED, t.say("cases-decided")),
    ];
    if is_held {
        tabs.push(tab(held::HELD, format!("{} ({})", t.say("held"), shown_count(held))));
    }
    let (is_known, complaints) = notifier_steps::count(app.db()).await?;
    if is_known || here == notifiers::NOTIFIERS {
        let label = match complaints {
            0 => t.say("notifiers"),
            count => format!("{} ({})", t.say("notifiers"), t.number(count)),
        };
        tabs.push(tab(notifiers::NOTIFIERS, label));
    }
    tabs.push(tab(domains::DOMAINS, t.say("domains")));
    Ok(tabs)
}

/// The accounts that a person may work for.
pub(crate) async fn choices(
    app: &App,
    t: Texts,
    person: &persons::Model,
) -> Result<Vec<AccountChoice>, Error> {
    let accounts = store_accounts::list_of_person(app.db(), person.id).await?;
    let choice = |(account, membership): &(store_accounts::Model, _)| {
        let membership: &stadtbote_core::store::memberships::Model = membership;
        AccountChoice {
            value: account.id.to_string(),
            account: dress::account(account),
            may: roles::consequence(t, membership.role()),
            href: format!("/redaktion/@{}/inbox", account.username),
            chosen: false,
        }
    };
    Ok(accounts.iter().filter(|(account, _)| account.deleted_at.is_none()).map(choice).collect())
}

/// What was just done, by the word that stands in the address after a form was taken.
fn notice(t: Texts, done: &str) -> Option<String> {
    Some(match done {
        "published" => t.say("notice-published"),
        "draft" => t.say("notice-draft"),
        "waiting" => t.say("notice-waiting"),
        "changed" => t.say("notice-changed"),
        "deleted" => t.say("notice-deleted"),
        "draft-deleted" => t.say("notice-draft-deleted"),
        "shared" => t.say("notice-shared"),
        "unshared" => t.say("notice-unshared"),
        "pinned" => t.say("notice-pinned"),
        "unpinned" => t.say("notice-unpinned"),
        "member-added" => t.say("notice-member-added"),
        "member-changed" => t.say("notice-member-changed"),
        "member-removed" => t.say("notice-member-removed"),
        "person-left" => t.say("notice-person-left"),
        "account-created" => t.say("notice-account-created"),
        "profile" => t.say("notice-profile"),
        "accepted" => t.say("notice-accepted"),
        "followed" => t.say("notice-followed"),
        "quote-revoked" => t.say("notice-quote-revoked"),
        "liked" => t.say("notice-liked"),
        "rejected" => t.say("notice-rejected"),
        "case-assigned" => t.say("notice-case-assigned"),
        "case-note" => t.say("notice-case-note"),
        "case-lane" => t.say("notice-case-lane"),
        "case-decided" => t.say("notice-case-decided"),
        "complained" => t.say("notice-complained"),
        "case-typed" => t.say("notice-case-typed"),
        "measure-ended" => t.say("notice-measure-ended"),
        "link-created" => t.say("notice-link-created"),
        "link-ended" => t.say("notice-link-ended"),
        "held-shown" => t.say("notice-held-shown"),
        "case-opened" => t.say("notice-case-opened"),
        "notifier-warned" => t.say("notice-notifier-warned"),
        "notifier-paused" => t.say("notice-notifier-paused"),
        "notifier-ended" => t.say("notice-notifier-ended"),
        "notifier-unmarked" => t.say("notice-notifier-unmarked"),
        "domain-decided" => t.say("notice-domain-decided"),
        "domain-lifted" => t.say("notice-domain-lifted"),
        "list-added" => t.say("notice-list-added"),
        "list-removed" => t.say("notice-list-removed"),
        "lines-accepted" => t.say("notice-lines-accepted"),
        "lines-dismissed" => t.say("notice-lines-dismissed"),
        "nothing-ticked" => t.say("notice-nothing-ticked"),
        "complaint-answered" => t.say("notice-complaint-answered"),
        _ => return None,
    })
}
