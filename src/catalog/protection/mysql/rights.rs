//! What an account may do with each table, and what it must not have beside.

use super::super::super::declared::{Declared, Owner, Writers};
use super::super::super::name::{backtick, mysql_text as text};
use super::super::Step;
use super::{of as rows_of, run, run_if, schema, sql};

/// A user and where it comes from.
pub(in super::super::super) struct Account {
    /// As `information_schema` has it: `'serving'@'localhost'`.
    pub(in super::super::super) name: String,
    pub(super) user: String,
    host: String,
}

impl Account {
    /// From `serving@localhost`; without a host it is one of any.
    pub(in super::super::super) fn of(serving: &str) -> Self {
        let (user, host) = serving.rsplit_once('@').unwrap_or((serving, "%"));
        let bare = |part: &str| part.trim_matches(['\'', '`', '"']).to_owned();
        let (user, host) = (bare(user), bare(host));
        Self {
            name: format!("'{user}'@'{host}'"),
            user,
            host,
        }
    }

    /// As SQL has it. Within backticks nothing else is special, in whatever mode.
    fn sql(&self) -> String {
        format!("{}@{}", backtick(&self.user), backtick(&self.host))
    }

    /// The account, each role that it may take, whether it has taken it or not, and everybody.
    /// MySQL keeps roles elsewhere, and has no everybody.
    fn holders(&self) -> String {
        format!(
            "WITH RECURSIVE held (grantee, user, host) AS (\
             SELECT CAST({} AS CHAR(600)), CAST({} AS CHAR(300)), CAST({} AS CHAR(300)) \
             /*M! UNION SELECT '''PUBLIC''@''''', 'PUBLIC', '' */ UNION SELECT \
             /*M! concat('''', m.role, '''@'''''), m.role, '' FROM held JOIN mysql.roles_mapping m \
             ON m.user = held.user AND m.host = held.host */ \
             /*!80001 concat('''', e.from_user, '''@''', e.from_host, ''''), e.from_user, \
             e.from_host FROM held JOIN mysql.role_edges e \
             ON e.to_user = held.user AND e.to_host = held.host */)",
            text(&self.name),
            text(&self.user),
            text(&self.host)
        )
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
    let (on, to) = (sql(&table.name), &account.sql());
    let held = format!(
        "grantee = {} AND {}",
        text(&account.name),
        rows_of(&table.name)
    );
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

/// Rights that go past keys and triggers, or past the tables of the catalog.
const WIDER: [&str; 13] = [
    "ALTER",
    "CREATE",
    "CREATE USER",
    "DELETE",
    "DELETE HISTORY",
    "DROP",
    "FILE",
    "INDEX",
    "INSERT",
    "REFERENCES",
    "SUPER",
    "TRIGGER",
    "UPDATE",
];

/// A grant of the whole database, or of all of them, or one to everybody or a role, is taken back
/// by who made it.
fn no_wider(table: &Declared, serving: &str, account: &Account) -> Step {
    let up = format!(
        "-- {serving} must not have {}\n-- or GRANT OPTION for all tables, nor must PUBLIC or a \
         role that it may take:\n-- SHOW GRANTS FOR {} tells them",
        WIDER.join(", "),
        account.name
    );
    let down = "-- It was done by hand.".to_owned();
    let what = format!("no wider grant to {serving}, of a whole database, to all or by a role");
    let mut step = Step::of(table, what, up, down);
    step.by_hand = true;
    step.done = Some(format!(
        "SELECT 1 FROM DUAL WHERE NOT EXISTS ({})",
        wider(table, account)
    ));
    step
}

fn wider(table: &Declared, account: &Account) -> String {
    let list: Vec<String> = WIDER.iter().map(|right| text(right)).collect();
    let much = format!(
        "(p.privilege_type IN ({}) OR p.is_grantable = 'YES')",
        list.join(", ")
    );
    let of = |rights: &str, and: &str| {
        format!(
            "SELECT 1 FROM held JOIN information_schema.{rights} p ON p.grantee = held.grantee \
             WHERE {much}{and}"
        )
    };
    // The name of a database is a pattern in a grant.
    let here = format!(" AND {} LIKE p.table_schema", schema(&table.name));
    // Those to the table that are the account's own are another step.
    let others = format!(
        " AND held.grantee <> {} AND {}",
        text(&account.name),
        rows_of(&table.name)
    );
    let columns: Vec<String> = WIDER.iter().copied().chain(["GRANT"]).map(column).collect();
    format!(
        "{} {} UNION ALL {} UNION ALL {} UNION ALL {} \
         /*M! UNION ALL SELECT 1 FROM held JOIN mysql.user u \
         ON u.user = held.user AND u.host = held.host WHERE 'Y' IN ({}) */",
        account.holders(),
        of("schema_privileges", &here),
        of("user_privileges", ""),
        of("table_privileges", &others),
        of("column_privileges", &others),
        columns.join(", ")
    )
}

/// `information_schema` does not tell what a role has of all databases.
fn column(right: &str) -> String {
    format!("u.{}_priv", right.to_ascii_lowercase().replace(' ', "_"))
}
