//! Each check, on a stage that one statement broke; and the SQL that mends it.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tenancy::prelude::*;
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
const NOTE: Severity = Severity::Note;

pub(crate) fn found(catalog: &Catalog, conn: &mut PgConnection) -> Vec<Finding> {
    catalog.inspect(conn).unwrap().findings().to_vec()
}

/// Breaks the stage as a role, looks at it as the serving role, and mends it again.
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
fn what_owns_a_row_is_there_and_exact() {
    let cases: [Case; 5] = [
        (
            "ALTER TABLE items ALTER tenant_id DROP NOT NULL",
            &[(ERROR, NullableOwner, "items")],
            "",
        ),
        (
            "ALTER TABLE notes ALTER item_id DROP NOT NULL",
            &[(ERROR, NullableOwner, "notes")],
            "",
        ),
        (
            "ALTER TABLE notes DROP CONSTRAINT notes_item_id_fkey",
            &[(ERROR, MissingForeignKey, "notes")],
            "",
        ),
        (
            "DROP POLICY tenancy ON tools; ALTER TABLE tools ALTER owner_id TYPE integer",
            &[(ERROR, KeyType, "tools"), (ERROR, MissingPolicy, "tools")],
            "",
        ),
        (
            // The policies of the table below read the column too.
            "DROP POLICY tenancy ON items; DROP POLICY tenancy ON notes;
             ALTER TABLE items ALTER tenant_id TYPE integer",
            &[
                (ERROR, KeyType, "items"),
                (ERROR, MissingPolicy, "items"),
                (ERROR, MissingPolicy, "notes"),
            ],
            "",
        ),
    ];
    check_cases(&tables(), &Stage::new(), "owner", &cases);
}

#[test]
fn l_71_unique_keys_begin_with_the_owner() {
    let cases: [Case; 9] = [
        (
            "CREATE UNIQUE INDEX by_name ON items (name)",
            &[(ERROR, UniqueKey, "items")],
            "DROP INDEX by_name",
        ),
        (
            "ALTER TABLE items ADD CONSTRAINT by_name UNIQUE (name)",
            &[(ERROR, UniqueKey, "items")],
            "ALTER TABLE items DROP CONSTRAINT by_name",
        ),
        (
            "ALTER TABLE tools ADD EXCLUDE (name WITH =)",
            &[(ERROR, UniqueKey, "tools")],
            "ALTER TABLE tools DROP CONSTRAINT IF EXISTS tools_name_excl",
        ),
        (
            "CREATE UNIQUE INDEX by_name ON items (lower(name)) WHERE name <> 'x'",
            &[(ERROR, UniqueKey, "items"), (NOTE, SlowIndex, "items")],
            "DROP INDEX by_name",
        ),
        (
            "CREATE UNIQUE INDEX by_body ON notes (body) WHERE id > 2",
            &[(ERROR, UniqueKey, "notes")],
            "DROP INDEX by_body",
        ),
        (
            "CREATE UNIQUE INDEX by_name ON items (name, tenant_id)",
            &[(WARNING, UniqueKeyOrder, "items")],
            "DROP INDEX by_name",
        ),
        (
            "ALTER TABLE items ADD public_id uuid UNIQUE",
            &[(WARNING, UniqueKey, "items")],
            "ALTER TABLE items DROP public_id",
        ),
        (
            "ALTER TABLE categories ALTER id DROP IDENTITY",
            &[(ERROR, PrimaryKey, "categories")],
            "ALTER TABLE categories ALTER id ADD GENERATED BY DEFAULT AS IDENTITY (START 3)",
        ),
        (
            "DROP INDEX notes_tenancy_index",
            &[(WARNING, MissingIndex, "notes")],
            "",
        ),
    ];
    let stage = Stage::new();
    let apart = "UPDATE items SET name = name || id; UPDATE tools SET name = name || id";
    stage.raw().batch_execute(apart).unwrap();
    check_cases(&tables(), &stage, "owner", &cases);
}

