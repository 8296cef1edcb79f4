//! How an account presents itself.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use stadtbote_core::actions::accounts_of_ours::{self, MOST_FIELDS, ProfileChange};
use stadtbote_core::actions::media::profile_picture;
use stadtbote_core::domain::permission::Act;
use stadtbote_core::domain::text;
use stadtbote_core::{App, Error};

use super::write::excess;
use super::{Area, bench_for};
use crate::dress;
use crate::error::{OrPage, Refusal};
use crate::pages::staff::{FieldRow, ProfileSettingsPage};
use crate::request::Member;
use crate::respond::{Answer, private_page, see_other};
use crate::sent::Sent;
use crate::views::FieldErrors;

/// What the form holds.
struct Written {
    display_name: String,
    note: String,
    fields: Vec<(String, String)>,
    locked: bool,
}

/// Shows the form.
pub(crate) async fn show(State(app): State<App>, member: Member) -> Answer {
    let account = &member.acting.account;
    let written = Written {
        display_name: account.display_name.clone(),
        note: account.note_source.clone(),
        fields: accounts_of_ours::fields(account)
            .into_iter()
            .map(|field| (field.name, field.source))
            .collect(),
        locked: account.locked,
    };
    page(&app, &member, FieldErrors::default(), written).await.or_page(&app, &member.asked)
}

/// Saves the profile.
pub(crate) async fn update(State(app): State<App>, member: Member, sent: Sent) -> Answer {
    let t = member.asked.t;
    member.acting.must(Act::EditProfile).or_page(&app, &member.asked)?;
    let written = Written {
        display_name: sent.text("display_name").to_owned(),
        note: sent.text("note").to_owned(),
        fields: (1..=MOST_FIELDS)
            .map(|number| {
                let part = |name: &str| sent.text(&format!("{name}_{number}")).to_owned();
                (part("field_name"), part("field_value"))
            })
            .collect(),
        locked: sent.is_ticked("locked"),
    };
    let mut errors = FieldErrors::default();
    if written.display_name.is_empty() {
        errors.add("display_name", t.say("display-name-missing"));
    } else if written.display_name.chars().count() > 100 {
        errors.add("display_name", t.say("display-name-long"));
    }
    if text::count(&written.note) > 500 {
        errors.add("note", t.say("note-long"));
    }
    for (number, (name, value)) in (1..).zip(&written.fields) {
        if name.chars().count() > 255 || value.chars().count() > 255 {
            errors.add(format!("field_value_{number}"), t.say("field-long"));
        }
    }
    let avatar = picture(&app, &member, &sent, "avatar", (400, 400), &mut errors).await?;
    let header = picture(&app, &member, &sent, "header", (1500, 500), &mut errors).await?;
    if !errors.is_empty() {
        return page(&app, &member, errors, written).await.or_page(&app, &member.asked);
    }
    let change = ProfileChange {
        display_name: Some(written.display_name),
        note: Some(written.note),
        fields: Some(written.fields),
        avatar: avatar.map(Some),
        header: header.map(Some),
        locked: Some(written.locked),
        ..ProfileChange::default()
    };
    accounts_of_ours::update_profile(&app, &member.acting, change).await.or_page(&app, &member.asked)?;
    Ok(see_other(&member.address("/profile?done=profile")))
}

/// Takes in a picture that was chosen; what is wrong with it becomes an error of its field.
async fn picture(
    app: &App,
    member: &Member,
    sent: &Sent,
    name: &str,
    (width, height): (u32, u32),
    errors: &mut FieldErrors,
) -> Result<Option<String>, Response> {
    let t = member.asked.t;
    let Some(file) = sent.file(name) else { return Ok(None) };
    if let Some(most) = excess(file) {
        errors.add(name, t.with("picture-large", "max", most.to_string()));
        return Ok(None);
    }
    match profile_picture(app, &member.acting, file.bytes.to_vec(), width, height).await {
        Ok(key) => Ok(Some(key)),
        Err(Error::Invalid { .. }) => {
            errors.add(name, t.say("picture-wrong"));
            Ok(None)
        }
        Err(error) => Err(Refusal::from(error).page(app, &member.asked)),
    }
}

async fn page(app: &App, member: &Member, errors: FieldErrors, written: Written) -> Result<Response, Error> {
    member.acting.must(Act::EditProfile)?;
    let t = member.asked.t;
    let account = &member.acting.account;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = match errors.is_empty() {
        true => t.say("profile-settings"),
        false => t.with("title-error", "title", t.say("profile-settings")),
    };
    let mut fields = written.fields;
    fields.resize(MOST_FIELDS, (String::new(), String::new()));
    let content = ProfileSettingsPage {
        t,
        shell: member.asked.shell(app, &title, true),
        bench: bench_for(app, member, Area::Profile).await?,
        errors,
        account: dress::account(account),
        action: member.address("/profile"),
        display_name: written.display_name,
        note: written.note,
        fields: (1..).zip(fields).map(|(number, (name, value))| FieldRow { number, name, value }).collect(),
        header: account.header.as_deref().map(dress::file_address),
        locked: written.locked,
    };
    Ok(private_page(status, &member.asked, &content))
}
