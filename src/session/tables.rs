//! Which tables a statement reads and writes, from its text as diesel renders it.
//!
//! Each name stands in quotes there, behind a word that says what is done with the table. Words
//! within texts and names are none.

/// What is done with a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    Reads,
    Writes,
}

/// The tables of a statement, as often as they stand in it. A table in a schema has both parts
/// in its name.
pub(super) fn tables_of(sql: &str) -> Vec<(String, Use)> {
    let mut tables = Vec::new();
    let mut rest = sql;
    let mut before = Before::Nothing;
    let mut expected = None;
    let mut named = Named::default();
    while let Some((part, behind)) = next(rest) {
        rest = behind;
        match part {
            Part::Word(word) => {
                let word = word.to_ascii_uppercase();
                expected = usage(&before, &word);
                before = before.followed_by(word);
            }
            Part::Name(name) => {
                if let Some(usage) = expected.take() {
                    let (name, behind) = whole(name, rest);
                    rest = behind;
                    if !named.has(&name) {
                        tables.push((name, usage));
                    }
                } else if let Some(within) = before.names_a_query() {
                    named.add(name, within);
                }
                before = Before::Nothing;
            }
            Part::Other(sign) => {
                named.pass(sign);
                // A join stands in brackets of its own.
                if sign != '(' {
                    expected = None;
                }
                before = Before::Nothing;
            }
        }
    }
    tables
}

/// The word before, as far as it matters.
enum Before {
    Nothing,
    Word(String),
    /// `IS DISTINCT`, as against `SELECT DISTINCT`.
    IsDistinct,
}

impl Before {
    fn is(&self, word: &str) -> bool {
        matches!(self, Self::Word(before) if before == word)
    }

    fn followed_by(&self, word: String) -> Self {
        if word == "DISTINCT" && (self.is("IS") || self.is("NOT")) {
            Self::IsDistinct
        } else {
            Self::Word(word)
        }
    }

    /// Whether a name behind it is a query's, and then whether it is known within that query.
    fn names_a_query(&self) -> Option<bool> {
        let within = self.is("RECURSIVE");
        (within || self.is("WITH")).then_some(within)
    }
}

/// The names that `WITH` gives to queries, with the depth of the brackets in which they stand.
/// In the query itself, which is deeper, the name is a table's unless the query is recursive.
#[derive(Default)]
struct Named {
    depth: usize,
    names: Vec<(usize, bool, String)>,
}

impl Named {
    fn add(&mut self, name: String, within: bool) {
        self.names.push((self.depth, within, name));
    }

    fn has(&self, name: &str) -> bool {
        let mut names = self.names.iter();
        names.any(|(depth, within, named)| {
            named == name && (*depth == self.depth || *within && *depth < self.depth)
        })
    }

    fn pass(&mut self, sign: char) {
        match sign {
            '(' => self.depth += 1,
            ')' => {
                self.depth = self.depth.saturating_sub(1);
                self.names.retain(|(depth, ..)| *depth <= self.depth);
            }
            _ => {}
        }
    }
}

/// What the word says of a name behind it.
fn usage(before: &Before, word: &str) -> Option<Use> {
    match word {
        // `IS DISTINCT FROM` a value, and `ON DUPLICATE KEY UPDATE` of a column.
        "FROM" if matches!(before, Before::IsDistinct) => None,
        "UPDATE" if before.is("KEY") => None,
        "FROM" if before.is("DELETE") => Some(Use::Writes),
        "INTO" | "UPDATE" => Some(Use::Writes),
        "FROM" | "JOIN" => Some(Use::Reads),
        _ => None,
    }
}

enum Part<'a> {
    Word(&'a str),
    Name(String),
    Other(char),
}

/// The next word, name in quotes, or sign. Texts in quotes are left out, and so is a bind.
fn next(sql: &str) -> Option<(Part<'_>, &str)> {
    let sql = sql.trim_start();
    let first = sql.chars().next()?;
    match first {
        '"' | '`' => {
            let (name, behind) = quoted(sql, first);
            Some((Part::Name(name), behind))
        }
        '\'' => {
            let (_, behind) = quoted(sql, first);
            Some((Part::Other('\''), behind))
        }
        _ if is_of_a_word(first) => {
            let end = sql.find(|c| !is_of_a_word(c)).unwrap_or(sql.len());
            Some((Part::Word(&sql[..end]), &sql[end..]))
        }
        _ => Some((Part::Other(first), &sql[first.len_utf8()..])),
    }
}

fn is_of_a_word(sign: char) -> bool {
    sign.is_alphanumeric() || sign == '_' || sign == '$'
}

/// What stands in the quotes at the beginning, and what is behind them. Two quotes are one.
fn quoted(sql: &str, quote: char) -> (String, &str) {
    let mut text = String::new();
    let mut rest = &sql[quote.len_utf8()..];
    while let Some(at) = rest.find(quote) {
        text.push_str(&rest[..at]);
        rest = &rest[at + quote.len_utf8()..];
        match rest.strip_prefix(quote) {
            Some(more) => {
                text.push(quote);
                rest = more;
            }
            None => return (text, rest),
        }
    }
    text.push_str(rest);
    (text, "")
}

