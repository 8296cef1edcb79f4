//! Campaign addresses: a short address for each place, so that it can be told which place was read.

use url::Url;

use crate::actions::tags::name_of;
use crate::actions::{Member, audit};
use crate::domain::ids::RowId;
use crate::domain::permission::Act;
use crate::store::campaign_links;
use crate::{App, Error};

/// Most addresses of one account that are in use.
pub const MOST: usize = 500;
/// Most characters of the name of a place.
pub const MOST_OF_LABEL: usize = 100;
/// Most characters of where an address leads.
const MOST_OF_TARGET: usize = 2000;
/// Characters of a code: none that is taken for another when it is read aloud or typed from a poster.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Characters in a code.
const LENGTH: usize = 6;

/// The address that a text names, if an address may lead there: a page of the web.
pub fn target(text: &str) -> Option<Url> {
    let url = Url::parse(text.trim()).ok().filter(|_| text.len() <= MOST_OF_TARGET)?;
    let is_page = matches!(url.scheme(), "http" | "https") && url.has_host();
    (is_page && url.username().is_empty() && url.password().is_none()).then_some(url)
}

/// The hashtag that a text names, in its comparable form, with `#` or without; none, where it names none.
///
/// # Errors
/// [`Error::Invalid`] if it can't be a hashtag.
pub fn campaign_tag(text: &str) -> Result<Option<String>, Error> {
    let text = text.trim();
    let text = text.strip_prefix('#').unwrap_or(text);
    if text.is_empty() {
        return Ok(None);
    }
    let is_short = text.chars().count() <= MOST_OF_LABEL;
    let tag = name_of(text).ok().filter(|_| is_short);
    tag.map(Some).ok_or_else(|| Error::invalid("The campaign", "must be one hashtag, or nothing"))
}

/// Makes an address that leads to `target`, for a place, and maybe for the campaign of a hashtag.
///
/// # Errors
/// [`Error::Invalid`] if target or label will not do, or there are too many.
pub async fn create_link(
    app: &App,
    by: &Member,
    target_text: &str,
    label: &str,
    tag: &str,
) -> Result<campaign_links::Model, Error> {
    by.must(Act::Publish)?;
    let target = target(target_text)
        .ok_or_else(|| Error::invalid("The target", "must be an address with https://"))?;
    if label.is_empty() || label.chars().count() > MOST_OF_LABEL {
        return Err(Error::invalid("The place", format!("must have 1 to {MOST_OF_LABEL} characters")));
    }
    let tag = campaign_tag(tag)?;
    let in_use = campaign_links::list(app.db(), by.account.id).await?;
    if in_use.iter().filter(|link| link.ended_at.is_none()).count() >= MOST {
        return Err(Error::invalid("The addresses", format!("must be {MOST} at most: end some")));
    }
    let link = campaign_links::Model {
        id: app.id(RowId),
        account_id: by.account.id,
        code: code(),
        target: target.to_string(),
        label: label.to_owned(),
        tag,
        created_by: by.person,
        created_at: app.clock.now(),
        ended_at: None,
    };
    let tx = app.begin_write().await?;
    campaign_links::insert(&tx, link.clone()).await?;
    audit::write(
        app,
        &tx,
        Some(by.person),
        "link.create",
        &link.code,
        serde_json::json!({ "target": link.target }),
    )
    .await?;
    tx.commit().await?;
    Ok(link)
}

/// Ends an address: whoever opens it is told that it is no more. What was counted stays.
pub async fn end_link(app: &App, by: &Member, id: RowId) -> Result<(), Error> {
    by.must(Act::Publish)?;
    let tx = app.begin_write().await?;
    if let Some(code) = campaign_links::end(&tx, by.account.id, id, app.clock.now()).await? {
        audit::write(app, &tx, Some(by.person), "link.end", &code, serde_json::json!({})).await?;
    }
    tx.commit().await
}

/// Thirty bits of chance: nobody has to guess a code, and none is a secret.
fn code() -> String {
    let chance = [crate::app::chance(), crate::app::chance()];
    let mut bits = (u32::from(chance[0]) << 16) | u32::from(chance[1]);
    let mut code = String::with_capacity(LENGTH);
    for _ in 0..LENGTH {
        code.push(LETTERS[(bits & 31) as usize] as char);
        bits >>= 5;
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_pages_alone() {
        for good in ["https://city.example/fest", " http://city.example ", "https://city.example/?a=b#c"] {
            assert!(target(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "city.example",
            "javascript:alert(1)",
            "mailto:a@city.example",
            "https://a:b@city.example",
            "data:,x",
        ] {
            assert!(target(bad).is_none(), "{bad}");
        }
        assert!(target(&format!("https://city.example/{}", "x".repeat(MOST_OF_TARGET))).is_none());
    }

    #[test]
    fn codes_are_short_and_differ() {
        let (one, other) = (code(), code());

        assert_eq!(one.len(), LENGTH);
        assert!(one.bytes().all(|letter| LETTERS.contains(&letter)));
        assert_ne!(one, other);
    }
}
