//! Reads how many followers accounts elsewhere have, where their servers say it: the `totalItems` of the collection that an
//! actor names as its followers. The collection itself is not read.

use futures::StreamExt;
use serde_json::Value;
use stadtbote_core::actions::reach;
use stadtbote_core::{App, Error};
use url::Url;

use crate::{Federation, wire};

/// How many servers are asked at the same time.
const SIDE_BY_SIDE: usize = 8;

impl Federation {
    /// Asks for the followers of those who shared posts of ours, as far as they are not known. Who does not answer is as one
    /// who does not say it.
    pub(crate) async fn read_follower_counts(&self, app: &App) -> Result<(), Error> {
        if !app.config.server.federates() {
            return Ok(());
        }
        let waiting = reach::list_to_ask(app).await?;
        let asked = futures::stream::iter(waiting).map(async |one| {
            let amount = self.followers_of(&one.host, &one.followers).await;
            (one.account_id, amount)
        });
        let found: Vec<_> = asked.buffer_unordered(SIDE_BY_SIDE).collect().await;
        reach::keep_follower_counts(app, found).await
    }

    async fn followers_of(&self, host: &str, address: &str) -> Option<u64> {
        // An account can't have us ask somebody else's server.
        let url = Url::parse(address).ok().filter(|url| url.host_str() == Some(host))?;
        let document = self.fetch(&url).await.ok()??;
        total(&document.value, address)
    }
}

/// What a collection says of its size.
fn total(collection: &Value, address: &str) -> Option<u64> {
    let is_meant = wire::id_of(collection) == Some(address);
    collection.get("totalItems").filter(|_| is_meant).and_then(Value::as_u64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_total_is_a_whole_number_of_the_collection_that_was_asked_for() {
        const ADDRESS: &str = "https://far.example/users/rita/followers";
        let of = |total_items: Value| total(&json!({ "id": ADDRESS, "totalItems": total_items }), ADDRESS);

        assert_eq!(of(json!(41)), Some(41));
        for wrong in [json!(-1), json!("41"), json!(1.5), json!(null), json!([1]), json!(1e300)] {
            assert_eq!(of(wrong.clone()), None, "{wrong}");
        }
        assert_eq!(total(&json!({ "id": ADDRESS }), ADDRESS), None);
        assert_eq!(total(&json!({ "id": "https://far.example/x", "totalItems": 41 }), ADDRESS), None);
    }
}
