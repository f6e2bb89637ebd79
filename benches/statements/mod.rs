//! The statements that the benches measure, each as a pair: by hand in diesel with the
//! tenant's condition, and scoped.

mod kept;
#[macro_use]
mod list;
mod pair;
mod reads;
mod related;
mod schema;
mod sides;
mod table;
mod writes;

pub(crate) use pair::{INSTRUCTIONS, MEAN, Pair};
pub(crate) use schema::Size;
pub(crate) use sides::{ByHand, ByScope, Place};
pub(crate) use table::Table;

/// All pairs, in the order of the tables.
pub(crate) fn pairs() -> impl Iterator<Item = &'static Pair> {
    reads::READS
        .iter()
        .chain(related::RELATED)
        .chain(writes::WRITES)
        .chain(kept::KEPT)
}
