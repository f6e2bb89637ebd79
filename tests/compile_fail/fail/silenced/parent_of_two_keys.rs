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
    notes (id) {
        id -> BigInt,
        setting_key -> Text,
        body -> Text,
    }
}

#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = notes)]
#[scoped(parent(Setting, on = setting_key))]
struct Note {
    id: RowId<Note>,
}

fn main() {}
