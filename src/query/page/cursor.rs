//! A place in an order, as a text that a client can carry.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::internal::table_macro::StaticQueryFragment;

use super::order::KeyOrder;
use super::stored::{Stored, take};
use crate::error::{Error, Result};

/// The first byte of a cursor's text, decoded.
const VERSION: u8 = 1;

/// The place of a row in an order: where a page ends and the next one begins.
///
/// It comes with a [`KeyPage`](crate::KeyPage), and from the text that its `Display`
/// writes: letters, digits, `-` and `_`, which stand in a URL as they are. `O` is the order
/// that it belongs to. The text of another order's cursor is
/// [`Error::InvalidCursor`], and another model's cursor does not compile.
///
/// ```
/// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
/// # use gear::*;
/// # let gear = Gear::new();
/// # let (db, keys) = (&gear.db, Keys);
/// # use tenancy::prelude::*;
/// use diesel::dsl::{Asc, Desc};
/// use diesel::prelude::*;
/// use tenancy::{Cursor, KeyPage};
///
/// type ByName = (Asc<items::name>, Desc<items::id>);
///
/// fn page(
///     items: &Repo<Item>,
///     session: &mut Session<SqliteConnection>,
///     after: Option<&str>,
/// ) -> tenancy::Result<KeyPage<Item, ByName>> {
///     let query = items.query().keyset((items::name.asc(), items::id.desc())).limit(2);
///     match after {
///         None => query.load_page(session),
///         Some(text) => query.after(&text.parse::<Cursor<ByName>>()?).load_page(session),
///     }
/// }
///
/// # let scope = TenantScope::new(&db.authenticate(&keys, "anna's key")?)?;
/// # let mut session = db.session(&scope)?;
/// let items = Repo::<Item>::new(&scope);
/// let first = page(&items, &mut session, None)?;
/// let next = first.next.map(|cursor| cursor.to_string());
/// let second = page(&items, &mut session, next.as_deref())?;
/// assert_eq!(second.rows[0].name, "Tent");
/// # Ok::<(), tenancy::Error>(())
/// ```
///
/// With the cargo feature `serde`, it is serialized as its text.
///
/// # Tenancy
///
/// A cursor grants nothing. It is a condition beside the tenant's: a cursor of one tenant,
/// or one that somebody made up, gives rows of the scope it is used in, or an error.
///
/// It is not a secret either. The text is encoded, not encrypted: it holds the values that
/// the order's columns have in one row, its primary key among them.
pub struct Cursor<O> {
    values: Vec<Stored>,
    of: PhantomData<fn() -> O>,
}

impl<O: KeyOrder> Cursor<O> {
    /// The place of a row with these values.
    pub(super) fn new(values: Vec<Stored>) -> Result<Self, &'static str> {
        if values.len() != O::PARTS.len() {
            return Err("it has another number of values than the order has columns");
        }
        for (value, part) in values.iter().zip(O::PARTS) {
            if !part.nullable && *value == Stored::Null {
                return Err("it has no value for a column that always has one");
            }
            if !value.has_a_place() {
                return Err("it holds a number that is none");
            }
        }
        Ok(Self {
            values,
            of: PhantomData,
        })
    }

    pub(super) fn values(&self) -> Vec<Stored> {
        self.values.clone()
    }

    fn decode(text: &str) -> Result<Self, &'static str> {
        let bytes = URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| "it is not a text that a cursor was written as")?;
        let mut rest = bytes.as_slice();
        match take(&mut rest) {
            Some([VERSION]) => {}
            Some(_) => return Err("it is of another version"),
            None => return Err("it is empty"),
        }
        if take(&mut rest) != Some(fingerprint::<O>().to_be_bytes()) {
            return Err("it is of another model or another order");
        }
        let mut values = Vec::with_capacity(O::PARTS.len());
        while !rest.is_empty() && values.len() <= O::PARTS.len() {
            values.push(Stored::read(&mut rest).ok_or("it is cut off, or was changed")?);
        }
        Self::new(values)
    }
}

/// What tells the orders apart: the table, and each column with its direction.
fn fingerprint<O: KeyOrder>() -> u64 {
    let mut order = format!("{:?}", <O::Table as StaticQueryFragment>::STATIC_COMPONENT);
    for part in O::PARTS {
        order.push('\0');
        order.push_str(part.name);
        order.push_str(if part.descending { " desc" } else { " asc" });
    }
    fnv_1a(&order)
}

/// FNV-1a, of 64 bits: it finds mistakes, and need not withstand an attack.
fn fnv_1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

impl<O: KeyOrder> fmt::Display for Cursor<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![VERSION];
        bytes.extend(fingerprint::<O>().to_be_bytes());
        for value in &self.values {
            value.write(&mut bytes);
        }
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl<O: KeyOrder> FromStr for Cursor<O> {
    type Err = Error;

    /// The cursor that was written as this text.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidCursor`] if the text is not a cursor, or one of another order.
    fn from_str(text: &str) -> Result<Self> {
        Self::decode(text).map_err(|reason| Error::InvalidCursor { reason })
    }
}

impl<O> Clone for Cursor<O> {
    fn clone(&self) -> Self {
        Self {
            values: self.values.clone(),
            of: PhantomData,
        }
    }
}

impl<O> PartialEq for Cursor<O> {
    fn eq(&self, other: &Self) -> bool {
        self.values == other.values
    }
}

impl<O> fmt::Debug for Cursor<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cursor").finish_non_exhaustive()
    }
}

#[cfg(feature = "serde")]
mod serde_impls {
    //! A cursor in JSON and the like is its text.

    use serde::de::{Deserialize, Deserializer, Error};
    use serde::ser::{Serialize, Serializer};

    use super::{Cursor, KeyOrder};

    impl<O: KeyOrder> Serialize for Cursor<O> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(self)
        }
    }

    impl<'de, O: KeyOrder> Deserialize<'de> for Cursor<O> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            String::deserialize(deserializer)?
                .parse()
                .map_err(D::Error::custom)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The vectors that everybody publishes. With another hash, a new release would refuse
    // the cursors of an old one.
    #[test]
    fn orders_are_told_apart_by_fnv_1a() {
        assert_eq!(fnv_1a(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv_1a("a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv_1a("foobar"), 0x8594_4171_f739_67e8);
    }
}
