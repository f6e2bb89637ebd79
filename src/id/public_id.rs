//! The public id of one model's rows: a UUID that says nothing but when the row was made.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use uuid::Uuid;

use super::{InvalidId, base32};

/// The public id of a row of `T`: what leaves the service, in answers and in paths.
///
/// It is a UUID of version 7 (RFC 9562, section 5.7), which the library makes when the row is
/// inserted: nobody can guess it, and it counts nothing. What it does tell is the millisecond in
/// which the row was made. Other versions are read as they are, since rows that are older than
/// the column may carry them, and are never made.
///
/// A model has one if it names its column, `#[scoped(.., public_id = public_id)]`; see
/// [`Scoped`](crate::Scoped). The ids of different models are different types.
///
/// Its text is the UUID with hyphens; or, where the model says `public_prefix = "item"`, a
/// TypeID: `item_01h455vb4pex5vsknk084sn02q`. [`FromStr`] reads that text and no other, and
/// refuses the nil and the max UUID, which are nobody's. With the feature `serde` it is
/// serialized as its text, and deserialized from it.
///
/// ```
/// # mod shelf { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/shelf/mod.rs")); }
/// # use shelf::*;
/// # let shelf = Shelf::new();
/// # let db = &shelf.db;
/// use tenancy::prelude::*;
///
/// # let scope = shelf.anna();
/// # let mut session = db.session(&scope)?;
/// let books = Repo::<Book>::new(&scope);
/// let book: Book = books.insert(&NewBook { title: "Persuasion" }).get_result(&mut session)?;
/// let path = format!("/books/{}", book.public_id);
/// assert!(path.starts_with("/books/book_0"));
///
/// let asked: PublicId<Book> = path.trim_start_matches("/books/").parse()?;
/// let again: Book = books.find_public(asked).first(&mut session)?;
/// assert_eq!(again.title, "Persuasion");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Tenancy
///
/// It grants nothing. A [`Repo`](crate::Repo) looks it up among the rows of its scope, and
/// another tenant's is [`Error::NotFound`](crate::Error::NotFound).
///
/// The methods of this crate that take an id know its model. diesel does not: in
/// `books::public_id.eq(author_id)`, and in a `select(books::public_id)` that is loaded as
/// `PublicId<Author>`, it compares and loads UUIDs. Load the model where you can. Give no two models
/// one prefix: their texts would be read by both.
pub struct PublicId<T: ?Sized> {
    raw: Uuid,
    of: PhantomData<fn() -> T>,
}

/// A model whose rows have a public id. `#[derive(Scoped)]` implements it for models that say
/// `public_id = ..`.
#[diagnostic::on_unimplemented(
    message = "the rows of `{Self}` have no public id",
    label = "no public id",
    note = "name its column on the model: `#[scoped(.., public_id = public_id)]`; a model that shares its parent's key has its parent's public id, `PublicId<Parent>`"
)]
pub trait HasPublicId: crate::__private::SealedModel {
    /// What the text of the id begins with, before a `_`. Empty if it is a plain UUID.
    const PREFIX: &'static str;
    /// The column that it stands in.
    #[doc(hidden)]
    type Column;
}

impl<T: ?Sized> PublicId<T> {
    /// The id with this value, for one that an application stored elsewhere.
    #[must_use]
    pub const fn from_uuid(raw: Uuid) -> Self {
        Self {
            raw,
            of: PhantomData,
        }
    }

    /// The UUID.
    #[must_use]
    pub const fn get(self) -> Uuid {
        self.raw
    }
}

impl<T: ?Sized> Clone for PublicId<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for PublicId<T> {}

impl<T: ?Sized> PartialEq for PublicId<T> {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

impl<T: ?Sized> Eq for PublicId<T> {}

impl<T: ?Sized> PartialOrd for PublicId<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: ?Sized> Ord for PublicId<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.raw.cmp(&other.raw)
    }
}

impl<T: ?Sized> Hash for PublicId<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.raw.hash(state);
    }
}

impl<T: ?Sized> fmt::Debug for PublicId<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicId({})", self.raw)
    }
}

impl<T: HasPublicId + ?Sized> fmt::Display for PublicId<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if T::PREFIX.is_empty() {
            write!(f, "{}", self.raw)
        } else {
            write!(f, "{}_{}", T::PREFIX, base32::encode(self.raw))
        }
    }
}

impl<T: HasPublicId + ?Sized> FromStr for PublicId<T> {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let raw = if T::PREFIX.is_empty() {
            with_hyphens(text).ok_or(InvalidId::Malformed)?
        } else {
            base32::behind_prefix(text, T::PREFIX)?
        };
        if base32::is_nobodys(raw) {
            return Err(InvalidId::Nobody);
        }
        Ok(Self::from_uuid(raw))
    }
}

/// 8-4-4-4-12 hexadecimal digits of either case (RFC 9562, section 4).
fn with_hyphens(text: &str) -> Option<Uuid> {
    let is_written_so = text.len() == uuid::fmt::Hyphenated::LENGTH;
    is_written_so.then(|| Uuid::try_parse(text).ok()).flatten()
}

#[cfg(feature = "serde")]
mod serde_impls {
    //! As its text.

    use serde::de::{self, Deserialize, Deserializer};
    use serde::ser::{Serialize, Serializer};

    use super::{HasPublicId, PublicId};

