//! Our accounts and institutions: make, change.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::actions::Member;
use crate::actions::audit;
use crate::app::Tx;
use crate::domain::handle::{is_reserved, is_username};
use crate::domain::ids::{AccountId, InstitutionId, JobId, MembershipId, PersonId};
use crate::domain::job::Job;
use crate::domain::permission::{Act, Role};
use crate::domain::policy::Policy;
use crate::domain::post::Visibility;
use crate::domain::{language, text};
use crate::store::{accounts, facts, institutions, jobs, memberships};
use crate::{App, Error};

/// A new account, as somebody asked for it.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Its name in the handle.
    pub username: String,
    /// Its name for people.
    pub display_name: String,
    /// `organization`, `service` or `person`.
    pub kind: String,
    /// The institution that it belongs to, by name; made if it is new.
    pub institution: Option<String>,
}

/// Makes an account, and `owner` its owner.
pub async fn create(app: &App, new: NewAccount, owner: Option<PersonId>) -> Result<accounts::Model, Error> {
    let tx = app.begin_write().await?;
    let account = create_in(app, &tx, new, owner).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(account)
}

/// Makes an account within a larger change.
pub(crate) async fn create_in(
    app: &App,
    tx: &Tx,
    new: NewAccount,
    owner: Option<PersonId>,
) -> Result<accounts::Model, Error> {
    let now = app.clock.now();
    let username = new.username.trim().trim_start_matches('@').to_owned();
    if !is_username(&username) {
        return Err(Error::invalid("Name", "may have up to 30 letters (a to z), digits and underscores"));
    }
    if is_reserved(&username) {
        return Err(Error::invalid("Name", "is reserved"));
    }
    if !matches!(new.kind.as_str(), "organization" | "service" | "person") {
        return Err(Error::invalid("Type", "must be organization, service or person"));
    }
    check_display_name(&new.display_name)?;
    if accounts::find_ours(&**tx, &username).await?.is_some() {
        return Err(Error::invalid("Name", "is already taken"));
    }
    let institution = match new.institution.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
        Some(name) => Some(institution(app, tx, name).await?),
        None => None,
    };
    found(app, tx).await?;

    let mut account = blank(app, app.id(AccountId), &username, &new.kind);
    account.display_name = new.display_name.trim().to_owned();
    account.institution_id = institution;
    accounts::insert(tx, account.clone()).await?;
    audit::write(app, tx, owner, "account created", account.id, json!({ "name": account.username })).await?;
    if let Some(person) = owner {
        let row = memberships::Model {
            id: app.id(MembershipId),
            person_id: person,
            account_id: account.id,
            role: Role::Owner.name().into(),
            created_at: now,
        };
        memberships::put(tx, row).await?;
    }
    jobs::enqueue(tx, app.id(JobId), &Job::MakeKeys { account: account.id }, None, now).await?;
    Ok(account)
}

/// The row of an account of ours before anybody has filled it in.
pub(crate) fn blank(app: &App, id: AccountId, username: &str, kind: &str) -> accounts::Model {
    let server = &app.config.server;
    let uri = match kind {
        "application" => server.address("/actor"),
        _ => server.address(&format!("/users/{username}")),
    };
    accounts::Model {
        id,
        institution_id: None,
        username: username.to_owned(),
        domain: server.account_domain.clone(),
        host: None,
        url: match kind {
            "application" => server.address("/"),
            _ => server.address(&format!("/@{username}")),
        },
        kind: kind.to_owned(),
        display_name: String::new(),
        note: String::new(),
        note_source: String::new(),
        fields: "[]".into(),
        emojis: None,
        avatar: None,
        avatar_description: String::new(),
        header: None,
        header_description: String::new(),
        inbox: format!("{uri}/inbox"),
        shared_inbox: Some(server.address("/inbox")),
        followers: Some(format!("{uri}/followers")),
        featured: Some(format!("{uri}/collections/featured")),
        uri,
        locked: false,
        discoverable: true,
        indexable: true,
        hide_collections: false,
        default_visibility: Visibility::Public,
        default_sensitive: false,
        default_language: None,
        default_quote_policy: Policy::PUBLIC.name().into(),
        followers_count: 0,
        following_count: 0,
        posts_count: 0,
        last_post_at: None,
        version: 1,
        created_at: app.clock.now(),
        fetched_at: None,
        suspended_at: None,
        limited_at: None,
        shut_out_at: None,
        moved_to: None,
        moved_at: None,
        suspended_elsewhere: false,
        also_known_as: String::new(),
        deleted_at: None,
    }
}

