//! `stadtbote staff`.

use std::io::Read;

use clap::builder::PossibleValuesParser;
use serde_json::json;
use stadtbote_core::App;
use stadtbote_core::actions::staff::{self, NewPerson};
use stadtbote_core::domain::permission::Role;

use super::{Answer, Failure, account_named, person_named};

/// What to do with a person.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Make a person; without --password-stdin, print the one-time link to choose a password
    Create {
        /// The mail address to sign in with
        email: String,
        /// The name for colleagues
        #[arg(long, default_value = "")]
        name: String,
        /// Sets up accounts and people
        #[arg(long)]
        admin: bool,
        /// Decides reports
        #[arg(long)]
        moderator: bool,
        /// Read the password from standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// End all that a person holds: sessions, tokens, memberships; the posts stay
    Leave {
        /// Who leaves
        email: String,
    },
    /// Make a person a member of an account, or change their role
    Grant {
        /// Whom
        email: String,
        /// Of which account
        #[arg(long, value_name = "NAME")]
        account: String,
        /// As what
        #[arg(long, value_parser = PossibleValuesParser::new(Role::ALL.map(Role::name)))]
        role: String,
    },
}

/// Does it.
pub(super) async fn run(app: &App, command: Command) -> Result<Answer, Failure> {
    match command {
        Command::Create { email, name, admin, moderator, password_stdin } => {
            let password = if password_stdin { Some(read_password()?) } else { None };
            let new = NewPerson { email, name, administrator: admin, moderator };
            let (person, link) = staff::create(app, None, new, password.as_deref()).await?;
            let json = json!({ "id": person.id.to_string(), "email": person.email, "link": link });
            Ok(Answer::new(link.unwrap_or(person.email), json))
        }
        Command::Leave { email } => {
            let person = person_named(app, &email).await?;
            staff::leave(app, None, person.id).await?;
            let json = json!({ "email": person.email, "left": true });
            Ok(Answer::new(format!("{} left.", person.email), json))
        }
        Command::Grant { email, account, role } => {
            let person = person_named(app, &email).await?;
            let account = account_named(app, &account).await?;
            let parsed = Role::parse(&role).ok_or_else(|| Failure(format!("There is no role {role}")))?;
            staff::grant(app, None, person.id, account.id, parsed).await?;
            let text = format!("{} is {role} of @{}.", person.email, account.handle());
            let json = json!({ "email": person.email, "account": account.username, "role": role });
            Ok(Answer::new(text, json))
        }
    }
}

/// The password on standard input, without the end of its line.
fn read_password() -> Result<String, Failure> {
    let mut text = String::new();
    std::io::stdin()
        .take(10_000)
        .read_to_string(&mut text)
        .map_err(|error| Failure(format!("The password can't be read from standard input: {error}")))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
