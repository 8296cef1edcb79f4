//! Who asks, and what their token was granted: as extractors, so that a handler without one can't get the account it
//! would act for. What a member's role allows is asked of `core`, which knows the table of rights.

use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Request};
use http::header::AUTHORIZATION;
use http::request::Parts;
use stadtbote_core::actions::{self, oauth};
use stadtbote_core::domain::scope::Scopes;
use stadtbote_core::store::posts::Viewer;
use stadtbote_core::{App, Error};

use crate::Door;
use crate::error::ApiError;

/// What a token must have been granted, one of several scopes.
pub(crate) trait Scope {
    /// Any of these is enough; none at all means that every token is.
    const ANY_OF: &'static [&'static str];
    /// Whether the old bundle `follow` opens this too.
    const BY_FOLLOW: bool = true;
}

macro_rules! scopes {
    ($($(#[$doc:meta])* $name:ident: $any_of:expr $(, $follow:ident)?;)*) => {$(
        $(#[$doc])*
        pub(crate) struct $name;

        impl Scope for $name {
            const ANY_OF: &'static [&'static str] = &$any_of;
            $(const $follow: bool = false;)?
        }
    )*};
}

scopes! {
    /// Any token.
    Any: [];
    /// One's own profile.
    Profile: ["profile", "read:accounts"];
    /// Only `profile`.
    UserInfo: ["profile"];
    /// Push messages.
    Push: ["push"];
    /// Read accounts.
    ReadAccounts: ["read:accounts"];
    /// Read blocks.
    ReadBlocks: ["read:blocks"];
    /// Read bookmarks.
    ReadBookmarks: ["read:bookmarks"];
    /// Read favourites.
    ReadFavourites: ["read:favourites"];
    /// Read filters.
    ReadFilters: ["read:filters"];
    /// Read follows.
    ReadFollows: ["read:follows"];
    /// Read what accounts are to each other, which `follow` does not open.
    ReadRelationships: ["read:follows"], BY_FOLLOW;
    /// Read lists.
    ReadLists: ["read:lists"];
    /// Read mutes.
    ReadMutes: ["read:mutes"];
    /// Read notifications.
    ReadNotifications: ["read:notifications"];
    /// Search.
    ReadSearch: ["read:search"];
    /// Read posts.
    ReadStatuses: ["read:statuses"];
    /// Change the profile, notes and pins.
    WriteAccounts: ["write:accounts"];
    /// Block.
    WriteBlocks: ["write:blocks"];
    /// Bookmark.
    WriteBookmarks: ["write:bookmarks"];
    /// Favourite.
    WriteFavourites: ["write:favourites"];
    /// Change filters.
    WriteFilters: ["write:filters"];
    /// Follow, and answer requests.
    WriteFollows: ["write:follows"];
    /// Change lists.
    WriteLists: ["write:lists"];
    /// Upload.
    WriteMedia: ["write:media"];
    /// Mute.
    WriteMutes: ["write:mutes"];
    /// Dismiss notifications.
    WriteNotifications: ["write:notifications"];
    /// Report.
    WriteReports: ["write:reports"];
    /// Write and boost.
    WriteStatuses: ["write:statuses"];
    /// See all that administrators see.
    AdminRead: ["admin:read"];
    /// See accounts as moderators do.
    AdminReadAccounts: ["admin:read:accounts"];
    /// See decisions about domains.
    AdminReadDomainBlocks: ["admin:read:domain_blocks"];
    /// See cases.
    AdminReadReports: ["admin:read:reports"];
    /// Decide about accounts.
    AdminWriteAccounts: ["admin:write:accounts"];
    /// Decide about domains.
    AdminWriteDomainBlocks: ["admin:write:domain_blocks"];
    /// Decide cases.
    AdminWriteReports: ["admin:write:reports"];
}

fn check<S: Scope>(scopes: &Scopes) -> Result<(), ApiError> {
    let allows = |needed: &&str| {
        let by_follow = !S::BY_FOLLOW
            && !scopes
                .words()
                .iter()
                .any(|word| word == needed || Some(word.as_str()) == needed.split(':').next());
        scopes.allow(needed) && !by_follow
    };
    if S::ANY_OF.is_empty() || S::ANY_OF.iter().any(allows) {
        Ok(())
    } else {
        Err(ApiError::outside_scopes())
    }
}

/// Who a request comes from, found out once.
#[derive(Clone)]
pub(crate) enum Caller {
    /// Nobody says who they are.
    Anonymous,
    /// A token that is not ours, or no longer.
    Unknown,
    /// A token in force.
    Known(Arc<Identity>),
}

/// Behind a token.
pub(crate) struct Identity {
    /// The token.
    pub(crate) token: oauth::Token,
    /// The member that it stands for; none for a client's own token.
    member: Option<actions::Member>,
}

impl Identity {
    /// The member that the token stands for; none for a client's own token.
    pub(crate) fn member(&self) -> Option<&actions::Member> {
        self.member.as_ref()
    }
}

/// Finds out who asks, by the secret that came along.
pub(crate) async fn identify(app: &App, secret: Option<String>) -> Result<Caller, Error> {
    match secret {
        Some(secret) => find(app, &secret).await,
        None => Ok(Caller::Anonymous),
    }
}

async fn find(app: &App, secret: &str) -> Result<Caller, Error> {
    let Some(token) = oauth::token(app, secret).await? else { return Ok(Caller::Unknown) };
    let (Some(person), Some(account)) = (token.row.person_id, token.row.account_id) else {
        return Ok(Caller::Known(Arc::new(Identity { token, member: None })));
    };
    // Who is no longer a member has nothing in hand.
    let Some(member) = actions::Member::find(app, person, account).await? else { return Ok(Caller::Unknown) };
    let member = actions::Member { app: token.row.app_id, ..member };
    Ok(Caller::Known(Arc::new(Identity { token, member: Some(member) })))
}

/// The bearer token in the header, or in the address as RFC 6750 (2.3) has it.
pub(crate) fn secret(request: &Request) -> Option<String> {
    if let Some(header) = request.headers().get(AUTHORIZATION) {
        let (kind, secret) = header.to_str().ok()?.trim().split_once(' ')?;
        return kind.eq_ignore_ascii_case("bearer").then(|| secret.trim().to_owned());
    }
    url::form_urlencoded::parse(request.uri().query()?.as_bytes())
        .find(|(name, value)| name == "access_token" && !value.is_empty())
        .map(|(_, value)| value.into_owned())
}

fn caller(parts: &Parts) -> Caller {
    parts.extensions.get().cloned().unwrap_or(Caller::Anonymous)
}

/// The member that acts, with a token for `S`.
pub(crate) struct Member<S>(pub(crate) actions::Member, pub(crate) PhantomData<S>);

/// A person who may moderate, with a token for `S`. The right is the person's, whichever account they act for.
pub(crate) struct Moderator<S>(pub(crate) actions::Moderator, pub(crate) PhantomData<S>);

/// Anybody; with a token it must be for `S`, and then it is the member that looks.
pub(crate) struct Guest<S>(pub(crate) Option<actions::Member>, pub(crate) PhantomData<S>);

/// Any token for `S`, a client's own too.
pub(crate) struct Client<S>(pub(crate) Arc<Identity>, pub(crate) PhantomData<S>);

impl<S> Guest<S> {
    /// What the guest may see.
    pub(crate) fn viewer(&self) -> Option<Viewer> {
        self.0.as_ref().map(actions::Member::viewer)
    }
}

impl<S: Scope, State: Send + Sync> FromRequestParts<State> for Client<S> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &State) -> Result<Self, ApiError> {
        let Caller::Known(identity) = caller(parts) else { return Err(ApiError::invalid_token()) };
        check::<S>(&identity.token.scopes)?;
        Ok(Client(identity, PhantomData))
    }
}

