//! What the text of a condition is made of.

use super::{Reads, Refused, refuse};

#[derive(Clone, Copy)]
pub(super) enum Token {
    Space,
    Open,
    Close,
    Word,
    Number,
    /// Where a bound value stands.
    Place,
    Quoted,
    Subscript,
    Dot,
    Operator,
}

/// What operators are written with, except for those that need a closer look.
const OPERATORS: &str = "=<>!+-*/%|&^~,";

/// The token at the start of `rest`, and its length in bytes.
pub(super) fn token(first: char, rest: &str, reads: Reads) -> Result<(Token, usize), Refused> {
    match first {
        quote if reads.quotes.contains(quote) => Ok((Token::Quoted, quoted(quote, rest)?)),
        '(' => Ok((Token::Open, 1)),
        ')' => Ok((Token::Close, 1)),
        // A subscript, or on SQLite a name.
        '[' => Ok((Token::Subscript, subscript(rest)?)),
        ';' => refuse("a semicolon"),
        '#' => refuse("a `#`, which begins a comment on some databases"),
        '\\' => refuse("a backslash, which some databases read as an escape"),
        '\0' => refuse("a NUL"),
        '-' if rest.starts_with("--") => refuse("a comment"),
        '/' if rest.starts_with("/*") => refuse("a comment"),
        '*' if rest.starts_with("*/") => refuse("a comment"),
        '$' if !rest[1..].starts_with(|c: char| c.is_ascii_digit()) => refuse("a dollar quote"),
        '$' if reads.numbered => Ok((Token::Place, numbered(rest)?)),
        '?' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => refuse(NAMED),
        // An operator of JSON where the places have numbers.
        '?' if reads.numbered => Ok((Token::Operator, 1)),
        '?' => Ok((Token::Place, 1)),
        '$' => refuse(NAMED),
        '@' if !reads.numbered || rest[1..].starts_with(goes_on) => refuse(NAMED),
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
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | ',' | ' ' | ':');
    if rest[1..end].chars().all(plain) {
        Ok(end + 1)
    } else {
        refuse("a name in brackets")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert!(matches!(
            token(
                '.',
                ".5 = 1",
                Reads {
                    quotes: "'",
                    numbered: false
                }
            ),
            Ok((Token::Number, 2))
        ));
        assert_eq!(word_length("a_1$ b"), 4);
        assert_eq!(subscript("[1] = 2"), Ok(3));
    }
}
