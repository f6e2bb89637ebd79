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

    /// The function of PostgreSQL that finds rows of the table by their proof.
    pub(crate) fn door(&self) -> String {
        fitted("tenancy_prove_", &self.table, "")
    }

    /// In the quotes of standard SQL, which PostgreSQL and SQLite have.
    pub(crate) fn quoted(&self) -> String {
        self.with(quote)
    }

    pub(crate) fn with(&self, quote: fn(&str) -> String) -> String {
        let table = quote(&self.table);
        match &self.schema {
            Some(schema) => format!("{}.{table}", quote(schema)),
            None => table,
        }
    }
}

/// The longest name that every database takes whole, in bytes.
const LONGEST: usize = 63;

/// A name with something before and behind it. A long one is cut, and has a number made of the
/// whole, which keeps those apart that begin alike.
pub(crate) fn fitted(prefix: &str, of: &str, suffix: &str) -> String {
    let around = prefix.len() + suffix.len();
    if of.len() + around <= LONGEST {
        return format!("{prefix}{of}{suffix}");
    }
    // FNV-1a: the same with each compiler.
    let number = of.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    let mut end = LONGEST - around - "_00000000".len();
    while !of.is_char_boundary(end) {
        end -= 1;
    }
    format!("{prefix}{}_{number:08x}{suffix}", &of[..end])
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

pub(crate) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
pub(crate) fn backtick(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// A text in SQL.
pub(crate) fn text(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

/// A text in SQL of MySQL and MariaDB, where a backslash is an escape in one mode, and none in
/// another.
#[cfg(feature = "mysql")]
pub(crate) fn mysql_text(value: &str) -> String {
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

    #[test]
    fn a_long_name_is_cut_and_stays_apart_from_others() {
        assert_eq!(fitted("", "items", "_tenancy_key"), "items_tenancy_key");
        let most = "t".repeat(51);
        assert_eq!(
            fitted("", &most, "_tenancy_key"),
            format!("{most}_tenancy_key")
        );
        for letter in ["t", "é", "漢"] {
            let long = letter.repeat(60);
            let (one, other) = (format!("{long}1"), format!("{long}2"));
            let names = [&one, &other].map(|name| fitted("", name, "_tenancy_key"));
            assert_ne!(names[0], names[1]);
            for name in names {
                assert!(name.len() <= 63 && name.len() > 58, "{name}");
                assert!(name.ends_with("_tenancy_key"), "{name}");
                assert!(name.starts_with(&letter.repeat(10)), "{name}");
            }
        }
    }

    #[test]
    fn a_door_of_a_long_name_is_a_name() {
        let door = |table: &str| Name::of_quoted(&format!("\"{table}\"")).door();
        assert_eq!(door("accounts"), "tenancy_prove_accounts");
        let long = "t".repeat(60);
        let (one, other) = (door(&format!("{long}1")), door(&format!("{long}2")));
        assert_ne!(one, other);
        assert_eq!(one.len(), 63);
        assert!(one.starts_with("tenancy_prove_ttt"), "{one}");
    }
}
