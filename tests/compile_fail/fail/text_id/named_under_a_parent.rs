#[path = "../../plant.rs"]
mod plant;

use plant::*;

fn taken(calls: &Repo<Call, ReadWrite, Key>, process: TextId<Process>, id: TextId<Call>) {
    let _ = calls.under(process).insert((calls::id.eq(id), calls::status.eq(200)));
}

fn main() {}
