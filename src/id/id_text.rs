//! The text of an id with a prefix, in one place and without an allocation of its own.

use std::fmt::Write as _;

use arrayvec::ArrayString;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{IdSource, base32};

/// As the derive has it.
const LONGEST_PREFIX: usize = 32;
const LONGEST: usize = LONGEST_PREFIX + 1 + base32::LENGTH;

/// How the keys of a model are made.
#[doc(hidden)]
pub trait Coin: 'static {
    /// What stands before the `_`.
    const PREFIX: &'static str;
    /// Whether they begin with the time.
    const BY_TIME: bool;
}

/// `proc_` and 26 letters and digits.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdText(ArrayString<LONGEST>);

/// The text of a new id, unless there was nothing to make it of.
pub(crate) type MadeText = Result<IdText, NoRandom>;

/// No random bytes could be had for a new id.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no random bytes could be had")]
pub struct NoRandom;

impl IdText {
    /// With the prefix of the model.
    pub(super) fn of<C: Coin>(raw: Uuid) -> Self {
        const { assert!(C::PREFIX.len() <= LONGEST_PREFIX, "a prefix is too long") };
        let mut text = ArrayString::new();
        let _ = write!(text, "{}_{}", C::PREFIX, base32::encode(raw)); // It fits.
        Self(text)
    }

    /// A new one, as the model has them: of the time, or of random bytes alone.
    pub(crate) fn make<C: Coin>(ids: &dyn IdSource, now: DateTime<Utc>) -> MadeText {
        let raw = if C::BY_TIME {
            ids.next_id(now)
        } else {
            random(ids)?
        };
        // A source that gives one of these is broken, and no one could read the id.
        if base32::is_nobodys(raw) {
            return Err(NoRandom);
        }
        Ok(Self::of::<C>(raw))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

fn random(ids: &dyn IdSource) -> Result<Uuid, NoRandom> {
    let mut bytes = [0; 16];
    ids.fill_secret(&mut bytes).map_err(|_| NoRandom)?;
    Ok(Uuid::from_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;
    use crate::id::UuidV7;

    struct Random;
    struct Timed;

    impl Coin for Random {
        const PREFIX: &'static str = "abcdefghijklmnopqrstuvwxyzabcdef";
        const BY_TIME: bool = false;
    }

    impl Coin for Timed {
        const PREFIX: &'static str = "t";
        const BY_TIME: bool = true;
    }

    /// Fills with one byte, or has none.
    struct Filled(Option<u8>);

    impl IdSource for Filled {
        fn next_id(&self, _: DateTime<Utc>) -> Uuid {
            self.0
                .map_or(Uuid::nil(), |byte| Uuid::from_bytes([byte; 16]))
        }

        fn fill_secret(&self, bytes: &mut [u8]) -> crate::Result<()> {
            bytes.fill(self.0.ok_or(Error::NoRandomness)?);
            Ok(())
        }
    }

    fn made<C: Coin>(ids: &dyn IdSource) -> Result<String, NoRandom> {
        let moment = DateTime::UNIX_EPOCH + chrono::TimeDelta::days(20_000);
        IdText::make::<C>(ids, moment).map(|text| text.as_str().to_owned())
    }

    #[test]
    fn the_longest_prefix_fits() {
        let text = made::<Random>(&Filled(Some(1))).unwrap();
        let suffix = base32::encode(Uuid::from_bytes([1; 16]));
        assert_eq!(text, format!("{}_{suffix}", Random::PREFIX));
        assert_eq!(text.len(), LONGEST);
    }

    #[test]
    fn without_random_bytes_there_is_none() {
        assert_eq!(made::<Random>(&Filled(None)), Err(NoRandom));
    }

    #[test]
    fn nobodys_id_is_never_made() {
        for byte in [0, 255] {
            assert_eq!(made::<Random>(&Filled(Some(byte))), Err(NoRandom));
            assert_eq!(made::<Timed>(&Filled(Some(byte))), Err(NoRandom));
        }
    }

    #[test]
    fn an_id_has_128_random_bits_or_the_time() {
        let ids = UuidV7::default();
        let raw = |text: String| base32::decode(text.rsplit_once('_').unwrap().1).unwrap();
        let random: Vec<Uuid> = (0..200)
            .map(|_| raw(made::<Random>(&ids).unwrap()))
            .collect();
        // Each bit is 0 in some and 1 in others.
        assert_eq!(
            random.iter().fold(0, |all, id| all | id.as_u128()),
            u128::MAX
        );
        assert_eq!(
            random.iter().fold(u128::MAX, |all, id| all & id.as_u128()),
            0
        );
        let timed: Vec<String> = (0..200).map(|_| made::<Timed>(&ids).unwrap()).collect();
        assert!(timed.is_sorted_by(|a, b| a < b));
        assert_eq!(raw(timed[0].clone()).get_version_num(), 7);
    }
}
