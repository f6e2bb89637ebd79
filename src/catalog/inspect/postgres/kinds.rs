//! Tables whose rows are told apart by keys of several types.

use super::super::finding::{Check, Finding};
use super::Live;

/// One setting tells the database the key, and not its type.
pub(super) fn check(live: &Live<'_>) -> Option<Finding> {
    let mut kinds = live.guarded().filter_map(|(declared, table)| {
        let kind = declared.kind()?;
        Some((kind, table.shown()))
    });
    let (first, of_first) = kinds.next()?;
    let (other, of_other) = kinds.find(|(kind, _)| !kind.is(&first))?;
    let problem = format!(
        "{of_first} has keys of the type {}, and {of_other} of {}: SQL of your own is refused",
        first.name(),
        other.name()
    );
    Some(Finding::warning(Check::KeyKinds, problem))
}
