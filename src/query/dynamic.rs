//! Conditions whose SQL is only known at run time, and the check that they pass.
//!
//! The check reads tokens, not grammar, and it lists what is allowed: what it does
//! not know, it refuses.

use std::fmt;

use diesel::expression::{AppearsOnTable, Expression, ValidGrouping};
use diesel::query_builder::{AstPass, QueryBuilder, QueryFragment, QueryId};
use diesel::result::{Error, QueryResult};

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
        check(&text.finish(), DB::QUOTES)
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
/// `NEXT VALUE FOR s` counts a sequence up.
const QUERY_WORDS: [&str; 14] = [
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

/// Refuses a fragment that could reach out of its parentheses, or read a table.
fn check(sql: &str, quotes: &str) -> Result<(), Refused> {
    let mut depth = 0_usize;
    let mut before = Before::Other;
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let (token, length) = token(first, rest, quotes)?;
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
            Token::Quoted | Token::Number => before = Before::Operand,
            Token::Dot => before = Before::Dot,
            Token::Operator => before = Before::Other,
        }
        rest = &rest[length..];
    }
    if depth == 0 {
        Ok(())
    } else {
        refuse("an unbalanced parenthesis")
    }
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

enum Token {
    Space,
    Open,
    Close,
    Word,
    Number,
    Quoted,
    Dot,
    Operator,
}

/// What operators are written with, except for those that need a closer look.
const OPERATORS: &str = "=<>!+-*/%|&^~,";

/// The token at the start of `rest`, and its length in bytes.
fn token(first: char, rest: &str, quotes: &str) -> Result<(Token, usize), Refused> {
    match first {
        quote if quotes.contains(quote) => Ok((Token::Quoted, quoted(quote, rest)?)),
        '(' => Ok((Token::Open, 1)),
        ')' => Ok((Token::Close, 1)),
        // A subscript, or on SQLite a name.
        '[' => Ok((Token::Quoted, subscript(rest)?)),
        ';' => refuse("a semicolon"),
        '#' => refuse("a `#`, which begins a comment on some databases"),
        '\\' => refuse("a backslash, which some databases read as an escape"),
        '\0' => refuse("a NUL"),
        '-' if rest.starts_with("--") => refuse("a comment"),
        '/' if rest.starts_with("/*") => refuse("a comment"),
        '*' if rest.starts_with("*/") => refuse("a comment"),
        '$' if !rest[1..].starts_with(|c: char| c.is_ascii_digit()) => refuse("a dollar quote"),
        '$' => Ok((Token::Operator, numbered(rest)?)),
        '?' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => refuse(NAMED),
        '?' => Ok((Token::Operator, 1)),
        '@' if rest[1..].starts_with(goes_on) => refuse(NAMED),
        '@' => Ok((Token::Operator, 1)),
        '.' if !rest[1..].starts_with(|c: char| c.is_ascii_digit()) => Ok((Token::Dot, 1)),
        c if c == '.' || c.is_ascii_digit() => Ok((Token::Number, number(rest)?)),
        // The type behind a cast is named, not called.
        ':' if rest.starts_with("::") && !rest[2..].starts_with(':') => Ok((Token::Dot, 2)),
        ':' => refuse(NAMED),
        c if c.is_ascii_whitespace() => Ok((Token::Space, 1)),
        c if c.is_alphanumeric() || c == '_' => Ok((Token::Word, word_length(rest))),
        c if OPERATORS.contains(c) => Ok((Token::Operator, 1)),
        _ => refuse("a character that databases read in different ways"),
    }
}

/// The name of a parameter may go on in parentheses on SQLite: in `:a(')`, `@a(')` and
/// `$1::a(')` the quote is a part of the name.
const NAMED: &str = "a named parameter";

/// Whether a name goes on with this character, or begins with it.
fn goes_on(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | ':')
}

