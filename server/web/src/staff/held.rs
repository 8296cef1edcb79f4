//! Posts from elsewhere that a rule holds back until a moderator looks.

use std::collections::HashMap;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use stadtbote_core::actions::held as actions;
use stadtbote_core::domain::hold::Rule;
use stadtbote_core::domain::ids::{AccountId, PersonId, PostId};
use stadtbote_core::domain::post::Visibility;
use stadtbote_core::store::held_posts::{self, Whose};
use stadtbote_core::store::{accounts, mentions, persons, post_texts, posts};
use stadtbote_core::{App, Error};

use super::{Area, bench, moderation_tabs};
use crate::error::OrPage;
use crate::pages::moderation::{HeldPage, HeldRow};
use crate::request::Moderator;
use crate::respond::{Answer, private_page, see_other};
use crate::sent::Sent;
use crate::views::{FieldErrors, Tab};
use crate::{dress, times};

/// Where they are.
pub(crate) const HELD: &str = "/redaktion/moderation/held";
/// Where those are that stay hidden.
const HIDDEN: &str = "/redaktion/moderation/held?view=hidden";
/// Posts on one page.
const PER_PAGE: u64 = 30;

/// Shows the posts that wait, or those that somebody has hidden.
pub(crate) async fn list(State(app): State<App>, moderator: Moderator) -> Answer {
    page(&app, &moderator).await.or_page(&app, &moderator.asked)
}

