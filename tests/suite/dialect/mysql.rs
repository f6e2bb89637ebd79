/// Lists the columns of a table.
pub(crate) fn columns_of(table: &str) -> String {
    format!(
        "SELECT column_name AS line FROM information_schema.columns
         WHERE table_schema = database() AND table_name = '{table}' ORDER BY ordinal_position"
    )
}

/// A column as text.
pub(crate) fn text_of(column: &str) -> String {
    format!("CAST(\"{column}\" AS CHAR)")
}

/// SQL that may leave references to rows that are not there.
pub(crate) fn unchecked(sql: &str) -> String {
    format!("SET foreign_key_checks = 0; {sql}")
}

/// A trigger that does something before or after an event, as in `BEFORE INSERT`, if a row
/// is such.
pub(crate) fn trigger(event: &str, table: &str, when: &str, does: &str) -> String {
    let event = event.split(" OF ").next().unwrap_or(event);
    let name = format!("fires_{table}_{}", event.to_lowercase().replace(' ', "_"));
    format!(
        "CREATE TRIGGER {name} {event} ON {table} FOR EACH ROW
             BEGIN IF {when} THEN {does}; END IF; END;"
    )
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
        .map(|(to, value)| format!("SET NEW.{to} = {value}"))
        .collect();
    trigger(event, table, when, &set.join("; "))
}

/// Whether it is sent only so that the library knows of the database.
pub(crate) fn carries_tenant(sql: &str) -> bool {
    looks_for_key(sql)
}

/// How an error calls a column that a row did not have.
pub(crate) fn place_of(_: &str, column: &str) -> String {
    column.to_owned()
}

/// What a trigger does to raise an error with this text.
pub(crate) fn raise(text: &str) -> String {
    format!("SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{text}'")
}

/// What a trigger does that reckons with numbers too large, and what the error says: nothing,
/// since MariaDB repeats the numbers.
pub(crate) const OVERFLOWS: &str = "SET @over = 9223372036854775807 + 1";
pub(crate) const OVERFLOW: Option<&str> = None;

/// How an error calls the constraint on the names of a tenant's items.
pub(crate) const NAME_OF_AN_ITEM: &str = "tenant_id_2";

/// What an error says when there is no table `notes`.
pub(crate) const NO_NOTES: &str = "notes' doesn't exist";

/// Lists the tables.
pub(crate) const TABLES: &str = "
    SELECT table_name AS line FROM information_schema.tables
    WHERE table_schema = database() ORDER BY BINARY table_name";

/// Lets the user of the sessions make tables.
pub(crate) const MAY_MAKE_TABLES: &str = "GRANT CREATE, DROP, ALTER ON * TO serving@localhost";

/// The text of a statement, so that it can be compared with one that is written as for SQLite.
pub(crate) fn plain(sql: &str) -> String {
    sql.to_owned()
}

/// A text that is written as for SQLite, where some values do not stand alone.
pub(crate) fn expected(sql: &str) -> String {
    sql.replace("+?", "?").replace("? + 0", "?")
}

/// Whether NULL comes before all values.
pub(crate) const NULLS_FIRST: bool = true;

/// How many statements with a list of diesel's are kept, in runs with any number of values.
pub(crate) const LISTS_KEPT: usize = 0;

/// What an error says when there is no unique key for the target of an upsert.
pub(crate) const NO_SUCH_KEY: &str = "needs a unique key of exactly its target";

/// What an error says when there is no ninth column to order by.
pub(crate) const NO_NINTH: &str = "Unknown column '9' in 'ORDER BY'";

/// The least number of a column with a point.
pub(crate) const MINUS_INFINITY: &str = "-1.7976931348623157e308";

/// How it is asked whether an item is one of a list.
pub(crate) const ID_AMONG: &str = "(`items`.`id` IN (SELECT listed.value FROM JSON_TABLE(?, ";

/// The parent of a new row, if it is found by this.
pub(crate) fn of_parent(found: &str) -> String {
    format!("coalesce({found}, (SELECT 1 UNION ALL SELECT 2))")
}

/// Whether one upsert can write a row twice.
pub(crate) const UPDATES_TWICE: bool = true;

/// Whether a unique key can compare its columns in another way than they compare themselves.
pub(crate) const KEYS_COMPARE_ALONE: bool = false;

/// A text of an upsert, written as for SQLite: its conflict target, its changes, and what the
/// row that is there must be.
pub(crate) fn on_conflict(target: &[&str], changes: &str, may_change: &str) -> String {
    let same: Vec<String> = target
        .iter()
        .map(|column| format!("`{column}` = VALUES(`{column}`)"))
        .collect();
    let fails = |name: &str| {
        format!(
            "(SELECT * FROM JSON_TABLE('{{}}', '$' COLUMNS ({name} INT PATH '$.x' ERROR ON EMPTY)) \
             AS tenancy)"
        )
    };
    format!(
        "ON DUPLICATE KEY UPDATE `id` = IF(IF({}, IF({may_change}, 1, {}), {}), `id`, `id`), {changes}",
        same.join(" AND "),
        fails("conflict"),
        fails("another_key"),
    )
}

/// Whether it is sent only to look for the unique key of an upsert.
fn looks_for_key(sql: &str) -> bool {
    sql.contains("find_in_set(column_name")
}

/// A moment as a column of moments has it.
pub(crate) fn moment(time: chrono::NaiveDateTime) -> crate::bin::Moment {
    time
}

/// An aggregate of the rows for which a condition holds.
pub(crate) fn filtered(function: &str, argument: &str, condition: &str) -> String {
    let argument = if argument == "*" { "1" } else { argument };
    format!("{function}(CASE WHEN ({condition}) THEN {argument} END)")
}

/// The value of a column, to the byte, and its type, if a value has one of its own.
pub(crate) fn exact(column: &str) -> String {
    format!("hex({column})")
}

/// Whether a write runs once more, before it is kept prepared, when it returns rows.
pub(crate) const COLUMNS_COME_LATE: bool = true;