/// The length of a `$1` that stands alone.
fn numbered(rest: &str) -> Result<usize, Refused> {
    let end = rest[1..]
        .find(|c: char| !c.is_ascii_digit())
        .map_or(rest.len(), |digits| 1 + digits);
    if rest[end..].starts_with(|c: char| c == '(' || goes_on(c)) {
        refuse(NAMED)
    } else {
        Ok(end)
    }
}

/// `12`, `0x1F`, `1.5`, `.5`, `1.` or `1e3`, and nothing that goes on as a word.
fn number(rest: &str) -> Result<usize, Refused> {
    let end = rest
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$' | '.')))
        .unwrap_or(rest.len());
    let text = rest[..end].to_ascii_lowercase();
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let hex = |text: &str| text.chars().all(|c| c.is_ascii_hexdigit());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, ""));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if text.strip_prefix("0x").is_some_and(hex)
        || digits(whole) && digits(fraction) && digits(exponent)
    {
        Ok(end)
    } else {
        refuse("a number that goes on as a word")
    }
}

fn word_length(rest: &str) -> usize {
    rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$')))
        .unwrap_or(rest.len())
}

/// A quoted text or name; a doubled quote stands for itself.
fn quoted(quote: char, rest: &str) -> Result<usize, Refused> {
    let mut at = 1;
    while let Some(found) = rest[at..].find(quote) {
        at += found + 1;
        if rest[at..].starts_with(quote) {
            at += 1;
        } else if rest[..at].contains('\\') {
            return refuse("a backslash, which some databases read as an escape");
        } else {
            return Ok(at);
        }
    }
    refuse("an unbalanced quote")
}

/// `[1]` is a subscript; on SQLite `[name]` quotes a name, and could hold anything.
fn subscript(rest: &str) -> Result<usize, Refused> {
    let Some(end) = rest.find(']') else {
        return refuse("an unbalanced bracket");
    };
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '?' | ',' | ' ' | ':');
    if rest[1..end].chars().all(plain) {
        Ok(end + 1)
    } else {
        refuse("a name in brackets")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(sql: &str) -> String {
        match check(sql, "'\"`") {
            Ok(()) => panic!("accepted: {sql}"),
            Err(Refused(why)) => why,
        }
    }

    #[test]
    fn conditions_are_accepted() {
        for sql in [
            "name = 'a' OR 1 = 1",
            "`items`.`name` IN (?, ?, ?)",
            "\"items\".\"id\" = ANY($1)",
            "lower(name) LIKE ? AND (weight > 3 OR NOT (weight IS NULL))",
            "name = 'it''s (not; a -- comment'",
            "coalesce(weight, 0) + 1 > round(2.5)",
            "tags[1] = 'x'",
            "größe = 3",
            "weight IS NOT DISTINCT FROM 3",
            "weight > 1e3 AND weight < 0x1F AND weight <> 1. AND weight <> .5",
            "weight > 1.5e10 AND weight - 1 < 2",
            "weight * 2 / 3 = ?",
            "tags @ ?",
            "weight::int = $12",
            "",
        ] {
            assert_eq!(check(sql, "'\"`"), Ok(()), "{sql}");
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
        assert_eq!(check(hidden, "'\"`"), Ok(()));
        assert!(check(hidden, "'\"").is_err());
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for sql in [
            "{fn lower('x')}",
            "lower \u{feff}('x')",
            "?2in t",
            "2in t",
            "NEXT VALUE FOR s",
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
    fn a_token_ends_where_it_ends() {
        assert_eq!(numbered("$12 = 1"), Ok(3));
        assert_eq!(numbered("$12"), Ok(3));
        assert!(numbered("$1('").is_err());
        assert!(numbered("$1::a").is_err());
        assert_eq!(number("12.5 = 1"), Ok(4));
        assert!(number("2in").is_err());
        assert_eq!(quoted('\'', "'a''b' = 1"), Ok(6));
        assert_eq!(quoted('\'', "'' = 1"), Ok(2));
        assert!(matches!(token('.', ".5 = 1", "'"), Ok((Token::Number, 2))));
        assert_eq!(word_length("a_1$ b"), 4);
        assert_eq!(subscript("[1] = 2"), Ok(3));
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
}
