//! The policies of a table: the catalog's, and no other permissive one.

use std::collections::HashSet;

use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Nullable, Text};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::super::super::declared::Declared;
use super::super::super::name::{quote, text};
use super::super::super::policy::{Use, condition};
use super::super::super::protection::postgres::row_security as protection;
use super::super::finding::{Check, Finding, Severity};
use super::Live;
use super::row_security::Guarded;
use super::same::plain;

#[derive(QueryableByName)]
struct Policy {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Text)]
    name: String,
    /// `r`, `a`, `w`, `d` or `*`, as in `pg_policy`.
    #[diesel(sql_type = Text)]
    command: String,
    #[diesel(sql_type = Bool)]
    permissive: bool,
    #[diesel(sql_type = Nullable<Text>)]
    uses: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    checks: Option<String>,
}

/// Those that apply to the role. The number 0 among the roles is PUBLIC.
const POLICIES: &str = "
    SELECT {id} AS id, polname::text AS name, polcmd::text AS command,
        polpermissive AS permissive, pg_get_expr(polqual, polrelid) AS uses,
        pg_get_expr(polwithcheck, polrelid) AS checks
    FROM {from}
    WHERE (0 = ANY (polroles)
        OR EXISTS (SELECT FROM unnest(polroles) role
                   WHERE role <> 0 AND pg_has_role(role, 'USAGE')))
    ORDER BY polrelid, polname";

pub(super) fn check(
    conn: &mut PgConnection,
    live: &Live<'_>,
    tables: &[(&Guarded, &Declared)],
) -> QueryResult<Vec<Finding>> {
    let ids: Vec<&str> = tables.iter().map(|(table, _)| table.id.as_str()).collect();
    let list = if ids.is_empty() {
        "0".to_owned()
    } else {
        ids.join(", ")
    };
    let from = format!("(SELECT * FROM pg_policy WHERE polrelid IN ({list})) p");
    let policies = load(conn, "polrelid::text", &from)?;
    let mut findings = Vec::new();
    for (table, declared) in tables {
        let of: Vec<&Policy> = policies
            .iter()
            .filter(|policy| policy.id == table.id)
            .collect();
        findings.extend(of_table(live, table, declared, &of));
    }
    Ok(findings)
}

fn load(conn: &mut PgConnection, id: &str, from: &str) -> QueryResult<Vec<Policy>> {
    sql_query(POLICIES.replace("{id}", id).replace("{from}", from)).load(conn)
}

/// The first of the tables with a permissive policy that allows more than the catalog's, under
/// whatever name.
pub(in super::super::super) fn widened<'a>(
    conn: &mut PgConnection,
    tables: &[&'a Declared],
) -> QueryResult<Option<&'a Declared>> {
    let places = tables.iter().enumerate().map(|(place, table)| {
        let name = text(&table.name.quoted());
        format!(", ({place}, to_regclass({name}))")
    });
    let places: String = places.collect();
    let from = format!(
        "pg_policy JOIN (VALUES (-1, NULL::regclass){places}) d (place, table_id) \
         ON polrelid = table_id"
    );
    let policies = load(conn, "place::text", &from)?;
    let mut permissive = policies.iter().filter(|policy| policy.permissive);
    Ok(permissive.find_map(|policy| {
        let table = policy
            .id
            .parse()
            .ok()
            .and_then(|place: usize| tables.get(place))?;
        let read = plain(&condition(table, Use::Read));
        let write = plain(&condition(table, Use::Write));
        (!policy.allows_no_more(&read, &write)).then_some(*table)
    }))
}

fn of_table(
    live: &Live<'_>,
    table: &Guarded,
    declared: &Declared,
    policies: &[&Policy],
) -> Vec<Finding> {
    let read = plain(&condition(declared, Use::Read));
    let write = plain(&condition(declared, Use::Write));
    let permissive = policies.iter().filter(|policy| policy.permissive);
    let (ours, others): (Vec<&Policy>, Vec<&Policy>) = permissive
        .copied()
        .partition(|policy| policy.allows_no_more(&read, &write));
    let is_restricted = live.catalog.style.restrictive && !live.role.is_above();
    let unrestricted = is_restricted
        .then(|| unrestricted(live, declared, policies, (&read, &write)))
        .flatten();
    let severity = if is_restricted && unrestricted.is_none() {
        Severity::Warning // What it allows is taken away again.
    } else {
        Severity::Error
    };
    let mut findings: Vec<Finding> = others
        .into_iter()
        .map(|policy| {
            let drop = format!("DROP POLICY {} ON {};", quote(&policy.name), table.name);
            policy.finding(severity).mended_by(drop)
        })
        .collect();
    findings.extend(unrestricted);
    // A superuser has no policies of its own to ask for.
    if !ours.iter().any(|policy| policy.is_for("r")) && !live.role.is_above() {
        let problem = "no policy of the catalog lets this role read its rows";
        findings.push(
            Finding::error(Check::MissingPolicy, problem)
                .mended_by(protection(declared, &live.role.name, live.catalog.style).up),
        );
    }
    findings
        .into_iter()
        .map(|found| found.on(&table.name))
        .collect()
}

/// The restrictive policies that the catalog wants hold for each command.
fn unrestricted(
    live: &Live<'_>,
    declared: &Declared,
    policies: &[&Policy],
    (read, write): (&str, &str),
) -> Option<Finding> {
    let holds = |command: &str| {
        let mut restrictive = policies.iter().filter(|policy| !policy.permissive);
        restrictive.any(|policy| policy.is_for(command) && policy.allows_no_more(read, write))
    };
    let free = ["r", "a", "w", "d"]
        .into_iter()
        .find(|command| !holds(command))?;
    let command = match free {
        "r" => "SELECT",
        "a" => "INSERT",
        "w" => "UPDATE",
        _ => "DELETE",
    };
    let problem = format!("no restrictive policy of the catalog holds this role at {command}");
    let mend = protection(declared, &live.role.name, live.catalog.style).up;
    Some(Finding::error(Check::MissingPolicy, problem).mended_by(mend))
}

impl Policy {
    fn is_for(&self, command: &str) -> bool {
        let has_condition = self.conditions().next().is_some();
        has_condition && (self.command == command || self.command == "*")
    }

    /// Whether it lets nothing through that the catalog's own would not.
    fn allows_no_more(&self, read: &str, write: &str) -> bool {
        let allowed = if self.command == "r" { read } else { write };
        let mut conditions = self.conditions();
        conditions.all(|condition| plain(condition) == allowed)
    }

    fn conditions(&self) -> impl Iterator<Item = &str> {
        let both: HashSet<&str> = [self.uses.as_deref(), self.checks.as_deref()]
            .into_iter()
            .flatten()
            .collect();
        both.into_iter()
    }

    fn finding(&self, severity: Severity) -> Finding {
        if self
            .conditions()
            .any(|condition| plain(condition) == "true")
        {
            let problem = format!("the permissive policy {} is always true", self.name);
            Finding::new(severity, Check::OpenPolicy, problem)
        } else {
            let problem = format!("the permissive policy {} is not of the catalog", self.name);
            Finding::new(severity, Check::OtherPolicy, problem)
        }
    }
}
