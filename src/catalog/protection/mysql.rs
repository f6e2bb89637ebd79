//! What MySQL and MariaDB take of a protection: keys, indexes, references, triggers, and rights.
//!
//! They have no blocks of statements outside of routines: a statement that depends on what is
//! there is made as a text, and prepared.

mod rights;

use super::super::Catalog;
use super::super::declared::Declared;
use super::super::name::{Name, backtick, mysql_text as text};
use super::Step;
use super::keys::{self, Key, Link, named};
pub(in super::super) use rights::Account;

pub(in super::super) fn steps(catalog: &Catalog, serving: &str) -> Vec<Step> {
    let tables = catalog.tables().iter();
    let keys = tables.clone().flat_map(|table| {
        let keys = keys::of(table).into_iter().chain(keys::of_proof(table));
        keys.map(move |key| index(table, &key))
    });
    let references = tables.clone().flat_map(|table| {
        let links = keys::links(table);
        links.into_iter().map(move |link| reference(table, &link))
    });
    let kept = tables
        .clone()
        .filter_map(|table| kept(table, catalog.operators.as_deref()));
    let account = Account::of(serving);
    let rights = tables.flat_map(|table| rights::of(table, serving, &account));
    keys.chain(references).chain(kept).chain(rights).collect()
}

/// A query that gives a row if the table is there.
pub(in super::super) fn is_table(name: &Name) -> String {
    format!(
        "SELECT 1 FROM information_schema.tables WHERE {} AND table_type <> 'VIEW'",
        of(name)
    )
}

/// The condition for the rows of `information_schema` that are of the table.
pub(crate) fn of(name: &Name) -> String {
    format!(
        "table_schema = {} AND table_name = {}",
        schema(name),
        text(name.table())
    )
}

fn schema(name: &Name) -> String {
    name.schema().map_or_else(|| "database()".to_owned(), text)
}

fn sql(name: &Name) -> String {
    name.with(backtick)
}

fn list(columns: &[&str]) -> String {
    let quoted: Vec<String> = columns.iter().map(|column| backtick(column)).collect();
    quoted.join(", ")
}

/// Runs the text that a query gives, and nothing if it gives NULL.
fn run(query: &str) -> String {
    format!(
        "SET @tenancy = coalesce(({query}), 'DO 0');\nPREPARE tenancy FROM @tenancy;\n\
         EXECUTE tenancy;\nDEALLOCATE PREPARE tenancy;"
    )
}

fn run_if(condition: &str, statement: &str) -> String {
    run(&format!(
        "SELECT {} FROM DUAL WHERE {condition}",
        text(statement)
    ))
}

fn index(table: &Declared, key: &Key) -> Step {
    let (on, name) = (sql(&table.name), backtick(&key.name));
    let columns = list(&key.columns);
    let plain = format!("CREATE INDEX {name} ON {on} ({columns})");
    let missing = |unique| format!("NOT EXISTS ({})", has_index(table, &key.columns, unique));
    let partitions = has_partitions(table);
    let (up, done) = if key.unique {
        let unique = format!("CREATE UNIQUE INDEX {name} ON {on} ({columns})");
        let whole = format!("NOT EXISTS ({partitions}) AND {}", missing(true));
        let parted = format!("EXISTS ({partitions}) AND {}", missing(false));
        let up = [run_if(&whole, &unique), run_if(&parted, &plain)].join("\n");
        (
            up,
            format!("SELECT 1 FROM DUAL WHERE NOT ({whole} OR {parted})"),
        )
    } else {
        (
            run_if(&missing(false), &plain),
            has_index(table, &key.columns, false),
        )
    };
    let there = format!(
        "EXISTS (SELECT 1 FROM information_schema.statistics WHERE {} AND index_name = {})",
        of(&table.name),
        text(&key.name)
    );
    let mut step = Step::of(
        table,
        &key.what,
        up,
        run_if(&there, &format!("DROP INDEX {name} ON {on}")),
    );
    step.makes = Some(key.name.clone());
    step.done = Some(done);
    step
}

/// A query that gives a row if the table has partitions. A unique key of such a table holds what the
/// partitions go by, and no foreign key leads to it, so that an index does.
pub(crate) fn has_partitions(table: &Declared) -> String {
    format!(
        "SELECT 1 FROM information_schema.partitions \
         WHERE {} AND partition_name IS NOT NULL",
        of(&table.name)
    )
}

/// An index of these columns, whole: of no other if it is to be unique, else as the first ones.
pub(crate) fn has_index(table: &Declared, columns: &[&str], unique: bool) -> String {
    let places: String = (1..)
        .zip(columns)
        .map(|(place, column)| {
            format!(
                " AND sum(seq_in_index = {place} AND column_name = {} AND sub_part IS NULL) = 1",
                text(column)
            )
        })
        .collect();
    let (unique, whole) = if unique {
        ("AND non_unique = 0 ", columns.len().to_string())
    } else {
        ("", "count(*)".to_owned())
    };
    format!(
        "SELECT 1 FROM information_schema.statistics WHERE {} {unique}\
         GROUP BY index_name HAVING count(*) = {whole}{places}",
        of(&table.name)
    )
}

