#[path = "../../shelf.rs"]
mod shelf;

use shelf::*;

fn add(books: &Repo<Book>, id: PublicId<Book>) {
    let _ = books.insert((books::title.eq("Emma"), books::public_id.eq(id)));
}

fn main() {}
