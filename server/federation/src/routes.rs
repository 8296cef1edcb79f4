//! What other servers ask for: discovery, actors, posts, collections, inboxes.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, OriginalUri, Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, json};
use stadtbote_core::Error;
use stadtbote_core::domain::handle::Handle;
use stadtbote_core::domain::ids::PostId;
use stadtbote_core::domain::policy::Interaction;
use stadtbote_core::store::posts::{ByAuthor, Viewer};
use stadtbote_core::store::{Page, accounts, featured_tags as stored_tags, pins, posts};

use crate::inbox::{Recipient, Request};
use crate::{Federation, asker, copies, intents, interactions, quotes, synchronization, to_wire, wire};

/// Most bytes of an activity.
const MOST_BYTES: usize = 1024 * 1024;
/// Posts on a page of the outbox (Mastodon's number).
const OUTBOX_PAGE: u64 = 20;
/// Addresses on a page of replies, or of a thread.
const REPLIES_PAGE: u64 = 60;

/// The routes of this door. `/users/NAME` and `/users/NAME/statuses/ID` answer ActivityPub whatever was asked for: who
/// wants a page is sent to it before.
pub fn router(federation: Federation) -> Router {
    let activitypub = Router::new()
        .route("/actor", get(instance_actor))
        .route("/actor/inbox", post(inbox))
        .route("/actor/outbox", get(instance_outbox))
        .route("/inbox", post(inbox))
        .route("/users/{name}", get(actor))
        .route("/users/{name}/inbox", post(inbox))
        .route("/users/{name}/outbox", get(outbox))
        .route("/users/{name}/followers", get(followers))
        .route("/users/{name}/followers_synchronization", get(followers_of_a_host))
        .route("/users/{name}/following", get(following))
        .route("/users/{name}/collections/featured", get(featured))
        .route("/users/{name}/collections/tags", get(featured_tags))
        .route("/users/{name}/quote_authorizations/{id}", get(stamp))
        .route("/users/{name}/like_authorizations/{id}", get(like_authorization))
        .route("/users/{name}/reply_authorizations/{id}", get(reply_authorization))
        .route("/users/{name}/announce_authorizations/{id}", get(boost_authorization))
        .route("/users/{name}/statuses/{id}", get(note))
        .route("/users/{name}/statuses/{id}/activity", get(activity))
        .route("/users/{name}/statuses/{id}/replies", get(replies))
        .route("/users/{name}/statuses/{id}/context", get(thread))
        .layer(axum::middleware::from_fn_with_state(federation.clone(), asker::only_for_askers))
        .layer(axum::middleware::from_fn_with_state(federation.clone(), only_under_our_name));
    let discovery = Router::new()
        .route("/.well-known/webfinger", get(webfinger))
        .route("/.well-known/host-meta", get(host_meta))
        .route("/.well-known/nodeinfo", get(nodeinfo_links))
        .route("/copies/{used}/{id}/{hash}", get(copies::show))
        .route("/nodeinfo/2.0", get(nodeinfo_20))
        .route("/nodeinfo/2.1", get(nodeinfo_21));
    activitypub.merge(discovery).layer(DefaultBodyLimit::max(MOST_BYTES)).with_state(federation)
}

/// An answer that is not there, or why it can't be given.
pub(crate) enum Refused {
    NotFound,
    Unsigned,
    Gone,
    NotYet,
    Fault(Error),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Refused::Fault(error)
    }
}

impl From<stadtbote_core::store::DbErr> for Refused {
    fn from(error: stadtbote_core::store::DbErr) -> Self {
        Refused::Fault(error.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (status, text) = match self {
            Refused::NotFound => (StatusCode::NOT_FOUND, "Not found"),
            Refused::Unsigned => (StatusCode::UNAUTHORIZED, "This server wants requests to be signed"),
            Refused::Gone => (StatusCode::GONE, "Gone"),
            Refused::NotYet => (StatusCode::SERVICE_UNAVAILABLE, "Not ready yet"),
            Refused::Fault(error) => {
                tracing::error!(cause = ?error, "A request by another server failed");
                (StatusCode::SERVICE_UNAVAILABLE, "Try again later")
            }
        };
        let mut response = (status, Json(json!({ "error": text }))).into_response();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("30"));
        }
        response
    }
}

