//! What the account that serves may do: by itself, as everybody, and by its roles.

use diesel::dsl::sql;
use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Nullable, Text};
use diesel::{MysqlConnection, RunQueryDsl, select};

use super::super::super::declared::{Owner, Writers};
use super::super::super::name::{Name, mysql_text as text};
use super::super::super::{Catalog, Declared};
use super::{Check, Finding};

/// Rights that a serving user does not need, and that reach past its rows, or past the trigger
/// that keeps them.
const TOO_MANY: [&str; 7] = [
    "ALTER",
    "CREATE USER",
    "DELETE HISTORY",
    "DROP",
    "FILE",
    "SUPER",
    "TRIGGER",
];

const WRITES: [&str; 3] = ["DELETE", "INSERT", "UPDATE"];

pub(super) fn all(conn: &mut MysqlConnection, catalog: &Catalog) -> QueryResult<Vec<Finding>> {
    let grants = here(conn)?;
    let mut findings = Vec::new();
    let many = named(&TOO_MANY, grants.iter());
    if !many.is_empty() {
        let problem = format!("this user has {}", many.join(", "));
        findings.push(Finding::warning(Check::Rights, problem));
    }
    for role in not_taken(conn)? {
        let problem = format!("this user may take the role {role}, whose rights are not seen here");
        findings.push(Finding::warning(Check::Rights, problem));
    }
    for table in catalog.tables() {
        let reaching = grants.iter().filter(|grant| grant.reaches(&table.name));
        let writes = named(&beyond(table), reaching);
        if !writes.is_empty() {
            let problem = format!("this user has {} here", writes.join(", "));
            findings.push(Finding::warning(Check::Rights, problem).on(&table.name));
        }
    }
    Ok(findings)
}

/// The rights to write that the service does not need: to rows of everybody, and to what operators
/// leave.
fn beyond(table: &Declared) -> Vec<&'static str> {
    let needed: &[&str] = match (table.writers, table.owner) {
        (Writers::Operators(rights), _) => rights,
        (Writers::Tenants, Owner::Global) => &[],
        (Writers::Tenants, Owner::Tenant { .. } | Owner::Parent(_)) => &WRITES,
    };
    let all = WRITES.into_iter();
    all.filter(|right| !needed.contains(right)).collect()
}

/// Which of the rights there are.
fn named<'a>(
    rights: &[&'static str],
    grants: impl Iterator<Item = &'a Grant>,
) -> Vec<&'static str> {
    let grants: Vec<&Grant> = grants.collect();
    let rights = rights.iter().copied();
    rights
        .filter(|right| grants.iter().any(|grant| grant.has(right)))
        .collect()
}

/// A line of SHOW GRANTS, of what is the user's own, everybody's, or its present role's.
struct Grant {
    rights: Vec<String>,
    /// A pattern; none for all of them.
    database: Option<String>,
    table: Option<String>,
}

impl Grant {
    /// None of a role or of a routine.
    fn of(line: &str) -> Option<Self> {
        let (rights, rest) = line.strip_prefix("GRANT ")?.split_once(" ON ")?;
        let (on, _) = rest.split_once(" TO ")?;
        let (database, table) = if on == "*.*" {
            (None, None)
        } else if !on.starts_with(['`', '"']) {
            return None;
        } else if let Some(database) = on.strip_suffix(".*") {
            (Some(Name::of_quoted(database).table().to_owned()), None)
        } else {
            let name = Name::of_quoted(on);
            (
                name.schema().map(str::to_owned),
                Some(name.table().to_owned()),
            )
        };
        let rights = rights.split(", ").map(|right| {
            let (name, _) = right.split_once(" (").unwrap_or((right, ""));
            name.to_owned()
        });
        Some(Self {
            rights: rights.collect(),
            database,
            table,
        })
    }

    fn has(&self, right: &str) -> bool {
        let mut rights = self.rights.iter();
        rights.any(|held| held == right || held == "ALL PRIVILEGES")
    }

    fn reaches(&self, table: &Name) -> bool {
        let own = self.table.as_deref();
        own.is_none_or(|own| own == table.table())
    }
}

/// What reaches the database in use.
fn here(conn: &mut MysqlConnection) -> QueryResult<Vec<Grant>> {
    let lines: Vec<String> = sql::<Text>("SHOW GRANTS").load(conn)?;
    let mut grants = Vec::new();
    for grant in lines.iter().filter_map(|line| Grant::of(line)) {
        let is_here = match &grant.database {
            None => Some(true),
            Some(database) => {
                let like = format!("database() LIKE {}", text(database));
                select(sql::<Nullable<Bool>>(&like)).get_result(conn)?
            }
        };
        if is_here == Some(true) {
            grants.push(grant);
        }
    }
    Ok(grants)
}

/// The roles whose rights SHOW GRANTS does not tell.
fn not_taken(conn: &mut MysqlConnection) -> QueryResult<Vec<String>> {
    sql::<Text>(
        "SELECT DISTINCT role_name FROM information_schema.applicable_roles \
         WHERE role_name NOT IN (SELECT role_name \
         FROM information_schema.enabled_roles WHERE role_name IS NOT NULL) ORDER BY role_name",
    )
    .load(conn)
}

#[cfg(test)]
mod tests {
    use super::Grant;

    #[test]
    fn a_grant_is_read() {
        let all = Grant::of("GRANT ALL PRIVILEGES ON *.* TO `a`@`b` WITH GRANT OPTION").unwrap();
        assert!(all.has("DROP") && all.database.is_none() && all.table.is_none());
        let some = Grant::of("GRANT SELECT (`a`, `b`), DROP ON `my\\_db`.* TO PUBLIC").unwrap();
        assert!(some.has("SELECT") && some.has("DROP") && !some.has("ALTER"));
        assert_eq!(some.database.as_deref(), Some("my\\_db"));
        let one = Grant::of("GRANT INSERT ON \"db\".\"t\" TO \"a\"@\"b\"").unwrap();
        assert_eq!(
            (one.database.as_deref(), one.table.as_deref()),
            (Some("db"), Some("t"))
        );
        for none in [
            "GRANT `role` TO `a`@`b`",
            "GRANT EXECUTE ON FUNCTION `db`.`f` TO `a`@`b`",
            "SET DEFAULT ROLE `role` FOR `a`@`b`",
        ] {
            assert!(Grant::of(none).is_none(), "{none}");
        }
    }
}
