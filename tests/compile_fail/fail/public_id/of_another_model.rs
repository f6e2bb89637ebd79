#[path = "../../shelf.rs"]
mod shelf;

use shelf::*;

fn show(books: &Repo<Book>, id: PublicId<Author>) {
    let _ = books.find_public(id);
}

fn main() {}
