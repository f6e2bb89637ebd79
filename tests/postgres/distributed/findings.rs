//! What would not distribute, each on a stage that one statement broke.

use diesel::connection::SimpleConnection;
use tenancy::{Check, catalog};

use super::{Customer, Log, Page, bare, everywhere, protected};
use crate::inspect::{Case, ERROR, WARNING, but_for_the_version, check_cases, found};
use crate::stage::*;
use Check::*;

#[test]
fn a_distributed_stage_is_clean() {
    let stage = protected();
    let findings = found(&everywhere(), &mut stage.serving());
    assert_eq!(but_for_the_version(findings), []);
}

#[test]
fn keys_that_would_not_distribute_are_found() {
    let cases: [Case; 6] = [
        (
            "ALTER TABLE items DROP CONSTRAINT items_tenancy_pkey, ADD PRIMARY KEY (id)",
            &[(ERROR, DistributedKey, "items")],
            "",
        ),
        (
            "ALTER TABLE items DROP CONSTRAINT items_tenancy_pkey, ADD PRIMARY KEY (id, tenant_id)",
            // It serves no query of a tenant: that is told too.
            &[
                (ERROR, DistributedKey, "items"),
                (WARNING, UniqueKeyOrder, "items"),
            ],
            "",
        ),
        (
            "ALTER TABLE items ADD public_id uuid UNIQUE",
            &[(ERROR, DistributedKey, "items")],
            "ALTER TABLE items DROP public_id",
        ),
        (
            "ALTER TABLE customers ADD UNIQUE (name)",
            &[(ERROR, DistributedKey, "customers")],
            "",
        ),
        (
            "CREATE UNIQUE INDEX by_name ON customers (name)",
            &[(ERROR, DistributedKey, "customers")],
            "",
        ),
        (
            // What is wrong on one node already is told once.
            "CREATE UNIQUE INDEX by_name ON items (name, category_id)",
            &[(ERROR, UniqueKey, "items")],
            "DROP INDEX by_name",
        ),
    ];
    check_cases(&everywhere(), &protected(), "owner", &cases);
}

#[test]
fn references_that_would_not_distribute_are_found() {
    let cases: [Case; 8] = [
        (
            "ALTER TABLE units ADD item_id bigint, ADD tenant_id bigint,
             ADD FOREIGN KEY (tenant_id, item_id) REFERENCES items (tenant_id, id)",
            &[
                (ERROR, GlobalColumn, "units"),
                (ERROR, DistributedReference, "units"),
            ],
            "ALTER TABLE units DROP item_id, DROP tenant_id",
        ),
        (
            "ALTER TABLE items ADD giver bigint REFERENCES customers (id)",
            &[(ERROR, DistributedReference, "items")],
            "ALTER TABLE items DROP giver",
        ),
        (
            "ALTER TABLE items ADD CONSTRAINT named FOREIGN KEY (tenant_id, category_id)
             REFERENCES categories (tenant_id, id) ON DELETE SET NULL (category_id)",
            &[(ERROR, DistributedReference, "items")],
            "ALTER TABLE items DROP CONSTRAINT items_tenant_id_category_id_fkey",
        ),
        (
            "ALTER TABLE items ADD unit_id bigint DEFAULT 1 REFERENCES units (id)
             ON UPDATE SET DEFAULT",
            &[(ERROR, DistributedReference, "items")],
            "ALTER TABLE items DROP unit_id",
        ),
        (
            // What empties the owner is told once.
            "ALTER TABLE items ADD CONSTRAINT emptied FOREIGN KEY (tenant_id, category_id)
             REFERENCES categories (tenant_id, id) ON DELETE SET NULL",
            &[(ERROR, EmptiedOwner, "items")],
            "ALTER TABLE items DROP CONSTRAINT items_tenant_id_category_id_fkey",
        ),
        (
            "CREATE TRIGGER stamps BEFORE INSERT ON items FOR EACH ROW
             EXECUTE FUNCTION suppress_redundant_updates_trigger()",
            &[(ERROR, DistributedTrigger, "items")],
            "",
        ),
        (
            "ALTER TABLE units ALTER id TYPE integer",
            &[(ERROR, DistributedId, "units")],
            "",
        ),
        (
            "ALTER TABLE items ALTER id TYPE smallint",
            &[(ERROR, DistributedId, "items")],
            "",
        ),
    ];
    check_cases(&everywhere(), &protected(), "owner", &cases);
}

#[test]
fn what_is_wrong_on_one_node_already_is_told_once() {
    let stage = protected();
    stage
        .owner()
        .batch_execute(
            "ALTER TABLE categories ADD CONSTRAINT alone UNIQUE (id);
             ALTER TABLE items DROP CONSTRAINT items_category_id_tenancy_fkey,
             ADD FOREIGN KEY (category_id) REFERENCES categories (id)",
        )
        .unwrap();
    let findings = but_for_the_version(found(&everywhere(), &mut stage.serving()));
    let checks: Vec<Check> = findings.iter().map(|found| found.check).collect();
    assert_eq!(checks, [UniqueKey, ForeignKey]);
}

/// On one node these are no findings, or notes.
#[test]
fn on_one_node_they_are_none() {
    let stage = protected();
    let one = catalog![Category, Item, Customer, Unit];
    one.protect(&mut stage.owner(), "serving").unwrap();
    let before = found(&one, &mut stage.serving());
    stage
        .owner()
        .batch_execute(
            "ALTER TABLE items ADD CONSTRAINT named FOREIGN KEY (tenant_id, category_id)
             REFERENCES categories (tenant_id, id) ON DELETE SET NULL (category_id);
             CREATE TRIGGER stamps BEFORE INSERT ON items FOR EACH ROW
             EXECUTE FUNCTION suppress_redundant_updates_trigger();
             ALTER TABLE units ALTER id TYPE integer;",
        )
        .unwrap();
    assert_eq!(found(&one, &mut stage.serving()), before);
}

#[test]
fn the_tenants_columns_have_one_type() {
    let stage = bare();
    stage
        .owner()
        .batch_execute(
            "DROP TABLE items, categories, customers, units;
             CREATE TABLE logs (id bigserial, tenant text NOT NULL, PRIMARY KEY (tenant, id));
             CREATE TABLE pages (id bigserial, tenant text NOT NULL, PRIMARY KEY (tenant, id));",
        )
        .unwrap();
    let catalog = catalog!(Log, Page, distributed);
    catalog.protect(&mut stage.owner(), "serving").unwrap();
    let cases: [Case; 1] = [(
        "DROP POLICY tenancy ON pages; ALTER TABLE pages ALTER tenant TYPE varchar(40)",
        &[
            (ERROR, DistributedType, "pages"),
            (ERROR, MissingPolicy, "pages"),
        ],
        "",
    )];
    check_cases(&catalog, &stage, "owner", &cases);
}

#[test]
fn a_tenant_that_stays_on_one_node_is_found() {
    let stage = protected();
    let sets = format!(
        "ALTER ROLE serving IN DATABASE {} SET citus.propagate_set_commands = 'none'",
        stage.name()
    );
    let cases: [Case; 1] = [(sets.leak(), &[(ERROR, DistributedSetting, "*")], "")];
    check_cases(&everywhere(), &stage, "postgres", &cases);
}
