//! What operators do: for one tenant, and across all of them. Each act is written down.
//!
//! `cargo run --example operators` runs it. It needs nothing installed, and leaves nothing behind.

use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use tenancy::prelude::*;
use tenancy::{AuthError, Authenticator, Claims, OperatorScope, Reason, audit};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("examples/first_page/migrations");

diesel::table! {
    items (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        name -> Text,
    }
}

#[derive(Debug, Scoped)]
#[diesel(table_name = items)]
#[scoped(tenant = tenant_id)]
struct Item {
    #[allow(dead_code, reason = "a model has its key")]
    id: RowId<Item>,
}

/// The trusted edge: who of the staff is an operator. (A real one asks for a credential.)
struct Staff;

impl Authenticator<SqliteConnection> for Staff {
    type Credential<'a> = &'a str;
    type Key = i64;

    fn authenticate(&self, _: &mut SqliteConnection, name: &str) -> Result<Claims<i64>, AuthError> {
        Ok(Claims::new(1).subject(name).operator())
    }
}

fn rename_and_count(
    db: &Database<SqliteConnection>,
    operator: &OperatorScope<i64>,
    customer: i64,
    id: RowId<Item>,
) -> tenancy::Result<Vec<(i64, i64)>> {
    // for one tenant, as the tenant itself would
    db.act_for(operator, customer, |scope, session| {
        let items = Repo::<Item>::new(scope);
        items
            .update(id)
            .set(items::name.eq("Lantern"))
            .execute(session)
    })?;

    // across all of them, for reading: a write does not compile
    db.read_across(operator, |scope, session| {
        Repo::<Item>::new(scope)
            .query()
            .group_by(items::tenant_id)
            .select((items::tenant_id, count_star()))
            .load(session)
    })
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("gear.db");
    let db = Database::<SqliteConnection>::open(&path.to_string_lossy())?;
    db.migrate(MIGRATIONS)?;
    db.migrate(audit::MIGRATIONS)?;

    let olga = db.authenticate(&Staff, "olga")?;
    let reason = Reason::new("a name is wrong")?.ticket("OPS-12")?;
    let operator = OperatorScope::new(&olga, reason)?;
    for (tenant, count) in rename_and_count(&db, &operator, 2, RowId::from_raw(1))? {
        println!("{count} items of tenant {tenant}");
    }
    let state = db.verify_audit(&operator, Some(&2))?;
    let audit::AuditState::Whole { events, .. } = state else {
        return Err("the chain is broken".into());
    };
    println!("{events} events about tenant 2, and the chain is whole");
    Ok(())
}
