//! Finding rows by what leaves the service: their public ids.

use diesel::dsl;
use diesel::query_builder::QueryId;
use diesel::query_dsl::methods::FilterDsl;

use super::{Repo, RowKey};
use crate::__private::Seal;
use crate::id::{IdOrPublicId, IntegerIds, InvalidId, PublicId, RowId, Which};
use crate::key::TenantKey;
use crate::ownership::{ByEither, FoundByPublicId, ReadableBy, Scoped};
use crate::query::ScopedQuery;
use crate::scope::Access;

type Visible<T, K> = <<T as Scoped>::Table as ReadableBy<K>>::Visible;
type Found<T, K, P> = ScopedQuery<dsl::Filter<Visible<T, K>, P>, <T as Scoped>::Table, K>;

impl<T, A, K> Repo<T, A, K>
where
    T: Scoped<Table: ReadableBy<K>>,
    A: Access,
    K: TenantKey,
{
    /// A query for the row with this public id: its own, or for a model that says
    /// `public_id(parent)` that of the parent whose key it shares.
    ///
    /// # Errors
    ///
    /// Loading one row from it gives [`Error::NotFound`](crate::Error::NotFound) if there is no
    /// such row in the scope. The id of another model does not compile, nor does a model that has
    /// none.
    pub fn find_public(&self, id: PublicId<T::Named>) -> Found<T, K, T::IsPublic>
    where
        T: FoundByPublicId<IsPublic: QueryId>,
        Visible<T, K>: FilterDsl<T::IsPublic>,
    {
        self.found(T::is_public(id, Seal::new()))
    }

    /// A query for the rows with these public ids, in one statement, whose text is the same for
    /// each number of them. Ids that lead to no row in the scope are left out.
    ///
    /// ```
    /// # mod shelf { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/shelf/mod.rs")); }
    /// # use shelf::*;
    /// # let shelf = Shelf::new();
    /// # let db = &shelf.db;
    /// use std::collections::HashMap;
    ///
    /// use diesel::prelude::*;
    /// use tenancy::prelude::*;
    ///
    /// # let scope = shelf.anna();
    /// # let mut session = db.session(&scope)?;
    /// let books = Repo::<Book>::new(&scope);
    /// let asked: Vec<PublicId<Book>> = books.query().select(books::public_id).load(&mut session)?;
    /// let ids: HashMap<PublicId<Book>, RowId<Book>> = books
    ///     .find_all_public(asked)
    ///     .select((books::public_id, books::id))
    ///     .load::<(PublicId<Book>, RowId<Book>)>(&mut session)?
    ///     .into_iter()
    ///     .collect();
    /// assert_eq!(ids.len(), 2);
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    pub fn find_all_public(
        &self,
        ids: impl IntoIterator<Item = PublicId<T::Named>>,
    ) -> Found<T, K, T::IsAmong>
    where
        T: FoundByPublicId<IsAmong: QueryId>,
        Visible<T, K>: FilterDsl<T::IsAmong>,
    {
        self.found(T::is_among(ids.into_iter().collect(), Seal::new()))
    }

    /// A query for the row with this id, which is the public one or still the internal number.
    ///
    /// # Errors
    ///
    /// [`InvalidId::Number`] for a number, if `numbers` are refused. Loading one row gives
    /// [`Error::NotFound`](crate::Error::NotFound) if there is no such row in the scope.
    pub fn find_either(
        &self,
        id: IdOrPublicId<T::Named>,
        numbers: &IntegerIds,
    ) -> Result<Found<T, K, ByEither<T::IdPredicate, T::IsPublic>>, InvalidId>
    where
        T: FoundByPublicId,
        RowId<T::Named>: RowKey<T>,
        Visible<T, K>: FilterDsl<ByEither<T::IdPredicate, T::IsPublic>>,
    {
        let by = match id.0 {
            Which::Number(id) => {
                numbers.admit()?;
                ByEither::Number(T::id_predicate(id.into_id(), Seal::new()))
            }
            Which::Public(id) => ByEither::Public(T::is_public(id, Seal::new())),
        };
        Ok(self.found(by))
    }

    fn found<P>(&self, by: P) -> Found<T, K, P>
    where
        Visible<T, K>: FilterDsl<P>,
    {
        let visible = <T::Table as ReadableBy<K>>::visible(&self.key, Seal::new());
        ScopedQuery::new(visible.filter(by), self.key.duplicate())
    }
}
