#[path = "../../shelf.rs"]
mod shelf;

use shelf::*;

fn show(books: &Repo<Book>, id: RowId<Book>) {
    let _ = books.find_public(id);
}

fn main() {}