/// The name with the part behind a dot, if there is one.
fn whole(mut name: String, rest: &str) -> (String, &str) {
    let Some(behind) = rest.strip_prefix('.') else {
        return (name, rest);
    };
    match behind.chars().next() {
        Some(quote @ ('"' | '`')) => {
            let (part, behind) = quoted(behind, quote);
            name.push('.');
            name.push_str(&part);
            (name, behind)
        }
        _ => (name, rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(sql: &str) -> Vec<String> {
        let told = tables_of(sql).into_iter();
        told.map(|(name, usage)| format!("{name} {usage:?}"))
            .collect()
    }

    #[test]
    fn reads_name_what_stands_behind_from_and_join() {
        let sql = "SELECT \"a\".\"id\" FROM (\"shop\".\"a\" INNER JOIN \"b\" AS \"x\" ON \"x\".\"id\" \
                   = \"a\".\"id\") WHERE EXISTS (SELECT 1 FROM `c` WHERE `c`.`n` = ?) FOR UPDATE";
        assert_eq!(told(sql), ["shop.a Reads", "b Reads", "c Reads"]);
    }

    #[test]
    fn writes_name_their_target() {
        assert_eq!(
            told(
                "INSERT INTO \"a\" (\"x\") VALUES ((SELECT \"id\" FROM \"b\")) RETURNING \"a\".\"x\""
            ),
            ["a Writes", "b Reads"]
        );
        assert_eq!(told("UPDATE `a` SET `x` = ? WHERE `id` = ?"), ["a Writes"]);
        assert_eq!(told("DELETE  FROM \"a\" WHERE 1 = 1"), ["a Writes"]);
    }

    #[test]
    fn words_that_name_no_table_are_none() {
        assert!(told("SELECT \"x\" IS DISTINCT FROM \"y\"").is_empty());
        assert!(told("SELECT 'FROM \"a\"', \"FROM\"").is_empty());
        assert_eq!(
            told("INSERT INTO `a` (`x`) VALUES (?) ON DUPLICATE KEY UPDATE `x` = `x`"),
            ["a Writes"]
        );
        assert_eq!(
            told("INSERT INTO \"a\" VALUES ($1) ON CONFLICT (\"x\") DO UPDATE SET \"x\" = $2"),
            ["a Writes"]
        );
        assert_eq!(
            told("SELECT 1 FROM \"a\" FOR UPDATE OF \"a\" SKIP LOCKED"),
            ["a Reads"]
        );
    }

    #[test]
    fn a_distinct_value_is_read_from_a_table() {
        for value in ["?", "$1", "1", "'x'", "\"x\"", "(1)"] {
            let sql = format!("SELECT DISTINCT {value} FROM \"a\"");
            assert_eq!(told(&sql), ["a Reads"], "{sql}");
        }
        assert_eq!(told("SELECT DISTINCT FROM \"a\""), ["a Reads"]);
        assert!(told("SELECT ? IS NOT DISTINCT FROM \"x\"").is_empty());
    }

    #[test]
    fn a_query_that_has_a_name_is_no_table() {
        let page = |table: &str| {
            format!(
                "SELECT *, (SELECT COUNT(*) FROM (WITH `all_rows` (`c0`) AS (SELECT `id` FROM \
                 `{table}`) SELECT * FROM `all_rows`) AS `all_rows` ORDER BY 1) FROM (WITH `page` \
                 (`c0`) AS (SELECT `id` FROM `{table}` LIMIT ?) SELECT * FROM `page`) AS `page`"
            )
        };
        assert_eq!(told(&page("a")), ["a Reads", "a Reads"]);
        assert_eq!(told(&page("page")), ["page Reads", "page Reads"]);
        assert_eq!(
            told("(WITH \"x\" AS (SELECT 1) SELECT * FROM \"x\") UNION (SELECT 1 FROM \"x\")"),
            ["x Reads"]
        );
        let tree = "SELECT 1 FROM \"a\" WHERE (\"id\" IN (WITH RECURSIVE \"t\" (node) AS (SELECT \
                    \"id\" FROM \"b\" UNION SELECT 1 FROM \"b\" INNER JOIN \"t\" ON 1 = 1) SELECT \
                    node FROM \"t\"))";
        assert_eq!(told(tree), ["a Reads", "b Reads", "b Reads"]);
    }

    #[test]
    fn names_are_as_they_are_written() {
        assert_eq!(
            told("SELECT 1 FROM \"we\"\"ird FROM\""),
            ["we\"ird FROM Reads"]
        );
        assert_eq!(told("SELECT '''' FROM \"a\""), ["a Reads"]);
        assert!(told("SELECT 1 FROM \"").len() <= 1);
        assert!(tables_of("").is_empty());
    }
}