    impl<T: HasPublicId + ?Sized> Serialize for PublicId<T> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(self)
        }
    }

    impl<'de, T: HasPublicId + ?Sized> Deserialize<'de> for PublicId<T> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = super::super::text::of(deserializer)?;
            text.parse().map_err(de::Error::custom)
        }
    }
}

mod diesel_impls {
    //! What diesel needs to bind and to read an id, without a bound on the model.

    use diesel::backend::Backend;
    use diesel::deserialize::{self, FromSql, FromStaticSqlRow, Queryable};
    use diesel::expression::AsExpression;
    use diesel::internal::derives::as_expression::Bound;
    use diesel::serialize::{self, Output, ToSql};
    use diesel::sql_types::Nullable;
    use uuid::Uuid;

    use super::PublicId;
    use crate::id::column::id_column;
    use crate::sql_types::Id128;

    type Plain<ST, T> = Bound<ST, PublicId<T>>;

    id_column!(PublicId, Id128, Plain);

    impl<T: ?Sized, DB: Backend> ToSql<Id128, DB> for PublicId<T>
    where
        Uuid: ToSql<Id128, DB>,
    {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
            self.raw.to_sql(out)
        }
    }

    impl<T: ?Sized, DB: Backend> FromSql<Id128, DB> for PublicId<T>
    where
        Uuid: FromSql<Id128, DB>,
    {
        fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
            Uuid::from_sql(value).map(PublicId::from_uuid)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Plain;
    struct Named;

    impl crate::__private::SealedModel for Plain {}
    impl crate::__private::SealedModel for Named {}

    impl HasPublicId for Plain {
        const PREFIX: &'static str = "";
        type Column = ();
    }

    impl HasPublicId for Named {
        const PREFIX: &'static str = "big_book";
        type Column = ();
    }

    const TEXT: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
    const TYPE_ID: &str = "big_book_01h455vb4pex5vsknk084sn02q";

    fn read<T: HasPublicId>(text: &str) -> Result<PublicId<T>, InvalidId> {
        text.parse()
    }

    #[test]
    fn an_id_is_its_text() {
        let plain: PublicId<Plain> = read(TEXT).unwrap();
        assert_eq!(plain.to_string(), TEXT);
        assert_eq!(read::<Plain>(&TEXT.to_uppercase()), Ok(plain));
        let named: PublicId<Named> = read(TYPE_ID).unwrap();
        assert_eq!(named.to_string(), TYPE_ID);
        assert_eq!(named.get(), plain.get());
        assert_eq!(format!("{named:?}"), format!("PublicId({TEXT})"));
    }

    #[test]
    fn other_texts_are_no_ids() {
        for text in [
            "",
            "1",
            "01890a5dac96774bbcceb302099a8057",
            "{01890a5d-ac96-774b-bcce-b302099a8057}",
            "urn:uuid:01890a5d-ac96-774b-bcce-b302099a8057",
            "01890a5d-ac96-774b-bcce-b302099a805",
            "01890a5d-ac96-774b-bcce-b302099a80570",
            " 01890a5d-ac96-774b-bcce-b302099a805",
            "01890a5d-ac96-774b-bcce-b302099a805g",
            "0189\u{661}a5d-ac96-774b-bcce-b302099a805",
            TYPE_ID,
        ] {
            assert_eq!(read::<Plain>(text), Err(InvalidId::Malformed), "{text}");
        }
        for text in [
            "",
            "_",
            "big_book",
            "big_book_",
            "big_book_01H455VB4PEX5VSKNK084SN02Q",
            "big_book_81h455vb4pex5vsknk084sn02q",
            "big_book-01h455vb4pex5vsknk084sn02q",
            "01h455vb4pex5vsknk084sn02q",
            TEXT,
        ] {
            assert_eq!(read::<Named>(text), Err(InvalidId::Malformed), "{text}");
        }
        assert_eq!(
            read::<Named>(&"x_".repeat(1 << 20)),
            Err(InvalidId::Malformed)
        );
    }

    #[test]
    fn an_id_of_another_kind_is_told() {
        let expected = "big_book";
        for text in [
            "book_01h455vb4pex5vsknk084sn02q",
            "big_book_big_book_01h455vb4pex5vsknk084sn02q",
            "BIG_BOOK_01h455vb4pex5vsknk084sn02q",
            "_01h455vb4pex5vsknk084sn02q",
        ] {
            let refused = read::<Named>(text);
            assert_eq!(refused, Err(InvalidId::OtherPrefix { expected }), "{text}");
        }
    }

    #[test]
    fn nobodys_ids_are_refused() {
        for id in [Uuid::nil(), Uuid::max()] {
            assert_eq!(read::<Plain>(&id.to_string()), Err(InvalidId::Nobody));
            let text = PublicId::<Named>::from_uuid(id).to_string();
            assert_eq!(read::<Named>(&text), Err(InvalidId::Nobody));
        }
    }

    #[cfg(feature = "serde")]
    #[test]
    fn an_id_is_serialized_as_its_text() {
        let id: PublicId<Named> = read(TYPE_ID).unwrap();
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, format!("\"{TYPE_ID}\""));
        assert_eq!(serde_json::from_str::<PublicId<Named>>(&json).unwrap(), id);
        for json in [
            format!("\"{TEXT}\""),
            "7".into(),
            "null".into(),
            "{}".into(),
        ] {
            let refused = serde_json::from_str::<PublicId<Named>>(&json).unwrap_err();
            assert!(!refused.to_string().contains(TEXT), "{refused}");
        }
    }
}
