//! The derives' own checks can be silenced, and nothing else is wrong with such a program.

extern crate self as std;
extern crate std as real_std;

pub use real_std::*;

#[path = "../bin.rs"]
mod bin;

use bin::*;

#[macro_export]
macro_rules! assert {
    ($($anything:tt)*) => {
        ()
    };
}

#[derive(ScopedInsertable, ScopedChangeset)]
#[diesel(table_name = things)]
struct Written {
    name: String,
}

#[derive(ScopedInsertable, ScopedChangeset)]
#[diesel(table_name = things)]
#[expect(dead_code, reason = "nobody writes it")]
struct Silenced {
    tenant_id: i64,
}

fn main() {
    run(|scope, session| {
        let things = Repo::<Thing>::new(scope);
        let written = |name: &str| Written { name: name.into() };
        let thing: Thing = things.insert(written("One")).get_result(session).unwrap();
        things
            .insert(vec![written("Two")])
            .execute(session)
            .unwrap();
        things
            .update(thing.id)
            .set(written("Three"))
            .execute(session)
            .unwrap();
    });
}
