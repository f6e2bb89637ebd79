#[path = "../../shelf.rs"]
mod shelf;

use shelf::*;

diesel::table! {
    spines (book_id) {
        book_id -> BigInt,
        public_id -> tenancy::sql_types::Id128,
    }
}

#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = spines, primary_key(book_id))]
#[scoped(parent(Book, on = book_id), public_id(parent), public_id = public_id)]
pub struct Spine {
    book_id: RowId<Book>,
}

fn main() {}
