//! Conditions whose SQL is only known at run time, and the check that they pass.
//!
//! The check reads tokens, not grammar, and it lists what is allowed: what it does
//! not know, it refuses.

mod places;
mod token;

use std::fmt;

use diesel::expression::{AppearsOnTable, Expression, ValidGrouping};
use diesel::query_builder::{AstPass, QueryBuilder, QueryFragment, QueryId};
use diesel::result::{Error, QueryResult};

use self::places::Places;
use self::token::{Token, token};
use super::dialect::Dialect;

/// A condition that is rendered and checked before it may stand in a statement,
/// in parentheses of its own.
#[derive(Debug, Clone, Copy)]
pub struct Checked<P>(P);

impl<P> Checked<P> {
    pub(crate) fn new(inner: P) -> Self {
        Self(inner)
    }
}

/// Its text is known at run time only.
impl<P> QueryId for Checked<P> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<P: Expression> Expression for Checked<P> {
    type SqlType = P::SqlType;
}

impl<QS, P: AppearsOnTable<QS>> AppearsOnTable<QS> for Checked<P> {}

impl<GB, P: ValidGrouping<GB>> ValidGrouping<GB> for Checked<P> {
    type IsAggregate = P::IsAggregate;
}

impl<DB, P> QueryFragment<DB> for Checked<P>
where
    DB: Dialect<QueryBuilder: Default>,
    P: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let mut text = DB::QueryBuilder::default();
        self.0.to_sql(&mut text, out.backend())?;
        let bound = places::bound(&self.0, out.backend())?;
        check(&text.finish(), bound, Reads::of::<DB>())
            .map_err(|refused| Error::QueryBuilderError(Box::new(refused)))?;
        out.push_sql("(");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

/// Why a condition was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused(pub(crate) String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

fn refuse<T>(why: impl Into<String>) -> Result<T, Refused> {
    Err(Refused(why.into()))
}

/// The words that begin or join a query. `TABLE t` and `VALUES (..)` are queries too, and
/// a sequence is counted up or told by `NEXT VALUE FOR s`, `PREVIOUS VALUE FOR s` and, on some
/// databases, `s.nextval` and `s.currval`.
const QUERY_WORDS: [&str; 19] = [
    "select",
    "with",
    "values",
    "table",
    "union",
    "intersect",
    "except",
    "from",
    "into",
    "insert",
    "update",
    "delete",
    "returning",
    "next",
    "previous",
    "nextval",
    "currval",
    "lastval",
    "setval",
];

/// What may stand before a parenthesis: operators, and functions that compute on
/// their arguments and read nothing else.
const CALLABLE: [&str; 45] = [
    "abs",
    "all",
    "and",
    "any",
    "array",
    "between",
    "case",
    "cast",
    "ceil",
    "char_length",
    "coalesce",
    "concat",
    "date",
    "else",
    "escape",
    "exp",
    "floor",
    "greatest",
    "ifnull",
    "iif",
    "ilike",
    "in",
    "instr",
    "is",
    "least",
    "length",
    "like",
    "ln",
    "lower",
    "ltrim",
    "mod",
    "not",
    "nullif",
    "or",
    "power",
    "replace",
    "round",
    "rtrim",
    "sign",
    "starts_with",
    "substr",
    "then",
    "trim",
    "upper",
    "when",
];

/// How a database reads a text.
#[derive(Clone, Copy)]
struct Reads {
    quotes: &'static str,
    /// Whether the places of values have numbers: `$1`, and else `?`.
    numbered: bool,
}

impl Reads {
    fn of<DB: Dialect>() -> Self {
        Self {
            quotes: DB::QUOTES,
            numbered: DB::NUMBERED,
        }
    }
}

/// Refuses a fragment that could reach out of its parentheses, read a table, or take a value
/// that is not its own. diesel binds `bound` values in it.
fn check(sql: &str, bound: usize, reads: Reads) -> Result<(), Refused> {
    let mut depth = 0_usize;
    let mut places = Places::default();
    let mut before = Before::Other;
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let (token, length) = token(first, rest, reads)?;
        if before.is_in() && !matches!(token, Token::Space | Token::Open) {
            return refuse("`in` without parentheses: a subquery");
        }
        match token {
            Token::Space => {}
            Token::Open => {
                may_open(&before)?;
                depth += 1;
                before = Before::Other;
            }
            Token::Close => {
                depth = match depth.checked_sub(1) {
                    Some(depth) => depth,
                    None => return refuse("an unbalanced parenthesis"),
                };
                before = Before::Operand;
            }
            Token::Word => {
                let word = rest[..length].to_ascii_lowercase();
                may_stand(&word, &before)?;
                before = match before {
                    Before::Dot if word != "in" => Before::Operand,
                    _ => Before::Word(word),
                };
            }
            Token::Place => {
                places.meet(&rest[..length], reads)?;
                before = Before::Operand;
            }
            Token::Subscript => {
                places.meet_within(&rest[..length], reads)?;
                before = Before::Operand;
            }
            Token::Quoted | Token::Number => before = Before::Operand,
            Token::Dot => before = Before::Dot,
            Token::Operator => before = Before::Other,
        }
        rest = &rest[length..];
    }
    if depth > 0 {
        return refuse("an unbalanced parenthesis");
    }
    places.are_bound(sql, bound, reads)
}

/// What stands before the next token.
enum Before {
    Word(String),
    Dot,
    Operand,
    Other,
}

impl Before {
    /// `x IN y` reads the table `y` on SQLite, without a word that begins a query.
    fn is_in(&self) -> bool {
        matches!(self, Before::Word(word) if word == "in")
    }
}

fn may_open(before: &Before) -> Result<(), Refused> {
    match before {
        Before::Word(word) if CALLABLE.contains(&word.as_str()) => Ok(()),
        Before::Word(word) => refuse(format!(
            "a call of `{word}`, which is not known to be harmless"
        )),
        Before::Operand | Before::Dot => refuse("a call by a quoted or qualified name"),
        Before::Other => Ok(()),
    }
}

fn may_stand(word: &str, before: &Before) -> Result<(), Refused> {
    // `IS DISTINCT FROM` compares.
    let compares = word == "from" && matches!(before, Before::Word(w) if w == "distinct");
    if QUERY_WORDS.contains(&word) && !compares {
        return refuse(format!("`{word}`: a subquery"));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
