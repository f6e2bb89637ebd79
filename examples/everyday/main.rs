//! What services do every day, in one scope: joins, subqueries, pages, children of many
//! parents, upserts, soft deletion and versions. The README shows the functions.

use diesel::dsl::count_star;
use diesel::prelude::*;
use tenancy::prelude::*;

diesel::table! {
    threads (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        title -> Text,
        views -> Integer,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        deleted_at -> Nullable<Timestamp>,
        version -> Integer,
    }
}

diesel::table! {
    messages (id) {
        id -> BigInt,
        thread_id -> BigInt,
        body -> Text,
    }
}

diesel::joinable!(messages -> threads (thread_id));
diesel::allow_tables_to_appear_in_same_query!(threads, messages);

#[derive(Debug, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = threads)]
#[scoped(
    tenant = tenant_id,
    created = created_at,
    touch = updated_at,
    soft_delete = deleted_at,
    version = version,
)]
pub struct Thread {
    id: RowId<Thread>,
    title: String,
    version: i32,
}

#[derive(Debug, Queryable, Selectable, Identifiable, Associations, Scoped)]
#[diesel(table_name = messages, belongs_to(Thread))]
#[scoped(parent(Thread, on = thread_id))]
struct Message {
    id: RowId<Message>,
    thread_id: RowId<Thread>,
    body: String,
}

#[derive(ScopedInsertable)]
#[diesel(table_name = messages)]
struct NewMessage<'a> {
    thread_id: RowId<Thread>,
    body: &'a str,
}

type Conn = Session<SqliteConnection>;

/// Threads whose messages speak of a word, with the number of all their messages.
fn speaking_of(
    word: &str,
    threads: &Repo<Thread>,
    messages: &Repo<Message>,
    session: &mut Conn,
) -> tenancy::Result<Vec<(String, i64)>> {
    let hits = messages
        .query()
        .filter(messages::body.like(format!("%{word}%")));
    threads
        .query()
        .left_join(messages::table)
        .filter(threads::id.within(hits.select(messages::thread_id)))
        .group_by(threads::title)
        .select((threads::title, count_star()))
        .order(threads::title)
        .load(session)
}

type ByTitle = (
    diesel::dsl::Asc<threads::title>,
    diesel::dsl::Asc<threads::id>,
);

/// One page of threads, each with its messages, and the cursor of the next page.
fn page(
    after: Option<&Cursor<ByTitle>>,
    threads: &Repo<Thread>,
    messages: &Repo<Message>,
    session: &mut Conn,
) -> tenancy::Result<(Vec<(Thread, Vec<Message>)>, Option<Cursor<ByTitle>>)> {
    let by_title = threads
        .query()
        .keyset((threads::title.asc(), threads::id.asc()))
        .limit(2);
    let page: KeyPage<Thread, ByTitle> = match after {
        None => by_title.load_page(session)?,
        Some(cursor) => by_title.after(cursor).load_page(session)?,
    };
    let children = messages
        .belonging_to(&page.rows)
        .order(messages::id)
        .load::<Message>(session)?
        .grouped_by(&page.rows);
    Ok((page.rows.into_iter().zip(children).collect(), page.next))
}

/// Counts a visit: makes the thread, or counts one more.
fn visit(title: &str, threads: &Repo<Thread>, session: &mut Conn) -> tenancy::Result<Thread> {
    threads
        .insert((threads::title.eq(title), threads::views.eq(1)))
        .on_conflict((threads::tenant_id, threads::title))
        .do_update()
        .set(threads::views.eq(threads::views + proposed(threads::views)))
        .get_result(session)
}

use tenancy::{AuthError, Authenticator, Claims, Error, FixedClock};

struct Numbers;

impl Authenticator<SqliteConnection> for Numbers {
    type Credential<'a> = i64;
    type Key = i64;

    fn authenticate(
        &self,
        _: &mut SqliteConnection,
        tenant: i64,
    ) -> Result<Claims<i64>, AuthError> {
        Ok(Claims::new(tenant))
    }
}

const SCHEMA: &str = "
    CREATE TABLE threads (
        id INTEGER PRIMARY KEY NOT NULL,
        tenant_id BIGINT NOT NULL,
        title TEXT NOT NULL,
        views INTEGER NOT NULL DEFAULT 0,
        created_at TIMESTAMP NOT NULL,
        updated_at TIMESTAMP NOT NULL,
        deleted_at TIMESTAMP,
        version INTEGER NOT NULL,
        UNIQUE (tenant_id, title)
    );
    CREATE TABLE messages (
        id INTEGER PRIMARY KEY NOT NULL,
        thread_id BIGINT NOT NULL REFERENCES threads (id),
        body TEXT NOT NULL
    );
";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let db: Database<SqliteConnection> = Database::builder()
        .max_size(1)
        .clock(FixedClock::at(chrono::DateTime::UNIX_EPOCH))
        .on_connect(SCHEMA)
        .open(":memory:")?;
    let scope_of = |tenant| TenantScope::new(&db.authenticate(&Numbers, tenant)?);
    let (anna, ben) = (scope_of(1)?, scope_of(2)?);

    for scope in [&ben, &anna] {
        let mut session = db.session(scope)?;
        let (threads, messages) = (Repo::<Thread>::new(scope), Repo::<Message>::new(scope));
        for (title, body) in [
            ("News", "It rains"),
            ("Talk", "Rain again"),
            ("Work", "Done"),
        ] {
            let thread = visit(title, &threads, &mut session)?;
            messages
                .insert(&NewMessage {
                    thread_id: thread.id,
                    body,
                })
                .execute(&mut session)?;
        }
    }

    let session = &mut db.session(&anna)?;
    let (threads, messages) = (Repo::<Thread>::new(&anna), Repo::<Message>::new(&anna));
    println!(
        "speaking of rain: {:?}",
        speaking_of("ain", &threads, &messages, session)?
    );

    let (first, next) = page(None, &threads, &messages, session)?;
    let (second, _) = page(next.as_ref(), &threads, &messages, session)?;
    for (thread, children) in first.iter().chain(&second) {
        println!("{}: {}", thread.title, children[0].body);
    }

    let news = &first[0].0;
    threads
        .update(news.id)
        .if_version(news.version)
        .set(threads::title.eq("Old news"))
        .execute(session)?;
    let late = threads
        .update(news.id)
        .if_version(news.version)
        .set(threads::title.eq("My news"))
        .execute(session);
    println!("somebody was faster: {}", late.unwrap_err());

    threads.delete(news.id).execute(session)?;
    let gone = threads.find(news.id).first::<Thread>(session);
    println!("a deleted thread: {}", gone.unwrap_err());
    threads.restore(news.id).execute(session)?;
    let back: Thread = threads.find(news.id).first(session)?;
    println!("restored: {}", back.title);

    let of_ben = NewMessage {
        thread_id: RowId::from_raw(1),
        body: "Hello, Ben",
    };
    let refused = messages.insert(&of_ben).execute(session);
    assert!(matches!(refused, Err(Error::NotFound)));
    println!("a message in a thread of Ben's: {}", refused.unwrap_err());
    Ok(())
}
