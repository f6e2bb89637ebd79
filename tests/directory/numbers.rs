//! Numbers for people: each tenant counts for itself, and no number is given twice.

mod counts;
mod gaps;
mod owners;
mod threads;

use std::marker::PhantomData;

use diesel::prelude::*;
use tenancy::numbers::{Counter, Number, Series};
use tenancy::prelude::*;
use tenancy::{AuthError, Authenticator, Claims, Error, Result, series};

use crate::house::{ANNA, BEN, Category, Conn, House, categories};

const CUSTOMERS: Series = series!(gap_tolerant "customer", "u{number:3}");
const INVOICES: Series = series!(gap_free "invoice", "INV-{year}-{number:4}");

/// Believes what it is told.
struct Believer<K>(PhantomData<K>);

impl<K: TenantKey> Authenticator<Conn> for Believer<K> {
    type Credential<'a> = Claims<K>;
    type Key = K;

    fn authenticate(&self, _: &mut Conn, claims: Claims<K>) -> Result<Claims<K>, AuthError> {
        Ok(claims)
    }
}

fn scope_of<K: TenantKey>(db: &Database<Conn>, key: K) -> TenantScope<K> {
    let identity = db.authenticate(&Believer(PhantomData), Claims::new(key));
    TenantScope::new(&identity.unwrap()).unwrap()
}

impl House {
    /// Anna and Ben, who count the same things.
    fn both(&self) -> (TenantScope<i64>, TenantScope<i64>) {
        (self.scope(ANNA), self.scope(BEN))
    }

    /// The next number, in a transaction.
    fn next(&self, scope: &TenantScope<i64>, series: &Series<'_>) -> Result<Number> {
        self.session(scope)
            .transaction(|session| series.next(session))
    }

    fn last(&self, scope: &TenantScope<i64>, series: &Series<'_>) -> Option<String> {
        let last = series.last(&mut self.session(scope)).unwrap();
        last.map(|number| number.to_string())
    }

    /// Somebody has counted so far.
    fn set(&self, last: i64) {
        let sql = format!("UPDATE tenancy_numbers SET last_number = {last}");
        self.stage.fill(&sql);
    }

    /// Each series and period of a tenant, with its last number, as the tenant reads it.
    fn counters(&self, scope: &TenantScope<i64>) -> Vec<(String, String, i64)> {
        let counters: Vec<Counter> = Repo::<Counter>::new(scope)
            .query()
            .load(&mut self.session(scope))
            .unwrap();
        let told = |counter: Counter| (counter.series, counter.period, counter.last_number);
        let mut counters: Vec<_> = counters.into_iter().map(told).collect();
        counters.sort();
        counters
    }

    /// The categories that are called by a number.
    fn numbered(&self, scope: &TenantScope<i64>) -> Vec<String> {
        let categories: Vec<Category> = Repo::<Category>::new(scope)
            .query()
            .filter(categories::name.ne("Uncategorized"))
            .order(categories::name.asc())
            .load(&mut self.session(scope))
            .unwrap();
        categories
            .into_iter()
            .map(|category| category.name)
            .collect()
    }
}

/// Uses a number.
fn insert(scope: &TenantScope<i64>, session: &mut Session<Conn>, number: &Number) -> Result<()> {
    let new = (categories::name.eq(number.as_str()),);
    let categories = Repo::<Category>::new(scope);
    categories.insert(new).execute(session).map(drop)
}

fn texts(numbers: &[Number]) -> Vec<&str> {
    numbers.iter().map(Number::as_str).collect()
}

fn has_ended<T>(result: &Result<T>) -> bool {
    matches!(result, Err(Error::SeriesEnded))
}
