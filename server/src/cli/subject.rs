//! `stadtbote subject`.

use serde_json::{Value, json};
use stadtbote_core::App;
use stadtbote_core::actions::subjects::{self, Erasure};

use super::{Answer, Failure};

/// What is kept of people elsewhere, by the addresses of their accounts (`https://…`).
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Print all that is kept of them as JSON, to be handed out to them alone
    Export(Asked),
    /// Erase what is kept of them, and say what stays and why
    Erase(Asked),
}

/// Who is meant.
#[derive(clap::Args)]
pub(super) struct Asked {
    /// The address of an account, as `https://far.example/users/rita`
    #[arg(required = true, num_args = 1..=subjects::MOST)]
    actors: Vec<String>,
}

/// Does it.
pub(super) async fn run(app: &App, command: Command) -> Result<Answer, Failure> {
    match command {
        Command::Export(asked) => {
            let mut found = Vec::new();
            for actor in &asked.actors {
                found.push(subjects::export(app, actor).await?);
            }
            let json = json!({ "server": app.config.server.public_url, "subjects": found });
            Ok(Answer::new(format!("{json:#}"), json))
        }
        Command::Erase(asked) => {
            let mut text = Vec::new();
            let mut json = Vec::new();
            for actor in &asked.actors {
                let erasure = subjects::erase(app, None, actor).await?;
                text.push(shown(&erasure));
                json.push(serde_json::to_value(&erasure).unwrap_or_default());
            }
            Ok(Answer::new(text.join("\n\n"), Value::from(json)))
        }
    }
}

fn shown(erasure: &Erasure) -> String {
    let mut lines = vec![match erasure.known {
        true => format!("{} is erased.", erasure.actor),
        false => format!("{} is not known here.", erasure.actor),
    }];
    lines.extend(erasure.erased.iter().map(|count| format!("  erased: {} × {}", count.rows, count.place)));
    if erasure.copies > 0 {
        lines.push(format!("  erased: {} copies of pictures", erasure.copies));
    }
    lines.extend(
        erasure.kept.iter().map(|kept| format!("  kept: {} × {}: {}", kept.rows, kept.place, kept.why)),
    );
    lines.join("\n")
}
