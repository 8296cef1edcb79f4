//! Whom one post reached.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use stadtbote_core::actions::reach::{PostReach, of_post};
use stadtbote_core::domain::ids::PostId;
use stadtbote_core::domain::post::State as PostState;
use stadtbote_core::domain::reach::{Measure, Potential, Truth};
use stadtbote_core::store::posts;
use stadtbote_core::{App, Error};

use super::reach::{card, excerpt_of, sign};
use super::{Area, bench_for};
use crate::error::OrPage;
use crate::language::Texts;
use crate::pages::reach::{MeasureCard, ReachOfPostPage, Row};
use crate::request::Member;
use crate::respond::{Answer, private_page};
use crate::times;
use crate::views::FieldErrors;

/// Shows what a post of the account reached.
pub(crate) async fn show(
    State(app): State<App>,
    Path((_, id)): Path<(String, i64)>,
    member: Member,
) -> Answer {
    page(&app, &member, PostId(id)).await.or_page(&app, &member.asked)
}

async fn page(app: &App, member: &Member, id: PostId) -> Result<Response, Error> {
    let t = member.asked.t;
    let post = posts::list_any(app.db(), vec![id]).await?.pop();
    let post = post.filter(|post| {
        let is_own = post.author_id == member.acting.account.id;
        is_own && post.state == PostState::Published && post.boost_of_id.is_none()
    });
    let post = post.ok_or(Error::NotFound("Post"))?;
    let told = of_post(app, &post).await?;
    let number = |amount: i64| t.number(amount.max(0).unsigned_abs());
    let shown = [
        Measure::FollowersReached,
        Measure::Favourites,
        Measure::Boosts,
        Measure::Replies,
        Measure::Quotes,
        Measure::Votes,
        Measure::Views,
    ];
    let cards = shown.into_iter().filter_map(|measure| {
        let amount = *told.amounts.get(&measure)?;
        Some(card(t, measure, number(amount), String::new()))
    });
    let mut cards: Vec<MeasureCard> = cards.collect();
    let mut note = None;
    match told.potential {
        Potential::Few => {}
        Potential::Unknown { known, boosters } => {
            let unknown = number(boosters - known);
            note =
                Some(t.with_two("reach-potential-unknown", "unknown", unknown, "boosters", number(boosters)));
        }
        Potential::AtMost { boosters, followers } => {
            let read =
                told.potential_read_at.map(|at| t.with("reach-potential-read", "when", times::day(t, at)));
            cards.push(MeasureCard {
                heading: t.say("measure-potential"),
                value: number(followers),
                truth: t.say("truth-upper-bound"),
                sign: sign(Truth::AtMost),
                exact: false,
                note: [Some(t.with("reach-potential", "n", number(boosters))), read]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>()
                    .join(" "),
                how: t.say("how-potential"),
            });
        }
    }
    let row = |(day, amount): &(chrono::NaiveDate, i64)| Row {
        name: times::day_of(t, *day),
        year_ago: String::new(),
        before: String::new(),
        now: number(*amount),
        change: String::new(),
    };
    let content = ReachOfPostPage {
        t,
        shell: member.asked.shell(app, &t.say("reach-post-title"), true),
        bench: bench_for(app, member, Area::Reach).await?,
        errors: FieldErrors::default(),
        back: member.address("/reach"),
        href: post.url.clone(),
        lang: post.language.clone(),
        text: excerpt_of(app, t, &post).await?,
        when: times::full(t, post.time()),
        answer: answer(t, &told),
        measures: cards,
        note,
        days: told.days.iter().map(row).collect(),
    };
    Ok(private_page(StatusCode::OK, &member.asked, &content))
}

/// How it went out, as pieces of which every second one is stressed.
fn answer(t: Texts, told: &PostReach) -> Vec<String> {
    let amount = |measure: Measure| told.amounts.get(&measure).copied().unwrap_or_default();
    let number = |amount: i64| t.number(amount.max(0).unsigned_abs());
    let text = match told.amounts.get(&Measure::Delivered) {
        None => t.say("reach-post-unknown"),
        Some(servers) => {
            let followers = number(amount(Measure::FollowersReached));
            let mut text =
                t.with_two("reach-post-answer", "servers", number(*servers), "followers", followers);
            let failed = amount(Measure::Undelivered);
            if failed > 0 {
                text.push_str(&t.count("reach-post-failed", failed.unsigned_abs()));
            }
            text.push('.');
            text
        }
    };
    text.split('*').map(str::to_owned).collect()
}
