//! What the bench of identifiers is made of: the kinds of identifiers, the databases that they
//! are written to, what is measured there, and how it is shown.

pub(crate) mod chart;
mod compare;
mod figures;
mod kinds;
pub(crate) mod measured;
mod places;
mod rows;

pub(crate) use figures::print;
pub(crate) use places::*;
pub(crate) use rows::RandomIds;
