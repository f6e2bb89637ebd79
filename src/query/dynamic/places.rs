//! Where the values of a condition stand in its text, and that it is diesel that put them there.
//!
//! A placeholder that diesel does not know of takes the next value, and all behind it the one
//! after theirs: the key of the tenant among them.

use std::fmt;

use diesel::backend::Backend;
use diesel::internal::derives::multiconnection::AstPassHelper;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;

use super::{Reads, Refused, refuse};

/// How many values diesel binds in a condition.
pub(super) fn bound<DB, P>(condition: &P, backend: &DB) -> QueryResult<usize>
where
    DB: Backend,
    P: QueryFragment<DB> + ?Sized,
{
    let mut values: Vec<Box<dyn fmt::Debug + '_>> = Vec::new();
    condition.walk_ast(AstPass::collect_debug_binds_pass(&mut values, backend))?;
    Ok(values.len())
}

/// The placeholders that were met in a text.
#[derive(Default)]
pub(super) struct Places {
    met: usize,
}

impl Places {
    /// Where places have numbers, diesel counts them up from one.
    pub(super) fn meet(&mut self, token: &str, reads: Reads) -> Result<(), Refused> {
        self.met += 1;
        if reads.numbered && token[1..].parse() != Ok(self.met) {
            return refuse(NOT_BOUND);
        }
        Ok(())
    }

    /// What stands in the brackets of a subscript. Behind a word, `$1` is a part of it.
    pub(super) fn meet_within(&mut self, brackets: &str, reads: Reads) -> Result<(), Refused> {
        if !reads.numbered {
            return Ok(());
        }
        let mut rest = brackets;
        while let Some(at) = rest.find('$') {
            if rest[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
                return refuse(IN_TEXT);
            }
            let digits = rest[at + 1..]
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(rest.len() - at - 1);
            self.meet(&rest[at..=at + digits], reads)?;
            rest = &rest[at + 1 + digits..];
        }
        Ok(())
    }

    /// Each place was met, and is one of diesel's. Nothing tells a placeholder of diesel's from
    /// a sign that the condition itself has in a quoted text, so beside values there is none.
    pub(super) fn are_bound(&self, sql: &str, bound: usize, reads: Reads) -> Result<(), Refused> {
        if self.met > bound {
            return refuse(NOT_BOUND);
        }
        if self.met < bound || bound > 0 && signs(sql, reads) > bound {
            return refuse(IN_TEXT);
        }
        Ok(())
    }
}

const IN_TEXT: &str = "the sign of a placeholder within a quoted text or a name";
const NOT_BOUND: &str = "a placeholder without a value of its own";

/// How often the sign of a placeholder stands in a text, quoted or not.
fn signs(sql: &str, reads: Reads) -> usize {
    if reads.numbered {
        let behind = sql.split('$').skip(1);
        behind
            .filter(|text| text.starts_with(|c: char| c.is_ascii_digit()))
            .count()
    } else {
        sql.matches('?').count()
    }
}
