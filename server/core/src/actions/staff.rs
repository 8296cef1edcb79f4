//! People who work here: set-up, invitations, memberships, leaving.

use chrono::TimeDelta;

use serde_json::json;

use crate::actions::accounts_of_ours::{self, NewAccount};
use crate::actions::audit;
use crate::actions::{Member, sign_in};
use crate::app::{Tx, secret, secret_hash};
use crate::domain::ids::{AccountId, MembershipId, PersonId, RowId};
use crate::domain::password;
use crate::domain::permission::{Act, Role};
use crate::store::{
    accounts, memberships, oauth_codes, oauth_tokens, person_credentials, person_links, persons, sessions,
};
use crate::{App, Error};

/// How long the set-up link works.
pub const SET_UP_LIFE: TimeDelta = TimeDelta::hours(1);
/// How long an invitation works.
pub const INVITATION_LIFE: TimeDelta = TimeDelta::days(7);

/// A new person, as an administrator asked for it.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// Mail address.
    pub email: String,
    /// Name for colleagues; may be empty.
    pub name: String,
    /// Sets up accounts and people.
    pub administrator: bool,
    /// Decides reports.
    pub moderator: bool,
}

/// The one-time link for setting up the server, while there is no administrator.
pub async fn offer_set_up(app: &App) -> Result<Option<String>, Error> {
    if persons::has_administrator(app.db()).await? {
        return Ok(None);
    }
    let tx = app.begin_write().await?;
    person_links::delete_of(&tx, person_links::SET_UP, None).await?;
    let link = link(app, &tx, person_links::SET_UP, None, SET_UP_LIFE).await?;
    tx.commit().await?;
    Ok(Some(link))
}

/// Whether a set-up link may still be used.
pub async fn is_set_up_open(app: &App, token: &str) -> Result<bool, Error> {
    let link = person_links::find(app.db(), &secret_hash(token), app.clock.now()).await?;
    Ok(link.is_some_and(|link| link.kind == person_links::SET_UP))
}

/// Makes the first administrator and the first account, and signs the administrator in. Gives the session's secret.
pub async fn set_up(
    app: &App,
    token: &str,
    email: &str,
    password: &str,
    first: NewAccount,
) -> Result<(String, accounts::Model), Error> {
    check_email(email)?;
    check_password(password, email)?;
    let hash = sign_in::hash(app, password).await?;

    let tx = app.begin_write().await?;
    let link = person_links::find(&*tx, &secret_hash(token), app.clock.now()).await?;
    if link.is_none_or(|link| link.kind != person_links::SET_UP) || persons::has_administrator(&*tx).await? {
        return Err(Error::NotFound("Set-up link"));
    }
    let new = NewPerson { email: email.into(), name: String::new(), administrator: true, moderator: true };
    let person = insert(app, &tx, new).await?;
    let roles = json!({ "administrator": true, "moderator": true });
    audit::write(app, &tx, None, "person created", person.id, roles).await?;
    put_password(app, &tx, person.id, hash).await?;
    person_links::delete_of(&tx, person_links::SET_UP, None).await?;
    let account = accounts_of_ours::create_in(app, &tx, first, Some(person.id)).await?;
    let session = sign_in::begin_session(app, &tx, person.id).await?;
    tx.commit().await?;

    app.job_bell.notify_one();
    Ok((session, account))
}

/// Makes a person. With a password they can sign in; without one the answer has the link to choose it.
pub async fn create(
    app: &App,
    by: Option<PersonId>,
    new: NewPerson,
    password: Option<&str>,
) -> Result<(persons::Model, Option<String>), Error> {
    check_email(&new.email)?;
    let hash = match password {
        Some(password) => {
            check_password(password, &new.email)?;
            Some(sign_in::hash(app, password).await?)
        }
        None => None,
    };

    let tx = app.begin_write().await?;
    let person = insert(app, &tx, new).await?;
    let roles = json!({ "administrator": person.is_administrator, "moderator": person.is_moderator });
    audit::write(app, &tx, by, "person created", person.id, roles).await?;
    let invitation = match hash {
        Some(hash) => {
            put_password(app, &tx, person.id, hash).await?;
            None
        }
        None => Some(link(app, &tx, person_links::PASSWORD, Some(person.id), INVITATION_LIFE).await?),
    };
    tx.commit().await?;
    Ok((person, invitation))
}

