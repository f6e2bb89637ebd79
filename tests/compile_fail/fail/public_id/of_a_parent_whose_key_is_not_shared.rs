#[path = "../../shelf.rs"]
mod shelf;

use shelf::*;

diesel::table! {
    pages (id) {
        id -> BigInt,
        book_id -> BigInt,
    }
}

#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = pages)]
#[scoped(parent(Book, on = book_id), public_id(parent))]
struct BookPage {
    id: RowId<BookPage>,
}

fn main() {}
