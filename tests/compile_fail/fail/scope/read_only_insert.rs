#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run(|scope, _| {
        let items = Repo::<Item>::new(&scope.read_only());
        let _ = items.insert(&NewItem {
            category_id: RowId::from_raw(1),
            name: "Mug",
        });
    });
}
