//! `stadtbote account`.

use serde_json::json;
use stadtbote_core::actions::accounts_of_ours::{self, NewAccount};
use stadtbote_core::actions::moves;
use stadtbote_core::store::accounts;
use stadtbote_core::{App, Error};
use stadtbote_federation::Federation;

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
    /// Say that an account is also known by another one's address, so that the other one can move here
    Alias {
        /// Its name
        name: String,
        /// The handle or the address of the other one
        other: String,
        /// Say so no longer
        #[arg(long)]
        remove: bool,
    },
    /// Tell the followers of an account that it has moved; it writes no more
    Move {
        /// Its name
        name: String,
        /// The handle or the address of the new one, which must name this one as an alias
        to: String,
    },
    /// Give an account new keys, as after a break-in, and tell the servers of its followers
    ReplaceKeys {
        /// Its name
        name: String,
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
        Command::Alias { name, other, remove } => {
            let other = match other.starts_with("https://") {
                true => other,
                false => Federation::new(app.clone()).account_named(&other).await?.uri,
            };
            let account = moves::put_alias(app, &name, &other, !remove).await?;
            let aliases = moves::aliases(&account);
            let text = match aliases.as_slice() {
                [] => format!("@{} has no other addresses.", account.handle()),
                aliases => format!("@{} is also known as:\n{}", account.handle(), aliases.join("\n")),
            };
            Ok(Answer::new(text, json!({ "aliases": aliases })))
        }
        Command::Move { name, to } => {
            let account = accounts::find_ours(app.db(), &name).await?.ok_or(Error::NotFound("Account"))?;
            let target = Federation::new(app.clone()).account_to_move_to(&account, &to).await?;
            let account = moves::away(app, &name, &target).await?;
            let handles = [account.handle(), target.handle()].map(|handle| format!("@{handle}"));
            let text = format!("{} has moved to {}. Its followers are told.", handles[0], handles[1]);
            Ok(Answer::new(text, json!({ "account": handles[0], "moved_to": handles[1] })))
        }
        Command::ReplaceKeys { name } => {
            let account = Federation::new(app.clone()).replace_keys(&name).await?;
            let handle = format!("@{}", account.handle());
            let text = format!("{handle} has new keys; a server that runs signs with them within a minute.");
            Ok(Answer::new(text, json!({ "account": handle })))
        }
    }
}