fn reference(table: &Declared, link: &Link) -> Step {
    let (on, name) = (sql(&table.name), backtick(&link.name));
    let made = format!(
        "ALTER TABLE {on} ADD CONSTRAINT {name} FOREIGN KEY ({}) REFERENCES {} ({})",
        list(&link.columns),
        sql(&link.to.name),
        list(&link.keys)
    );
    let done = has_reference(table, link);
    let there = format!(
        "EXISTS (SELECT 1 FROM information_schema.table_constraints WHERE {} \
         AND constraint_type = 'FOREIGN KEY' AND constraint_name = {})",
        of(&table.name),
        text(&link.name)
    );
    let mut step = Step::of(
        table,
        link.what(),
        [made.as_str(), NOT_MADE]
            .map(|one| run_if(&format!("NOT EXISTS ({done})"), one))
            .join("\n"),
        run_if(&there, &format!("ALTER TABLE {on} DROP FOREIGN KEY {name}")),
    );
    step.done = Some(done);
    step
}

/// An engine without foreign keys reads them and makes none. This is no statement: the server
/// refuses it, and says it in its message.
const NOT_MADE: &str = "tenancy made no reference: both tables must be of InnoDB";

fn has_reference(table: &Declared, link: &Link) -> String {
    let pairs = link.columns.iter().zip(&link.keys);
    let pairs: String = pairs
        .map(|(column, key)| {
            format!(
                " AND sum(column_name = {} AND referenced_column_name = {}) = 1",
                text(column),
                text(key)
            )
        })
        .collect();
    format!(
        "SELECT 1 FROM information_schema.key_column_usage WHERE {} \
         AND referenced_table_schema = {} AND referenced_table_name = {} \
         GROUP BY constraint_name HAVING count(*) = {}{pairs}",
        of(&table.name),
        schema(&link.to.name),
        text(link.to.name.table()),
        link.columns.len()
    )
}

/// What keeps a row with its tenant. Rights to columns could not: `ON DUPLICATE KEY UPDATE` needs
/// the right to change each column that it reads, and an upsert reads the tenant's.
///
/// It is the last one before an UPDATE: one behind it could set the column once more.
///
/// The operators' account gets through. What a session signed in as is said by no variable of its
/// own, and within a trigger `user()` is still who asks.
pub(in super::super) fn kept(table: &Declared, operators: Option<&str>) -> Option<Step> {
    let tenant = table.tenant_column()?;
    let on = sql(&table.name);
    let own = keeper(table);
    let name = match table.name.schema() {
        Some(schema) => format!("{}.{}", backtick(schema), backtick(&own)),
        None => backtick(&own),
    };
    // As bytes: no collation takes two tenants for the same.
    let column = backtick(tenant);
    let moves = format!("NOT (CAST(NEW.{column} AS BINARY) <=> CAST(OLD.{column} AS BINARY))");
    let moves = match operators {
        Some(operators) => format!("{moves} AND NOT ({})", signed_in(operators)),
        None => moves,
    };
    let gone = format!("DROP TRIGGER IF EXISTS {name};");
    let up = format!(
        "{gone}\nCREATE TRIGGER {name} BEFORE UPDATE ON {on} FOR EACH ROW\n\
         IF {moves}\nTHEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = {};\nEND IF;",
        text(STAYS)
    );
    let mut step = Step::of(
        table,
        format!("trigger that keeps {tenant} as it is"),
        up,
        gone,
    );
    step.done = Some(format!(
        "SELECT 1 FROM information_schema.triggers WHERE trigger_schema = {} \
         AND event_object_schema = {0} AND event_object_table = {} AND action_timing = 'BEFORE' \
         AND event_manipulation = 'UPDATE' AND trigger_name = {} \
         AND instr(action_statement, {}) > 0 AND NOT EXISTS ({})",
        schema(&table.name),
        text(table.name.table()),
        text(&own),
        text(&format!("IF {moves}\nTHEN")),
        behind_keeper(table)
    ));
    Some(step)
}

/// Whether the session is of this account, whatever its host is: no host has an `@` in it.
fn signed_in(account: &str) -> String {
    let account = Account::of(account);
    format!(
        "CAST(left(user(), char_length(user()) - 1 \
         - char_length(substring_index(user(), '@', -1))) AS BINARY) = CAST({} AS BINARY)",
        text(&account.user)
    )
}

fn keeper(table: &Declared) -> String {
    named(table.name.table(), "_tenancy_stays")
}

/// A query for the names of the triggers that run behind the one that keeps the tenant.
pub(in super::super) fn behind_keeper(table: &Declared) -> String {
    format!(
        "SELECT late.trigger_name AS name FROM information_schema.triggers own \
         JOIN information_schema.triggers late \
         ON late.event_object_schema = own.event_object_schema \
         AND late.event_object_table = own.event_object_table \
         AND late.action_timing = 'BEFORE' AND late.event_manipulation = 'UPDATE' \
         AND late.action_order > own.action_order \
         WHERE own.trigger_schema = {} AND own.event_object_table = {} AND own.trigger_name = {} \
         AND own.action_timing = 'BEFORE' AND own.event_manipulation = 'UPDATE'",
        schema(&table.name),
        text(table.name.table()),
        text(&keeper(table))
    )
}

/// What the trigger says.
pub(crate) const STAYS: &str = "tenancy: a row stays with its tenant";
