//! Work that must follow: what it is, how urgent, and what may not run at once.

use serde::{Deserialize, Serialize};

use super::ids::{
    AccountId, CaseId, DecisionId, IncomingId, MailId, MeasureId, NoticeId, NotificationId, PostId, ReportId,
    RowId,
};
use super::policy::Interaction;

/// How urgent work is. The order is the order in which it is claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Overtakes everything: warnings, and what a person waits for.
    Urgent,
    /// Posts and answers.
    Normal,
    /// What may wait: profile updates, look-ups.
    Bulk,
}

impl Class {
    /// Its number in the database; smaller is sooner.
    pub fn number(self) -> i32 {
        match self {
            Class::Urgent => 0,
            Class::Normal => 1,
            Class::Bulk => 2,
        }
    }
}

/// The kind of the jobs that tell somebody that they follow no longer: while one waits, their server still takes them for
/// a follower.
pub const TURN_AWAY: &str = "turn_away";

/// What is done later. A job holds ids, not rows, and ends quietly if its subject is gone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Job {
    /// Make the keys of an account and of the instance actor.
    MakeKeys {
        /// Whose keys.
        account: AccountId,
    },
    /// Tell the audience of a post that it is there.
    DistributePost {
        /// The post.
        post: PostId,
    },
    /// Tell the audience of a post that it changed.
    DistributeUpdate {
        /// The post.
        post: PostId,
        /// The version that is told of; a newer one makes this job needless.
        version: i64,
    },
    /// Tell the audience of a post how many have voted by now.
    DistributePoll {
        /// The post that asks.
        post: PostId,
    },
    /// A poll is over: tell who asked and who voted, and the audience of the post.
    ClosePoll {
        /// The post that asks.
        post: PostId,
    },
    /// Tell everybody who ever got a post that it is gone.
    DistributeDelete {
        /// The post, now a tombstone.
        post: PostId,
    },
    /// Tell followers that an account changed its profile.
    DistributeProfile {
        /// The account.
        account: AccountId,
        /// The version that is told of.
        version: i64,
        /// The one host that is told; else all are.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        host: Option<String>,
        /// Whether we were away for long: then the servers of those whom the account follows are told too.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        is_back: bool,
    },
    /// Tell followers that an account has moved.
    DistributeMove {
        /// The account.
        account: AccountId,
    },
    /// Send one activity to one account's inbox.
    Send {
        /// Our account that speaks.
        from: AccountId,
        /// Their account that is spoken to.
        to: AccountId,
        /// What is said.
        what: Message,
    },
    /// Work on an activity that came in.
    Receive {
        /// Its row.
        incoming: IncomingId,
    },
    /// Fetch a post that is answered or boosted but not here yet.
    FetchPost {
        /// Its address.
        uri: String,
    },
    /// Fetch some of the answers to a post elsewhere.
    FetchReplies {
        /// The post.
        post: PostId,
    },
    /// Fetch some of the newest posts of an account elsewhere.
    FetchOutbox {
        /// The account.
        account: AccountId,
    },
    /// Compare who follows an account elsewhere with what its server says.
    SyncFollowers {
        /// The account.
        account: AccountId,
        /// Where its server shows those of ours who follow it.
        url: String,
        /// Their digest, as its server reckons.
        digest: String,
    },
    /// Find out whether the author of a quoted post agrees.
    VerifyQuote {
        /// The post that quotes.
        post: PostId,
    },
    /// Fetch an account again.
    RefreshAccount {
        /// The account.
        account: AccountId,
    },
    /// Tell one client program of a notification.
    ///
    /// One job for each subscription, so that what one push service refuses is not told to the others again.
    Push {
        /// The notification.
        notification: NotificationId,
        /// The subscription.
        subscription: RowId,
    },
    /// Write down that a case is due soon.
    RemindOfCase {
        /// The case.
        case: CaseId,
    },
    /// End a measure of the moderators whose time is over.
    EndMeasure {
        /// The measure.
        measure: MeasureId,
    },
    /// Tell those who reported what was decided.
    AnswerNotices {
        /// The decision.
        decision: DecisionId,
        /// The last of them who was told already; those after it are next.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<NoticeId>,
    },
    /// Send a mail.
    SendMail {
        /// The mail.
        mail: MailId,
    },
    /// Mark the accounts of a domain as what is decided about it says.
    ApplyDomainPolicy {
        /// The domain.
        name: String,
    },
    /// Keep the pictures of what a case is about.
    KeepEvidence {
        /// The case.
        case: CaseId,
        /// The version of the object.
        version: i64,
    },
    /// Ask for a list of domains that somebody here has subscribed to.
    FetchDomainList {
        /// The list.
        list: RowId,
    },
    /// Ask other servers which software they run, those that were not asked for long.
    LookUpHosts,
    /// Throw away what is past its time.
    CleanUp,
    /// Count whom posts reached.
    RollUpReach,
    /// Ask other servers how many follow those who shared posts of ours.
    ReadFollowerCounts,
}