#[test]
fn l_60_references_pair_the_tenants() {
    let cases: [Case; 7] = [
        (
            "ALTER TABLE items DROP CONSTRAINT items_category_id_tenancy_fkey,
             ADD CONSTRAINT single FOREIGN KEY (category_id) REFERENCES categories (id)",
            &[(ERROR, ForeignKey, "items")],
            "",
        ),
        (
            "ALTER TABLE items ADD CONSTRAINT single
             FOREIGN KEY (category_id) REFERENCES categories (id)",
            &[(WARNING, ForeignKey, "items")],
            "ALTER TABLE items DROP CONSTRAINT single",
        ),
        (
            "DO $$ DECLARE name text; BEGIN
                FOR name IN SELECT conname FROM pg_constraint
                    WHERE conrelid = 'items'::regclass AND contype = 'f' LOOP
                    EXECUTE format('ALTER TABLE items DROP CONSTRAINT %I', name);
                END LOOP;
             END $$",
            &[(ERROR, MissingForeignKey, "items")],
            "",
        ),
        (
            "ALTER TABLE items ADD CONSTRAINT emptied FOREIGN KEY (tenant_id, category_id)
             REFERENCES categories (tenant_id, id) ON DELETE SET NULL",
            &[(ERROR, EmptiedOwner, "items")],
            "",
        ),
        (
            "ALTER TABLE tags ADD note_id bigint REFERENCES notes (id)",
            &[(WARNING, ForeignKey, "tags")],
            "ALTER TABLE tags DROP note_id",
        ),
        (
            "ALTER TABLE tools ADD tag_id bigint REFERENCES tags (id)",
            &[(WARNING, ForeignKey, "tools")],
            "ALTER TABLE tools DROP tag_id",
        ),
        (
            "ALTER TABLE units ADD item_id bigint REFERENCES items (id)",
            &[(WARNING, ForeignKey, "units")],
            "ALTER TABLE units DROP item_id",
        ),
    ];
    check_cases(&tables(), &Stage::new(), "owner", &cases);
}

/// Under forced row security the owner sees no rows, and a key that they break would be taken.
#[test]
fn a_mended_reference_is_checked_with_all_rows() {
    let stage = Stage::new();
    stage
        .raw()
        .batch_execute(
            "ALTER TABLE items DROP CONSTRAINT items_category_id_tenancy_fkey;
             UPDATE items SET category_id = 2 WHERE id = 1",
        )
        .unwrap();
    let findings = but_for_the_version(found(&tables(), &mut stage.serving()));
    let mend = findings[0].mend.as_deref().unwrap();
    let refused = stage.owner().batch_execute(mend).unwrap_err();
    assert!(
        refused.to_string().contains("violates foreign key"),
        "{refused}"
    );
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
                AS 'SELECT count(*) FROM items';
             CREATE TABLE part () INHERITS (items);",
        )
        .unwrap();
    assert_eq!(found(&tables(), &mut stage.serving()), before);
}

#[test]
fn l_91_row_security_is_on_and_the_catalogs() {
    let cases: [Case; 9] = [
        (
            "ALTER TABLE tools DISABLE ROW LEVEL SECURITY",
            &[(ERROR, RowSecurityOff, "tools"), (ERROR, Probe, "tools")],
            "",
        ),
        (
            "ALTER TABLE items NO FORCE ROW LEVEL SECURITY",
            &[(ERROR, NotForced, "items")],
            "",
        ),
        (
            "DROP POLICY tenancy ON tools",
            &[(ERROR, MissingPolicy, "tools")],
            "",
        ),
        (
            "ALTER POLICY tenancy ON tools TO operator",
            &[(ERROR, MissingPolicy, "tools")],
            "",
        ),
        (
            "CREATE POLICY lamps ON items FOR SELECT USING (name = 'Lamp')",
            &[(ERROR, OtherPolicy, "items"), (ERROR, Probe, "items")],
            "",
        ),
        (
            "CREATE POLICY all_of_them ON items USING (true)",
            &[(ERROR, OpenPolicy, "items"), (ERROR, Probe, "items")],
            "",
        ),
        (
            "CREATE POLICY spoof ON items FOR INSERT WITH CHECK (true)",
            &[(ERROR, OpenPolicy, "items")],
            "",
        ),
        (
            // Everybody's rows are read, and not written.
            "CREATE POLICY more ON tags FOR DELETE USING (
                tenant_id = nullif(current_setting('tenancy.tenant_id', true), '')::bigint
                OR tenant_id IS NULL)",
            &[(ERROR, OtherPolicy, "tags")],
            "",
        ),
        (
            // One row of everybody's would show all.
            "CREATE POLICY untied ON words FOR SELECT USING (EXISTS (
                SELECT 1 FROM tags tenancy_1 WHERE tenancy_1.id = words.tag_id
                AND tenancy_1.tenant_id = nullif(current_setting('tenancy.tenant_id', true), '')::bigint
                OR tenancy_1.tenant_id IS NULL))",
            &[(ERROR, OtherPolicy, "words"), (ERROR, Probe, "words")],
            "",
        ),
    ];
    check_cases(&tables(), &Stage::new(), "owner", &cases);
}

#[test]
fn l_94_rights_to_whole_tables_are_found() {
    let cases: [Case; 6] = [
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
            "GRANT CREATE ON SCHEMA public TO serving",
            &[(WARNING, SchemaRights, "*")],
            "",
        ),
    ];
    check_cases(&tables(), &Stage::new(), "owner", &cases);
}

