#[path = "../gear.rs"]
mod gear;

use gear::*;

diesel::table! {
    notes (id) {
        id -> BigInt,
        item_id -> BigInt,
        body -> Text,
    }
}

diesel::table! {
    labels (id) {
        id -> Integer,
        owner -> Nullable<BigInt>,
        name -> Text,
    }
}

diesel::table! {
    /// Its key is its parent's.
    manuals (item_id) {
        item_id -> BigInt,
        text -> Text,
    }
}

diesel::joinable!(notes -> items (item_id));
diesel::allow_tables_to_appear_in_same_query!(notes, items, labels, manuals);

#[derive(Debug, Queryable, Selectable, Identifiable, Associations, Scoped)]
#[diesel(table_name = notes, belongs_to(Item))]
#[scoped(parent(Item, on = item_id))]
struct Note {
    id: RowId<Note>,
    item_id: RowId<Item>,
    body: String,
}

#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = labels)]
#[scoped(tenant = owner, global_rows)]
struct Label {
    id: RowId<Label>,
    name: String,
}

#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = manuals, primary_key(item_id))]
#[scoped(parent(Item, on = item_id))]
struct Manual {
    item_id: RowId<Item>,
    text: String,
}

#[derive(ScopedInsertable)]
#[diesel(table_name = notes)]
struct NewNote<'a> {
    item_id: RowId<Item>,
    body: &'a str,
}

#[derive(ScopedInsertable)]
#[diesel(table_name = manuals)]
struct NewManual<'a> {
    text: &'a str,
    item_id: RowId<Item>,
}

#[derive(ScopedChangeset)]
#[diesel(table_name = notes)]
struct Moved {
    item_id: RowId<Item>,
}

const SCHEMA: &str = "
    CREATE TABLE items (
        id INTEGER PRIMARY KEY NOT NULL, tenant_id BIGINT NOT NULL,
        category_id BIGINT NOT NULL, name TEXT NOT NULL, weight INTEGER
    );
    CREATE TABLE notes (id INTEGER PRIMARY KEY, item_id BIGINT NOT NULL, body TEXT NOT NULL);
    CREATE TABLE labels (id INTEGER PRIMARY KEY, owner BIGINT, name TEXT NOT NULL);
    CREATE TABLE manuals (item_id BIGINT PRIMARY KEY NOT NULL, text TEXT NOT NULL);
    INSERT INTO items VALUES (1, 1, 1, 'Lamp', 1), (2, 1, 1, 'Tent', 1), (3, 2, 1, 'Lamp', 1);
    INSERT INTO labels VALUES (1, 1, 'mine'), (2, 2, 'mine'), (3, NULL, 'all');
";

fn main() {
    let db = open_with(SCHEMA);
    let scope = scope(&db);
    let session = &mut db.session(&scope).unwrap();
    let notes = Repo::<Note>::new(&scope);
    let lamp = RowId::<Item>::from_raw(1);
    let note: Note = notes
        .insert(NewNote {
            item_id: lamp,
            body: "bright",
        })
        .get_result(session)
        .unwrap();
    notes
        .update(note.id)
        .set(Moved {
            item_id: RowId::from_raw(2),
        })
        .execute(session)
        .unwrap();
    let items: Vec<Item> = Repo::<Item>::new(&scope).query().load(session).unwrap();
    let grouped = notes
        .belonging_to(&items)
        .load::<Note>(session)
        .unwrap()
        .grouped_by(&items);
    assert_eq!(
        (grouped[0].len(), grouped[1][0].body.as_str()),
        (0, "bright")
    );

    Repo::<Manual>::new(&scope)
        .insert(&NewManual {
            text: "turn on",
            item_id: lamp,
        })
        .execute(session)
        .unwrap();
    let manual: Manual = Repo::<Manual>::new(&scope)
        .find(lamp)
        .get_result(session)
        .unwrap();
    assert_eq!((manual.item_id, manual.text.as_str()), (lamp, "turn on"));

    let labels = Repo::<Label>::new(&scope);
    labels
        .insert((labels::name.eq("new"),))
        .execute(session)
        .unwrap();
    let seen: Vec<Label> = labels.query().order(labels::id).load(session).unwrap();
    assert_eq!(
        seen.iter().map(|l| l.id.get()).collect::<Vec<_>>(),
        [1, 3, 4]
    );
    assert_eq!(seen[2].name, "new");
}
