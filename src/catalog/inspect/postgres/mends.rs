//! Mending a table in spite of its row security.
//!
//! PostgreSQL alters no column that a policy reads. And it checks a new foreign key by a query
//! of the table's owner, which under forced row security sees no rows: those that break the
//! key would stay, and those of one forced table would all seem to break it.

use std::collections::BTreeSet;

use super::super::super::declared::{Declared, Owner};
use super::super::super::name::Name;
use super::super::super::protection::postgres::row_security as protection;
use super::super::finding::{Check, Finding};
use super::super::schema::Table;
use super::Live;

/// The same finding, whose mend takes row security away and brings it back.
pub(super) fn past_row_security(live: &Live<'_>, mut found: Finding) -> Finding {
    let alters = matches!(
        found.check,
        Check::KeyType
            | Check::LooseKey
            | Check::ProofColumn
            | Check::DistributedType
            | Check::DistributedId
    );
    let refers = matches!(
        found.check,
        Check::ForeignKey
            | Check::MissingForeignKey
            | Check::LooseForeignKey
            | Check::EmptiedOwner
            | Check::DistributedReference
    );
    if let Some(mend) = found.mend.take_if(|_| alters) {
        found.mend = Some(without_policies(live, &found, mend));
    }
    if let Some(mend) = found.mend.take_if(|_| alters || refers) {
        found.mend = Some(without_force(live, &found, mend));
    }
    found
}

fn without_policies(live: &Live<'_>, found: &Finding, mend: String) -> String {
    let readers = live
        .guarded()
        .filter(|(declared, _)| reads(declared, found));
    let steps: Vec<_> = readers
        .map(|(declared, _)| protection(declared, &live.role.name, live.catalog.style))
        .collect();
    let downs = steps.iter().rev().map(|step| format!("{}\n", step.down));
    let ups = steps.iter().map(|step| format!("\n{}", step.up));
    downs.chain([mend]).chain(ups).collect()
}

/// Whether the policies of a table read the columns of the one that was found.
fn reads(declared: &Declared, found: &Finding) -> bool {
    is(found, &declared.name)
        || match &declared.owner {
            Owner::Parent(parent) => reads(&parent.declared(), found),
            Owner::Global | Owner::Tenant { .. } => false,
        }
}

fn is(found: &Finding, name: &Name) -> bool {
    found.table.as_deref() == Some(name.to_string().as_str())
}

fn without_force(live: &Live<'_>, found: &Finding, mend: String) -> String {
    let tables = around(live, found);
    let force = |word: &'static str| {
        let tables = tables.iter();
        tables.map(move |table| format!("ALTER TABLE {table} {word} ROW LEVEL SECURITY;"))
    };
    let lines = force("NO FORCE").chain([mend]).chain(force("FORCE"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The guarded tables that a foreign key of the table, or to it, leads between.
fn around(live: &Live<'_>, found: &Finding) -> BTreeSet<String> {
    let guarded: Vec<(&Declared, &Table)> = live.guarded().collect();
    let Some((declared, table)) = guarded.iter().find(|(of, _)| is(found, &of.name)) else {
        return BTreeSet::new();
    };
    let led_to = |other: &Table| table.references.iter().any(|key| key.target == other.id);
    let leads = |other: &Table| other.references.iter().any(|key| key.target == table.id);
    let declares = |other: &Declared| {
        let parent = match &declared.owner {
            Owner::Parent(parent) => Some(parent),
            Owner::Global | Owner::Tenant { .. } => None,
        };
        let mut references = declared.references.iter().chain(parent);
        references.any(|reference| reference.declared().name == other.name)
    };
    let near = guarded.iter().filter(|(of, other)| {
        other.id == table.id || led_to(other) || leads(other) || declares(of)
    });
    near.map(|(_, table)| live.schema.sql(table)).collect()
}
