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
        let _ = repo.under(id).insert((secrets::body.eq(customers::table
            .select(customers::name)
            .single_value()
            .assume_not_null()),));
    });
}
