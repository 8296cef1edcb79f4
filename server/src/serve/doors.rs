//! Joins the doors into one router.

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use stadtbote_core::App;
use stadtbote_federation::Federation;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;

use super::{files, guard, health, negotiation};

/// Everything that is answered.
pub(super) fn all(app: &App, federation: &Federation) -> Router {
    guarded(app, joined(app, federation))
}

/// What a worker answers.
pub(super) fn health_only(app: &App) -> Router {
    guarded(app, own(app))
}

/// The doors beside each other.
fn joined(app: &App, federation: &Federation) -> Router {
    own(app)
        .merge(stadtbote_api::router(app.clone(), federation.clone()))
        .merge(stadtbote_federation::routes::router(federation.clone()))
        .merge(stadtbote_web::router(app.clone(), federation.clone()))
        .merge(Router::new().fallback(stadtbote_web::not_found).with_state(app.clone()))
}

/// What belongs to no door.
fn own(app: &App) -> Router {
    Router::new()
        .route("/health", get(health::show))
        .route("/media/{*key}", get(files::show))
        .with_state(app.clone())
}

/// What is common to all doors, outermost first. It stands before the routing, so that an address may still change.
fn guarded(app: &App, doors: Router) -> Router {
    let common = ServiceBuilder::new()
        .layer(from_fn_with_state(app.clone(), guard::observe))
        // Before anything that answers by itself: browsers show their programs no answer without its headers.
        .layer(from_fn(stadtbote_api::cors))
        .layer(from_fn(guard::mend))
        .layer(CatchPanicLayer::custom(guard::after_panic))
        .layer(from_fn(guard::refuse_nul))
        .layer(from_fn_with_state(app.clone(), guard::find_client))
        .layer(from_fn_with_state(guard::Room::default(), guard::limit_body))
        .layer(from_fn(stadtbote_api::without_slash))
        .layer(from_fn(negotiation::choose));
    Router::new().fallback_service(doors).layer(common)
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use http::{Request, Response, StatusCode};
    use tower::ServiceExt;

    use super::*;
    use crate::testing::app;

    async fn ask(router: &Router, request: http::request::Builder, body: Body) -> Response<Body> {
        router.clone().oneshot(request.body(body).expect("it is a request")).await.expect("it never fails")
    }

    async fn text(response: Response<Body>) -> String {
        let bytes = to_bytes(response.into_body(), 1 << 20).await.expect("it is short");
        String::from_utf8(bytes.into()).expect("it is text")
    }

    #[tokio::test]
    async fn the_doors_stand_beside_each_other() {
        let (app, _folder) = app().await;
        let router = all(&app, &Federation::new(app.clone()));

        for (path, status) in [
            ("/health", StatusCode::OK),
            ("/", StatusCode::OK),
            ("/api/v2/instance", StatusCode::OK),
            ("/api/v1/nothing", StatusCode::NOT_FOUND),
            ("/nodeinfo/2.0", StatusCode::OK),
            ("/media/ab/nothing.png", StatusCode::NOT_FOUND),
            ("/no/such/page", StatusCode::NOT_FOUND),
        ] {
            let request = Request::get(path).header("host", "social.stadt.example");
            let response = ask(&router, request, Body::empty()).await;
            assert_eq!(response.status(), status, "{path}");
            assert_eq!(response.headers()["x-content-type-options"], "nosniff", "{path}");
            assert!(response.headers().contains_key("content-security-policy"), "{path}");
        }
    }

    #[tokio::test]
    async fn programs_in_browsers_may_ask_the_api_and_read_every_answer() {
        let (app, _folder) = app().await;
        let router = all(&app, &Federation::new(app.clone()));
        let request = |method: &str, path: &str| {
            let request = Request::builder().method(method).uri(path).header("host", "social.stadt.example");
            request.header("origin", "https://client.example")
        };

        for (path, method) in [
            ("/api/v1/statuses", "POST"),
            ("/api/v1/statuses/7", "PUT"),
            ("/api/v2/media", "POST"),
            ("/api/v1/apps", "POST"),
            ("/oauth/token", "POST"),
            ("/oauth/token/", "POST"),
            ("/oauth/revoke", "POST"),
            ("/oauth/userinfo", "GET"),
            ("/.well-known/oauth-authorization-server", "GET"),
        ] {
            let asked = request("OPTIONS", path)
                .header("access-control-request-method", method)
                .header("access-control-request-headers", "authorization,idempotency-key");
            let answer = ask(&router, asked, Body::empty()).await;
            let headers = answer.headers();
            assert!(answer.status().is_success(), "{path}");
            assert_eq!(headers["access-control-allow-origin"], "*", "{path}");
            assert!(headers["access-control-allow-methods"].to_str().is_ok_and(|all| all.contains(method)));
            assert_eq!(headers["access-control-allow-headers"], "authorization,idempotency-key", "{path}");
        }

        let large = request("POST", "/api/v1/statuses").header("content-length", "99000000");
        for (asked, status) in [
            (request("GET", "/api/v2/instance"), StatusCode::OK),
            (request("GET", "/api/v1/nothing"), StatusCode::NOT_FOUND),
            (request("GET", "/nodeinfo/2.0"), StatusCode::OK),
            (request("GET", "/@press"), StatusCode::NOT_FOUND),
            (large, StatusCode::PAYLOAD_TOO_LARGE),
        ] {
            let answer = ask(&router, asked, Body::empty()).await;
            assert_eq!(answer.status(), status);
            for (name, most) in
                [("access-control-allow-origin", 1), ("vary", 1), ("access-control-expose-headers", 1)]
            {
                let lines = answer.headers().get_all(name).iter().count();
                assert!(lines <= most, "{name} in {:?}", answer.headers());
            }
            assert_eq!(answer.headers()["access-control-allow-origin"], "*");
        }
        let sign_in = ask(&router, request("OPTIONS", "/oauth/authorize"), Body::empty()).await;
        assert!(!sign_in.headers().contains_key("access-control-allow-origin"));
    }

    #[tokio::test]
    async fn a_handler_that_panics_leaves_a_clean_answer() {
        async fn broken() {
            panic!("as it is wanted")
        }
        let (app, _folder) = app().await;
        let doors = Router::new().route("/api/broken", get(broken)).route("/broken", get(broken));
        let router = guarded(&app, doors);

        let for_programs = ask(&router, Request::get("/api/broken"), Body::empty()).await;
        let for_people = ask(&router, Request::get("/broken"), Body::empty()).await;

        assert_eq!(for_programs.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(for_people.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let sentence = "Something went wrong here. Try again in a moment.";
        assert_eq!(text(for_programs).await, format!("{{\"error\":\"{sentence}\"}}"));
        assert_eq!(text(for_people).await, sentence);
    }

    #[tokio::test]
    async fn a06_files_are_shown_by_a_fixed_list_of_types_whole_or_in_parts() {
        let (app, _folder) = app().await;
        app.media.put("ab/film.mp4", vec![7; 1000]).await.expect("there is room");
        app.media.put("ab/page.html", "<script>").await.expect("there is room");
        let router = health_only(&app);

        let whole = ask(&router, Request::get("/media/ab/film.mp4"), Body::empty()).await;
        let part = Request::get("/media/ab/film.mp4").header("range", "bytes=10-19");
        let part = ask(&router, part, Body::empty()).await;
        let page = ask(&router, Request::get("/media/ab/page.html"), Body::empty()).await;

        assert_eq!((whole.status(), page.status()), (StatusCode::OK, StatusCode::NOT_FOUND));
        assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
        assert_eq!(part.headers()["content-range"], "bytes 10-19/1000");
        for (name, value) in [
            ("content-type", "video/mp4"),
            ("access-control-allow-origin", "*"),
            ("cache-control", "public, max-age=31536000, immutable"),
            ("content-security-policy", "default-src 'none'; sandbox"),
        ] {
            assert_eq!(whole.headers()[name], value);
        }
    }

    #[tokio::test]
    async fn a_body_that_is_too_large_is_refused_whether_its_length_is_told_or_not() {
        let (app, _folder) = app().await;
        let router = all(&app, &Federation::new(app.clone()));
        let inbox = || Request::post("/inbox").header("host", "social.stadt.example");

        let told =
            ask(&router, inbox().header("content-length", "2000000"), Body::from(vec![0; 2_000_000])).await;
        let untold = ask(&router, inbox(), Body::from(vec![0; 2_000_000])).await;

        assert_eq!(told.status(), StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(untold.status(), StatusCode::PAYLOAD_TOO_LARGE);
    }
}
