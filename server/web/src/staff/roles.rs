//! Roles in words.

use stadtbote_core::domain::permission::Role;

use crate::language::Texts;
use crate::views::OptionView;

/// The roles in the order in which they are offered, from least to most.
const OFFERED: [Role; 5] = [Role::Author, Role::Approver, Role::Community, Role::Analyst, Role::Owner];

/// The name of a role.
pub(crate) fn name(t: Texts, role: Role) -> String {
    match role {
        Role::Author => t.say("role-author"),
        Role::Approver => t.say("role-approver"),
        Role::Community => t.say("role-community"),
        Role::Analyst => t.say("role-analyst"),
        Role::Owner => t.say("role-owner"),
    }
}

/// What somebody with this role may do, in a sentence.
pub(crate) fn consequence(t: Texts, role: Role) -> String {
    match role {
        Role::Author => t.say("role-author-hint"),
        Role::Approver => t.say("role-approver-hint"),
        Role::Community => t.say("role-community-hint"),
        Role::Analyst => t.say("role-analyst-hint"),
        Role::Owner => t.say("role-owner-hint"),
    }
}

/// The choice of a role.
pub(crate) fn options(t: Texts, chosen: Option<Role>) -> Vec<OptionView> {
    let option = |role: Role| OptionView {
        value: role.name().to_owned(),
        label: name(t, role),
        hint: consequence(t, role),
        chosen: chosen == Some(role),
    };
    OFFERED.into_iter().map(option).collect()
}
