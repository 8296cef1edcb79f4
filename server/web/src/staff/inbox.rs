//! What came in for an account.

use std::collections::HashMap;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use stadtbote_core::actions::tags;
use stadtbote_core::domain::ids::{NotificationId, PostId};
use stadtbote_core::domain::permission::Act;
use stadtbote_core::domain::quotes::State as QuoteState;
use stadtbote_core::store::notifications::Which;
use stadtbote_core::store::{accounts, notifications, posts, quotes};
use stadtbote_core::{App, Error};

use super::{Area, bench_for, shares, unread, write};
use crate::error::OrPage;
use crate::pages::staff::{InboxEntry, InboxPage};
use crate::paging::{asked_page, turn};
use crate::request::Member;
use crate::respond::{Answer, private_page};
use crate::views::{FieldErrors, PostView, Tab, VisibilityView, shown_count};
use crate::{dress, times};

/// Entries on one page.
const ENTRIES_PER_PAGE: u64 = 30;
/// The views, and what each shows; no kinds are all kinds.
const VIEWS: [(&str, &[&str]); 4] = [
    ("", &[]),
    ("mentions", &["mention"]),
    ("reactions", &["favourite", "reblog"]),
    ("follows", &["follow", "follow_request"]),
];

/// Shows what came in, newest first.
pub(crate) async fn show(State(app): State<App>, member: Member) -> Answer {
    inbox(&app, &member).await.or_page(&app, &member.asked)
}

async fn inbox(app: &App, member: &Member) -> Result<Response, Error> {
    let t = member.asked.t;
    let now = app.clock.now();
    let viewer = member.acting.viewer();
    let view = member.asked.parameter("view").unwrap_or_default();
    let (view, kinds) = VIEWS.into_iter().find(|(name, _)| *name == view).unwrap_or(VIEWS[0]);
    let which = Which { kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(), ..Which::default() };
    let page = asked_page(&member.asked, ENTRIES_PER_PAGE);
    let mut rows = notifications::list(app.db(), viewer, &which, now, &page).await?;
    let path = address(member, view);
    let paging = turn(&path, &page, &mut rows, |row| row.id.0);

    let new = unread(app, member).await?;
    if view.is_empty() && page.max_id.is_none() && page.min_id.is_none() {
        read_up_to(app, member, new.first().map(|row| row.id)).await?;
    }

    let people = accounts::list_by_ids(app.db(), rows.iter().map(|row| row.from_id).collect()).await?;
    let people: HashMap<_, _> = people.into_iter().map(|row| (row.id, row)).collect();
    let about =
        posts::list_visible(app.db(), Some(viewer), rows.iter().filter_map(|row| row.post_id).collect())
            .await?;
    let views =
        dress::posts_at(app, Some(viewer), &about, &move |moment| times::near(t, moment, now)).await?;
    let views: HashMap<String, PostView> = views.into_iter().map(|view| (view.id.clone(), view)).collect();
    let shared =
        posts::boosted_among(app.db(), member.acting.account.id, about.iter().map(|row| row.id).collect())
            .await?;
    let quoting: Vec<PostId> =
        rows.iter().filter(|row| row.kind == "quote").filter_map(|row| row.post_id).collect();
    let quoting = quotes::list_of_posts(app.db(), quoting).await?;
    let about: HashMap<_, _> = about.into_iter().map(|row| (row.id, row)).collect();

    let me = member.acting.account.id;
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
            "poll" => (t.say("kind-poll"), "", ""),
            "status" => (t.say("kind-post"), "", ""),
            "update" | "quoted_update" => (t.say("kind-edit"), "pencil", ""),
            "quote" => (t.say("kind-quote"), "", "info"),
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
            share_href: post
                .filter(|post| shares::may_share(member, post))
                .map(|post| member.address(&format!("/posts/{}/share", post.id))),
            quote_href: post
                .filter(|post| post.author_id != me && write::may_quote(member, post))
                .map(|post| member.address(&format!("/write?quote={}", post.id))),
            revoke_action: quoting
                .iter()
                .find(|quote| Some(quote.post_id) == row.post_id)
                .filter(|quote| quote.quoted_account_id == Some(me) && quote.state == QuoteState::Accepted)
                .filter(|_| row.kind == "quote" && member.may(Act::Publish))
                .and_then(|quote| {
                    let path = format!("/posts/{}/quotes/{}/revoke", quote.quoted_id?, quote.post_id);
                    Some(member.address(&path))
                }),
            shared: post.is_some_and(|post| shared.contains(&post.id)),
            new: new.iter().any(|one| one.id == row.id),
            requests_href: (row.kind == "follow_request").then(|| member.address("/requests")),
            post: view,
        })
    });
    let entries = entries.collect();
    let labels = [t.say("tab-all"), t.say("tab-mentions"), t.say("tab-reactions"), t.say("tab-follows")];
    let tabs = VIEWS.into_iter().zip(labels).map(|((of, kinds), label)| {
        let is_of_view = |kind: &str| kinds.is_empty() || kinds.contains(&kind);
        let new = new.iter().filter(|row| is_of_view(&row.kind)).count() as u64;
        Tab {
            href: address(member, of),
            label: match new {
                0 => label,
                new => t.with_two("tab-new", "tab", label, "n", shown_count(new)),
            },
            current: of == view,
        }
    });
    let content = InboxPage {
        t,
        shell: member.asked.shell(app, &t.say("inbox"), true),
        bench: bench_for(app, member, Area::Inbox).await?,
        errors: FieldErrors::default(),
        today: times::day(t, now),
        write_href: member.may(Act::Write).then(|| member.address("/write")),
        tabs: tabs.collect(),
        entries,
        paging,
    };
    Ok(private_page(StatusCode::OK, &member.asked, &content))
}

fn address(member: &Member, view: &str) -> String {
    match view {
        "" => member.address("/inbox"),
        view => member.address(&format!("/inbox?view={view}")),
    }
}

/// Remembers that the person has seen the newest that came in, the same for this door and for client programs.
async fn read_up_to(app: &App, member: &Member, newest: Option<NotificationId>) -> Result<(), Error> {
    if let Some(newest) = newest {
        let read = vec![("notifications".to_owned(), newest.to_string())];
        tags::mark_read(app, &member.acting, read).await?;
    }
    Ok(())
}
