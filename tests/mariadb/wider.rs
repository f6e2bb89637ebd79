//! What goes past the rights and the triggers of a catalog: wider grants, of whoever's, and later
//! triggers.

use diesel::MysqlConnection;
use diesel::connection::SimpleConnection;
use tenancy::{Check, Error, Finding};

use super::{Stage, connect, found, tables};

/// An account of a test's own, and two roles, which go with it.
struct Account {
    owner: MysqlConnection,
    user: String,
    stage: Stage,
}

impl Account {
    /// Protected.
    fn new() -> Self {
        let stage = Stage::new();
        let user = stage.name.replace("inspected", "kept");
        let mut owner = stage.owner();
        let make = format!(
            "CREATE USER {user}@localhost; CREATE ROLE {user}_role; CREATE ROLE {user}_further"
        );
        owner.batch_execute(&make).unwrap();
        let mut account = Self { owner, user, stage };
        let name = account.name();
        tables().protect(&mut account.owner, &name).unwrap();
        assert_eq!(account.pending(), [""; 0]);
        assert_eq!(found(&mut account.serving()), []);
        account
    }

    fn name(&self) -> String {
        format!("{}@localhost", self.user)
    }

    fn serving(&self) -> MysqlConnection {
        connect(&self.user, &self.stage.name)
    }

