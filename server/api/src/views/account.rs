//! Accounts.

use std::collections::HashMap;

use serde::Serialize;
use stadtbote_core::actions::{self, accounts_of_ours};
use stadtbote_core::domain::copies::{Use, is_elsewhere};
use stadtbote_core::domain::ids::AccountId;
use stadtbote_core::domain::permission::Role as MemberRole;
use stadtbote_core::store::{Page, accounts, follows};
use stadtbote_core::{App, Error};

use super::emoji::{self, CustomEmoji};
use super::{Day, EMPTY, Empty, Id, Midnight, Time};

/// Mastodon's `Account`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Account {
    pub(crate) id: Id,
    pub(crate) username: String,
    pub(crate) acct: String,
    pub(crate) display_name: String,
    pub(crate) locked: bool,
    pub(crate) bot: bool,
    pub(crate) discoverable: bool,
    pub(crate) indexable: bool,
    pub(crate) group: bool,
    pub(crate) created_at: Midnight,
    pub(crate) note: String,
    pub(crate) url: String,
    pub(crate) uri: String,
    pub(crate) avatar: String,
    pub(crate) avatar_static: String,
    pub(crate) avatar_description: String,
    pub(crate) header: String,
    pub(crate) header_static: String,
    pub(crate) header_description: String,
    pub(crate) followers_count: i64,
    pub(crate) following_count: i64,
    pub(crate) statuses_count: i64,
    pub(crate) last_status_at: Option<Day>,
    pub(crate) hide_collections: Option<bool>,
    pub(crate) show_media: bool,
    pub(crate) show_media_replies: bool,
    pub(crate) show_featured: bool,
    pub(crate) feature_approval: FeatureApproval,
    pub(crate) emojis: Vec<CustomEmoji>,
    pub(crate) fields: Vec<Field>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) noindex: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) roles: Option<Empty>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) suspended: Option<bool>,
    /// Where it has moved to; of that one no further move is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) moved: Option<Box<Account>>,
}

/// A line of a profile.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) verified_at: Option<Time>,
}

/// Who may put an account into a collection: nobody, since there are none here.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FeatureApproval {
    automatic: Empty,
    manual: Empty,
    current_user: &'static str,
}

impl FeatureApproval {
    /// Nobody.
    pub(crate) const NOBODY: FeatureApproval =
        FeatureApproval { automatic: super::EMPTY, manual: super::EMPTY, current_user: "denied" };
}

/// Mastodon's `CredentialAccount`: one's own account.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CredentialAccount {
    #[serde(flatten)]
    pub(crate) account: Account,
    pub(crate) source: Source,
    pub(crate) role: Role,
}

/// One's own account as it was written.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Source {
    pub(crate) privacy: &'static str,
    pub(crate) sensitive: bool,
    pub(crate) language: Option<String>,
    pub(crate) note: String,
    pub(crate) fields: Vec<Field>,
    pub(crate) follow_requests_count: u64,
    pub(crate) hide_collections: bool,
    pub(crate) discoverable: bool,
    pub(crate) indexable: bool,
    pub(crate) attribution_domains: Empty,
    pub(crate) quote_policy: &'static str,
}

/// Mastodon's `Role`, whose rights are all about its administration: here it names the person's role in the account.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Role {
    pub(crate) id: Id,
    pub(crate) name: &'static str,
    pub(crate) color: &'static str,
    pub(crate) permissions: &'static str,
    pub(crate) highlighted: bool,
    pub(crate) collection_limit: u64,
}

/// Mastodon's `MutedAccount`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct MutedAccount {
    #[serde(flatten)]
    pub(crate) account: Account,
    pub(crate) mute_expires_at: Option<Time>,
}

/// The pictures of accounts that have none; clients know these names.
pub(crate) const NO_AVATAR: &str = "/avatars/original/missing.png";
pub(crate) const NO_HEADER: &str = "/headers/original/missing.png";

/// An account as anybody may see it.
pub(crate) fn view(app: &App, row: &accounts::Model) -> Account {
    let avatar = picture(app, row, Use::Avatar);
    let header = picture(app, row, Use::Header);
    let account = Account {
        id: Id(row.id.0),
        username: row.username.clone(),
        acct: row.acct(),
        display_name: row.display_name.clone(),
        locked: row.locked,
        bot: matches!(row.kind.as_str(), "service" | "application"),
        discoverable: row.discoverable,
        indexable: row.indexable,
        group: row.kind == "group",
        created_at: Midnight(row.created_at),
        note: row.note.clone(),
        url: row.url.clone(),
        uri: row.uri.clone(),
        avatar_static: avatar.clone(),
        avatar,
        avatar_description: row.avatar_description.clone(),
        header_static: header.clone(),
        header,
        header_description: row.header_description.clone(),
        followers_count: row.followers_count,
        following_count: row.following_count,
        statuses_count: row.posts_count,
        last_status_at: row.last_post_at.map(Day),
        hide_collections: row.is_ours().then_some(row.hide_collections),
        show_media: true,
        show_media_replies: true,
        show_featured: false,
        feature_approval: FeatureApproval::NOBODY,
        emojis: emoji::views(app, Use::AccountEmoji, row.id.0, row.emojis.as_deref()),
        fields: fields(row, |field| field.value),
        noindex: row.is_ours().then_some(!row.indexable),
        roles: row.is_ours().then_some(EMPTY),
        suspended: None,
        moved: None,
    };
    if row.is_gone() { emptied(app, account) } else { account }
}

