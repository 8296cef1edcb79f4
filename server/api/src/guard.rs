//! What every request passes before its handler: who asks, and how often.

use std::net::{IpAddr, Ipv4Addr};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, VARY};
use http::{HeaderValue, Method};
use stadtbote_core::Error;
use stadtbote_core::client_address::ClientAddress;
use stadtbote_core::fresh::Version;

use crate::auth::{self, Caller};
use crate::error::ApiError;
use crate::{Door, kept, limits};

/// Finds out who asks, counts, and says in the answer how often they may still ask.
pub(crate) async fn guard(State(door): State<Door>, mut request: Request, next: Next) -> Response {
    let secret = auth::secret(&request);
    let (version, caller) = match find_caller(&door, request.method() == Method::GET, secret).await {
        Ok(found) => found,
        Err(error) => return ApiError::from(error).into_response(),
    };
    let is_anonymous = matches!(caller, Caller::Anonymous);
    let allowance = door.app.config.limit_requests.then(|| count(&door, &request, &caller)).flatten();
    let key = kept::key(&request, &caller);
    request.extensions_mut().insert(caller);

    let wait = allowance.and_then(|allowance| allowance.wait(door.app.clock.now()));
    let mut response = match wait {
        Some(seconds) => ApiError::too_many(seconds).into_response(),
        None => match version.zip(key) {
            Some((version, key)) => door.kept.answer(&version, key, request, next).await,
            None => next.run(request).await,
        },
    };
    let headers = response.headers_mut();
    if let Some(allowance) = allowance {
        allowance.show(headers);
    }
    if headers.get(CONTENT_TYPE).is_some_and(|kind| kind == "application/json") {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    }
    headers.append(VARY, HeaderValue::from_static("Authorization"));
    if !is_anonymous {
        // An answer to somebody is for nobody else.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    }
    response
}

/// Who asks, and for a question that changes nothing the state of the database from which it is answered.
async fn find_caller(
    door: &Door,
    is_question: bool,
    secret: Option<String>,
) -> Result<(Option<Version>, Caller), Error> {
    if !is_question {
        return Ok((None, auth::identify(&door.app, secret).await?));
    }
    let version = door.app.version().await?;
    let caller = door.kept.caller(&door.app, &version, secret).await?;
    Ok((Some(version), caller))
}

fn count(door: &Door, request: &Request, caller: &Caller) -> Option<limits::Allowance> {
    let address = request.extensions().get::<ClientAddress>().map(|client| client.0);
    let address = address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    let (token, person) = match caller {
        Caller::Known(identity) => {
            (Some(identity.token.row.id.0), identity.token.row.person_id.map(|person| person.0))
        }
        _ => (None, None),
    };
    let query = request.uri().query().unwrap_or_default();
    let limits = limits::that_apply(request.method(), request.uri().path(), query, address, token, person);
    door.limiter.count(&limits, door.app.clock.now())
}
