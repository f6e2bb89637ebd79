//! What makes PostgreSQL guard the tables of a catalog by itself.

use std::fmt;

use super::Catalog;
use super::declared::{Declared, Owner};
use super::name::{quote, text};
use super::policy::{Use, condition};
use crate::error::Result;

/// The SQL that makes PostgreSQL guard the tables of a [`Catalog`], and its reverse. From
/// [`Catalog::protection`].
///
/// Run it as the owner of the tables: paste [`up`](Self::up) and [`down`](Self::down) into a
/// migration, or hand the connection of a migration to
/// [`Catalog::protect`](crate::Catalog::protect). It can be run again, and changes nothing
/// then.
#[derive(Debug, Clone)]
pub struct Protection {
    pub(super) steps: Vec<Step>,
}

/// One change, and how it is taken back.
#[derive(Debug, Clone)]
pub struct Step {
    /// The table.
    pub table: String,
    /// What it does, in words.
    pub what: String,
    /// The SQL.
    pub up: String,
    /// The SQL that takes it back.
    pub down: String,
    /// The table, as SQL names it.
    #[cfg_attr(not(feature = "postgres"), allow(dead_code))]
    pub(super) relation: String,
    /// A query that gives a row if the step was taken already.
    #[cfg_attr(not(feature = "postgres"), allow(dead_code))]
    pub(super) done: Option<String>,
}

impl Protection {
    /// The steps, in the order in which they run.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The text for the `up.sql` of a migration.
    #[must_use]
    pub fn up(&self) -> String {
        self.steps
            .iter()
            .map(|step| written(step, &step.up))
            .collect()
    }

    /// The text for the `down.sql` of a migration.
    #[must_use]
    pub fn down(&self) -> String {
        let back = self.steps.iter().rev();
        back.map(|step| written(step, &step.down)).collect()
    }
}

fn written(step: &Step, sql: &str) -> String {
    format!("-- {}: {}\n{sql}\n\n", step.table, step.what)
}

impl fmt::Display for Protection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.steps {
            writeln!(f, "{}: {}", step.table, step.what)?;
        }
        Ok(())
    }
}