/// The accounts of a list, whose cursors went into its links.
pub(crate) fn views(app: &App, rows: &[(i64, accounts::Model)]) -> Vec<Account> {
    rows.iter().map(|(_, row)| view(app, row)).collect()
}

/// Of a suspended account only the name is left.
fn emptied(app: &App, account: Account) -> Account {
    let server = &app.config.server;
    Account {
        display_name: String::new(),
        note: String::new(),
        fields: vec![],
        emojis: vec![],
        avatar: server.address(NO_AVATAR),
        avatar_static: server.address(NO_AVATAR),
        header: server.address(NO_HEADER),
        header_static: server.address(NO_HEADER),
        followers_count: 0,
        following_count: 0,
        statuses_count: 0,
        last_status_at: None,
        locked: false,
        bot: false,
        discoverable: false,
        suspended: Some(true),
        ..account
    }
}

/// The address of an account's picture: a file of ours, a copy of one elsewhere, or the one that stands for none.
fn picture(app: &App, row: &accounts::Model, used: Use) -> String {
    let (picture, none) = match used {
        Use::Header => (row.header.as_deref(), NO_HEADER),
        _ => (row.avatar.as_deref(), NO_AVATAR),
    };
    match picture {
        Some(elsewhere) if is_elsewhere(elsewhere) => {
            app.config.server.address(&used.path(row.id.0, elsewhere))
        }
        Some(file) => super::media::address(app, file),
        None => app.config.server.address(none),
    }
}

fn fields(row: &accounts::Model, value: fn(accounts_of_ours::Field) -> String) -> Vec<Field> {
    let fields = accounts_of_ours::fields(row).into_iter();
    fields.map(|field| Field { name: field.name.clone(), value: value(field), verified_at: None }).collect()
}

/// The accounts with these ids, ready to be shown.
pub(crate) async fn load(app: &App, ids: Vec<AccountId>) -> Result<HashMap<AccountId, Account>, Error> {
    let rows = accounts::list_by_ids(app.db(), ids).await?;
    let new: Vec<String> = rows.iter().filter_map(|row| row.moved_to.clone()).collect();
    let new = accounts::list_by_uris(app.db(), new).await?;
    let shown = rows.iter().map(|row| {
        let moved = new.iter().find(|new| row.moved_to.as_ref() == Some(&new.uri));
        let moved = moved.map(|new| Box::new(view(app, new)));
        (row.id, Account { moved, ..view(app, row) })
    });
    Ok(shown.collect())
}

/// One account with where it has moved to.
pub(crate) async fn load_one(app: &App, row: &accounts::Model) -> Result<Account, Error> {
    let new = match &row.moved_to {
        Some(uri) => accounts::find_by_uri(app.db(), uri).await?,
        None => None,
    };
    Ok(Account { moved: new.map(|new| Box::new(view(app, &new))), ..view(app, row) })
}

/// A member's own account.
pub(crate) async fn own(app: &App, member: &actions::Member) -> Result<CredentialAccount, Error> {
    let row = &member.account;
    let requests = follows::list_requests(app.db(), row.id, &Page::newest(40)).await?.len() as u64;
    Ok(CredentialAccount {
        account: view(app, row),
        source: Source {
            privacy: row.default_visibility.name(),
            sensitive: row.default_sensitive,
            language: row.default_language.clone(),
            note: row.note_source.clone(),
            fields: fields(row, |field| field.source),
            follow_requests_count: requests,
            hide_collections: row.hide_collections,
            discoverable: row.discoverable,
            indexable: row.indexable,
            attribution_domains: EMPTY,
            quote_policy: row.default_quotes().name(),
        },
        role: role(member.role),
    })
}

/// The role of those who have none here.
pub(crate) const NO_ROLE: Role =
    Role { id: Id(0), name: "", color: "", permissions: "0", highlighted: false, collection_limit: 0 };

/// None of the rights that Mastodon counts here: its administration is not part of this door.
fn role(role: MemberRole) -> Role {
    let place = MemberRole::ALL.iter().position(|known| *known == role).unwrap_or_default();
    Role {
        id: Id(place as i64 + 1),
        name: role.name(),
        color: "",
        permissions: "0",
        highlighted: false,
        collection_limit: 0,
    }
}
