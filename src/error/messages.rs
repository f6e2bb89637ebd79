//! What the databases say in words, where diesel has no kind for it.
//!
//! A message can quote a value of a row that the tenant may not see. So it is dropped, but
//! for the forms that name parts of the statement and of the schema only.

use super::Error;

/// What is said when the parent of a new row is not there: on SQLite, of nothing else, since
/// the statement asks for it; and on MySQL.
const NO_PARENT: [&str; 2] = [
    "bad JSON path: 'tenancy: no parent'",
    "Subquery returns more than 1 row",
];

pub(crate) fn is_no_parent(message: &str) -> bool {
    NO_PARENT.contains(&message)
}

/// The beginnings and ends of what speaks of the statement and the schema only.
const ABOUT_THE_STATEMENT: [(&str, &str); 28] = [
    // SQLite
    ("ON CONFLICT clause does not match", ""),
    ("no such table: ", ""),
    ("no such column: ", ""),
    ("no such function: ", ""),
    ("table ", ""),
    ("near ", ""),
    ("incomplete input", ""),
    ("too many SQL variables", ""),
    ("attempt to write a readonly database", ""),
    ("foreign key mismatch", ""),
    ("integer overflow", ""),
    (NO_PARENT[0], ""),
    // PostgreSQL
    ("relation \"", "\" does not exist"),
    ("column ", " does not exist"),
    ("permission denied for ", ""),
    ("cannot execute ", " in a read-only transaction"),
    ("there is no unique or exclusion constraint matching ", ""),
    ("query would be affected by row-level security policy", ""),
    ("ORDER BY position ", " is not in select list"),
    ("integer out of range", ""),
    ("bigint out of range", ""),
    ("operator does not exist: ", ""),
    (
        "ON CONFLICT DO UPDATE command cannot affect row a second time",
        "",
    ),
    // MySQL and MariaDB
    ("Table '", "' doesn't exist"),
    ("Unknown column '", ""),
    ("Cannot execute statement in a READ ONLY transaction", ""),
    (
        "You do not have the SUPER privilege and binary logging is enabled ",
        "",
    ),
    (NO_PARENT[1], ""),
];

const LOCKED: [&str; 6] = [
    "database is locked",
    "database table is locked",
    "database schema is locked: main",
    "canceling statement due to lock timeout",
    "Lock wait timeout exceeded; try restarting transaction",
    "Lock wait timeout exceeded",
];

pub(super) fn from_message(message: &str) -> Error {
    if LOCKED.contains(&message) || message.starts_with("could not obtain lock on row in ") {
        return Error::Locked;
    }
    if has_closed(message) {
        return Error::ConnectionLost;
    }
    if has_collided(message) {
        return Error::SerializationFailure;
    }
    if message == "file is not a database" {
        return Error::NotADatabase;
    }
    if message == "unable to open database file" {
        return Error::CannotOpen {
            reason: message.to_owned(),
        };
    }
    match raised(message) {
        Some("conflict") => return Error::Conflict,
        // The row that is there agrees in another key than the upsert's target.
        Some("another_key") => return Error::UniqueViolation { constraint: None },
        _ => {}
    }
    if message.starts_with("new row violates row-level security policy") {
        // Said of the row that an upsert has met, and of no other.
        if message.contains(" (USING expression) for table \"") {
            return Error::Conflict;
        }
        return Error::RowSecurity {
            table: between(message, " for table \"", "\"").map(str::to_owned),
        };
    }
    if let Some(constraint) = failed_check(message) {
        return Error::CheckViolation {
            constraint: Some(constraint.to_owned()),
        };
    }
    // diesel has no kinds for a batch of statements on MySQL.
    if message.starts_with("Duplicate entry ") {
        return Error::UniqueViolation {
            constraint: named(message),
        };
    }
    if message.contains(": a foreign key constraint fails (") {
        return Error::ForeignKeyViolation {
            constraint: named(message),
        };
    }
    let kept = is_of_a_position(message)
        || is_of_types(message)
        || is_of_rights(message)
        || ABOUT_THE_STATEMENT
            .iter()
            .any(|(start, end)| message.starts_with(start) && message.ends_with(end));
    Error::Database {
        message: kept.then(|| message.to_owned()),
    }
}

/// `3rd ORDER BY term out of range - should be between 1 and 2`, and nothing else.
fn is_of_a_position(message: &str) -> bool {
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let parts = message.split_once(" ORDER BY term out of range - should be between 1 and ");
    parts.is_some_and(|(term, last)| {
        let mut endings = ["st", "nd", "rd", "th"].iter();
        let number = endings.find_map(|ending| term.strip_suffix(ending));
        number.is_some_and(is_number) && is_number(last)
    })
}

/// PostgreSQL: `column "name" is of type bigint but expression is of type text`.
fn is_of_types(message: &str) -> bool {
    let rest = message.strip_prefix("column \"");
    let types = rest.and_then(|rest| rest.split_once("\" is of type "));
    types.is_some_and(|(_, types)| types.contains(" but expression is of type "))
}

/// MySQL and MariaDB: "INSERT command denied to user 'serving'@'localhost' for table `items`".
fn is_of_rights(message: &str) -> bool {
    let parts = message.split_once(" command denied to user '");
    let is_of_commands = |byte: u8| byte.is_ascii_uppercase() || matches!(byte, b' ' | b',');
    parts.is_some_and(|(commands, _)| commands.bytes().all(is_of_commands))
}

/// What an upsert says itself on MariaDB: "Field 'conflict' can't be set for JSON_TABLE
/// 'tenancy'."
fn raised(message: &str) -> Option<&str> {
    let name = message.strip_prefix("Field '")?;
    name.strip_suffix("' can't be set for JSON_TABLE 'tenancy'.")
}

