//! Ids: 63 bits, the time in the upper 47 (milliseconds), chance in the lower 16. Order by id is order by time.

use chrono::{DateTime, Utc};
use sea_orm::DeriveValueType;

/// The id made at `time` with the 16 bits of `chance`.
pub fn compose(time: DateTime<Utc>, chance: u16) -> i64 {
    (time.timestamp_millis().clamp(0, (1 << 47) - 1) << 16) | i64::from(chance)
}

/// How far apart the ids of two hours are.
pub const HOUR: i64 = 3_600_000 << 16;

/// The smallest id that something made at `time` or later can have.
pub fn first_at(time: DateTime<Utc>) -> i64 {
    compose(time, 0)
}

/// When `id` was made, to the millisecond.
pub fn made_at(id: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(id.max(0) >> 16).unwrap_or_default()
}

/// `id` with its last bits taken away, so that it stays what it is when it is read as a floating-point number.
///
/// A push message has the id of its notification as a JSON number, and programs in JavaScript have 53 bits for it.
/// Enough until the year 2109.
pub fn as_number(id: i64) -> i64 {
    id & !0x1f
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DeriveValueType, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map($name)
            }
        }
    )*};
}

ids! {
    /// An institution.
    InstitutionId
    /// An account, ours or theirs.
    AccountId
    /// A member of staff.
    PersonId
    /// A membership of a person in an account.
    MembershipId
    /// A post, ours or theirs; drafts too.
    PostId
    /// An attached file.
    MediaId
    /// A follow.
    FollowId
    /// A hashtag.
    TagId
    /// A notification.
    NotificationId
    /// A list of followed accounts.
    ListId
    /// A filter.
    FilterId
    /// A keyword of a filter.
    KeywordId
    /// A conversation.
    ConversationId
    /// A client program.
    OauthAppId
    /// A bearer token.
    TokenId
    /// A report.
    ReportId
    /// A case of the moderators.
    CaseId
    /// What somebody says of the object of a case.
    NoticeId
    /// A decision about a case.
    DecisionId
    /// What a decision does.
    MeasureId
    /// A complaint about a decision.
    ComplaintId
    /// A mail to be sent.
    MailId
    /// A job.
    JobId
    /// An outgoing activity.
    OutgoingId
    /// One delivery of an outgoing activity.
    DeliveryId
    /// An activity that came in.
    IncomingId
    /// Any other row that only needs a key (the cursor of a join table).
    RowId
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn a_later_id_is_greater_whatever_the_chance() {
        let now: DateTime<Utc> = "2026-11-24T09:30:00Z".parse().unwrap();

        assert!(compose(now, u16::MAX) < compose(now + TimeDelta::milliseconds(1), 0));
    }

    #[test]
    fn an_id_tells_when_it_was_made() {
        let now: DateTime<Utc> = "2026-11-24T09:30:00.123Z".parse().unwrap();

        assert_eq!(made_at(compose(now, u16::MAX)), now);
        assert_eq!(made_at(-7), DateTime::UNIX_EPOCH);
        assert!(made_at(i64::MAX) > now);
    }

    #[test]
    fn an_id_for_numbers_survives_being_one() {
        let times = ["2026-11-24T00:00:00.001Z", "2109-01-01T00:00:00Z"];

        for time in times.map(|time| time.parse().unwrap()) {
            let id = as_number(compose(time, u16::MAX));
            assert_eq!(id as f64 as i64, id);
            assert!(id > first_at(time));
        }
    }

    #[test]
    fn an_id_is_never_negative() {
        assert!(compose(DateTime::<Utc>::MIN_UTC, 7) >= 0);
        assert!(compose(DateTime::<Utc>::MAX_UTC, u16::MAX) > 0);
    }
}
