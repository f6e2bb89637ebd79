//! The role, its rights, and the roles that it can become.

use diesel::connection::SimpleConnection;

use super::*;

#[test]
fn l_94_rights_to_whole_tables_are_found() {
    let cases: [Case; 9] = [
        (
            "REVOKE ALL ON SEQUENCE tags_id_seq FROM serving",
            &[(ERROR, MissingRight, "tags")],
            "",
        ),
        (
            "GRANT TRUNCATE ON items TO serving",
            &[(ERROR, Rights, "items")],
            "",
        ),
        (
            "GRANT TRIGGER ON items TO PUBLIC",
            &[(WARNING, Rights, "items")],
            "",
        ),
        (
            "GRANT REFERENCES (id) ON items TO serving",
            &[(WARNING, Rights, "items")],
            "",
        ),
        (
            "GRANT UPDATE ON items TO serving",
            &[(WARNING, Rights, "items")],
            "",
        ),
        (
            "GRANT INSERT ON units TO serving",
            &[(WARNING, GlobalRights, "units")],
            "",
        ),
        (
            "GRANT DELETE ON units TO serving",
            &[(WARNING, GlobalRights, "units")],
            "",
        ),
        (
            "GRANT INSERT (name) ON units TO serving",
            &[(WARNING, GlobalRights, "units")],
            "",
        ),
        (
            "GRANT CREATE ON SCHEMA public TO serving",
            &[(WARNING, SchemaRights, "*")],
            "",
        ),
    ];
    check_cases(&tables(), &Stage::new(), "owner", &cases);
}

/// The findings of a role that are not those of the serving one.
fn of_role(stage: &Stage, role: &str) -> Vec<(Check, String)> {
    let before = found(&tables(), &mut stage.serving());
    let after = found(&tables(), &mut stage.signed_in(role));
    let new = after.into_iter().filter(|found| !before.contains(found));
    new.map(|found| (found.check, found.problem)).collect()
}

#[test]
fn l_86_a_role_above_row_security_is_found() {
    let stage = Stage::new();
    stage
        .owner()
        .batch_execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO operator")
        .unwrap();
    for (role, problem) in [
        ("postgres", "the role postgres is a superuser"),
        ("operator", "the role operator bypasses row security"),
    ] {
        let findings = of_role(&stage, role);
        assert!(
            findings.contains(&(Role, problem.to_owned())),
            "{findings:#?}"
        );
        // It was tried, too.
        let shown = findings.iter().filter(|(check, _)| *check == Probe);
        assert_eq!(shown.count(), 12, "{findings:#?}");
    }
}

#[test]
fn l_85_an_owner_and_who_can_become_one_are_found() {
    let stage = Stage::new();
    let findings = of_role(&stage, "owner");
    let owned = findings.iter().filter(|(check, _)| *check == TableOwner);
    assert_eq!(owned.count(), 7, "{findings:#?}");
    let schemas = findings.iter().filter(|(check, _)| *check == SchemaOwner);
    assert_eq!(schemas.count(), 1, "{findings:#?}");

    let role = format!("member_of_{}", stage.name());
    let mut raw = stage.raw();
    let make = format!(
        "CREATE ROLE {role} LOGIN CREATEROLE REPLICATION; GRANT serving, owner, operator TO {role}"
    );
    raw.batch_execute(&make).unwrap();
    let findings = found(&tables(), &mut stage.signed_in(&role));
    let problems: Vec<&str> = findings
        .iter()
        .map(|found| found.problem.as_str())
        .collect();
    for problem in [
        "makes and changes roles".to_owned(),
        "can replicate every table".to_owned(),
        "is a member of operator".to_owned(),
        "can become its owner owner".to_owned(),
    ] {
        let problem = format!("the role {role} {problem}");
        assert!(problems.contains(&problem.as_str()), "{problems:#?}");
    }
    let mends = findings
        .iter()
        .filter(|found| matches!(found.check, Role | TableOwner));
    for mend in mends.filter_map(|found| found.mend.as_deref()) {
        raw.batch_execute(mend).unwrap();
    }
    let mended = found(&tables(), &mut stage.signed_in(&role));
    raw.batch_execute(&format!("DROP ROLE {role}")).unwrap();
    // Its policies it has by the serving role, which is as it was.
    assert_eq!(but_for_the_version(mended), []);
}

