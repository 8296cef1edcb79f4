//! Every entity against the list of Mastodon's fields: none missing, none invented, none of another type, `null` only
//! where it may be.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::account::NO_ROLE;
use super::account::{Account, CredentialAccount, FeatureApproval, Field, MutedAccount, Role, Source};
use super::admin::{AdminAccount, AdminDomainBlock, AdminReport};
use super::application::{Application, CredentialApplication, OAuthMetadata, Token, UserInfo};
use super::conversation::Conversation;
use super::emoji::CustomEmoji;
use super::filter::{Filter, FilterKeyword, FilterResult};
use super::instance::Facts;
use super::list::List;
use super::marker::Marker;
use super::media::{Focus, MediaAttachment, Meta, Size};
use super::notification::Notification;
use super::poll::{OwnVotes, Poll, PollOption};
use super::preferences::Preferences;
use super::push::{Alerts, WebPushSubscription};
use super::quote::{Quote, QuoteApproval};
use super::relationship::Relationship;
use super::report::Report;
use super::search::Search;
use super::status::{Context, Mention, Own, Status, StatusApplication, StatusEdit, StatusSource, StatusTag};
use super::tag::{Tag, TagDay};
use super::{Day, EMPTY, Id, Midnight, Nothing, Time};

const ENTITIES: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/mastodon-api/entities.json"));

#[derive(Deserialize)]
struct Fixture {
    entities: BTreeMap<String, Vec<Specified>>,
}

#[derive(Clone, Deserialize)]
struct Specified {
    field: String,
    #[serde(rename = "type")]
    kind: String,
    nullable: bool,
    optional: bool,
}

/// Where Mastodon itself does otherwise than its documentation, and we do as Mastodon.
const EXCEPTIONS: [&str; 5] = [
    "CustomEmoji.category",     // absent where there is none
    "Account.roles",            // absent for accounts of others
    "MediaAttachment.text_url", // obsolete, sent as null
    "WebPushSubscription.id",   // a number
    "Status.text",              // only in the answer to a deletion
];

fn specified(names: &[&str]) -> Vec<Specified> {
    let fixture: Fixture = serde_json::from_str(ENTITIES).expect("the fixture is JSON");
    let mut fields: Vec<Specified> = names.iter().flat_map(|name| fixture.entities[*name].clone()).collect();
    for field in &mut fields {
        // The only ones that are written with dots.
        field.field = field.field.replace("poll.options[]", "poll[options][]").replace("].title", "][title]");
    }
    fields
}

/// `source[note]` is `source` and `note`; an empty part stands for every item of a list.
fn path(field: &str) -> Vec<&str> {
    let mut parts = field.split('[');
    let mut path = vec![parts.next().unwrap_or_default()];
    path.extend(parts.map(|part| part.trim_end_matches(']')));
    path
}

/// Lists what is wrong with `sample`, which is meant to be the entities of these names laid over each other.
fn faults(names: &[&str], sample: &impl Serialize) -> Vec<String> {
    let sample = serde_json::to_value(sample).expect("views can be written as JSON");
    let fields = specified(names);
    let mut faults = Vec::new();
    for specified in &fields {
        let is_exception = EXCEPTIONS.contains(&format!("{}.{}", names[0], specified.field).as_str());
        let is_in_optional = fields
            .iter()
            .any(|outer| outer.optional && specified.field.starts_with(&format!("{}[", outer.field)));
        check(&sample, &path(&specified.field), specified, is_exception || is_in_optional, &mut faults);
    }
    for name in sample.as_object().expect("entities are objects").keys() {
        if !fields.iter().any(|specified| path(&specified.field)[0] == name) {
            faults.push(format!("{name} is no field"));
        }
    }
    faults
}

