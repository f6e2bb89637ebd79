#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    let db = open();
    let _: Conn = db.session(&scope(&db).read_only()).unwrap();
}
