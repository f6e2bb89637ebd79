#[path = "../../shelf.rs"]
mod shelf;

use shelf::*;

#[derive(ScopedInsertable)]
#[diesel(table_name = books)]
struct NewBook {
    public_id: PublicId<Book>,
    title: String,
}

fn main() {}