impl Catalog {
    /// The SQL that makes PostgreSQL guard the tables: the keys and indexes that tenants
    /// need, the rights of the role that the service signs in as, and row security.
    ///
    /// ```
    /// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
    /// # use gear::*;
    /// use tenancy::catalog;
    ///
    /// let protection = catalog![Category, Item].protection("serving")?;
    /// assert!(protection.up().contains("FORCE ROW LEVEL SECURITY"));
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Catalog`](crate::Error::Catalog) for a table that is declared twice, or whose
    /// parent is missing, or that is its own ancestor.
    pub fn protection(&self, serving: &str) -> Result<Protection> {
        self.check()?;
        let tables = self.tables().iter();
        let keys = tables.clone().flat_map(keys);
        let references = tables.clone().flat_map(references);
        let rights = tables.clone().map(|table| rights(table, serving));
        let guarded = tables.filter(|table| self.has_row_security(table));
        let policies = guarded.map(|table| row_security(table, serving));
        Ok(Protection {
            steps: keys
                .chain(references)
                .chain(rights)
                .chain(policies)
                .collect(),
        })
    }
}

fn step(table: &Declared, what: impl Into<String>, up: String, down: String) -> Step {
    Step {
        table: table.name.to_string(),
        what: what.into(),
        up,
        down,
        relation: table.name.quoted(),
        done: None,
    }
}

/// A step that is taken unless it was taken before.
fn step_unless(
    table: &Declared,
    what: String,
    (done, sql): (String, String),
    down: String,
) -> Step {
    let up = format!(
        "DO $tenancy$ BEGIN\n  IF NOT EXISTS ({done}) THEN\n    {sql};\n  END IF;\nEND $tenancy$;"
    );
    Step {
        done: Some(done),
        ..step(table, what, up, down)
    }
}

/// The key that composite foreign keys refer to, and the index that each scoped query needs.
fn keys(table: &Declared) -> Vec<Step> {
    let Some(owner) = table.owner_column() else {
        return Vec::new();
    };
    let mut steps = Vec::new();
    if let (Some(tenant), Some(key)) = (table.tenant_column(), table.key())
        && tenant != key
    {
        steps.push(unique_key(table, tenant, key));
    }
    if !table.primary_key.starts_with(&[owner]) && table.tenant_column().is_none() {
        steps.push(index(table, owner));
    }
    steps
}

fn unique_key(table: &Declared, tenant: &str, key: &str) -> Step {
    let name = quote(&format!("{}_tenancy_key", table.name.table()));
    let on = table.name.quoted();
    let columns = format!("{}, {}", quote(tenant), quote(key));
    step_unless(
        table,
        format!("unique key ({tenant}, {key}), for references within a tenant"),
        (
            has_index(table, &[tenant, key], true),
            format!("ALTER TABLE {on} ADD CONSTRAINT {name} UNIQUE ({columns})"),
        ),
        format!("ALTER TABLE {on} DROP CONSTRAINT IF EXISTS {name};"),
    )
}

fn index(table: &Declared, column: &str) -> Step {
    let name = format!("{}_tenancy_index", table.name.table());
    let dropped = match table.name.schema() {
        Some(schema) => format!("{}.{}", quote(schema), quote(&name)),
        None => quote(&name),
    };
    let on = table.name.quoted();
    step_unless(
        table,
        format!("index that begins with {column}"),
        (
            has_index(table, &[column], false),
            format!("CREATE INDEX {} ON {on} ({})", quote(&name), quote(column)),
        ),
        format!("DROP INDEX IF EXISTS {dropped};"),
    )
}

/// Whether an index has these columns: all of them and no other if it is to be unique, else
/// as the first ones.
fn has_index(table: &Declared, columns: &[&str], unique: bool) -> String {
    let names: Vec<String> = columns.iter().map(|name| text(name)).collect();
    let count = columns.len();
    let (unique, last) = if unique {
        (
            "AND i.indisunique AND i.indimmediate",
            format!("AND i.indnkeyatts = {count}"),
        )
    } else {
        ("", String::new())
    };
    format!(
        "SELECT 1 FROM pg_index i WHERE i.indrelid = {}::regclass AND i.indisvalid \
         AND i.indpred IS NULL {unique} {last} AND ARRAY[{}]::name[] = ARRAY(\
         SELECT a.attname FROM unnest(i.indkey::int2[]) WITH ORDINALITY k (attnum, place) \
         JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum \
         WHERE k.place <= {count} ORDER BY k.place)",
        text(&table.name.quoted()),
        names.join(", "),
    )
}

/// The references that stay within a tenant.
fn references(table: &Declared) -> Vec<Step> {
    let Some(tenant) = table.tenant_column() else {
        let Owner::Parent(parent) = &table.owner else {
            return Vec::new();
        };
        let to = parent.declared();
        let key = to.key().unwrap_or_default();
        return vec![foreign_key(table, &[parent.column], &to, &[key])];
    };
    let within = table.references.iter().filter_map(|reference| {
        let to = reference.declared();
        let (key, owner) = (to.key()?, to.tenant_column()?);
        Some(foreign_key(
            table,
            &[tenant, reference.column],
            &to,
            &[owner, key],
        ))
    });
    within.collect()
}

fn foreign_key(table: &Declared, columns: &[&str], to: &Declared, keys: &[&str]) -> Step {
    let list = |names: &[&str]| -> String {
        let quoted: Vec<String> = names.iter().map(|name| quote(name)).collect();
        quoted.join(", ")
    };
    let last = columns.last().copied().unwrap_or_default();
    let name = quote(&format!("{}_{last}_tenancy_fkey", table.name.table()));
    let on = table.name.quoted();
    let names: Vec<String> = columns.iter().map(|name| text(name)).collect();
    let done = format!(
        "SELECT 1 FROM pg_constraint c WHERE c.contype = 'f' AND c.conrelid = {}::regclass \
         AND c.confrelid = {}::regclass AND ARRAY[{}]::name[] = ARRAY(\
         SELECT a.attname FROM unnest(c.conkey) WITH ORDINALITY k (attnum, place) \
         JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum ORDER BY k.place)",
        text(&on),
        text(&to.name.quoted()),
        names.join(", "),
    );
    step_unless(
        table,
        format!(
            "reference ({}) to {} ({})",
            columns.join(", "),
            to.name,
            keys.join(", ")
        ),
        (
            done,
            seeing_all_rows(
                &[&on, &to.name.quoted()],
                &format!(
                    "ALTER TABLE {on} ADD CONSTRAINT {name} FOREIGN KEY ({}) REFERENCES {} ({})",
                    list(columns),
                    to.name.quoted(),
                    list(keys)
                ),
            ),
        ),
        format!("ALTER TABLE {on} DROP CONSTRAINT IF EXISTS {name};"),
    )
}

/// Does something while the owner sees the rows of the tables. A new foreign key is checked by
/// a query of the owner's, and one that forced row security hides all rows from finds none that
/// break the key.
fn seeing_all_rows(tables: &[&str], sql: &str) -> String {
    let tables: Vec<String> = tables
        .iter()
        .map(|table| format!("{}::regclass", text(table)))
        .collect();
    format!(
        "DECLARE\n      forced regclass[] := ARRAY(SELECT oid FROM pg_class \
         WHERE oid IN ({}) AND relforcerowsecurity);\n      one regclass;\n    BEGIN\n      \
         FOREACH one IN ARRAY forced LOOP\n        \
         EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', one);\n      END LOOP;\n      \
         {sql};\n      \
         FOREACH one IN ARRAY forced LOOP\n        \
         EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', one);\n      END LOOP;\n    END",
        tables.join(", ")
    )
}

/// What the service may do with the table: not empty it, not refer to it, not change whose a
/// row is. Rows of everybody it only reads.
pub(super) fn rights(table: &Declared, serving: &str) -> Step {
    let on = table.name.quoted();
    let role = quote(serving);
    let revoked = format!("REVOKE ALL ON {on} FROM PUBLIC, {role};");
    let granted = match table.owner {
        Owner::Global => format!("GRANT SELECT ON {on} TO {role};"),
        Owner::Tenant { column, .. } => granted(&on, &role, column),
        Owner::Parent(_) => granted(&on, &role, ""),
    };
    step(
        table,
        format!("rights of {serving}"),
        format!("{revoked}\n{granted}"),
        format!("REVOKE ALL ON {on} FROM {role};"),
    )
}

/// The rights to write, but for one column. A column that counts by a sequence of its own
/// (`serial`) needs a right to that too.
fn granted(on: &str, role: &str, fixed: &str) -> String {
    let (table, to, fixed) = (text(on), text(role), text(fixed));
    format!(
        "GRANT SELECT, INSERT, DELETE ON {on} TO {role};\n\
         DO $tenancy$ DECLARE grants text; BEGIN\n  \
         FOR grants IN\n    \
         SELECT format('GRANT UPDATE (%s) ON %s TO %s', \
         string_agg(quote_ident(attname), ', '), {table}, {to})\n    \
         FROM pg_attribute WHERE attrelid = {table}::regclass AND attnum > 0 \
         AND NOT attisdropped AND attname <> {fixed}\n    \
         UNION ALL SELECT format('GRANT USAGE ON SEQUENCE %s TO %s', s.oid::regclass, {to})\n    \
         FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'\n    \
         WHERE d.refobjid = {table}::regclass AND d.deptype = 'a'\n  \
         LOOP EXECUTE grants; END LOOP;\nEND $tenancy$;"
    )
}

pub(super) fn row_security(table: &Declared, serving: &str) -> Step {
    let on = table.name.quoted();
    let dropped: String = POLICIES
        .iter()
        .map(|name| format!("DROP POLICY IF EXISTS {name} ON {on};\n"))
        .collect();
    let policies: String = policies(table, serving);
    step(
        table,
        "row security",
        format!(
            "{dropped}{policies}ALTER TABLE {on} ENABLE ROW LEVEL SECURITY;\n\
             ALTER TABLE {on} FORCE ROW LEVEL SECURITY;"
        ),
        format!(
            "ALTER TABLE {on} NO FORCE ROW LEVEL SECURITY;\n\
             ALTER TABLE {on} DISABLE ROW LEVEL SECURITY;\n{}",
            dropped.trim_end()
        ),
    )
}

/// The names of the policies that a table can have from here.
pub(super) const POLICIES: [&str; 5] = [
    "tenancy",
    "tenancy_read",
    "tenancy_insert",
    "tenancy_update",
    "tenancy_delete",
];

/// One policy for all, or one for each command if a tenant reads more than it may write.
fn policies(table: &Declared, serving: &str) -> String {
    let (read, write) = (condition(table, Use::Read), condition(table, Use::Write));
    let on = table.name.quoted();
    let role = quote(serving);
    if !table.shows_more_than_own() {
        return format!(
            "CREATE POLICY tenancy ON {on} AS PERMISSIVE FOR ALL TO {role}\n  \
             USING ({write})\n  WITH CHECK ({write});\n"
        );
    }
    format!(
        "CREATE POLICY tenancy_read ON {on} AS PERMISSIVE FOR SELECT TO {role}\n  USING ({read});\n\
         CREATE POLICY tenancy_insert ON {on} AS PERMISSIVE FOR INSERT TO {role}\n  \
         WITH CHECK ({write});\n\
         CREATE POLICY tenancy_update ON {on} AS PERMISSIVE FOR UPDATE TO {role}\n  \
         USING ({write})\n  WITH CHECK ({write});\n\
         CREATE POLICY tenancy_delete ON {on} AS PERMISSIVE FOR DELETE TO {role}\n  \
         USING ({write});\n"
    )
}