/// What one account says to another account alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "say", rename_all = "snake_case")]
pub enum Message {
    /// I want to follow you. The follow's own URI.
    Follow {
        /// The Follow's URI.
        uri: String,
    },
    /// I no longer follow you.
    UndoFollow {
        /// The Follow's URI.
        uri: String,
    },
    /// You may follow me.
    AcceptFollow {
        /// The Follow's URI, as its sender named it.
        uri: String,
    },
    /// You may not follow me.
    RejectFollow {
        /// The Follow's URI, as its sender named it.
        uri: String,
    },
    /// I like your post.
    Like {
        /// The Like's URI.
        uri: String,
        /// The liked post.
        post: PostId,
    },
    /// I no longer like your post.
    UndoLike {
        /// The Like's URI.
        uri: String,
        /// The post.
        post: PostId,
    },
    /// I choose this in your poll.
    Vote {
        /// The vote's URI.
        uri: String,
        /// The post that asks.
        post: PostId,
        /// The place of the option.
        position: i32,
    },
    /// May my post answer yours?
    ReplyRequest {
        /// The post that answers.
        post: PostId,
    },
    /// May my post quote yours?
    QuoteRequest {
        /// The post that quotes.
        post: PostId,
    },
    /// Your post may quote mine.
    AcceptQuote {
        /// The QuoteRequest's URI, as its sender named it.
        uri: String,
        /// The post that quotes.
        post: PostId,
    },
    /// Your post may not quote mine.
    RejectQuote {
        /// The QuoteRequest's URI, as its sender named it.
        uri: String,
        /// The post that is quoted.
        quoted: PostId,
        /// The address of the post that quotes.
        instrument: String,
    },
    /// Your post may no longer quote mine.
    RevokeQuote {
        /// The post that quotes.
        post: PostId,
    },
    /// You may do with my post what you asked for, or may not.
    AnswerInteraction {
        /// The request's URI, as its sender named it.
        uri: String,
        /// What was asked for.
        interaction: Interaction,
        /// Our post.
        post: PostId,
        /// The address of the like, of the post that answers, or of the boost.
        instrument: String,
        /// Its number here, if it may be: that of the like, or of the post that answers or boosts.
        number: Option<i64>,
    },
    /// I block you.
    Block {
        /// The Block's URI.
        uri: String,
    },
    /// I no longer block you.
    UndoBlock {
        /// The Block's URI.
        uri: String,
    },
    /// Somebody here reports you to your moderators; the server itself says it, so that nobody learns who.
    Flag {
        /// The report.
        report: ReportId,
    },
}

impl Job {
    /// How urgent it is.
    pub fn class(&self) -> Class {
        match self {
            Job::MakeKeys { .. } | Job::DistributeDelete { .. } => Class::Urgent,
            Job::DistributePost { .. }
            | Job::DistributeUpdate { .. }
            | Job::DistributePoll { .. }
            | Job::DistributeMove { .. }
            | Job::ClosePoll { .. }
            | Job::Send { .. }
            | Job::Receive { .. }
            | Job::KeepEvidence { .. }
            | Job::RemindOfCase { .. }
            | Job::EndMeasure { .. }
            | Job::AnswerNotices { .. }
            | Job::SendMail { .. }
            | Job::ApplyDomainPolicy { .. }
            | Job::Push { .. } => Class::Normal,
            Job::DistributeProfile { .. }
            | Job::FetchPost { .. }
            | Job::FetchReplies { .. }
            | Job::FetchOutbox { .. }
            | Job::SyncFollowers { .. }
            | Job::VerifyQuote { .. }
            | Job::RefreshAccount { .. }
            | Job::FetchDomainList { .. }
            | Job::LookUpHosts
            | Job::ReadFollowerCounts
            | Job::CleanUp
            | Job::RollUpReach => Class::Bulk,
        }
    }

