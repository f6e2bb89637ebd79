//! Transactions that the server has taken back, and servers that go away.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{Error, Scope, Transport};

use crate::stage::*;

fn insert(
    scope: &TenantScope<i64>,
    name: &str,
    session: &mut Session<PgConnection>,
) -> tenancy::Result<usize> {
    Repo::<Item>::new(scope)
        .insert((items::name.eq(name), items::category_id.eq(*scope.key())))
        .execute(session)
}

/// PostgreSQL answers the COMMIT of a failed transaction with a rollback, and no error.
#[test]
fn a_failed_transaction_is_not_called_committed() {
    let stage = Stage::new();
    let db = stage.open(Transport::Direct, 1);
    let anna = scope(&db, 1);
    let mut session = db.session(&anna).unwrap();
    let done: tenancy::Result<()> = session.transaction(|session| {
        insert(&anna, "Rope", session)?;
        drop(insert(&anna, "Lamp", session));
        let later = insert(&anna, "Stove", session);
        assert!(matches!(later, Err(Error::Transaction { .. })), "{later:?}");
        Ok(())
    });
    assert!(matches!(done, Err(Error::Transaction { .. })), "{done:?}");
    assert_eq!(names(&anna, &mut session).unwrap(), ["Lamp", "Tent"]);
}

#[test]
fn a_savepoint_takes_back_what_failed_in_it() {
    let stage = Stage::new();
    let db = stage.open(Transport::Pooler, 1);
    let anna = scope(&db, 1);
    let mut session = db.session(&anna).unwrap();
    let done: tenancy::Result<()> = session.transaction(|session| {
        insert(&anna, "Rope", session)?;
        let inner: tenancy::Result<()> = session.transaction(|session| {
            insert(&anna, "Stove", session)?;
            insert(&anna, "Lamp", session)?;
            Ok(())
        });
        assert!(
            matches!(inner, Err(Error::UniqueViolation { .. })),
            "{inner:?}"
        );
        assert_eq!(names(&anna, session)?, ["Lamp", "Tent", "Rope"]);
        Ok(())
    });
    done.unwrap();
    assert_eq!(
        names(&anna, &mut session).unwrap(),
        ["Lamp", "Tent", "Rope"]
    );
}

#[test]
fn a_server_that_goes_away_within_a_transaction_leaves_nothing() {
    let stage = Stage::new();
    for transport in [Transport::Pooler, Transport::Direct] {
        let db = stage.open(transport, 1);
        let anna = scope(&db, 1);
        let mut session = db.session(&anna).unwrap();
        let done: tenancy::Result<()> = session.transaction(|session| {
            insert(&anna, "Rope", session)?;
            stage.end_connections();
            insert(&anna, "Stove", session)?;
            Ok(())
        });
        assert!(matches!(done, Err(Error::ConnectionLost)), "{done:?}");
        drop(session);
        let mut session = db.session(&anna).unwrap();
        assert_eq!(names(&anna, &mut session).unwrap(), ["Lamp", "Tent"]);
    }
}

#[test]
fn violations_name_the_constraint_and_no_value() {
    let stage = Stage::new();
    let db = stage.open(Transport::Direct, 1);
    let anna = scope(&db, 1);
    let mut session = db.session(&anna).unwrap();
    let items = Repo::<Item>::new(&anna);
    let refused = insert(&anna, "Lamp", &mut session).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "a unique constraint was violated: items_tenant_id_name_key"
    );
    let refused = insert(&anna, "", &mut session).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "a check constraint was violated: items_name_check"
    );
    // A category of another tenant, and one that nobody has.
    let under = |category: i64, session: &mut Session<PgConnection>| {
        let item = (items::name.eq("Rope"), items::category_id.eq(category));
        let refused = items.insert(item).execute(session).unwrap_err();
        format!("{refused} {refused:?}")
    };
    let foreign = under(2, &mut session);
    assert_eq!(foreign, under(99, &mut session));
    assert!(
        foreign.contains("items_category_id_tenancy_fkey"),
        "{foreign}"
    );
}

