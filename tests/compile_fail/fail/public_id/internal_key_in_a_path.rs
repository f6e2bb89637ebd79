#[path = "../../shelf.rs"]
mod shelf;

use shelf::*;

fn path(book: &Book) -> String {
    format!("/books/{}", book.id)
}

fn main() {}
