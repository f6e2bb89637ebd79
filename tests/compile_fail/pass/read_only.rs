#[path = "../gear.rs"]
mod gear;

use gear::*;

use tenancy::{Access, ReadOnly};

/// Reads with whatever access it is given.
fn names<A: Access, B: Access>(
    items: &Repo<Item, A>,
    session: &mut Session<SqliteConnection, B>,
) -> tenancy::Result<Vec<String>> {
    items
        .query()
        .select(items::name)
        .order(items::id)
        .load(session)
}

struct Reader {
    items: Repo<Item, ReadOnly>,
    session: Session<SqliteConnection, ReadOnly>,
}

fn main() -> tenancy::Result<()> {
    let db = open();
    let identity = db.authenticate(&Anyone, 1)?;
    let scope: TenantScope<i64, ReadOnly> = TenantScope::new_read_only(&identity)?;
    let mut reader = Reader {
        items: Repo::<Item>::new(&scope),
        session: db.session(&scope)?,
    };
    assert_eq!(names(&reader.items, &mut reader.session)?.len(), 3);
    let within = reader
        .session
        .transaction(|session| names(&reader.items, session))?;
    assert_eq!(within.len(), 3);
    drop(reader);

    // A statement that reads runs on a session that may write, and the other way.
    let scope = gear::scope(&db);
    let narrowed = Repo::<Item>::new(&scope.read_only());
    assert_eq!(names(&narrowed, &mut db.session(&scope)?)?.len(), 3);
    let wide = Repo::<Item>::new(&scope);
    assert_eq!(names(&wide, &mut db.session(&scope.read_only())?)?.len(), 3);
    Ok(())
}