fn check(value: &Value, path: &[&str], specified: &Specified, exception: bool, faults: &mut Vec<String>) {
    let name = &specified.field;
    let Some((part, rest)) = path.split_first() else {
        let is_right = if value.is_null() { specified.nullable } else { is_of(&specified.kind, value) };
        if !is_right && !exception {
            faults.push(format!("{name} is {value}, not {}", specified.kind));
        }
        return;
    };
    match (value, *part) {
        (Value::Array(items), "") => {
            items.iter().for_each(|item| check(item, rest, specified, exception, faults))
        }
        (Value::Object(map), part) => match map.get(part) {
            Some(inner) => check(inner, rest, specified, exception, faults),
            None if specified.optional || exception => {}
            None => faults.push(format!("{name} is missing")),
        },
        (Value::Null, _) => {}
        _ => faults.push(format!("{name} stands in something else")),
    }
}

fn is_of(kind: &str, value: &Value) -> bool {
    let is_text = |ends: &dyn Fn(&str) -> bool| value.as_str().is_some_and(ends);
    match kind {
        _ if kind.starts_with("String (Datetime)") => {
            is_text(&|text| text.len() == 24 && text.ends_with('Z') && &text[19..20] == ".")
        }
        _ if kind.starts_with("String (Date)") => is_text(&|text| text.len() == 10),
        _ if kind.starts_with("String (id)") || kind.starts_with("String (number") => {
            is_text(&|text| text.parse::<i64>().is_ok())
        }
        _ if kind.starts_with("String enum {") => {
            let known = kind.trim_start_matches("String enum {").split('}').next().unwrap_or_default();
            is_text(&|text| known.split(", ").any(|word| word == text))
        }
        _ if kind.starts_with("String (URL)") => is_text(&|text| text.contains("://")),
        _ if kind.starts_with("String") => value.is_string(),
        _ if kind.starts_with("Boolean") => value.is_boolean(),
        _ if kind.starts_with("Integer") || kind.starts_with("Number") => value.is_i64() || value.is_u64(),
        _ if kind.starts_with("Float") => value.is_f64(),
        _ if kind.starts_with("Array") => value.is_array(),
        _ => value.is_object(),
    }
}

fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp_micros(1_790_000_100_123_456).expect("it is a time")
}

fn account() -> Account {
    let image = || "https://stadt.example/avatars/original/missing.png".to_owned();
    Account {
        id: Id(1),
        username: "stadtbibliothek".into(),
        acct: "stadtbibliothek".into(),
        display_name: "Stadtbibliothek".into(),
        locked: false,
        bot: false,
        discoverable: true,
        indexable: true,
        group: false,
        created_at: Midnight(noon()),
        note: "<p>Bücher</p>".into(),
        url: "https://stadt.example/@stadtbibliothek".into(),
        uri: "https://stadt.example/users/stadtbibliothek".into(),
        avatar: image(),
        avatar_static: image(),
        avatar_description: String::new(),
        header: image(),
        header_static: image(),
        header_description: String::new(),
        followers_count: 1,
        following_count: 2,
        statuses_count: 3,
        last_status_at: Some(Day(noon())),
        hide_collections: Some(false),
        show_media: true,
        show_media_replies: true,
        show_featured: true,
        feature_approval: FeatureApproval::NOBODY,
        emojis: vec![emoji()],
        fields: vec![field()],
        noindex: Some(false),
        roles: Some(EMPTY),
        moved: None,
        suspended: Some(true),
    }
}

fn remote_account() -> Account {
    Account {
        last_status_at: None,
        hide_collections: None,
        noindex: None,
        roles: None,
        suspended: None,
        ..account()
    }
}

fn field() -> Field {
    Field { name: "Web".into(), value: "stadt.example".into(), verified_at: None }
}

fn filter(keywords: Option<Vec<FilterKeyword>>) -> Filter {
    Filter {
        id: Id(5),
        title: "Sport".into(),
        context: vec!["home".into()],
        expires_at: Some(Time(noon())),
        filter_action: "warn".into(),
        statuses: keywords.as_ref().map(|_| EMPTY),
        keywords,
    }
}

