//! The statements that are measured, the same for each kind of identifier and each backend.

use std::hint::black_box;

use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{AuthError, Authenticator, Claims, IdSource, ScopedConnection, UuidV7};
use uuid::Uuid;

use super::kinds::{Kind, keyed, plain, public};

/// How many tenants the rows have.
pub(crate) const TENANTS: usize = 10;

/// The place of the tenant whose rows are read: not the first, and not the last.
const TENANT: usize = 1;

/// The rows of a list.
const LISTED: usize = 100;

/// What is done with the rows of one kind, on one backend.
pub(crate) trait Rows {
    /// Writes so many authors for each tenant.
    fn write_authors(&mut self, each: usize);
    /// Writes books of one of the tenants, with these titles.
    fn write_books(&mut self, batch: usize, titles: &[String]);
    /// Gets to know the keys that reads ask for.
    fn learn(&mut self);
    /// Reads the title of a book, by its key.
    fn by_key(&mut self, call: usize);
    /// Reads the titles of books, with the names of their authors.
    fn joined(&mut self, call: usize);
    /// Reads books and their references, as they are stored.
    fn references(&mut self, call: usize);
}

/// What can be done with a public id.
pub(crate) trait PublicRows: Rows {
    /// Gets to know the public ids that reads ask for, behind [`Rows::learn`].
    fn learn_public(&mut self);
    /// Reads the title of a book, by its public id.
    fn by_public_id(&mut self, call: usize);
    /// Reads books and their references, as public ids.
    fn public_references(&mut self, call: usize);
}

/// Ids of version 4: random, and in no order.
#[derive(Debug)]
pub(crate) struct RandomIds;

impl IdSource for RandomIds {
    fn next_id(&self, _: chrono::DateTime<chrono::Utc>) -> Uuid {
        let mut bytes = [0; 16];
        self.fill_secret(&mut bytes).expect("randomness");
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }
}

/// An open database with rows of one kind.
struct Open<C: ScopedConnection + 'static, K: Kind> {
    db: Database<C>,
    scopes: Vec<TenantScope<i64>>,
    ids: UuidV7,
    authors: Vec<Vec<K::Author>>,
    books: Vec<K::Book>,
    public_ids: Vec<PublicId<public::Book>>,
    session: Option<Session<C>>,
}

struct Told;

/// An entry of a list, each once and in no order.
fn any<T: Copy>(of: &[T], call: usize) -> T {
    // A prime that divides no number of rows that anybody asks for.
    of[call * 7919 % of.len()]
}

/// The first and the last key of a list. Its rows were written by one statement, so that no plan
/// meets rows of others between them.
fn list<T: Copy>(of: &[T], call: usize) -> (T, T) {
    let mut lists = of.chunks(LISTED);
    let list = lists.nth(call * 7919 % lists.len()).unwrap_or(of);
    (list[0], list[list.len() - 1])
}

fn names(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("author {n:07}")).collect()
}

macro_rules! rows {
    ($conn:ty, $kind:ident) => {
        impl Open<$conn, $kind::Kind> {
            fn new(url: &str, settings: &str, ids: impl IdSource) -> Self {
                let db = Database::<$conn>::builder()
                    .max_size(1)
                    .transport(tenancy::Transport::Nothing)
                    .on_connect(settings)
                    .ids(ids)
                    .open(url)
                    .expect("a database");
                let scope = |tenant: usize| {
                    let tenant = i64::try_from(tenant).expect("a small number");
                    let identity = db.authenticate(&Told, tenant).expect("an identity");
                    TenantScope::new(&identity).expect("a scope")
                };
                Self {
                    scopes: (1..=TENANTS).map(scope).collect(),
                    ids: UuidV7::default(),
                    authors: Vec::new(),
                    books: Vec::new(),
                    public_ids: Vec::new(),
                    session: None,
                    db,
                }
            }
        }

        impl Rows for Open<$conn, $kind::Kind> {
            fn write_authors(&mut self, each: usize) {
                use $kind::{Author, authors, new_author};
                let names = names(each);
                for scope in &self.scopes {
                    let mut session = self.db.session(scope).expect("a session");
                    let repo = Repo::<Author>::new(scope);
                    let new = names.iter().map(|name| new_author(name, &self.ids));
                    let new: Vec<_> = new.collect();
                    repo.insert(new).execute(&mut session).expect("authors");
                    let keys = repo.query().select(authors::id).order(authors::id);
                    self.authors.push(keys.load(&mut session).expect("keys"));
                }
            }

            fn write_books(&mut self, batch: usize, titles: &[String]) {
                use $kind::{Book, new_book};
                let scope = &self.scopes[batch % TENANTS];
                let authors = &self.authors[batch % TENANTS];
                let mut session = self.db.session(scope).expect("a session");
                let first = batch * titles.len();
                let new = titles
                    .iter()
                    .enumerate()
                    .map(|(at, title)| new_book(any(authors, first + at), title, &self.ids));
                let new: Vec<_> = new.collect();
                let books = Repo::<Book>::new(scope).insert(new);
                books.execute(&mut session).expect("books");
            }

            fn learn(&mut self) {
                use $kind::{Book, books};
                let scope = &self.scopes[TENANT];
                let mut session = self.db.session(scope).expect("a session");
                let keys = Repo::<Book>::new(scope).query().select(books::id);
                let keys = keys.order(books::id).load(&mut session);
                self.books = keys.expect("keys");
                self.session = Some(session);
            }

            fn by_key(&mut self, call: usize) {
                use $kind::{Book, books};
                let session = self.session.as_mut().expect("`learn` before");
                let key = any(&self.books, call);
                let found = Repo::<Book>::new(&self.scopes[TENANT])
                    .find(key)
                    .select(books::title)
                    .first::<String>(session);
                black_box(found.expect("a book"));
            }

            fn joined(&mut self, call: usize) {
                use $kind::{Book, authors, books, bound};
                let (first, last) = list(&self.books, call);
                let session = self.session.as_mut().expect("`learn` before");
                let found = Repo::<Book>::new(&self.scopes[TENANT])
                    .query()
                    .inner_join(authors::table)
                    .filter(books::id.ge(bound(first)).and(books::id.le(bound(last))))
                    .order(books::id)
                    .select((books::title, authors::name))
                    .load::<(String, String)>(session);
                black_box(found.expect("books"));
            }

            fn references(&mut self, call: usize) {
                use $kind::{Book, Kind, books, bound};
                type Ids = (
                    <Kind as super::kinds::Kind>::Book,
                    <Kind as super::kinds::Kind>::Author,
                );
                let (first, last) = list(&self.books, call);
                let session = self.session.as_mut().expect("`learn` before");
                let found = Repo::<Book>::new(&self.scopes[TENANT])
                    .query()
                    .filter(books::id.ge(bound(first)).and(books::id.le(bound(last))))
                    .order(books::id)
                    .select((books::id, books::author_id))
                    .load::<Ids>(session);
                black_box(found.expect("books"));
            }
        }
    };
}