/// The institution of that name, made if it is new.
async fn institution(app: &App, tx: &Tx, name: &str) -> Result<InstitutionId, Error> {
    if let Some(found) = institutions::find_by_name(&**tx, name).await? {
        return Ok(found.id);
    }
    if name.chars().count() > 100 {
        return Err(Error::invalid("Institution", "must be shorter than 100 characters"));
    }
    let row = institutions::Model {
        id: app.id(InstitutionId),
        name: name.to_owned(),
        topic: String::new(),
        position: 0,
        created_at: app.clock.now(),
    };
    let id = row.id;
    institutions::insert(tx, row).await?;
    Ok(id)
}

/// Fixes the public address with the first account, for it becomes part of every address from then on.
async fn found(app: &App, tx: &Tx) -> Result<(), Error> {
    if facts::find(&**tx, facts::PUBLIC_URL).await?.is_none() {
        facts::put(tx, facts::PUBLIC_URL, app.config.server.public_url.as_str()).await?;
        facts::put(tx, facts::ACCOUNT_DOMAIN, &app.config.server.account_domain).await?;
    }
    Ok(())
}

/// Whether the server still stands where it was founded; else one sentence that says what to do.
pub async fn check_foundation(app: &App) -> Result<(), Error> {
    let server = &app.config.server;
    for (name, setting, now) in [
        (facts::PUBLIC_URL, "server.public_url", server.public_url.as_str()),
        (facts::ACCOUNT_DOMAIN, "server.account_domain", server.account_domain.as_str()),
    ] {
        if let Some(then) = facts::find(app.db(), name).await?.filter(|then| then != now) {
            return Err(Error::Unexpected(format!(
                "Setting {setting} is {now:?}, but the first account was made under {then:?}: set it back, for the old \
                 address is part of every post and follower"
            )));
        }
    }
    Ok(())
}

/// A field of a profile: a name and a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its value as HTML.
    pub value: String,
    /// Its value as written; empty for others' accounts.
    #[serde(default)]
    pub source: String,
}

/// The fields of an account, as they are kept.
pub fn fields(account: &accounts::Model) -> Vec<Field> {
    serde_json::from_str(&account.fields).unwrap_or_default()
}

/// What changes in a profile; what is none stays.
#[derive(Clone, Debug, Default)]
pub struct ProfileChange {
    /// The name for people.
    pub display_name: Option<String>,
    /// The text about the account, as written.
    pub note: Option<String>,
    /// All fields, as (name, value) written.
    pub fields: Option<Vec<(String, String)>>,
    /// The picture: a file of the media store, or none to take it away.
    pub avatar: Option<Option<String>>,
    /// What the picture shows.
    pub avatar_description: Option<String>,
    /// The header picture: a file of the media store, or none to take it away.
    pub header: Option<Option<String>>,
    /// What the header picture shows.
    pub header_description: Option<String>,
    /// Whether followers wait to be let in.
    pub locked: Option<bool>,
    /// Whether it is an automatic account.
    pub bot: Option<bool>,
    /// Whether others may recommend it.
    pub discoverable: Option<bool>,
    /// Whether others may search its posts.
    pub indexable: Option<bool>,
    /// Whether its followers are kept from view.
    pub hide_collections: Option<bool>,
    /// Who may see a new post, unless said otherwise.
    pub default_visibility: Option<Visibility>,
    /// Whether pictures of a new post are hidden, unless said otherwise.
    pub default_sensitive: Option<bool>,
    /// The language of a new post, unless said otherwise; empty for the server's.
    pub default_language: Option<String>,
    /// Who may quote a new post, unless said otherwise.
    pub default_quotes: Option<Policy>,
}

/// Most fields of a profile.
pub const MOST_FIELDS: usize = 4;

