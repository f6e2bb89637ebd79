//! Secrets that are shown once: what they look like, and what is kept of them.
//!
//! `gear_9f86d081884c7d65_<64 hexadecimal digits><8 more>`: a readable name, a random part that
//! tells secrets apart, the secret itself (256 bits), and a checksum over what stands before it,
//! so that a typo costs no look-up and a scanner of source code knows one when it sees one.
//!
//! What has 256 random bits cannot be guessed, so that a fast digest (SHA-256, FIPS 180-4) is
//! enough: slow ones are for passwords.

use std::fmt;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::{Builder, Uuid};

use super::AuthError;
use crate::error::{Error, Result};
use crate::id::IdSource;

const MARK_BYTES: usize = 8;
const SECRET_BYTES: usize = 32;
const CHECKSUM_BYTES: usize = 4;
const LONGEST_NAME: usize = 16;
const LONGEST: usize = LONGEST_NAME + 2 + 2 * (MARK_BYTES + SECRET_BYTES + CHECKSUM_BYTES);

/// A secret in clear. It shows itself by [`reveal`](Self::reveal), and not in `Debug`.
pub struct Secret {
    text: String,
    prefix: usize,
}

impl Secret {
    /// A new secret of this name.
    pub(crate) fn new(name: &SecretName, ids: &dyn IdSource) -> Result<Self> {
        let mut random = [0; MARK_BYTES + SECRET_BYTES];
        ids.fill_secret(&mut random)?;
        let (mark, secret) = random.split_at(MARK_BYTES);
        let mut text = format!("{}_{}", name.0, hex(mark));
        let prefix = text.len();
        text.push('_');
        text.push_str(&hex(secret));
        text.push_str(&checksum(&text));
        Ok(Self { text, prefix })
    }

    /// What somebody presented, if it has the form of a secret of this name.
    ///
    /// # Errors
    ///
    /// [`AuthError::Unauthenticated`], always the same, without a look at any table.
    pub(crate) fn parse(name: &SecretName, presented: &str) -> Result<Self, AuthError> {
        let is_secret = || {
            if presented.len() > LONGEST || !presented.is_ascii() {
                return None;
            }
            let rest = presented.strip_prefix(&*name.0)?.strip_prefix('_')?;
            let (mark, rest) = rest.split_once('_')?;
            let (secret, _) = rest.split_at_checked(2 * SECRET_BYTES)?;
            let (body, sum) =
                presented.split_at_checked(presented.len().checked_sub(2 * CHECKSUM_BYTES)?)?;
            let is_hex = |text: &str, bytes: usize| {
                text.len() == 2 * bytes
                    && text
                        .bytes()
                        .all(|sign| matches!(sign, b'0'..=b'9' | b'a'..=b'f'))
            };
            let fits = is_hex(mark, MARK_BYTES)
                && rest.len() == 2 * (SECRET_BYTES + CHECKSUM_BYTES)
                && is_hex(secret, SECRET_BYTES)
                && checksum(body) == sum;
            fits.then(|| presented.len() - rest.len() - 1)
        };
        let prefix = is_secret().ok_or(AuthError::Unauthenticated)?;
        Ok(Self {
            text: presented.to_owned(),
            prefix,
        })
    }

    /// The secret in clear, to be shown once.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// What it begins with: no secret, and good for telling it by.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.text[..self.prefix]
    }

    /// The digest by which its row is found: 128 bits, so that nobody finds one by chance.
    pub(crate) fn proof(&self) -> Uuid {
        digest_id("tenancy secret", &[&self.text])
    }

    /// The digest that its row keeps.
    pub(crate) fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.text.as_bytes()).into()
    }

    /// Whether the row is this secret's, in the same time whatever the row holds.
    pub(crate) fn is_kept_as(&self, prefix: &str, hash: &[u8]) -> bool {
        let same_prefix = self.prefix().as_bytes().ct_eq(prefix.as_bytes());
        bool::from(same_prefix & self.hash().as_slice().ct_eq(hash))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret")
            .field("prefix", &self.prefix())
            .finish_non_exhaustive()
    }
}

/// What the secrets of an application begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SecretName(Box<str>);

