//! Keys that are texts with a prefix: made by the library, typed, and never another tenant's.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{Check, Error, HasTextId, IdSource, InvalidId};
use uuid::Uuid;

use crate::plant::{
    Call, ChangedProcess, Limit, NewCall, NewLimit, NewOwnedProcess, NewProcess, NewTenant,
    NewVersion, Person, Plant, Process, Tenant, Version, calls, catalog, numbered, people,
    processes, tenants, versions,
};
use crate::support::{record, sent_by};

macro_rules! as_anna {
    ($plant:ident, $session:ident, $($repo:ident: $model:ty),*) => {
        let $plant = Plant::new();
        let scope = $plant.anna();
        let mut $session = $plant.db.session(&scope).unwrap();
        $(let $repo = Repo::<$model>::new(&scope);)*
    };
}

/// How many of these there are that differ, each of the model.
fn distinct<T: HasTextId>(ids: impl IntoIterator<Item = TextId<T>>) -> usize {
    let ids: HashSet<TextId<T>> = ids.into_iter().collect();
    assert!(ids.iter().all(|id| id.to_string().parse() == Ok(*id)));
    ids.len()
}

/// Of a text that an id was read from.
fn suffix<T>(id: TextId<T>) -> String {
    id.as_str().rsplit_once('_').unwrap().1.to_owned()
}

#[test]
fn a_new_row_gets_a_key() {
    as_anna!(plant, session, processes: Process, people: Person);
    let one: Process = processes
        .insert(&NewProcess { name: "One" })
        .get_result(&mut session)
        .unwrap();
    let two: Process = processes
        .insert((processes::name.eq("Two"),))
        .get_result(&mut session)
        .unwrap();
    let three: Person = people
        .insert((people::name.eq("Three"),))
        .get_result(&mut session)
        .unwrap();
    assert_eq!(distinct([one.id, two.id, numbered(1)]), 3);
    assert!(one.id.as_str().starts_with("proc_"));
    assert!(three.id.as_str().starts_with("usr_"));
    let of: String = processes::table
        .filter(processes::id.eq(one.id))
        .select(processes::tenant_id)
        .first(&mut plant.raw())
        .unwrap();
    assert_eq!(of, numbered::<Tenant>(1).as_str());
}

#[test]
fn each_row_of_a_batch_gets_a_key_of_its_own() {
    as_anna!(plant, session, processes: Process);
    let many: Vec<String> = (0..300).map(|number| format!("Step {number}")).collect();
    let rows: Vec<NewOwnedProcess<'_>> = many
        .iter()
        .enumerate()
        .map(|(at, name)| NewOwnedProcess {
            name,
            owner_id: (at > 200).then(|| numbered(1)),
            heat: None,
        })
        .collect();
    processes.insert(&rows).execute(&mut session).unwrap();
    let tuples: Vec<_> = ["A", "B"].map(|name| (processes::name.eq(name),)).into();
    processes.insert(tuples).execute(&mut session).unwrap();
    let ids: Vec<TextId<Process>> = processes
        .query()
        .select(processes::id)
        .load(&mut session)
        .unwrap();
    assert_eq!(distinct(ids), 303);
    drop(plant);
}

#[test]
fn rows_under_a_parent_get_keys() {
    as_anna!(plant, session, calls: Call, limits: Limit, processes: Process);
    let process_id = numbered(1);
    let new = NewCall {
        process_id,
        status: 1,
    };
    let one: Call = calls.insert(&new).get_result(&mut session).unwrap();
    let two: Call = calls
        .under(process_id)
        .insert((calls::status.eq(2),))
        .get_result(&mut session)
        .unwrap();
    assert_eq!(distinct([one.id, two.id, numbered(1)]), 3);
    assert_eq!((one.process_id, two.process_id), (process_id, process_id));
    let found: Call = calls.find(two.id).first(&mut session).unwrap();
    assert_eq!(found, two);
    let fresh: Process = processes
        .insert(&NewProcess { name: "Fresh" })
        .get_result(&mut session)
        .unwrap();
    let new = NewLimit {
        process_id: fresh.id,
        most: 7,
    };
    limits.insert(&new).execute(&mut session).unwrap();
    let limit: Limit = limits.find(fresh.id).first(&mut session).unwrap();
    assert_eq!(limit.most, 7);
    drop(plant);
}