macro_rules! backend {
    ($name:ident, $conn:ty) => {
        impl Authenticator<$conn> for Told {
            type Credential<'a> = i64;
            type Key = i64;

            fn authenticate(
                &self,
                _: &mut $conn,
                tenant: i64,
            ) -> std::result::Result<Claims<i64>, AuthError> {
                Ok(Claims::new(tenant))
            }
        }

        rows!($conn, plain);
        rows!($conn, public);
        rows!($conn, keyed);

        impl PublicRows for Open<$conn, public::Kind> {
            fn learn_public(&mut self) {
                use public::{Book, books};
                let session = self.session.as_mut().expect("`learn` before");
                let ids = Repo::<Book>::new(&self.scopes[TENANT])
                    .query()
                    .select(books::public_id)
                    .order(books::id);
                self.public_ids = ids.load(session).expect("public ids");
            }

            fn by_public_id(&mut self, call: usize) {
                use public::{Book, books};
                let session = self.session.as_mut().expect("`learn` before");
                let id = any(&self.public_ids, call);
                let found = Repo::<Book>::new(&self.scopes[TENANT])
                    .find_public(id)
                    .select(books::title)
                    .first::<String>(session);
                black_box(found.expect("a book"));
            }

            fn public_references(&mut self, call: usize) {
                use public::{Author, Book, authors, books, bound};
                let (first, last) = list(&self.books, call);
                let session = self.session.as_mut().expect("`learn` before");
                let found = Repo::<Book>::new(&self.scopes[TENANT])
                    .query()
                    .inner_join(authors::table)
                    .filter(books::id.ge(bound(first)).and(books::id.le(bound(last))))
                    .order(books::id)
                    .select((books::public_id, authors::public_id))
                    .load::<(PublicId<Book>, PublicId<Author>)>(session);
                black_box(found.expect("books"));
            }
        }

        /// Opens databases of each kind, by their addresses.
        pub(crate) fn $name(settings: &str, url: impl Fn(&str) -> String) -> Sides {
            Sides {
                plain: Box::new(Open::<$conn, plain::Kind>::new(
                    &url("plain"),
                    settings,
                    RandomIds,
                )),
                v7: Box::new(Open::<$conn, public::Kind>::new(
                    &url("v7"),
                    settings,
                    UuidV7::default(),
                )),
                v4: Box::new(Open::<$conn, public::Kind>::new(
                    &url("v4"),
                    settings,
                    RandomIds,
                )),
                keyed: Box::new(Open::<$conn, keyed::Kind>::new(
                    &url("keyed"),
                    settings,
                    RandomIds,
                )),
            }
        }
    };
}

/// The databases of one backend, one for each kind.
pub(crate) struct Sides {
    pub(crate) plain: Box<dyn Rows>,
    pub(crate) v7: Box<dyn PublicRows>,
    pub(crate) v4: Box<dyn PublicRows>,
    pub(crate) keyed: Box<dyn Rows>,
}

/// The names of the kinds, in the order of [`Sides::each`].
pub(crate) const KINDS: [&str; 4] = ["plain", "v7", "v4", "keyed"];

impl Sides {
    pub(crate) fn each(&mut self) -> [&mut dyn Rows; 4] {
        [
            &mut *self.plain,
            &mut *self.v7,
            &mut *self.v4,
            &mut *self.keyed,
        ]
    }

    /// Gets to know what reads ask for.
    pub(crate) fn learn(&mut self) {
        self.each().into_iter().for_each(Rows::learn);
        self.v7.learn_public();
        self.v4.learn_public();
    }
}

#[cfg(feature = "sqlite")]
backend!(sqlite, SqliteConnection);
#[cfg(feature = "postgres")]
backend!(postgres, PgConnection);
#[cfg(feature = "mysql")]
backend!(mysql, MysqlConnection);
