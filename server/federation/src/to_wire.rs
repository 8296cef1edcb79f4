//! From our words to ActivityStreams, in the shape that Mastodon sends and everybody reads.

use serde_json::{Map, Value, json};
use stadtbote_core::App;
use stadtbote_core::Error;
use stadtbote_core::actions::{accounts_of_ours, moves};
use stadtbote_core::domain::job::Message;
use stadtbote_core::domain::post::Visibility;
use stadtbote_core::store::posts::Viewer;
use stadtbote_core::store::{
    account_keys, accounts, media, mentions, poll_options, polls, post_tags, post_texts, posts, reports, tags,
};

use crate::wire::{CONTEXT, PUBLIC};
use crate::{quotes, reply_approvals};

/// GoToSocial's terms whose values are addresses or objects.
const LINKS_OF_GTS: [&str; 11] = [
    "interactionPolicy",
    "canQuote",
    "canReply",
    "canLike",
    "canAnnounce",
    "automaticApproval",
    "manualApproval",
    "replyAuthorization",
    "approvedBy",
    "interactingObject",
    "interactionTarget",
];
/// GoToSocial's types.
const TYPES_OF_GTS: [&str; 6] = [
    "LikeRequest",
    "ReplyRequest",
    "AnnounceRequest",
    "LikeAuthorization",
    "ReplyAuthorization",
    "AnnounceAuthorization",
];

/// The terms that our documents use beyond ActivityStreams itself. Nobody fetches a context at runtime.
fn context() -> Value {
    let mut terms = json!({
        "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
        "alsoKnownAs": { "@id": "as:alsoKnownAs", "@type": "@id" },
        "movedTo": { "@id": "as:movedTo", "@type": "@id" },
        "sensitive": "as:sensitive",
        "Hashtag": "as:Hashtag",
        "toot": "http://joinmastodon.org/ns#",
        "featured": { "@id": "toot:featured", "@type": "@id" },
        "featuredTags": { "@id": "toot:featuredTags", "@type": "@id" },
        "discoverable": "toot:discoverable",
        "indexable": "toot:indexable",
        "blurhash": "toot:blurhash",
        "votersCount": "toot:votersCount",
        "quote": { "@id": "https://w3id.org/fep/044f#quote", "@type": "@id" },
        "quoteUri": "http://fedibird.com/ns#quoteUri",
        "_misskey_quote": "https://misskey-hub.net/ns#_misskey_quote",
        "quoteAuthorization": { "@id": "https://w3id.org/fep/044f#quoteAuthorization", "@type": "@id" },
        "QuoteAuthorization": "https://w3id.org/fep/044f#QuoteAuthorization",
        "QuoteRequest": "https://w3id.org/fep/044f#QuoteRequest",
        "gts": "https://gotosocial.org/ns#",
        "focalPoint": { "@container": "@list", "@id": "toot:focalPoint" },
        "schema": "http://schema.org#",
        "PropertyValue": "schema:PropertyValue",
        "value": "schema:value",
        "implements": { "@id": "https://w3id.org/fep/844e#implements", "@type": "@id" },
        "webfinger": "https://purl.archive.org/socialweb/webfinger#webfinger"
    });
    for name in TYPES_OF_GTS {
        terms[name] = json!(format!("gts:{name}"));
    }
    for name in LINKS_OF_GTS {
        terms[name] = json!({ "@id": format!("gts:{name}"), "@type": "@id" });
    }
    json!([
        CONTEXT,
        "https://w3id.org/security/v1",
        "https://w3id.org/security/data-integrity/v1",
        "https://w3id.org/security/multikey/v1",
        "https://www.w3.org/ns/did/v1",
        terms,
    ])
}

pub(crate) fn with_context(object: Value) -> Value {
    let mut document = Map::new();
    document.insert("@context".into(), context());
    if let Value::Object(object) = object {
        document.extend(object);
    }
    Value::Object(document)
}

