//! What the tests share: other databases than the gear, looks at all rows, and a
//! record of what was sent.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::marker::PhantomData;
use std::sync::Once;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread::LocalKey;

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use diesel::prelude::*;
use diesel::sql_types::Text;
use tenancy::prelude::*;
use tenancy::{AuthError, Authenticator, Claims, Clock, DatabaseBuilder, FixedClock, TenantKey};

use crate::dialect;
use crate::gear::Gear;
pub(crate) use crate::gear::{Conn, Stage};

pub(crate) type Db = Database<Conn>;
pub(crate) type Builder = DatabaseBuilder<Conn>;

/// A database with a schema of its own.
pub(crate) fn database(sql: &str) -> (Db, Stage) {
    let stage = Stage::new(&[sql]);
    (builder().open(&stage.url).unwrap(), stage)
}

/// A clock that a test moves.
#[derive(Default)]
pub(crate) struct SetClock(AtomicI64);

impl SetClock {
    pub(crate) fn pass(&self, time: chrono::TimeDelta) {
        self.0.fetch_add(time.num_seconds(), Ordering::Relaxed);
    }
}

impl Clock for SetClock {
    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::seconds(self.0.load(Ordering::Relaxed))
    }
}

/// A builder whose clock stands still.
pub(crate) fn builder() -> Builder {
    Stage::builder()
        .max_size(4)
        .clock(FixedClock::at(chrono::DateTime::UNIX_EPOCH))
}

/// Believes the claims that it is given.
pub(crate) struct Told<K>(PhantomData<K>);

impl<K: TenantKey> Authenticator<Conn> for Told<K> {
    type Credential<'a> = Claims<K>;
    type Key = K;

    fn authenticate(&self, _: &mut Conn, claims: Claims<K>) -> Result<Claims<K>, AuthError> {
        Ok(claims)
    }
}

pub(crate) fn identity<K: TenantKey>(
    db: &Db,
    claims: Claims<K>,
) -> tenancy::Result<tenancy::Identity<K>> {
    db.authenticate(&Told(PhantomData), claims)
}

pub(crate) fn scope_of<K: TenantKey>(db: &Db, key: K) -> TenantScope<K> {
    TenantScope::new(&identity(db, Claims::new(key)).unwrap()).unwrap()
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// What a query with one column `line` gives.
pub(crate) fn lines(conn: &mut Conn, sql: &str) -> Vec<String> {
    diesel::sql_query(sql)
        .load::<Line>(conn)
        .unwrap()
        .into_iter()
        .map(|row| row.line)
        .collect()
}

const ALL: &str = "
    SELECT id AS tenant,
        'customer ' || quote(id) || quote(name) || quote(api_key) AS line FROM customers
    UNION ALL SELECT tenant_id,
        'category ' || quote(id) || quote(tenant_id) || quote(name) FROM categories
    UNION ALL SELECT tenant_id,
        'item ' || quote(id) || quote(tenant_id) || quote(category_id) || quote(name)
        || quote(weight) FROM items
    UNION ALL SELECT tenant_id,
        'setting ' || quote(tenant_id) || quote(\"key\") || quote(value) FROM settings
    UNION ALL SELECT NULL, 'unit ' || quote(id) || quote(name) FROM units
    UNION ALL SELECT NULL, 'secret ' || quote(id) || quote(body) FROM secrets";

/// Every row of a tenant, value for value.
pub(crate) fn rows_of(gear: &Gear, tenant: i64) -> Vec<String> {
    let sql = format!("SELECT line FROM ({ALL}) AS every WHERE tenant = {tenant} ORDER BY line");
    lines(&mut gear.raw(), &sql)
}

/// Every row there is.
pub(crate) fn all_rows(gear: &Gear) -> Vec<String> {
    lines(
        &mut gear.raw(),
        &format!("SELECT line FROM ({ALL}) AS every ORDER BY line"),
    )
}

/// Does something, and sees that Ben's rows stay as they are, to the byte.
pub(crate) fn leaving_ben_alone<R>(gear: &Gear, work: impl FnOnce() -> R) -> R {
    let others =
        format!("SELECT line FROM ({ALL}) AS every WHERE coalesce(tenant, 0) <> 1 ORDER BY line");
    let before = lines(&mut gear.raw(), &others);
    let result = work();
    assert_eq!(lines(&mut gear.raw(), &others), before);
    result
}

/// Does something, and sees that no row of anybody changes.
pub(crate) fn changing_nothing<R>(gear: &Gear, work: impl FnOnce() -> R) -> R {
    let before = all_rows(gear);
    let result = work();
    assert_eq!(all_rows(gear), before);
    result
}

/// An error with all that can be read from it.
pub(crate) fn all_text(error: &tenancy::Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        write!(text, " {inner} {inner:?}").unwrap();
        source = inner.source();
    }
    text
}

thread_local! {
    static SENT: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static PREPARED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// A thread that is ending may have no record any more.
fn note(record: &'static LocalKey<RefCell<Vec<String>>>, text: String) {
    let _ = record.try_with(|record| record.borrow_mut().push(text));
}

struct Recorder;

impl Instrumentation for Recorder {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartQuery { query, .. } => {
                // A refused condition has no text, and must not come as far as this.
                let text = query.to_string();
                note(&SENT, text);
            }
            InstrumentationEvent::CacheQuery { sql, .. } => {
                note(&PREPARED, sql.to_owned());
            }
            _ => {}
        }
    }
}

/// Records from now on what the connections do that are made from now on. Each
/// thread has a record of its own: what a test reads is what it did itself.
pub(crate) fn record() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        set_default_instrumentation(|| Some(Box::new(Recorder))).unwrap();
    });
}

/// What diesel was given to send while something was done, but for what tells the tenant.
pub(crate) fn sent_by<R>(work: impl FnOnce() -> R) -> (R, Vec<String>) {
    SENT.take();
    let result = work();
    let mut sent = SENT.take();
    sent.retain(|sql| !dialect::carries_tenant(sql));
    (result, sent)
}

/// The statements that were put into the cache while something was done.
pub(crate) fn prepared_by<R>(work: impl FnOnce() -> R) -> (R, Vec<String>) {
    PREPARED.take();
    let result = work();
    (result, PREPARED.take())
}

/// All rows of a table, of every tenant, one a line: the columns joined by `|`.
pub(crate) fn whole_table(conn: &mut Conn, table: &str) -> String {
    let columns = lines(conn, &dialect::columns_of(table));
    let joined: Vec<String> = columns
        .iter()
        .map(|column| format!("coalesce({}, '')", dialect::text_of(column)))
        .collect();
    let sql = format!(
        "SELECT {} AS line FROM {table} ORDER BY id",
        joined.join(" || '|' || ")
    );
    lines(conn, &sql)
        .iter()
        .map(|line| format!("{line}\n"))
        .collect()
}
