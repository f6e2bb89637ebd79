//! Two tenants whose owners are called the same, in all but the issuer.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use tenancy::directory::{self, Directory, Logins, Manage, Membership, Roles};
use tenancy::prelude::*;
use tenancy::{
    AuthError, Catalog, Clock, Error, Identity, OperatorScope, Reason, VerifiedLogin,
    VerifiesLogin, With,
};

mod stage {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stage/mod.rs"));
}

pub(crate) use stage::{Conn, Stage};

#[cfg(feature = "sqlite")]
const SCHEMA: &str =
    include_str!("../../migrations/sqlite/2026-11-21-000000_tenancy_directory/up.sql");
#[cfg(all(feature = "postgres", not(feature = "sqlite")))]
const SCHEMA: &str =
    include_str!("../../migrations/postgres/2026-11-21-000000_tenancy_directory/up.sql");
#[cfg(not(any(feature = "sqlite", feature = "postgres")))]
const SCHEMA: &str =
    include_str!("../../migrations/mysql/2026-11-21-000000_tenancy_directory/up.sql");

/// The table of numbers.
#[cfg(feature = "sqlite")]
pub(crate) const NUMBERS: &str =
    include_str!("../../migrations/sqlite/2026-11-21-000200_tenancy_numbers/up.sql");
#[cfg(all(feature = "postgres", not(feature = "sqlite")))]
pub(crate) const NUMBERS: &str =
    include_str!("../../migrations/postgres/2026-11-21-000200_tenancy_numbers/up.sql");
#[cfg(not(any(feature = "sqlite", feature = "postgres")))]
pub(crate) const NUMBERS: &str =
    include_str!("../../migrations/mysql/2026-11-21-000200_tenancy_numbers/up.sql");

/// A table of the application's own, that refers to the directory's.
const OWN: &str = "
    CREATE TABLE categories (
        id INTEGER PRIMARY KEY NOT NULL,
        tenant_id BIGINT NOT NULL,
        name VARCHAR(100) NOT NULL,
        UNIQUE (tenant_id, id),
        UNIQUE (tenant_id, name),
        FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id)
    );";

mod schema {
    diesel::table! {
        categories (id) {
            id -> BigInt,
            tenant_id -> BigInt,
            name -> Text,
        }
    }
}

pub(crate) use schema::categories;

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = categories)]
#[scoped(tenant = tenant_id, references(directory::Tenant, on = tenant_id))]
pub(crate) struct Category {
    #[allow(dead_code, reason = "a model has its key")]
    pub(crate) id: RowId<Category>,
    pub(crate) name: String,
}

/// Takes the credential's words for what the provider says: `issuer/subject`.
#[derive(Clone, Copy)]
pub(crate) struct Provider;

impl VerifiesLogin for Provider {
    type Credential<'a> = &'a str;

    fn verify(&self, credential: &str) -> Result<VerifiedLogin, AuthError> {
        let (issuer, subject) = credential
            .split_once('/')
            .ok_or(AuthError::Unauthenticated)?;
        let login = VerifiedLogin::new(issuer, subject)?;
        Ok(login
            .username("anna")
            .display_name("Anna")
            .email("anna@example.com"))
    }
}

/// A clock that goes on when it is told to.
#[derive(Clone, Default)]
pub(crate) struct Hand(Arc<Mutex<TimeDelta>>);

impl Hand {
    pub(crate) fn forward(&self, by: TimeDelta) {
        *self.0.lock().unwrap() += by;
    }
}

impl Clock for Hand {
    fn now(&self) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + *self.0.lock().unwrap()
    }
}

pub(crate) struct House {
    pub(crate) db: Database<Conn>,
    pub(crate) directory: Directory<Conn>,
    pub(crate) logins: Logins<Provider>,
    pub(crate) clock: Hand,
    pub(crate) founded: Arc<AtomicI64>,
    pub(crate) stage: Stage,
}

/// All tables of the house.
pub(crate) fn catalog() -> Catalog {
    directory::add_to(Catalog::new()).with::<Category>()
}

pub(crate) const ANNA: &str = "https://one.example/anna";
pub(crate) const BEN: &str = "https://two.example/anna";

impl House {
    pub(crate) fn new() -> Self {
        let stage = Stage::new(&[SCHEMA, NUMBERS, OWN]);
        stage.audit();
        stage.guard(&catalog());
        let clock = Hand::default();
        let db = stage
            .for_operators(Stage::builder())
            .clock(clock.clone())
            .max_size(8)
            .open(&stage.url)
            .unwrap();
        let founded = Arc::new(AtomicI64::new(0));
        let count = Arc::clone(&founded);
        let roles = Roles::default()
            .role("editor", ["items:export"])
            .role("manager", [<Manage as tenancy::Permission>::NAME]);
        let directory = Directory::new(&db)
            .roles(roles)
            .on_founding(move |scope, session| {
                let default = (categories::name.eq("Uncategorized"),);
                Repo::<Category>::new(scope)
                    .insert(default)
                    .execute(session)?;
                count.fetch_add(1, Ordering::SeqCst);
                Ok(())
            });
        let logins = directory.logins(Provider);
        Self {
            db,
            directory,
            logins,
            clock,
            founded,
            stage,
        }
    }

