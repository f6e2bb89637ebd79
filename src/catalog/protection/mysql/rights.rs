//! What an account may do with each table, and what it must not have beside.

use super::super::super::declared::{Declared, Owner, Writers};
use super::super::super::name::text;
use super::super::Step;
use super::{of as rows_of, run, run_if, schema, sql};

/// A user and where it comes from.
pub(in super::super::super) struct Account {
    /// As `information_schema` and SQL have it: `'serving'@'localhost'`.
    pub(in super::super::super) name: String,
}

impl Account {
    /// From `serving@localhost`; without a host it is one of any.
    pub(in super::super::super) fn of(serving: &str) -> Self {
        let (user, host) = serving.rsplit_once('@').unwrap_or((serving, "%"));
        let bare = |part: &str| part.trim_matches(['\'', '`', '"']).to_owned();
        Self {
            name: format!("{}@{}", text(&bare(user)), text(&bare(host))),
        }
    }

    /// A query that gives a row if there is such an account.
    pub(in super::super::super) fn is_there(&self) -> String {
        format!(
            "SELECT 1 FROM information_schema.user_privileges WHERE grantee = {}",
            text(&self.name)
        )
    }
}

/// What the service may do with the table, and that no wider grant goes past it. Rows of
/// everybody it only reads.
pub(super) fn of(table: &Declared, serving: &str, account: &Account) -> [Step; 2] {
    [
        to_table(table, serving, account),
        no_wider(table, serving, account),
    ]
}

fn to_table(table: &Declared, serving: &str, account: &Account) -> Step {
    let (on, to) = (sql(&table.name), &account.name);
    let held = format!("grantee = {} AND {}", text(to), rows_of(&table.name));
    let kept: &[&str] = match (table.writers, table.owner) {
        (Writers::Operators(rights), _) => rights,
        (_, Owner::Global) => &["SELECT"],
        (_, Owner::Tenant { .. } | Owner::Parent(_)) => &["SELECT", "INSERT", "UPDATE", "DELETE"],
    };
    let list: Vec<String> = kept.iter().map(|right| text(right)).collect();
    let rights = format!("FROM information_schema.table_privileges WHERE {held}");
    let more = format!("{rights} AND privilege_type NOT IN ({})", list.join(", "));
    let hands_on = format!("{rights} AND is_grantable = 'YES'");
    let of_columns = format!("FROM information_schema.column_privileges WHERE {held}");
    let up = [
        run_if(
            &format!("EXISTS (SELECT 1 {hands_on})"),
            &format!("REVOKE GRANT OPTION ON {on} FROM {to}"),
        ),
        taken_back(&more, &on, to),
        columns_taken_back(&of_columns, &on, to),
        // Without the mode MariaDB would make an account that has no password. MySQL never does.
        format!(
            "/*M! SET STATEMENT sql_mode = concat(@@sql_mode, ',NO_AUTO_CREATE_USER') FOR */ \
             GRANT {} ON {on} TO {to};",
            kept.join(", ")
        ),
    ];
    let down = [
        taken_back(&rights, &on, to),
        columns_taken_back(&of_columns, &on, to),
    ];
    let what = format!("rights of {serving}");
    let mut step = Step::of(table, what, up.join("\n"), down.join("\n"));
    step.done = Some(format!(
        "SELECT 1 FROM DUAL WHERE (SELECT count(*) {rights} AND privilege_type IN ({})) = {} \
         AND NOT EXISTS (SELECT 1 {more}) AND NOT EXISTS (SELECT 1 {hands_on}) \
         AND NOT EXISTS (SELECT 1 {of_columns})",
        list.join(", "),
        kept.len()
    ));
    step
}

fn taken_back(rights: &str, on: &str, to: &str) -> String {
    run(&format!(
        "SELECT concat('REVOKE ', group_concat(DISTINCT privilege_type), {}) {rights} \
         AND privilege_type <> 'USAGE' HAVING count(*) > 0",
        text(&format!(" ON {on} FROM {to}"))
    ))
}

fn columns_taken_back(rights: &str, on: &str, to: &str) -> String {
    let column = "concat(privilege_type, ' (`', replace(column_name, '`', '``'), '`)')";
    run(&format!(
        "SELECT concat('REVOKE ', group_concat({column}), {}) {rights} HAVING count(*) > 0",
        text(&format!(" ON {on} FROM {to}"))
    ))
}

/// Rights that go past keys and triggers.
const PAST: [&str; 9] = [
    "ALTER",
    "CREATE",
    "CREATE USER",
    "DROP",
    "FILE",
    "INDEX",
    "REFERENCES",
    "SUPER",
    "TRIGGER",
];

/// A grant of the whole database, or of all of them, is taken back by who made it.
fn no_wider(table: &Declared, serving: &str, account: &Account) -> Step {
    let writes: &[&str] = match table.owner {
        Owner::Global => &["INSERT", "UPDATE", "DELETE"],
        Owner::Tenant { .. } | Owner::Parent(_) => &[],
    };
    let list: Vec<String> = PAST.iter().chain(writes).map(|one| text(one)).collect();
    let held = format!(
        "grantee = {} AND (privilege_type IN ({}) OR is_grantable = 'YES')",
        text(&account.name),
        list.join(", ")
    );
    // The name of a database is a pattern in a grant.
    let wider = format!(
        "SELECT 1 FROM information_schema.schema_privileges \
         WHERE {held} AND {} LIKE table_schema \
         UNION ALL SELECT 1 FROM information_schema.user_privileges WHERE {held}",
        schema(&table.name)
    );
    let up = format!(
        "-- {serving} must not have {} or GRANT OPTION for all tables: \
         SHOW GRANTS FOR {} tells them",
        list.join(", ").replace('\'', ""),
        account.name
    );
    let down = "-- It was done by hand.".to_owned();
    let what = format!("no wider grant to {serving}, of a whole database or of all");
    let mut step = Step::of(table, what, up, down);
    step.by_hand = true;
    step.done = Some(format!("SELECT 1 FROM DUAL WHERE NOT EXISTS ({wider})"));
    step
}
