#[path = "../../gear.rs"]
mod gear;

use gear::*;

mod mixed {
    pub use super::gear::items::{category_id, name, table};
    pub use super::gear::secrets::id as weight;
}

#[derive(ScopedInsertable)]
#[diesel(table_name = mixed)]
struct New<'a> {
    category_id: RowId<Category>,
    name: &'a str,
    weight: i64,
}

fn main() {}
