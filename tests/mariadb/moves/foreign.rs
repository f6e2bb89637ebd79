//! What refers to a row is seen, whatever rights the operators' account has on it.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{Catalog, Error};

use super::{BEFORE, OPERATOR, Stage, catalog, kept, moves, moves_with, owners, protected};
use crate::connect;

diesel::table! {
    #[sql_name = "täg-s"]
    tags (id) {
        id -> BigInt,
        tenant -> Text,
    }
}

/// It says nothing of its reference.
#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = tags)]
#[scoped(tenant = tenant)]
pub struct Tag {
    #[expect(dead_code)]
    id: RowId<Tag>,
}

fn with_tags() -> Catalog {
    catalog().with::<Tag>().operated_by(OPERATOR)
}

const TAGS: &str = "
    CREATE TABLE `täg-s` (
        id BIGINT AUTO_INCREMENT PRIMARY KEY, log_id BIGINT NOT NULL,
        tenant VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
        FOREIGN KEY (tenant, log_id) REFERENCES logs (tenant, id)
    );
    INSERT INTO `täg-s` (tenant, log_id) VALUES ('anna', 1), ('ben', 2)";

/// An account beside the operators', which goes with it.
struct Account(String);

impl Account {
    /// With rights to the tables that a move needs, one by one.
    fn new(stage: &Stage) -> Self {
        let name = format!("narrow_{}", stage.name);
        let make: String = ["logs", "marks", "orders", "`lines`"]
            .into_iter()
            .chain(["tenancy_audit_events", "tenancy_audit_heads"])
            .map(|table| format!("GRANT SELECT, INSERT, UPDATE ON {table} TO {name}@localhost;"))
            .collect();
        let make = format!("CREATE USER {name}@localhost; {make}");
        stage.owner().batch_execute(&make).unwrap();
        Self(name)
    }

    fn may(&self, stage: &Stage, right: &str) {
        let grant = format!("GRANT {right} TO {}@localhost", self.0);
        stage.owner().batch_execute(&grant).unwrap();
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        let end = format!("DROP USER {}@localhost", self.0);
        drop(connect("owner", "mysql").batch_execute(&end));
    }
}

fn narrow(stage: &Stage) -> (Account, Catalog) {
    let account = Account::new(stage);
    let tables = catalog().operated_by(&account.0);
    tables.protect(&mut stage.owner(), super::SERVING).unwrap();
    (account, tables)
}

#[test]
fn an_account_that_does_not_see_all_foreign_keys_moves_nothing() {
    let stage = protected(&catalog());
    let (account, tables) = narrow(&stage);
    account.may(&stage, &format!("SELECT ON {}.*", stage.name));
    let moved = moves_with(&tables, &stage, &account.0);
    let Err(Error::Configuration { reason }) = moved else {
        panic!("{moved:?}");
    };
    assert!(reason.contains("PROCESS"), "{reason}");
    assert_eq!(owners(&stage), BEFORE);
    account.may(&stage, "PROCESS ON *.*");
    assert_eq!(moves_with(&tables, &stage, &account.0).unwrap().total(), 3);
}

/// Neither of another database, nor of the same one.
#[test]
fn a_table_that_the_account_may_not_read_is_seen() {
    let stage = protected(&catalog());
    let (account, tables) = narrow(&stage);
    account.may(&stage, "PROCESS ON *.*");
    let far = format!("{}-far", stage.name);
    let make = |table: &str| {
        let sql = format!(
            "CREATE TABLE {table} (log_id BIGINT, FOREIGN KEY (log_id) REFERENCES {}.logs (id))",
            stage.name
        );
        stage.owner().batch_execute(&sql).unwrap();
    };
    let database = |word: &str| {
        let sql = format!("{word} DATABASE `{far}`");
        stage.owner().batch_execute(&sql).unwrap();
    };
    database("CREATE");
    make(&format!("`{far}`.`no-tes`"));
    let moved = moves_with(&tables, &stage, &account.0);
    database("DROP");
    let reason = kept(moved);
    // As InnoDB calls it: who may not see it is not told its name by the server.
    assert!(reason.contains("@002dfar.no@002dtes`"), "{reason}");
    assert_eq!(owners(&stage), BEFORE);

    make("secrets");
    let reason = kept(moves_with(&tables, &stage, &account.0));
    assert!(reason.contains(".secrets`, which is not in"), "{reason}");
    assert_eq!(owners(&stage), BEFORE);
}

#[test]
fn a_table_that_the_account_may_only_read_is_seen() {
    let stage = protected(&catalog());
    let (account, tables) = narrow(&stage);
    account.may(&stage, "PROCESS ON *.*");
    let make = "CREATE TABLE notes (log_id BIGINT, FOREIGN KEY (log_id) REFERENCES logs (id))";
    stage.owner().batch_execute(make).unwrap();
    account.may(&stage, "SELECT ON notes");
    let reason = kept(moves_with(&tables, &stage, &account.0));
    assert_eq!(
        reason,
        "rows of `logs` are referred to by `notes`, which is not in the catalog"
    );
}

/// Of rights to columns the server shows no foreign key.
#[test]
fn a_reference_of_which_the_account_has_a_part_only_is_followed() {
    let stage = protected(&catalog());
    stage.owner().batch_execute(TAGS).unwrap();
    let (account, _) = narrow(&stage);
    let tables = with_tags().operated_by(&account.0);
    tables.protect(&mut stage.owner(), super::SERVING).unwrap();
    account.may(&stage, "PROCESS ON *.*");
    let right = "SELECT (id, log_id, tenant), UPDATE (tenant) ON `täg-s`";
    account.may(&stage, right);
    let moved = moves_with(&tables, &stage, &account.0).unwrap();
    assert_eq!(moved.of("täg-s"), 1);
}

#[test]
fn a_table_of_another_database_is_seen() {
    let stage = protected(&catalog().operated_by(OPERATOR));
    let make = format!(
        "CREATE DATABASE {0}_far; CREATE TABLE {0}_far.notes (log_id BIGINT,
            FOREIGN KEY (log_id) REFERENCES {0}.logs (id));
         GRANT SELECT ON {0}_far.notes TO {OPERATOR}",
        stage.name
    );
    stage.owner().batch_execute(&make).unwrap();
    let moved = moves(&stage, "operator");
    let end = format!(
        "DROP DATABASE {0}_far; REVOKE SELECT ON {0}_far.notes FROM {OPERATOR}",
        stage.name
    );
    stage.owner().batch_execute(&end).unwrap();
    let reason = kept(moved);
    assert!(reason.contains("_far.notes"), "{reason}");
    assert_eq!(owners(&stage), BEFORE);
}
