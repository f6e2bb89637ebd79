#[path = "../../plant.rs"]
mod plant;

use plant::*;

fn taken(versions: &Repo<Version, ReadWrite, Key>, id: TextId<Version>) {
    let _ = versions.insert((versions::number.eq(7), versions::id.eq(id)));
}

fn main() {}
