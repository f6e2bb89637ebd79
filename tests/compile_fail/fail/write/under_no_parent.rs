#[path = "../../gear.rs"]
mod gear;

use gear::*;

#[derive(Scoped)]
#[diesel(table_name = secrets)]
#[scoped(parent(Item, on = item_id))]
struct Secret {
    id: RowId<Secret>,
}

fn main() {
    run(|scope, _| {
        let repo = Repo::<Secret>::new(scope);
        let id = RowId::<Item>::from_raw(1);
        let _ = Repo::<Part>::new(scope)
            .under(id)
            .insert((parts::name.eq("x"),));
        let _ = repo;
    });
}
