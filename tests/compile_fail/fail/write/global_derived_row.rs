#[path = "../../gear.rs"]
mod gear;

use gear::*;

#[derive(ScopedInsertable)]
#[diesel(table_name = units)]
struct Row<'a> {
    name: &'a str,
}

fn main() {
    run(|scope, _| {
        let _ = Repo::<Unit>::new(scope).insert(&Row { name: "kg" });
    });
}
