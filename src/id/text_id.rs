//! The key of one model's rows as a text with a prefix, which may leave the service.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use super::{Coin, IdText, InvalidId, base32};
use crate::key::{BindsAs, KeyRef, OneTenant, TenantKey};

/// The key of a row of `T`, as a text with the prefix of the model: `proc_` and 26 letters and
/// digits.
///
/// It is the primary key itself, in a column of type `Text`, and it may leave the service. The
/// library makes it when the row is inserted. A model has one if it says its prefix:
///
/// - `#[scoped(.., text_id = "proc")]`: 128 bits of the database's random source
///   ([`IdSource::fill_secret`](crate::IdSource::fill_secret)), and nothing else. The
///   id tells nothing, and nobody guesses it.
/// - `#[scoped(.., type_id = "proc")]`: a TypeID (specification 0.3.0) of a UUIDv7. New ids stand
///   at the end of an index, and tell the millisecond in which they were made.
///
/// The ids of different models are different types. [`FromStr`] reads the text that `Display`
/// writes and no other: another model's prefix is refused, and so are upper case and the nil and
/// the max UUID, which are nobody's. With the feature `serde` it is serialized as its text, and
/// deserialized from it.
///
/// ```
/// # mod plant { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/plant/mod.rs")); }
/// # use plant::*;
/// # let plant = Plant::new();
/// # let db = &plant.db;
/// use tenancy::InvalidId;
/// use tenancy::prelude::*;
///
/// # let scope = plant.anna();
/// # let mut session = db.session(&scope)?;
/// let processes = Repo::<Process>::new(&scope);
/// let made: Process = processes.insert(&NewProcess { name: "Melt" }).get_result(&mut session)?;
/// let path = format!("/processes/{}", made.id);
/// assert!(path.starts_with("/processes/proc_"));
///
/// let asked: TextId<Process> = path.trim_start_matches("/processes/").parse()?;
/// let again: Process = processes.find(asked).first(&mut session)?;
/// assert_eq!(again.name, "Melt");
///
/// let of_another_model = made.id.as_str().parse::<TextId<Call>>();
/// assert_eq!(of_another_model, Err(InvalidId::OtherPrefix { expected: "call" }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A tenant's key may be one: `#[scoped(tenant = tenant_id, key = TextId<Tenant>)]`. Its lasting
/// kind, beside the key in the audit, is the prefix; a newtype with `#[derive(TenantKey)]` may say
/// another. [`Database::new_text_id`](crate::Database::new_text_id) makes one for a new tenant.
///
/// A row whose key is no such text, as one that is older than the model, is
/// [`Error::Deserialization`](crate::Error::Deserialization) when it is loaded.
///
/// # Tenancy
///
/// It grants nothing. A [`Repo`](crate::Repo) looks it up among the rows of its scope, and
/// another tenant's is [`Error::NotFound`](crate::Error::NotFound). A bare
/// `processes::id.eq(call_id)` compares two texts, and diesel cannot tell them apart.
pub struct TextId<T: ?Sized> {
    text: IdText,
    of: PhantomData<fn() -> T>,
}

/// A model whose rows have a text id for a key. `#[derive(Scoped)]` implements it for models that
/// say `text_id = ".."` or `type_id = ".."`.
#[diagnostic::on_unimplemented(
    message = "the key of `{Self}` is no text id",
    label = "no text id",
    note = "say its prefix on the model: `#[scoped(.., text_id = \"proc\")]`, or `type_id = \"proc\"` for one that is ordered by time; a model that shares its parent's key has its parent's id, `TextId<Parent>`"
)]
pub trait HasTextId: crate::__private::SealedModel {
    /// What the text of the id begins with, before a `_`.
    const PREFIX: &'static str = <Self::Coin as Coin>::PREFIX;
    /// Whether the id is a TypeID, which begins with the time.
    const BY_TIME: bool = <Self::Coin as Coin>::BY_TIME;
    /// The model's path: no two models have the same.
    #[doc(hidden)]
    const PATH: &'static str;
    /// How they are made, for where the model must not be named: it may be private.
    #[doc(hidden)]
    type Coin: Coin;
}

impl<T: ?Sized> TextId<T> {
    pub(crate) fn new(text: IdText) -> Self {
        Self {
            text,
            of: PhantomData,
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }
}

impl<T: ?Sized> Clone for TextId<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for TextId<T> {}

impl<T: ?Sized> PartialEq for TextId<T> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<T: ?Sized> Eq for TextId<T> {}

impl<T: ?Sized> PartialOrd for TextId<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: ?Sized> Ord for TextId<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl<T: ?Sized> Hash for TextId<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl<T: ?Sized> AsRef<str> for TextId<T> {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl<T: ?Sized> fmt::Debug for TextId<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TextId({})", self.as_str())
    }
}

impl<T: ?Sized> fmt::Display for TextId<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl<T: HasTextId + ?Sized> FromStr for TextId<T> {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let raw = base32::behind_prefix(text, T::PREFIX)?;
        if base32::is_nobodys(raw) {
            return Err(InvalidId::Nobody);
        }
        Ok(Self::new(IdText::of::<T::Coin>(raw)))
    }
}

impl<T: HasTextId + ?Sized> TryFrom<&str> for TextId<T> {
    type Error = InvalidId;

    fn try_from(text: &str) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl<T: HasTextId + ?Sized> crate::__private::SealedKey for TextId<T> {}

impl<T: HasTextId + ?Sized + 'static> OneTenant for TextId<T> {}

impl<T: HasTextId + ?Sized> BindsAs<diesel::sql_types::Text> for TextId<T> {}

impl<T: HasTextId + ?Sized + 'static> TenantKey for TextId<T> {
    fn as_key(&self) -> KeyRef<'_> {
        KeyRef::Text(self.as_str())
    }

    fn duplicate(&self) -> Self {
        *self
    }

    fn key_kind() -> &'static str {
        T::PATH
    }

    fn lasting_kind() -> &'static str {
        T::PREFIX
    }

    fn parse_key(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

#[cfg(feature = "serde")]
mod serde_impls {
    //! As its text.

    use serde::de::{self, Deserialize, Deserializer};
    use serde::ser::{Serialize, Serializer};

    use super::{HasTextId, TextId};

    impl<T: ?Sized> Serialize for TextId<T> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_str(self.as_str())
        }
    }

    impl<'de, T: HasTextId + ?Sized> Deserialize<'de> for TextId<T> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = super::super::text::of(deserializer)?;
            text.parse().map_err(de::Error::custom)
        }
    }
}

mod diesel_impls {
    //! What diesel needs to bind and to read an id.

    use diesel::backend::Backend;
    use diesel::deserialize::{self, FromSql, FromStaticSqlRow, Queryable};
    use diesel::expression::AsExpression;
    use diesel::internal::derives::as_expression::Bound;
    use diesel::serialize::{self, Output, ToSql};
    use diesel::sql_types::{Nullable, Text};

    use super::{HasTextId, TextId};
    use crate::id::column::id_column;

    type Plain<ST, T> = Bound<ST, TextId<T>>;

    id_column!(TextId, Text, Plain);

    impl<T: ?Sized, DB: Backend> ToSql<Text, DB> for TextId<T>
    where
        str: ToSql<Text, DB>,
    {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
            self.as_str().to_sql(out)
        }
    }

    impl<T: HasTextId + ?Sized, DB: Backend> FromSql<Text, DB> for TextId<T>
    where
        String: FromSql<Text, DB>,
    {
        fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
            Ok(String::from_sql(value)?.parse()?)
        }
    }
}

#[cfg(test)]
mod tests;