fn media() -> MediaAttachment {
    MediaAttachment {
        id: Id(6),
        kind: "image".into(),
        url: Some("https://stadt.example/media/6.jpg".into()),
        preview_url: Some("https://stadt.example/media/6-small.jpg".into()),
        remote_url: None,
        preview_remote_url: None,
        text_url: Nothing,
        meta: Some(Meta {
            focus: Some(Focus { x: 0.0, y: 0.5 }),
            original: Size::new(Some(600), Some(400), None),
            small: Size::new(Some(300), Some(200), None),
        }),
        description: Some("Ein Lesesaal".into()),
        blurhash: None,
    }
}

fn status() -> Status {
    Status {
        id: Id(1001),
        created_at: Time(noon()),
        in_reply_to_id: None,
        in_reply_to_account_id: None,
        sensitive: false,
        spoiler_text: String::new(),
        visibility: "public",
        language: Some("de".into()),
        uri: "https://stadt.example/users/stadtbibliothek/statuses/1001".into(),
        url: "https://stadt.example/@stadtbibliothek/1001".into(),
        replies_count: 0,
        reblogs_count: 0,
        favourites_count: 0,
        quotes_count: 0,
        edited_at: None,
        own: Some(Own {
            favourited: true,
            reblogged: false,
            muted: false,
            bookmarked: false,
            pinned: Some(false),
            filtered: vec![filter_result()],
        }),
        content: "<p>Heute offen</p>".into(),
        reblog: None,
        application: Some(StatusApplication { name: "Tusky".into(), website: None }),
        account: account(),
        media_attachments: vec![media()],
        mentions: vec![Mention {
            id: Id(2),
            username: "rita".into(),
            url: "https://far.example/@rita".into(),
            acct: "rita@far.example".into(),
        }],
        tags: vec![StatusTag { name: "buch".into(), url: "https://stadt.example/tags/buch".into() }],
        emojis: vec![emoji()],
        card: Nothing,
        poll: Some(Poll {
            id: Id(1),
            expires_at: Some(Time(noon())),
            expired: false,
            multiple: false,
            votes_count: 1,
            voters_count: Some(1),
            options: vec![PollOption { title: "Ja".into(), votes_count: Some(1) }],
            emojis: vec![emoji()],
            own: Some(OwnVotes { voted: true, own_votes: vec![0] }),
        }),
        quote: None,
        quote_approval: QuoteApproval::NOBODY,
        tagged_collections: EMPTY,
        text: Some("Heute offen".into()),
    }
}

fn filter_result() -> FilterResult {
    FilterResult { filter: filter(None), keyword_matches: vec!["Sport".into()], status_matches: Nothing }
}

fn facts() -> Facts {
    Facts {
        domain: "stadt.example".into(),
        address: "https://stadt.example".into(),
        source: "https://code.stadt.example/stadtbote".into(),
        title: "Stadt".into(),
        description: String::new(),
        language: "de".into(),
        email: String::new(),
        max_characters: 5000,
        max_media: 4,
        mime_types: vec!["image/png"],
        most_bytes: (16 << 20, 99 << 20),
        most_pixels: (33_177_600, 8_294_400),
        max_frame_rate: 120,
        max_description: 1500,
        vapid_key: "key".into(),
        counts: [1, 2, 3, 4],
        contact: None,
    }
}

