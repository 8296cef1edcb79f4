//! Posts from elsewhere that a rule holds back until a moderator looks.

use std::collections::HashMap;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use stadtbote_core::actions::held::{self as actions, About};
use stadtbote_core::domain::ids::{AccountId, PostId};
use stadtbote_core::domain::post::Visibility;
use stadtbote_core::store::held_posts::{self, Whose};
use stadtbote_core::store::{accounts, mentions, post_texts, posts};
use stadtbote_core::{App, Error};

use super::cases::{address, rule};
use super::{Area, bench, domains, moderation_tabs};
use crate::error::OrPage;
use crate::pages::moderation::{HeldPage, HeldRow};
use crate::request::Moderator;
use crate::respond::{Answer, private_page, see_other};
use crate::sent::Sent;
use crate::views::FieldErrors;
use crate::{dress, times};

/// Where they are.
pub(crate) const HELD: &str = "/redaktion/moderation/held";
/// Posts on one page.
const PER_PAGE: u64 = 30;

/// Shows the posts that wait.
pub(crate) async fn list(State(app): State<App>, moderator: Moderator) -> Answer {
    page(&app, &moderator).await.or_page(&app, &moderator.asked)
}

async fn page(app: &App, moderator: &Moderator) -> Result<Response, Error> {
    let (t, now, db) = (moderator.asked.t, app.clock.now(), app.db());
    let number: u64 = moderator.asked.parameter("page").and_then(|page| page.parse().ok()).unwrap_or(1);
    let number = number.clamp(1, 10_000);
    let mut rows = held_posts::list(db, (number - 1) * PER_PAGE, PER_PAGE + 1).await?;
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
            rule: rule(t, &row.rule),
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
            domain: domains::href("/new", &[("domain", &author.domain)]),
            case: match is_open {
                true => "case post",
                // What it says was not meant for moderators: they decide about whoever wrote it.
                false => "case author",
            },
        })
    };
    let turned = |page: u64| format!("{HELD}?page={page}");
    let content = HeldPage {
        t,
        shell: moderator.asked.shell(app, &t.say("held"), true),
        bench: bench(app, &moderator.asked, &moderator.person, Area::Moderation).await?,
        errors: FieldErrors::default(),
        tabs: moderation_tabs(app, t, HELD).await?,
        posts: rows.iter().filter_map(view).collect(),
        before: (number > 1).then(|| turned(number - 1)),
        after: has_more.then(|| turned(number + 1)),
    };
    Ok(private_page(StatusCode::OK, &moderator.asked, &content))
}

/// Shows posts (one, or all of an account or a server that wait), or opens a case about one or about its author.
pub(crate) async fn update(State(app): State<App>, moderator: Moderator, sent: Sent) -> Answer {
    let answer = async {
        let post = || sent.text("post").parse().map(PostId).map_err(|_| Error::NotFound("Post"));
        let by = moderator.acting;
        let whose = match sent.text("do") {
            "show post" => Whose::Post(post()?),
            "show author" => {
                let author = sent.text("author").parse().map(AccountId);
                Whose::Author(author.map_err(|_| Error::NotFound("Account"))?)
            }
            "show host" => Whose::Host(sent.text("host").to_owned()),
            "case post" => {
                let case = actions::open_case(&app, by, post()?, About::Post).await?;
                return Ok(see_other(&address(&case, "?done=case-opened")));
            }
            "case author" => {
                let case = actions::open_case(&app, by, post()?, About::Author).await?;
                return Ok(see_other(&address(&case, "?done=case-opened")));
            }
            _ => return Err(Error::NotFound("Post")),
        };
        actions::show(&app, by, whose).await?;
        Ok(see_other(&format!("{HELD}?done=held-shown")))
    };
    answer.await.or_page(&app, &moderator.asked)
}
