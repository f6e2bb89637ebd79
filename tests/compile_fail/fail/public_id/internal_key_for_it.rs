include!("../../shelf.rs");

fn show(books: &Repo<Book>, id: RowId<Book>) {
    let _ = books.find_public(id);
}

fn main() {}
