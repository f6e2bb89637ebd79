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

#[derive(ScopedInsertable)]
#[diesel(table_name = plans)]
struct New {
    name: String,
    version: i32,
}

fn main() {
    run(|scope, session| {
        let new = New {
            name: "Mine".into(),
            version: 7,
        };
        Repo::<Plan>::new(scope)
            .insert(new)
            .execute(session)
            .unwrap();
    });
}