/// A time as it is written on the wire.
pub(crate) fn time(at: chrono::DateTime<chrono::Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// An account of ours with its public key; none while the key is not made yet.
pub(crate) async fn actor(app: &App, account: &accounts::Model) -> Result<Option<Value>, Error> {
    let key = |algorithm| account_keys::find_current(app.db(), account.id, algorithm);
    let Some(rsa) = key(account_keys::RSA).await? else { return Ok(None) };
    let for_documents = key(account_keys::ED25519).await?.map(|key| {
        json!([{
            "id": key.key_id,
            "type": "Multikey",
            "controller": account.uri,
            "publicKeyMultibase": key.public_key,
        }])
    });
    let server = &app.config.server;
    let mut actor = json!({
        "id": account.uri,
        "type": actor_type(&account.kind),
        "preferredUsername": account.username,
        "name": account.name(),
        "summary": account.note,
        "url": account.url,
        "inbox": account.inbox,
        "outbox": format!("{}/outbox", account.uri),
        "followers": account.followers,
        "following": account.followers.as_ref().map(|_| format!("{}/following", account.uri)),
        "featured": account.featured,
        "featuredTags": account.followers.as_ref().map(|_| tags_of(account)),
        "endpoints": { "sharedInbox": server.address("/inbox") },
        "manuallyApprovesFollowers": account.locked,
        "discoverable": account.discoverable,
        "indexable": account.indexable,
        "published": time(account.created_at),
        "webfinger": account.handle(),
        "publicKey": { "id": rsa.key_id, "owner": account.uri, "publicKeyPem": rsa.public_key },
        "assertionMethod": for_documents,
        "alsoKnownAs": (!account.also_known_as.is_empty()).then(|| moves::aliases(account)),
        "movedTo": account.moved_to,
        "tag": [],
        "attachment": accounts_of_ours::fields(account)
            .into_iter()
            .map(|field| json!({ "type": "PropertyValue", "name": field.name, "value": field.value }))
            .collect::<Vec<_>>(),
    });
    for (name, file, description) in [
        ("icon", &account.avatar, &account.avatar_description),
        ("image", &account.header, &account.header_description),
    ] {
        if let Some(file) = file {
            let mut picture = json!({
                "type": "Image",
                "mediaType": media_type(file),
                "url": server.address(&format!("/media/{file}")),
            });
            if !description.is_empty() {
                picture["summary"] = json!(description);
            }
            actor[name] = picture;
        }
    }
    if account.is_instance() {
        actor["implements"] = implemented();
    } else {
        actor["generator"] =
            json!({ "type": "Application", "id": server.address("/actor"), "implements": implemented() });
    }
    if let Value::Object(map) = &mut actor {
        map.retain(|_, value| !value.is_null());
    }
    Ok(Some(with_context(actor)))
}

/// What other servers may count on and could not see otherwise (FEP-844e).
fn implemented() -> Value {
    json!([
        {
            "type": "Link",
            "href": "https://datatracker.ietf.org/doc/html/rfc9421",
            "name": "RFC-9421: HTTP Message Signatures",
        },
        {
            "type": "Link",
            "href": "https://datatracker.ietf.org/doc/html/rfc9421#name-eddsa-using-curve-edwards25",
            "name": "RFC-9421 signatures using the Ed25519 algorithm",
        },
    ])
}

fn actor_type(kind: &str) -> &'static str {
    match kind {
        "service" => "Service",
        "person" => "Person",
        "group" => "Group",
        "application" => "Application",
        _ => "Organization",
    }
}

fn media_type(file: &str) -> &'static str {
    match file.rsplit('.').next() {
        Some("png") => "image/png",
        Some("webp") => "image/webp",
        Some("gif") => "image/gif",
        Some("avif") => "image/avif",
        _ => "image/jpeg",
    }
}

/// Where a post goes: `to` and `cc`.
pub(crate) fn addressing(
    author: &accounts::Model,
    visibility: Visibility,
    named: &[accounts::Model],
) -> (Vec<String>, Vec<String>) {
    let named: Vec<String> = named.iter().map(|account| account.uri.clone()).collect();
    let followers = author.followers.clone().unwrap_or_default();
    let everybody = PUBLIC.to_owned();
    match visibility {
        Visibility::Public => (vec![everybody], [vec![followers], named].concat()),
        Visibility::Unlisted => (vec![followers], [vec![everybody], named].concat()),
        Visibility::Private => (vec![followers], named),
        Visibility::Direct => (named, vec![]),
    }
}

