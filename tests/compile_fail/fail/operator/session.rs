#[path = "../../gear.rs"]
mod gear;

use gear::*;
use tenancy::OperatorScope;

fn session(db: &Database<SqliteConnection>, operator: &OperatorScope<i64>) {
    let _ = db.session(operator);
}

fn main() {}
