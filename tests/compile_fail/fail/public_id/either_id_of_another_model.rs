#[path = "../../shelf.rs"]
mod shelf;

use shelf::*;

fn show(books: &Repo<Book>, id: IdOrPublicId<Author>, numbers: &IntegerIds) {
    let _ = books.find_either(id, numbers);
}

fn main() {}
