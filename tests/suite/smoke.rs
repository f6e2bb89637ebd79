use crate::gear::*;
use diesel::prelude::*;
use tenancy::prelude::*;

#[test]
fn all() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let light: Vec<Item> = items
        .query()
        .filter(items::name.like("T%").or(items::name.eq("Stove")))
        .order(items::name.asc())
        .limit(20)
        .load(&mut session)
        .unwrap();
    assert_eq!(light.len(), 2);
    let c = RowId::<Category>::from_raw(1);
    let k: Item = items
        .insert(&NewItem {
            category_id: c,
            name: "Kettle",
        })
        .get_result(&mut session)
        .unwrap();
    assert_eq!(k.name, "Kettle");
    assert_eq!(
        items
            .insert((items::name.eq("Mug"), items::category_id.eq(c)))
            .execute(&mut session)
            .unwrap(),
        1
    );
    let many = vec![
        NewWeighedItem {
            category_id: c,
            name: "a",
            weight: None,
        },
        NewWeighedItem {
            category_id: c,
            name: "b",
            weight: Some(1),
        },
    ];
    assert_eq!(items.insert(&many).execute(&mut session).unwrap(), 2);
    let got: Vec<Item> = items
        .insert(vec![
            (items::name.eq("c"), items::category_id.eq(c)),
            (items::name.eq("d"), items::category_id.eq(c)),
        ])
        .get_results(&mut session)
        .unwrap();
    assert_eq!(got.len(), 2);
    items
        .update(k.id)
        .set(&ItemChanges {
            name: Some("x"),
            ..Default::default()
        })
        .execute(&mut session)
        .unwrap();
    items
        .update(k.id)
        .set(items::weight.eq(items::weight + 1))
        .execute(&mut session)
        .unwrap();
    let n: Item = items
        .update(k.id)
        .set((items::name.eq("y"), items::weight.eq(Some(3))))
        .get_result(&mut session)
        .unwrap();
    assert_eq!(n.weight, Some(3));
    let id: RowId<Item> = items
        .update(k.id)
        .set(items::name.eq("yy"))
        .returning(items::id)
        .get_result(&mut session)
        .unwrap();
    assert_eq!(id, k.id);
    items
        .update(items.query().filter(items::name.eq("yy")))
        .set(items::name.eq("z"))
        .execute(&mut session)
        .unwrap();
    items.delete(k.id).execute(&mut session).unwrap();
    let x: Vec<(Item, Category)> = items
        .query()
        .inner_join(categories::table)
        .load(&mut session)
        .unwrap();
    assert!(!x.is_empty());
    let x: Vec<(Unit,)> = Repo::<Unit>::new(&scope)
        .query()
        .select((Unit::as_select(),))
        .load(&mut session)
        .unwrap();
    assert_eq!(x.len(), 2);
    let s: Setting = Repo::<Setting>::new(&scope)
        .find("unit")
        .first(&mut session)
        .unwrap();
    assert_eq!(s.value, "g");
    let me: Customer = Repo::<Customer>::new(&scope)
        .query()
        .first(&mut session)
        .unwrap();
    assert_eq!(me.name, "Anna");
    let e: bool = items.query().exists().get_result(&mut session).unwrap();
    assert!(e);
}
