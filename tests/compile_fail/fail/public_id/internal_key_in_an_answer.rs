include!("../../shelf.rs");

#[derive(serde::Serialize)]
struct Answer {
    id: RowId<Book>,
}

fn main() {}
