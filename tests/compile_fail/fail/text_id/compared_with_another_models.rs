#[path = "../../plant.rs"]
mod plant;

use plant::*;

fn same(process: TextId<Process>, call: TextId<Call>) -> bool {
    process == call
}

fn main() {}
