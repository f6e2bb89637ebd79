//! Looking up a credential, before there is a tenant: for authenticators.

use std::fmt;
use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::dsl::SqlTypeOf;
use diesel::expression::{Expression, Selectable};
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::methods::LoadQuery;
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::HasSqlType;
use diesel::{Connection, RunQueryDsl};

use crate::__private::Seal;
use crate::catalog::{Declared, Proof};
use crate::ownership::{HasProof, Home, ProofColumnType, Scoped, ScopedTable};

/// What the credential's row of a model is looked up by: `str`, `[u8]` or `Uuid`.
pub type ProofValue<T> = <<<T as Scoped>::Table as HasProof>::Proof as ProofColumnType>::Value;

/// The rows of a model whose proof is this one: usually one row, or none. For an
/// [`Authenticator`](crate::Authenticator), which has a connection and no tenant yet.
///
/// The model says `#[scoped(tenant = .., proof = ..)]`. The column holds a *digest*: that of a
/// random secret, or of who an identity provider says it is (its issuer and subject). It must
/// never hold the secret itself, nor what somebody could guess, as an e-mail's digest: who has
/// the value has the row. Of a password a digest alone is not enough. Rows that were deleted
/// softly prove nothing, and an empty proof is nobody's.
///
/// On PostgreSQL row security shows no row without a tenant. There the rows come from a function
/// that the [`Catalog`](crate::Catalog) makes, and nothing else of the table can be seen by it:
/// see decision 45 in `docs/decisions`.
///
/// ```
/// # #[cfg(feature = "sqlite")]
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use diesel::connection::SimpleConnection;
/// use diesel::prelude::*;
/// use tenancy::prelude::*;
/// use tenancy::{AuthError, Authenticator, Claims, prove};
///
/// diesel::table! {
///     sign_ins (id) {
///         id -> BigInt,
///         tenant_id -> BigInt,
///         secret_digest -> Text,
///         may_write -> Bool,
///     }
/// }
///
/// #[derive(Queryable, Selectable, Scoped)]
/// #[diesel(table_name = sign_ins)]
/// #[scoped(tenant = tenant_id, proof = secret_digest)]
/// struct SignIn {
///     id: RowId<SignIn>,
///     tenant_id: i64,
///     may_write: bool,
/// }
///
/// struct SignIns;
///
/// impl Authenticator<SqliteConnection> for SignIns {
///     type Credential<'a> = &'a str;
///     type Key = i64;
///
///     fn authenticate(
///         &self,
///         conn: &mut SqliteConnection,
///         secret: &str,
///     ) -> Result<Claims<i64>, AuthError> {
///         # fn digest(secret: &str) -> String { secret.bytes().map(|b| format!("{b:02x}")).collect() }
///         let found = prove::<SignIn, SignIn, _>(conn, &digest(secret))?; // SHA-256, in hex
///         let [row] = found.as_slice() else {
///             return Err(AuthError::Unauthenticated);
///         };
///         let claims = Claims::new(row.tenant_id);
///         Ok(if row.may_write { claims } else { claims.read_only() })
///     }
/// }
///
/// # let file = std::env::temp_dir().join(format!("tenancy-prove-{}.db", std::process::id()));
/// # let mut conn = SqliteConnection::establish(file.to_str().unwrap())?;
/// # conn.batch_execute("DROP TABLE IF EXISTS sign_ins;
/// #     CREATE TABLE sign_ins (id INTEGER PRIMARY KEY, tenant_id BIGINT NOT NULL,
/// #     secret_digest TEXT NOT NULL UNIQUE, may_write BOOLEAN NOT NULL);
/// #     INSERT INTO sign_ins VALUES (1, 7, '6f70656e', 1)")?;
/// # let db = Database::<SqliteConnection>::open(file.to_str().unwrap())?;
/// let identity = db.authenticate(&SignIns, "open")?;
/// assert_eq!(*identity.tenant(), 7);
/// assert!(db.authenticate(&SignIns, "close").is_err());
/// # drop(db);
/// # std::fs::remove_file(file)?;
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "sqlite"))]
/// # fn main() {}
/// ```
///
/// # Errors
///
/// Those of diesel. As an [`AuthError`](crate::AuthError) they tell no values. On PostgreSQL a
/// function that is not there, or that the role may not call, is one of them: the owner of the
/// tables makes it by [`Catalog::protect`](crate::Catalog::protect).
///
/// # Tenancy
///
/// This is for the trusted edge: it has no scope, and takes a connection that no session gives.
/// Whose the row is, the row says.
pub fn prove<'a, T, U, C>(conn: &mut C, proof: &'a ProofValue<T>) -> QueryResult<Vec<U>>
where
    T: Scoped<Table: HasProof>,
    C: Connection<Backend: ProofDialect>,
    U: Selectable<C::Backend>,
    Proving<'a, T::Table, U::SelectExpression>: LoadQuery<'a, C, U>,
{
    let Declared {
        name, proof: by, ..
    } = <T::Table as ScopedTable>::declared(Seal::new());
    let Some(by) = by else {
        return Ok(Vec::new());
    };
    let query = Proving {
        select: U::construct_selection(),
        live: <T::Table as ScopedTable>::live::<Home>(Seal::new()),
        table: Table {
            schema: name.schema().map(str::to_owned),
            name: name.table().to_owned(),
            door: name.door(),
            by,
        },
        proof,
    };
    query.internal_load(conn)?.collect()
}

