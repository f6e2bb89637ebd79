/// Lists the columns of a table.
pub(crate) fn columns_of(table: &str) -> String {
    format!(
        "SELECT column_name::text AS line FROM information_schema.columns
         WHERE table_name = '{table}' ORDER BY ordinal_position"
    )
}

/// A column as text.
pub(crate) fn text_of(column: &str) -> String {
    format!("{column}::text")
}

/// SQL that may leave references to rows that are not there.
pub(crate) fn unchecked(sql: &str) -> String {
    format!("SET session_replication_role = replica; {sql}")
}

/// A trigger that does something before or after an event, as in `BEFORE INSERT`, if a row
/// is such.
pub(crate) fn trigger(event: &str, table: &str, when: &str, does: &str) -> String {
    let name = format!("fires_{table}_{}", event.to_lowercase().replace(' ', "_"));
    format!(
        "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
             $$ BEGIN {does}; RETURN NEW; END $$;
         CREATE TRIGGER {name} {event} ON {table} FOR EACH ROW WHEN ({when})
             EXECUTE FUNCTION {name}();"
    )
}

/// A trigger that changes a row while it is updated. Row security would refuse a row that
/// goes to another tenant: without it, it is seen what the library does.
pub(crate) fn changing_trigger(
    event: &str,
    table: &str,
    when: &str,
    set: &[(&str, &str)],
) -> String {
    let set: Vec<String> = set
        .iter()
        .map(|(to, value)| format!("NEW.{to} := {value}"))
        .collect();
    let trigger = trigger(event, table, when, &set.join("; "));
    format!("ALTER TABLE {table} DISABLE ROW LEVEL SECURITY; {trigger}")
}

/// Whether it is sent only so that the database knows the tenant.
pub(crate) fn carries_tenant(sql: &str) -> bool {
    sql.starts_with("SET tenancy.tenant_id = ") || sql == "RESET tenancy.tenant_id"
}

/// How an error calls a column that a row did not have.
pub(crate) fn place_of(_: &str, column: &str) -> String {
    column.to_owned()
}

/// What a trigger does to raise an error with this text.
pub(crate) fn raise(text: &str) -> String {
    format!("RAISE EXCEPTION '{text}'")
}

/// What a trigger does that reckons with numbers too large, and what the error says.
pub(crate) const OVERFLOWS: &str = "PERFORM abs(-9223372036854775807 - 1)";
pub(crate) const OVERFLOW: Option<&str> = Some("bigint out of range");

/// How an error calls the constraint on the names of a tenant's items.
pub(crate) const NAME_OF_AN_ITEM: &str = "items_tenant_id_name_key";

/// What an error says when there is no table `notes`.
pub(crate) const NO_NOTES: &str = "relation \"notes\" does not exist";

/// Lists the tables.
pub(crate) const TABLES: &str =
    "SELECT tablename::text AS line FROM pg_tables WHERE schemaname = 'public' ORDER BY 1";

/// Lets the user of the sessions make tables.
pub(crate) const MAY_MAKE_TABLES: &str = "GRANT CREATE ON SCHEMA public TO serving";

/// The text of a statement, so that it can be compared with one that is written as for SQLite.
pub(crate) fn plain(sql: &str) -> String {
    let mut plain = String::new();
    for (at, part) in sql.replace('"', "`").split('$').enumerate() {
        if at > 0 {
            plain.push('?');
        }
        let number = if at > 0 {
            char::is_ascii_digit
        } else {
            |_: &char| false
        };
        plain.extend(part.chars().skip_while(number));
    }
    plain
}

/// A text that is written as for SQLite, where some values do not stand alone.
pub(crate) fn expected(sql: &str) -> String {
    sql.replace("+?", "?").replace("? + 0", "?")
}

/// Whether NULL comes before all values.
pub(crate) const NULLS_FIRST: bool = false;

/// How many statements with a list of diesel's are kept, in runs with any number of values.
pub(crate) const LISTS_KEPT: usize = 1;

/// What an error says when there is no unique key for the target of an upsert.
pub(crate) const NO_SUCH_KEY: &str = "ON CONFLICT specification";

/// What an error says when there is no ninth column to order by.
pub(crate) const NO_NINTH: &str = "ORDER BY position 9 is not in select list";

/// The least number of a column with a point.
pub(crate) const MINUS_INFINITY: &str = "'-Infinity'";

/// How it is asked whether an item is one of a list.
pub(crate) const ID_AMONG: &str = "`items`.`id` = ANY(?)";

/// The parent of a new row, if it is found by this.
pub(crate) fn of_parent(found: &str) -> String {
    found.to_owned()
}

/// Whether one upsert can write a row twice.
pub(crate) const UPDATES_TWICE: bool = false;

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
