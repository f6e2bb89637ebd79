//! Foreign keys.

use diesel::connection::SimpleConnection;

use super::*;

#[test]
fn l_60_references_pair_the_tenants() {
    let cases: [Case; 9] = [
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
            "ALTER TABLE items ADD CONSTRAINT emptied_later FOREIGN KEY (tenant_id, category_id)
             REFERENCES categories (tenant_id, id) ON UPDATE SET NULL",
            &[(ERROR, EmptiedOwner, "items")],
            "",
        ),
        (
            "ALTER TABLE items ADD CONSTRAINT emptied_again FOREIGN KEY (tenant_id, category_id)
             REFERENCES categories (tenant_id, id) ON DELETE SET DEFAULT",
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
    let breaks = "UPDATE items SET category_id = 2 WHERE id = 1";
    for lets in [
        "ALTER TABLE items DROP CONSTRAINT items_category_id_tenancy_fkey",
        "ALTER TABLE items DISABLE TRIGGER ALL",
    ] {
        let stage = Stage::new();
        let both = format!("{lets}; {breaks}");
        stage.raw().batch_execute(&both).unwrap();
        let findings = but_for_the_version(found(&tables(), &mut stage.serving()));
        let mend = findings[0].mend.as_deref().unwrap();
        let refused = stage.owner().batch_execute(mend).unwrap_err();
        assert!(
            refused.to_string().contains("violates foreign key"),
            "{refused}"
        );
    }
}

/// A foreign key that is there, and lets through what breaks it.
#[test]
fn l_60_a_reference_that_is_not_enforced_is_found() {
    let stage = Stage::new();
    let database = stage.name();
    let role =
        format!("ALTER ROLE serving IN DATABASE {database} SET session_replication_role = replica");
    let all = format!("ALTER DATABASE {database} SET session_replication_role = replica");
    let cases: [Case; 6] = [
        (
            // The triggers of notes' key to it are on it too.
            "ALTER TABLE items DISABLE TRIGGER ALL",
            &[
                (ERROR, LooseForeignKey, "items"),
                (ERROR, LooseForeignKey, "notes"),
            ],
            "",
        ),
        (
            "DO $$ DECLARE name text; BEGIN
                FOR name IN SELECT tgname FROM pg_trigger WHERE tgrelid = 'notes'::regclass LOOP
                    EXECUTE format('ALTER TABLE notes ENABLE REPLICA TRIGGER %I', name);
                END LOOP;
             END $$",
            &[(ERROR, LooseForeignKey, "notes")],
            "",
        ),
        (
            "ALTER TABLE items DROP CONSTRAINT items_category_id_tenancy_fkey,
             ADD CONSTRAINT items_category_id_tenancy_fkey FOREIGN KEY (tenant_id, category_id)
             REFERENCES categories (tenant_id, id) ON DELETE CASCADE NOT VALID",
            &[(ERROR, LooseForeignKey, "items")],
            "",
        ),
        (
            // Another key of the parent's.
            "ALTER TABLE items DROP CONSTRAINT items_category_id_tenancy_fkey,
             ADD UNIQUE (tenant_id, category_id, name);
             ALTER TABLE categories ADD legacy bigint; UPDATE categories SET legacy = id;
             ALTER TABLE categories ADD UNIQUE (tenant_id, legacy);
             ALTER TABLE items ADD CONSTRAINT old FOREIGN KEY (tenant_id, category_id)
             REFERENCES categories (tenant_id, legacy)",
            &[(ERROR, MissingForeignKey, "items")],
            "ALTER TABLE items DROP CONSTRAINT old,
             DROP CONSTRAINT items_tenant_id_category_id_name_key;
             ALTER TABLE categories DROP legacy",
        ),
        (role.leak(), &[(ERROR, ForeignKeysOff, "*")], ""),
        (all.leak(), &[(ERROR, ForeignKeysOff, "*")], ""),
    ];
    check_cases(&tables(), &stage, "postgres", &cases);
}

/// `protect` does not take such a key for done, keeps what it is told to do, and does not say
/// that all is well while rows break it.
#[test]
fn l_60_protect_holds_a_reference_that_was_not_enforced() {
    let stage = Stage::new();
    let mut owner = stage.owner();
    let is_pending = |owner: &mut PgConnection| {
        let pending = tables().pending(owner, "serving").unwrap();
        let steps: Vec<String> = pending.steps().iter().map(ToString::to_string).collect();
        assert!(
            steps
                .iter()
                .all(|step| step.contains("reference (tenant_id, category_id)")),
            "{steps:?}"
        );
        !steps.is_empty()
    };
    for breaks in [
        "ALTER TABLE items DISABLE TRIGGER ALL",
        "ALTER TABLE items DROP CONSTRAINT items_category_id_tenancy_fkey,
         ADD CONSTRAINT mine FOREIGN KEY (tenant_id, category_id)
         REFERENCES categories (tenant_id, id) ON DELETE CASCADE NOT VALID",
    ] {
        let mut raw = stage.raw();
        // The reference of the notes is on the same table.
        raw.batch_execute("ALTER TABLE notes DROP CONSTRAINT IF EXISTS notes_item_id_fkey")
            .unwrap();
        raw.batch_execute("ALTER TABLE notes DROP CONSTRAINT IF EXISTS notes_item_id_tenancy_fkey")
            .unwrap();
        raw.batch_execute(breaks).unwrap();
        tables().protect(&mut owner, "serving").unwrap();
        assert!(!is_pending(&mut owner), "{breaks}");
        let findings = but_for_the_version(found(&tables(), &mut stage.serving()));
        assert_eq!(findings, [], "{breaks}");

        let breaks_it = "INSERT INTO items (tenant_id, category_id, name) VALUES (1, 2, 'Rope')";
        let refused = raw.batch_execute(breaks_it).unwrap_err().to_string();
        assert!(refused.contains("violates foreign key"), "{refused}");
    }
    // It still cascades.
    let kept = "DELETE FROM notes; DELETE FROM categories WHERE id = 1";
    stage.raw().batch_execute(kept).unwrap();

    let mut raw = stage.raw();
    raw.batch_execute(
        "ALTER TABLE items DISABLE TRIGGER ALL;
         INSERT INTO items (tenant_id, category_id, name) VALUES (1, 2, 'Rope')",
    )
    .unwrap();
    let refused = tables().protect(&mut owner, "serving").unwrap_err();
    assert!(
        matches!(refused, tenancy::Error::ForeignKeyViolation { .. }),
        "{refused:?}"
    );
}

#[test]
fn a_parent_is_referred_to_by_its_key() {
    let stage = Stage::new();
    stage
        .raw()
        .batch_execute(
            "ALTER TABLE items ADD number bigint UNIQUE; UPDATE items SET number = 3 - id
                WHERE id < 3;
             ALTER TABLE notes DROP CONSTRAINT notes_item_id_fkey,
             ADD FOREIGN KEY (item_id) REFERENCES items (number)",
        )
        .unwrap();
    let findings = found(&tables(), &mut stage.serving());
    let missing = findings
        .iter()
        .find(|found| found.check == MissingForeignKey);
    let missing = missing.unwrap_or_else(|| panic!("{findings:#?}"));
    assert_eq!(missing.table.as_deref(), Some("notes"));
    // The catalog's own takes it for no reference to the key either.
    let done = tables().protect(&mut stage.owner(), "serving").unwrap();
    let step = done.steps()[0].to_string();
    assert_eq!(step, "notes: reference (item_id) to items (id)");
}
