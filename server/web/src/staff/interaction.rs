//! Where another server sends people of ours who want to follow, answer, share or like something there: with which of
//! their accounts?

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use stadtbote_core::actions::follows::{self, Wishes};
use stadtbote_core::actions::reactions;
use stadtbote_core::domain::ids::{AccountId, PostId};
use stadtbote_core::domain::permission::{Act, Role, may};
use stadtbote_core::store::{accounts, posts as store_posts};
use stadtbote_core::{App, Error};
use stadtbote_federation::{Found, Intent};

use super::{Area, bench};
use crate::dress;
use crate::error::OrPage;
use crate::pages::staff::{ActingChoice, InteractionPage};
use crate::request::{Staff, find_member};
use crate::resolve::Resolver;
use crate::respond::{Answer, private_page, see_other};
use crate::sent::Sent;
use crate::views::FieldErrors;

/// Shows what stands at an address, and what can be done with it.
pub(crate) async fn show(State(app): State<App>, resolver: Resolver, staff: Staff) -> Answer {
    choose(&app, &resolver, &staff).await.or_page(&app, &staff.asked)
}

/// Follows or likes it.
pub(crate) async fn create(State(app): State<App>, staff: Staff, sent: Sent) -> Answer {
    done(&app, &staff, &sent).await.or_page(&app, &staff.asked)
}

async fn done(app: &App, staff: &Staff, sent: &Sent) -> Result<Response, Error> {
    let member = find_member(app, &staff.person, sent.text("account")).await?;
    let id = sent.text("id").parse().map_err(|_| Error::NotFound("Page"))?;
    let said = match Intent::parse(sent.text("do")) {
        Some(Intent::Follow) => {
            follows::request(app, &member, AccountId(id), Wishes::default()).await?;
            "followed"
        }
        Some(Intent::Like) => {
            reactions::favourite(app, &member, PostId(id)).await?;
            "liked"
        }
        _ => return Err(Error::NotFound("Page")),
    };
    Ok(see_other(&format!("/redaktion/@{}/inbox?done={said}", member.account.username)))
}

async fn choose(app: &App, resolver: &Resolver, staff: &Staff) -> Result<Response, Error> {
    let t = staff.asked.t;
    let uri = staff.asked.parameter("uri").unwrap_or_default();
    let intent = staff.asked.parameter("intent").and_then(|word| Intent::parse(&word));
    let found = resolver.0.resolve(&uri).await?.ok_or(Error::NotFound("Page"))?;
    let (account, post) = match found {
        Found::Account(id) => {
            (accounts::find(app.db(), id).await?.filter(|account| !account.is_gone()), None)
        }
        // What not everybody may see is not opened by an address.
        Found::Post(id) => (None, store_posts::find_visible(app.db(), None, id).await?),
    };
    let acting = accounts::list_of_person(app.db(), staff.person.id).await?;
    let acting: Vec<ActingChoice> = acting
        .iter()
        .filter(|(own, _)| own.deleted_at.is_none() && account.as_ref().is_none_or(|row| row.id != own.id))
        .map(|(own, membership)| choice(own, membership.role(), account.as_ref(), post.as_ref(), intent))
        .filter(ActingChoice::is_any)
        .collect();
    // Where there is one way only, nothing is to be asked.
    if let ([only], Some(intent @ (Intent::Answer | Intent::Share))) = (acting.as_slice(), intent)
        && let Some(href) = if intent == Intent::Answer { &only.answer } else { &only.share }
    {
        return Ok(see_other(href));
    }
    let id = match (&account, &post) {
        (Some(account), _) => account.id.0,
        (None, Some(post)) => post.id.0,
        (None, None) => return Err(Error::NotFound("Page")),
    };
    let heading = t.say(match (&account, intent) {
        (Some(_), _) => "interaction-follow",
        (None, Some(Intent::Answer)) => "interaction-answer",
        (None, Some(Intent::Share)) => "share-title",
        (None, Some(Intent::Like)) => "interaction-like",
        (None, _) => "interaction-post",
    });
    let content = InteractionPage {
        t,
        shell: staff.asked.shell(app, &heading, true),
        bench: bench(app, &staff.asked, &staff.person, Area::Nowhere).await?,
        errors: FieldErrors::default(),
        heading,
        account: account.as_ref().map(dress::account),
        post: match post {
            Some(row) => dress::posts(app, t, None, &[row]).await?.pop(),
            None => None,
        },
        id: id.to_string(),
        acting,
    };
    Ok(private_page(StatusCode::OK, &staff.asked, &content))
}

/// What somebody may do for an account of ours with what was found; only what was asked for, if that was said.
fn choice(
    own: &accounts::Model,
    role: Role,
    account: Option<&accounts::Model>,
    post: Option<&store_posts::Model>,
    intent: Option<Intent>,
) -> ActingChoice {
    let address = |path: String| format!("/redaktion/@{}{path}", own.username);
    let is_wanted = |way: Intent| {
        account.is_some() || intent.is_none_or(|intent| intent == way || intent == Intent::Follow)
    };
    let open = post.filter(|post| post.boost_of_id.is_none());
    ActingChoice {
        account: dress::account(own),
        value: format!("@{}", own.username),
        follow: account.is_some_and(|account| account.moved_to.is_none()) && may(role, Act::Interact),
        answer: open
            .filter(|_| is_wanted(Intent::Answer) && may(role, Act::Write))
            .map(|post| address(format!("/write?to={}", post.id))),
        share: open
            .filter(|post| is_wanted(Intent::Share) && may(role, Act::Publish) && post.author_id != own.id)
            .map(|post| address(format!("/posts/{}/share", post.id))),
        like: open.is_some() && is_wanted(Intent::Like) && may(role, Act::Interact),
    }
}
