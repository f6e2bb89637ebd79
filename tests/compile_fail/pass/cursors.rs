#[path = "../gear.rs"]
mod gear;
use diesel::dsl::{Asc, Desc};
use gear::*;
use tenancy::{Cursor, KeyPage};

type ByName = (Asc<items::name>, Desc<items::id>);

/// A page of a list, as a service serves it: the cursor comes and goes as a text.
fn serve(
    items: &Repo<Item>,
    session: &mut Conn,
    after: Option<&str>,
) -> tenancy::Result<(Vec<String>, Option<String>)> {
    let pages = items
        .query()
        .keyset((items::name.asc(), items::id.desc()))
        .limit(2);
    let page: KeyPage<Item, ByName> = match after {
        Some(text) => pages.after(&text.parse()?).load_page(session)?,
        None => pages.load_page(session)?,
    };
    let names = page.rows.into_iter().map(|item| item.name).collect();
    Ok((names, page.next.map(|cursor| cursor.to_string())))
}

/// A cursor goes from thread to thread.
fn is_sent<T: Send + Sync + Clone + PartialEq + 'static>(_: &T) {}

fn program(items: Repo<Item>, session: &mut Conn) {
    let (first, next) = serve(&items, session, None).unwrap();
    assert_eq!(first, ["Lamp", "Stove"]);
    let cursor: Cursor<ByName> = next.as_deref().unwrap().parse().unwrap();
    is_sent(&cursor);
    let (second, end) = serve(&items, session, next.as_deref()).unwrap();
    assert_eq!((second, end), (vec!["Tent".to_owned()], None));
    let (again, _) = serve(&items, session, Some(&cursor.to_string())).unwrap();
    assert_eq!(again, ["Tent"]);
}

fn main() {
    run_on_items(program);
}
