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
#[diesel(table_name = things)]
struct New {
    name: String,
    tenant_id: i64,
}

fn main() {
    run(|scope, session| {
        let new = New {
            name: "Mine".into(),
            tenant_id: 2,
        };
        Repo::<Thing>::new(scope)
            .insert(new)
            .execute(session)
            .unwrap();
    });
}
