//! The keys that tell tenants apart.

use std::any::TypeId;
use std::fmt;
use std::hash::Hash;
use std::sync::Arc;

use uuid::Uuid;

use crate::error::{Error, Result};

/// The type of a tenant's key.
///
/// Shipped for `i32`, `i64`, [`Uuid`], `String` and [`TextId`](crate::TextId). A newtype over one
/// of them derives it beside `Debug`, `Clone`, `PartialEq`, `Eq` and `Hash`, and gets everything
/// that diesel needs to bind and read it too:
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
/// # The kind of a key
///
/// What is written down for good names the kind of the key beside the key, so that customer 5 and
/// supplier 5 are two there too: the [`audit`](crate::audit) and the [`numbers`](crate::numbers) for
/// people. The kind is the type's name as it is
/// written, without its modules, or what `kind` says:
///
/// ```
/// use tenancy::TenantKey;
///
/// #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TenantKey)]
/// #[tenant_key(kind = "customer")]
/// struct CustomerId(i64);
/// ```
///
/// It stays when the type moves to another module, and goes when its name changes: under another
/// kind a tenant has no events yet. Then let `kind` say the old name. In the same way
/// `kind = "i64"` goes on with what was written for keys of the plain type (the shipped ones are
/// `i32`, `i64`, `Uuid` and `String`, and for a `TextId` its prefix). Two types of one name, in two
/// modules, are of one kind unless `kind` says otherwise; [`Catalog`](crate::Catalog) refuses two
/// such beside the audit, and [`inspect`](crate::Catalog::inspect) warns of them without it.
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
    note = "tenant keys are `i32`, `i64`, `uuid::Uuid`, `String`, `TextId`, and newtypes over them with `#[derive(TenantKey)]`"
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

    /// The name of the key's type: no two newtypes have the same.
    #[doc(hidden)]
    fn key_kind() -> &'static str;

    /// What the key's type is called where that is written down for good: the same in each build.
    #[doc(hidden)]
    fn lasting_kind() -> &'static str;

    /// The key of a text. What is not written exactly as `as_key` writes it may give another
    /// key's: [`from_text`] compares.
    #[doc(hidden)]
    fn parse_key(text: &str) -> Option<Self>;
}

/// The keys of one tenant each: all of them, but for the one of an operator's that reads across
/// all tenants.
#[doc(hidden)]
pub trait OneTenant: TenantKey {}

/// A tenant key without its type, borrowed. Its `Display` is the text that goes
/// into a setting of the database and into log fields.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyRef<'a> {
    Int(i64),
    Uuid(Uuid),
    Text(&'a str),
    /// Of no tenant: what an operator reads across all of them.
    Everyone,
}

impl fmt::Display for KeyRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyRef::Int(n) => write!(f, "{n}"),
            KeyRef::Uuid(id) => write!(f, "{id}"),
            KeyRef::Text(text) => f.write_str(text),
            KeyRef::Everyone => f.write_str("every tenant"),
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
            KeyRef::Everyone => "all tenants are not one",
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
    note = "`i64` goes with `BigInt`, `i32` with `Integer`, `String` and `TextId` with `Text`, `Uuid` with `tenancy::sql_types::Id128`, and newtypes with what they wrap; a tenant column is never `Nullable`"
)]
pub trait BindsAs<ST> {}

impl BindsAs<diesel::sql_types::BigInt> for i64 {}
impl BindsAs<diesel::sql_types::Integer> for i32 {}
impl BindsAs<diesel::sql_types::Text> for String {}
impl BindsAs<crate::sql_types::Id128> for Uuid {}

macro_rules! tenant_key {
    ($ty:ty, $self:ident => $key:expr) => {
        impl crate::__private::SealedKey for $ty {}
        impl OneTenant for $ty {}
        impl TenantKey for $ty {
            fn as_key(&$self) -> KeyRef<'_> {
                $key
            }

            fn duplicate(&self) -> Self {
                self.clone()
            }

            fn key_kind() -> &'static str {
                stringify!($ty)
            }

            fn lasting_kind() -> &'static str {
                stringify!($ty)
            }

            fn parse_key(text: &str) -> Option<Self> {
                text.parse().ok()
            }
        }
    };
}