#[test]
fn accounts_are_complete() {
    let credential = CredentialAccount {
        account: account(),
        source: Source {
            privacy: "public",
            sensitive: false,
            language: Some("de".into()),
            note: String::new(),
            fields: vec![field()],
            follow_requests_count: 0,
            hide_collections: false,
            discoverable: true,
            indexable: true,
            attribution_domains: EMPTY,
            quote_policy: "nobody",
        },
        role: role(),
    };
    let muted = MutedAccount { account: account(), mute_expires_at: Some(Time(noon())) };

    assert_eq!(faults(&["Account"], &account()), [""; 0]);
    assert_eq!(faults(&["Account"], &remote_account()), [""; 0]);
    assert_eq!(faults(&["Account#Field"], &field()), [""; 0]);
    assert_eq!(faults(&["FeatureApproval"], &FeatureApproval::NOBODY), [""; 0]);
    assert_eq!(faults(&["Account", "Account#CredentialAccount"], &credential), [""; 0]);
    assert_eq!(faults(&["Role"], &role()), [""; 0]);
    assert_eq!(faults(&["Account", "Account#MutedAccount"], &muted), [""; 0]);
}

fn role() -> Role {
    Role { id: Id(1), name: "owner", color: "", permissions: "0", highlighted: false, collection_limit: 0 }
}

#[test]
fn statuses_are_complete() {
    let boost =
        Status { reblog: Some(Box::new(status())), own: None, application: None, text: None, ..status() };
    let edit = StatusEdit {
        content: String::new(),
        spoiler_text: String::new(),
        sensitive: false,
        created_at: Time(noon()),
        account: account(),
        media_attachments: vec![media()],
        emojis: vec![emoji()],
        quote: Nothing,
    };

    assert_eq!(faults(&["Status"], &status()), [""; 0]);
    assert_eq!(faults(&["Status"], &boost), [""; 0]);
    assert_eq!(faults(&["Status#Mention"], &status().mentions[0]), [""; 0]);
    assert_eq!(faults(&["Status#Tag"], &status().tags[0]), [""; 0]);
    assert_eq!(faults(&["QuoteApproval"], &QuoteApproval::NOBODY), [""; 0]);
    let whole = Quote::Whole { state: "accepted", quoted_status: Some(Box::new(status())) };
    assert_eq!(faults(&["Quote"], &whole), [""; 0]);
    let shallow = Quote::Shallow { state: "accepted", quoted_status_id: Some(Id(1)) };
    assert_eq!(faults(&["ShallowQuote"], &shallow), [""; 0]);
    assert_eq!(faults(&["StatusEdit"], &edit), [""; 0]);
    assert_eq!(
        faults(&["StatusSource"], &StatusSource { id: Id(1), text: "a".into(), spoiler_text: String::new() }),
        [""; 0]
    );
    assert_eq!(faults(&["Context"], &Context { ancestors: vec![status()], descendants: vec![] }), [""; 0]);
    assert_eq!(faults(&["MediaAttachment"], &media()), [""; 0]);
    assert_eq!(faults(&["MediaAttachment"], &MediaAttachment { url: None, meta: None, ..media() }), [""; 0]);
}

#[test]
fn without_a_token_the_keys_about_oneself_are_absent() {
    let anonymous = serde_json::to_value(Status { own: None, ..status() }).expect("it can be written");

    for key in ["favourited", "reblogged", "muted", "bookmarked", "pinned", "filtered"] {
        assert_eq!(anonymous.get(key), None, "{key}");
    }
}

