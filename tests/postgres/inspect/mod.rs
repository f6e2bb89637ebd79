//! Each check, on a stage that one statement broke; and the SQL that mends it.

mod around;
mod definers;
pub(crate) mod inheritance;
mod keys;
mod owner;
mod policies;
mod references;
mod role;
mod server;
mod tables;
mod telling;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tenancy::{Catalog, Check, Finding, Severity, Transport, catalog};

use crate::stage::*;
use Check::*;

/// What breaks the stage, what is then found where, and what is left to clean up when each
/// finding was mended.
pub(crate) type Case = (
    &'static str,
    &'static [(Severity, Check, &'static str)],
    &'static str,
);

pub(crate) const ERROR: Severity = Severity::Error;
pub(crate) const WARNING: Severity = Severity::Warning;
pub(crate) const NOTE: Severity = Severity::Note;

fn expects(expected: &[(Severity, Check, &str)], check: Check) -> bool {
    expected.iter().any(|(_, of, _)| *of == check)
}

pub(crate) fn found(catalog: &Catalog, conn: &mut PgConnection) -> Vec<Finding> {
    catalog.inspect(conn).unwrap().findings().to_vec()
}

/// Breaks the stage as a role, looks at it as the serving role, and mends it again. Many cases have a
/// part of a table that inherits, as the shortest way to one: that it does is looked at where it is
/// expected.
pub(crate) fn check_cases(catalog: &Catalog, stage: &Stage, role: &str, cases: &[Case]) {
    let mut owner = stage.raw();
    owner.batch_execute(&format!("SET ROLE {role}")).unwrap();
    let before = found(catalog, &mut stage.serving());
    for (breaks, expected, cleans) in cases {
        owner.batch_execute(breaks).unwrap();
        let after = found(catalog, &mut stage.serving());
        let new: Vec<&Finding> = after
            .iter()
            .filter(|found| !before.contains(found))
            .filter(|found| found.check != Inheritance || expects(expected, Inheritance))
            .collect();
        let mut told: Vec<_> = new
            .iter()
            .map(|found| {
                (
                    found.severity,
                    found.check,
                    found.table.as_deref().unwrap_or("*"),
                )
            })
            .collect();
        told.dedup();
        assert_eq!(told, *expected, "{breaks}: {new:#?}");
        for mend in new.iter().filter_map(|found| found.mend.as_deref()) {
            owner
                .batch_execute(mend)
                .unwrap_or_else(|error| panic!("{mend}: {error}"));
        }
        if cleans.is_empty() {
            assert!(
                new.iter().any(|found| found.mend.is_some()),
                "{breaks}: {new:#?}"
            );
        }
        if !cleans.is_empty() {
            owner.batch_execute(cleans).unwrap();
        }
        let mended = found(catalog, &mut stage.serving());
        assert_eq!(mended, before, "after {breaks}");
    }
}

/// The version of the server is what it is.
pub(crate) fn but_for_the_version(findings: Vec<Finding>) -> Vec<Finding> {
    let others = findings
        .into_iter()
        .filter(|found| found.check != ServerVersion);
    others.collect()
}

#[test]
fn an_untouched_stage_is_clean() {
    let stage = Stage::new();
    let findings = found(&tables(), &mut stage.serving());
    assert_eq!(but_for_the_version(findings), []);
}

#[test]
fn what_keeps_the_tenant_is_no_finding() {
    let stage = Stage::new();
    let before = found(&tables(), &mut stage.serving());
    stage
        .owner()
        .batch_execute(
            "ALTER TABLE items ADD CONSTRAINT named FOREIGN KEY (tenant_id, category_id)
             REFERENCES categories (tenant_id, id) ON DELETE SET NULL (category_id);
             ALTER TABLE items ADD unit_id bigint REFERENCES units (id);
             CREATE UNIQUE INDEX ON items (id, name);
             CREATE POLICY no_more ON items AS RESTRICTIVE USING (name <> 'x');
             CREATE POLICY for_another ON items TO operator USING (true);
             CREATE POLICY again ON words FOR SELECT USING (EXISTS (
                SELECT 1 FROM tags tenancy_1 WHERE tenancy_1.id = words.tag_id
                AND (tenancy_1.tenant_id = nullif(current_setting('tenancy.tenant_id', true), '')::bigint
                    OR tenancy_1.tenant_id IS NULL)));
             CREATE VIEW asks WITH (security_invoker) AS SELECT * FROM items;
             CREATE VIEW hidden AS SELECT * FROM items;
             GRANT SELECT ON asks TO serving;
             CREATE FUNCTION as_caller() RETURNS bigint LANGUAGE sql
                AS 'SELECT count(*) FROM items';",
        )
        .unwrap();
    assert_eq!(found(&tables(), &mut stage.serving()), before);
}

#[test]
fn a_database_inspects_through_its_pool_and_goes_on() {
    let stage = Stage::new();
    let direct = stage.open(Transport::Direct, 1);
    for db in [&direct, &stage.open_pooled(Transport::Pooler, 1)] {
        let scope = scope(db, 1);
        for _ in 0..2 {
            let seen = names(&scope, &mut db.session(&scope).unwrap()).unwrap();
            assert_eq!(seen, ["Lamp", "Tent"]);
            let findings = db.inspect(&tables()).unwrap().findings().to_vec();
            assert_eq!(but_for_the_version(findings), []);
        }
    }
}

#[test]
fn a_catalog_that_cannot_be_guarded_is_not_inspected() {
    let stage = Stage::new();
    let refused = catalog![Category, Item, Item]
        .inspect(&mut stage.serving())
        .unwrap_err();
    assert_eq!(refused.to_string(), "the table `items` is declared twice");
}