/// A new link for somebody who lost the first one or the password. What they were signed in with goes on.
pub async fn invite_again(app: &App, by: Option<PersonId>, person: PersonId) -> Result<String, Error> {
    let tx = app.begin_write().await?;
    persons::find(&*tx, person)
        .await?
        .filter(|person| person.left_at.is_none())
        .ok_or(Error::NotFound("Person"))?;
    person_links::delete_of(&tx, person_links::PASSWORD, Some(person)).await?;
    let link = link(app, &tx, person_links::PASSWORD, Some(person), INVITATION_LIFE).await?;
    audit::write(app, &tx, by, "person invited", person, json!({})).await?;
    tx.commit().await?;
    Ok(link)
}

/// Who was invited by this link, while it works.
pub async fn invited(app: &App, token: &str) -> Result<Option<persons::Model>, Error> {
    let link = person_links::find(app.db(), &secret_hash(token), app.clock.now()).await?;
    match link.filter(|link| link.kind == person_links::PASSWORD).and_then(|link| link.person_id) {
        Some(person) => Ok(persons::find(app.db(), person).await?.filter(|person| person.left_at.is_none())),
        None => Ok(None),
    }
}

/// Chooses a password by an invitation, and signs in. Gives the session's secret. Earlier sessions end.
pub async fn accept_invitation(app: &App, token: &str, password: &str) -> Result<String, Error> {
    let person = invited(app, token).await?.ok_or(Error::NotFound("Invitation"))?;
    check_password(password, &person.email)?;
    let hash = sign_in::hash(app, password).await?;

    let tx = app.begin_write().await?;
    if person_links::find(&*tx, &secret_hash(token), app.clock.now()).await?.is_none() {
        return Err(Error::NotFound("Invitation"));
    }
    person_links::delete_of(&tx, person_links::PASSWORD, Some(person.id)).await?;
    put_password(app, &tx, person.id, hash).await?;
    sessions::delete_of_person(&tx, person.id).await?;
    audit::write(app, &tx, Some(person.id), "password chosen", person.id, json!({})).await?;
    let session = sign_in::begin_session(app, &tx, person.id).await?;
    tx.commit().await?;
    Ok(session)
}

/// Ends all that a person holds: sessions, tokens, memberships, at once. The posts stay.
pub async fn leave(app: &App, by: Option<PersonId>, person: PersonId) -> Result<(), Error> {
    let now = app.clock.now();
    let tx = app.begin_write().await?;
    let mut row = persons::find(&*tx, person).await?.ok_or(Error::NotFound("Person"))?;
    row.left_at.get_or_insert(now);
    row.is_administrator = false;
    row.is_moderator = false;
    persons::update(&tx, row).await?;
    sessions::delete_of_person(&tx, person).await?;
    oauth_tokens::delete_of_person(&tx, person).await?;
    oauth_codes::delete_of_person(&tx, person).await?;
    memberships::delete_of_person(&tx, person).await?;
    person_links::delete_of(&tx, person_links::PASSWORD, Some(person)).await?;
    person_credentials::delete(&tx, person).await?;
    audit::write(app, &tx, by, "person left", person, json!({})).await?;
    tx.commit().await
}

/// Makes a person a member of an account, or changes their role: by an owner.
pub async fn grant_as(app: &App, member: &Member, person: PersonId, role: Role) -> Result<(), Error> {
    member.must(Act::ManageMembers)?;
    grant(app, Some(member.person), person, member.account.id, role).await
}

