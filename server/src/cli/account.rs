//! `stadtbote account`.

use serde_json::json;
use stadtbote_core::App;
use stadtbote_core::actions::accounts_of_ours::{self, NewAccount};

use super::{Answer, Failure};

/// What to do with an account.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Make an account; its name can never change
    Create {
        /// Its name in the handle
        name: String,
        /// Its name for people
        #[arg(long, value_name = "TEXT")]
        display_name: String,
        /// What it is
        #[arg(long = "type", default_value = "organization", value_parser = ["organization", "service", "person"])]
        kind: String,
        /// The institution that it belongs to; made if it is new
        #[arg(long, value_name = "NAME")]
        institution: Option<String>,
    },
}

/// Does it.
pub(super) async fn run(app: &App, command: Command) -> Result<Answer, Failure> {
    match command {
        Command::Create { name, display_name, kind, institution } => {
            let new = NewAccount { username: name, display_name, kind, institution };
            let account = accounts_of_ours::create(app, new, None).await?;
            let handle = format!("@{}", account.handle());
            let json = json!({
                "id": account.id.to_string(),
                "handle": handle,
                "uri": account.uri,
                "url": account.url,
            });
            Ok(Answer::new(format!("{handle}\n{}", account.uri), json))
        }
    }
}