#[test]
fn what_belongs_to_accounts_is_complete() {
    let relationship = Relationship {
        id: Id(2),
        following: true,
        showing_reblogs: true,
        notifying: false,
        languages: None,
        followed_by: false,
        blocking: false,
        blocked_by: false,
        muting: true,
        muting_notifications: true,
        muting_expires_at: Some(Time(noon())),
        requested: false,
        requested_by: false,
        domain_blocking: false,
        endorsed: false,
        note: String::new(),
    };
    let list = List { id: Id(1), title: "Ämter".into(), replies_policy: "list".into(), exclusive: false };
    let marker = Marker { last_read_id: "1001".into(), version: 1, updated_at: Time(noon()) };
    let keyword = FilterKeyword { id: Id(1), keyword: "Sport".into(), whole_word: true };
    let preferences = Preferences {
        visibility: "public",
        sensitive: false,
        language: None,
        quote_policy: "nobody",
        expand_media: "default",
        expand_spoilers: false,
        autoplay_gifs: false,
    };
    let push = WebPushSubscription {
        id: 1,
        endpoint: "https://push.example/1".into(),
        standard: true,
        server_key: "key".into(),
        alerts: Alerts::default(),
        policy: "all".into(),
    };

    assert_eq!(faults(&["Relationship"], &relationship), [""; 0]);
    assert_eq!(faults(&["List"], &list), [""; 0]);
    assert_eq!(faults(&["Marker"], &marker), [""; 0]);
    assert_eq!(faults(&["FilterKeyword"], &keyword), [""; 0]);
    assert_eq!(faults(&["Filter"], &filter(Some(vec![keyword]))), [""; 0]);
    assert_eq!(faults(&["Filter"], &filter(None)), [""; 0]);
    assert_eq!(faults(&["FilterResult"], &filter_result()), [""; 0]);
    assert_eq!(faults(&["Preferences"], &preferences), [""; 0]);
    assert_eq!(faults(&["WebPushSubscription"], &push), [""; 0]);
}

fn emoji() -> CustomEmoji {
    CustomEmoji {
        shortcode: "heart".into(),
        url: "https://stadt.example/copies/post_emojis/1/a".into(),
        static_url: "https://stadt.example/copies/post_emojis/1/a".into(),
        visible_in_picker: false,
    }
}

#[test]
fn what_was_found_or_happened_is_complete() {
    let notification = |kind: &str, status| Notification {
        id: Id(1),
        kind: kind.into(),
        group_key: "ungrouped-1".into(),
        created_at: Time(noon()),
        account: remote_account(),
        status,
    };
    let conversation = Conversation { id: Id(1), unread: true, accounts: vec![account()], last_status: None };
    let tag = Tag {
        id: Id(1),
        name: "buch".into(),
        url: "https://stadt.example/tags/buch".into(),
        history: vec![TagDay { day: "1789948800".into(), uses: "1".into(), accounts: "1".into() }],
        following: Some(false),
        featuring: Some(false),
    };
    let report = Report {
        id: Id(1),
        action_taken: false,
        action_taken_at: Nothing,
        category: "spam".into(),
        comment: String::new(),
        forwarded: false,
        created_at: Time(noon()),
        status_ids: vec![Id(1)],
        rule_ids: vec![],
        collection_ids: EMPTY,
        target_account: remote_account(),
    };
    let search =
        Search { accounts: vec![], statuses: vec![], hashtags: vec![tag.clone()], collections: EMPTY };

    assert_eq!(faults(&["Notification"], &notification("mention", Some(status()))), [""; 0]);
    assert_eq!(faults(&["Notification"], &notification("follow", None)), [""; 0]);
    assert_eq!(faults(&["Conversation"], &conversation), [""; 0]);
    assert_eq!(faults(&["Tag"], &tag), [""; 0]);
    assert_eq!(faults(&["CustomEmoji"], &emoji()), [""; 0]);
    assert_eq!(faults(&["Report"], &report), [""; 0]);
    assert_eq!(faults(&["Search"], &search), [""; 0]);
}

