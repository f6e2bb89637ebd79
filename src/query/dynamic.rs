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
mod tests {
    use super::*;

    const ANY: Reads = Reads {
        quotes: "'\"`",
        numbered: false,
    };
    const PG: Reads = Reads {
        quotes: "'\"",
        numbered: true,
    };

    fn refused(sql: &str) -> String {
        match check(sql, sql.matches('?').count(), ANY) {
            Ok(()) => panic!("accepted: {sql}"),
            Err(Refused(why)) => why,
        }
    }

    #[test]
    fn conditions_are_accepted() {
        for sql in [
            "name = 'a' OR 1 = 1",
            "`items`.`name` IN (?, ?, ?)",
            "lower(name) LIKE ? AND (weight > 3 OR NOT (weight IS NULL))",
            "name = 'it''s (not; a -- comment'",
            "coalesce(weight, 0) + 1 > round(2.5)",
            "tags[1] = 'x'",
            "größe = 3",
            "weight IS NOT DISTINCT FROM 3",
            "weight > 1e3 AND weight < 0x1F AND weight <> 1. AND weight <> .5",
            "weight > 1.5e10 AND weight - 1 < 2",
            "weight * 2 / 3 = ?",
            "",
        ] {
            assert_eq!(check(sql, sql.matches('?').count(), ANY), Ok(()), "{sql}");
        }
        for sql in [
            "\"items\".\"id\" = ANY($1)",
            "tags @> $1 AND tags ? 'a'",
            "weight::int = $1 AND tags[$2] = tags[$3:$4]",
        ] {
            let bound = sql.matches('$').count();
            assert_eq!(check(sql, bound, PG), Ok(()), "{sql}");
        }
    }

    #[test]
    fn parentheses_must_balance() {
        assert!(refused("1 = 1) OR (1 = 1").contains("parenthesis"));
        assert!(refused("(1 = 1").contains("parenthesis"));
        assert!(refused("')' = ')') OR (('(' = '('").contains("parenthesis"));
    }

    #[test]
    fn comments_are_refused() {
        for sql in ["1 = 1 -- x", "1 /* x", "1 = 1 # x", "x */ y"] {
            assert!(refused(sql).contains("comment"), "{sql}");
        }
    }

    #[test]
    fn quotes_must_end_and_hide_nothing() {
        assert!(refused("name = 'a").contains("quote"));
        assert!(refused("name = 'a\\' OR 1 = 1").contains("backslash"));
        assert!(refused("name = E'a\\'b'").contains("backslash"));
        assert!(refused("name = $$a$$").contains("dollar"));
        assert!(refused("name = $q$a$q$").contains("dollar"));
        assert!(refused("[a'b] = 'c'").contains("bracket"));
        assert!(refused("[a").contains("bracket"));
    }

    #[test]
    fn statements_cannot_be_chained() {
        assert!(refused("1 = 1; DROP TABLE items").contains("semicolon"));
        assert!(refused("1 = 1\0").contains("NUL"));
    }

    #[test]
    fn subqueries_are_refused() {
        for sql in [
            "id IN (SELECT id FROM notes)",
            "id in (sElEcT 1)",
            "id IN (VALUES (1))",
            "id IN (TABLE notes)",
            "id IN (WITH x AS (y) z)",
            "true UNION true",
            "id IN notes",
            "id NOT IN \"notes\"",
            "id IN main.notes",
            "1. in notes",
            "id + 4710. in main.notes",
            "0.\nin \"notes\"",
            ".5 in notes",
            "1.e3 in notes",
            "x . in notes",
            "1 = 1 FROM notes",
            "weight IS DISTINCT TABLE notes",
        ] {
            assert!(refused(sql).contains("subquery"), "{sql}");
        }
    }

    #[test]
    fn a_quote_is_one_only_where_the_backend_has_it() {
        let hidden = "x ` (SELECT 1) ` y";
        assert_eq!(check(hidden, 0, ANY), Ok(()));
        assert!(check(hidden, 0, PG).is_err());
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for sql in [
            "{fn lower('x')}",
            "lower \u{feff}('x')",
            "?2in t",
            "2in t",
            "NEXT VALUE FOR s > 1",
            "PREVIOUS VALUE FOR s > 1",
            "s.currval > 1",
            "s.NextVal > 1",
            "LASTVAL(s) > 1",
            "@x := 1",
        ] {
            refused(sql);
        }
    }

    #[test]
    fn what_is_refused_is_named() {
        assert!(refused("a \\ b").contains("backslash"));
        assert!(refused("a = :b").contains("parameter"));
        assert!(refused("a = @b").contains("parameter"));
        assert!(refused("a = ?1").contains("parameter"));
        assert!(refused("a = :::b").contains("parameter"));
    }

    #[test]
    fn only_known_functions_are_called() {
        for sql in [
            "query_to_xml('select 1', true, true, '') IS NOT NULL",
            "pg_catalog.pg_read_file('x') = ''",
            "load_extension ('x')",
            "\"pg_read_file\"('x') = ''",
            "`load_file`('x') = ''",
            "exists (x)",
            "main.lower ('x')",
            "lower . ('x')",
            "x :: ('y')",
            "'name' (x)",
            "(lower) ('x')",
        ] {
            assert!(
                refused(sql).contains("call of") || refused(sql).contains("a call by"),
                "{sql}"
            );
        }
    }

    /// With as many values as each is tried with.
    fn taken(sql: &str, bound: usize, reads: Reads) {
        let refused = check(sql, bound, reads);
        let Err(Refused(why)) = refused else {
            panic!("accepted with {bound} values: {sql}");
        };
        assert!(
            why.contains("placeholder") || why.contains("parameter"),
            "{sql}: {why}"
        );
    }

    #[test]
    fn a_place_is_a_value_of_diesel() {
        taken("?", 0, ANY);
        taken("id = ? OR id = ?", 1, ANY);
        for sql in [
            "id = $1",
            "id = :a",
            "id = @a",
            "id = @ 'a'",
            "id = @`a`",
            "id = ?1",
        ] {
            taken(sql, 0, ANY);
            taken(sql, 1, ANY);
        }
        taken("id = $1", 0, PG);
        taken("id = $1 OR id = $2", 1, PG);
        taken("id = $1 OR id = $1", 2, PG);
        taken("id = $2 OR id = $1", 2, PG);
        taken("id = $10", 1, PG);
        taken("tags[$1] = 1", 0, PG);
        taken("tags[$2] = $1", 2, PG);
    }

    #[test]
    fn a_place_is_not_in_quotes() {
        for sql in ["'?' = ?", "`?` = ?", "\"?\" = ?", "'?' = 'a'", "[?] = ?"] {
            assert!(check(sql, 1, ANY).is_err(), "{sql}");
        }
        for sql in [
            "'$1' = $1",
            "\"$1\" = $1",
            "x$1 = $1",
            "'$10' = $1",
            "'$1' = 'a'",
        ] {
            taken(sql, 1, PG);
        }
        assert_eq!(check("name = 'why?' OR name = '???'", 0, ANY), Ok(()));
        assert_eq!(check("name = '$5' OR name = '?'", 0, PG), Ok(()));
        assert_eq!(check("name = '$ and ?' OR name = $1", 1, PG), Ok(()));
    }
}
