//! What MySQL and MariaDB take of a protection: keys, indexes, references and rights.
//!
//! They have no blocks of statements outside of routines: a statement that depends on what is
//! there is made as a text, and prepared.

use super::super::Catalog;
use super::super::declared::{Declared, Owner};
use super::super::name::{Name, backtick, text};
use super::Step;
use super::keys::{self, Key, Link};

pub(in super::super) fn steps(catalog: &Catalog, serving: &str) -> Vec<Step> {
    let tables = catalog.tables().iter();
    let keys = tables.clone().flat_map(|table| {
        let keys = keys::of(table);
        keys.into_iter().map(move |key| index(table, &key))
    });
    let references = tables.clone().flat_map(|table| {
        let links = keys::links(table);
        links.into_iter().map(move |link| reference(table, &link))
    });
    let account = Account::of(serving);
    let rights = tables.map(|table| rights(table, serving, &account));
    keys.chain(references).chain(rights).collect()
}

/// A query that gives a row if the table is there.
pub(in super::super) fn is_table(name: &Name) -> String {
    format!(
        "SELECT 1 FROM information_schema.tables WHERE {} AND table_type <> 'VIEW'",
        of(name)
    )
}

/// The condition for the rows of `information_schema` that are of the table.
fn of(name: &Name) -> String {
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
    let unique = if key.unique { "UNIQUE " } else { "" };
    let made = format!(
        "CREATE {unique}INDEX {name} ON {on} ({})",
        list(&key.columns)
    );
    let done = has_index(table, key);
    let there = format!(
        "EXISTS (SELECT 1 FROM information_schema.statistics WHERE {} AND index_name = {})",
        of(&table.name),
        text(&key.name)
    );
    let mut step = Step::of(
        table,
        &key.what,
        run_if(&format!("NOT EXISTS ({done})"), &made),
        run_if(&there, &format!("DROP INDEX {name} ON {on}")),
    );
    step.done = Some(done);
    step
}

/// An index of these columns, whole: of no other if it is to be unique, else as the first ones.
fn has_index(table: &Declared, key: &Key) -> String {
    let places: String = (1..)
        .zip(&key.columns)
        .map(|(place, column)| {
            format!(
                " AND sum(seq_in_index = {place} AND column_name = {} AND sub_part IS NULL) = 1",
                text(column)
            )
        })
        .collect();
    let (unique, whole) = if key.unique {
        ("AND non_unique = 0 ", key.columns.len().to_string())
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
        run_if(&format!("NOT EXISTS ({done})"), &made),
        run_if(&there, &format!("ALTER TABLE {on} DROP FOREIGN KEY {name}")),
    );
    step.done = Some(done);
    step
}

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

/// A user and where it comes from.
struct Account {
    /// As `information_schema` and SQL have it: `'serving'@'localhost'`.
    name: String,
}

impl Account {
    /// From `serving@localhost`; without a host it is one of any.
    fn of(serving: &str) -> Self {
        let (user, host) = serving.rsplit_once('@').unwrap_or((serving, "%"));
        let bare = |part: &str| text(part.trim_matches(['\'', '`', '"']));
        Self {
            name: format!("{}@{}", bare(user), bare(host)),
        }
    }
}

/// What the service may do with the table. Rows of everybody it only reads; of the others it
/// changes each column but the tenant's.
fn rights(table: &Declared, serving: &str, account: &Account) -> Step {
    let (on, to) = (sql(&table.name), &account.name);
    let held = format!("grantee = {} AND {}", text(to), of(&table.name));
    let kept = match table.owner {
        Owner::Global => "'SELECT'",
        Owner::Tenant { .. } | Owner::Parent(_) => "'SELECT', 'INSERT', 'DELETE'",
    };
    let more = format!(
        "FROM information_schema.table_privileges WHERE {held} AND privilege_type NOT IN ({kept})"
    );
    let fixed = text(table.tenant_column().unwrap_or_default());
    let moves = format!(
        "FROM information_schema.column_privileges WHERE {held} AND privilege_type = 'UPDATE' \
         AND column_name = {fixed}"
    );
    let revoked = [
        taken_back(&more, &on, to),
        run(&format!(
            "SELECT {} {moves}",
            text(&format!(
                "REVOKE UPDATE ({}) ON {on} FROM {to}",
                backtick(table.tenant_column().unwrap_or_default())
            ))
        )),
    ];
    let granted = match table.owner {
        Owner::Global => format!("GRANT SELECT ON {on} TO {to};"),
        Owner::Tenant { .. } | Owner::Parent(_) => granted(table, &on, to, &fixed),
    };
    let mut step = Step::of(
        table,
        format!("rights of {serving}"),
        format!("{}\n{granted}", revoked.join("\n")),
        [
            taken_back(
                &format!("FROM information_schema.table_privileges WHERE {held}"),
                &on,
                to,
            ),
            columns_taken_back(&held, &on, to),
        ]
        .join("\n"),
    );
    step.done = Some(has_rights(table, &held, kept, &more, &moves));
    step
}

fn taken_back(rights: &str, on: &str, to: &str) -> String {
    run(&format!(
        "SELECT concat('REVOKE ', group_concat(DISTINCT privilege_type), {}) {rights} \
         AND privilege_type <> 'USAGE' HAVING count(*) > 0",
        text(&format!(" ON {on} FROM {to}"))
    ))
}

fn columns_taken_back(held: &str, on: &str, to: &str) -> String {
    let rights = format!(
        "FROM information_schema.column_privileges WHERE {held} AND privilege_type = 'UPDATE'"
    );
    run(&format!(
        "SELECT concat('REVOKE UPDATE (', group_concat({COLUMN}), {}) {rights} HAVING count(*) > 0",
        text(&format!(") ON {on} FROM {to}"))
    ))
}

/// The name of a column in its quotes.
const COLUMN: &str = "concat('`', replace(column_name, '`', '``'), '`')";

fn granted(table: &Declared, on: &str, to: &str, fixed: &str) -> String {
    run(&format!(
        "SELECT concat('GRANT SELECT, INSERT, DELETE, UPDATE (', \
         group_concat({COLUMN} ORDER BY ordinal_position), {}) \
         FROM information_schema.columns WHERE {} AND column_name <> {fixed}",
        text(&format!(") ON {on} TO {to}")),
        of(&table.name)
    ))
}

fn has_rights(table: &Declared, held: &str, kept: &str, more: &str, moves: &str) -> String {
    let count = kept.split(',').count();
    let changes = match table.owner {
        Owner::Global => String::new(),
        Owner::Tenant { .. } | Owner::Parent(_) => format!(
            " AND (SELECT count(*) FROM information_schema.column_privileges WHERE {held} \
             AND privilege_type = 'UPDATE') = (SELECT count(*) FROM information_schema.columns \
             WHERE {} AND column_name <> {})",
            of(&table.name),
            text(table.tenant_column().unwrap_or_default())
        ),
    };
    format!(
        "SELECT 1 FROM DUAL WHERE (SELECT count(*) FROM information_schema.table_privileges \
         WHERE {held} AND privilege_type IN ({kept})) = {count} \
         AND NOT EXISTS (SELECT 1 {more}) AND NOT EXISTS (SELECT 1 {moves}){changes}"
    )
}
