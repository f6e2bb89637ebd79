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

#[derive(ScopedChangeset)]
#[diesel(table_name = things)]
struct Changes {
    id: i64,
}

fn main() {
    run(|scope, session| {
        Repo::<Thing>::new(scope)
            .update(RowId::from_raw(1))
            .set(Changes { id: 7 })
            .execute(session)
            .unwrap();
    });
}
