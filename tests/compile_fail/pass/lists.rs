#[path = "../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::not;
use std::collections::{BTreeSet, HashMap};

fn by_ids<'a>(
    items: &Repo<Item>,
    session: &mut Conn,
    ids: impl IntoIterator<Item = &'a RowId<Item>>,
) -> usize {
    let found: Vec<Item> = items
        .query()
        .filter(items::id.is_among(ids))
        .load(session)
        .unwrap();
    found.len()
}

fn main() {
    run_on_items(|items, session| {
        let ids: BTreeSet<RowId<Item>> = [1, 2, 4].map(RowId::from_raw).into();
        assert_eq!(by_ids(&items, session, &ids), 2);
        let names = HashMap::from([("Lamp", 1), ("Tent", 2)]);
        let found: Vec<Item> = items
            .query()
            .filter(items::name.is_among(names.keys()))
            .filter(
                items::weight
                    .is_among(names.values())
                    .or(items::weight.gt(0)),
            )
            .filter(not(items::id.is_among([5])))
            .filter(items::category_id.is_not_among(vec![7, 8]))
            .load(session)
            .unwrap();
        assert_eq!(found.len(), 2);
        let dynamic: Vec<Item> = items
            .query()
            .into_boxed()
            .filter(items::name.is_not_among(names.into_keys()))
            .load(session)
            .unwrap();
        assert_eq!(dynamic[0].name, "Stove");
    });
}
