#[path = "../../gear.rs"]
mod gear;

use gear::*;

use tenancy::TenantKey;

#[derive(Debug, Clone, PartialEq, Eq, Hash, TenantKey)]
struct Name(String);

#[derive(Scoped)]
#[diesel(table_name = secrets)]
#[scoped(global, key = Name)]
struct Secret {
    id: i64,
}

fn main() {
    run(|scope, _| {
        let _: Repo<Secret> = Repo::<Secret>::new(scope);
    });
}
