//! What goes wrong in the workbench, and where people stand then.

use http::StatusCode;
use stadtbote_core::domain::permission::Role;

use super::{Browser, Seen, World};

/// The page is in the workbench's frame and offers the rooms of the account.
fn is_in_frame(seen: &Seen) -> bool {
    seen.body.contains("id=\"nav\"") && seen.body.contains("href=\"/redaktion/@stadt/drafts\"")
}

#[tokio::test]
async fn an_address_that_leads_nowhere_is_answered_within_the_workbench() {
    let world = World::founded().await;
    let mut alice = world.signed_in("alice@stadt.example").await;

    for path in
        ["posts/1/edit", "posts/1/share", "posts/abc/edit", "posts/1/release", "write?to=1", "nothing"]
    {
        let seen = alice.get(&world, &format!("/redaktion/@stadt/{path}")).await;

        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{path}");
        assert!(is_in_frame(&seen), "{path}: {}", seen.body);
        assert_eq!(seen.headers["cache-control"], "no-store", "{path}");
    }
}

#[tokio::test]
async fn what_a_role_does_not_allow_is_answered_within_the_workbench() {
    let world = World::founded().await;
    world.person("bob@stadt.example", Role::Author).await;
    let mut bob = world.signed_in("bob@stadt.example").await;

    let read = bob.get(&world, "/redaktion/@stadt/profile").await;
    let sent = bob.post(&world, "/redaktion/@stadt/profile", &[("display_name", "Bob")]).await;

    for seen in [read, sent] {
        assert_eq!(seen.status, StatusCode::FORBIDDEN);
        assert!(is_in_frame(&seen), "{}", seen.body);
    }
}

#[tokio::test]
async fn a_form_without_its_token_is_answered_within_the_workbench() {
    let world = World::founded().await;
    let mut alice = world.signed_in("alice@stadt.example").await;

    alice.token = "x".to_owned();
    let seen = alice.post(&world, "/redaktion/@stadt/write", &[("text", "Fremd")]).await;

    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    assert!(is_in_frame(&seen), "{}", seen.body);
}

#[tokio::test]
async fn the_rooms_of_an_account_are_shown_to_its_team_only() {
    let world = World::founded().await;
    world.colleague("carol@stadt.example").await;
    let mut carol = Browser::default();
    carol.sign_in(&world, "carol@stadt.example").await;

    let seen = carol.get(&world, "/redaktion/@stadt/drafts").await;
    let nobody = Browser::default().get(&world, "/redaktion/@stadt/nothing").await;

    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    assert!(seen.body.contains("id=\"nav\""), "{}", seen.body);
    assert!(!is_in_frame(&seen));
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
    assert!(!nobody.body.contains("id=\"nav\""));
}
