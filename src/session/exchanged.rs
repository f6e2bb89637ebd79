//! A session whose tenant goes by another key for the time of a closure.

use std::mem;

use super::connection::ScopedConnection;
use super::scoped_session::Session;
use crate::error::{Error, Result};
use crate::key::{TenantKey, TenantTag};
use crate::scope::Access;

impl<C: ScopedConnection, A: Access> Session<C, A> {
    /// Runs `work` while the session takes the statements of `key`, and not those of `own`. Both
    /// name one tenant.
    pub(crate) fn exchanged<K: TenantKey, L: TenantKey, T, E: From<Error>>(
        &mut self,
        own: &K,
        key: &L,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.check_tenant(own).map_err(E::from)?;
        if own.as_key() != key.as_key() {
            return Err(E::from(Error::ScopeMismatch));
        }
        let own = mem::replace(&mut self.tenant, TenantTag::new(key));
        let exchanged = Exchanged { session: self, own };
        work(&mut *exchanged.session)
    }
}

/// Puts the session's own key back: behind a panic, too.
struct Exchanged<'a, C: ScopedConnection, A: Access> {
    session: &'a mut Session<C, A>,
    own: TenantTag,
}

impl<C: ScopedConnection, A: Access> Drop for Exchanged<'_, C, A> {
    fn drop(&mut self) {
        mem::swap(&mut self.session.tenant, &mut self.own);
    }
}

#[cfg(feature = "sqlite")]
#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use diesel::SqliteConnection;

    use crate::session::{Database, Session};
    use crate::{Error, Result, TenantKey};

    #[derive(Debug, Clone, PartialEq, Eq, Hash, TenantKey)]
    struct Other(i64);

    fn session() -> (Session<SqliteConnection>, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("exchanged.db");
        let db = Database::<SqliteConnection>::open(path.to_str().unwrap()).unwrap();
        (db.session(&db.scope_of(5)).unwrap(), folder)
    }

    #[test]
    fn a_session_has_one_of_its_two_keys_at_a_time() {
        let (mut session, _folder) = session();
        let done: Result<()> = session.exchanged(&5_i64, &Other(5), |session| {
            assert!(session.check_tenant(&Other(5)).is_ok());
            assert!(session.check_tenant(&5_i64).is_err());
            Ok(())
        });
        assert!(done.is_ok() && session.check_tenant(&5_i64).is_ok());
        assert!(session.check_tenant(&Other(5)).is_err());
    }

    #[test]
    fn it_has_its_own_again_behind_a_panic() {
        let (mut session, _folder) = session();
        let work = |_: &mut Session<SqliteConnection>| -> Result<()> { panic!("in between") };
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            session.exchanged(&5_i64, &Other(5), work)
        }));
        assert!(panicked.is_err());
        assert!(session.check_tenant(&5_i64).is_ok());
    }

    #[test]
    fn both_keys_name_the_sessions_tenant() {
        let (mut session, _folder) = session();
        let exchanged = session.exchanged(&5_i64, &Other(6), |_| Ok(()));
        assert!(matches!(exchanged, Err(Error::ScopeMismatch)));
        let exchanged = session.exchanged(&6_i64, &Other(6), |_| Ok(()));
        assert!(matches!(exchanged, Err(Error::ScopeMismatch)));
    }
}
