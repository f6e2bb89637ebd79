#[path = "../../plant.rs"]
mod plant;

use plant::*;

fn renamed(processes: &Repo<Process, ReadWrite, Key>, id: TextId<Process>) {
    let _ = processes.update(id).set(processes::id.eq(id));
}

fn main() {}
