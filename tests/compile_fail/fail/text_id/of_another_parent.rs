#[path = "../../plant.rs"]
mod plant;

use plant::*;

fn put(calls: &Repo<Call, ReadWrite, Key>, id: TextId<Version>) {
    let _ = calls.under(id).insert((calls::status.eq(200),));
}

fn main() {}
