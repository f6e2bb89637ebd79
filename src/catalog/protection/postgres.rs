//! What makes PostgreSQL guard the tables of a catalog by itself.

use super::super::Catalog;
use super::super::declared::{Declared, Owner, Writers};
use super::super::name::{quote, text};
use super::super::policy::{Use, condition};
use super::keys::{self, Key, Link};
use super::{Step, Style, distributed, doors};

/// The keys, and the indexes.
pub(super) fn keys(catalog: &Catalog) -> Vec<Step> {
    catalog
        .tables()
        .iter()
        .flat_map(|table| {
            let proof = keys::of_proof(table).map(|key| index(table, key));
            keys_of(table, catalog.style).into_iter().chain(proof)
        })
        .collect()
}

/// The references, the rights, the doors and the policies.
pub(super) fn guards(catalog: &Catalog, serving: &str) -> Vec<Step> {
    let tables = catalog.tables().iter();
    let references = tables.clone().flat_map(|table| {
        let links = keys::links(table);
        links.into_iter().map(move |link| reference(table, &link))
    });
    let rights = tables
        .clone()
        .map(|table| rights(table, serving, catalog.style));
    let doors = tables
        .clone()
        .filter_map(|table| doors::function(table, serving));
    let guarded = tables.filter(|table| catalog.has_row_security(table));
    let policies = guarded.map(|table| row_security(table, serving, catalog.style));
    references
        .chain(rights)
        .chain(doors)
        .chain(policies)
        .collect()
}

/// A step that is taken unless it was taken before.
pub(super) fn step_unless(
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
        ..Step::of(table, what, up, down)
    }
}

/// The key that composite foreign keys refer to, or the index that each scoped query needs.
fn keys_of(table: &Declared, style: Style) -> Option<Step> {
    if style.distributed {
        return distributed::primary_key(table);
    }
    let key = keys::of(table)?;
    Some(if key.unique {
        unique_key(table, key)
    } else {
        index(table, key)
    })
}

fn unique_key(table: &Declared, key: Key) -> Step {
    let name = quote(&key.name);
    let on = table.name.quoted();
    let taken = format!(
        "{} UNION ALL {}",
        is_relation(table, &key.name),
        is_constraint(table, &key.name)
    );
    let step = step_unless(
        table,
        key.what,
        (
            has_index(table, &key.columns, true),
            format!(
                "ALTER TABLE {on} ADD CONSTRAINT {name} UNIQUE ({})",
                list(&key.columns)
            ),
        ),
        format!("ALTER TABLE {on} DROP CONSTRAINT IF EXISTS {name};"),
    );
    making(step, key.name, taken)
}

/// The same step, which says by which name it can be kept from being taken.
fn making(mut step: Step, name: String, taken: String) -> Step {
    step.makes = Some(name);
    step.taken = Some(taken);
    step
}

fn is_relation(table: &Declared, name: &str) -> String {
    format!(
        "SELECT 1 FROM pg_class c WHERE c.relname = {} AND c.relnamespace = \
         (SELECT relnamespace FROM pg_class WHERE oid = {}::regclass)",
        text(name),
        text(&table.name.quoted())
    )
}

fn is_constraint(table: &Declared, name: &str) -> String {
    format!(
        "SELECT 1 FROM pg_constraint o WHERE o.conname = {} AND o.conrelid = {}::regclass",
        text(name),
        text(&table.name.quoted())
    )
}

fn index(table: &Declared, key: Key) -> Step {
    let dropped = match table.name.schema() {
        Some(schema) => format!("{}.{}", quote(schema), quote(&key.name)),
        None => quote(&key.name),
    };
    let on = table.name.quoted();
    let taken = is_relation(table, &key.name);
    let step = step_unless(
        table,
        key.what,
        (
            has_index(table, &key.columns, false),
            format!(
                "CREATE INDEX {} ON {on} ({})",
                quote(&key.name),
                list(&key.columns)
            ),
        ),
        format!("DROP INDEX IF EXISTS {dropped};"),
    );
    making(step, key.name, taken)
}

pub(super) fn list(columns: &[&str]) -> String {
    let quoted: Vec<String> = columns.iter().map(|column| quote(column)).collect();
    quoted.join(", ")
}

