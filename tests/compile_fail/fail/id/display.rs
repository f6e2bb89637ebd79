#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    println!("/items/{}", RowId::<Item>::from_raw(1));
}
