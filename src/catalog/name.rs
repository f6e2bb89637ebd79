//! The name of a table, as the database knows it.

use std::fmt;

use diesel::internal::table_macro::{Identifier, InfixNode};

/// The name of a table, with its schema if `table!` says one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name {
    schema: Option<String>,
    table: String,
}

impl Name {
    /// From the quoted name that diesel renders: two parts, if there is a schema.
    pub(super) fn of_quoted(quoted: &str) -> Self {
        let mut parts = parts(quoted);
        let table = parts.pop().unwrap_or_default();
        Self {
            schema: parts.pop(),
            table,
        }
    }

    /// The schema, if `table!` says one.
    #[must_use]
    pub fn schema(&self) -> Option<&str> {
        self.schema.as_deref()
    }

    /// The table itself.
    #[must_use]
    pub fn table(&self) -> &str {
        &self.table
    }

    /// In the quotes of standard SQL, which PostgreSQL and SQLite have.
    pub(super) fn quoted(&self) -> String {
        self.with(quote)
    }

    pub(super) fn with(&self, quote: fn(&str) -> String) -> String {
        let table = quote(&self.table);
        match &self.schema {
            Some(schema) => format!("{}.{table}", quote(schema)),
            None => table,
        }
    }
}

/// The parts of a table's name in a query, from what `table!` made of it.
#[doc(hidden)]
pub trait Named {
    fn name(&self) -> Name;
}

impl Named for Identifier<'static> {
    fn name(&self) -> Name {
        Name {
            schema: None,
            table: self.0.to_owned(),
        }
    }
}

/// diesel shows the two parts to a backend only.
impl Named for InfixNode<Identifier<'static>, Identifier<'static>, &'static str> {
    fn name(&self) -> Name {
        #[cfg(feature = "sqlite")]
        let quoted = rendered::<diesel::sqlite::Sqlite>(self);
        #[cfg(all(feature = "postgres", not(feature = "sqlite")))]
        let quoted = rendered::<diesel::pg::Pg>(self);
        #[cfg(all(feature = "mysql", not(feature = "sqlite"), not(feature = "postgres")))]
        let quoted = rendered::<diesel::mysql::Mysql>(self);
        #[cfg(not(any(feature = "sqlite", feature = "postgres", feature = "mysql")))]
        let quoted = String::new();
        Name::of_quoted(&quoted)
    }
}

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
fn rendered<DB>(name: &impl diesel::query_builder::QueryFragment<DB>) -> String
where
    DB: crate::session::DefaultBackend,
{
    use diesel::query_builder::QueryBuilder;
    let mut text = DB::QueryBuilder::default();
    match name.to_sql(&mut text, &DB::default()) {
        Ok(()) => text.finish(),
        Err(_) => String::new(),
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "{schema}.{}", self.table),
            None => f.write_str(&self.table),
        }
    }
}

pub(super) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
pub(super) fn backtick(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// A text in SQL.
pub(super) fn text(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

/// A text in SQL of MySQL and MariaDB, where a backslash is an escape in one mode, and none in
/// another.
#[cfg(feature = "mysql")]
pub(super) fn mysql_text(value: &str) -> String {
    if !value.contains('\\') {
        return text(value);
    }
    let bytes: String = value.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("_utf8mb4 x'{bytes}'")
}

/// The names in a row of names in quotes, with dots between them.
fn parts(quoted: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut chars = quoted.chars().peekable();
    while let Some(quote) = chars.next() {
        let mut part = String::new();
        while let Some(c) = chars.next() {
            if c != quote {
                part.push(c);
            } else if chars.peek() == Some(&quote) {
                part.push(c);
                chars.next();
            } else {
                break;
            }
        }
        parts.push(part);
        chars.next(); // the dot
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rendered_name_comes_apart() {
        for (quoted, schema, table) in [
            ("`items`", None, "items"),
            ("\"gear\".\"items\"", Some("gear"), "items"),
            ("\"a\"\"b\".\"c.d\"", Some("a\"b"), "c.d"),
        ] {
            let name = Name::of_quoted(quoted);
            assert_eq!((name.schema(), name.table()), (schema, table));
        }
        let odd = Name::of_quoted("\"a\"\"b\".\"c.d\"");
        assert_eq!(odd.quoted(), "\"a\"\"b\".\"c.d\"");
    }
}
