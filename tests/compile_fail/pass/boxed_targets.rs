#[path = "../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, session| {
        let boxed = |name: Option<&str>| {
            let mut query = items.query().into_boxed::<diesel::sqlite::Sqlite>();
            if let Some(name) = name {
                query = query.filter(items::name.eq(name.to_owned()));
            }
            query
        };
        let changed = items
            .update(boxed(Some("Tent")))
            .set(items::weight.eq(1))
            .execute(session)
            .unwrap();
        assert_eq!(changed, 1);
        let deleted = items.delete(boxed(None)).execute(session).unwrap();
        assert_eq!(deleted, 3);
    });
}
