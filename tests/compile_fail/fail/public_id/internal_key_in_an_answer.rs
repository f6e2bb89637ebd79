#[path = "../../shelf.rs"]
mod shelf;

use shelf::*;

#[derive(serde::Serialize)]
struct Answer {
    id: RowId<Book>,
}

fn main() {}
