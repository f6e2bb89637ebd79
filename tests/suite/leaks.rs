//! Ways in which rows crossed from tenant to tenant in other systems, one test each.
//! `docs/leaks.md` says what leaked, by the same numbers.

mod care;
mod identities;
mod reads;
mod references;
mod threads;
mod writes;

use tenancy::prelude::*;

use crate::gear::*;

type Conn = Session<crate::support::Conn>;

/// Anna's items and a session of hers.
fn annas(gear: &Gear) -> (Repo<Item>, Conn) {
    let scope = gear.anna();
    (Repo::new(&scope), gear.db.session(&scope).unwrap())
}

fn item(id: i64) -> RowId<Item> {
    RowId::from_raw(id)
}

fn category(id: i64) -> RowId<Category> {
    RowId::from_raw(id)
}
