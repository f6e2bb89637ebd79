#[path = "../../gear.rs"]
mod gear;

use gear::*;

use std::marker::PhantomData;

fn main() {
    let _ = Repo::<Item> {
        key: 2,
        of: PhantomData,
    };
}
