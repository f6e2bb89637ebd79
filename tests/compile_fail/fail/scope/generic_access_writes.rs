#[path = "../../gear.rs"]
mod gear;

use gear::*;

use tenancy::Access;

fn remove<A: Access>(items: &Repo<Item, A>, id: RowId<Item>) {
    let _ = items.delete(id);
}

fn main() {}
