//! What a scope tells others of itself: the key of a cache entry, a field of a log line, a name.

use std::fmt::{self, Write as _};

use uuid::Uuid;

use super::signs::{field_value, is_shown};
use super::{Access, TenantScope};
use crate::id::{PublicId, TextId};
use crate::key::TenantKey;

/// What names an entry of a cache within one tenant: a public id, a text id, or a text. A
/// [`RowId`](crate::RowId) does not: it would show the internal key to who reads the cache's.
/// Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a part of a cache key",
    label = "not a public id, and not a text",
    note = "caches are read by others: name the entry by the row's public id (`Uuid`) or by a text (`TextId` too), and not by its internal key"
)]
pub trait CacheId: sealed::Sealed {
    #[doc(hidden)]
    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result;
}

mod sealed {
    //! What may stand in a cache key, only this crate says.

    /// Seals [`CacheId`](super::CacheId).
    pub trait Sealed {}
}

impl sealed::Sealed for str {}
impl sealed::Sealed for String {}
impl sealed::Sealed for Uuid {}
impl<T: ?Sized> sealed::Sealed for PublicId<T> {}
impl<T: ?Sized> sealed::Sealed for TextId<T> {}
impl<T: sealed::Sealed + ?Sized> sealed::Sealed for &T {}

impl CacheId for str {
    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str(self)
    }
}

impl CacheId for String {
    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str(self)
    }
}

impl CacheId for Uuid {
    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        write!(out, "{self}")
    }
}

impl<T: ?Sized> CacheId for PublicId<T> {
    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        CacheId::write(&self.get(), out)
    }
}

impl<T: ?Sized> CacheId for TextId<T> {
    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl<T: CacheId + ?Sized> CacheId for &T {
    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        (**self).write(out)
    }
}

impl<K: TenantKey, A: Access> TenantScope<K, A> {
    /// The key of a cache entry of this tenant's: no two tenants, namespaces or ids have the
    /// same, whatever signs they hold.
    ///
    /// It is `tenancy`, and then the type of the tenant's key, the tenant's key, the namespace and
    /// the id, each behind its length in bytes. A UUID and its text are one id. A type of keys is
    /// told by its path: two types of one path, as in two blocks of one function, are one here.
    ///
    /// ```
    /// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
    /// # use gear::*;
    /// # let gear = Gear::new();
    /// # let (db, keys) = (&gear.db, Keys);
    /// # use tenancy::prelude::*;
    /// let anna = TenantScope::new(&db.authenticate(&keys, "anna's key")?)?;
    /// let ben = TenantScope::new(&db.authenticate(&keys, "ben's key")?)?;
    /// assert_eq!(anna.cache_key("totals", "2026"), "tenancy:3:i64:1:1:6:totals:4:2026");
    /// assert_ne!(anna.cache_key("totals", "2026"), ben.cache_key("totals", "2026"));
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    pub fn cache_key(&self, namespace: &str, id: impl CacheId) -> String {
        let mut text = String::new();
        let _ = id.write(&mut text);
        let tenant = self.key.as_key().to_string();
        let parts = [K::key_kind(), &tenant, namespace, &text];
        parts.iter().fold("tenancy".to_owned(), |mut key, part| {
            let _ = write!(key, ":{}:{part}", part.len());
            key
        })
    }

    /// The caller in one line for people: the name to show, the name to sign in with, and the
    /// first nine signs of the subject, as far as they are known. For logs and support, and
    /// never to tell callers apart: names are not unique, and may be chosen to mislead.
    ///
    /// Signs that would end or reorder a line are left out.
    pub fn display_name(&self) -> String {
        let mut line = String::new();
        match (&self.caller.display_name, &self.caller.username) {
            (Some(name), Some(username)) => {
                let _ = write!(line, "{} ({})", shown(name), shown(username));
            }
            (Some(name), None) | (None, Some(name)) => line.push_str(&shown(name)),
            (None, None) => {}
        }
        if let Some(subject) = self.subject() {
            let short: String = shown(subject).chars().take(SHOWN_OF_A_SUBJECT).collect();
            let between = if line.is_empty() { "" } else { " • " };
            let _ = write!(line, "{between}{short}");
        }
        line
    }

    /// The tenant and the caller, for a field of a log line: `tenant=5 caller=0190…`, as far as
    /// the caller is known, and whole, so that it can be searched for. Both are ids; no name is in
    /// it. (The spans of a session tell the tenant by themselves.)
    ///
    /// A value that holds anything but letters and digits of ASCII and `_-.:@/+` stands in quotes, with
    /// a backslash before quotes, backslashes and signs that are not seen: no value looks like another
    /// field or another line.
    ///
    /// ```
    /// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
    /// # use gear::*;
    /// # let gear = Gear::new();
    /// # let (db, keys) = (&gear.db, Keys);
    /// # use tenancy::prelude::*;
    /// let scope = TenantScope::new(&db.authenticate(&keys, "anna's key")?)?;
    /// assert_eq!(scope.log_field(), "tenant=1 caller=\"anna's key\"");
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    pub fn log_field(&self) -> String {
        let mut field = format!("tenant={}", field_value(&self.key.as_key().to_string()));
        if let Some(subject) = self.subject() {
            let _ = write!(field, " caller={}", field_value(subject));
        }
        field
    }
}

fn shown(text: &str) -> String {
    text.chars().filter(|sign| is_shown(*sign)).collect()
}

const SHOWN_OF_A_SUBJECT: usize = 9;