/// Makes a person a member of an account, or changes their role.
pub async fn grant(
    app: &App,
    by: Option<PersonId>,
    person: PersonId,
    account: AccountId,
    role: Role,
) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    persons::find(&*tx, person)
        .await?
        .filter(|person| person.left_at.is_none())
        .ok_or(Error::NotFound("Person"))?;
    accounts::find(&*tx, account)
        .await?
        .filter(accounts::Model::is_ours)
        .ok_or(Error::NotFound("Account"))?;
    if role != Role::Owner {
        keep_an_owner(&tx, person, account).await?;
    }
    let row = memberships::Model {
        id: app.id(MembershipId),
        person_id: person,
        account_id: account,
        role: role.name().into(),
        created_at: app.clock.now(),
    };
    memberships::put(&tx, row).await?;
    let facts = json!({ "account": account.to_string(), "role": role.name() });
    audit::write(app, &tx, by, "role given", person, facts).await?;
    tx.commit().await
}

/// Ends a membership, with the client programs signed in for it: by an owner, or by the person itself.
pub async fn revoke_as(app: &App, member: &Member, person: PersonId) -> Result<(), Error> {
    if member.person != person {
        member.must(Act::ManageMembers)?;
    }
    let tx = app.begin_write().await?;
    keep_an_owner(&tx, person, member.account.id).await?;
    memberships::delete(&tx, person, member.account.id).await?;
    oauth_tokens::delete_of_member(&tx, person, member.account.id).await?;
    let facts = json!({ "account": member.account.id.to_string() });
    audit::write(app, &tx, Some(member.person), "role taken", person, facts).await?;
    tx.commit().await
}

/// An account without an owner could never be given to anybody again.
async fn keep_an_owner(tx: &Tx, person: PersonId, account: AccountId) -> Result<(), Error> {
    let members = memberships::list_of_account(&**tx, account).await?;
    let owners: Vec<_> = members.iter().filter(|member| member.role() == Role::Owner).collect();
    if owners.len() == 1 && owners[0].person_id == person {
        return Err(Error::Conflict("The account needs another owner first"));
    }
    Ok(())
}

async fn insert(app: &App, tx: &Tx, new: NewPerson) -> Result<persons::Model, Error> {
    let email = new.email.trim().to_owned();
    if persons::find_by_email(&**tx, &email).await?.is_some() {
        return Err(Error::invalid("E-mail", "is already in use"));
    }
    if new.name.chars().count() > 100 {
        return Err(Error::invalid("Name", "must be shorter than 100 characters"));
    }
    let row = persons::Model {
        id: app.id(PersonId),
        email,
        name: new.name.trim().to_owned(),
        locale: "de".into(),
        is_administrator: new.administrator,
        is_moderator: new.moderator,
        created_at: app.clock.now(),
        left_at: None,
    };
    persons::insert(tx, row.clone()).await?;
    Ok(row)
}

async fn put_password(app: &App, tx: &Tx, person: PersonId, password_hash: String) -> Result<(), Error> {
    let row = person_credentials::Model { person_id: person, password_hash, changed_at: app.clock.now() };
    Ok(person_credentials::put(tx, row).await?)
}

async fn link(
    app: &App,
    tx: &Tx,
    kind: &str,
    person: Option<PersonId>,
    life: TimeDelta,
) -> Result<String, Error> {
    let token = secret();
    let now = app.clock.now();
    let row = person_links::Model {
        id: app.id(RowId),
        token_hash: secret_hash(&token),
        kind: kind.into(),
        person_id: person,
        created_at: now,
        expires_at: now + life,
    };
    person_links::insert(tx, row).await?;
    let path = if kind == person_links::SET_UP { "set_up" } else { "invitation" };
    Ok(app.config.server.address(&format!("/auth/{path}/{token}")))
}

fn check_email(email: &str) -> Result<(), Error> {
    if password::is_email(email.trim()) {
        Ok(())
    } else {
        Err(Error::invalid("E-mail", "is not a mail address"))
    }
}

fn check_password(password: &str, email: &str) -> Result<(), Error> {
    match password::fault(password, email) {
        Some(reason) => Err(Error::invalid("Password", reason)),
        None => Ok(()),
    }
}
