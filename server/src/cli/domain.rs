//! `stadtbote domain`.

use std::path::PathBuf;

use serde_json::json;
use stadtbote_core::App;
use stadtbote_core::actions::domains;
use stadtbote_core::domain::blocklist::{self, Entry, Severity};
use stadtbote_core::store::domain_policies;

use super::{Answer, Failure};

/// Decisions about whole domains. Each holds for all domains below it, too.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Show them
    List,
    /// Shut a domain out: nothing is taken from it, sent to it, or shown of it
    Suspend(Asked),
    /// Show a domain's accounts only to those who look for them
    Limit(Asked),
    /// Take back what was decided
    Lift {
        /// Which domain
        domain: String,
    },
    /// Say what would be lost if a domain were shut out
    Preview {
        /// Which domain
        domain: String,
    },
    /// Take over a list in Mastodon's form (CSV), all of it or nothing
    Import {
        /// The file
        file: PathBuf,
        /// Only say what would change, and what would be lost
        #[arg(long)]
        dry_run: bool,
    },
    /// Print all decisions as a list in Mastodon's form (CSV)
    Export,
}

/// A domain and why.
#[derive(clap::Args)]
pub(super) struct Asked {
    /// Which domain
    domain: String,
    /// Why; everybody may read it
    #[arg(long)]
    reason: String,
    /// Do not show its pictures, either
    #[arg(long)]
    reject_media: bool,
    /// Do not take its reports, either
    #[arg(long)]
    reject_reports: bool,
}

/// Does it.
pub(super) async fn run(app: &App, command: Command) -> Result<Answer, Failure> {
    match command {
        Command::List => list(app).await,
        Command::Suspend(asked) => put(app, asked, Severity::Suspend).await,
        Command::Limit(asked) => put(app, asked, Severity::Silence).await,
        Command::Lift { domain } => {
            let name = named(&domain)?;
            if !domains::lift(app, None, &name).await? {
                return Err(Failure(format!("Nothing is decided about {name}")));
            }
            Ok(Answer::new(format!("{name} is as open as any other."), json!({ "domain": name })))
        }
        Command::Preview { domain } => {
            let name = named(&domain)?;
            let loss = domains::loss(app, &name).await?;
            let text = format!(
                "{name}: {} accounts are known here; {} of them follow us, {} are followed by us, and {} of their posts \
                 are shown.",
                loss.accounts, loss.followers, loss.followed, loss.posts
            );
            let json = json!({
                "domain": name,
                "accounts": loss.accounts,
                "followers": loss.followers,
                "followed": loss.followed,
                "posts": loss.posts,
            });
            Ok(Answer::new(text, json))
        }
        Command::Import { file, dry_run } => import(app, file, dry_run).await,
        Command::Export => {
            let list = domains::export(app).await?;
            Ok(Answer::new(list.trim_end(), json!({ "csv": list })))
        }
    }
}

fn named(domain: &str) -> Result<String, Failure> {
    blocklist::domain(domain).ok_or_else(|| Failure(format!("{domain} is no domain")))
}

async fn put(app: &App, asked: Asked, severity: Severity) -> Result<Answer, Failure> {
    let name = named(&asked.domain)?;
    let entry = Entry {
        name: name.clone(),
        severity,
        reject_media: asked.reject_media,
        reject_reports: asked.reject_reports,
        public_reason: asked.reason,
    };
    domains::put(app, None, entry, "").await?;
    let text = match severity {
        Severity::Suspend => format!("{name} and all below it are shut out."),
        _ => format!("{name} and all below it are limited."),
    };
    Ok(Answer::new(text, json!({ "domain": name, "severity": severity.name() })))
}

async fn list(app: &App) -> Result<Answer, Failure> {
    let rows = domain_policies::list(app.db()).await?;
    let line = |row: &domain_policies::Model| {
        let media = if row.reject_media { ", no media" } else { "" };
        let reports = if row.reject_reports { ", no reports" } else { "" };
        format!("{} {}{media}{reports}: {}", row.name, row.severity, row.public_reason)
    };
    let value = |row: &domain_policies::Model| {
        json!({
            "domain": row.name,
            "severity": row.severity,
            "reject_media": row.reject_media,
            "reject_reports": row.reject_reports,
            "reason": row.public_reason,
        })
    };
    let text = match rows.as_slice() {
        [] => "Nothing is decided about any domain.".to_owned(),
        rows => rows.iter().map(line).collect::<Vec<_>>().join("\n"),
    };
    Ok(Answer::new(text, rows.iter().map(value).collect()))
}

async fn import(app: &App, file: PathBuf, dry_run: bool) -> Result<Answer, Failure> {
    let text = std::fs::read_to_string(&file)
        .map_err(|error| Failure(format!("{} can't be read: {error}", file.display())))?;
    let entries = blocklist::read(&text).map_err(Failure)?;
    let mut lines = Vec::new();
    let mut values = Vec::new();
    let names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
    for (entry, loss) in entries.iter().zip(domains::losses(app, &names).await?) {
        let is_new = domain_policies::find(app.db(), &entry.name).await?.is_none();
        let word = if is_new { "new" } else { "changed" };
        lines.push(format!(
            "{} {} ({word}): {} follow us, {} are followed by us",
            entry.name,
            entry.severity.name(),
            loss.followers,
            loss.followed
        ));
        values.push(json!({
            "domain": entry.name,
            "severity": entry.severity.name(),
            "new": is_new,
            "followers": loss.followers,
            "followed": loss.followed,
        }));
    }
    let count = entries.len();
    if dry_run {
        lines.push(format!("{count} domains; nothing was changed."));
    } else {
        domains::put_all(app, None, entries, &format!("imported from {}", file.display())).await?;
        lines.push(format!("{count} domains were taken over."));
    }
    Ok(Answer::new(lines.join("\n"), values.into()))
}