/// Who owns a schema drops what is in it, whoever owns that.
#[test]
fn l_85_an_owner_of_the_schema_is_found() {
    let stage = Stage::new();
    let database = stage.name();
    let other = stage.role();
    let becomes = format!(
        "GRANT {other} TO serving; ALTER SCHEMA public OWNER TO {other};
         REVOKE ALL ON SCHEMA public FROM {other}"
    );
    let by_database = format!("ALTER DATABASE {database} OWNER TO serving");
    let back = format!(
        "ALTER SCHEMA public OWNER TO pg_database_owner; GRANT ALL ON SCHEMA public TO pg_database_owner;
         ALTER DATABASE {database} OWNER TO owner"
    );
    let back: &str = back.leak();
    let cases: [Case; 3] = [
        (
            "ALTER SCHEMA public OWNER TO serving",
            &[(ERROR, SchemaOwner, "*")],
            back,
        ),
        (becomes.leak(), &[(ERROR, SchemaOwner, "*")], back),
        (
            by_database.leak(),
            &[(ERROR, SchemaOwner, "*"), (WARNING, SchemaRights, "*")],
            back,
        ),
    ];
    check_cases(&tables(), &stage, "postgres", &cases);
    let mut raw = stage.raw();
    raw.batch_execute("ALTER SCHEMA public OWNER TO serving")
        .unwrap();
    let drops = "BEGIN; DROP TABLE notes; ROLLBACK";
    stage.serving().batch_execute(drops).unwrap();
}

#[test]
fn a_tenant_that_a_connection_has_from_the_start_is_found() {
    let stage = Stage::new();
    let database = stage.name();
    let sets = format!("ALTER ROLE serving IN DATABASE {database} SET tenancy.tenant_id = '1'");
    let quoted =
        format!("ALTER ROLE serving IN DATABASE {database} SET \"Tenancy.Tenant_id\" = '1'");
    let all = format!("ALTER DATABASE {database} SET tenancy.tenant_id = '1'");
    let cases: [Case; 3] = [
        (quoted.leak(), &[(ERROR, StandingTenant, "*")], ""),
        (sets.leak(), &[(ERROR, StandingTenant, "*")], ""),
        (all.leak(), &[(ERROR, StandingTenant, "*")], ""),
    ];
    check_cases(&tables(), &stage, "postgres", &cases);
    // In whatever database it signs in to.
    let role = stage.role();
    let sets = format!("GRANT serving TO {role}; ALTER ROLE {role} SET tenancy.tenant_id = '1'");
    stage.raw().batch_execute(&sets).unwrap();
    let findings = but_for_the_version(found(&tables(), &mut stage.signed_in(&role)));
    let told: Vec<Check> = findings.iter().map(|found| found.check).collect();
    assert_eq!(told, [StandingTenant]);
}

/// What another role has is found if the role that signs in can become it; and the SQL that
/// takes it back.
const OF_ANOTHER: [(&str, (Severity, Check, &str), &str); 21] = [
    (
        "GRANT TRUNCATE ON items TO other",
        (ERROR, Rights, "items"),
        "REVOKE ALL ON items FROM other",
    ),
    (
        "GRANT UPDATE (tenant_id) ON items TO other",
        (WARNING, Rights, "items"),
        "REVOKE ALL ON items FROM other",
    ),
    (
        "GRANT UPDATE (name) ON units TO other",
        (WARNING, GlobalRights, "units"),
        "REVOKE ALL ON units FROM other",
    ),
    (
        "GRANT CREATE ON SCHEMA public TO other",
        (WARNING, SchemaRights, "*"),
        "REVOKE CREATE ON SCHEMA public FROM other",
    ),
    (
        "GRANT SELECT ON items TO other; CREATE POLICY seers ON items FOR SELECT TO other
         USING (true)",
        (ERROR, OpenPolicy, "items"),
        "DROP POLICY seers ON items; REVOKE ALL ON items FROM other",
    ),
    (
        "CREATE VIEW shown AS SELECT * FROM items; GRANT SELECT ON shown TO other",
        (ERROR, View, "shown"),
        "DROP VIEW shown",
    ),
    (
        "CREATE FUNCTION listed() RETURNS SETOF items LANGUAGE sql SECURITY DEFINER
            AS 'SELECT * FROM items';
         REVOKE EXECUTE ON FUNCTION listed() FROM PUBLIC;
         GRANT EXECUTE ON FUNCTION listed() TO other",
        (ERROR, DefinerFunction, "listed()"),
        "DROP FUNCTION listed()",
    ),
    (
        "CREATE TABLE part () INHERITS (items); GRANT SELECT ON part TO other",
        (ERROR, Partition, "part"),
        "DROP TABLE part",
    ),
    (
        "CREATE SCHEMA off; CREATE TABLE off.items (id bigint); GRANT USAGE ON SCHEMA off TO other;
         GRANT SELECT ON off.items TO other",
        (ERROR, UndeclaredTable, "off.items"),
        "DROP TABLE off.items; DROP SCHEMA off",
    ),
    (
        "ALTER TABLE tools OWNER TO other",
        (ERROR, TableOwner, "tools"),
        "ALTER TABLE tools OWNER TO owner",
    ),
    (
        "ALTER ROLE other CREATEROLE",
        (ERROR, Role, "*"),
        "ALTER ROLE other NOCREATEROLE",
    ),
    (
        "ALTER ROLE other BYPASSRLS",
        (ERROR, Role, "*"),
        "ALTER ROLE other NOBYPASSRLS",
    ),
    (
        "ALTER ROLE other SUPERUSER",
        (ERROR, Role, "*"),
        "ALTER ROLE other NOSUPERUSER",
    ),
    (
        "ALTER ROLE other REPLICATION",
        (ERROR, Role, "*"),
        "ALTER ROLE other NOREPLICATION",
    ),
    (
        "GRANT pg_read_server_files TO other",
        (ERROR, Role, "*"),
        "REVOKE pg_read_server_files FROM other",
    ),
    (
        "GRANT pg_write_server_files TO other",
        (ERROR, Role, "*"),
        "REVOKE pg_write_server_files FROM other",
    ),
    (
        "GRANT pg_execute_server_program TO other",
        (ERROR, Role, "*"),
        "REVOKE pg_execute_server_program FROM other",
    ),
    (
        "ALTER SCHEMA public OWNER TO other",
        (ERROR, SchemaOwner, "*"),
        "ALTER SCHEMA public OWNER TO pg_database_owner",
    ),
    (
        "GRANT EXECUTE ON FUNCTION pg_read_file(text) TO other",
        (ERROR, Rights, "pg_read_file(text)"),
        "REVOKE EXECUTE ON FUNCTION pg_read_file(text) FROM other",
    ),
    (
        "CREATE FUNCTION bens() RETURNS SETOF text LANGUAGE sql SET tenancy.tenant_id = '2'
            AS 'SELECT name FROM items';
         REVOKE EXECUTE ON FUNCTION bens() FROM PUBLIC; GRANT EXECUTE ON FUNCTION bens() TO other",
        (ERROR, TenantFunction, "bens()"),
        "DROP FUNCTION bens()",
    ),
    (
        "GRANT SET ON PARAMETER session_replication_role TO other",
        (ERROR, ForeignKeysOff, "*"),
        "REVOKE SET ON PARAMETER session_replication_role FROM other",
    ),
];

