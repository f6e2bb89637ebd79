#[path = "../../shelf.rs"]
mod shelf;

use shelf::*;

fn path(id: PublicId<Mark>) -> String {
    format!("/marks/{id}")
}

fn main() {}
