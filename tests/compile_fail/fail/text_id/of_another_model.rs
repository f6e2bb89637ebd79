#[path = "../../plant.rs"]
mod plant;

use plant::*;

fn found(processes: &Repo<Process, ReadWrite, Key>, id: TextId<Call>) {
    let _ = processes.find(id);
}

fn main() {}
