//! Campaign addresses of an account, with their QR codes.

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use stadtbote_core::actions::reach;
use stadtbote_core::domain::ids::RowId;
use stadtbote_core::domain::permission::Act;
use stadtbote_core::domain::reach::Measure;
use stadtbote_core::media::qr;
use stadtbote_core::store::{campaign_links, reach_cells, reach_days};
use stadtbote_core::{App, Error};

use super::{Area, bench_for};
use crate::dress;
use crate::error::OrPage;
use crate::pages::reach::{CampaignLink, LinkRow, LinksPage};
use crate::public::hashtags::in_path;
use crate::request::Member;
use crate::respond::{Answer, private_page, see_other};
use crate::sent::Sent;
use crate::times;
use crate::views::FieldErrors;

/// Shows the addresses and the form for another.
pub(crate) async fn list(State(app): State<App>, member: Member) -> Answer {
    page(&app, &member, FieldErrors::default(), &Sent::default()).await.or_page(&app, &member.asked)
}

/// Makes an address.
pub(crate) async fn create(State(app): State<App>, member: Member, sent: Sent) -> Answer {
    let t = member.asked.t;
    let (label, target, tag) = (sent.text("label"), sent.text("target"), sent.text("tag"));
    let mut errors = FieldErrors::default();
    if label.is_empty() || label.chars().count() > reach::MOST_OF_LABEL {
        errors.add("label", t.say("link-label-wrong"));
    }
    if reach::target(target).is_none() {
        errors.add("target", t.say("link-target-wrong"));
    }
    if reach::campaign_tag(tag).is_err() {
        errors.add("tag", t.say("link-tag-wrong"));
    }
    if !errors.is_empty() {
        return page(&app, &member, errors, &sent).await.or_page(&app, &member.asked);
    }
    reach::create_link(&app, &member.acting, target, label, tag).await.or_page(&app, &member.asked)?;
    Ok(see_other(&member.address("/links?done=link-created")))
}

/// Ends an address.
pub(crate) async fn end(
    State(app): State<App>,
    Path((_, id)): Path<(String, i64)>,
    member: Member,
    _sent: Sent,
) -> Answer {
    reach::end_link(&app, &member.acting, RowId(id)).await.or_page(&app, &member.asked)?;
    Ok(see_other(&member.address("/links?done=link-ended")))
}

/// The QR code of an address: `ID.svg` or `ID.png`.
pub(crate) async fn code(
    State(app): State<App>,
    Path((_, file)): Path<(String, String)>,
    member: Member,
) -> Answer {
    picture(&app, &member, &file).await.or_page(&app, &member.asked)
}

async fn picture(app: &App, member: &Member, file: &str) -> Result<Response, Error> {
    let (id, kind) = file.split_once('.').ok_or(Error::NotFound("Page"))?;
    let id = id.parse().map(RowId).map_err(|_| Error::NotFound("Page"))?;
    let link = campaign_links::find(app.db(), member.acting.account.id, id).await?;
    let link = link.ok_or(Error::NotFound("Page"))?;
    let address = dress::absolute(app, &path(&link));
    let (bytes, mime) = match kind {
        "svg" => (qr::svg(&address)?.into_bytes(), "image/svg+xml"),
        "png" => (qr::png(&address)?, "image/png"),
        _ => return Err(Error::NotFound("Page")),
    };
    let mut response = Response::new(bytes.into());
    let name = format!("attachment; filename=\"{}.{kind}\"", link.code);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(mime));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).map_err(Error::unexpected)?);
    Ok(response)
}

fn path(link: &campaign_links::Model) -> String {
    format!("/k/{}", link.code)
}

async fn page(app: &App, member: &Member, errors: FieldErrors, sent: &Sent) -> Result<Response, Error> {
    let t = member.asked.t;
    let account = member.acting.account.id;
    let links = campaign_links::list(app.db(), account).await?;
    let clicks = |sum: &reach_days::Sum| sum.amount.max(0).unsigned_abs();
    let total: u64 =
        reach_days::sum_of_all_time(app.db(), account, reach_days::ACCOUNT, Measure::Clicks.name())
            .await?
            .iter()
            .map(clicks)
            .sum();
    let told: HashMap<String, i64> = reach_cells::sum_of_all_time(app.db(), account, Measure::Clicks.name())
        .await?
        .into_iter()
        .map(|sum| (sum.host, sum.amount))
        .collect();
    let may_change = member.may(Act::Publish);
    let row = |link: &campaign_links::Model| LinkRow {
        label: link.label.clone(),
        address: dress::absolute(app, &path(link)),
        target: link.target.clone(),
        since: times::plain(t, link.created_at),
        clicks: told.get(&link.code).map(|clicks| t.number(clicks.unsigned_abs())),
        campaign: link.tag.as_ref().map(|tag| CampaignLink {
            tag: format!("#{tag}"),
            href: member.address(&format!("/reach/campaigns/{}", in_path(tag))),
        }),
        is_ended: link.ended_at.is_some(),
        svg: member.address(&format!("/links/{}.svg", link.id)),
        png: member.address(&format!("/links/{}.png", link.id)),
        end_action: (may_change && link.ended_at.is_none())
            .then(|| member.address(&format!("/links/{}/end", link.id))),
    };
    let content = LinksPage {
        t,
        shell: member.asked.shell(app, &t.say("links-title"), true),
        bench: bench_for(app, member, Area::Links).await?,
        errors,
        total: t.number(total),
        links: links.iter().map(row).collect(),
        floor: t.number(u64::from(app.config.reach_floor)),
        action: may_change.then(|| member.address("/links")),
        place: sent.text("label").to_owned(),
        target: sent.text("target").to_owned(),
        tag: sent.text("tag").to_owned(),
    };
    let status = if content.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(private_page(status, &member.asked, &content))
}
