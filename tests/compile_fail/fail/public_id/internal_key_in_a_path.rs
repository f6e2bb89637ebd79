include!("../../shelf.rs");

fn path(book: &Book) -> String {
    format!("/books/{}", book.id)
}

fn main() {}
