#[path = "../gear.rs"]
mod gear;

use gear::*;

use tenancy::{Access, CanWrite, Scope};

/// Generic over the scope, and over what it may do.
fn count<S: Scope<Key = i64>>(scope: &S, db: &Db) -> tenancy::Result<i64> {
    Repo::<Item>::new(scope)
        .query()
        .count()
        .get_result(&mut db.session(scope)?)
}

fn rename<A: CanWrite, B: CanWrite>(
    items: &Repo<Item, A>,
    session: &mut Session<SqliteConnection, B>,
    id: RowId<Item>,
    name: &str,
) -> tenancy::Result<()> {
    items
        .update(id)
        .set(items::name.eq(name))
        .execute(session)?;
    Ok(())
}

struct Shelf<A: Access> {
    items: Repo<Item, A>,
}

impl<A: Access> Shelf<A> {
    fn find(&self, session: &mut Conn, id: RowId<Item>) -> tenancy::Result<Option<Item>> {
        self.items.find(id).first(session).optional()
    }
}

impl<A: CanWrite> Shelf<A> {
    fn clear(&self, session: &mut Conn) -> tenancy::Result<usize> {
        self.items.delete(self.items.query()).execute(session)
    }
}

fn main() -> tenancy::Result<()> {
    let db = open();
    let scope = scope(&db);
    assert_eq!(count(&scope, &db)?, 3);
    assert_eq!(count(&scope.read_only(), &db)?, 3);
    let mut session = db.session(&scope)?;
    let shelf = Shelf {
        items: Repo::<Item>::new(&scope),
    };
    let id = RowId::from_raw(1);
    rename(&shelf.items, &mut session, id, "Lantern")?;
    assert_eq!(
        shelf
            .find(&mut session, id)?
            .map(|item| item.name)
            .as_deref(),
        Some("Lantern")
    );
    assert_eq!(shelf.clear(&mut session)?, 3);
    Ok(())
}
