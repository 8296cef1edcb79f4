//! Who works for an account, and as what.

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use stadtbote_core::actions::staff;
use stadtbote_core::domain::ids::PersonId;
use stadtbote_core::domain::permission::{Act, Role};
use stadtbote_core::store::{memberships, persons};
use stadtbote_core::{App, Error};

use super::{Area, bench_for, roles};
use crate::dress;
use crate::error::{OrPage, Refusal};
use crate::pages::staff::{MemberRow, MembersPage};
use crate::request::Member;
use crate::respond::{Answer, private_page, see_other};
use crate::sent::Sent;
use crate::views::FieldErrors;

/// Shows the team.
pub(crate) async fn list(State(app): State<App>, member: Member) -> Answer {
    members(&app, &member, FieldErrors::default(), &Sent::default()).await.or_page(&app, &member.asked)
}

/// Takes somebody into the team.
pub(crate) async fn create(State(app): State<App>, member: Member, sent: Sent) -> Answer {
    let t = member.asked.t;
    let account = member.acting.account.id;
    let found = persons::find_by_email(app.db(), sent.text("email")).await.or_page(&app, &member.asked)?;
    let person = found.filter(|person| person.left_at.is_none());
    let role = Role::parse(sent.text("role"));
    let mut errors = FieldErrors::default();
    match &person {
        None => errors.add("email", t.say("member-unknown")),
        Some(person) => {
            let is_member =
                memberships::find(app.db(), person.id, account).await.or_page(&app, &member.asked)?;
            if is_member.is_some() {
                errors.add("email", t.say("member-already"));
            }
        }
    }
    if role.is_none() {
        errors.add("role", t.say("role-missing"));
    }
    // Whether an address is known is told to those only who may act on it.
    member.acting.must(Act::ManageMembers).or_page(&app, &member.asked)?;
    let (Some(person), Some(role), true) = (person, role, errors.is_empty()) else {
        return members(&app, &member, errors, &sent).await.or_page(&app, &member.asked);
    };
    staff::grant_as(&app, &member.acting, person.id, role).await.or_page(&app, &member.asked)?;
    Ok(see_other(&member.address("/members?done=member-added")))
}

/// Changes somebody's role.
pub(crate) async fn update(
    State(app): State<App>,
    Path((_, person)): Path<(String, i64)>,
    member: Member,
    sent: Sent,
) -> Answer {
    let role = Role::parse(sent.text("role")).ok_or(Error::invalid("Role", "is missing"));
    let role = role.or_page(&app, &member.asked)?;
    let changed = staff::grant_as(&app, &member.acting, PersonId(person), role).await;
    after(&app, &member, changed, "member-changed").await
}

/// Takes somebody out of the team.
pub(crate) async fn delete(
    State(app): State<App>,
    Path((_, person)): Path<(String, i64)>,
    member: Member,
    _sent: Sent,
) -> Answer {
    let removed = staff::revoke_as(&app, &member.acting, PersonId(person)).await;
    if removed.is_ok() && member.person.id == PersonId(person) {
        return Ok(see_other("/redaktion"));
    }
    after(&app, &member, removed, "member-removed").await
}

async fn after(app: &App, member: &Member, outcome: Result<(), Error>, done: &str) -> Answer {
    match outcome {
        Ok(()) => Ok(see_other(&member.address(&format!("/members?done={done}")))),
        Err(Error::Conflict(_)) => {
            let mut errors = FieldErrors::default();
            errors.add("wer", member.asked.t.say("member-last-owner"));
            members(app, member, errors, &Sent::default()).await.or_page(app, &member.asked)
        }
        Err(error) => Err(Refusal::from(error).page(app, &member.asked)),
    }
}

async fn members(app: &App, member: &Member, errors: FieldErrors, sent: &Sent) -> Result<Response, Error> {
    let t = member.asked.t;
    let account = &member.acting.account;
    let rows = memberships::list_of_account(app.db(), account.id).await?;
    let people = persons::list_by_ids(app.db(), rows.iter().map(|row| row.person_id).collect()).await?;
    let people: HashMap<_, _> = people.into_iter().map(|person| (person.id, person)).collect();
    let mut list: Vec<MemberRow> = rows
        .iter()
        .filter_map(|row| {
            let person = people.get(&row.person_id)?;
            Some(MemberRow {
                name: person.shown_name().to_owned(),
                you: person.id == member.person.id,
                role: roles::name(t, row.role()),
                consequence: roles::consequence(t, row.role()),
                roles: roles::options(t, Some(row.role())),
                change_action: member.address(&format!("/members/{}", person.id)),
                remove_action: member.address(&format!("/members/{}/remove", person.id)),
            })
        })
        .collect();
    list.sort_by(|one, other| one.name.cmp(&other.name));
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = match errors.is_empty() {
        true => t.say("members"),
        false => t.with("title-error", "title", t.say("members")),
    };
    let content = MembersPage {
        t,
        shell: member.asked.shell(app, &title, true),
        bench: bench_for(app, member, Area::Members).await?,
        errors,
        account: dress::account(account),
        members: list,
        may_change: member.may(Act::ManageMembers),
        add_action: member.address("/members"),
        email: sent.text("email").to_owned(),
        roles: roles::options(t, Role::parse(sent.text("role"))),
    };
    Ok(private_page(status, &member.asked, &content))
}
