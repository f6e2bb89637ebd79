//! What scoping costs: each statement beside the same one written by hand in diesel,
//! with the tenant's condition, on the same kind of connection.
//!
//! `cargo bench --bench scoping` prints a table of ratios, then criterion's own report.
//! The two sides of a ratio take turns in short rounds, so that a busy machine slows
//! both down.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::Criterion;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{AuthError, Authenticator, Claims};

diesel::table! {
    items (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        name -> Text,
        weight -> Nullable<Integer>,
    }
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = items)]
#[scoped(tenant = tenant_id)]
#[expect(dead_code, reason = "loaded, not read")]
struct Item {
    id: RowId<Item>,
    name: String,
    weight: Option<i32>,
}

const TENANTS: i64 = 10;
const ROWS_PER_TENANT: i64 = 1_000;
const TENANT: i64 = 5;

struct AnyCaller;

impl Authenticator<SqliteConnection> for AnyCaller {
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

/// Both sides of each comparison, on one file.
struct Bench {
    by_hand: SqliteConnection,
    session: Session<SqliteConnection>,
    scope: TenantScope<i64>,
    _directory: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("bench.db");
        let path = path.to_str().expect("a path in UTF-8");
        let db = Database::<SqliteConnection>::open(path).expect("a database");
        let mut by_hand = SqliteConnection::establish(path).expect("a connection");
        by_hand.batch_execute(&schema_and_rows()).expect("the rows");
        let identity = db.authenticate(&AnyCaller, TENANT).expect("an identity");
        let scope = TenantScope::new(&identity).expect("a scope");
        let session = db.session(&scope).expect("a session");
        Self {
            by_hand,
            session,
            scope,
            _directory: directory,
        }
    }

    fn get_by_hand(&mut self, id: i64) -> Item {
        items::table
            .filter(items::tenant_id.eq(TENANT))
            .filter(items::id.eq(id))
            .select(Item::as_select())
            .get_result(&mut self.by_hand)
            .expect("the item")
    }

    fn get_scoped(&mut self, id: i64) -> Item {
        Repo::<Item>::new(&self.scope)
            .find(RowId::from_raw(id))
            .get_result(&mut self.session)
            .expect("the item")
    }

    fn list_by_hand(&mut self) -> Vec<Item> {
        items::table
            .filter(items::tenant_id.eq(TENANT))
            .order(items::name)
            .limit(100)
            .select(Item::as_select())
            .load(&mut self.by_hand)
            .expect("the items")
    }

    fn list_scoped(&mut self) -> Vec<Item> {
        Repo::<Item>::new(&self.scope)
            .query()
            .order(items::name)
            .limit(100)
            .load(&mut self.session)
            .expect("the items")
    }

    fn first_by_hand(&mut self) -> Item {
        items::table
            .filter(items::tenant_id.eq(TENANT))
            .order(items::name)
            .select(Item::as_select())
            .first(&mut self.by_hand)
            .expect("the item")
    }

    fn first_scoped(&mut self) -> Item {
        Repo::<Item>::new(&self.scope)
            .query()
            .order(items::name)
            .first(&mut self.session)
            .expect("the item")
    }
}

fn schema_and_rows() -> String {
    let mut sql = String::from(
        "CREATE TABLE items (
            id INTEGER PRIMARY KEY NOT NULL,
            tenant_id BIGINT NOT NULL,
            name TEXT NOT NULL,
            weight INTEGER,
            UNIQUE (tenant_id, name)
         );
         BEGIN;",
    );
    for id in 1..=TENANTS * ROWS_PER_TENANT {
        let tenant = (id - 1) / ROWS_PER_TENANT + 1;
        sql += &format!("INSERT INTO items VALUES ({id}, {tenant}, 'item {id:06}', {id});");
    }
    sql + "COMMIT;"
}

/// An id of the tenant, another one each time.
fn some_id(round: u64) -> i64 {
    let offset = i64::try_from(round * 7919 % 1_000).expect("a small number");
    (TENANT - 1) * ROWS_PER_TENANT + offset + 1
}

/// Time of the scoped side over time of the side by hand: the median over rounds in
/// which both take turns.
fn ratio(
    bench: &mut Bench,
    calls: u64,
    mut by_hand: impl FnMut(&mut Bench, i64),
    mut scoped: impl FnMut(&mut Bench, i64),
) -> (Duration, Duration, f64) {
    const ROUNDS: usize = 201;
    let time = |bench: &mut Bench, run: &mut dyn FnMut(&mut Bench, i64)| {
        let start = Instant::now();
        for call in 0..calls {
            run(bench, some_id(call));
        }
        start.elapsed()
    };
    let mut rounds: Vec<(Duration, Duration)> = (0..ROUNDS)
        .map(|_| (time(bench, &mut by_hand), time(bench, &mut scoped)))
        .collect();
    let ratio_of =
        |(hand, scoped): &(Duration, Duration)| scoped.as_secs_f64() / hand.as_secs_f64();
    rounds.sort_by(|a, b| ratio_of(a).total_cmp(&ratio_of(b)));
    let median = ratio_of(&rounds[ROUNDS / 2]);
    let fastest = |side: fn(&(Duration, Duration)) -> Duration| {
        rounds.iter().map(side).min().unwrap_or_default() / u32::try_from(calls).unwrap_or(1)
    };
    (fastest(|r| r.0), fastest(|r| r.1), median)
}

fn table_of_ratios() {
    let bench = &mut Bench::new();
    println!("{:<22}{:>12}{:>12}{:>9}", "", "by hand", "scoped", "ratio");
    let row = |name: &str, (hand, scoped, ratio): (Duration, Duration, f64)| {
        println!(
            "{name:<22}{:>12}{:>12}{ratio:>9.2}",
            format!("{hand:?}"),
            format!("{scoped:?}")
        );
    };
    row(
        "get by key",
        ratio(
            bench,
            200,
            |b, id| drop(black_box(b.get_by_hand(id))),
            |b, id| drop(black_box(b.get_scoped(id))),
        ),
    );
    row(
        "list 100",
        ratio(
            bench,
            20,
            |b, _| drop(black_box(b.list_by_hand())),
            |b, _| drop(black_box(b.list_scoped())),
        ),
    );
    row(
        "first",
        ratio(
            bench,
            50,
            |b, _| drop(black_box(b.first_by_hand())),
            |b, _| drop(black_box(b.first_scoped())),
        ),
    );
}

fn criterion_report(criterion: &mut Criterion) {
    let bench = &mut Bench::new();
    let mut group = criterion.benchmark_group("get by key");
    let mut round = 0;
    group.bench_function("by hand", |b| {
        b.iter(|| {
            round += 1;
            bench.get_by_hand(some_id(round))
        });
    });
    group.bench_function("scoped", |b| {
        b.iter(|| {
            round += 1;
            bench.get_scoped(some_id(round))
        });
    });
    group.finish();

    let mut group = criterion.benchmark_group("list 100");
    group.bench_function("by hand", |b| b.iter(|| bench.list_by_hand()));
    group.bench_function("scoped", |b| b.iter(|| bench.list_scoped()));
    group.finish();
}

fn main() {
    // `cargo test --benches` runs each bench once, to see that it works.
    let measure = std::env::args().any(|argument| argument == "--bench");
    if measure {
        table_of_ratios();
    }
    let mut criterion = Criterion::default().configure_from_args();
    criterion_report(&mut criterion);
    criterion.final_summary();
}