async fn page(app: &App, moderator: &Moderator) -> Result<Response, Error> {
    let (t, now, db) = (moderator.asked.t, app.clock.now(), app.db());
    let waiting = moderator.asked.parameter("view").as_deref() != Some("hidden");
    let number: u64 = moderator.asked.parameter("page").and_then(|page| page.parse().ok()).unwrap_or(1);
    let number = number.clamp(1, 10_000);
    let mut rows = held_posts::list(db, waiting, (number - 1) * PER_PAGE, PER_PAGE + 1).await?;
    let has_more = rows.len() as u64 > PER_PAGE;
    rows.truncate(PER_PAGE as usize);

    let ids: Vec<PostId> = rows.iter().map(|row| row.post_id).collect();
    let found: HashMap<PostId, posts::Model> =
        posts::list_any(db, ids.clone()).await?.into_iter().map(|post| (post.id, post)).collect();
    let texts = post_texts::list_of_posts(db, ids.clone()).await?.into_iter().filter(|text| text.is_main);
    let texts: HashMap<PostId, post_texts::Model> = texts.map(|text| (text.post_id, text)).collect();
    let named = mentions::list_of_posts(db, ids).await?;
    let mut known: Vec<AccountId> = rows.iter().map(|row| row.author_id).collect();
    known.extend(named.iter().map(|row| row.account_id));
    known.extend(found.values().filter_map(|post| post.in_reply_to_account_id));
    known.sort();
    known.dedup();
    let known: HashMap<AccountId, accounts::Model> =
        accounts::list_by_ids(db, known).await?.into_iter().map(|account| (account.id, account)).collect();
    let counts = held_posts::count_by_author(db, rows.iter().map(|row| row.author_id).collect()).await?;
    let people = persons::list_by_ids(db, rows.iter().filter_map(|row| row.hidden_by).collect()).await?;
    let people: HashMap<PersonId, String> =
        people.into_iter().map(|person| (person.id, person.shown_name().to_owned())).collect();

    let about = |post: &posts::Model, author: &accounts::Model| {
        let to = post.in_reply_to_account_id.and_then(|id| known.get(&id));
        let to = to.map(|to| t.with("held-answers", "handle", format!("@{}", to.handle())));
        let ours = |id: &AccountId| known.get(id).is_some_and(accounts::Model::is_ours);
        let count = named.iter().filter(|row| row.post_id == post.id && ours(&row.account_id)).count();
        let names = (count > 0).then(|| t.count("held-names", count as u64));
        let age = t.with("held-since", "day", times::day(t, author.created_at));
        to.into_iter().chain(names).chain([age]).collect::<Vec<_>>().join(" · ")
    };
    let view = |row: &held_posts::Model| {
        let (post, author) = (found.get(&row.post_id)?, known.get(&row.author_id)?);
        // What was meant for a few stays with them; who floods is seen without it.
        let is_open = matches!(post.visibility, Visibility::Public | Visibility::Unlisted);
        let text = texts.get(&row.post_id).filter(|_| is_open);
        let count = counts.iter().find(|count| count.author_id == row.author_id);
        let count = count.map_or(0, |count| count.count.unsigned_abs());
        Some(HeldRow {
            id: row.post_id.to_string(),
            name: author.name().to_owned(),
            handle: format!("@{}", author.handle()),
            rule: match Rule::parse(&row.rule) {
                Some(Rule::Mentions) => t.say("held-rule-mentions"),
                Some(Rule::FirstReply) | None => t.say("held-rule-first-reply"),
            },
            when: times::near(t, post.time(), now),
            warning: text.map(|text| text.warning.clone()).unwrap_or_default(),
            html: match is_open {
                true => text.map(|text| text.html.clone()).unwrap_or_default(),
                false => t.say("held-private"),
            },
            dir: dress::direction(post.language.as_deref()),
            lang: post.language.clone(),
            about: about(post, author),
            of_author: (count > 1).then(|| t.count("held-of-author", count)),
            author: row.author_id.to_string(),
            host: author.host.clone().unwrap_or_default(),
            hidden: row.hidden_at.map(|at| {
                let who = row.hidden_by.and_then(|id| people.get(&id).cloned());
                let who = who.unwrap_or_else(|| t.say("event-nobody"));
                t.with_two("held-hidden-by", "name", who, "when", times::near(t, at, now).text)
            }),
        })
    };
    let here = if waiting { HELD } else { HIDDEN };
    let turned = |page: u64| match waiting {
        true => format!("{HELD}?page={page}"),
        false => format!("{HIDDEN}&page={page}"),
    };
    let tab = |href: &str, label: String| Tab { href: href.to_owned(), label, current: href == here };
    let content = HeldPage {
        t,
        shell: moderator.asked.shell(app, &t.say("held"), true),
        bench: bench(app, &moderator.asked, &moderator.person, Area::Moderation).await?,
        errors: FieldErrors::default(),
        tabs: moderation_tabs(app, t, HELD).await?,
        views: vec![tab(HELD, t.say("held-waiting")), tab(HIDDEN, t.say("held-hidden"))],
        waiting,
        posts: rows.iter().filter_map(view).collect(),
        before: (number > 1).then(|| turned(number - 1)),
        after: has_more.then(|| turned(number + 1)),
    };
    Ok(private_page(StatusCode::OK, &moderator.asked, &content))
}

/// Shows posts or leaves them hidden: one, or all of an account or a server that wait.
pub(crate) async fn update(State(app): State<App>, moderator: Moderator, sent: Sent) -> Answer {
    let answer = async {
        let (do_what, whose) = sent.text("do").split_once(' ').unwrap_or_default();
        let whose = match whose {
            "post" => {
                Whose::Post(sent.text("post").parse().map(PostId).map_err(|_| Error::NotFound("Post"))?)
            }
            "author" => {
                let author = sent.text("author").parse().map(AccountId);
                Whose::Author(author.map_err(|_| Error::NotFound("Account"))?)
            }
            "host" => Whose::Host(sent.text("host").to_owned()),
            _ => return Err(Error::NotFound("Post")),
        };
        match do_what {
            "show" => {
                actions::show(&app, moderator.acting, whose).await?;
                Ok(see_other(&format!("{HELD}?done=held-shown")))
            }
            "hide" => {
                actions::hide(&app, moderator.acting, whose).await?;
                Ok(see_other(&format!("{HELD}?done=held-hidden")))
            }
            _ => Err(Error::NotFound("Post")),
        }
    };
    answer.await.or_page(&app, &moderator.asked)
}