/// The query of [`prove`].
#[doc(hidden)]
pub struct Proving<'a, T: HasProof, S> {
    select: S,
    live: T::Live<Home>,
    table: Table,
    proof: &'a <T::Proof as ProofColumnType>::Value,
}

/// What the query is of, and is found by. It is the same for one type of query.
struct Table {
    schema: Option<String>,
    name: String,
    door: String,
    by: Proof,
}

/// What a [`Proving`] is prepared as.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct ProvingId<T, S>(PhantomData<(T, S)>);

impl<T: HasProof + 'static, S: QueryId> QueryId for Proving<'_, T, S> {
    type QueryId = ProvingId<T, S::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = S::HAS_STATIC_QUERY_ID;
}

/// The proof is not shown.
impl<T: HasProof, S> fmt::Debug for Proving<'_, T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proving").finish_non_exhaustive()
    }
}

impl<T: HasProof, S: Expression> Query for Proving<'_, T, S> {
    type SqlType = SqlTypeOf<S>;
}

impl<T: HasProof, S, C> RunQueryDsl<C> for Proving<'_, T, S> {}

impl<T, S, DB> QueryFragment<DB> for Proving<'_, T, S>
where
    T: HasProof,
    T::Live<Home>: QueryFragment<DB>,
    S: QueryFragment<DB>,
    DB: ProofDialect + HasSqlType<T::Proof>,
    <T::Proof as ProofColumnType>::Value: ToSql<T::Proof, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let table = &self.table;
        out.push_sql("SELECT ");
        if DB::HAS_DOORS {
            DB::push_unqualified(&mut out, &self.select, table.schema.as_deref(), &table.name)?;
            out.push_sql(" FROM ");
            table.push_name(&mut out, &table.door)?;
            out.push_sql("(");
            out.push_bind_param::<T::Proof, _>(self.proof)?;
            out.push_sql(") AS ");
            return out.push_identifier(&table.name);
        }
        self.select.walk_ast(out.reborrow())?;
        out.push_sql(" FROM ");
        table.push_name(&mut out, &table.name)?;
        out.push_sql(" WHERE ");
        table.push_column(&mut out)?;
        out.push_sql(" = ");
        out.push_bind_param::<T::Proof, _>(self.proof)?;
        // As the function has it: an empty proof is nobody's.
        out.push_sql(" AND length(");
        table.push_column(&mut out)?;
        out.push_sql(") > 0");
        if !<T::Live<Home> as crate::ownership::Predicate>::FOR_EVERYONE {
            out.push_sql(" AND ");
            self.live.walk_ast(out)?;
        }
        Ok(())
    }
}

impl Table {
    /// A name in the schema of the table.
    fn push_name<DB: Backend>(&self, out: &mut AstPass<'_, '_, DB>, name: &str) -> QueryResult<()> {
        if let Some(schema) = &self.schema {
            out.push_identifier(schema)?;
            out.push_sql(".");
        }
        out.push_identifier(name)
    }

    fn push_column<DB: Backend>(&self, out: &mut AstPass<'_, '_, DB>) -> QueryResult<()> {
        self.push_name(out, &self.name)?;
        out.push_sql(".");
        out.push_identifier(self.by.column)
    }
}

/// How a backend finds a row by its proof. `Sqlite`, `Pg` and `Mysql`.
pub trait ProofDialect: Backend {
    /// Whether the rows come from a function.
    #[doc(hidden)]
    const HAS_DOORS: bool = false;

    /// Writes what is selected of what stands there by the name of the table alone.
    #[doc(hidden)]
    fn push_unqualified<'b, S: QueryFragment<Self>>(
        out: &mut AstPass<'_, 'b, Self>,
        select: &'b S,
        _schema: Option<&str>,
        _name: &str,
    ) -> QueryResult<()> {
        select.walk_ast(out.reborrow())
    }
}

#[cfg(feature = "sqlite")]
impl ProofDialect for diesel::sqlite::Sqlite {}

#[cfg(feature = "mysql")]
impl ProofDialect for diesel::mysql::Mysql {}

#[cfg(feature = "postgres")]
impl ProofDialect for diesel::pg::Pg {
    const HAS_DOORS: bool = true;

    /// diesel names each column by its table, and a table by its schema. A function's rows have
    /// no name in a schema.
    fn push_unqualified<'b, S: QueryFragment<Self>>(
        out: &mut AstPass<'_, 'b, Self>,
        select: &'b S,
        schema: Option<&str>,
        name: &str,
    ) -> QueryResult<()> {
        use diesel::query_builder::QueryBuilder;
        let Some(schema) = schema else {
            return select.walk_ast(out.reborrow());
        };
        // Values would be numbered anew.
        if !diesel::debug_query::<Self, _>(select)
            .to_string()
            .ends_with("-- binds: []")
        {
            let reason = "a row of a table in a schema is selected without values of its own";
            return Err(diesel::result::Error::QueryBuilderError(reason.into()));
        }
        let mut text = <Self as Backend>::QueryBuilder::default();
        select.to_sql(&mut text, &Self)?;
        let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
        let (schema, name) = (quoted(schema), quoted(name));
        let text = text.finish();
        out.push_sql(&text.replace(&format!("{schema}.{name}."), &format!("{name}.")));
        Ok(())
    }
}