#[test]
fn l_86_what_it_can_become_is_looked_at() {
    let stage = Stage::new();
    let role = format!("lone_of_{}", stage.name());
    let other = format!("other_of_{}", stage.name());
    let mut raw = stage.raw();
    // It inherits no rights: each takes a SET ROLE.
    raw.batch_execute(&format!(
        "CREATE ROLE {role} LOGIN NOINHERIT; CREATE ROLE {other}; GRANT {other} TO {role}"
    ))
    .unwrap();
    tables().protect(&mut stage.owner(), &role).unwrap();
    let look = || but_for_the_version(found(&tables(), &mut stage.signed_in(&role)));
    let mut told = vec![("nothing", look())];
    for (breaks, _, cleans) in OF_ANOTHER {
        let as_other = |sql: &str| sql.replace("other", &other);
        raw.batch_execute(&as_other(breaks)).unwrap();
        told.push((breaks, look()));
        raw.batch_execute(&as_other(cleans)).unwrap();
    }
    raw.batch_execute(&format!("DROP OWNED BY {role}; DROP ROLE {role}, {other}"))
        .unwrap();
    assert_eq!(told.remove(0).1, []);
    for ((breaks, expected, _), (_, findings)) in OF_ANOTHER.iter().zip(told) {
        let seen: Vec<_> = findings
            .iter()
            .filter(|found| found.check != Inheritance)
            .map(|found| {
                let table = found.table.as_deref().unwrap_or("*");
                (found.severity, found.check, table)
            })
            .collect();
        assert_eq!(seen, [*expected], "{breaks}: {findings:#?}");
    }
}

#[test]
fn l_94_what_only_a_superuser_should_read_is_found() {
    let cases: [Case; 7] = [
        (
            "GRANT EXECUTE ON FUNCTION pg_read_binary_file(text) TO serving",
            &[(ERROR, Rights, "pg_read_binary_file(text)")],
            "",
        ),
        (
            "GRANT EXECUTE ON FUNCTION lo_export(oid, text) TO serving",
            &[(ERROR, Rights, "lo_export(oid,text)")],
            "",
        ),
        (
            "GRANT SELECT (stavalues1) ON pg_statistic TO serving",
            &[(ERROR, Rights, "pg_statistic")],
            "",
        ),
        (
            "GRANT SELECT ON pg_statistic_ext_data TO serving",
            &[(ERROR, Rights, "pg_statistic_ext_data")],
            "",
        ),
        (
            "GRANT EXECUTE ON FUNCTION pg_read_file(text) TO serving",
            &[(ERROR, Rights, "pg_read_file(text)")],
            "",
        ),
        (
            "GRANT EXECUTE ON FUNCTION lo_import(text) TO PUBLIC",
            &[(ERROR, Rights, "lo_import(text)")],
            "",
        ),
        (
            "GRANT SELECT ON pg_statistic TO serving",
            &[(ERROR, Rights, "pg_statistic")],
            "",
        ),
    ];
    check_cases(&tables(), &Stage::new(), "postgres", &cases);
}
