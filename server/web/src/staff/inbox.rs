//! What came in for an account.

use std::collections::HashMap;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use stadtbote_core::domain::permission::Act;
use stadtbote_core::store::notifications::Which;
use stadtbote_core::store::{accounts, notifications, posts};
use stadtbote_core::{App, Error};

use super::{Area, bench_for};
use crate::error::OrPage;
use crate::pages::staff::{InboxEntry, InboxPage};
use crate::paging::{asked_page, turn};
use crate::request::Member;
use crate::respond::{Answer, private_page};
use crate::views::{FieldErrors, PostView, Tab, VisibilityView};
use crate::{dress, times};

/// Entries on one page.
const ENTRIES_PER_PAGE: u64 = 30;

/// Shows what came in, newest first.
pub(crate) async fn show(State(app): State<App>, member: Member) -> Answer {
    inbox(&app, &member).await.or_page(&app, &member.asked)
}

async fn inbox(app: &App, member: &Member) -> Result<Response, Error> {
    let t = member.asked.t;
    let now = app.clock.now();
    let viewer = member.acting.viewer();
    let view = member.asked.parameter("view").unwrap_or_default();
    let kinds: &[&str] = match view.as_str() {
        "mentions" => &["mention"],
        "reactions" => &["favourite", "reblog"],
        "follows" => &["follow", "follow_request"],
        _ => &[],
    };
    let which = Which { kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(), ..Which::default() };
    let page = asked_page(&member.asked, ENTRIES_PER_PAGE);
    let mut rows = notifications::list(app.db(), viewer, &which, now, &page).await?;
    let path = match kinds {
        [] => member.address("/inbox"),
        _ => member.address(&format!("/inbox?view={view}")),
    };
    let paging = turn(&path, &page, &mut rows, |row| row.id.0);

    let people = accounts::list_by_ids(app.db(), rows.iter().map(|row| row.from_id).collect()).await?;
    let people: HashMap<_, _> = people.into_iter().map(|row| (row.id, row)).collect();
    let about =
        posts::list_visible(app.db(), Some(viewer), rows.iter().filter_map(|row| row.post_id).collect())
            .await?;
    let views =
        dress::posts_at(app, Some(viewer), &about, &move |moment| times::near(t, moment, now)).await?;
    let views: HashMap<String, PostView> = views.into_iter().map(|view| (view.id.clone(), view)).collect();
    let about: HashMap<_, _> = about.into_iter().map(|row| (row.id, row)).collect();

    let may_answer = member.may(Act::Write);
    let entries = rows.iter().filter_map(|row| {
        let post = row.post_id.and_then(|id| about.get(&id));
        let view = row.post_id.and_then(|id| views.get(&id.to_string()).cloned());
        let is_private =
            post.is_some_and(|post| dress::visibility(post.visibility) == VisibilityView::Direct);
        let is_to_us = row.kind == "mention";
        let is_answer =
            post.is_some_and(|post| post.in_reply_to_account_id == Some(member.acting.account.id));
        let (kind, icon, badge) = match row.kind.as_str() {
            "mention" if is_private => (t.say("kind-private"), "lock", ""),
            "mention" if is_answer => (t.say("kind-reply"), "reply", "info"),
            "mention" => (t.say("kind-mention"), "", "info"),
            "favourite" => (t.say("kind-favourite"), "star", ""),
            "reblog" => (t.say("kind-share"), "boost", ""),
            "follow" => (t.say("kind-follow"), "people", ""),
            "follow_request" => (t.say("kind-request"), "people", "warning"),
            "status" => (t.say("kind-post"), "", ""),
            "update" => (t.say("kind-edit"), "pencil", ""),
            _ => (t.say("kind-other"), "", ""),
        };
        Some(InboxEntry {
            from: dress::account(people.get(&row.from_id)?),
            when: times::near(t, row.created_at, now),
            kind,
            icon,
            badge,
            about_own: post.is_some_and(|post| post.author_id == member.acting.account.id),
            private: is_private,
            answer_href: post
                .filter(|_| may_answer && is_to_us)
                .map(|post| member.address(&format!("/write?to={}", post.id))),
            requests_href: (row.kind == "follow_request").then(|| member.address("/requests")),
            post: view,
        })
    });
    let entries = entries.collect();
    let tab = |of: &str, label: String| Tab {
        href: match of {
            "" => member.address("/inbox"),
            of => member.address(&format!("/inbox?view={of}")),
        },
        label,
        current: if kinds.is_empty() { of.is_empty() } else { of == view },
    };
    let content = InboxPage {
        t,
        shell: member.asked.shell(app, &t.say("inbox"), true),
        bench: bench_for(app, member, Area::Inbox).await?,
        errors: FieldErrors::default(),
        today: times::day(t, now),
        write_href: member.may(Act::Write).then(|| member.address("/write")),
        tabs: vec![
            tab("", t.say("tab-all")),
            tab("mentions", t.say("tab-mentions")),
            tab("reactions", t.say("tab-reactions")),
            tab("follows", t.say("tab-follows")),
        ],
        entries,
        paging,
    };
    Ok(private_page(StatusCode::OK, &member.asked, &content))
}