const LISTED: &str = "listed() RETURNS SETOF items LANGUAGE sql SECURITY DEFINER
    AS 'SELECT * FROM items'";

/// What the owner of the tables makes is bound by their row security.
#[test]
fn what_reads_as_the_owner_is_a_warning() {
    let function = format!("CREATE FUNCTION {LISTED}");
    let cases: [Case; 2] = [
        (
            "CREATE VIEW shown AS SELECT * FROM items; GRANT SELECT ON shown TO serving",
            &[(WARNING, View, "shown")],
            "DROP VIEW shown",
        ),
        (
            function.leak(),
            &[(WARNING, DefinerFunction, "listed()")],
            "DROP FUNCTION listed()",
        ),
    ];
    check_cases(&tables(), &Stage::new(), "owner", &cases);
}

#[test]
fn l_87_l_88_l_89_l_90_what_goes_round_row_security_is_found() {
    let function = format!("CREATE FUNCTION {LISTED}");
    let cases: [Case; 6] = [
        (
            "CREATE VIEW shown AS SELECT * FROM items; GRANT SELECT ON shown TO serving",
            &[(ERROR, View, "shown")],
            "DROP VIEW shown",
        ),
        (
            // Over a view, and by one column only.
            "CREATE VIEW inner_one AS SELECT * FROM items;
             CREATE VIEW shown AS SELECT * FROM inner_one; GRANT SELECT (name) ON shown TO serving",
            &[(ERROR, View, "shown")],
            "DROP VIEW shown, inner_one",
        ),
        (
            "CREATE MATERIALIZED VIEW kept AS SELECT * FROM notes; GRANT SELECT ON kept TO serving",
            &[(ERROR, MaterializedView, "kept")],
            "DROP MATERIALIZED VIEW kept",
        ),
        (
            function.leak(),
            &[(ERROR, DefinerFunction, "listed()")],
            "DROP FUNCTION listed()",
        ),
        (
            "CREATE TABLE part () INHERITS (items); GRANT SELECT ON part TO serving",
            &[(ERROR, Partition, "part")],
            "DROP TABLE part",
        ),
        (
            // With row security of its own, it is looked at like the whole.
            "CREATE TABLE part () INHERITS (items); GRANT SELECT ON part TO serving;
             ALTER TABLE part ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
             CREATE POLICY tenancy ON part USING (tenant_id
                = nullif(current_setting('tenancy.tenant_id', true), '')::bigint);
             CREATE POLICY more ON part USING (true)",
            &[(ERROR, OpenPolicy, "part")],
            "DROP TABLE part",
        ),
    ];
    check_cases(&tables(), &Stage::new(), "postgres", &cases);
}

#[test]
fn tables_that_only_one_side_knows_are_found() {
    let cases: [Case; 4] = [
        (
            "CREATE TABLE extra (id bigint)",
            &[(WARNING, UndeclaredTable, "extra")],
            "DROP TABLE extra",
        ),
        (
            "CREATE TABLE extra (tenant_id bigint)",
            &[(ERROR, UndeclaredTable, "extra")],
            "DROP TABLE extra",
        ),
        (
            "ALTER TABLE units RENAME TO sizes",
            &[
                (ERROR, MissingTable, "units"),
                (WARNING, UndeclaredTable, "sizes"),
            ],
            "ALTER TABLE sizes RENAME TO units",
        ),
        (
            "ALTER TABLE units RENAME TO sizes; CREATE VIEW units AS SELECT * FROM sizes",
            &[
                (ERROR, NotATable, "units"),
                (WARNING, UndeclaredTable, "sizes"),
            ],
            "DROP VIEW units; ALTER TABLE sizes RENAME TO units",
        ),
    ];
    check_cases(&tables(), &Stage::new(), "owner", &cases);
}

#[test]
fn a_trigger_that_sets_the_owner_is_found() {
    const FUNCTION: &str = "CREATE FUNCTION moves() RETURNS trigger LANGUAGE plpgsql AS";
    let broken = format!(
        "{FUNCTION} 'BEGIN NEW . tenant_id := 2; RETURN NEW; END';
         CREATE TRIGGER moves BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION moves()"
    );
    let reads = format!(
        "{FUNCTION} 'BEGIN IF NEW.tenant_id > 1 THEN NEW.name = NEW.tenant_id; END IF; RETURN NEW; END';
         CREATE TRIGGER reads BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION moves()"
    );
    let stage = Stage::new();
    let cases: [Case; 1] = [(
        broken.leak(),
        &[(WARNING, Trigger, "items")],
        "DROP FUNCTION moves() CASCADE",
    )];
    check_cases(&tables(), &stage, "postgres", &cases);
    let before = found(&tables(), &mut stage.serving());
    stage.raw().batch_execute(&reads).unwrap();
    assert_eq!(found(&tables(), &mut stage.serving()), before);
}