type Answer = Result<Response, Refused>;

pub(crate) fn document(value: &Value) -> Response {
    let headers = [
        (header::CONTENT_TYPE, wire::MEDIA_TYPE),
        (header::VARY, "Accept"),
        (header::CACHE_CONTROL, "public, max-age=60"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    (headers, value.to_string()).into_response()
}

/// Addresses are given out for one host; a foreign `Host` would let somebody else's name speak for us (421). Under
/// http there is no federation at all.
async fn only_under_our_name(
    State(federation): State<Federation>,
    request: axum::extract::Request,
    next: axum::middleware::Next,
) -> Response {
    let server = &federation.app().config.server;
    if !server.federates() {
        return Refused::NotFound.into_response();
    }
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.or(request.uri().host()).unwrap_or_default().to_lowercase();
    if host != server.host() {
        return (StatusCode::MISDIRECTED_REQUEST, Json(json!({ "error": "This name is not ours" })))
            .into_response();
    }
    next.run(request).await
}

async fn inbox(
    State(federation): State<Federation>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(name) = uri.path().strip_prefix("/users/").and_then(|path| path.strip_suffix("/inbox")) {
        match federation.recipient(name).await {
            Ok(Recipient::Here) => {}
            Ok(Recipient::Gone) => return StatusCode::GONE.into_response(),
            Ok(Recipient::Nobody) => return StatusCode::NOT_FOUND.into_response(),
            Err(error) => return Refused::from(error).into_response(),
        }
    }
    let path_and_query = uri.path_and_query().map_or("/", |path| path.as_str());
    let status = federation.take(Request { path_and_query, headers: &headers, body: &body }).await;
    let mut response = status.into_response();
    if matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
    }
    response
}

async fn ours(federation: &Federation, name: &str) -> Result<accounts::Model, Refused> {
    let account = accounts::find_ours(federation.app().db(), name).await?.ok_or(Refused::NotFound)?;
    if account.deleted_at.is_some() { Err(Refused::Gone) } else { Ok(account) }
}

async fn instance_actor(State(federation): State<Federation>) -> Answer {
    let account = accounts::find_instance(federation.app().db()).await?.ok_or(Refused::NotYet)?;
    let actor = to_wire::actor(federation.app(), &account).await?.ok_or(Refused::NotYet)?;
    Ok(document(&actor))
}

/// The server itself says nothing, but its actor names an outbox, and others count what is in it.
async fn instance_outbox(State(federation): State<Federation>) -> Answer {
    let id = federation.app().config.server.address("/actor/outbox");
    Ok(document(&to_wire::collection(&id, 0, None)))
}

async fn actor(State(federation): State<Federation>, Path(name): Path<String>) -> Answer {
    let account = ours(&federation, &name).await?;
    let actor = to_wire::actor(federation.app(), &account).await?.ok_or(Refused::NotYet)?;
    Ok(document(&actor))
}

#[derive(Deserialize)]
struct PageQuery {
    page: Option<String>,
    max_id: Option<i64>,
    min_id: Option<i64>,
}

async fn outbox(
    State(federation): State<Federation>,
    Path(name): Path<String>,
    Query(query): Query<PageQuery>,
) -> Answer {
    let app = federation.app();
    let account = ours(&federation, &name).await?;
    let id = format!("{}/outbox", account.uri);
    if query.page.is_none() {
        return Ok(document(&to_wire::collection(&id, account.posts_count, Some(format!("{id}?page=true")))));
    }
    let page = Page { max_id: query.max_id, min_id: query.min_id, ..Page::newest(OUTBOX_PAGE) };
    let found = posts::list_by_author(app.db(), None, account.id, &ByAuthor::default(), &page).await?;
    let mut items = Vec::new();
    for post in &found {
        match post.boost_of_id {
            None => items.push(to_wire::create_activity(app, post, &account).await?),
            Some(original) => {
                let Some(original) = posts::find_visible(app.db(), None::<Viewer>, original).await? else {
                    continue;
                };
                let Some(author) = accounts::find(app.db(), original.author_id).await? else { continue };
                items.push(to_wire::announce(post, &account, &original, &author));
            }
        }
    }
    let own = match query.max_id {
        Some(max_id) => format!("{id}?page=true&max_id={max_id}"),
        None => format!("{id}?page=true"),
    };
    let is_full = found.len() as u64 == OUTBOX_PAGE;
    let next = found.last().filter(|_| is_full).map(|last| format!("{id}?page=true&max_id={}", last.id));
    Ok(document(&to_wire::page(&own, &id, items, next, "OrderedCollectionPage")))
}

/// Who follows is nobody's business but the account's: only the number is told.
async fn followers(State(federation): State<Federation>, Path(name): Path<String>) -> Answer {
    let account = ours(&federation, &name).await?;
    let id = format!("{}/followers", account.uri);
    Ok(document(&to_wire::collection(&id, account.followers_count, None)))
}

/// Who of the host that asks follows: for that host alone, which signs for it.
async fn followers_of_a_host(
    State(federation): State<Federation>,
    Path(name): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let account = ours(&federation, &name).await?;
    let path_and_query = uri.path_and_query().map_or("/", |path| path.as_str());
    let asker = asker::asker(&federation, path_and_query, &headers).await?;
    let host = asker.and_then(|asker| wire::host(&asker)).ok_or(Refused::Unsigned)?;
    let collection = synchronization::collection(federation.app(), &account, &host).await?;
    let headers = [(header::CONTENT_TYPE, wire::MEDIA_TYPE), (header::CACHE_CONTROL, "private, no-store")];
    Ok((headers, collection.to_string()).into_response())
}

async fn following(State(federation): State<Federation>, Path(name): Path<String>) -> Answer {
    let account = ours(&federation, &name).await?;
    let id = format!("{}/following", account.uri);
    Ok(document(&to_wire::collection(&id, account.following_count, None)))
}

async fn featured(State(federation): State<Federation>, Path(name): Path<String>) -> Answer {
    let app = federation.app();
    let account = ours(&federation, &name).await?;
    let rows = pins::list(app.db(), account.id, &Page::newest(20)).await?;
    let found = posts::list_visible(app.db(), None, rows.iter().map(|row| row.post_id).collect()).await?;
    let items: Vec<Value> = found.iter().map(|post| json!(post.uri)).collect();
    let id = format!("{}/collections/featured", account.uri);
    let mut collection = to_wire::collection(&id, items.len() as i64, None);
    collection["orderedItems"] = json!(items);
    Ok(document(&collection))
}

async fn featured_tags(State(federation): State<Federation>, Path(name): Path<String>) -> Answer {
    let app = federation.app();
    let account = ours(&federation, &name).await?;
    let rows = stored_tags::list_with_tags(app.db(), account.id).await?;
    let shown: Vec<_> = rows.into_iter().map(|(_, tag)| tag).collect();
    Ok(document(&to_wire::featured_tags(app, &account, &shown)))
}

/// A post of that account that everybody may see. Who asks for another gets the same answer as for none.
async fn open_post(
    federation: &Federation,
    name: &str,
    id: &str,
) -> Result<(posts::Model, accounts::Model), Refused> {
    let account = ours(federation, name).await?;
    let id: PostId = id.parse().map_err(|_| Refused::NotFound)?;
    let post = posts::find_any(federation.app().db(), id).await?.filter(|post| post.author_id == account.id);
    match post {
        Some(post) if !post.visibility.is_open() => Err(Refused::NotFound),
        Some(post) if post.state == stadtbote_core::domain::post::State::Deleted => Err(Refused::Gone),
        Some(post) if post.is_published() => Ok((post, account)),
        _ => Err(Refused::NotFound),
    }
}

async fn note(State(federation): State<Federation>, Path((name, id)): Path<(String, String)>) -> Answer {
    let (post, author) = open_post(&federation, &name, &id).await?;
    if post.boost_of_id.is_some() {
        return Err(Refused::NotFound);
    }
    let app = federation.app();
    let mut note = to_wire::note_document(app, &post, &author).await?;
    // GoToSocial reads answers only from a first page that stands in the post itself.
    let found = posts::list_open_replies(app.db(), post.id, None, REPLIES_PAGE).await?;
    let mut first = page_of(&format!("{}/replies", post.uri), None, &found);
    if let Some(page) = first.as_object_mut() {
        page.shift_remove("@context");
    }
    note["replies"]["first"] = first;
    Ok(document(&note))
}

/// The consent of an account of ours to a quote, named by the post that quotes.
async fn stamp(State(federation): State<Federation>, Path((name, id)): Path<(String, String)>) -> Answer {
    let account = ours(&federation, &name).await?;
    let id: PostId = id.parse().map_err(|_| Refused::NotFound)?;
    let stamp = quotes::stamp_document(federation.app(), &account, id).await?;
    Ok(document(&stamp.ok_or(Refused::NotFound)?))
}

async fn like_authorization(
    State(federation): State<Federation>,
    Path((name, id)): Path<(String, String)>,
) -> Answer {
    authorization(&federation, &name, Interaction::Like, &id).await
}

async fn reply_authorization(
    State(federation): State<Federation>,
    Path((name, id)): Path<(String, String)>,
) -> Answer {
    authorization(&federation, &name, Interaction::Reply, &id).await
}

async fn boost_authorization(
    State(federation): State<Federation>,
    Path((name, id)): Path<(String, String)>,
) -> Answer {
    authorization(&federation, &name, Interaction::Boost, &id).await
}

async fn authorization(federation: &Federation, name: &str, interaction: Interaction, id: &str) -> Answer {
    let account = ours(federation, name).await?;
    let number: i64 = id.parse().map_err(|_| Refused::NotFound)?;
    let found = interactions::authorization_document(federation.app(), &account, interaction, number).await?;
    Ok(document(&found.ok_or(Refused::NotFound)?))
}

async fn activity(State(federation): State<Federation>, Path((name, id)): Path<(String, String)>) -> Answer {
    let app = federation.app();
    let (post, author) = open_post(&federation, &name, &id).await?;
    let original = match post.boost_of_id {
        Some(original) => {
            let original =
                posts::find_visible(app.db(), None::<Viewer>, original).await?.ok_or(Refused::NotFound)?;
            let original_author =
                accounts::find(app.db(), original.author_id).await?.ok_or(Refused::NotFound)?;
            Some((original, original_author))
        }
        None => None,
    };
    let boosted = original.as_ref().map(|(post, author)| (post, author));
    Ok(document(&to_wire::create(app, &post, &author, boosted).await?.document))
}

/// The thread that a post of ours began, as the context of all its posts (FEP-7888).
async fn thread(
    State(federation): State<Federation>,
    Path((name, id)): Path<(String, String)>,
    Query(query): Query<RepliesQuery>,
) -> Answer {
    let (post, author) = open_post(&federation, &name, &id).await?;
    if post.thread_id != post.id {
        return Err(Refused::NotFound);
    }
    let id = to_wire::context_of(&post);
    if query.page.is_none() {
        let value = json!({
            "@context": wire::CONTEXT,
            "id": id,
            "type": "Collection",
            "attributedTo": author.uri,
            "first": format!("{id}?page=1"),
        });
        return Ok(document(&value));
    }
    let found = posts::list_open_thread(federation.app().db(), post.id, query.after, REPLIES_PAGE).await?;
    Ok(document(&page_of(&id, query.after, &found)))
}

/// A page of addresses, those after a post.
fn page_of(id: &str, after: Option<PostId>, found: &[posts::Model]) -> Value {
    let items: Vec<Value> = found.iter().map(|post| json!(post.uri)).collect();
    let own = match after {
        Some(after) => format!("{id}?page=1&after={after}"),
        None => format!("{id}?page=1"),
    };
    let is_full = found.len() as u64 == REPLIES_PAGE;
    let next = found.last().filter(|_| is_full).map(|last| format!("{id}?page=1&after={}", last.id));
    to_wire::page(&own, id, items, next, "CollectionPage")
}

#[derive(Deserialize)]
struct RepliesQuery {
    page: Option<String>,
    after: Option<PostId>,
}

async fn replies(
    State(federation): State<Federation>,
    Path((name, id)): Path<(String, String)>,
    Query(query): Query<RepliesQuery>,
) -> Answer {
    let (post, _) = open_post(&federation, &name, &id).await?;
    let id = format!("{}/replies", post.uri);
    if query.page.is_none() {
        let value = json!({
            "@context": wire::CONTEXT,
            "id": id,
            "type": "Collection",
            "totalItems": post.replies_count,
            "first": format!("{id}?page=1"),
        });
        return Ok(document(&value));
    }
    let found = posts::list_open_replies(federation.app().db(), post.id, query.after, REPLIES_PAGE).await?;
    Ok(document(&page_of(&id, query.after, &found)))
}

#[derive(Deserialize)]
struct WebfingerQuery {
    resource: Option<String>,
}

async fn webfinger(State(federation): State<Federation>, Query(query): Query<WebfingerQuery>) -> Answer {
    let app = federation.app();
    let server = &app.config.server;
    if !server.federates() {
        return Err(Refused::NotFound);
    }
    let Some(resource) = query.resource.filter(|resource| resource.len() <= 2048) else {
        return Ok((StatusCode::BAD_REQUEST, Json(json!({ "error": "Say which resource" }))).into_response());
    };
    let account = match resource.strip_prefix("acct:") {
        Some(handle) => {
            let Some(handle) = Handle::parse(handle) else {
                return Ok(
                    (StatusCode::BAD_REQUEST, Json(json!({ "error": "That is no handle" }))).into_response()
                );
            };
            let domain = handle.domain.unwrap_or_default();
            let host = server.public_url.host_str().unwrap_or_default();
            if domain != server.account_domain && domain != host {
                return Err(Refused::NotFound);
            }
            if handle.username == server.account_domain || handle.username == host {
                accounts::find_instance(app.db()).await?
            } else {
                accounts::find_ours(app.db(), &handle.username).await?
            }
        }
        // The server itself (FEP-d556).
        None if resource.trim_end_matches('/') == server.address("/").trim_end_matches('/') => {
            accounts::find_instance(app.db()).await?
        }
        None => match resource.strip_prefix(server.address("/@").as_str()) {
            Some(name) => accounts::find_ours(app.db(), name).await?,
            None => accounts::find_by_uri(app.db(), &resource).await?.filter(accounts::Model::is_ours),
        },
    };
    let account = account.ok_or(Refused::NotFound)?;
    if account.deleted_at.is_some() {
        return Err(Refused::Gone);
    }
    let mut links = vec![
        json!({ "rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": account.url }),
        json!({ "rel": "self", "type": "application/activity+json", "href": account.uri }),
    ];
    if let Some(avatar) = &account.avatar {
        links.push(json!({
            "rel": "http://webfinger.net/rel/avatar",
            "href": server.address(&format!("/media/{avatar}")),
        }));
    }
    if account.is_instance() {
        let rel = "https://www.w3.org/ns/activitystreams#Service";
        links.push(json!({ "rel": rel, "type": "application/activity+json", "href": account.uri }));
    } else {
        links.extend(intents::ours(server));
    }
    let jrd = json!({
        "subject": format!("acct:{}", account.handle()),
        "aliases": [account.url, account.uri],
        "links": links,
    });
    Ok(open_to_all("application/jrd+json; charset=utf-8", jrd.to_string()))
}

async fn host_meta(State(federation): State<Federation>) -> Answer {
    let server = &federation.app().config.server;
    if !server.federates() {
        return Err(Refused::NotFound);
    }
    let template = server.address("/.well-known/webfinger?resource={uri}");
    let xrd = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<XRD xmlns=\"http://docs.oasis-open.org/ns/xri/xrd-1.0\">\n  <Link \
         rel=\"lrdd\" template=\"{template}\"/>\n</XRD>\n"
    );
    Ok(open_to_all("application/xrd+xml; charset=utf-8", xrd))
}