/// Changes a profile, and tells the followers.
pub async fn update_profile(
    app: &App,
    member: &Member,
    change: ProfileChange,
) -> Result<accounts::Model, Error> {
    member.must(Act::EditProfile)?;
    let tx = app.begin_write().await?;
    let mut account = accounts::find(&*tx, member.account.id).await?.ok_or(Error::NotFound("Account"))?;
    if let Some(name) = change.display_name {
        check_display_name(&name)?;
        account.display_name = name.trim().to_owned();
    }
    if let Some(note) = change.note {
        if text::count(&note) > 500 {
            return Err(Error::invalid("Note", "must be shorter than 500 characters"));
        }
        account.note = render(app, &note);
        account.note_source = note;
    }
    if let Some(fields) = change.fields {
        account.fields = serde_json::to_string(&checked_fields(app, fields)?).map_err(Error::unexpected)?;
    }
    if let Some(avatar) = change.avatar {
        account.avatar = avatar;
    }
    if let Some(header) = change.header {
        account.header = header;
    }
    account.avatar_description = change.avatar_description.unwrap_or(account.avatar_description);
    account.header_description = change.header_description.unwrap_or(account.header_description);
    account.locked = change.locked.unwrap_or(account.locked);
    account.discoverable = change.discoverable.unwrap_or(account.discoverable);
    account.indexable = change.indexable.unwrap_or(account.indexable);
    account.hide_collections = change.hide_collections.unwrap_or(account.hide_collections);
    account.default_visibility = change.default_visibility.unwrap_or(account.default_visibility);
    account.default_sensitive = change.default_sensitive.unwrap_or(account.default_sensitive);
    if let Some(policy) = change.default_quotes {
        account.default_quote_policy = policy.name().into();
    }
    match change.bot {
        Some(true) => account.kind = "service".into(),
        Some(false) if account.kind == "service" => account.kind = "organization".into(),
        _ => {}
    }
    match change.default_language.as_deref() {
        Some("") => account.default_language = None,
        Some(tag) => {
            let tag =
                language::parse(tag).ok_or_else(|| Error::invalid("Language", "is not a language tag"))?;
            account.default_language = Some(tag);
        }
        None => {}
    }
    self::change(app, tx, member, account).await
}

/// Keeps a profile that has changed, and tells the followers.
pub(crate) async fn change(
    app: &App,
    tx: Tx,
    member: &Member,
    mut account: accounts::Model,
) -> Result<accounts::Model, Error> {
    accounts::update(&tx, account.clone()).await?;
    account.version += 1;
    let facts = json!({ "version": account.version });
    audit::write(app, &tx, Some(member.person), "profile changed", account.id, facts).await?;
    if app.config.server.federates() {
        let job = Job::DistributeProfile {
            account: account.id,
            version: account.version,
            host: None,
            is_back: false,
        };
        jobs::enqueue(&tx, app.id(JobId), &job, None, app.clock.now()).await?;
    }
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(account)
}

fn check_display_name(name: &str) -> Result<(), Error> {
    if name.chars().count() > 100 || name.chars().any(char::is_control) {
        return Err(Error::invalid("Display name", "must be shorter than 100 characters, on one line"));
    }
    Ok(())
}

fn checked_fields(app: &App, fields: Vec<(String, String)>) -> Result<Vec<Field>, Error> {
    let written: Vec<_> =
        fields.into_iter().filter(|(name, value)| !(name.is_empty() && value.is_empty())).collect();
    if written.len() > MOST_FIELDS {
        return Err(Error::invalid("Fields", format!("can't be more than {MOST_FIELDS}")));
    }
    if written.iter().any(|(name, value)| name.chars().count() > 255 || value.chars().count() > 255) {
        return Err(Error::invalid("Fields", "must be shorter than 255 characters"));
    }
    Ok(written
        .into_iter()
        .map(|(name, source)| {
            let html = render(app, &source);
            let value =
                html.trim_start_matches("<p>").trim_end_matches("</p>").replace("nofollow", "me nofollow");
            Field { name, value, source }
        })
        .collect())
}

/// Own text about an account as HTML; handles in it stay text.
fn render(app: &App, written: &str) -> String {
    text::render(written, &[], |tag| app.config.server.address(&format!("/tags/{tag}")))
}
