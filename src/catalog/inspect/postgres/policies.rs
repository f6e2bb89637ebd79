//! The policies of a table: the catalog's, and no other permissive one.

use diesel::PgConnection;
use diesel::result::QueryResult;

use super::super::super::declared::Declared;
use super::super::super::name::{quote, text};
use super::super::super::protection::doors::POLICY as DOOR;
use super::super::super::protection::postgres::row_security as protection;
use super::super::finding::{Check, Finding, Severity};
use super::Live;
use super::row_security::Guarded;
use super::stored::{Allowed, Policy, load};

pub(super) fn check(
    conn: &mut PgConnection,
    live: &Live<'_>,
    tables: &[(&Guarded, &Declared)],
) -> QueryResult<Vec<Finding>> {
    let ids: Vec<(String, &Declared)> = tables
        .iter()
        .map(|(table, declared)| (table.id.clone(), *declared))
        .collect();
    let policies = load(conn, &ids)?;
    let mut findings = Vec::new();
    for (place, (table, declared)) in tables.iter().enumerate() {
        let of: Vec<&Policy> = policies
            .iter()
            .filter(|policy| policy.is_on(place))
            .collect();
        findings.extend(of_table(live, table, declared, &of));
    }
    Ok(findings)
}

/// The first of the tables with a permissive policy that allows more than the catalog's, under
/// whatever name.
pub(in super::super::super) fn widened<'a>(
    conn: &mut PgConnection,
    tables: &[&'a Declared],
) -> QueryResult<Option<&'a Declared>> {
    let ids: Vec<(String, &Declared)> = tables
        .iter()
        .map(|table| {
            let name = text(&table.name.quoted());
            (format!("to_regclass({name})"), *table)
        })
        .collect();
    let policies = load(conn, &ids)?;
    let mut permissive = policies.iter().filter(|policy| policy.permissive);
    Ok(permissive.find_map(|policy| {
        let table = *policy.of(tables)?;
        (!policy.allows_no_more(&Allowed::of(table))).then_some(table)
    }))
}

fn of_table(
    live: &Live<'_>,
    table: &Guarded,
    declared: &Declared,
    policies: &[&Policy],
) -> Vec<Finding> {
    let allowed = Allowed::of(declared);
    // That of a door is looked at with the door.
    let is_doors = |policy: &Policy| declared.proof.is_some() && policy.name == DOOR;
    let permissive = policies
        .iter()
        .filter(|policy| policy.permissive && !is_doors(policy));
    let (ours, others): (Vec<&Policy>, Vec<&Policy>) = permissive
        .copied()
        .partition(|policy| policy.allows_no_more(&allowed));
    let is_restricted = live.catalog.style.restrictive && !live.role.is_above();
    let unrestricted = is_restricted
        .then(|| unrestricted(live, declared, policies, &allowed))
        .flatten();
    let severity = |policy: &Policy| {
        if is_restricted && unrestricted.is_none() && !policy.elsewhere {
            Severity::Warning // What it allows is taken away again.
        } else {
            Severity::Error
        }
    };
    let mut findings: Vec<Finding> = others
        .into_iter()
        .map(|policy| {
            let drop = format!("DROP POLICY {} ON {};", quote(&policy.name), table.name);
            finding(policy, severity(policy), &allowed).mended_by(drop)
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
    allowed: &Allowed,
) -> Option<Finding> {
    let holds = |command: &str| {
        let mut restrictive = policies.iter().filter(|policy| !policy.permissive);
        restrictive.any(|policy| policy.is_for(command) && policy.allows_no_more(allowed))
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

fn finding(policy: &Policy, severity: Severity, allowed: &Allowed) -> Finding {
    let name = &policy.name;
    if policy.is_always_true() {
        let problem = format!("the permissive policy {name} is always true");
        return Finding::new(severity, Check::OpenPolicy, problem);
    }
    let problem = match policy.instead(allowed) {
        Some(strays) => {
            format!("the permissive policy {name} reads like the catalog's, and stands on {strays}")
        }
        None => format!("the permissive policy {name} is not of the catalog"),
    };
    Finding::new(severity, Check::OtherPolicy, problem)
}
