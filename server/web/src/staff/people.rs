//! The staff of the server, for administrators.

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use stadtbote_core::actions::staff::{self, NewPerson};
use stadtbote_core::domain::ids::{AccountId, PersonId};
use stadtbote_core::domain::password::is_email;
use stadtbote_core::store::{accounts, memberships, person_credentials, persons};
use stadtbote_core::{App, Error};

use super::{Area, bench, roles};
use crate::error::OrPage;
use crate::pages::staff::{OneTimeLink, PeoplePage, PersonRow};
use crate::request::Administrator;
use crate::respond::{Answer, private_page, see_other};
use crate::sent::Sent;
use crate::times;
use crate::views::FieldErrors;

/// Shows everybody who works here.
pub(crate) async fn list(State(app): State<App>, admin: Administrator) -> Answer {
    people(&app, &admin, FieldErrors::default(), "", None).await.or_page(&app, &admin.asked)
}

/// Makes a person and shows the link for choosing a password, once.
pub(crate) async fn create(State(app): State<App>, admin: Administrator, sent: Sent) -> Answer {
    let t = admin.asked.t;
    let email = sent.text("email").to_owned();
    let mut errors = FieldErrors::default();
    if !is_email(&email) {
        errors.add("email", t.say("email-wrong"));
    } else if persons::find_by_email(app.db(), &email).await.or_page(&app, &admin.asked)?.is_some() {
        errors.add("email", t.say("email-taken"));
    }
    if !errors.is_empty() {
        return people(&app, &admin, errors, &email, None).await.or_page(&app, &admin.asked);
    }
    let new = NewPerson {
        email: email.clone(),
        name: sent.text("name").to_owned(),
        administrator: sent.is_ticked("admin"),
        moderator: sent.is_ticked("moderator"),
    };
    let (_, link) =
        staff::create(&app, Some(admin.person.id), new, None).await.or_page(&app, &admin.asked)?;
    let link = link.map(|href| OneTimeLink { email, href });
    people(&app, &admin, FieldErrors::default(), "", link).await.or_page(&app, &admin.asked)
}

/// Makes a new link for somebody and shows it, once.
pub(crate) async fn invite(
    State(app): State<App>,
    Path(person): Path<i64>,
    admin: Administrator,
    _sent: Sent,
) -> Answer {
    let person = persons::find(app.db(), PersonId(person)).await.or_page(&app, &admin.asked)?;
    let person = person.ok_or(Error::NotFound("Person")).or_page(&app, &admin.asked)?;
    let href =
        staff::invite_again(&app, Some(admin.person.id), person.id).await.or_page(&app, &admin.asked)?;
    let link = Some(OneTimeLink { email: person.email, href });
    people(&app, &admin, FieldErrors::default(), "", link).await.or_page(&app, &admin.asked)
}

/// Ends all that a person holds.
pub(crate) async fn leave(
    State(app): State<App>,
    Path(person): Path<i64>,
    admin: Administrator,
    _sent: Sent,
) -> Answer {
    if PersonId(person) == admin.person.id {
        let mut errors = FieldErrors::default();
        errors.add("alle", admin.asked.t.say("leave-yourself"));
        return people(&app, &admin, errors, "", None).await.or_page(&app, &admin.asked);
    }
    staff::leave(&app, Some(admin.person.id), PersonId(person)).await.or_page(&app, &admin.asked)?;
    Ok(see_other("/redaktion/people?done=person-left"))
}

async fn people(
    app: &App,
    admin: &Administrator,
    errors: FieldErrors,
    email: &str,
    link: Option<OneTimeLink>,
) -> Result<Response, Error> {
    let t = admin.asked.t;
    let names: HashMap<AccountId, String> =
        accounts::list_ours(app.db()).await?.into_iter().map(|row| (row.id, row.name().to_owned())).collect();
    let mut rows = Vec::new();
    for person in persons::list(app.db()).await? {
        let memberships = memberships::list_of_person(app.db(), person.id).await?;
        let memberships: Vec<String> = memberships
            .iter()
            .filter_map(|row| {
                Some(format!("{} ({})", names.get(&row.account_id)?, roles::name(t, row.role())))
            })
            .collect();
        let works_here = person.left_at.is_none();
        let is_you = person.id == admin.person.id;
        rows.push(PersonRow {
            name: person.name.clone(),
            you: is_you,
            admin: person.is_administrator,
            moderator: person.is_moderator,
            invited: works_here && person_credentials::find(app.db(), person.id).await?.is_none(),
            left: person.left_at.map(|moment| times::plain(t, moment)),
            accounts: memberships.join(", "),
            invite_action: works_here.then(|| format!("/redaktion/people/{}/invite", person.id)),
            leave_action: (works_here && !is_you).then(|| format!("/redaktion/people/{}/leave", person.id)),
            email: person.email,
        });
    }
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = match errors.is_empty() {
        true => t.say("people"),
        false => t.with("title-error", "title", t.say("people")),
    };
    let content = PeoplePage {
        t,
        shell: admin.asked.shell(app, &title, true),
        bench: bench(app, &admin.asked, &admin.person, Area::People).await?,
        errors,
        link,
        people: rows,
        email: email.to_owned(),
    };
    Ok(private_page(status, &admin.asked, &content))
}