#[test]
fn a_foreign_parent_is_not_found() {
    as_anna!(plant, session, calls: Call, limits: Limit);
    for process_id in [numbered(2), numbered(9)] {
        let new = NewCall {
            process_id,
            status: 1,
        };
        let put = calls.insert(&new).execute(&mut session);
        assert!(matches!(put, Err(Error::NotFound)), "{put:?}");
        let put = calls.under(process_id).insert((calls::status.eq(2),));
        let put = put.execute(&mut session);
        assert!(matches!(put, Err(Error::NotFound)), "{put:?}");
        let new = NewLimit {
            process_id,
            most: 1,
        };
        let put = limits.insert(&new).execute(&mut session);
        assert!(matches!(put, Err(Error::NotFound)), "{put:?}");
    }
    let all: i64 = calls::table.count().get_result(&mut plant.raw()).unwrap();
    assert_eq!(all, 2);
}

#[test]
fn a_key_may_hold_the_tenant_too() {
    as_anna!(plant, session, versions: Version);
    let new = |number| NewVersion {
        process_id: numbered(1),
        number,
    };
    let many = [new(2), new(3)];
    versions.insert(&many).execute(&mut session).unwrap();
    let four: Version = versions
        .insert((
            versions::process_id.eq(numbered::<Process>(1)),
            versions::number.eq(4),
        ))
        .get_result(&mut session)
        .unwrap();
    let all: Vec<(TextId<Version>, i32)> = versions
        .query()
        .order(versions::id)
        .select((versions::id, versions::number))
        .load(&mut session)
        .unwrap();
    let numbers: Vec<i32> = all.iter().map(|(_, number)| *number).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
    assert_eq!(distinct(all.iter().map(|(id, _)| *id)), 4);
    let found: Version = versions.find(four.id).first(&mut session).unwrap();
    assert_eq!(found, four);
    // Ben has a version of this very key.
    let renumbered = versions.update(numbered(1)).set(versions::number.eq(9));
    assert_eq!(renumbered.execute(&mut session).unwrap(), 1);
    let bens: Vec<i32> = versions::table
        .filter(versions::tenant_id.eq(numbered::<Tenant>(2)))
        .select(versions::number)
        .load(&mut plant.raw())
        .unwrap();
    assert_eq!(bens, [1]);
}

