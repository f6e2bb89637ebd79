#[path = "../../gear.rs"]
mod gear;

use gear::*;

diesel::table! {
    boxes (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        name -> Text,
    }
}

struct BoxId(i64);

#[derive(Scoped)]
#[diesel(table_name = boxes)]
#[scoped(tenant = tenant_id)]
struct Crate {
    id: BoxId,
}

fn main() {
    run(|scope, _| {
        let crates = Repo::<Crate>::new(scope);
        let _ = crates.insert((boxes::id.eq(4_i64), boxes::name.eq("a")));
    });
}