    pub(crate) fn sign_in(&self, who: &str) -> Identity<i64> {
        self.directory.sign_in(&self.logins, who, None).unwrap()
    }

    pub(crate) fn scope(&self, who: &str) -> TenantScope<i64> {
        TenantScope::new(&self.sign_in(who)).unwrap()
    }

    pub(crate) fn manages(&self, who: &str) -> TenantScope<i64, With<Manage>> {
        self.scope(who).require::<Manage>().unwrap()
    }

    /// Anna's tenant, with Ben in it as this role: his scope there.
    pub(crate) fn with_ben(&self, role: &str) -> TenantScope<i64> {
        let annas = self.scope(ANNA);
        let asked = self
            .directory
            .invite(&annas, role, None, TimeDelta::days(1));
        let (_, secret) = asked.unwrap();
        let ben = self
            .directory
            .accept(&self.logins, BEN, secret.reveal())
            .unwrap();
        TenantScope::new(&ben).unwrap()
    }

    /// The member of the scope's tenant who is this user.
    pub(crate) fn member(&self, scope: &TenantScope<i64>, subject: &str) -> Membership {
        let subject: uuid::Uuid = subject.parse().unwrap();
        let members = Repo::<Membership>::new(scope).query();
        let members: Vec<Membership> = members.load(&mut self.session(scope)).unwrap();
        let mut members = members.into_iter();
        let found = members.find(|member| member.user_public_id.get() == subject);
        found.unwrap()
    }

    /// How many invitations into the scope's tenant are open.
    pub(crate) fn open_invitations(&self, scope: &TenantScope<i64>) -> i64 {
        use tenancy::directory::schema::tenancy_invitations;
        let open = Repo::<directory::Invitation>::new(scope)
            .query()
            .filter(tenancy_invitations::accepted_at.is_null());
        open.count().get_result(&mut self.session(scope)).unwrap()
    }

    /// Changes one row, as no scope can.
    pub(crate) fn change(&self, sql: &str) {
        let changed = diesel::sql_query(sql).execute(&mut self.stage.raw());
        assert_eq!(changed.unwrap(), 1, "{sql}");
    }

    pub(crate) fn operator(&self, who: &str) -> OperatorScope<i64> {
        let reason = Reason::new("the rent was not paid").unwrap();
        OperatorScope::new(&self.sign_in(who), reason).unwrap()
    }

    pub(crate) fn session(&self, scope: &TenantScope<i64>) -> Session<Conn> {
        self.db.session(scope).unwrap()
    }

    /// As a migration would.
    pub(crate) fn make_operator(&self, subject: &str) {
        use tenancy::directory::schema::{tenancy_operators, tenancy_users};
        let id: uuid::Uuid = subject.parse().unwrap();
        let conn = &mut self.stage.raw();
        let user: (i64, i64) = tenancy_users::table
            .filter(tenancy_users::public_id.eq(tenancy::sql_types::id128(id)))
            .select((tenancy_users::tenant_id, tenancy_users::id))
            .first(conn)
            .unwrap();
        diesel::insert_into(tenancy_operators::table)
            .values((
                tenancy_operators::tenant_id.eq(user.0),
                tenancy_operators::user_id.eq(user.1),
                tenancy_operators::created_at.eq(self.db.now().naive_utc()),
            ))
            .execute(conn)
            .unwrap();
    }

    /// All that the table of keys keeps, as text.
    pub(crate) fn kept(&self) -> String {
        #[derive(QueryableByName)]
        struct Kept {
            #[diesel(sql_type = diesel::sql_types::Text)]
            name: String,
            #[diesel(sql_type = diesel::sql_types::Text)]
            prefix: String,
            #[diesel(sql_type = diesel::sql_types::Binary)]
            secret_hash: Vec<u8>,
        }
        let sql = "SELECT name, prefix, secret_hash FROM tenancy_api_keys";
        let rows: Vec<Kept> = diesel::sql_query(sql).load(&mut self.stage.raw()).unwrap();
        let row = |row: &Kept| {
            let hash = String::from_utf8_lossy(&row.secret_hash);
            format!("{} {} {hash}\n", row.name, row.prefix)
        };
        rows.iter().map(row).collect()
    }

    pub(crate) fn count(&self, table: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Count {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            count: i64,
        }
        let sql = format!("SELECT count(*) AS count FROM {table}");
        let count: Count = diesel::sql_query(sql)
            .get_result(&mut self.stage.raw())
            .unwrap();
        count.count
    }
}

pub(crate) fn is_unauthenticated<T>(result: Result<T, Error>) -> bool {
    let told = result
        .err()
        .map(|error| (matches!(error, Error::Unauthenticated), error.to_string()));
    told == Some((true, "unauthenticated".to_owned()))
}
