//! What the inspection says of the directory's own tables.

use tenancy::{Check, Finding, Severity};

use crate::house::{ANNA, BEN, House, catalog};

#[test]
fn the_directory_is_found_to_be_in_order() {
    let house = House::new();
    house.sign_in(ANNA);
    house.sign_in(BEN);
    let inspection = house.db.inspect(&catalog()).unwrap();
    // What is said of no table is said of the server; rights on MariaDB are those of the stage.
    let is_of_stage = |finding: &Finding| finding.check == Check::Rights && cfg!(feature = "mysql");
    let told = |finding: &&Finding| {
        finding.severity != Severity::Note && finding.table.is_some() && !is_of_stage(finding)
    };
    assert!(
        inspection.findings().iter().find(told).is_none(),
        "{inspection}"
    );
}
