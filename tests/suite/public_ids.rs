//! Public ids: made by the library, found by, and never another tenant's.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{Error, IdOrPublicId, IntegerIds, InvalidId};
use uuid::Uuid;

use crate::shelf::{
    Author, Book, Cover, Mark, NewAuthor, NewBook, NewLongBook, NewMark, Shelf, authors, books,
    marks, public,
};

macro_rules! as_anna {
    ($shelf:ident, $session:ident, $($repo:ident: $model:ty),*) => {
        let $shelf = Shelf::new();
        let scope = $shelf.anna();
        let mut $session = $shelf.db.session(&scope).unwrap();
        $(let $repo = Repo::<$model>::new(&scope);)*
    };
}

/// How many of these there are that differ, each of version 7.
fn distinct<T>(ids: impl IntoIterator<Item = PublicId<T>>) -> usize {
    let ids: HashSet<Uuid> = ids.into_iter().map(PublicId::get).collect();
    assert!(ids.iter().all(|id| id.get_version_num() == 7));
    ids.len()
}

#[test]
fn a_new_row_gets_an_id() {
    as_anna!(shelf, session, books: Book, authors: Author);
    let one: Book = books
        .insert(&NewBook { title: "One" })
        .get_result(&mut session)
        .unwrap();
    let two: Book = books
        .insert((books::title.eq("Two"),))
        .get_result(&mut session)
        .unwrap();
    let three: Author = authors
        .insert(&NewAuthor { name: "Three" })
        .get_result(&mut session)
        .unwrap();
    let ids = [one.public_id.get(), two.public_id.get(), three.uuid.get()];
    assert_eq!(distinct(ids.map(PublicId::<Book>::from_uuid)), 3);
    assert!(ids.is_sorted());
}

#[test]
fn each_row_of_a_batch_gets_an_id_of_its_own() {
    as_anna!(shelf, session, books: Book);
    let many: Vec<String> = (0..300).map(|number| format!("Volume {number}")).collect();
    let rows: Vec<NewLongBook<'_>> = many
        .iter()
        .enumerate()
        .map(|(at, title)| NewLongBook {
            title,
            pages: (at % 3 == 0).then_some(1),
        })
        .collect();
    books.insert(&rows).execute(&mut session).unwrap();
    let tuples: Vec<_> = ["A", "B"].map(|title| (books::title.eq(title),)).into();
    books.insert(tuples).execute(&mut session).unwrap();
    let ids: Vec<PublicId<Book>> = books
        .query()
        .filter(books::pages.is_null().or(books::pages.eq(1)))
        .select(books::public_id)
        .load(&mut session)
        .unwrap();
    assert_eq!(distinct(ids), 302);
}

#[test]
fn rows_under_a_parent_get_ids() {
    as_anna!(shelf, session, marks: Mark);
    let book_id = RowId::<Book>::from_raw(1);
    let one: Mark = marks
        .insert(&NewMark { book_id, page: 1 })
        .get_result(&mut session)
        .unwrap();
    let two: Mark = marks
        .under(book_id)
        .insert((marks::page.eq(2),))
        .get_result(&mut session)
        .unwrap();
    assert_eq!(
        distinct([one.public_id.unwrap(), two.public_id.unwrap()]),
        2
    );
    let found: Mark = marks
        .find_public(two.public_id.unwrap())
        .first(&mut session)
        .unwrap();
    assert_eq!(found.page, 2);
}

#[test]
fn an_upsert_makes_an_id_and_keeps_one() {
    as_anna!(shelf, session, books: Book);
    let upsert = |title, session: &mut _| -> Book {
        books
            .insert(&NewLongBook {
                title,
                pages: Some(5),
            })
            .on_conflict((books::tenant_id, books::title))
            .do_update()
            .set(books::pages.eq(6))
            .get_result(session)
            .unwrap()
    };
    assert_eq!(upsert("Emma", &mut session).public_id, public(0x11));
    let new = upsert("Persuasion", &mut session);
    assert_eq!(upsert("Persuasion", &mut session).public_id, new.public_id);
    assert_eq!(distinct([new.public_id]), 1);
}

#[test]
fn rows_are_found_by_their_ids() {
    as_anna!(shelf, session, books: Book, authors: Author, covers: Cover);
    let emma: Book = books.find_public(public(0x11)).first(&mut session).unwrap();
    assert_eq!((emma.id.get(), &*emma.title), (1, "Emma"));
    let austen: Author = authors.find_public(public(1)).first(&mut session).unwrap();
    assert_eq!(austen.id.get(), 1);
    let cover: Cover = covers
        .find_public(public(0x11))
        .first(&mut session)
        .unwrap();
    assert_eq!(cover.book_id, emma.id);
}

#[test]
fn another_tenants_id_leads_nowhere() {
    as_anna!(shelf, session, books: Book, authors: Author, covers: Cover);
    let of_ben = books.find_public(public(0x12)).first::<Book>(&mut session);
    assert!(matches!(of_ben, Err(Error::NotFound)), "{of_ben:?}");
    let of_ben = authors.find_public(public(2)).first::<Author>(&mut session);
    assert!(matches!(of_ben, Err(Error::NotFound)), "{of_ben:?}");
    let of_ben = covers
        .find_public(public(0x12))
        .first::<Cover>(&mut session);
    assert!(matches!(of_ben, Err(Error::NotFound)), "{of_ben:?}");
    let nobodys = books.find_public(public(0x77)).first::<Book>(&mut session);
    assert!(matches!(nobodys, Err(Error::NotFound)), "{nobodys:?}");
    let all = [0x11, 0x12, 0x13, 0x14, 0x77].map(public);
    let found: Vec<i64> = books
        .find_all_public(all)
        .order(books::id)
        .select(books::id)
        .load(&mut session)
        .unwrap();
    assert_eq!(found, [1, 3]);
    let found: Vec<Cover> = covers.find_all_public(all).load(&mut session).unwrap();
    assert_eq!(found.len(), 1);
    let none: Vec<Book> = books.find_all_public([]).load(&mut session).unwrap();
    assert_eq!(none, []);
}

