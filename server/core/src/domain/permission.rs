//! Who may do what: the one table of rights.
//!
//! Server roles are held by a person, account roles by a person for one account. Both are looked up at every request,
//! so that a right ends when the role ends.

use serde::{Deserialize, Serialize};

/// What a person is to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Runs the account and says who else does.
    Owner,
    /// Publishes, and releases what authors wrote.
    Approver,
    /// Writes drafts.
    Author,
    /// Answers people who wrote to the account.
    Community,
    /// Reads.
    Analyst,
}

impl Role {
    /// Every role, from most to least.
    pub const ALL: [Role; 5] = [Role::Owner, Role::Approver, Role::Author, Role::Community, Role::Analyst];

    /// Its name in the database and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Role::Owner => "owner",
            Role::Approver => "approver",
            Role::Author => "author",
            Role::Community => "community",
            Role::Analyst => "analyst",
        }
    }

    /// The role of that name.
    pub fn parse(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// Something done for an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// See the account's timelines, notifications, drafts and lists.
    Read,
    /// See direct messages: left out of every answer for others.
    ReadDirect,
    /// Write, change and throw away drafts, and upload their files.
    Write,
    /// Publish, release drafts, edit and delete what is published, boost, pin.
    Publish,
    /// Answer people who wrote to the account.
    Answer,
    /// Favourite, bookmark, follow, mute, block, sort into lists.
    Interact,
    /// Change name, picture and settings of the account.
    EditProfile,
    /// Say who belongs to the account.
    ManageMembers,
}

/// Whether somebody with `role` in an account may do `act` for it.
pub fn may(role: Role, act: Act) -> bool {
    match act {
        Act::Read => true,
        Act::ReadDirect | Act::Answer | Act::Interact => {
            matches!(role, Role::Owner | Role::Approver | Role::Community)
        }
        Act::Write => !matches!(role, Role::Analyst),
        Act::Publish | Act::EditProfile => matches!(role, Role::Owner | Role::Approver),
        Act::ManageMembers => matches!(role, Role::Owner),
    }
}

/// What a person may do for the whole server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServerRoles {
    /// Sets up accounts and people.
    pub administrator: bool,
    /// Decides reports.
    pub moderator: bool,
}

/// Something done for the whole server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ServerAct {
    /// Make accounts and institutions.
    ManageAccounts,
    /// Make people, end what they hold.
    ManagePeople,
    /// Read and decide reports.
    Moderate,
}

/// Whether a person with these server roles may do `act`.
pub fn may_on_server(roles: ServerRoles, act: ServerAct) -> bool {
    match act {
        ServerAct::ManageAccounts | ServerAct::ManagePeople => roles.administrator,
        ServerAct::Moderate => roles.moderator,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_says_who_may_and_who_may_not() {
        let acts = [
            Act::Read,
            Act::ReadDirect,
            Act::Write,
            Act::Publish,
            Act::Answer,
            Act::Interact,
            Act::EditProfile,
            Act::ManageMembers,
        ];
        let table = [
            (Role::Owner, [true, true, true, true, true, true, true, true]),
            (Role::Approver, [true, true, true, true, true, true, true, false]),
            (Role::Author, [true, false, true, false, false, false, false, false]),
            (Role::Community, [true, true, true, false, true, true, false, false]),
            (Role::Analyst, [true, false, false, false, false, false, false, false]),
        ];

        for (role, expected) in table {
            assert_eq!(acts.map(|act| may(role, act)), expected, "{role:?}");
        }
    }

    #[test]
    fn f17_only_administrators_make_people_and_only_moderators_moderate() {
        let administrator = ServerRoles { administrator: true, moderator: false };
        let moderator = ServerRoles { administrator: false, moderator: true };

        assert!(may_on_server(administrator, ServerAct::ManagePeople));
        assert!(!may_on_server(administrator, ServerAct::Moderate));
        assert!(may_on_server(moderator, ServerAct::Moderate));
        assert!(!may_on_server(moderator, ServerAct::ManageAccounts));
        assert!(!may_on_server(ServerRoles::default(), ServerAct::ManageAccounts));
    }

    #[test]
    fn every_role_is_found_by_its_name() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.name()), Some(role));
        }
        assert_eq!(Role::parse("king"), None);
    }
}