/// Whether an index has these columns: all of them and no other if it is to be unique, else
/// as the first ones.
pub(crate) fn has_index(table: &Declared, columns: &[&str], unique: bool) -> String {
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

/// Whether triggers of a foreign key `c`, or of one that it has on a part, do not run: then it
/// holds nothing. Since version 18 a key can also say of itself that it is not enforced.
pub(in super::super) const IS_OFF: &str = "(coalesce(to_jsonb(c) -> 'conenforced' = 'false', false) \
    OR EXISTS (WITH RECURSIVE keys (id) AS (SELECT c.oid \
    UNION SELECT p.oid FROM pg_constraint p JOIN keys ON p.conparentid = keys.id) \
    SELECT FROM keys JOIN pg_trigger t ON t.tgconstraint = keys.id \
    WHERE t.tgenabled NOT IN ('O', 'A')))";

/// What makes a foreign key `c` anew, so that it holds every row.
pub(in super::super) const ANEW: &str =
    "regexp_replace(pg_get_constraintdef(c.oid), '( NOT VALID| NOT ENFORCED)+$', '')";

/// One that is there and does not hold every row is made anew, as it is.
fn reference(table: &Declared, link: &Link) -> Step {
    let (on, to) = (table.name.quoted(), link.to.name.quoted());
    let name = quote(&link.name);
    let there = format!(
        "FROM pg_constraint c WHERE c.contype = 'f' AND c.conrelid = {}::regclass \
         AND c.confrelid = {}::regclass AND {} AND {}",
        text(&on),
        text(&to),
        is_columns("c.conrelid", "c.conkey", &link.columns),
        is_columns("c.confrelid", "c.confkey", &link.keys),
    );
    let done = format!("SELECT 1 {there} AND c.convalidated AND NOT {IS_OFF}");
    let added = format!(
        "ALTER TABLE {on} ADD CONSTRAINT {name} FOREIGN KEY ({}) REFERENCES {to} ({})",
        list(&link.columns),
        list(&link.keys)
    );
    let made = format!(
        "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %I %s', \
         c.conrelid::regclass, c.conname, c.conname, {ANEW}) INTO anew {there} \
         AND c.conparentid = 0 LIMIT 1;\n      \
         IF anew IS NULL THEN\n        {added};\n      ELSE\n        EXECUTE anew;\n      END IF"
    );
    let taken = format!(
        "{} AND NOT EXISTS (SELECT 1 {there} AND c.conparentid = 0)",
        is_constraint(table, &link.name)
    );
    let step = step_unless(
        table,
        link.what(),
        (done, seeing_all_rows(&[&on, &to], &made)),
        format!("ALTER TABLE {on} DROP CONSTRAINT IF EXISTS {name};"),
    );
    making(step, link.name.clone(), taken)
}

/// Whether a list of column numbers is of these columns, in their order.
fn is_columns(relation: &str, numbers: &str, columns: &[&str]) -> String {
    let names: Vec<String> = columns.iter().map(|name| text(name)).collect();
    format!(
        "ARRAY[{}]::name[] = ARRAY(\
         SELECT a.attname FROM unnest({numbers}) WITH ORDINALITY k (attnum, place) \
         JOIN pg_attribute a ON a.attrelid = {relation} AND a.attnum = k.attnum ORDER BY k.place)",
        names.join(", ")
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
         WHERE oid IN ({}) AND relforcerowsecurity);\n      one regclass;\n      anew text;\n    BEGIN\n      \
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
pub(in super::super) fn rights(table: &Declared, serving: &str, style: Style) -> Step {
    let on = table.name.quoted();
    let role = quote(serving);
    let revoked = format!("REVOKE ALL ON {on} FROM PUBLIC, {role};");
    let granted = match (table.writers, table.owner) {
        (Writers::Operators(_), _) | (_, Owner::Global) => {
            format!("GRANT SELECT ON {on} TO {role};")
        }
        (Writers::Library(column), _) => counting(&on, &role, column, style),
        // A distributed engine takes no rights to columns, and changes no tenant of a row.
        (Writers::Tenants, Owner::Tenant { column, .. }) if style.distributed => {
            granted(&on, &role, None, Some(column))
        }
        (Writers::Tenants, Owner::Tenant { column, .. }) => {
            granted(&on, &role, Some(column), Some(column))
        }
        (Writers::Tenants, Owner::Parent(_)) => granted(&on, &role, None, None),
    };
    Step::of(
        table,
        format!("rights of {serving}"),
        format!("{revoked}\n{granted}"),
        format!("REVOKE ALL ON {on} FROM {role};"),
    )
}

/// What the library's own statements need.
fn counting(on: &str, role: &str, column: &str, style: Style) -> String {
    let changed = if style.distributed {
        String::new()
    } else {
        format!(" ({})", quote(column))
    };
    format!("GRANT SELECT, INSERT, UPDATE{changed} ON {on} TO {role};")
}

/// The rights to write, but for one column. A column that counts by a sequence of its own
/// (`serial`) needs a right to that too, and so does a tenant's own key: it is counted before
/// the row is written.
fn granted(on: &str, role: &str, fixed: Option<&str>, tenant: Option<&str>) -> String {
    let (table, to) = (text(on), text(role));
    let counts = counts(&table, tenant);
    let (whole, columns) = match fixed {
        None => (", UPDATE", String::new()),
        Some(fixed) => ("", columns_but(&table, &to, fixed)),
    };
    format!(
        "GRANT SELECT, INSERT, DELETE{whole} ON {on} TO {role};\n\
         DO $tenancy$ DECLARE grants text; BEGIN\n  \
         FOR grants IN\n    {columns}\
         SELECT format('GRANT USAGE ON SEQUENCE %s TO %s', s.oid::regclass, {to})\n    \
         FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'\n    \
         WHERE d.refobjid = {table}::regclass AND {counts}\n  \
         LOOP EXECUTE grants; END LOOP;\nEND $tenancy$;"
    )
}

/// Whether `d` leads to a sequence that the service counts by: one of a `serial`, or the
/// identity of the tenants' keys themselves.
fn counts(table: &str, tenant: Option<&str>) -> String {
    let Some(tenant) = tenant else {
        return "d.deptype = 'a'".to_owned();
    };
    format!(
        "(d.deptype = 'a' OR (d.deptype = 'i' AND d.refobjsubid =\n      \
         (SELECT attnum FROM pg_attribute WHERE attrelid = {table}::regclass AND attname = {})))",
        text(tenant)
    )
}

/// The right to change each column but one.
fn columns_but(table: &str, to: &str, fixed: &str) -> String {
    format!(
        "SELECT format('GRANT UPDATE (%s) ON %s TO %s', \
         string_agg(quote_ident(attname), ', '), {table}, {to})\n    \
         FROM pg_attribute WHERE attrelid = {table}::regclass AND attnum > 0 \
         AND NOT attisdropped AND attname <> {}\n    UNION ALL ",
        text(fixed)
    )
}

pub(in super::super) fn row_security(table: &Declared, serving: &str, style: Style) -> Step {
    let on = table.name.quoted();
    let dropped: String = POLICIES
        .iter()
        .chain([&doors::POLICY])
        .map(|name| format!("DROP POLICY IF EXISTS {name} ON {on};\n"))
        .collect();
    let mut policies = policies(table, serving, Kind::Permissive);
    if style.restrictive {
        policies += &self::policies(table, serving, Kind::Restrictive);
    }
    policies += &doors::policy(table).unwrap_or_default();
    Step::of(
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

/// The names of the policies that a table can have from here for who serves.
pub(in super::super) const POLICIES: [&str; 10] = [
    "tenancy",
    "tenancy_read",
    "tenancy_insert",
    "tenancy_update",
    "tenancy_delete",
    "tenancy_only",
    "tenancy_only_read",
    "tenancy_only_insert",
    "tenancy_only_update",
    "tenancy_only_delete",
];

/// Permissive policies add up; a restrictive one takes away what they allow beyond it.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Permissive,
    Restrictive,
}

impl Kind {
    fn prefix(self) -> &'static str {
        match self {
            Self::Permissive => "tenancy",
            Self::Restrictive => "tenancy_only",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Permissive => "PERMISSIVE",
            Self::Restrictive => "RESTRICTIVE",
        }
    }
}

/// One policy for all, or one for each command if a tenant reads more than it may write.
fn policies(table: &Declared, serving: &str, kind: Kind) -> String {
    let (read, write) = (condition(table, Use::Read), condition(table, Use::Write));
    let (prefix, word) = (kind.prefix(), kind.word());
    let on = table.name.quoted();
    let to = format!("TO {}", quote(serving));
    if !table.shows_more_than_own() {
        return format!(
            "CREATE POLICY {prefix} ON {on} AS {word} FOR ALL {to}\n  \
             USING ({write})\n  WITH CHECK ({write});\n"
        );
    }
    format!(
        "CREATE POLICY {prefix}_read ON {on} AS {word} FOR SELECT {to}\n  USING ({read});\n\
         CREATE POLICY {prefix}_insert ON {on} AS {word} FOR INSERT {to}\n  \
         WITH CHECK ({write});\n\
         CREATE POLICY {prefix}_update ON {on} AS {word} FOR UPDATE {to}\n  \
         USING ({write})\n  WITH CHECK ({write});\n\
         CREATE POLICY {prefix}_delete ON {on} AS {word} FOR DELETE {to}\n  \
         USING ({write});\n"
    )
}