#[test]
fn each_tenant_finds_its_own_by_the_same_ids() {
    let shelf = Shelf::new();
    let all = [0x11, 0x12, 0x13, 0x14].map(public);
    for (scope, own) in [(shelf.anna(), [1, 3]), (shelf.ben(), [2, 4])] {
        let mut session = shelf.db.session(&scope).unwrap();
        let found: Vec<i64> = Repo::<Book>::new(&scope)
            .find_all_public(all)
            .order(books::id)
            .select(books::id)
            .load(&mut session)
            .unwrap();
        assert_eq!(found, own);
    }
}

#[test]
fn what_is_found_is_written_by_it() {
    as_anna!(shelf, session, books: Book, covers: Cover);
    let renamed = books
        .update(books.find_public(public(0x11)))
        .set(books::title.eq("Emma, anew"))
        .execute(&mut session)
        .unwrap();
    assert_eq!(renamed, 1);
    let none = books
        .update(books.find_public(public(0x12)))
        .set(books::title.eq("Stolen"))
        .execute(&mut session)
        .unwrap();
    assert_eq!(none, 0);
    let none = covers
        .delete(covers.find_public(public(0x12)))
        .execute(&mut session)
        .unwrap();
    assert_eq!(none, 0);
    let one = covers
        .delete(covers.find_public(public(0x11)))
        .execute(&mut session)
        .unwrap();
    assert_eq!(one, 1);
    let titles: Vec<String> = books::table
        .order(books::id)
        .select(books::title)
        .load(&mut shelf.raw())
        .unwrap();
    assert_eq!(titles, ["Emma, anew", "Emma", "Notes", "Notes"]);
}

#[test]
fn a_reference_is_returned_as_the_public_id_of_its_row() {
    as_anna!(shelf, session, books: Book);
    let shown: Vec<(PublicId<Book>, Option<PublicId<Author>>)> = books
        .query()
        .left_join(authors::table)
        .order(books::id)
        .select((books::public_id, authors::uuid.nullable()))
        .load(&mut session)
        .unwrap();
    assert_eq!(
        shown,
        [(public(0x11), Some(public(1))), (public(0x13), None)]
    );
    let shown: HashMap<PublicId<Book>, PublicId<Author>> = books
        .query()
        .inner_join(authors::table)
        .select((books::public_id, authors::uuid))
        .load::<(PublicId<Book>, PublicId<Author>)>(&mut session)
        .unwrap()
        .into_iter()
        .collect();
    assert_eq!(shown[&public(0x11)], public(1));
}

#[test]
fn either_id_finds_own_rows_only() {
    as_anna!(shelf, session, books: Book);
    let numbers = IntegerIds::accepted();
    let mut find = |id: &str| -> tenancy::Result<String> {
        let id: IdOrPublicId<Book> = id.parse()?;
        let found: Book = books.find_either(id, &numbers)?.first(&mut session)?;
        Ok(found.title)
    };
    let own = public::<Book>(0x11).to_string();
    let bens = public::<Book>(0x12).to_string();
    assert_eq!(find("1").unwrap(), "Emma");
    assert_eq!(find(&own).unwrap(), "Emma");
    assert!(matches!(find("2"), Err(Error::NotFound)));
    assert!(matches!(find(&bens), Err(Error::NotFound)));
    assert!(matches!(find("99"), Err(Error::NotFound)));
    assert_eq!(numbers.used(), 3);
    numbers.refuse();
    let refused = find("1");
    assert!(
        matches!(refused, Err(Error::InvalidId(InvalidId::Number))),
        "{refused:?}"
    );
    assert_eq!(find(&own).unwrap(), "Emma");
    assert_eq!(numbers.used(), 3);
    numbers.accept();
    assert_eq!(find("1").unwrap(), "Emma");
}

#[test]
fn ids_of_older_versions_are_read() {
    as_anna!(shelf, session, books: Book);
    let of_version_1 = uuid::uuid!("c232ab00-9414-11ec-b3c8-9f6bdeced846");
    diesel::update(books::table.find(1))
        .set(books::public_id.eq(tenancy::sql_types::id128(of_version_1)))
        .execute(&mut shelf.raw())
        .unwrap();
    let id = PublicId::from_uuid(of_version_1);
    let found: Book = books.find_public(id).first(&mut session).unwrap();
    assert_eq!(found.public_id, id);
    assert_eq!(id, id.to_string().parse().unwrap());
}

#[test]
fn an_id_is_a_value_in_conditions() {
    as_anna!(shelf, session, books: Book, marks: Mark);
    let id = public::<Book>(0x11);
    let found: i64 = books
        .query()
        .filter(
            books::public_id
                .eq(id)
                .and(books::public_id.is_among([&id])),
        )
        .count()
        .get_result(&mut session)
        .unwrap();
    assert_eq!(found, 1);
    let none: i64 = marks
        .query()
        .filter(marks::public_id.eq(public::<Mark>(9)))
        .count()
        .get_result(&mut session)
        .unwrap();
    assert_eq!(none, 0);
}