/// A post of ours as a Note, without a context.
pub(crate) async fn note(app: &App, post: &posts::Model, author: &accounts::Model) -> Result<Value, Error> {
    let texts = post_texts::list_of_posts(app.db(), vec![post.id]).await?;
    let main = texts.first().ok_or(Error::NotFound("Post"))?;
    let named_ids =
        mentions::list_of_posts(app.db(), vec![post.id]).await?.into_iter().map(|row| row.account_id);
    let mut named = accounts::list_by_ids(app.db(), named_ids.collect()).await?;
    named.sort_by_key(|account| account.id);
    let (to, cc) = addressing(author, post.visibility, &named);

    let mut tag: Vec<Value> = named
        .iter()
        .map(|account| json!({ "type": "Mention", "href": account.uri, "name": format!("@{}", account.handle()) }))
        .collect();
    let tag_ids = post_tags::list_of_posts(app.db(), vec![post.id]).await?.into_iter().map(|row| row.tag_id);
    for hashtag in tags::list_by_ids(app.db(), tag_ids.collect()).await? {
        tag.push(to_hashtag(app, &hashtag));
    }
    // The order counts: Mastodon takes the language from the first entry, whose text must be `content`.
    let mut content_map = Map::new();
    let mut summary_map = Map::new();
    for text in &texts {
        content_map.insert(text.language.clone(), json!(text.html));
        if !text.warning.is_empty() {
            summary_map.insert(text.language.clone(), json!(text.warning));
        }
    }
    let attachment: Vec<Value> =
        media::list_of_posts(app.db(), vec![post.id]).await?.iter().map(|file| document(app, file)).collect();
    let replies = format!("{}/replies", post.uri);
    let mut note = json!({
        "id": post.uri,
        "type": "Note",
        "summary": (!main.warning.is_empty()).then_some(&main.warning),
        "inReplyTo": post.in_reply_to_uri,
        "published": time(post.time()),
        "url": post.url,
        "attributedTo": author.uri,
        "to": to,
        "cc": cc,
        "sensitive": post.sensitive || !main.warning.is_empty(),
        "content": main.html,
        "contentMap": content_map,
        "attachment": attachment,
        "tag": tag,
        "replies": { "id": replies, "type": "Collection", "first": format!("{replies}?page=1") },
    });
    if let Some(root) = root_of(app, post).await? {
        note["context"] = json!(context_of(&root));
    }
    if summary_map.len() > 1 {
        note["summaryMap"] = summary_map.into();
    }
    if let Some(edited) = post.edited_at {
        note["updated"] = json!(time(edited));
    }
    if let Some(poll) = polls::find(app.db(), post.id).await? {
        ask(app, &mut note, &poll).await?;
    }
    quotes::describe(app, &mut note, post, author).await?;
    reply_approvals::describe(app, &mut note, post).await?;
    Ok(note)
}

/// The post that began the thread, if it is one of ours that everybody may see: then we keep the thread.
async fn root_of(app: &App, post: &posts::Model) -> Result<Option<posts::Model>, Error> {
    let root = match post.thread_id == post.id {
        true => Some(post.clone()),
        false => posts::find_visible(app.db(), None::<Viewer>, post.thread_id).await?,
    };
    let own = app.config.server.address("/users/");
    Ok(root.filter(|root| root.visibility.is_open() && root.uri.starts_with(&own)))
}

/// The address of the thread that a post began.
pub(crate) fn context_of(root: &posts::Model) -> String {
    format!("{}/context", root.uri)
}

/// Makes a Question of a note.
async fn ask(app: &App, note: &mut Value, poll: &polls::Model) -> Result<(), Error> {
    let options: Vec<Value> = poll_options::list_of_posts(app.db(), vec![poll.post_id])
        .await?
        .into_iter()
        .map(|option| {
            let votes = json!({ "type": "Collection", "totalItems": option.votes_count });
            json!({ "type": "Note", "name": option.title, "replies": votes })
        })
        .collect();
    note["type"] = json!("Question");
    note[if poll.multiple { "anyOf" } else { "oneOf" }] = json!(options);
    note["votersCount"] = json!(poll.voters_count.unwrap_or(0));
    if let Some(at) = poll.closes_at {
        note["endTime"] = json!(time(at));
        if poll.is_closed(app.clock.now()) {
            note["closed"] = json!(time(at));
        }
    }
    Ok(())
}

