//! The digest by which two servers compare who follows an account (FEP-8fcf).

use sha2::{Digest, Sha256};

/// The exclusive or of the SHA-256 of each follower's address, in hexadecimal: the same in every order.
pub fn followers_digest<'a>(followers: impl IntoIterator<Item = &'a str>) -> String {
    let mut all = [0_u8; 32];
    for follower in followers {
        for (byte, more) in all.iter_mut().zip(Sha256::digest(follower.as_bytes())) {
            *byte ^= more;
        }
    }
    hex::encode(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_that_of_the_proposal_in_every_order() {
        let [one, two] = ["https://testing.example.org/users/1", "https://testing.example.org/users/2"];
        let example = "c33f48cd341ef046a206b8a72ec97af65079f9a3a9b90eef79c5920dce45c61f";

        assert_eq!(followers_digest([one, two]), example);
        assert_eq!(followers_digest([two, one]), example);
        assert_eq!(followers_digest([]), "0".repeat(64));
    }
}
