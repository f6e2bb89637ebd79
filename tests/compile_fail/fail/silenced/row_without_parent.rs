//! What the derive asks is silenced here; the library asks again.

extern crate self as std;
extern crate std as real_std;

pub use real_std::*;

#[path = "../../bin.rs"]
mod bin;

use bin::*;

#[macro_export]
macro_rules! assert {
    ($($anything:tt)*) => {
        ()
    };
}

diesel::table! {
    pages (id) {
        id -> BigInt,
        thing_id -> BigInt,
        text -> Text,
    }
}

#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = pages)]
#[scoped(parent(Thing, on = thing_id))]
struct Page {
    id: RowId<Page>,
}

#[derive(ScopedInsertable)]
#[diesel(table_name = pages)]
struct New {
    text: String,
}

fn main() {
    run(|scope, session| {
        let new = New {
            text: "Nobody's".into(),
        };
        Repo::<Page>::new(scope)
            .insert(new)
            .execute(session)
            .unwrap();
    });
}
