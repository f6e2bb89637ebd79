//! What tells whose a row is.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tenancy::catalog;
use tenancy::prelude::*;

use super::*;

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
        .filter(|found| found.check != KeyKinds)
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