impl SecretName {
    /// # Errors
    ///
    /// [`Error::Configuration`] for anything but 2 to 16 lower-case letters and digits, of which
    /// the first is a letter.
    pub(crate) fn new(name: &str) -> Result<Self> {
        let letters = |sign: u8| sign.is_ascii_lowercase() || sign.is_ascii_digit();
        let is_name = (2..=LONGEST_NAME).contains(&name.len())
            && name.bytes().all(letters)
            && name.starts_with(|sign: char| sign.is_ascii_lowercase());
        if is_name {
            return Ok(Self(name.into()));
        }
        Err(Error::Configuration {
            reason: "a secret begins with a name of 2 to 16 lower-case letters and digits, of \
                     which the first is a letter"
                .into(),
        })
    }
}

/// A digest as an id: UUID version 8 (RFC 9562, section 5.8) over SHA-256. Each part stands
/// behind its length, so that no two lists of parts have one text.
pub(crate) fn digest_id(of: &str, parts: &[&str]) -> Uuid {
    let mut digest = Sha256::new();
    for part in [of].iter().chain(parts) {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.finalize()[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn checksum(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes())[..CHECKSUM_BYTES])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::id::UuidV7;

    fn name() -> SecretName {
        SecretName::new("gear").unwrap()
    }

    fn secret() -> Secret {
        Secret::new(&name(), &UuidV7::default()).unwrap()
    }

    #[test]
    fn what_was_made_is_read() {
        let made = secret();
        let read = Secret::parse(&name(), made.reveal()).unwrap();
        assert_eq!(read.prefix(), made.prefix());
        assert_eq!(made.prefix().len(), "gear_".len() + 16);
        assert!(read.is_kept_as(made.prefix(), &made.hash()));
        assert_eq!(read.proof(), made.proof());
    }

    #[test]
    fn no_two_are_the_same() {
        let (one, other) = (secret(), secret());
        assert_ne!(one.reveal(), other.reveal());
        assert_ne!(one.proof(), other.proof());
        assert!(!one.is_kept_as(one.prefix(), &other.hash()));
        assert!(!one.is_kept_as(other.prefix(), &one.hash()));
    }

    #[test]
    fn each_changed_sign_is_noticed() {
        let made = secret();
        for at in 0..made.reveal().len() {
            let mut bytes = made.reveal().as_bytes().to_vec();
            bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
            let changed = String::from_utf8(bytes).unwrap();
            assert!(Secret::parse(&name(), &changed).is_err(), "{at}");
        }
        for end in 0..made.reveal().len() {
            assert!(Secret::parse(&name(), &made.reveal()[..end]).is_err());
        }
        let upper = made.reveal().to_uppercase();
        assert!(Secret::parse(&name(), &upper).is_err());
        assert!(Secret::parse(&name(), &format!("{} ", made.reveal())).is_err());
        assert!(Secret::parse(&SecretName::new("gears").unwrap(), made.reveal()).is_err());
    }

    #[test]
    fn what_it_says_of_itself_is_no_secret() {
        let made = secret();
        let told = format!("{made:?}");
        assert!(told.contains(made.prefix()));
        assert!(!told.contains(&made.reveal()[made.prefix().len() + 1..]));
    }

    #[test]
    fn names_that_do_not_do() {
        for name in [
            "",
            "g",
            "Gear",
            "1gear",
            "ge_ar",
            "gearé",
            "abcdefghijklmnopq",
        ] {
            assert!(SecretName::new(name).is_err(), "{name}");
        }
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(
            digest_id("login", &["ab", "c"]),
            digest_id("login", &["a", "bc"])
        );
        assert_ne!(digest_id("login", &["a"]), digest_id("login", &["a", ""]));
        assert_eq!(digest_id("login", &["a"]).get_version_num(), 8);
    }

    proptest! {
        #[test]
        fn nothing_else_is_a_secret(text in any::<String>()) {
            prop_assert!(Secret::parse(&name(), &text).is_err());
        }

        #[test]
        fn nor_what_looks_like_one(text in "gear_[0-9a-f]{16}_[0-9a-f]{72}") {
            prop_assert!(Secret::parse(&name(), &text).is_err());
        }

        #[test]
        fn nor_one_with_other_signs_in_it(at in 0..94_usize, with in any::<String>()) {
            let mut text = secret().reveal().to_owned();
            text.insert_str(at, &with);
            prop_assert!(with.is_empty() || Secret::parse(&name(), &text).is_err());
        }
    }
}
