//! The policies that a database has for the tables of a catalog, and what each stands on.
//!
//! The text of a condition does not say which table or function a name was when the policy was
//! made, and PostgreSQL keeps numbers. So a condition is the catalog's if its text is, and if it
//! depends on nothing but what the catalog names.

use std::collections::HashSet;

use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Integer, Nullable, Text};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::super::super::declared::{Declared, Owner};
use super::super::super::name::text;
use super::super::super::policy::{Use, condition};
use super::same::plain;

/// What a tenant may do with a table, as the catalog says it.
pub(super) struct Allowed {
    read: String,
    write: String,
}

impl Allowed {
    pub(super) fn of(table: &Declared) -> Self {
        Self {
            read: plain(&condition(table, Use::Read)),
            write: plain(&condition(table, Use::Write)),
        }
    }
}

#[derive(QueryableByName)]
pub(super) struct Policy {
    /// Which of the tables it is on.
    #[diesel(sql_type = Integer)]
    place: i32,
    #[diesel(sql_type = Text)]
    pub(super) name: String,
    /// `r`, `a`, `w`, `d` or `*`, as in `pg_policy`.
    #[diesel(sql_type = Text)]
    command: String,
    #[diesel(sql_type = Bool)]
    pub(super) permissive: bool,
    #[diesel(sql_type = Nullable<Text>)]
    uses: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    checks: Option<String>,
    /// Whether it applies without a SET ROLE.
    #[diesel(sql_type = Bool)]
    binds: bool,
    /// Whether it applies to another role that this one can become, which the restrictive
    /// policies of this one do not hold.
    #[diesel(sql_type = Bool)]
    pub(super) elsewhere: bool,
    /// What it stands on that the catalog does not name.
    #[diesel(sql_type = Nullable<Text>)]
    strays: Option<String>,
}

/// Those that apply to the role, or to one that it can become. The number 0 among the roles is
/// PUBLIC. What belongs to PostgreSQL itself is in no `pg_depend`; a column may have a collation.
const POLICIES: &str = "
    SELECT t.place, p.polname::text AS name, p.polcmd::text AS command,
        p.polpermissive AS permissive, pg_get_expr(p.polqual, p.polrelid) AS uses,
        pg_get_expr(p.polwithcheck, p.polrelid) AS checks,
        0 = ANY (p.polroles) OR EXISTS (SELECT FROM unnest(p.polroles) role
            WHERE role <> 0 AND pg_has_role(role, 'USAGE')) AS binds,
        EXISTS (SELECT FROM pg_roles r
            WHERE r.rolname <> current_user AND pg_has_role(r.oid, 'MEMBER')
                AND (0 = ANY (p.polroles) OR EXISTS (SELECT FROM unnest(p.polroles) role
                    WHERE role <> 0 AND pg_has_role(r.oid, role, 'USAGE')))
                AND (has_table_privilege(r.oid, p.polrelid, 'SELECT, INSERT, UPDATE, DELETE')
                    OR has_any_column_privilege(r.oid, p.polrelid, 'SELECT, INSERT, UPDATE')))
            AS elsewhere,
        (SELECT string_agg(pg_describe_object(d.refclassid, d.refobjid, d.refobjsubid), ', '
                ORDER BY d.refclassid, d.refobjid, d.refobjsubid)
            FROM pg_depend d
            WHERE d.classid = 'pg_policy'::regclass AND d.objid = p.oid
                AND d.refclassid <> 'pg_collation'::regclass
                AND NOT EXISTS (SELECT FROM named n
                    LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid
                        AND a.attnum = d.refobjsubid AND d.refobjsubid <> 0
                    WHERE n.place = t.place AND d.refclassid = 'pg_class'::regclass
                        AND d.refobjid = CASE n.relation
                            WHEN '' THEN p.polrelid ELSE to_regclass(n.relation) END
                        AND (d.refobjsubid = 0 OR a.attname = n.column_name))) AS strays
    FROM tables t JOIN pg_policy p ON p.polrelid = t.id
    WHERE 0 = ANY (p.polroles) OR EXISTS (SELECT FROM unnest(p.polroles) role
        WHERE role <> 0 AND pg_has_role(role, 'MEMBER'))
    ORDER BY t.place, p.polname";

/// The policies on tables, each given by an expression for its number.
pub(super) fn load(
    conn: &mut PgConnection,
    tables: &[(String, &Declared)],
) -> QueryResult<Vec<Policy>> {
    let ids = tables.iter().enumerate();
    let ids: String = ids
        .map(|(place, (id, _))| format!(", ({place}, {id})"))
        .collect();
    let named = tables.iter().enumerate();
    let named: String = named
        .flat_map(|(place, (_, table))| {
            let names = named_by(table).into_iter();
            names.map(move |(relation, column)| {
                format!(", ({place}, {}, {})", text(&relation), text(column))
            })
        })
        .collect();
    sql_query(format!(
        "WITH tables (place, id) AS (VALUES (-1, NULL::oid){ids}),
         named (place, relation, column_name) AS (VALUES (-1, '', ''){named}) {POLICIES}"
    ))
    .load(conn)
}

/// The tables and columns that the catalog's condition stands on. No name is the table itself.
fn named_by(table: &Declared) -> Vec<(String, &'static str)> {
    let mut named = Vec::new();
    let mut of = table.clone();
    let mut relation = String::new();
    loop {
        named.extend(of.owner_column().map(|column| (relation.clone(), column)));
        let Owner::Parent(parent) = of.owner else {
            return named;
        };
        of = parent.declared();
        relation = of.name.quoted();
        named.extend(of.key().map(|key| (relation.clone(), key)));
    }
}

impl Policy {
    pub(super) fn is_on(&self, place: usize) -> bool {
        usize::try_from(self.place).is_ok_and(|of| of == place)
    }

    pub(super) fn of<'a, T>(&self, tables: &'a [T]) -> Option<&'a T> {
        tables.get(usize::try_from(self.place).ok()?)
    }

    /// Whether it holds for a command as the role signed in.
    pub(super) fn is_for(&self, command: &str) -> bool {
        let has_condition = self.conditions().next().is_some();
        self.binds && has_condition && (self.command == command || self.command == "*")
    }

    /// Whether it lets nothing through that the catalog's own would not.
    pub(super) fn allows_no_more(&self, allowed: &Allowed) -> bool {
        self.strays.is_none() && self.reads_as(allowed)
    }

    /// Whether its text is that of the catalog's.
    fn reads_as(&self, allowed: &Allowed) -> bool {
        let allowed = if self.command == "r" {
            &allowed.read
        } else {
            &allowed.write
        };
        let mut conditions = self.conditions();
        conditions.all(|condition| plain(condition) == *allowed)
    }

    pub(super) fn is_always_true(&self) -> bool {
        let mut conditions = self.conditions();
        conditions.any(|condition| plain(condition) == "true")
    }

    /// What it stands on in place of what its text seems to say.
    pub(super) fn instead(&self, allowed: &Allowed) -> Option<&str> {
        let strays = self.strays.as_deref()?;
        self.reads_as(allowed).then_some(strays)
    }

    fn conditions(&self) -> impl Iterator<Item = &str> {
        let both: HashSet<&str> = [self.uses.as_deref(), self.checks.as_deref()]
            .into_iter()
            .flatten()
            .collect();
        both.into_iter()
    }
}