/// A note as a document of its own.
pub(crate) async fn note_document(
    app: &App,
    post: &posts::Model,
    author: &accounts::Model,
) -> Result<Value, Error> {
    Ok(with_context(note(app, post, author).await?))
}

fn document(app: &App, file: &media::Model) -> Value {
    let url = match &file.file {
        Some(name) => app.config.server.address(&format!("/media/{name}")),
        None => file.remote_url.clone().unwrap_or_default(),
    };
    let mut document = json!({
        "type": "Document",
        "mediaType": file.mime,
        "url": url,
        "name": (!file.description.is_empty()).then_some(&file.description),
    });
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            document[name] = value;
        }
    };
    put("width", file.width.map(Into::into));
    put("height", file.height.map(Into::into));
    put("blurhash", file.blurhash.clone().map(Into::into));
    put("focalPoint", file.focus_x.zip(file.focus_y).map(|(x, y)| json!([x, y])));
    document
}

/// An activity of ours, ready to be queued.
#[derive(Debug)]
pub(crate) struct Activity {
    /// Its id.
    pub(crate) id: String,
    /// Its type.
    pub(crate) kind: &'static str,
    /// What it is about.
    pub(crate) subject: String,
    /// The document.
    pub(crate) document: Value,
}

/// The Create of a post, or the Announce that a boost is; its original is given for the latter.
pub(crate) async fn create(
    app: &App,
    post: &posts::Model,
    author: &accounts::Model,
    boosted: Option<(&posts::Model, &accounts::Model)>,
) -> Result<Activity, Error> {
    if let Some((original, original_author)) = boosted {
        return Ok(Activity {
            id: post.uri.clone(),
            kind: "Announce",
            subject: post.uri.clone(),
            document: with_context(announce(post, author, original, original_author)),
        });
    }
    let id = format!("{}/activity", post.uri);
    Ok(Activity {
        kind: "Create",
        subject: post.uri.clone(),
        document: with_context(create_activity(app, post, author).await?),
        id,
    })
}

/// The Create of a post, without a context.
pub(crate) async fn create_activity(
    app: &App,
    post: &posts::Model,
    author: &accounts::Model,
) -> Result<Value, Error> {
    let note = note(app, post, author).await?;
    Ok(json!({
        "id": format!("{}/activity", post.uri),
        "type": "Create",
        "actor": author.uri,
        "published": note["published"],
        "to": note["to"],
        "cc": note["cc"],
        "object": note,
    }))
}

/// A boost, without a context.
pub(crate) fn announce(
    boost: &posts::Model,
    author: &accounts::Model,
    original: &posts::Model,
    original_author: &accounts::Model,
) -> Value {
    let (to, mut cc) = addressing(author, boost.visibility, &[]);
    if original_author.id != author.id {
        cc.push(original_author.uri.clone());
    }
    json!({
        "id": boost.uri,
        "type": "Announce",
        "actor": author.uri,
        "published": time(boost.time()),
        "to": to,
        "cc": cc,
        "object": original.uri,
    })
}

/// The Update of a post.
pub(crate) async fn update(
    app: &App,
    post: &posts::Model,
    author: &accounts::Model,
) -> Result<Activity, Error> {
    let note = note(app, post, author).await?;
    let id = format!("{}#updates/{}", post.uri, post.version);
    Ok(Activity {
        kind: "Update",
        subject: post.uri.clone(),
        document: with_context(json!({
            "id": id,
            "type": "Update",
            "actor": author.uri,
            "published": note.get("updated").unwrap_or(&note["published"]),
            "to": note["to"],
            "cc": note["cc"],
            "object": note,
        })),
        id,
    })
}

