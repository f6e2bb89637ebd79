//! What the derive asks is silenced here; the library asks again.

extern crate self as std;
extern crate std as real_std;

pub use real_std::*;

#[macro_export]
macro_rules! assert {
    ($($anything:tt)*) => {
        ()
    };
}

#[path = "../../gear.rs"]
mod gear;

use gear::*;

diesel::table! {
    #[sql_name = "tenancy_0001"]
    notes (id) {
        id -> BigInt,
        item_id -> BigInt,
        body -> Text,
    }
}

#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = notes)]
#[scoped(tenant = item_id)]
struct Note {
    id: RowId<Note>,
    body: String,
}

fn main() {}
