#[path = "../gear.rs"]
mod gear;
use gear::*;
use tenancy::{KeyPage, Page};

/// Pages are read in a read-only scope, and of global tables.
fn program(scope: &TenantScope<i64>, _: &mut Conn) {
    let db = open();
    let scope = scope.read_only();
    let own = gear::scope(&db).read_only();
    let mut session = db.session(&own).unwrap();
    let units: Page<Unit> = Repo::<Unit>::new(&own)
        .query()
        .paginate(1, 1)
        .load_page(&mut session)
        .unwrap();
    assert_eq!(units.total, 2);
    let items: KeyPage<Item, _> = Repo::<Item>::new(&own)
        .query()
        .keyset(items::id.desc())
        .limit(1)
        .load_page(&mut session)
        .unwrap();
    assert_eq!(items.rows[0].name, "Tent");
    let _ = scope;
}

fn main() {
    run(program);
}
