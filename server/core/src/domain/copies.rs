//! Pictures of others that are shown from here, so that no reader's browser has to ask a server that we do not run.
//!
//! An address says whose picture it is and has a hash of where it is kept elsewhere. So it leads nowhere as soon as the
//! account or the post is gone or has another picture.

use sha2::{Digest, Sha256};

/// What a picture is for, and so how large a copy is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// The picture of an account.
    Avatar,
    /// The header of an account.
    Header,
    /// In the name or the profile of an account.
    AccountEmoji,
    /// In the text of a post.
    PostEmoji,
    /// Attached to a post.
    Attached,
}

impl Use {
    /// Every use.
    pub const ALL: [Use; 5] = [Use::Avatar, Use::Header, Use::AccountEmoji, Use::PostEmoji, Use::Attached];

    /// Its name in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Use::Avatar => "avatars",
            Use::Header => "headers",
            Use::AccountEmoji => "account_emojis",
            Use::PostEmoji => "post_emojis",
            Use::Attached => "media",
        }
    }

    /// The use of that name.
    pub fn parse(name: &str) -> Option<Use> {
        Use::ALL.into_iter().find(|known| known.name() == name)
    }

    /// The path under which the copy of `url` is shown. `id`: of the account, the post or the file that it belongs to.
    pub fn path(self, id: i64, url: &str) -> String {
        format!("/copies/{}/{id}/{}", self.name(), self.hash(url))
    }

    /// Where a picture is kept elsewhere, told in 32 digits; another one for each use, since a copy is made for its use.
    pub fn hash(self, url: &str) -> String {
        let digest = Sha256::new().chain_update(self.name()).chain_update([0]).chain_update(url).finalize();
        hex::encode(&digest[..16])
    }
}

/// Whether something is the address of a picture elsewhere; what is ours is the name of a file.
pub fn is_elsewhere(picture: &str) -> bool {
    picture.starts_with("https://") || picture.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_use_owner_and_source() {
        let path = Use::Avatar.path(7, "https://far.example/a.png");

        assert_eq!(path.len(), "/copies/avatars/7/".len() + 32);
        assert_ne!(path, Use::Avatar.path(7, "https://far.example/b.png"));
        assert_ne!(
            Use::Avatar.hash("https://far.example/a.png"),
            Use::Header.hash("https://far.example/a.png")
        );
        for known in Use::ALL {
            assert_eq!(Use::parse(known.name()), Some(known));
        }
        assert_eq!(Use::parse("secrets"), None);
    }
}
