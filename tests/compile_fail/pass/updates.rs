#[path = "../gear.rs"]
mod gear;

use gear::*;

#[derive(AsChangeset, ScopedChangeset)]
#[diesel(table_name = items, treat_none_as_null = true)]
struct Weight {
    weight: Option<i32>,
}

#[derive(ScopedChangeset)]
#[diesel(table_name = items)]
struct Moved<'a> {
    #[diesel(column_name = category_id)]
    into: RowId<Category>,
    name: &'a str,
}

fn main() {
    run_on_items(|items, session| {
        let id = RowId::<Item>::from_raw(1);
        items
            .update(id)
            .set(items::name.eq("Lantern"))
            .execute(session)
            .unwrap();
        items
            .update(id)
            .set((items::name.eq("Lamp"), items::weight.eq(Some(90))))
            .execute(session)
            .unwrap();
        items
            .update(id)
            .set(items::weight.eq(items::weight + 10))
            .execute(session)
            .unwrap();
        let changed: Item = items
            .update(id)
            .set(&ItemChanges {
                name: None,
                weight: Some(None),
            })
            .get_result(session)
            .unwrap();
        assert_eq!(changed.weight, None);
        items
            .update(id)
            .set(Weight { weight: None })
            .execute(session)
            .unwrap();
        let name: String = items
            .update(id)
            .set(&Moved {
                into: RowId::from_raw(2),
                name: "Torch",
            })
            .returning(items::name)
            .get_result(session)
            .unwrap();
        assert_eq!(name, "Torch");
        let heavy = items
            .query()
            .filter(items::weight.gt(1000))
            .filter(items::id.gt(0));
        let rows: Vec<Item> = items
            .update(heavy.clone())
            .set(items::weight.eq(1))
            .get_results(session)
            .unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(
            items
                .update(heavy)
                .set(items::weight.eq(2))
                .execute(session)
                .unwrap(),
            0
        );
        let all = items
            .update(items.query())
            .set(items::weight.eq(None::<i32>))
            .execute(session);
        assert_eq!(all.unwrap(), 3);
        items
            .update(items.find(id))
            .set(items::name.eq("Lamp"))
            .execute(session)
            .unwrap();
    });
}