#[test]
fn a_type_id_is_ordered_by_time() {
    as_anna!(plant, session, calls: Call);
    let new = |status| NewCall {
        process_id: numbered(1),
        status,
    };
    for status in 1..=3 {
        calls.insert(&new(status)).execute(&mut session).unwrap();
    }
    let batch: Vec<NewCall> = (4..=9).map(new).collect();
    calls.insert(&batch).execute(&mut session).unwrap();
    let found: Vec<(TextId<Call>, i32)> = calls
        .query()
        .filter(calls::status.lt(10))
        .order(calls::id)
        .select((calls::id, calls::status))
        .load(&mut session)
        .unwrap();
    let statuses: Vec<i32> = found.iter().map(|(_, status)| *status).collect();
    assert_eq!(statuses, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert!(found.is_sorted_by(|a, b| a.0 < b.0));
    // The clock of the fixture stands at the beginning: 48 bits of time are 0.
    assert!(
        found
            .iter()
            .all(|(id, _)| suffix(*id).starts_with("000000000"))
    );
    drop(plant);
}

#[test]
fn an_upsert_makes_a_key_and_keeps_one() {
    as_anna!(plant, session, processes: Process);
    let upsert = |name, session: &mut _| -> Process {
        processes
            .insert(&NewOwnedProcess {
                name,
                owner_id: None,
                heat: Some(5),
            })
            .on_conflict((processes::tenant_id, processes::name))
            .do_update()
            .set(processes::heat.eq(6))
            .get_result(session)
            .unwrap()
    };
    let old = upsert("Smelt", &mut session);
    assert_eq!((old.id, old.heat), (numbered(1), Some(6)));
    let new = upsert("Melt", &mut session);
    assert_eq!(new.heat, Some(5));
    assert_eq!(upsert("Melt", &mut session).id, new.id);
    let many = ["Melt", "Pour"].map(|name| NewProcess { name });
    let kept = processes
        .insert(&many)
        .on_conflict((processes::tenant_id, processes::name))
        .do_nothing()
        .execute(&mut session)
        .unwrap();
    assert_eq!(kept, 1);
    let mut bens: Vec<(String, Option<i32>)> = processes::table
        .filter(processes::tenant_id.eq(numbered::<Tenant>(2)))
        .select((processes::id, processes::heat))
        .load(&mut plant.raw())
        .unwrap();
    let (id, heat) = bens.pop().unwrap();
    assert_eq!((&*id, heat), (numbered::<Process>(2).as_str(), Some(9)));
}

#[test]
fn another_tenants_key_leads_nowhere() {
    as_anna!(plant, session, processes: Process, calls: Call, limits: Limit, tenants: Tenant);
    let own: Process = processes.find(numbered(1)).first(&mut session).unwrap();
    assert_eq!((own.id, &*own.name), (numbered(1), "Smelt"));
    for id in [numbered(2), numbered(9)] {
        let found = processes.find(id).first::<Process>(&mut session);
        assert!(matches!(found, Err(Error::NotFound)), "{found:?}");
        let found = limits.find(id).first::<Limit>(&mut session);
        assert!(matches!(found, Err(Error::NotFound)), "{found:?}");
        let renamed = processes.update(id).set(processes::name.eq("Stolen"));
        let renamed = renamed.execute(&mut session);
        assert!(matches!(renamed, Err(Error::NotFound)), "{renamed:?}");
        let deleted = processes.delete(id).execute(&mut session);
        assert!(matches!(deleted, Err(Error::NotFound)), "{deleted:?}");
    }
    let found = calls.find(numbered(2)).first::<Call>(&mut session);
    assert!(matches!(found, Err(Error::NotFound)), "{found:?}");
    let found = tenants.find(numbered(2)).first::<Tenant>(&mut session);
    assert!(matches!(found, Err(Error::NotFound)), "{found:?}");
    let asked = [1, 2, 9].map(numbered::<Process>);
    let found: Vec<TextId<Process>> = processes
        .query()
        .filter(processes::id.is_among(asked))
        .select(processes::id)
        .load(&mut session)
        .unwrap();
    assert_eq!(found, [numbered(1)]);
    let names: Vec<String> = processes::table
        .select(processes::name)
        .load(&mut plant.raw())
        .unwrap();
    assert_eq!(names, ["Smelt", "Smelt"]);
}

#[test]
fn each_tenant_sees_its_own_by_the_same_statement() {
    let plant = Plant::new();
    for (scope, own) in [(plant.anna(), 1), (plant.ben(), 2)] {
        let mut session = plant.db.session(&scope).unwrap();
        let found: Vec<Process> = Repo::<Process>::new(&scope)
            .query()
            .load(&mut session)
            .unwrap();
        let ids: Vec<_> = found.iter().map(|process| process.id).collect();
        assert_eq!(ids, [numbered(own)]);
        let called: Vec<Call> = Repo::<Call>::new(&scope)
            .belonging_to(&found)
            .load(&mut session)
            .unwrap();
        let grouped = called.grouped_by(&found);
        assert_eq!(grouped[0][0].id, numbered(own));
        let joined: Vec<(TextId<Call>, TextId<Process>, Option<TextId<Person>>)> =
            Repo::<Call>::new(&scope)
                .query()
                .inner_join(processes::table)
                .select((calls::id, processes::id, processes::owner_id))
                .load(&mut session)
                .unwrap();
        assert_eq!(
            joined,
            [(numbered(own), numbered(own), Some(numbered(own)))]
        );
    }
}

#[test]
fn a_reference_to_another_tenants_row_is_refused() {
    as_anna!(plant, session, processes: Process);
    let mut put = |owner_id| {
        let new = NewOwnedProcess {
            name: "Cast",
            owner_id,
            heat: None,
        };
        processes.insert(&new).execute(&mut session)
    };
    for owner_id in [numbered(2), numbered(9)] {
        let refused = put(Some(owner_id));
        assert!(
            matches!(refused, Err(Error::ForeignKeyViolation { .. })),
            "{refused:?}"
        );
    }
    put(Some(numbered(1))).unwrap();
    let mut set = |owner_id| {
        let change = ChangedProcess { owner_id };
        processes
            .update(numbered(1))
            .set(change)
            .execute(&mut session)
    };
    let refused = set(Some(numbered(2)));
    assert!(
        matches!(refused, Err(Error::ForeignKeyViolation { .. })),
        "{refused:?}"
    );
    set(Some(numbered(1))).unwrap();
    drop(plant);
}

#[test]
fn texts_that_are_no_ids_are_refused_before_anything_is_asked() {
    let read = |text: &str| text.parse::<TextId<Process>>();
    for text in [
        "",
        "proc_",
        "proc_7",
        "PROC_0000000000000000000000000A",
        "proc_0000000000000000000000000A",
        "proc_000000000000000000000000011",
        "proc_0000000000000000000000000\u{661}",
        "proc_00000000000000000000000001' OR '1'='1",
        &"proc_".repeat(1 << 16),
    ] {
        assert_eq!(read(text), Err(InvalidId::Malformed), "{text}");
    }
    let expected = "proc";
    let in_capitals = read("PROC_00000000000000000000000001");
    assert_eq!(in_capitals, Err(InvalidId::OtherPrefix { expected }));
    let of_another_model = read(numbered::<Person>(1).as_str());
    assert_eq!(of_another_model, Err(InvalidId::OtherPrefix { expected }));
    let begins_so = read(numbered::<Version>(1).as_str());
    assert_eq!(begins_so, Err(InvalidId::OtherPrefix { expected }));
}

#[test]
fn a_row_whose_key_is_no_id_of_the_model_is_not_taken_for_one() {
    as_anna!(plant, session, processes: Process);
    plant.fill(
        "INSERT INTO processes VALUES ('usr_00000000000000000000000007',
            'ten_00000000000000000000000001', NULL, 'Older', 9, '2000-01-01 00:00:00')",
    );
    let loaded = processes.query().load::<Process>(&mut session);
    assert!(
        matches!(loaded, Err(Error::Deserialization(_))),
        "{loaded:?}"
    );
    let shown = format!("{loaded:?} {}", loaded.as_ref().unwrap_err());
    assert!(!shown.contains("usr_"), "{shown}");
}

