//! The rows, and who owns them.
//!
//! `#[scoped(..)]` is all that the library wants to know of a table. A table without
//! a model that derives `Scoped`, here `api_keys`, cannot be read through it.

use diesel::prelude::*;
use tenancy::prelude::*;

use crate::schema::{categories, customers, items, units};

/// A customer: the tenant itself, who sees the own row and no other.
#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = customers)]
#[scoped(tenant = id)]
pub(crate) struct Customer {
    pub id: i64,
    pub name: String,
}

/// What an item is counted in: everybody's rows, which every tenant reads.
#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = units)]
#[scoped(global)]
pub(crate) struct Unit {
    pub id: RowId<Unit>,
    pub name: String,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = categories)]
#[scoped(tenant = tenant_id)]
pub(crate) struct Category {
    pub id: RowId<Category>,
    pub name: String,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = items)]
#[scoped(tenant = tenant_id)]
pub(crate) struct Item {
    pub id: RowId<Item>,
    pub name: String,
    pub weight_grams: Option<i32>,
    pub price_cents: i32,
}

/// A new row has no field for the tenant: that comes from the scope.
#[derive(Debug, ScopedInsertable)]
#[diesel(table_name = items, treat_none_as_default_value = false)]
pub(crate) struct NewItem<'a> {
    pub category_id: RowId<Category>,
    pub unit_id: RowId<Unit>,
    pub name: &'a str,
    pub weight_grams: Option<i32>,
    pub price_cents: i32,
}

/// A field that is `None` leaves its column alone; `Some(None)` empties it.
#[derive(Debug, Default, ScopedChangeset)]
#[diesel(table_name = items)]
pub(crate) struct ItemChanges<'a> {
    pub name: Option<&'a str>,
    pub weight_grams: Option<Option<i32>>,
    pub price_cents: Option<i32>,
}