#[test]
fn an_index_that_row_security_does_not_use_is_noted() {
    let cases: [Case; 3] = [
        (
            "ALTER TABLE items ADD price numeric; CREATE INDEX ON items (tenant_id, price)",
            &[(NOTE, SlowIndex, "items")],
            "ALTER TABLE items DROP price",
        ),
        (
            "ALTER TABLE items ADD body jsonb; CREATE INDEX ON items USING gin (body)",
            &[(NOTE, SlowIndex, "items")],
            "ALTER TABLE items DROP body",
        ),
        (
            "CREATE TYPE state AS ENUM ('on'); ALTER TABLE items ADD state state;
             CREATE INDEX ON items (tenant_id, state)",
            &[(NOTE, SlowIndex, "items")],
            "ALTER TABLE items DROP state; DROP TYPE state",
        ),
    ];
    check_cases(&tables(), &Stage::new(), "owner", &cases);
}

#[test]
fn a_tenant_that_a_connection_has_from_the_start_is_found() {
    let stage = Stage::new();
    let database = stage.name();
    let sets = format!("ALTER ROLE serving IN DATABASE {database} SET tenancy.tenant_id = '1'");
    let all = format!("ALTER DATABASE {database} SET tenancy.tenant_id = '1'");
    let cases: [Case; 2] = [
        (sets.leak(), &[(ERROR, StandingTenant, "*")], ""),
        (all.leak(), &[(ERROR, StandingTenant, "*")], ""),
    ];
    check_cases(&tables(), &stage, "postgres", &cases);
}

#[test]
fn what_the_catalog_leaves_out_is_noted() {
    let stage = Stage::new();
    stage
        .owner()
        .batch_execute("ALTER TABLE tools DISABLE ROW LEVEL SECURITY")
        .unwrap();
    let catalog = tables().without_row_security::<Tool>();
    let findings = but_for_the_version(found(&catalog, &mut stage.serving()));
    let told: Vec<_> = findings
        .iter()
        .map(|found| (found.severity, found.check))
        .collect();
    assert_eq!(told, [(NOTE, Unguarded)]);
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

diesel::table! {
    logs (id) {
        id -> BigInt,
        tenant -> Text,
    }
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = logs)]
#[scoped(tenant = tenant)]
struct Log {
    #[expect(dead_code)]
    id: RowId<Log>,
}

#[test]
fn a_text_key_is_compared_to_the_byte() {
    let stage = Stage::new();
    let catalog = catalog![Category, Item, Note, Tag, Word, Tool, Unit, Log];
    stage
        .owner()
        .batch_execute("CREATE TABLE logs (id bigserial PRIMARY KEY, tenant text NOT NULL)")
        .unwrap();
    stage
        .raw()
        .batch_execute(
            "CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2',
             deterministic = false); GRANT CREATE ON SCHEMA public TO owner",
        )
        .unwrap();
    catalog.protect(&mut stage.owner(), "serving").unwrap();
    let cases: [Case; 3] = [
        (
            "DROP POLICY tenancy ON logs; ALTER TABLE logs ALTER tenant TYPE text COLLATE loose",
            &[(ERROR, LooseKey, "logs"), (ERROR, MissingPolicy, "logs")],
            "",
        ),
        (
            "DROP POLICY tenancy ON logs; ALTER TABLE logs ALTER tenant TYPE char(20)",
            &[(ERROR, KeyType, "logs"), (ERROR, MissingPolicy, "logs")],
            "",
        ),
        (
            "DROP POLICY tenancy ON logs; ALTER TABLE logs RENAME tenant TO customer",
            &[
                (ERROR, MissingColumn, "logs"),
                (ERROR, MissingPolicy, "logs"),
            ],
            "ALTER TABLE logs RENAME customer TO tenant",
        ),
    ];
    check_cases(&catalog, &stage, "owner", &cases[..2]);
    // The policy cannot be made before the column is back.
    let mut owner = stage.owner();
    owner.batch_execute(cases[2].0).unwrap();
    let findings = but_for_the_version(found(&catalog, &mut stage.serving()));
    let told: Vec<_> = findings
        .iter()
        .map(|found| {
            (
                found.severity,
                found.check,
                found.table.as_deref().unwrap_or("*"),
            )
        })
        .collect();
    assert_eq!(told, cases[2].1, "{findings:#?}");
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