#[test]
fn a_tenant_may_be_new() {
    let plant = Plant::new();
    let id: TextId<Tenant> = plant.db.new_text_id().unwrap();
    let other: TextId<Tenant> = plant.db.new_text_id().unwrap();
    assert_eq!(distinct([id, other]), 2);
    let scope = plant.scope(id);
    let mut session = plant.db.session(&scope).unwrap();
    let tenants = Repo::<Tenant>::new(&scope);
    let new = NewTenant { name: "Plant" };
    let made: Tenant = tenants.insert(&new).get_result(&mut session).unwrap();
    assert_eq!(made.id, id);
    let seen: Vec<Tenant> = tenants.query().load(&mut session).unwrap();
    assert_eq!(seen, [made]);
    let processes = Repo::<Process>::new(&scope);
    let new = NewProcess { name: "Smelt" };
    processes.insert(&new).execute(&mut session).unwrap();
    let seen: i64 = processes.query().count().get_result(&mut session).unwrap();
    assert_eq!(seen, 1);
    let all: i64 = tenants::table.count().get_result(&mut plant.raw()).unwrap();
    assert_eq!(all, 3);
}

#[test]
fn a_cache_key_holds_the_id_and_the_tenant() {
    let plant = Plant::new();
    let id = numbered::<Process>(1);
    let key = plant.anna().cache_key("heat", id);
    assert_ne!(key, plant.ben().cache_key("heat", id));
    assert!(key.contains("30:ten_00000000000000000000000001"), "{key}");
    assert!(key.ends_with("31:proc_00000000000000000000000001"), "{key}");
    let kind = format!(":{}:", "plant::Tenant");
    assert!(key.contains(&kind), "{key}");
}

#[test]
fn an_inspection_has_nothing_against_the_keys() {
    let plant = Plant::new();
    let of_keys = |tables: &tenancy::Catalog| -> Vec<String> {
        let inspection = plant.db.inspect(tables).unwrap();
        let found = inspection.findings().iter();
        let of_keys = found.filter(|found| found.check == Check::PrimaryKey);
        of_keys.filter_map(|found| found.table.clone()).collect()
    };
    assert_eq!(of_keys(&catalog()), Vec::<String>::new());
    // The same table, whose keys an application makes.
    let chosen = tenancy::catalog![Tenant, chosen::Person, Process, Version, Call, Limit];
    assert_eq!(of_keys(&chosen), ["people"]);
}

