#[path = "../../shelf.rs"]
mod shelf;

use shelf::*;

#[derive(ScopedChangeset)]
#[diesel(table_name = books)]
struct BookChanges {
    public_id: PublicId<Book>,
}

fn main() {}
