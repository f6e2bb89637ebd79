#[path = "../gear.rs"]
mod gear;

use gear::*;

#[derive(ScopedInsertable)]
#[diesel(table_name = items, treat_none_as_default_value = false)]
struct Weighed {
    category_id: RowId<Category>,
    name: String,
    weight: Option<i32>,
}

#[derive(ScopedInsertable)]
#[diesel(table_name = items)]
struct Tuple<'a>(
    #[diesel(column_name = category_id)] RowId<Category>,
    #[diesel(column_name = name)] &'a str,
);

/// A new row and a set of changes at once, beside diesel's own derives.
#[derive(Insertable, ScopedInsertable, AsChangeset, ScopedChangeset)]
#[diesel(table_name = items)]
struct Both<'b> {
    category_id: RowId<Category>,
    name: &'b str,
    weight: Option<i32>,
}

#[derive(ScopedInsertable, ScopedChangeset)]
#[diesel(table_name = items)]
struct Where<'b>
where
    Self: 'b,
{
    category_id: RowId<Category>,
    name: &'b str,
}

diesel::table! {
    letters (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        head -> Text,
        body -> Text,
    }
}

/// A key that the application makes, and nobody can guess.
#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = letters)]
#[scoped(tenant = tenant_id, application_key)]
struct Letter {
    id: RowId<Letter>,
}

#[derive(ScopedInsertable, ScopedChangeset)]
#[diesel(table_name = letters)]
struct Text<'a, 'b> {
    head: &'a str,
    body: &'b str,
}

fn letters(scope: &TenantScope<i64>, session: &mut Session<SqliteConnection>) {
    let letters = Repo::<Letter>::new(scope);
    let text = Text {
        head: "a",
        body: "b",
    };
    let _ = letters.insert(&text).execute(session);
    let _ = letters
        .insert((
            letters::id.eq(7_i64),
            letters::head.eq("a"),
            letters::body.eq("b"),
        ))
        .execute(session);
}

fn main() {
    let _ = letters;
    run_on_items(|items, session| {
        let category_id = RowId::<Category>::from_raw(1);
        let mug = NewItem {
            category_id,
            name: "Mug",
        };
        assert_eq!(items.insert(&mug).execute(session).unwrap(), 1);
        let mug: Item = items.insert(mug).get_result(session).unwrap();
        assert_eq!(mug.name, "Mug");
        let id: RowId<Item> = items
            .insert(Tuple(category_id, "Pan"))
            .returning(items::id)
            .get_result(session)
            .unwrap();
        assert_ne!(id, mug.id);
        let (name, owner): (String, i64) = items
            .insert((
                items::name.eq("Bowl"),
                items::category_id.eq(category_id),
                items::weight.eq(None::<i32>),
            ))
            .returning((items::name, items::tenant_id))
            .get_result(session)
            .unwrap();
        assert_eq!((name.as_str(), owner), ("Bowl", 1));

        let many = vec![
            Weighed {
                category_id,
                name: "a".into(),
                weight: None,
            },
            Weighed {
                category_id,
                name: "b".into(),
                weight: Some(2),
            },
        ];
        assert_eq!(items.insert(&many).execute(session).unwrap(), 2);
        assert_eq!(items.insert(&many[..]).execute(session).unwrap(), 2);
        let rows: Vec<Item> = items.insert(many).get_results(session).unwrap();
        assert_eq!(rows[1].weight, Some(2));
        let pair = [
            NewItem {
                category_id,
                name: "c",
            },
            NewItem {
                category_id,
                name: "d",
            },
        ];
        let ids: Vec<RowId<Item>> = items
            .insert(&pair)
            .returning(items::id)
            .get_results(session)
            .unwrap();
        assert_eq!(ids.len(), 2);
        assert_eq!(items.insert(pair).execute(session).unwrap(), 2);
        let tuples = vec![(items::name.eq("e"), items::category_id.eq(category_id))];
        assert_eq!(items.insert(tuples).execute(session).unwrap(), 1);
        let named = Where {
            category_id,
            name: "e",
        };
        let made: Item = items.insert(&named).get_result(session).unwrap();
        items.update(made.id).set(named).execute(session).unwrap();
        let both = Both {
            category_id,
            name: "f",
            weight: None,
        };
        let made: Item = items.insert(&both).get_result(session).unwrap();
        let both = Both {
            name: "g",
            weight: Some(1),
            ..both
        };
        let changed: Item = items
            .update(made.id)
            .set(&both)
            .get_result(session)
            .unwrap();
        assert_eq!((changed.name.as_str(), changed.weight), ("g", Some(1)));
    });
}
