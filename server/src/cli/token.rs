//! `stadtbote token`.

use serde_json::json;
use stadtbote_core::App;
use stadtbote_core::actions::{Member, oauth};
use stadtbote_core::domain::scope::Scopes;

use super::{Answer, Failure, account_named, person_named};

/// What to do with tokens.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Make a bearer token for scripts, with the rights that the person has in the account
    Create {
        /// The mail address of the person it stands for
        #[arg(long, value_name = "EMAIL")]
        staff: String,
        /// The account it acts for
        #[arg(long, value_name = "NAME")]
        account: String,
        /// What it may be used for
        #[arg(long, default_value = "read write follow push")]
        scopes: String,
    },
}

/// Does it.
pub(super) async fn run(app: &App, command: Command) -> Result<Answer, Failure> {
    match command {
        Command::Create { staff, account, scopes } => {
            let parsed = Scopes::parse(&scopes)
                .ok_or_else(|| Failure(format!("{scopes:?} has a scope that does not exist")))?;
            let person = person_named(app, &staff).await?;
            let account = account_named(app, &account).await?;
            let member = Member::find(app, person.id, account.id).await?.ok_or_else(|| {
                Failure(format!(
                    "{} is no member of {}: run `stadtbote staff grant` first",
                    person.email, account.username
                ))
            })?;
            let token = oauth::create_member_token(app, &member, &parsed).await?;
            let json = json!({ "token": token, "account": account.username, "scopes": parsed.to_string() });
            Ok(Answer::new(token, json))
        }
    }
}
