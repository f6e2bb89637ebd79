#[path = "../../shelf.rs"]
mod shelf;

use shelf::*;

fn show(books: &Repo<Book>, id: PublicId<Book>) {
    let _ = books.find(id);
}

fn main() {}