mod chosen {
    use super::*;

    diesel::table! {
        people (id) { id -> Text, tenant_id -> Text }
    }

    #[derive(Queryable, Selectable, Scoped)]
    #[diesel(table_name = people)]
    #[scoped(tenant = tenant_id, key = TextId<Tenant>)]
    pub(super) struct Person {
        #[expect(dead_code, reason = "a model has its key")]
        id: String,
    }
}

/// A source that has nothing to give, after so many.
struct Broken(std::sync::atomic::AtomicI32);

impl Broken {
    fn after(good: i32) -> Self {
        Self(good.into())
    }
}

impl IdSource for Broken {
    fn next_id(&self, _: DateTime<Utc>) -> Uuid {
        Uuid::nil()
    }

    fn fill_secret(&self, bytes: &mut [u8]) -> tenancy::Result<()> {
        let left = self.0.fetch_sub(1, std::sync::atomic::Ordering::Relaxed);
        if left < 1 {
            return Err(Error::NoRandomness);
        }
        bytes.fill(u8::try_from(left).unwrap_or(1));
        Ok(())
    }
}

#[test]
fn without_random_bytes_nothing_is_inserted() {
    record();
    let plant = Plant::with(|builder| builder.ids(Broken::after(200)));
    let scope = plant.anna();
    let mut session = plant.db.session(&scope).unwrap();
    let processes = Repo::<Process>::new(&scope);
    let names: Vec<String> = (0..250).map(|number| format!("Step {number}")).collect();
    let rows: Vec<_> = names.iter().map(|name| NewProcess { name }).collect();
    // Two statements: the first has all it needs.
    let made = processes.insert(&rows).execute(&mut session);
    assert!(matches!(made, Err(Error::NoRandomness)), "{made:?}");
    let row = NewProcess { name: "Melt" };
    let pairs = || (processes::name.eq("Melt"),);
    let ((), sent) = sent_by(|| {
        let made = processes.insert(&row).execute(&mut session);
        assert!(matches!(made, Err(Error::NoRandomness)), "{made:?}");
        let made = processes.insert(&row).get_result::<Process>(&mut session);
        assert!(matches!(made, Err(Error::NoRandomness)), "{made:?}");
        let made = processes.insert(pairs()).execute(&mut session);
        assert!(matches!(made, Err(Error::NoRandomness)), "{made:?}");
        let made = processes
            .insert(vec![pairs(), pairs()])
            .execute(&mut session);
        assert!(matches!(made, Err(Error::NoRandomness)), "{made:?}");
        let made = processes
            .insert(&row)
            .on_conflict((processes::tenant_id, processes::name))
            .do_update()
            .set(processes::heat.eq(6))
            .execute(&mut session);
        assert!(matches!(made, Err(Error::NoRandomness)), "{made:?}");
        let made = Repo::<Call>::new(&scope)
            .under(numbered(1))
            .insert((calls::status.eq(2),))
            .execute(&mut session);
        assert!(matches!(made, Err(Error::NoRandomness)), "{made:?}");
    });
    assert!(!sent.iter().any(|sql| sql.contains("INSERT")), "{sent:?}");
    let made = plant.db.new_text_id::<Tenant>();
    assert!(matches!(made, Err(Error::NoRandomness)), "{made:?}");
    let seen: i64 = processes.query().count().get_result(&mut session).unwrap();
    assert_eq!(seen, 1);
}

#[test]
fn a_statement_that_was_prepared_before_needs_random_bytes_too() {
    let plant = Plant::with(|builder| builder.ids(Broken::after(1)));
    let scope = plant.anna();
    let mut session = plant.db.session(&scope).unwrap();
    let processes = Repo::<Process>::new(&scope);
    let put = |name| processes.insert(NewProcess { name });
    put("Melt").execute(&mut session).unwrap();
    let made = put("Pour").execute(&mut session);
    assert!(matches!(made, Err(Error::NoRandomness)), "{made:?}");
    let seen: i64 = processes.query().count().get_result(&mut session).unwrap();
    assert_eq!(seen, 2);
}
