#[path = "../../shelf.rs"]
mod shelf;

use shelf::*;

fn change(books: &Repo<Book>, id: RowId<Book>, to: PublicId<Book>) {
    let _ = books.update(id).set(books::public_id.eq(to));
}

fn main() {}
