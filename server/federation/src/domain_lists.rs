//! Lists of domains that somebody here has subscribed to.

use http::StatusCode;
use stadtbote_core::actions::domain_lists;
use stadtbote_core::domain::ids::RowId;
use stadtbote_core::store::domain_lists as lists;
use stadtbote_core::{App, Error};
use url::Url;

use crate::Federation;

impl Federation {
    /// Asks for a list, by the rules of every request that leaves the house, and has it compared. Whatever goes wrong is
    /// written down for people to see, and changes nothing.
    pub(crate) async fn fetch_domain_list(&self, app: &App, list: RowId) -> Result<(), Error> {
        let row = lists::find(app.db(), list).await?;
        let url = row.and_then(|row| row.url).and_then(|url| Url::parse(&url).ok());
        let Some(url) = url else { return domain_lists::keep(app, list, Err(String::new())).await };
        let said = match self.client().await?.get(&url, "text/csv, text/plain", None, app.clock.now()).await {
            Ok(fetched) if fetched.status == StatusCode::OK => {
                String::from_utf8(fetched.body.to_vec()).map_err(|_| "The answer is no text".to_owned())
            }
            Ok(fetched) => Err(format!("The answer was {}", fetched.status)),
            Err(error) => Err(error.to_string()),
        };
        if let Err(cause) = &said {
            tracing::warn!(%url, cause, "A list of domains can't be had");
        }
        domain_lists::keep(app, list, said).await
    }
}
