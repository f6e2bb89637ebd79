#[path = "../../shelf.rs"]
mod shelf;

use shelf::*;

fn show(marks: &Repo<Mark>, id: PublicId<Book>) {
    let _ = marks.find_public(id);
}

fn main() {}
