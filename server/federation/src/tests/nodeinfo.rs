//! What our NodeInfo says of us.

use serde_json::json;
use stadtbote_core::actions::oauth;
use stadtbote_core::domain::scope::Scopes;

use super::world::{World, owner};
use crate::Federation;

#[tokio::test]
async fn an_account_is_active_if_somebody_worked_for_it_and_is_counted_once_an_hour() {
    let mut world = World::start().await;
    let owner = owner(&world).await;
    let users = async |world: &World| world.get("/nodeinfo/2.1").await.1["usage"]["users"].clone();

    let before = users(&world).await;
    let scopes = Scopes::parse("read").expect("it exists");
    oauth::create_member_token(&world.app, &owner, &scopes).await.expect("the token is made");
    let within_the_hour = users(&world).await;
    world.federation = Federation::new(world.app.clone());
    let after = users(&world).await;

    assert_eq!(before, json!({ "total": 1, "activeMonth": 0, "activeHalfyear": 0 }));
    assert_eq!(within_the_hour, before);
    assert_eq!(after, json!({ "total": 1, "activeMonth": 1, "activeHalfyear": 1 }));
}