/// The Update that tells of new counts of a poll; none if the post asks nothing.
pub(crate) async fn update_poll(
    app: &App,
    post: &posts::Model,
    author: &accounts::Model,
) -> Result<Option<Activity>, Error> {
    if polls::find(app.db(), post.id).await?.is_none() {
        return Ok(None);
    }
    let question = note(app, post, author).await?;
    let id = format!("{}#updates/{}/{}", post.uri, post.version, app.clock.now().timestamp());
    Ok(Some(Activity {
        kind: "Update",
        subject: post.uri.clone(),
        document: with_context(json!({
            "id": id,
            "type": "Update",
            "actor": author.uri,
            "published": time(app.clock.now()),
            "to": question["to"],
            "cc": question["cc"],
            "object": question,
        })),
        id,
    }))
}

/// The Delete of a post, or the Undo of a boost.
pub(crate) fn delete(
    post: &posts::Model,
    author: &accounts::Model,
    original: Option<&posts::Model>,
) -> Activity {
    if let Some(original) = original {
        let id = format!("{}#undo", post.uri);
        let (to, cc) = addressing(author, post.visibility, &[]);
        return Activity {
            kind: "Delete",
            subject: post.uri.clone(),
            document: with_context(json!({
                "id": id,
                "type": "Undo",
                "actor": author.uri,
                "to": to,
                "cc": cc,
                "object": {
                    "id": post.uri, "type": "Announce", "actor": author.uri, "to": to, "cc": cc, "object": original.uri,
                },
            })),
            id,
        };
    }
    let id = format!("{}#delete", post.uri);
    Activity {
        kind: "Delete",
        subject: post.uri.clone(),
        document: with_context(json!({
            "id": id,
            "type": "Delete",
            "actor": author.uri,
            "to": [PUBLIC],
            "object": { "id": post.uri, "type": "Tombstone", "atomUri": post.uri },
        })),
        id,
    }
}

/// The Update of a profile.
pub(crate) fn update_actor(account: &accounts::Model, mut actor: Value) -> Activity {
    let id = format!("{}#updates/{}", account.uri, account.version);
    let context = actor.as_object_mut().and_then(|actor| actor.shift_remove("@context")).unwrap_or_default();
    Activity {
        kind: "Update",
        subject: account.uri.clone(),
        document: json!({
            "@context": context,
            "id": id,
            "type": "Update",
            "actor": account.uri,
            "to": [PUBLIC],
            "object": actor,
        }),
        id,
    }
}

/// The Move of an account to the address `target`.
pub(crate) fn move_account(account: &accounts::Model, target: &str) -> Activity {
    let id = format!("{}#moves/{}", account.uri, account.version);
    Activity {
        kind: "Move",
        subject: account.uri.clone(),
        document: with_context(json!({
            "id": id,
            "type": "Move",
            "actor": account.uri,
            "to": account.followers,
            "object": account.uri,
            "target": target,
        })),
        id,
    }
}

