#[path = "../gear.rs"]
mod gear;

use gear::*;

use std::collections::HashMap;
use std::thread;

fn send<T: Send + Sync + 'static>(value: T) -> T {
    value
}

/// Scopes, repositories and databases are values: cloned, stored, sent.
fn main() -> tenancy::Result<()> {
    let db = send(open());
    let identity = db.authenticate(&Anyone, 1)?;
    assert!(identity.may_write() && identity.subject().is_none());
    let scope = send(TenantScope::new(&identity)?);
    assert_eq!(scope.tenant(), &1);
    let items = send(Repo::<Item>::new(&scope));
    let (other_db, other_scope, other_items) = (db.clone(), scope.clone(), items.clone());
    let counted: i64 = thread::spawn(move || {
        let mut session = other_db.session(&other_scope)?;
        other_items.query().count().get_result(&mut session)
    })
    .join()
    .unwrap()?;
    assert_eq!(counted, 3);

    let mut weights: HashMap<RowId<Item>, Option<i32>> = HashMap::new();
    let mut session = db.session(&scope)?;
    for item in items.query().load::<Item>(&mut session)? {
        weights.insert(item.id, item.weight);
    }
    assert_eq!(weights[&RowId::from_raw(3)], Some(2000));
    assert!(format!("{scope:?} {items:?} {session:?} {db:?} {identity:?}").contains("tenant"));
    Ok(())
}
