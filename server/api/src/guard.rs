//! What every request passes before its handler: who asks, and how often.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, VARY};
use http::{HeaderMap, HeaderValue};
use ipnet::IpNet;

use crate::auth::{self, Caller};
use crate::error::ApiError;
use crate::{Door, limits};

/// Finds out who asks, counts, and says in the answer how often they may still ask.
pub(crate) async fn guard(State(door): State<Door>, mut request: Request, next: Next) -> Response {
    let secret = auth::secret(&request);
    let caller = match auth::identify(&door.app, secret).await {
        Ok(caller) => caller,
        Err(error) => return ApiError::from(error).into_response(),
    };
    let is_anonymous = matches!(caller, Caller::Anonymous);
    let allowance = door.app.config.limit_requests.then(|| count(&door, &request, &caller)).flatten();
    request.extensions_mut().insert(caller);

    let wait = allowance.and_then(|allowance| allowance.wait(door.app.clock.now()));
    let mut response = match wait {
        Some(seconds) => ApiError::too_many(seconds).into_response(),
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    if let Some(allowance) = allowance {
        allowance.show(headers);
    }
    headers.append(VARY, HeaderValue::from_static("Authorization"));
    if !is_anonymous {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    }
    response
}

fn count(door: &Door, request: &Request, caller: &Caller) -> Option<limits::Allowance> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    let address = client(peer, request.headers(), &door.app.config.server.trusted_proxies);
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

/// The address of the client: the last one in `X-Forwarded-For` that is none of our proxies, if a proxy says it.
fn client(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    let is_proxy = |address: &IpAddr| proxies.iter().any(|net| net.contains(address));
    if !is_proxy(&peer) {
        return peer;
    }
    let named = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let mut named: Vec<&str> = named.flat_map(|value| value.split(',')).map(str::trim).collect();
    named.reverse();
    let mut last = peer;
    for text in named {
        let Ok(address) = text.parse() else { break };
        last = address;
        if !is_proxy(&address) {
            break;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_proxies_are_believed() {
        let proxies: Vec<IpNet> = vec!["127.0.0.0/8".parse().expect("it is a network")];
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static("203.0.113.9, 198.51.100.7, 127.0.0.2"));
        let address = |text: &str| -> IpAddr { text.parse().expect("it is an address") };

        assert_eq!(client(address("127.0.0.1"), &headers, &proxies), address("198.51.100.7"));
        assert_eq!(client(address("192.0.2.1"), &headers, &proxies), address("192.0.2.1"));
        assert_eq!(client(address("127.0.0.1"), &HeaderMap::new(), &proxies), address("127.0.0.1"));
    }
}
