//! A series of numbers is declared in a constant, or where it is used.

#[path = "../gear.rs"]
mod gear;

use gear::*;
use tenancy::numbers::{Number, Series};
use tenancy::series;

const NAME: &str = "invoice";
const INVOICES: Series = series!(gap_free NAME, "INV-{year}-{number:4}");
static CUSTOMERS: Series<'static> = series!(gap_tolerant "customer", "u{number:3}",).starting_at(7);
const ORDERS: Series = series!(gap_free "order", "{month}/{year} {number}").continuous();

fn take(session: &mut Session<SqliteConnection>) -> tenancy::Result<[Number; 3]> {
    let receipts = series!(gap_tolerant "receipt", concat!("R", "{number}"));
    session.transaction(|session| {
        INVOICES.next(session)?;
        Ok([
            CUSTOMERS.next(session)?,
            ORDERS.next(session)?,
            receipts.next(session)?,
        ])
    })
}

fn main() {
    let _ = take;
    assert_ne!(INVOICES, ORDERS);
}
