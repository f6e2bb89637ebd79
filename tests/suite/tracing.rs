//! What is traced names the tenant, and no value.

use diesel::prelude::*;
use tenancy::prelude::*;

use crate::gear::*;
use crate::telling::heard_by;

#[test]
fn a_session_names_its_tenant() {
    let gear = Gear::new();
    for (scope, tenant) in [(gear.anna(), "1"), (gear.ben(), "2")] {
        let (_, heard) = heard_by(|| drop(gear.db.session(&scope).unwrap()));
        let span = heard
            .iter()
            .find(|heard| heard.name == "tenancy.session")
            .unwrap();
        assert_eq!(span.field("tenant"), Some(tenant));
        assert_eq!(span.field("writes"), Some("true"));
        let (_, heard) = heard_by(|| drop(gear.db.session(&scope.read_only()).unwrap()));
        let span = heard
            .iter()
            .find(|heard| heard.name == "tenancy.session")
            .unwrap();
        assert_eq!(span.field("writes"), Some("false"));
    }
}

#[test]
fn a_statement_names_its_tenant_and_its_verb() {
    let gear = Gear::new();
    let scope = gear.anna();
    let items = Repo::<Item>::new(&scope);
    let one = RowId::<Item>::from_raw(1);
    let (_, heard) = heard_by(|| {
        let mut session = gear.db.session(&scope).unwrap();
        items.query().load::<Item>(&mut session).unwrap();
        items
            .query()
            .exists()
            .get_result::<bool>(&mut session)
            .unwrap();
        items
            .insert((
                items::name.eq("x"),
                items::category_id.eq(RowId::<Category>::from_raw(1)),
            ))
            .execute(&mut session)
            .unwrap();
        items
            .update(one)
            .set(items::name.eq("y"))
            .execute(&mut session)
            .unwrap();
        items.delete(one).execute(&mut session).unwrap();
    });
    let spans: Vec<_> = heard
        .iter()
        .filter(|heard| heard.name == "tenancy.statement")
        .map(|heard| (heard.field("tenant").unwrap(), heard.field("verb").unwrap()))
        .collect();
    let verbs = ["select", "exists", "insert", "update", "delete"];
    assert_eq!(spans, verbs.map(|verb| ("1", verb)));
}

#[test]
fn no_value_is_told() {
    let gear = Gear::new();
    let scope = gear.anna();
    let items = Repo::<Item>::new(&scope);
    let category_id = RowId::<Category>::from_raw(1);
    let new = NewWeighedItem {
        category_id,
        name: "secret name",
        weight: Some(987_654_321),
    };
    let secret = |item: &Item| RowId::<Item>::from_raw(item.id.get());
    let (_, heard) = heard_by(|| {
        let mut session = gear.db.session(&scope).unwrap();
        let made: Item = items.insert(&new).get_result(&mut session).unwrap();
        let again = items.insert(&new).execute(&mut session);
        assert!(again.is_err());
        let again = items.insert([new, new]).execute(&mut session);
        assert!(again.is_err());
        items
            .query()
            .filter(items::name.eq("secret name"))
            .limit(987_654_321)
            .load::<Item>(&mut session)
            .unwrap();
        items
            .query()
            .filter_dynamic(items::name.eq_any(vec!["secret name"]))
            .load::<Item>(&mut session)
            .unwrap();
        items
            .update(secret(&made))
            .set(&ItemChanges {
                name: Some("secret name 2"),
                weight: Some(Some(987_654_321)),
            })
            .execute(&mut session)
            .unwrap();
        items
            .update(items.query().filter(items::name.eq("secret name 2")))
            .set(items::name.eq("secret name 3"))
            .execute(&mut session)
            .unwrap();
        let _ = session.transaction(|session| {
            items.delete(secret(&made)).execute(session)?;
            Err::<(), _>(tenancy::Error::NotFound)
        });
        gear.db.authenticate(&Keys, "ben's key").unwrap();
        gear.db.authenticate(&Keys, "a secret name").unwrap_err();
    });
    assert!(heard.iter().any(|heard| heard.target == "tenancy::sql"));
    for heard in heard {
        for (_, value) in &heard.fields {
            assert!(!value.contains("secret name"), "{heard:?}");
            assert!(!value.contains("987654321"), "{heard:?}");
            assert!(!value.contains("ben's key"), "{heard:?}");
        }
    }
}

#[test]
fn a_refused_statement_tells_nothing_of_itself() {
    let gear = Gear::new();
    let (anna, ben) = (gear.anna(), gear.ben());
    let mut session = gear.db.session(&anna).unwrap();
    let (_, heard) = heard_by(|| {
        let refused = Repo::<Item>::new(&ben)
            .query()
            .filter(items::name.eq("secret"))
            .load::<Item>(&mut session);
        assert!(refused.is_err());
    });
    assert_eq!(heard, []);
}

#[test]
fn nothing_of_the_rows_is_told_while_they_are_loaded() {
    let gear = Gear::new();
    let scope = gear.anna();
    let (_, heard) = heard_by(|| {
        let mut session = gear.db.session(&scope).unwrap();
        let all: Vec<Item> = Repo::<Item>::new(&scope)
            .query()
            .load(&mut session)
            .unwrap();
        assert_eq!(all.len(), 3);
    });
    let text = format!("{heard:?}");
    for name in ["Lamp", "Stove", "Tent"] {
        assert!(!text.contains(name), "{name} in {text}");
    }
}
