//! The time of the change from internal numbers to public ids, when a client may send either.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::{HasPublicId, InvalidId, PublicId, RowId};

/// An id as a client sent it: the public one, or still the internal number.
///
/// [`FromStr`] reads either, and with the feature `serde` it is deserialized from a text or a
/// number. What it is, is asked by [`Repo::find_either`](crate::Repo::find_either), which needs
/// an [`IntegerIds`]: that counts the numbers, and refuses them when the time is over.
///
/// ```
/// # mod shelf { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/shelf/mod.rs")); }
/// # use shelf::*;
/// # let shelf = Shelf::new();
/// # let db = &shelf.db;
/// use tenancy::prelude::*;
/// use tenancy::{IdOrPublicId, IntegerIds, InvalidId};
///
/// static NUMBERS: IntegerIds = IntegerIds::accepted();
///
/// # let scope = shelf.anna();
/// # let mut session = db.session(&scope)?;
/// let books = Repo::<Book>::new(&scope);
/// let asked: IdOrPublicId<Book> = "1".parse()?;
/// let book: Book = books.find_either(asked, &NUMBERS)?.first(&mut session)?;
/// assert_eq!(NUMBERS.used(), 1);
///
/// let asked: IdOrPublicId<Book> = book.public_id.to_string().parse()?;
/// let again: Book = books.find_either(asked, &NUMBERS)?.first(&mut session)?;
/// assert_eq!(again.title, book.title);
/// assert_eq!(NUMBERS.used(), 1);
///
/// NUMBERS.refuse();
/// assert!(books.find_either("1".parse()?, &NUMBERS).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Tenancy
///
/// Either is looked up among the rows of the scope, as ever. But a client that may send numbers
/// can count.
pub struct IdOrPublicId<T: ?Sized>(pub(crate) Which<T>);

pub(crate) enum Which<T: ?Sized> {
    Number(RowId<T>),
    Public(PublicId<T>),
}

impl<T: ?Sized> IdOrPublicId<T> {
    /// Whether it is the internal number.
    #[must_use]
    pub fn is_number(&self) -> bool {
        matches!(self.0, Which::Number(_))
    }
}

/// Whether internal numbers are still accepted as ids, and how many were.
///
/// A `static` of it serves a whole process; one for each route tells which clients are late.
#[derive(Debug)]
pub struct IntegerIds {
    accepted: AtomicBool,
    used: AtomicU64,
}

impl IntegerIds {
    /// Numbers are accepted.
    #[must_use]
    pub const fn accepted() -> Self {
        Self {
            accepted: AtomicBool::new(true),
            used: AtomicU64::new(0),
        }
    }

    /// Numbers are refused.
    #[must_use]
    pub const fn refused() -> Self {
        Self {
            accepted: AtomicBool::new(false),
            used: AtomicU64::new(0),
        }
    }

    /// Accepts numbers from now on.
    pub fn accept(&self) {
        self.accepted.store(true, Ordering::Relaxed);
    }

    /// Refuses numbers from now on.
    pub fn refuse(&self) {
        self.accepted.store(false, Ordering::Relaxed);
    }

    /// How often a number was accepted, since the process began. At `u64::MAX` it begins anew.
    #[must_use]
    pub fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    /// Counts a number, if it is accepted.
    pub(crate) fn admit(&self) -> Result<(), InvalidId> {
        if !self.accepted.load(Ordering::Relaxed) {
            return Err(InvalidId::Number);
        }
        self.used.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

impl<T: ?Sized> Clone for IdOrPublicId<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for IdOrPublicId<T> {}

impl<T: ?Sized> Clone for Which<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Which<T> {}

impl<T: ?Sized> fmt::Debug for IdOrPublicId<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Which::Number(id) => id.fmt(f),
            Which::Public(id) => id.fmt(f),
        }
    }
}

impl<T: ?Sized> From<PublicId<T>> for IdOrPublicId<T> {
    fn from(id: PublicId<T>) -> Self {
        Self(Which::Public(id))
    }
}

impl<T: ?Sized> IdOrPublicId<T> {
    fn of_number(number: i64) -> Result<Self, InvalidId> {
        if number < 1 {
            return Err(InvalidId::Nobody);
        }
        Ok(Self(Which::Number(RowId::from_raw(number))))
    }
}

impl<T: HasPublicId + ?Sized> FromStr for IdOrPublicId<T> {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let is_number = !text.is_empty() && text.bytes().all(|letter| letter.is_ascii_digit());
        if is_number && (text.len() == 1 || !text.starts_with('0')) {
            // Too many digits are a number that no row has.
            return Self::of_number(text.parse().unwrap_or(0));
        }
        text.parse().map(PublicId::into)
    }
}

#[cfg(feature = "serde")]
mod serde_impls {
    //! From a text, or from a number.

    use std::fmt;
    use std::marker::PhantomData;

    use serde::de::{self, Deserialize, Deserializer, Visitor};

    use super::{HasPublicId, IdOrPublicId, InvalidId};

    struct Either<T: ?Sized>(PhantomData<fn() -> T>);

    impl<T: HasPublicId + ?Sized> Visitor<'_> for Either<T> {
        type Value = IdOrPublicId<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an id")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
            text.parse().map_err(E::custom)
        }

        fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
            IdOrPublicId::of_number(number).map_err(E::custom)
        }

        fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
            let number = i64::try_from(number).map_err(|_| E::custom(InvalidId::Nobody))?;
            self.visit_i64(number)
        }
    }

    impl<'de, T: HasPublicId + ?Sized> Deserialize<'de> for IdOrPublicId<T> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_any(Either(PhantomData))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Model;

    impl crate::__private::SealedModel for Model {}

    impl HasPublicId for Model {
        const PREFIX: &'static str = "";
        type Column = ();
    }

    fn read(text: &str) -> Result<IdOrPublicId<Model>, InvalidId> {
        text.parse()
    }

    #[test]
    fn numbers_and_public_ids_are_read() {
        let shown = |text: &str| format!("{:?}", read(text).unwrap());
        assert_eq!(shown("7"), "RowId(7)");
        assert_eq!(shown("9223372036854775807"), "RowId(9223372036854775807)");
        let text = "01890a5d-ac96-774b-bcce-b302099a8057";
        assert_eq!(shown(text), format!("PublicId({text})"));
        assert!(read("7").unwrap().is_number());
        assert!(!read(text).unwrap().is_number());
    }

    #[test]
    fn what_is_neither_is_refused() {
        for text in ["", "-1", "+1", "07", "1 ", "1.0", "0x7", "\u{661}", "book"] {
            assert_eq!(read(text).unwrap_err(), InvalidId::Malformed, "{text}");
        }
        for text in ["0", "9223372036854775808", &"9".repeat(1000)] {
            assert_eq!(read(text).unwrap_err(), InvalidId::Nobody, "{text}");
        }
    }

    #[cfg(feature = "serde")]
    #[test]
    fn either_is_deserialized() {
        let read = serde_json::from_str::<IdOrPublicId<Model>>;
        assert!(read("7").unwrap().is_number());
        assert!(read("\"7\"").unwrap().is_number());
        assert!(
            !read("\"01890a5d-ac96-774b-bcce-b302099a8057\"")
                .unwrap()
                .is_number()
        );
        for json in [
            "0",
            "-7",
            "7.5",
            "18446744073709551615",
            "null",
            "[]",
            "\"\"",
        ] {
            assert!(read(json).is_err(), "{json}");
        }
    }
}