#[test]
fn what_moderators_see_is_complete() {
    let admin = || AdminAccount {
        id: Id(1),
        username: "rita".into(),
        domain: Some("far.example".into()),
        created_at: Time(noon()),
        email: String::new(),
        ip: None,
        ips: EMPTY,
        locale: "de".into(),
        invite_request: None,
        role: NO_ROLE,
        confirmed: true,
        approved: true,
        disabled: false,
        sensitized: false,
        silenced: false,
        suspended: false,
        account: remote_account(),
    };
    let report = AdminReport {
        id: Id(1),
        action_taken: true,
        action_taken_at: Some(Time(noon())),
        category: "other",
        comment: "Unsinn".into(),
        forwarded: false,
        created_at: Time(noon()),
        updated_at: Time(noon()),
        account: admin(),
        target_account: admin(),
        assigned_account: Some(admin()),
        action_taken_by_account: None,
        statuses: vec![status()],
        rules: EMPTY,
    };
    let block = AdminDomainBlock {
        id: Id(1),
        domain: "far.example".into(),
        digest: "ab".into(),
        created_at: Time(noon()),
        severity: "silence",
        reject_media: false,
        reject_reports: false,
        private_comment: None,
        public_comment: Some("zu laut".into()),
        obfuscate: false,
    };

    assert_eq!(faults(&["Admin::Account"], &admin()), [""; 0]);
    assert_eq!(faults(&["Admin::Report"], &report), [""; 0]);
    assert_eq!(faults(&["Admin::DomainBlock"], &block), [""; 0]);
}

#[test]
fn applications_and_tokens_are_complete() {
    let application = Application {
        id: Id(1),
        name: "Tusky".into(),
        website: None,
        scopes: vec!["read".into()],
        redirect_uris: vec!["tusky://a".into()],
        redirect_uri: "tusky://a".into(),
        vapid_key: "key".into(),
    };
    let credential = CredentialApplication {
        application: application.clone(),
        client_id: "a".into(),
        client_secret: "b".into(),
        client_secret_expires_at: 0,
    };
    let token = Token { access_token: "a".into(), token_type: "Bearer", scope: "read".into(), created_at: 1 };
    let address = || "https://stadt.example/x".to_owned();
    let info = UserInfo {
        iss: address(),
        sub: address(),
        name: "Stadt".into(),
        preferred_username: "stadt".into(),
        profile: address(),
        picture: address(),
    };
    let metadata = OAuthMetadata {
        issuer: address(),
        service_documentation: "https://docs.example/",
        authorization_endpoint: address(),
        token_endpoint: address(),
        app_registration_endpoint: address(),
        revocation_endpoint: address(),
        userinfo_endpoint: address(),
        scopes_supported: vec!["read".into()],
        response_types_supported: ["code"],
        response_modes_supported: ["query"],
        grant_types_supported: ["authorization_code", "client_credentials"],
        token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
        code_challenge_methods_supported: ["S256"],
    };

    assert_eq!(faults(&["Application"], &application), [""; 0]);
    assert_eq!(faults(&["Application", "Application#CredentialApplication"], &credential), [""; 0]);
    assert_eq!(faults(&["Token"], &token), [""; 0]);
    assert_eq!(faults(&["UserInfo (/oauth/userinfo)"], &info), [""; 0]);
    assert_eq!(faults(&["OAuthMetadata (/.well-known/oauth-authorization-server)"], &metadata), [""; 0]);
}

#[test]
fn the_instance_is_complete() {
    let with_contact = Facts { contact: Some(account()), ..facts() };

    assert_eq!(faults(&["Instance"], &facts().instance()), [""; 0]);
    assert_eq!(faults(&["Instance"], &with_contact.instance()), [""; 0]);
    assert_eq!(faults(&["V1::Instance"], &facts().first_instance()), [""; 0]);
}

#[test]
fn times_have_three_decimals_and_days_none() {
    let on_the_second = DateTime::from_timestamp(1_790_000_100, 0).expect("it is a time");

    assert_eq!(json!(Time(noon())), json!("2026-09-21T14:15:00.123Z"));
    assert_eq!(json!(Time(on_the_second)), json!("2026-09-21T14:15:00.000Z"));
    assert_eq!(json!(Midnight(noon())), json!("2026-09-21T00:00:00.000Z"));
    assert_eq!(json!(Day(noon())), json!("2026-09-21"));
    assert_eq!(json!([Id(9_007_199_254_740_993)]), json!(["9007199254740993"]));
}
