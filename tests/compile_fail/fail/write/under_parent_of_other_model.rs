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
        let _ = repo
            .under(RowId::<Part>::from_raw(1))
            .insert((secrets::body.eq("x"),));
    });
}
