#[path = "../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::{count, count_star, max, sum};

#[derive(Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = items)]
struct Name {
    name: String,
}

#[derive(Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = items)]
struct Doubled {
    #[diesel(select_expression = items::id * 2_i64)]
    twice: i64,
    #[diesel(embed)]
    name: Name,
}

fn main() {
    run_on_items(|items, session| {
        let query = items.query().order((items::name.desc(), items::id.asc()));
        let names: Vec<String> = query.clone().select(items::name).load(session).unwrap();
        assert_eq!(names, ["Tent", "Stove", "Lamp"]);
        let pairs: Vec<(RowId<Item>, Option<i32>)> = query
            .clone()
            .select((items::id, items::weight))
            .limit(2)
            .offset(1)
            .get_results(session)
            .unwrap();
        assert_eq!(pairs[1].1, Some(100));
        let rows: Vec<Name> = query.clone().offset(2).load(session).unwrap();
        assert_eq!(rows[0].name, "Lamp");
        let rows: Vec<Doubled> = query.clone().load(session).unwrap();
        assert_eq!((rows[0].twice, rows[0].name.name.as_str()), (6, "Tent"));
        let both: Vec<(Item, i64)> = query
            .clone()
            .select((Item::as_select(), items::id + items::category_id))
            .load(session)
            .unwrap();
        assert_eq!(both[0].1, 5);
        let row: Name = query.clone().first(session).unwrap();
        let same: Name = query.clone().limit(1).get_result(session).unwrap();
        assert_eq!(row, same);
        let last: Item = query.clone().offset(2).first(session).unwrap();
        assert_eq!(last.name, "Lamp");
        let none: Option<Item> = query
            .filter(items::name.eq("Mug"))
            .first(session)
            .optional()
            .unwrap();
        assert!(none.is_none());

        let total: i64 = items.query().count().get_result(session).unwrap();
        let (rows, weighed): (i64, i64) = items
            .query()
            .select((count_star(), count(items::weight)))
            .first(session)
            .unwrap();
        assert_eq!((total, rows, weighed), (3, 3, 2));
        let (heaviest, sum): (Option<i32>, Option<i64>) = items
            .query()
            .select((max(items::weight), sum(items::weight)))
            .get_result(session)
            .unwrap();
        assert_eq!((heaviest, sum), (Some(2000), Some(2100)));
        let any: bool = items
            .query()
            .filter(items::weight.is_null())
            .exists()
            .get_result(session)
            .unwrap();
        assert!(any);

        let mut seen = 0;
        for item in items
            .query()
            .order_by(items::weight.asc())
            .then_order_by(items::name.desc())
            .load_iter::<Item>(session)
            .unwrap()
        {
            seen += item.unwrap().name.len();
        }
        assert_eq!(seen, "LampStoveTent".len());
    });
}
