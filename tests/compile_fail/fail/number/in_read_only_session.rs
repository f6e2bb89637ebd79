#[path = "../../gear.rs"]
mod gear;

use gear::*;
use tenancy::numbers::Series;
use tenancy::series;

const CUSTOMERS: Series = series!(gap_tolerant "customer", "u{number:3}");

fn main() {
    let db = open();
    let mut session = db.session(&scope(&db).read_only()).unwrap();
    let _ = CUSTOMERS.next(&mut session);
}