    /// Its name in metrics and in the table.
    pub fn kind(&self) -> &'static str {
        match self {
            Job::MakeKeys { .. } => "make_keys",
            Job::DistributePost { .. } => "distribute_post",
            Job::DistributeUpdate { .. } => "distribute_update",
            Job::DistributePoll { .. } => "distribute_poll",
            Job::ClosePoll { .. } => "close_poll",
            Job::DistributeDelete { .. } => "distribute_delete",
            Job::DistributeProfile { .. } => "distribute_profile",
            Job::DistributeMove { .. } => "distribute_move",
            Job::Send { what: Message::Block { .. } | Message::RejectFollow { .. }, .. } => TURN_AWAY,
            Job::Send { .. } => "send",
            Job::Receive { .. } => "receive",
            Job::FetchPost { .. } => "fetch_post",
            Job::FetchReplies { .. } => "fetch_replies",
            Job::FetchOutbox { .. } => "fetch_outbox",
            Job::SyncFollowers { .. } => "sync_followers",
            Job::VerifyQuote { .. } => "verify_quote",
            Job::RefreshAccount { .. } => "refresh_account",
            Job::Push { .. } => "push",
            Job::RemindOfCase { .. } => "remind_of_case",
            Job::EndMeasure { .. } => "end_measure",
            Job::AnswerNotices { .. } => "answer_notices",
            Job::SendMail { .. } => "send_mail",
            Job::ApplyDomainPolicy { .. } => "apply_domain_policy",
            Job::KeepEvidence { .. } => "keep_evidence",
            Job::FetchDomainList { .. } => "fetch_domain_list",
            Job::LookUpHosts => "look_up_hosts",
            Job::CleanUp => "clean_up",
            Job::RollUpReach => "roll_up_reach",
            Job::ReadFollowerCounts => "read_follower_counts",
        }
    }

    /// Work in the same lane runs one after the other, oldest first: what is said of one post, or to one account, must
    /// not be overtaken. A Delete that ran beside its Create would not know whom the Create reached.
    pub fn lane(&self) -> Option<String> {
        match self {
            Job::DistributePost { post }
            | Job::DistributeUpdate { post, .. }
            | Job::DistributePoll { post }
            | Job::DistributeDelete { post } => Some(format!("post {post}")),
            Job::DistributeProfile { account, .. } | Job::DistributeMove { account } => {
                Some(format!("profile {account}"))
            }
            Job::Send { from, to, .. } => Some(format!("send {from} {to}")),
            Job::RollUpReach => Some("reach".into()),
            // A start queues it beside one that the last process left behind: both at once would each find that the server
            // was away.
            Job::CleanUp => Some("clean up".into()),
            _ => None,
        }
    }

    /// Work under the same key waits only once.
    pub fn key(&self) -> Option<String> {
        match self {
            Job::FetchPost { uri } => Some(format!("fetch {uri}")),
            Job::FetchReplies { post } => Some(format!("replies {post}")),
            Job::FetchOutbox { account } => Some(format!("outbox {account}")),
            Job::SyncFollowers { account, .. } => Some(format!("followers {account}")),
            Job::VerifyQuote { post } => Some(format!("quote {post}")),
            Job::RefreshAccount { account } => Some(format!("refresh {account}")),
            Job::DistributePoll { post } => Some(format!("poll {post}")),
            Job::ClosePoll { post } => Some(format!("close {post}")),
            Job::ApplyDomainPolicy { name } => Some(format!("domain {name}")),
            Job::KeepEvidence { case, version } => Some(format!("evidence {case} {version}")),
            Job::FetchDomainList { list } => Some(format!("domain list {list}")),
            Job::LookUpHosts => Some("look up hosts".into()),
            Job::CleanUp => Some("clean up".into()),
            Job::RollUpReach => Some("roll up reach".into()),
            Job::ReadFollowerCounts => Some("read follower counts".into()),
            _ => None,
        }
    }
}
