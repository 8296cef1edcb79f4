//! What Stadtbote does.
//!
//! Each function checks, opens one transaction, changes, queues what must follow, commits, answers. None waits on the
//! network: what must be fetched or sent is a job.

use crate::domain::ids::{AccountId, OauthAppId, PersonId};
use crate::domain::permission::{Act, Role, ServerAct, may, may_on_server};
use crate::store::posts::Viewer;
use crate::store::{accounts, memberships, persons};
use crate::{App, Error};

pub mod accounts_of_ours;
pub mod answers;
pub mod audit;
pub mod backfill;
pub mod blocks;
pub mod boosts;
pub mod case_export;
pub mod cases;
pub mod copies;
pub mod decisions;
pub mod domain_lists;
pub mod domains;
pub mod drafts;
pub mod evidence;
pub mod featured_tags;
pub mod filters;
pub mod follows;
pub mod held;
pub mod hosts;
pub mod keys;
pub mod lists;
pub mod look_ups;
pub mod mails;
pub mod measures;
pub mod media;
pub mod moves;
pub mod notices;
pub(crate) mod notifications;
pub mod notifiers;
pub mod oauth;
pub mod outgoing;
pub mod polls;
pub mod posts;
pub mod push;
pub mod quotes;
pub mod reach;
pub mod reactions;
pub mod receive;
pub mod reply_approvals;
pub mod reports;
pub mod retention;
pub mod sign_in;
pub mod staff;
pub mod statements;
pub mod subjects;
pub mod tags;
pub mod transparency;
pub mod upkeep;

/// Somebody who acts for an account of ours: a person, the account, and what the one is to the other now.
#[derive(Clone, Debug)]
pub struct Member {
    /// Who acts.
    pub person: PersonId,
    /// For which account.
    pub account: accounts::Model,
    /// As what.
    pub role: Role,
    /// With which client program, if not with a browser.
    pub app: Option<OauthAppId>,
}

/// A person who may read and decide reports, now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moderator {
    /// Who decides.
    pub person: PersonId,
}

impl Moderator {
    /// That person, if they work here and may moderate at this moment.
    pub async fn find(app: &App, person: PersonId) -> Result<Option<Moderator>, Error> {
        let person = persons::find(app.db(), person).await?.filter(|person| person.left_at.is_none());
        let person = person.filter(|person| may_on_server(person.server_roles(), ServerAct::Moderate));
        Ok(person.map(|person| Moderator { person: person.id }))
    }
}

impl Member {
    /// The member that `person` is of `account` at this moment, if the person still works here.
    pub async fn find(app: &App, person: PersonId, account: AccountId) -> Result<Option<Member>, Error> {
        let Some(membership) = memberships::find(app.db(), person, account).await? else { return Ok(None) };
        let works_here =
            persons::find(app.db(), person).await?.is_some_and(|person| person.left_at.is_none());
        let account = accounts::find(app.db(), account).await?.filter(|account| account.deleted_at.is_none());
        Ok(account.filter(|_| works_here).map(|account| Member {
            person,
            account,
            role: membership.role(),
            app: None,
        }))
    }

    /// Whether the member may do `act`.
    pub fn may(&self, act: Act) -> bool {
        may(self.role, act)
    }

    /// Stops here unless the member may do `act`.
    pub fn must(&self, act: Act) -> Result<(), Error> {
        if self.may(act) { Ok(()) } else { Err(Error::Forbidden) }
    }

    /// What the member may see.
    pub fn viewer(&self) -> Viewer {
        Viewer { account: self.account.id, may_read_direct: self.may(Act::ReadDirect) }
    }
}
