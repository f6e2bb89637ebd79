//! The steps on MySQL and MariaDB.

use diesel::MysqlConnection;

use super::super::connection::Transitions;
use super::super::owner_key::OwnerKey;
use super::super::plan::{Planned, Seen, Value, Wanted};
use crate::catalog::backtick;

/// 32 hexadecimal digits at random, as UUID version 4 has them (RFC 9562, section 5.4). `UUID()`
/// would be the time and the machine, which can be guessed.
const RANDOM_ID: &str = "concat(hex(random_bytes(6)), hex(ord(random_bytes(1)) & 15 | 64), \
    hex(random_bytes(1)), hex(ord(random_bytes(1)) & 63 | 128), hex(random_bytes(7)))";

pub(super) fn steps(wanted: &Wanted, seen: &Seen) -> Vec<Planned> {
    let mut steps = match &wanted.value {
        Value::Ids => with_ids(wanted, seen),
        Value::Owner(owner) => with_owner(wanted, seen, owner),
    };
    steps.extend(index(wanted, seen));
    let gives = seen.column.as_ref().map_or_else(
        || has_default(wanted, &seen.new_type),
        |column| {
            let is_added = column.nullable && !wanted.takes_null && column.default.is_none();
            column.gives_owner || (is_added && has_default(wanted, &column.type_name))
        },
    );
    if !wanted.has_ids() && gives {
        let name = backtick(wanted.column);
        // Without one, a column that takes NULL wants a value.
        let gone = if wanted.takes_null {
            "SET DEFAULT NULL"
        } else {
            "DROP DEFAULT"
        };
        steps.push(alter(
            wanted,
            format!("no default of {}", wanted.column),
            &format!("ALTER COLUMN {name} {gone}"),
        ));
    }
    steps
}

/// Whether a default of this owner can be known again by what the server says of it, in the
/// characters that `information_schema` has.
pub(super) fn has_default(wanted: &Wanted, type_name: &str) -> bool {
    let is_binary = type_name.to_ascii_lowercase().starts_with("binary");
    match wanted.owner() {
        Some(OwnerKey::Text(value)) => value.is_ascii() && !value.contains('\\'),
        Some(_) => !is_binary,
        None => false,
    }
}

fn random_id(type_name: &str) -> String {
    if type_name.eq_ignore_ascii_case("uuid") {
        RANDOM_ID.to_owned()
    } else {
        format!("unhex({RANDOM_ID})")
    }
}

fn with_ids(wanted: &Wanted, seen: &Seen) -> Vec<Planned> {
    let name = backtick(wanted.column);
    let mut steps = Vec::new();
    if seen.column.is_none() {
        steps.push(alter(
            wanted,
            format!("column {}", wanted.column),
            &format!("ADD COLUMN {name} {} NULL", seen.new_type),
        ));
    }
    let column = seen.column.as_ref();
    if column.is_some_and(|column| !column.nullable) {
        return steps;
    }
    let type_name = column.map_or(&seen.new_type, |column| &column.type_name);
    let own = column.and_then(|column| column.default.clone());
    if own.is_none() {
        steps.push(alter(
            wanted,
            format!("default of {} for new rows", wanted.column),
            &format!("ALTER COLUMN {name} SET DEFAULT ({})", random_id(type_name)),
        ));
    }
    if wanted.is_to_fill(seen) {
        steps.push(super::super::filling::<MysqlConnection>(wanted));
    }
    let default = own.unwrap_or_else(|| random_id(type_name));
    steps.push(required(wanted, seen, Some(&default)));
    steps
}

fn with_owner(wanted: &Wanted, seen: &Seen, owner: &OwnerKey) -> Vec<Planned> {
    let name = backtick(wanted.column);
    let mut steps = Vec::new();
    match &seen.column {
        // The default is that of the rows that are there, too, and none of them is written.
        None if has_default(wanted, &seen.new_type) => {
            let null = if wanted.takes_null {
                "NULL"
            } else {
                "NOT NULL"
            };
            let owner = MysqlConnection::literal(owner, &seen.new_type);
            steps.push(alter(
                wanted,
                format!("column {}, with the owner as its default", wanted.column),
                &format!("ADD COLUMN {name} {} {null} DEFAULT {owner}", seen.new_type),
            ));
            return steps;
        }
        None => steps.push(alter(
            wanted,
            format!("column {}", wanted.column),
            &format!("ADD COLUMN {name} {} NULL", seen.new_type),
        )),
        Some(column) if !column.nullable || wanted.takes_null => return steps,
        Some(_) => {}
    }
    let column = seen.column.as_ref();
    let mut default = column.and_then(|column| column.default.clone());
    if let Some(column) = column
        && default.is_none()
        && has_default(wanted, &column.type_name)
    {
        let owner = MysqlConnection::literal(owner, &column.type_name);
        steps.push(alter(
            wanted,
            format!("default of {} for new rows", wanted.column),
            &format!("ALTER COLUMN {name} SET DEFAULT {owner}"),
        ));
        default = Some(owner);
    }
    if wanted.is_to_fill(seen) {
        steps.push(super::super::filling::<MysqlConnection>(wanted));
    }
    steps.push(required(wanted, seen, default.as_deref()));
    steps
}

/// The whole column is said again.
fn required(wanted: &Wanted, seen: &Seen, default: Option<&str>) -> Planned {
    let column = seen.column.as_ref();
    let type_name = column.map_or(&seen.new_type, |column| &column.retold);
    let default = default.map(|default| format!(" DEFAULT ({default})"));
    alter(
        wanted,
        format!("{} NOT NULL", wanted.column),
        &format!(
            "MODIFY {} {type_name} NOT NULL{}{}",
            backtick(wanted.column),
            default.unwrap_or_default(),
            column.map_or("", |column| &column.besides)
        ),
    )
}

fn index(wanted: &Wanted, seen: &Seen) -> Option<Planned> {
    let index = wanted.index.as_ref().filter(|_| !seen.has_index)?;
    let columns: Vec<String> = index
        .columns
        .iter()
        .map(|column| backtick(column))
        .collect();
    let sql = format!(
        "CREATE {}INDEX {} ON {} ({})",
        if wanted.is_unique(seen) {
            "UNIQUE "
        } else {
            ""
        },
        backtick(&index.name),
        MysqlConnection::table(&wanted.table),
        columns.join(", ")
    );
    Some(Planned::alone(wanted.index_told(seen), sql))
}

fn alter(wanted: &Wanted, what: String, change: &str) -> Planned {
    let table = MysqlConnection::table(&wanted.table);
    Planned::alone(what, format!("ALTER TABLE {table} {change}"))
}