tenant_key!(i32, self => KeyRef::Int(i64::from(*self)));
tenant_key!(i64, self => KeyRef::Int(*self));
tenant_key!(Uuid, self => KeyRef::Uuid(*self));
tenant_key!(String, self => KeyRef::Text(self));

/// The key that is written as this text, to the byte. None if there is no such key, or if it
/// means nobody.
#[cfg(any(test, feature = "jwt"))]
pub(crate) fn from_text<K: TenantKey>(text: &str) -> Option<K> {
    let key = K::parse_key(text)?;
    key.as_key().check().ok()?;
    (key.as_key().to_string() == text).then_some(key)
}

/// What a session remembers of its tenant: the key, and the key's type, so that
/// the customer 5 and the supplier 5 are never the same tenant.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TenantTag {
    of: TypeId,
    kind: &'static str,
    key: OwnedKey,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum OwnedKey {
    Int(i64),
    Uuid(Uuid),
    Text(Arc<str>),
    Everyone,
}

impl TenantTag {
    pub(crate) fn new<K: TenantKey>(key: &K) -> Self {
        let of = TypeId::of::<K>();
        let key = match key.as_key() {
            KeyRef::Int(n) => OwnedKey::Int(n),
            KeyRef::Uuid(id) => OwnedKey::Uuid(id),
            KeyRef::Text(text) => OwnedKey::Text(text.into()),
            KeyRef::Everyone => OwnedKey::Everyone,
        };
        let kind = K::lasting_kind();
        Self { of, kind, key }
    }

    /// What the key's type is called where that is written down for good.
    pub(crate) fn lasting_kind(&self) -> &'static str {
        self.kind
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
            OwnedKey::Everyone => KeyRef::Everyone,
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
        assert!(KeyRef::Everyone.check().is_err());
    }

    #[test]
    fn other_keys_are_accepted() {
        assert!(KeyRef::Int(1).check().is_ok());
        assert!(KeyRef::Uuid(Uuid::max()).check().is_ok());
        assert!(KeyRef::Text(" ").check().is_ok());
    }

    #[test]
    fn a_key_is_read_from_the_text_that_it_writes() {
        for key in [1, 5, i64::MAX] {
            assert_eq!(from_text::<i64>(&key.to_string()), Some(key));
        }
        assert_eq!(from_text::<i32>("2147483647"), Some(i32::MAX));
        assert_eq!(
            from_text::<Uuid>(&Uuid::max().to_string()),
            Some(Uuid::max())
        );
        for key in [" a ", "ß", "\u{1f3d5}", "1"] {
            assert_eq!(from_text::<String>(key).as_deref(), Some(key));
        }
    }

    #[test]
    fn a_key_that_is_written_in_another_way_is_none() {
        for text in ["+5", "05", " 5", "5 ", "", "5.0", "9223372036854775808"] {
            assert_eq!(from_text::<i64>(text), None, "{text}");
        }
        assert_eq!(from_text::<i32>("2147483648"), None);
        let id = Uuid::max().to_string();
        assert_eq!(from_text::<Uuid>(&id.to_uppercase()), None);
        assert_eq!(from_text::<Uuid>(&id.replace('-', "")), None);
        assert_eq!(from_text::<Uuid>(&format!("{{{id}}}")), None);
    }

    #[test]
    fn a_text_that_means_nobody_is_no_key() {
        assert_eq!(from_text::<i64>("0"), None);
        assert_eq!(from_text::<i64>("-1"), None);
        assert_eq!(from_text::<Uuid>(&Uuid::nil().to_string()), None);
        assert_eq!(from_text::<String>(""), None);
        assert_eq!(from_text::<String>("a\0b"), None);
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