/// Whether MySQL or MariaDB takes back the whole transaction, savepoints too. What a lock wait
/// timeout takes back is a setting of the server (`innodb_rollback_on_timeout`).
#[cfg_attr(not(feature = "mysql"), allow(dead_code))]
pub(crate) fn takes_all_back(message: &str) -> bool {
    has_collided(message)
        || message.starts_with("Lock wait timeout exceeded")
        || message == "The total number of locks exceeds the lock table size"
}

/// The second is PostgreSQL's, the third MariaDB's, of `innodb_snapshot_isolation`.
fn has_collided(message: &str) -> bool {
    message.starts_with("Deadlock found when trying to get lock")
        || message == "deadlock detected"
        || message.starts_with("Record has changed since last read in table '")
}

/// Whether the client of MySQL, MariaDB or PostgreSQL says that there is no connection any more.
pub(crate) fn has_closed(message: &str) -> bool {
    message.starts_with("Lost connection to ")
        || message.ends_with("erver has gone away")
        || message.trim_end() == "no connection to the server"
}

/// The constraint or the columns that a violation is of. SQLite names them behind a colon,
/// and nothing else: `UNIQUE constraint failed: items.tenant_id, items.name`. MySQL and
/// MariaDB name them in quotes, and the value of a unique key before its name.
pub(super) fn named(message: &str) -> Option<String> {
    on_sqlite(message)
        .or_else(|| on_mysql(message))
        .map(str::to_owned)
}

fn on_sqlite(message: &str) -> Option<&str> {
    let (what, name) = message.split_once(" constraint failed: ")?;
    ["UNIQUE", "NOT NULL", "CHECK"]
        .contains(&what)
        .then_some(name)
}

fn on_mysql(message: &str) -> Option<&str> {
    if message.starts_with("Duplicate entry ") {
        return message.rsplit_once("' for key '")?.1.strip_suffix('\'');
    }
    if message.contains("a foreign key constraint fails") {
        return between(message, ", CONSTRAINT `", "`");
    }
    let column = between(message, "Column '", "' cannot be null");
    column.or_else(|| between(message, "Field '", "' doesn't have a default value"))
}

/// MariaDB: "CONSTRAINT `weight` failed for `gear`.`items`".
fn failed_check(message: &str) -> Option<&str> {
    let rest = message.strip_prefix("CONSTRAINT `")?;
    Some(rest.split_once("` failed for `")?.0)
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    Some(rest.split_once(end)?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constraint_is_named_and_its_value_is_not() {
        let duplicate = "Duplicate entry '1-it's' for key 'x'' for key 'by_name'";
        assert_eq!(named(duplicate).as_deref(), Some("by_name"));
        let reference = "Cannot add or update a child row: a foreign key constraint fails \
             (`gear`.`items`, CONSTRAINT `items_ibfk_1` FOREIGN KEY (`tenant_id`) REFERENCES ..)";
        assert_eq!(named(reference).as_deref(), Some("items_ibfk_1"));
        assert_eq!(
            named("Column 'name' cannot be null").as_deref(),
            Some("name")
        );
        assert_eq!(
            named("UNIQUE constraint failed: a.b, a.c").as_deref(),
            Some("a.b, a.c")
        );
        assert_eq!(named("secret constraint failed: secret"), None);
    }

    #[test]
    fn what_has_no_kind_is_known_by_its_words() {
        let of = from_message;
        assert!(matches!(
            of("canceling statement due to lock timeout"),
            Error::Locked
        ));
        assert!(matches!(
            of("deadlock detected"),
            Error::SerializationFailure
        ));
        assert!(matches!(of("Server has gone away"), Error::ConnectionLost));
        let message = "new row violates row-level security policy for table \"items\"";
        let Error::RowSecurity { table } = of(message) else {
            panic!("{:?}", of(message));
        };
        assert_eq!(table.as_deref(), Some("items"));
        let message = "CONSTRAINT `weight` failed for `gear`.`items`";
        let Error::CheckViolation { constraint } = of(message) else {
            panic!("{:?}", of(message));
        };
        assert_eq!(constraint.as_deref(), Some("weight"));
        let Error::UniqueViolation { constraint } = of("Duplicate entry 'it' for key 'by_name'")
        else {
            panic!("a duplicate entry");
        };
        assert_eq!(constraint.as_deref(), Some("by_name"));
        let message = "INDEX command denied to user 'serving'@'localhost' for table `g`.`items`";
        let Error::Database {
            message: Some(kept),
        } = of(message)
        else {
            panic!("{:?}", of(message));
        };
        assert_eq!(kept, message);
    }

    #[test]
    fn words_that_may_quote_a_row_are_dropped() {
        for message in [
            "secret command denied to user 'x'",
            "invalid input syntax for type bigint: \"secret\"",
            "Truncated incorrect DOUBLE value: 'secret'",
            "relation \"secret",
            "column secret",
        ] {
            let error = from_message(message);
            assert!(
                matches!(error, Error::Database { message: None }),
                "{message}"
            );
        }
    }

    #[test]
    fn a_position_is_told_and_nothing_beside_it() {
        let range = " ORDER BY term out of range - should be between 1 and ";
        for (term, last, is_told) in [
            ("1st", "1", true),
            ("112th", "64", true),
            ("secret 1st", "1", false),
            ("secret", "1", false),
            ("1st", "1 secret", false),
        ] {
            let message = format!("{term}{range}{last}");
            let error = from_message(&message);
            assert_eq!(error.to_string().contains(&message), is_told, "{message}");
        }
    }
}
