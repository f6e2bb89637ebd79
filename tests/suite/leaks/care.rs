//! Ways around, care, and transactions: L-79 and L-105.

use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{Error, Result};

use super::{annas, category, item};
use crate::gear::*;
use crate::support::*;

#[test]
fn l_79_the_fixture_has_two_tenants_whose_rows_could_be_mixed_up() {
    let gear = Gear::new();
    let names = |tenant: i64| -> Vec<String> {
        items::table
            .filter(items::tenant_id.eq(tenant))
            .select(items::name)
            .order(items::name)
            .load(&mut gear.raw())
            .unwrap()
    };
    let (of_anna, of_ben) = (names(1), names(2));
    assert!(of_anna.iter().all(|name| of_ben.contains(name)));
    assert_ne!(rows_of(&gear, 1), rows_of(&gear, 2));
}

#[test]
fn l_105_statements_belong_to_the_callers_transaction() {
    let gear = Gear::new();
    let (items, mut session) = annas(&gear);
    changing_nothing(&gear, || {
        let rolled_back = session.transaction(|session| -> Result<()> {
            items
                .update(item(1))
                .set(items::name.eq("a"))
                .execute(session)?;
            items
                .insert([("b", 1), ("c", 2)].map(|(name, parent)| NewItem {
                    category_id: category(parent),
                    name,
                }))
                .execute(session)?;
            session.transaction(|session| items.delete(item(2)).execute(session))?;
            Err(Error::NotFound)
        });
        assert!(matches!(rolled_back, Err(Error::NotFound)));
    });
}
