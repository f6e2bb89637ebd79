//! The model of the table of numbers.

use diesel::prelude::*;

use super::schema::tenancy_numbers as numbers;
use super::schema::tenancy_numbers;
use crate::catalog::Writers;
use crate::ownership::{Both, ById, by_id, owned_by_text};

/// How far a tenant has counted in a series.
///
/// A tenant reads its own by `Repo::<Counter>`, whatever the type of its key is. There is no insert,
/// update or delete: a [`Series`](super::Series) counts. It belongs into the application's catalog.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = tenancy_numbers)]
#[non_exhaustive]
pub struct Counter {
    /// The name of the series.
    pub series: String,
    /// The period in which the series began anew, as `2026` or `2026-11`; empty for a series that
    /// goes on.
    pub period: String,
    /// The number that was given last; `i64::MAX` is none, and says that the series has ended.
    pub last_number: i64,
}

type ByName = Both<ById<numbers::series, String>, ById<numbers::period, String>>;

fn by_name((series, period): (String, String)) -> ByName {
    Both::new(by_id(series), by_id(period))
}

owned_by_text!(
    Counter,
    tenancy_numbers,
    id: (String, String) = (numbers::series, numbers::period),
    by: ByName = by_name,
    made: &[],
    primary: &["tenant_id", "tenant_kind", "series", "period"],
    without: Impossible,
    writers: Writers::Library("last_number")
);