async fn nodeinfo_links(State(federation): State<Federation>) -> Response {
    let server = &federation.app().config.server;
    let mut links = vec![];
    for version in ["2.0", "2.1"] {
        links.push(json!({
            "rel": format!("http://nodeinfo.diaspora.software/ns/schema/{version}"),
            "href": server.address(&format!("/nodeinfo/{version}")),
        }));
    }
    if server.federates() {
        // FEP-2677: who signs our requests.
        links.push(json!({
            "rel": "https://www.w3.org/ns/activitystreams#Application",
            "href": server.address("/actor"),
        }));
    }
    open_to_all("application/json; charset=utf-8", json!({ "links": links }).to_string())
}

async fn nodeinfo_20(State(federation): State<Federation>) -> Answer {
    nodeinfo(&federation, "2.0").await
}

async fn nodeinfo_21(State(federation): State<Federation>) -> Answer {
    nodeinfo(&federation, "2.1").await
}

async fn nodeinfo(federation: &Federation, version: &str) -> Answer {
    let app = federation.app();
    let accounts = accounts::count_ours(app.db()).await?;
    let posts = posts::count_ours(app.db()).await?;
    let active = federation.active().await?;
    let mut software = json!({ "name": "stadtbote", "version": env!("CARGO_PKG_VERSION") });
    if version == "2.1" {
        software["homepage"] = json!(app.config.server.public_url.as_str());
        if let Some(source) = &app.config.server.source_url {
            software["repository"] = json!(source.as_str());
        }
    }
    let info = json!({
        "version": version,
        "software": software,
        "protocols": ["activitypub"],
        "services": { "inbound": [], "outbound": ["rss2.0"] },
        "openRegistrations": false,
        "usage": {
            "users": { "total": accounts, "activeMonth": active.month, "activeHalfyear": active.half_a_year },
            "localPosts": posts,
        },
        "metadata": { "nodeName": app.config.instance.title, "nodeDescription": app.config.instance.description },
    });
    let content_type = format!(
        "application/json; profile=\"http://nodeinfo.diaspora.software/ns/schema/{version}#\"; charset=utf-8"
    );
    Ok(open_to_all(&content_type, info.to_string()))
}

