#[path = "../../gear.rs"]
mod gear;

use gear::*;
use tenancy::TenantSet;

fn tidy(db: &Database<SqliteConnection>, set: &TenantSet<i64>) {
    let _ = db.read_each(set, |scope, session| {
        let items = Repo::<Item>::new(scope);
        items.delete(items.query()).execute(session)
    });
}

fn main() {}
