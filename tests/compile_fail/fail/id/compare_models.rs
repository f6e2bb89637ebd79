#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    let _ = RowId::<Item>::from_raw(1) == RowId::<Category>::from_raw(1);
}
