#[path = "../../gear.rs"]
mod gear;

use gear::*;

#[derive(Scoped)]
#[diesel(table_name = secrets)]
#[scoped(parent(Item, on = item_id))]
struct Secret {
    id: RowId<Secret>,
}

/// A box of a column passes for the column, and says another name.
impl Column for Box<secrets::body> {
    type Table = secrets::table;
    const NAME: &'static str = "item_id";
}

fn main() {
    run(|scope, session| {
        let repo = Repo::<Secret>::new(scope);
        let id = RowId::<Item>::from_raw(1);
        let _ = repo
            .under(id)
            .insert((Box::new(secrets::body).eq("2"),))
            .execute(session);
    });
}
