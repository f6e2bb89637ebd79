//! Which upserts are prepared once.

use super::*;

fn prepared_in_three(mut run: impl FnMut(&Repo<Item>, &mut Conn, i32)) -> usize {
    record();
    let gear = Gear::with(|builder| builder.max_size(1));
    diesel::connection::SimpleConnection::batch_execute(
        &mut gear.raw(),
        "CREATE UNIQUE INDEX longer ON items (tenant_id, name, category_id)",
    )
    .unwrap();
    let (anna, ben) = (gear.anna(), gear.ben());
    let ((), prepared) = prepared_by(|| {
        for (scope, weight) in [(&anna, 1), (&anna, 2), (&ben, 3)] {
            let mut session = gear.db.session(scope).unwrap();
            run(&Repo::new(scope), &mut session, weight);
        }
    });
    prepared.len()
}

fn new(weight: i32) -> NewItem<'static> {
    NewItem {
        category_id: RowId::from_raw(if weight < 3 { 1 } else { 3 }),
        name: "Lamp",
    }
}

#[test]
fn an_upsert_is_prepared_once() {
    let count = prepared_in_three(|items, session, weight| {
        items
            .insert(new(weight))
            .on_conflict((items::tenant_id, items::name))
            .do_update()
            .set((
                items::name.eq(proposed(items::name)),
                items::weight.eq(weight),
            ))
            .filter(items::weight.ne(weight))
            .get_result::<Item>(session)
            .unwrap();
    });
    assert_eq!(count, 1);
    let count = prepared_in_three(|items, session, weight| {
        items
            .insert(new(weight))
            .on_conflict((items::tenant_id, items::name))
            .do_nothing()
            .execute(session)
            .unwrap();
    });
    assert_eq!(count, 1);
}

/// The types of these differ in nothing but the target, or the column proposed.
#[test]
fn another_text_is_another_statement() {
    let count = prepared_in_three(|items, session, weight| {
        let insert = || items.insert(new(weight));
        let by_name = (items::tenant_id, items::name);
        insert()
            .on_conflict(by_name)
            .do_nothing()
            .execute(session)
            .unwrap();
        insert()
            .on_conflict((items::tenant_id, items::name, items::category_id))
            .do_nothing()
            .execute(session)
            .unwrap();
        insert()
            .on_conflict(by_name)
            .do_update()
            .set(items::name.eq(proposed(items::name)))
            .execute(session)
            .unwrap();
        insert()
            .on_conflict(by_name)
            .do_update()
            .set(items::category_id.eq(proposed(items::category_id)))
            .execute(session)
            .unwrap();
    });
    assert_eq!(count, 4);
}
