#[path = "../../gear.rs"]
mod gear;

use gear::*;

diesel::table! {
    scores (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        score -> Double,
    }
}

#[derive(Scoped)]
#[diesel(table_name = scores)]
#[scoped(tenant = tenant_id)]
struct Score {
    id: RowId<Score>,
}

fn main() {
    run(|scope, _| {
        let _ = Repo::<Score>::new(scope)
            .query()
            .filter(scores::score.is_among([1.5]));
    });
}