impl<S: Scope, State: Send + Sync> FromRequestParts<State> for Member<S> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, ApiError> {
        let Client(identity, _) = Client::<S>::from_request_parts(parts, state).await?;
        let member = identity.member.clone().ok_or_else(ApiError::person_needed)?;
        Ok(Member(member, PhantomData))
    }
}

impl<S: Scope> FromRequestParts<Door> for Moderator<S> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, door: &Door) -> Result<Self, ApiError> {
        let Member(member, _) = Member::<S>::from_request_parts(parts, door).await?;
        let found = actions::Moderator::find(&door.app, member.person).await?;
        found.map(|moderator| Moderator(moderator, PhantomData)).ok_or_else(|| Error::Forbidden.into())
    }
}

impl<S: Scope, State: Send + Sync> FromRequestParts<State> for Guest<S> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &State) -> Result<Self, ApiError> {
        match caller(parts) {
            Caller::Anonymous => Ok(Guest(None, PhantomData)),
            Caller::Unknown => Err(ApiError::invalid_token()),
            Caller::Known(identity) => {
                check::<S>(&identity.token.scopes)?;
                Ok(Guest(identity.member.clone(), PhantomData))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may<S: Scope>(scopes: &str) -> bool {
        check::<S>(&Scopes::parse(scopes).expect("they exist")).is_ok()
    }

    #[test]
    fn f03_a_token_opens_what_it_was_granted_and_nothing_else() {
        assert!(may::<ReadStatuses>("read"));
        assert!(may::<ReadStatuses>("read:statuses"));
        assert!(!may::<ReadStatuses>("read:accounts write push"));
        assert!(!may::<WriteStatuses>("read"));
        assert!(may::<Profile>("profile"));
        assert!(!may::<UserInfo>("read write"));
        assert!(may::<Any>("push"));
        assert!(may::<AdminReadReports>("admin:read"));
        assert!(may::<AdminReadReports>("admin:read:reports"));
        assert!(!may::<AdminReadReports>("read write admin:write admin:read:accounts"));
        assert!(!may::<AdminWriteReports>("write"));
        assert!(!may::<WriteReports>("admin:write"));
    }

    #[test]
    fn the_old_follow_opens_follows_but_not_relationships() {
        assert!(may::<WriteFollows>("follow"));
        assert!(may::<ReadMutes>("follow"));
        assert!(!may::<ReadRelationships>("follow"));
        assert!(may::<ReadRelationships>("read:follows"));
        assert!(may::<ReadRelationships>("follow read"));
        assert!(!may::<WriteStatuses>("follow"));
    }

    #[test]
    fn the_token_is_read_from_header_and_address() {
        let request = |header: Option<&str>, address: &str| {
            let mut request = Request::builder().uri(address);
            if let Some(header) = header {
                request = request.header(AUTHORIZATION, header);
            }
            secret(&request.body(axum::body::Body::empty()).expect("it is well made"))
        };

        assert_eq!(request(Some("Bearer abc"), "/"), Some("abc".into()));
        assert_eq!(request(Some("bearer  abc "), "/"), Some("abc".into()));
        assert_eq!(request(Some("Basic abc"), "/"), None);
        assert_eq!(request(None, "/?x=1&access_token=abc"), Some("abc".into()));
        assert_eq!(request(None, "/"), None);
    }
}