    /// With `db` for the database, `me` for the account, `role` and `further` for the roles.
    fn run(&mut self, sql: &str) {
        let sql = sql
            .replace("{db}", &self.stage.name)
            .replace("{me}", &self.name())
            .replace("{role}", &format!("{}_role", self.user))
            .replace("{further}", &format!("{}_further", self.user));
        self.owner
            .batch_execute(&sql)
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    fn pending(&mut self) -> Vec<String> {
        let name = self.name();
        let pending = tables().pending(&mut self.owner, &name).unwrap();
        pending.steps().iter().map(ToString::to_string).collect()
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        let end = format!(
            "DROP USER {0}@localhost; DROP ROLE {0}_role; DROP ROLE {0}_further",
            self.user
        );
        drop(self.owner.batch_execute(&end));
    }
}

fn rights(findings: &[Finding]) -> usize {
    let rights = findings.iter().filter(|found| found.check == Check::Rights);
    rights.count()
}

/// What is granted, for how many tables it is told, how it is taken back, and whether the service
/// can find it.
const WIDER: [(&str, usize, &str, bool); 11] = [
    (
        "GRANT UPDATE ON {db}.* TO {me}",
        4,
        "REVOKE UPDATE ON {db}.* FROM {me}",
        false,
    ),
    (
        "GRANT INSERT ON *.* TO {me}",
        4,
        "REVOKE INSERT ON *.* FROM {me}",
        false,
    ),
    (
        "GRANT SELECT ON {db}.* TO {me} WITH GRANT OPTION",
        4,
        "REVOKE GRANT OPTION ON {db}.* FROM {me}; REVOKE SELECT ON {db}.* FROM {me}",
        false,
    ),
    (
        "GRANT DROP ON {db}.* TO PUBLIC",
        4,
        "REVOKE DROP ON {db}.* FROM PUBLIC",
        true,
    ),
    (
        "GRANT DROP ON {db}.logs TO PUBLIC",
        1,
        "REVOKE DROP ON {db}.logs FROM PUBLIC",
        true,
    ),
    (
        "GRANT TRIGGER ON {db}.* TO {role}; GRANT {role} TO {me}",
        4,
        "REVOKE TRIGGER ON {db}.* FROM {role}; REVOKE {role} FROM {me}",
        true,
    ),
    (
        "GRANT TRIGGER ON {db}.* TO {role}; GRANT {role} TO {me}; SET DEFAULT ROLE {role} FOR {me}",
        4,
        "REVOKE TRIGGER ON {db}.* FROM {role}; SET DEFAULT ROLE NONE FOR {me}; REVOKE {role} FROM {me}",
        true,
    ),
    (
        "GRANT ALTER ON {db}.logs TO {role}; GRANT {role} TO {me}",
        1,
        "REVOKE ALTER ON {db}.logs FROM {role}; REVOKE {role} FROM {me}",
        true,
    ),
    (
        "GRANT UPDATE (tenant) ON {db}.logs TO {role}; GRANT {role} TO {me}",
        1,
        "REVOKE UPDATE (tenant) ON {db}.logs FROM {role}; REVOKE {role} FROM {me}",
        true,
    ),
    (
        "GRANT DROP ON *.* TO {role}; GRANT {role} TO {me}",
        4,
        "REVOKE DROP ON *.* FROM {role}; REVOKE {role} FROM {me}",
        true,
    ),
    (
        "GRANT DROP ON *.* TO {further}; GRANT {further} TO {role}; GRANT {role} TO {me}",
        4,
        "REVOKE DROP ON *.* FROM {further}; REVOKE {further} FROM {role}; REVOKE {role} FROM {me}",
        true,
    ),
];

#[test]
fn a_right_is_told_and_refused_whoever_has_it() {
    let mut account = Account::new();
    for (grant, told, back, is_found) in WIDER {
        account.run(grant);
        let pending = account.pending();
        assert_eq!(pending.len(), told, "{grant}: {pending:?}");
        for step in &pending {
            assert!(step.ends_with("(by hand)"), "{grant}: {step}");
        }
        let name = account.name();
        let refused = tables().protect(&mut account.owner, &name);
        assert!(matches!(refused, Err(Error::Catalog { .. })), "{grant}");
        let findings = found(&mut account.serving());
        assert_eq!(rights(&findings) > 0, is_found, "{grant}: {findings:?}");
        account.run(back);
        assert_eq!(account.pending(), [""; 0], "{back}");
        assert_eq!(found(&mut account.serving()), [], "{back}");
    }
}

#[test]
fn a_role_that_gives_nothing_more_is_no_step() {
    let mut account = Account::new();
    account.run("GRANT SELECT ON {db}.logs TO {role}; GRANT {role} TO {me}");
    assert_eq!(account.pending(), [""; 0]);
    // The service cannot see what it gives.
    assert_eq!(rights(&found(&mut account.serving())), 1);
}

/// It may set the tenant behind the trigger that looks at it.
#[test]
fn a_later_trigger_is_told_and_put_before() {
    let mut account = Account::new();
    let moves = "CREATE TRIGGER late BEFORE UPDATE ON logs FOR EACH ROW SET NEW.tenant = 'ben'";
    let rows = "INSERT INTO logs (tenant, name) VALUES ('anna', 'first')";
    account.run(rows);
    for mends in [true, false] {
        account.run(moves);
        assert_eq!(
            account.pending(),
            ["logs: trigger that keeps tenant as it is"]
        );
        let findings = found(&mut account.owner);
        let mut triggers = findings
            .iter()
            .filter(|found| found.check == Check::Trigger);
        let trigger = triggers.next().unwrap();
        assert_eq!(trigger.table.as_deref(), Some("logs"));
        assert!(trigger.problem.contains("trigger late"), "{trigger:?}");
        assert!(triggers.next().is_none());
        if mends {
            account.run(trigger.mend.as_deref().unwrap());
        } else {
            let name = account.name();
            tables().protect(&mut account.owner, &name).unwrap();
        }
        assert_eq!(account.pending(), [""; 0]);
        let changed = account
            .serving()
            .batch_execute("UPDATE logs SET name = 'second'");
        let text = changed.unwrap_err().to_string();
        assert!(text.contains("a row stays with its tenant"), "{text}");
        account.run("DROP TRIGGER late");
    }
    // Before it, and of another kind, they are good.
    account.run(
        "CREATE TRIGGER early BEFORE UPDATE ON logs FOR EACH ROW PRECEDES logs_tenancy_stays
            SET NEW.name = lower(NEW.name)",
    );
    account.run("CREATE TRIGGER after AFTER UPDATE ON logs FOR EACH ROW SET @seen = NEW.name");
    assert_eq!(account.pending(), [""; 0]);
}

/// It has no foreign keys, and says nothing when it is asked for one.
#[test]
fn a_text_that_makes_no_reference_fails() {
    let mut account = Account::new();
    account.run("ALTER TABLE marks DROP FOREIGN KEY of_log; ALTER TABLE marks ENGINE = MyISAM");
    let name = account.name();
    let protection = tables().protection_on::<MysqlConnection>(&name).unwrap();
    let made = account.owner.batch_execute(&protection.up());
    let text = made.unwrap_err().to_string();
    assert!(text.contains("both tables must be of InnoDB"), "{text}");
}

/// In one mode a backslash is an escape, in another it is none.
#[test]
fn an_account_may_be_called_anything() {
    let stage = Stage::new();
    let mut owner = stage.owner();
    let user = format!("{}\\'; x", stage.name.replace("inspected", "odd"));
    let make = format!("CREATE USER `{user}`@localhost");
    owner.batch_execute(&make).unwrap();
    for mode in ["", "NO_BACKSLASH_ESCAPES", "ANSI_QUOTES"] {
        owner
            .batch_execute(&format!("SET sql_mode = '{mode}'"))
            .unwrap();
        let protection = tables()
            .protection_on::<MysqlConnection>(&format!("{user}@localhost"))
            .unwrap();
        owner.batch_execute(&protection.up()).unwrap();
        let pending = tables().pending(&mut owner, &format!("{user}@localhost"));
        assert_eq!(pending.unwrap().to_string(), "", "{mode}");
        owner.batch_execute(&protection.down()).unwrap();
    }
    let end = format!("DROP USER `{user}`@localhost");
    owner.batch_execute(&end).unwrap();
}

#[test]
fn an_inspection_reads_in_any_mode() {
    let stage = Stage::new();
    let mut serving = stage.serving();
    for mode in [
        "ORACLE",
        "ANSI",
        "MSSQL",
        "DB2",
        "NO_BACKSLASH_ESCAPES",
        "EMPTY_STRING_IS_NULL",
    ] {
        serving
            .batch_execute(&format!(
                "SET sql_mode = '{mode}'; SET sql_mode = CONCAT_WS(',', @@sql_mode, 'STRICT_ALL_TABLES')"
            ))
            .unwrap();
        assert_eq!(found(&mut serving), [], "{mode}");
        let mut owner = stage.owner();
        owner
            .batch_execute(&format!("SET sql_mode = '{mode}'"))
            .unwrap();
        let _ = tables().inspect(&mut owner).unwrap();
        tables().pending(&mut owner, "serving@localhost").unwrap();
    }
}
