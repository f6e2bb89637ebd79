#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    let db = open();
    let identity = db.authenticate(&Anyone, 1).unwrap();
    let _ = db.session(&identity);
}
