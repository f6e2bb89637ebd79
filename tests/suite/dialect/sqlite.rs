/// Lists the columns of a table.
pub(crate) fn columns_of(table: &str) -> String {
    format!("SELECT name AS line FROM pragma_table_info('{table}')")
}

/// A column as text.
pub(crate) fn text_of(column: &str) -> String {
    column.to_owned()
}

/// SQL that may leave references to rows that are not there.
pub(crate) fn unchecked(sql: &str) -> String {
    format!("PRAGMA foreign_keys = OFF; {sql}")
}

/// A trigger that does something before or after an event, as in `BEFORE INSERT`, if a row
/// is such.
pub(crate) fn trigger(event: &str, table: &str, when: &str, does: &str) -> String {
    let name = format!("fires_{table}_{}", event.to_lowercase().replace(' ', "_"));
    format!("CREATE TRIGGER {name} {event} ON {table} WHEN {when} BEGIN {does}; END;")
}

/// A trigger that changes a row while it is updated.
pub(crate) fn changing_trigger(
    event: &str,
    table: &str,
    when: &str,
    set: &[(&str, &str)],
) -> String {
    let set: Vec<String> = set
        .iter()
        .map(|(to, value)| format!("{to} = {value}"))
        .collect();
    let does = format!("UPDATE {table} SET {} WHERE id = OLD.id", set.join(", "));
    trigger(event, table, when, &does)
}

/// Whether it is sent only so that the database knows the tenant.
pub(crate) fn carries_tenant(_: &str) -> bool {
    false
}

/// How an error calls a column that a row did not have.
pub(crate) fn place_of(table: &str, column: &str) -> String {
    format!("{table}.{column}")
}

/// What a trigger does to raise an error with this text.
pub(crate) fn raise(text: &str) -> String {
    format!("SELECT RAISE(ABORT, '{text}')")
}

/// What a trigger does that reckons with numbers too large, and what the error says.
pub(crate) const OVERFLOWS: &str = "SELECT abs(-9223372036854775807 - 1)";
pub(crate) const OVERFLOW: Option<&str> = Some("integer overflow");

/// How an error calls the constraint on the names of a tenant's items.
pub(crate) const NAME_OF_AN_ITEM: &str = "items.tenant_id, items.name";

/// What an error says when there is no table `notes`.
pub(crate) const NO_NOTES: &str = "no such table: notes";

/// Lists the tables.
pub(crate) const TABLES: &str =
    "SELECT name AS line FROM sqlite_schema WHERE type = 'table' ORDER BY name";

/// Lets the user of the sessions make tables.
pub(crate) const MAY_MAKE_TABLES: &str = "";

/// The text of a statement, so that it can be compared with one that is written as for SQLite.
pub(crate) fn plain(sql: &str) -> String {
    sql.to_owned()
}

/// A text that is written as for SQLite.
pub(crate) fn expected(sql: &str) -> String {
    sql.to_owned()
}

/// Whether NULL comes before all values.
pub(crate) const NULLS_FIRST: bool = true;

/// How many statements with a list of diesel's are kept, in runs with any number of values.
pub(crate) const LISTS_KEPT: usize = 0;

/// What an error says when there is no unique key for the target of an upsert.
pub(crate) const NO_SUCH_KEY: &str = "ON CONFLICT clause";

/// What an error says when there is no ninth column to order by.
pub(crate) const NO_NINTH: &str = "1st ORDER BY term out of range - should be between 1 and 1";

/// The least number of a column with a point.
pub(crate) const MINUS_INFINITY: &str = "-1e999";

/// How it is asked whether an item is one of a list.
pub(crate) const ID_AMONG: &str = "(`items`.`id` IN (SELECT value FROM json_each(?)))";

/// The parent of a new row, if it is found by this.
pub(crate) fn of_parent(found: &str) -> String {
    format!("coalesce({found}, json_extract('{{}}', 'tenancy: no parent'))")
}

/// Whether one upsert can write a row twice.
pub(crate) const UPDATES_TWICE: bool = true;

/// Whether a unique key can compare its columns in another way than they compare themselves.
pub(crate) const KEYS_COMPARE_ALONE: bool = true;

/// A text of an upsert, written as for SQLite: its conflict target, its changes, and what the
/// row that is there must be.
pub(crate) fn on_conflict(target: &[&str], changes: &str, may_change: &str) -> String {
    let target: Vec<String> = target.iter().map(|column| format!("`{column}`")).collect();
    format!(
        "ON CONFLICT ({}) DO UPDATE SET {changes} WHERE {may_change}",
        target.join(", ")
    )
}

/// A moment as a column of moments has it.
pub(crate) fn moment(time: chrono::NaiveDateTime) -> crate::bin::Moment {
    time.and_utc()
}

/// An aggregate of the rows for which a condition holds.
pub(crate) fn filtered(function: &str, argument: &str, condition: &str) -> String {
    format!("{function}({argument}) FILTER (WHERE ({condition}))")
}

/// The value of a column, to the byte, and its type, if a value has one of its own.
pub(crate) fn exact(column: &str) -> String {
    format!("quote({column}) || typeof({column})")
}

/// Whether a write runs once more, before it is kept prepared, when it returns rows.
pub(crate) const COLUMNS_COME_LATE: bool = false;
