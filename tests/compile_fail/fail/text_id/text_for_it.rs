#[path = "../../plant.rs"]
mod plant;

use plant::*;

fn found(processes: &Repo<Process, ReadWrite, Key>) {
    let _ = processes.find("proc_00000000000000000000000001");
}

fn main() {}
