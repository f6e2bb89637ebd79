include!("../../shelf.rs");

#[derive(ScopedChangeset)]
#[diesel(table_name = books)]
struct BookChanges {
    public_id: PublicId<Book>,
}

fn main() {}