/// What one account says to another alone. `post` is the post that a Like or a vote is about, `chosen` what was chosen there.
pub(crate) fn message(
    from: &accounts::Model,
    to: &accounts::Model,
    what: &Message,
    post: Option<&posts::Model>,
    chosen: Option<&str>,
) -> Option<Activity> {
    let follow = |uri: &str, actor: &str, object: &str| json!({ "id": uri, "type": "Follow", "actor": actor, "object": object });
    let act = |id: String, kind: &'static str, subject: &str, object: Value| Activity {
        kind,
        subject: subject.to_owned(),
        document: with_context(
            json!({ "id": id, "type": kind, "actor": from.uri, "to": [to.uri], "object": object }),
        ),
        id,
    };
    let answer = |verb: &str, uri: &str| answer_id(from, verb, uri);
    Some(match what {
        Message::Follow { uri } => act(uri.clone(), "Follow", uri, json!(to.uri)),
        Message::UndoFollow { uri } => {
            act(format!("{uri}#undo"), "Undo", uri, follow(uri, &from.uri, &to.uri))
        }
        Message::AcceptFollow { uri } => {
            act(answer("accepts", uri), "Accept", uri, follow(uri, &to.uri, &from.uri))
        }
        Message::RejectFollow { uri } => {
            act(answer("rejects", uri), "Reject", uri, follow(uri, &to.uri, &from.uri))
        }
        Message::Like { uri, .. } => act(uri.clone(), "Like", uri, json!(post?.uri)),
        Message::UndoLike { uri, .. } => {
            let like = json!({ "id": uri, "type": "Like", "actor": from.uri, "object": post?.uri });
            act(format!("{uri}#undo"), "Undo", uri, like)
        }
        Message::Vote { uri, .. } => {
            let vote = json!({
                "id": uri,
                "type": "Note",
                "name": chosen?,
                "attributedTo": from.uri,
                "to": to.uri,
                "inReplyTo": post?.uri,
            });
            act(format!("{uri}/activity"), "Create", uri, vote)
        }
        Message::ReplyRequest { .. }
        | Message::QuoteRequest { .. }
        | Message::AcceptQuote { .. }
        | Message::RejectQuote { .. }
        | Message::RevokeQuote { .. }
        | Message::AnswerInteraction { .. } => return None,
        Message::Block { uri } => act(uri.clone(), "Block", uri, json!(to.uri)),
        Message::UndoBlock { uri } => {
            let block = json!({ "id": uri, "type": "Block", "actor": from.uri, "object": to.uri });
            act(format!("{uri}#undo"), "Undo", uri, block)
        }
        // It tells of more than one post.
        Message::Flag { .. } => return None,
    })
}

/// A report for the moderators of another server, said by our server itself.
pub(crate) fn flag(
    server: &accounts::Model,
    target: &accounts::Model,
    report: &reports::Model,
    posts: &[posts::Model],
) -> Activity {
    let id = format!("{}#flags/{}", server.uri, report.id);
    let about: Vec<&str> =
        std::iter::once(target.uri.as_str()).chain(posts.iter().map(|post| post.uri.as_str())).collect();
    Activity {
        kind: "Flag",
        subject: id.clone(),
        document: with_context(json!({
            "id": id,
            "type": "Flag",
            "actor": server.uri,
            "content": report.comment,
            "object": about,
        })),
        id,
    }
}

/// The id of an answer: the same answer to the same request has the same id, whenever it is given.
pub(crate) fn answer_id(from: &accounts::Model, verb: &str, uri: &str) -> String {
    use sha2::Digest;
    format!("{}#{verb}/{}", from.uri, &hex::encode(sha2::Sha256::digest(uri.as_bytes()))[..24])
}

/// A collection that says only how much is in it, or also where it begins.
pub(crate) fn collection(id: &str, total: i64, first: Option<String>) -> Value {
    let mut collection =
        json!({ "@context": CONTEXT, "id": id, "type": "OrderedCollection", "totalItems": total });
    if let Some(first) = first {
        collection["first"] = json!(first);
    }
    collection
}

/// A hashtag, with its page here.
fn to_hashtag(app: &App, tag: &tags::Model) -> Value {
    json!({
        "type": "Hashtag",
        "href": app.config.server.address(&format!("/tags/{}", tag.name)),
        "name": format!("#{}", tag.shown),
    })
}

/// Where an account of ours tells the hashtags on its profile (Mastodon's address).
fn tags_of(account: &accounts::Model) -> String {
    format!("{}/collections/tags", account.uri)
}

/// The hashtags on the profile of an account of ours.
pub(crate) fn featured_tags(app: &App, account: &accounts::Model, shown: &[tags::Model]) -> Value {
    with_context(json!({
        "id": tags_of(account),
        "type": "Collection",
        "totalItems": shown.len(),
        "items": shown.iter().map(|tag| to_hashtag(app, tag)).collect::<Vec<_>>(),
    }))
}

/// A page of a collection.
pub(crate) fn page(id: &str, part_of: &str, items: Vec<Value>, next: Option<String>, kind: &str) -> Value {
    let items_name = if kind == "CollectionPage" { "items" } else { "orderedItems" };
    let mut page = with_context(json!({ "id": id, "type": kind, "partOf": part_of }));
    page[items_name] = json!(items);
    if let Some(next) = next {
        page["next"] = json!(next);
    }
    page
}
