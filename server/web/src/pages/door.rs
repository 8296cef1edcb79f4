//! The pages at the door: signing in, setting up, choosing a password, letting an app in.

use askama::Template;

use crate::language::Texts;
use crate::views::{AccountChoice, FieldErrors, Shell};

/// The sign-in form.
#[derive(Template)]
#[template(path = "door/sign_in.html")]
pub(crate) struct SignInPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) errors: FieldErrors,
    pub(crate) notice: Option<String>,
    pub(crate) email: String,
    /// The page of this server that was asked for.
    pub(crate) next: String,
}

/// The form that makes the first administrator and the first account.
#[derive(Template)]
#[template(path = "door/set_up.html")]
pub(crate) struct SetUpPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) errors: FieldErrors,
    pub(crate) action: String,
    /// The domain of handles.
    pub(crate) domain: String,
    pub(crate) email: String,
    pub(crate) institution: String,
    pub(crate) display_name: String,
    pub(crate) username: String,
}

/// The form behind a one-time link.
#[derive(Template)]
#[template(path = "door/invite.html")]
pub(crate) struct InvitePage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) errors: FieldErrors,
    pub(crate) action: String,
    pub(crate) email: String,
}

/// The question whether an app may use an account.
#[derive(Template)]
#[template(path = "door/consent.html")]
pub(crate) struct ConsentPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) errors: FieldErrors,
    pub(crate) app: String,
    pub(crate) website: Option<String>,
    pub(crate) person: String,
    pub(crate) accounts: Vec<AccountChoice>,
    pub(crate) may: Vec<String>,
    pub(crate) may_not: Vec<String>,
    /// Where the answer goes.
    pub(crate) target: String,
    /// The app's request, to be sent back with the answer.
    pub(crate) hidden: Vec<(&'static str, String)>,
}

/// The code to carry to an app by hand.
#[derive(Template)]
#[template(path = "door/code.html")]
pub(crate) struct CodePage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) errors: FieldErrors,
    pub(crate) app: String,
    pub(crate) code: String,
}
