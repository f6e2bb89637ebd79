#[path = "../../plant.rs"]
mod plant;

use plant::*;

fn taken(processes: &Repo<Process, ReadWrite, Key>, id: TextId<Process>) {
    let _ = processes.insert((processes::name.eq("Smelt"), processes::id.eq(id)));
}

fn main() {}