/// A cast looks a value up as a name, and says which one it has not found.
#[test]
fn a_name_that_was_a_value_is_not_told() {
    let stage = Stage::new();
    let db = stage.open(Transport::Direct, 1);
    let anna = scope(&db, 1);
    let mut session = db.session(&anna).unwrap();
    let items = Repo::<Item>::new(&anna);
    let mut told = |condition: &str| {
        let condition = diesel::dsl::sql::<diesel::sql_types::Bool>(condition);
        let query = items.query().filter_dynamic(condition).select(items::name);
        let refused = query.load::<String>(&mut session).unwrap_err();
        format!("{refused} {refused:?}")
    };
    let cast = told("name::regclass IS NOT NULL").to_lowercase();
    // A name that is not quoted is folded.
    assert!(!cast.contains("lamp") && !cast.contains("tent"), "{cast}");
    let of_the_statement = told("weightless = 1");
    assert!(
        of_the_statement.contains("weightless"),
        "{of_the_statement}"
    );
}

#[test]
fn a_role_without_rights_is_told_which_table() {
    let stage = Stage::new();
    stage
        .owner()
        .batch_execute("REVOKE DELETE ON items FROM serving")
        .unwrap();
    let db = stage.open(Transport::Direct, 1);
    let anna = scope(&db, 1);
    let mut session = db.session(&anna).unwrap();
    let items = Repo::<Item>::new(&anna);
    let refused = items.delete(items.query()).execute(&mut session);
    assert_eq!(
        refused.unwrap_err().to_string(),
        "the database failed: permission denied for table items"
    );
}

/// A trigger that gives Anna's items to Ben, where row security does not stand in its way.
const MOVES: &str = "
    ALTER TABLE items DISABLE ROW LEVEL SECURITY;
    CREATE FUNCTION moves() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN NEW.tenant_id := 2; NEW.category_id := 2; RETURN NEW; END $$;
    CREATE TRIGGER moves BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION moves();
";

#[test]
fn a_statement_whose_row_left_the_scope_is_taken_back_with_its_transaction() {
    let stage = Stage::new();
    stage.owner().batch_execute(MOVES).unwrap();
    let db = stage.open(Transport::Pooler, 1);
    let anna = scope(&db, 1);
    let mut session = db.session(&anna).unwrap();
    let items = Repo::<Item>::new(&anna);
    let rename = |id: i64| {
        items
            .update(RowId::<Item>::from_raw(id))
            .set(items::name.eq("Rope"))
    };
    let moved = rename(1).get_result::<Item>(&mut session);
    assert!(matches!(moved, Err(Error::OutOfScope)), "{moved:?}");
    let moved = rename(1)
        .returning(items::name)
        .load::<String>(&mut session);
    assert!(matches!(moved, Err(Error::OutOfScope)), "{moved:?}");
    let within: tenancy::Result<Item> =
        session.transaction(|session| rename(1).get_result(session));
    assert!(matches!(within, Err(Error::OutOfScope)), "{within:?}");
    assert_eq!(names(&anna, &mut session).unwrap(), ["Lamp", "Tent"]);
}

/// A policy of the application's own keeps the row that the upsert meets.
#[test]
fn a_row_that_row_security_keeps_is_a_conflict_of_an_upsert() {
    let stage = Stage::new();
    let keeps = "CREATE POLICY quiet ON items AS RESTRICTIVE FOR UPDATE USING (name <> 'Lamp')";
    stage.owner().batch_execute(keeps).unwrap();
    for transport in [Transport::Pooler, Transport::Direct] {
        let db = stage.open(transport, 1);
        let anna = scope(&db, 1);
        let mut session = db.session(&anna).unwrap();
        let items = Repo::<Item>::new(&anna);
        let row = || {
            items
                .insert((items::name.eq("Lamp"), items::category_id.eq(1)))
                .on_conflict((items::tenant_id, items::name))
        };
        let met = row()
            .do_update()
            .set(items::category_id.eq(1))
            .execute(&mut session);
        assert!(matches!(met, Err(Error::Conflict)), "{met:?}");
        assert_eq!(row().do_nothing().execute(&mut session).unwrap(), 0);
        assert_eq!(names(&anna, &mut session).unwrap(), ["Lamp", "Tent"]);
    }
}