fn open_to_all(content_type: &str, body: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    (headers, body).into_response()
}

/// Whether a request asks for ActivityPub rather than a page.
pub fn wants_activitypub(headers: &HeaderMap) -> bool {
    let accept = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let mut best_page = 0.0_f32;
    let mut best_document = 0.0_f32;
    for part in accept.flat_map(|accept| accept.split(',')) {
        let mut pieces = part.split(';').map(str::trim);
        let kind = pieces.next().unwrap_or_default().to_ascii_lowercase();
        let quality = pieces.find_map(|piece| piece.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
        match kind.as_str() {
            "application/activity+json" | "application/ld+json" | "application/json" => {
                best_document = best_document.max(quality);
            }
            "text/html" | "application/xhtml+xml" => best_page = best_page.max(quality),
            _ => {}
        }
    }
    best_document > best_page
}

/// Where a browser finds what stands at an ActivityPub address.
pub fn page_for(path: &str) -> Option<Redirect> {
    let rest = path.strip_prefix("/users/")?;
    let mut parts = rest.split('/');
    match (parts.next()?, parts.next(), parts.next(), parts.next()) {
        (name, None, None, None) => Some(Redirect::to(&format!("/@{name}"))),
        (name, Some("statuses"), Some(id), None) => Some(Redirect::to(&format!("/@{name}/{id}"))),
        _ => None,
    }
}
