#[path = "../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, session| {
        let id = RowId::<Item>::from_raw(1);
        let lamp: Item = items.delete(id).get_result(session).unwrap();
        assert_eq!(lamp.name, "Lamp");
        let missing = items.delete(id).execute(session);
        assert!(matches!(missing, Err(tenancy::Error::NotFound)));
        let names: Vec<String> = items
            .delete(items.query().filter(items::weight.is_null()))
            .returning(items::name)
            .get_results(session)
            .unwrap();
        assert_eq!(names, ["Stove"]);
        assert_eq!(items.delete(items.query()).execute(session).unwrap(), 1);
    });
}
