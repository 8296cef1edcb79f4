//! What is measured of the reach of posts, and how true each number is.

/// The version of the definitions below. It is told with every number; change it when a definition changes.
pub const DEFINITIONS: u32 = 3;

/// Below this many of them, nothing is said of the hours of a day: chance would look like a rule.
pub const LEAST_FOR_HOURS: u64 = 20;

/// How a number relates to what is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Truth {
    /// It is what it says.
    Exact,
    /// The truth is this much or more.
    AtLeast,
    /// The truth is this much or less.
    AtMost,
    /// The truth lies near.
    Estimate,
}

impl Truth {
    /// Its name in files and answers.
    pub fn name(self) -> &'static str {
        match self {
            Truth::Exact => "exact",
            Truth::AtLeast => "lower_bound",
            Truth::AtMost => "upper_bound",
            Truth::Estimate => "estimate",
        }
    }
}

macro_rules! measures {
    ($($(#[$doc:meta])* $measure:ident $name:literal $truth:ident $kind:ident)*) => {
        /// What is counted, for a day or a month.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Measure {
            $($(#[$doc])* $measure,)*
        }

        impl Measure {
            /// Every measure.
            pub const ALL: &[Measure] = &[$(Measure::$measure),*];

            /// Its name in the database, in files and answers.
            pub fn name(self) -> &'static str {
                match self { $(Measure::$measure => $name,)* }
            }

            /// The measure of that name.
            pub fn parse(name: &str) -> Option<Measure> {
                Measure::ALL.iter().copied().find(|measure| measure.name() == name)
            }

            /// How true it is.
            pub fn truth(self) -> Truth {
                match self { $(Measure::$measure => Truth::$truth,)* }
            }

            /// Where it comes from.
            pub fn kind(self) -> Kind {
                match self { $(Measure::$measure => Kind::$kind,)* }
            }
        }
    };
}

/// Where a measure comes from, and how those of several days make one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Found in what is stored, for each day; days are added.
    Found,
    /// Counted when it happens, for each day; days are added.
    Counted,
    /// How many there are on a day: of several days, that of the last.
    Standing,
    /// Found for a whole month; several months can't be added.
    Monthly,
    /// Worked out from other measures when it is told.
    Derived,
}

measures! {
    /// Posts that were published, without boosts and direct messages.
    Posts "posts" Exact Found
    /// Posts with a picture or a film.
    WithMedia "posts_with_media" Exact Found
    /// Posts of which every picture and film is described or marked as decoration.
    Described "posts_described" Exact Found
    /// Favourites of others. Those of some servers never arrive; what is taken back within two days is not counted.
    Favourites "favourites" AtLeast Found
    /// Boosts by others.
    Boosts "boosts" AtLeast Found
    /// Public answers of others.
    Replies "replies" AtLeast Found
    /// Quotes by others that were allowed.
    Quotes "quotes" AtLeast Found
    /// Accounts that voted in a poll.
    Votes "votes" AtLeast Found
    /// Reactions of all kinds, counted by the hour of the day alone.
    Reactions "reactions" AtLeast Found
    /// Accounts that began to follow, and still did up to two days later.
    NewFollowers "new_followers" AtLeast Found
    /// Accounts that followed before and do no longer.
    LostFollowers "lost_followers" AtLeast Derived
    /// Posts that went out to other servers.
    Sent "posts_sent" Exact Found
    /// Deliveries of posts that servers have accepted: for each post and server one.
    Delivered "delivered" Exact Found
    /// Deliveries that no server accepted in the end.
    Undelivered "undelivered" Exact Found
    /// Followers behind the servers that accepted a post.
    FollowersReached "followers_reached" AtLeast Found
    /// Bytes of posts that other servers have taken, without what the way there costs.
    BytesSent "bytes_sent" AtLeast Found
    /// Accounts that follow.
    Followers "followers" Exact Standing
    /// Views of our own pages by people; programs that say what they are do not count.
    Views "views" AtLeast Counted
    /// Times that a campaign address was opened by a browser.
    Clicks "clicks" AtLeast Counted
    /// Those who fetch the feed, as the services that fetch it for many tell.
    FeedReaders "feed_readers" Estimate Standing
    /// Accounts of others that reacted to a post of the account, each once.
    Reactors "reactors" AtLeast Monthly
    /// Milliseconds that the server's processors worked, for everything it does.
    CpuTime "cpu_milliseconds" AtLeast Monthly
    /// Posts of others that mention the account.
    Questions "questions" AtLeast Monthly
    /// Of those, the ones that the account has answered.
    Answered "answered" AtLeast Monthly
    /// Minutes until the first answer, half of the answers took less.
    MinutesToAnswer "minutes_to_answer" Exact Monthly
}

/// The measures that together are the reactions to posts.
pub const REACTIONS: [Measure; 5] =
    [Measure::Favourites, Measure::Boosts, Measure::Replies, Measure::Quotes, Measure::Votes];

/// The most that a post can have come before by those who shared it: its author's followers and theirs together. Who follows
/// several counts several times, and most will not have seen it; so it is never added up over posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Potential {
    /// Too few shared it: the followers of one of them would be told.
    Few,
    /// Of some it is not known how many follow them, so there is no bound.
    Unknown {
        /// Of how many it is known.
        known: i64,
        /// How many shared it.
        boosters: i64,
    },
    /// No more than that.
    AtMost {
        /// How many shared it.
        boosters: i64,
        /// Followers of all of them and of the author.
        followers: i64,
    },
}

/// See [`Potential`]. `followers`: those of the `known` of `boosters`; `floor`: the smallest group that is told of.
pub fn potential(own: i64, boosters: i64, known: i64, followers: i64, floor: u32) -> Potential {
    match boosters {
        _ if boosters < i64::from(floor) => Potential::Few,
        _ if known < boosters => Potential::Unknown { known, boosters },
        _ => Potential::AtMost { boosters, followers: own.max(0).saturating_add(followers.max(0)) },
    }
}

/// The middle one of some numbers; of two in the middle the smaller.
pub fn median(mut numbers: Vec<i64>) -> Option<i64> {
    numbers.sort_unstable();
    numbers.get(numbers.len().checked_sub(1)? / 2).copied()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_measure_is_found_by_a_name_of_its_own() {
        let names: BTreeSet<&str> = Measure::ALL.iter().map(|measure| measure.name()).collect();

        assert_eq!(names.len(), Measure::ALL.len());
        assert!(Measure::ALL.iter().all(|measure| Measure::parse(measure.name()) == Some(*measure)));
    }

    #[test]
    fn a_bound_is_told_only_if_every_part_of_it_is_known_and_nobody_stands_alone() {
        assert_eq!(potential(100, 4, 4, 40, 5), Potential::Few);
        assert_eq!(potential(100, 6, 5, 40, 5), Potential::Unknown { known: 5, boosters: 6 });
        assert_eq!(potential(100, 5, 5, 40, 5), Potential::AtMost { boosters: 5, followers: 140 });
        assert_eq!(potential(100, 9, 9, 40, 10), Potential::Few);
        assert_eq!(
            potential(i64::MAX, 5, 5, i64::MAX, 5),
            Potential::AtMost { boosters: 5, followers: i64::MAX }
        );
    }

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![7]), Some(7));
        assert_eq!(median(vec![9, 1]), Some(1));
        assert_eq!(median(vec![3, 100, 1]), Some(3));
    }
}
