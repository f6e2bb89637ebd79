//! The keys that tell tenants apart.

use std::any::TypeId;
use std::fmt;
use std::hash::Hash;
use std::sync::Arc;

use uuid::Uuid;

use crate::error::{Error, Result};

/// The type of a tenant's key.
///
/// Shipped for `i32`, `i64`, [`Uuid`] and `String`. A newtype over one of them
/// derives it, and gets everything that diesel needs to bind and read it too:
///
/// ```
/// use tenancy::TenantKey;
///
/// #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TenantKey)]
/// struct CustomerId(i64);
/// ```
///
/// A newtype is worth its one line: with it, a customer and a supplier of the same number
/// cannot be mixed up by the compiler.
///
/// On SQLite every integer has 64 bits. An authenticator that reads a key into an `i32`
/// gets it cut to 32, without a word from diesel: read it as `BigInt`, or keep the column
/// within range by a `CHECK`.
///
/// # Tenancy
///
/// The trait is sealed. `K::eq`, the bound value and the value in a setting of
/// the database must agree to the byte, and the shipped types and the derive see
/// to it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tenant key",
    label = "not a tenant key",
    note = "tenant keys are `i32`, `i64`, `uuid::Uuid`, `String`, and newtypes over them with `#[derive(TenantKey)]`"
)]
pub trait TenantKey:
    Clone + Eq + Hash + Send + Sync + 'static + crate::__private::SealedKey
{
    #[doc(hidden)]
    fn as_key(&self) -> KeyRef<'_>;

    /// The same key again. The library never calls an application's `Clone` or `Eq` for a
    /// key: they could give another tenant's.
    #[doc(hidden)]
    fn duplicate(&self) -> Self;
}

/// A tenant key without its type, borrowed. Its `Display` is the text that goes
/// into a setting of the database and into log fields.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyRef<'a> {
    Int(i64),
    Uuid(Uuid),
    Text(&'a str),
}

impl fmt::Display for KeyRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyRef::Int(n) => write!(f, "{n}"),
            KeyRef::Uuid(id) => write!(f, "{id}"),
            KeyRef::Text(text) => f.write_str(text),
        }
    }
}

impl KeyRef<'_> {
    /// Refuses the values that other systems have taken for "no tenant" or "all
    /// tenants".
    pub(crate) fn check(self) -> Result<()> {
        let reason = match self {
            KeyRef::Int(n) if n < 1 => "an integer key must be at least 1",
            KeyRef::Uuid(id) if id.is_nil() => "the nil UUID is nobody's key",
            KeyRef::Text("") => "a text key must not be empty",
            KeyRef::Text(text) if text.contains('\0') => "a text key must not hold a NUL",
            _ => return Ok(()),
        };
        Err(Error::InvalidKey { reason })
    }
}

/// The keys that can be compared with a tenant column of the SQL type `ST`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a key of type `{Self}` cannot stand in a tenant column of type `{ST}`",
    label = "the key and the column do not fit",
    note = "`i64` goes with `BigInt`, `i32` with `Integer`, `String` with `Text`, `Uuid` with `tenancy::sql_types::Id128`, and newtypes with what they wrap; a tenant column is never `Nullable`"
)]
pub trait BindsAs<ST> {}

impl BindsAs<diesel::sql_types::BigInt> for i64 {}
impl BindsAs<diesel::sql_types::Integer> for i32 {}
impl BindsAs<diesel::sql_types::Text> for String {}
impl BindsAs<crate::sql_types::Id128> for Uuid {}

macro_rules! tenant_key {
    ($ty:ty, $self:ident => $key:expr) => {
        impl crate::__private::SealedKey for $ty {}
        impl TenantKey for $ty {
            fn as_key(&$self) -> KeyRef<'_> {
                $key
            }

            fn duplicate(&self) -> Self {
                self.clone()
            }
        }
    };
}

tenant_key!(i32, self => KeyRef::Int(i64::from(*self)));
tenant_key!(i64, self => KeyRef::Int(*self));
tenant_key!(Uuid, self => KeyRef::Uuid(*self));
tenant_key!(String, self => KeyRef::Text(self));

/// What a session remembers of its tenant: the key, and the key's type, so that
/// the customer 5 and the supplier 5 are never the same tenant.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TenantTag {
    of: TypeId,
    key: OwnedKey,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum OwnedKey {
    Int(i64),
    Uuid(Uuid),
    Text(Arc<str>),
}

impl TenantTag {
    pub(crate) fn new<K: TenantKey>(key: &K) -> Self {
        let of = TypeId::of::<K>();
        let key = match key.as_key() {
            KeyRef::Int(n) => OwnedKey::Int(n),
            KeyRef::Uuid(id) => OwnedKey::Uuid(id),
            KeyRef::Text(text) => OwnedKey::Text(text.into()),
        };
        Self { of, key }
    }

    pub(crate) fn is<K: TenantKey>(&self, key: &K) -> bool {
        self.of == TypeId::of::<K>() && self.as_key() == key.as_key()
    }

    /// Whether its key is of this type.
    #[cfg(feature = "postgres")]
    pub(crate) fn is_of(&self, of: TypeId) -> bool {
        self.of == of
    }

    pub(crate) fn as_key(&self) -> KeyRef<'_> {
        match &self.key {
            OwnedKey::Int(n) => KeyRef::Int(*n),
            OwnedKey::Uuid(id) => KeyRef::Uuid(*id),
            OwnedKey::Text(text) => KeyRef::Text(text),
        }
    }
}

impl fmt::Display for TenantTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_key().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_mean_nobody_or_everybody_are_refused() {
        for key in [KeyRef::Int(0), KeyRef::Int(-1), KeyRef::Int(i64::MIN)] {
            assert!(matches!(key.check(), Err(Error::InvalidKey { .. })));
        }
        assert!(KeyRef::Uuid(Uuid::nil()).check().is_err());
        assert!(KeyRef::Text("").check().is_err());
        assert!(KeyRef::Text("a\0b").check().is_err());
    }

    #[test]
    fn other_keys_are_accepted() {
        assert!(KeyRef::Int(1).check().is_ok());
        assert!(KeyRef::Uuid(Uuid::max()).check().is_ok());
        assert!(KeyRef::Text(" ").check().is_ok());
    }

    #[test]
    fn a_tag_tells_key_types_apart() {
        let tag = TenantTag::new(&5_i64);
        assert!(tag.is(&5_i64));
        assert!(!tag.is(&5_i32));
        assert!(!tag.is(&6_i64));
        assert!(!tag.is(&"5".to_owned()));
    }
}
