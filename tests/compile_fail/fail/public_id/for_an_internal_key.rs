include!("../../shelf.rs");

fn show(books: &Repo<Book>, id: PublicId<Book>) {
    let _ = books.find(id);
}

fn main() {}
