//! What moderators see of cases, accounts and domains.

use std::collections::HashMap;

use serde::Serialize;
use stadtbote_core::domain::blocklist::Severity;
use stadtbote_core::domain::ids::{AccountId, CaseId};
use stadtbote_core::domain::moderation::Question;
use stadtbote_core::store::{accounts, cases, domain_policies, notices, posts};
use stadtbote_core::{App, Error};

use super::account::{self, Account, Role};
use super::status::{self, Status};
use super::{EMPTY, Empty, Id, Time};

/// Mastodon's `Admin::Account`. Of people elsewhere nobody here knows more than their profile.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct AdminAccount {
    pub(crate) id: Id,
    pub(crate) username: String,
    pub(crate) domain: Option<String>,
    pub(crate) created_at: Time,
    pub(crate) email: String,
    pub(crate) ip: Option<String>,
    pub(crate) ips: Empty,
    pub(crate) locale: String,
    pub(crate) invite_request: Option<String>,
    pub(crate) role: Role,
    pub(crate) confirmed: bool,
    pub(crate) approved: bool,
    pub(crate) disabled: bool,
    pub(crate) sensitized: bool,
    pub(crate) silenced: bool,
    pub(crate) suspended: bool,
    pub(crate) account: Account,
}

/// An account as moderators see it.
pub(crate) fn account(app: &App, row: &accounts::Model) -> AdminAccount {
    AdminAccount {
        id: Id(row.id.0),
        username: row.username.clone(),
        domain: row.host.is_some().then(|| row.domain.clone()),
        created_at: Time(row.created_at),
        email: String::new(),
        ip: None,
        ips: EMPTY,
        locale: row.default_language.clone().unwrap_or_else(|| app.config.instance.language.clone()),
        invite_request: None,
        role: account::NO_ROLE,
        confirmed: true,
        approved: true,
        disabled: false,
        sensitized: false,
        silenced: row.limited_at.is_some(),
        suspended: row.suspended_at.is_some() || row.shut_out_at.is_some(),
        account: account::view(app, row),
    }
}

/// Mastodon's `Admin::Report`: one for each case, whoever reported it and how often.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct AdminReport {
    pub(crate) id: Id,
    pub(crate) action_taken: bool,
    pub(crate) action_taken_at: Option<Time>,
    pub(crate) category: &'static str,
    /// What the first said; the pages show the words of all.
    pub(crate) comment: String,
    pub(crate) forwarded: bool,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
    /// The first who reported it, if that was an account; else the server.
    pub(crate) account: AdminAccount,
    /// Whom it is about; the server, where nobody is known.
    pub(crate) target_account: AdminAccount,
    pub(crate) assigned_account: Option<AdminAccount>,
    pub(crate) action_taken_by_account: Option<AdminAccount>,
    pub(crate) statuses: Vec<Status>,
    pub(crate) rules: Empty,
}

/// Cases as reports, in this order.
pub(crate) async fn reports(app: &App, rows: Vec<cases::Model>) -> Result<Vec<AdminReport>, Error> {
    let db = app.db();
    if rows.is_empty() {
        return Ok(vec![]);
    }
    let server = match accounts::find_instance(db).await? {
        Some(server) => Some(server),
        None => accounts::list_ours(db).await?.into_iter().next(),
    };
    let server = server.ok_or(Error::NotFound("Record"))?;
    let said = notices::list_first_of_cases(db, rows.iter().map(|case| case.id).collect()).await?;
    let mut said: HashMap<CaseId, notices::Model> = said.into_iter().map(|row| (row.case_id, row)).collect();
    let reporters = said.values().filter_map(|notice| notice.reporter_id);
    let people: Vec<AccountId> = rows.iter().filter_map(|case| case.account_id).chain(reporters).collect();
    let people: HashMap<AccountId, accounts::Model> =
        accounts::list_by_ids(db, people).await?.into_iter().map(|row| (row.id, row)).collect();
    // By id, not by what one may see: moderators see what was reported.
    let named = posts::list_any(db, rows.iter().filter_map(|case| case.post_id).collect()).await?;
    let shown = status::load(app, None, named).await?;
    let one = |id: Option<AccountId>| account(app, id.and_then(|id| people.get(&id)).unwrap_or(&server));
    let view = |case: cases::Model| {
        let first = said.remove(&case.id);
        let decided = case.decided_at.map(Time);
        AdminReport {
            id: Id(case.id.0),
            action_taken: !case.is_open(),
            action_taken_at: decided,
            category: match Question::parse(&case.question) {
                Some(Question::Fraud) => "spam",
                Some(Question::Other) | None => "other",
                Some(_) => "violation",
            },
            account: one(first.as_ref().and_then(|notice| notice.reporter_id)),
            comment: first.map(|notice| notice.text).unwrap_or_default(),
            forwarded: false,
            created_at: Time(case.opened_at),
            updated_at: decided.unwrap_or(Time(case.opened_at)),
            target_account: one(case.account_id),
            // Who has a case is a person, who has no account of their own.
            assigned_account: case.assignee_id.map(|_| account(app, &server)),
            action_taken_by_account: decided.map(|_| account(app, &server)),
            statuses: shown
                .iter()
                .filter(|post| case.post_id.is_some_and(|id| post.id == Id(id.0)))
                .cloned()
                .collect(),
            rules: EMPTY,
        }
    };
    Ok(rows.into_iter().map(view).collect())
}

/// Mastodon's `Admin::DomainBlock`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct AdminDomainBlock {
    pub(crate) id: Id,
    pub(crate) domain: String,
    pub(crate) digest: String,
    pub(crate) created_at: Time,
    pub(crate) severity: &'static str,
    pub(crate) reject_media: bool,
    pub(crate) reject_reports: bool,
    pub(crate) private_comment: Option<String>,
    pub(crate) public_comment: Option<String>,
    pub(crate) obfuscate: bool,
}

/// A decision about a domain.
pub(crate) fn domain_block(row: domain_policies::Model) -> AdminDomainBlock {
    let said = |text: String| Some(text).filter(|text| !text.is_empty());
    AdminDomainBlock {
        id: Id(row.id.0),
        digest: stadtbote_core::app::secret_hash(&row.name),
        created_at: Time(row.created_at),
        severity: Severity::parse(&row.severity).unwrap_or(Severity::Noop).name(),
        reject_media: row.reject_media,
        reject_reports: row.reject_reports,
        private_comment: said(row.private_note),
        public_comment: said(row.public_reason),
        obfuscate: false,
        domain: row.name,
    }
}
