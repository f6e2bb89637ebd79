//! Wherever an expression can stand, an own subquery can stand in it, and another tenant's
//! cannot: nothing is sent.

use diesel::dsl::{count_star, max, sum};
use diesel::prelude::*;
use tenancy::dsl::{filtered, over, window};
use tenancy::prelude::*;
use tenancy::{Error, Result, proposed};

use crate::gear::*;
use crate::support::{changing_nothing, leaving_ben_alone, record, sent_by};

type Conn = Session<crate::support::Conn>;

/// The repositories of one scope.
struct Repos {
    items: Repo<Item>,
    categories: Repo<Category>,
    units: Repo<Unit>,
}

impl Repos {
    fn of(scope: &TenantScope<i64>) -> Self {
        Self {
            items: Repo::new(scope),
            categories: Repo::new(scope),
            units: Repo::new(scope),
        }
    }
}

/// A statement of Anna's with a subquery over the rows of somebody in one of its parts.
type Slot = fn(&Repos, &Repos, &mut Conn) -> Result<usize>;

/// The ids of the categories, as a subquery.
macro_rules! ids {
    ($of:ident) => {
        $of.categories.query().select(categories::id)
    };
}

/// How many categories there are, as a value.
macro_rules! count {
    ($of:ident) => {
        $of.categories.query().count().single_value()
    };
}

/// The greatest weight, as a value.
macro_rules! weight {
    ($of:ident) => {
        $of.items.query().select(max(items::weight)).single_value()
    };
}

const READS: &[(&str, Slot)] = &[
    ("select", |own, of, session| {
        let query = own.items.query().select((items::id, count!(of)));
        Ok(query.load::<(i64, Option<i64>)>(session)?.len())
    }),
    ("order", |own, of, session| {
        let query = own.items.query().order(items::category_id.within(ids!(of)));
        Ok(query.load::<Item>(session)?.len())
    }),
    ("condition of an inner join", |own, of, session| {
        let on = items::category_id.eq(categories::id);
        let query = own
            .items
            .query()
            .inner_join(categories::table.on(on.and(categories::id.within(ids!(of)))))
            .select(items::id);
        Ok(query.load::<i64>(session)?.len())
    }),
    ("condition of a left join", |own, of, session| {
        let on = items::category_id.eq(categories::id);
        let query = own
            .items
            .query()
            .left_join(categories::table.on(on.and(categories::id.within(ids!(of)))))
            .select(items::id);
        Ok(query.load::<i64>(session)?.len())
    }),
    ("group and having", |own, of, session| {
        let query = own
            .items
            .query()
            .group_by(items::category_id)
            .having(items::category_id.within(ids!(of)))
            .select((items::category_id, count_star()));
        Ok(query.load::<(i64, i64)>(session)?.len())
    }),
    ("condition of an aggregate", |own, of, session| {
        let counted = filtered(count_star(), items::category_id.within(ids!(of)));
        Ok(usize::try_from(
            own.items
                .query()
                .select(counted)
                .get_result::<i64>(session)?,
        )
        .unwrap())
    }),
    ("partition of a window", |own, of, session| {
        let parts = window().partition_by(items::category_id.within(ids!(of)));
        let query = own.items.query().select(over(sum(items::weight), parts));
        Ok(query.load::<Option<i64>>(session)?.len())
    }),
    ("order of a window", |own, of, session| {
        let order = window().order_by(items::category_id.within(ids!(of)));
        let query = own.items.query().select(over(sum(items::weight), order));
        Ok(query.load::<Option<i64>>(session)?.len())
    }),
    ("boxed filter", |own, of, session| {
        let query = own.items.query().into_boxed();
        let query = query.filter(items::category_id.within(ids!(of)));
        Ok(query.load::<Item>(session)?.len())
    }),
    ("existence", |own, of, session| {
        let query = own
            .items
            .query()
            .filter(items::category_id.within(ids!(of)));
        Ok(usize::from(query.exists().get_result::<bool>(session)?))
    }),
    ("condition of a related row", |own, of, session| {
        let query = own
            .items
            .query()
            .where_exists_on(own.units.query(), units::id.within(ids!(of)));
        Ok(query.load::<Item>(session)?.len())
    }),
    ("page", |own, of, session| {
        let query = own
            .items
            .query()
            .filter(items::category_id.within(ids!(of)))
            .order(items::id);
        Ok(query.paginate(1, 9).load_page::<Item>(session)?.rows.len())
    }),
    ("page by key", |own, of, session| {
        let page = own
            .items
            .query()
            .keyset((items::id.asc(),))
            .select((items::id, count!(of)))
            .limit(9)
            .load_page::<(i64, Option<i64>)>(session)?;
        Ok(page.rows.len())
    }),
    ("row by row", |own, of, session| {
        let query = own
            .items
            .query()
            .filter(items::category_id.within(ids!(of)));
        let rows = query.load_iter::<Item>(session)?;
        Ok(rows.collect::<Result<Vec<_>>>()?.len())
    }),
    ("side of a combination", |own, of, session| {
        let all = || own.items.query().select(items::id);
        let some = all().filter(items::category_id.within(ids!(of)));
        Ok(all().union(some).load::<i64>(session)?.len())
    }),
];

const WRITES: &[(&str, Slot)] = &[
    ("set", |own, of, session| {
        let weight = items::weight.eq(weight!(of));
        own.items
            .update(own.items.query())
            .set(weight)
            .execute(session)
    }),
    ("target", |own, of, session| {
        let found = own
            .items
            .query()
            .filter(items::category_id.within(ids!(of)));
        own.items
            .update(found)
            .set(items::weight.eq(1))
            .execute(session)
    }),
    ("limited target", |own, of, session| {
        let found = own
            .items
            .query()
            .filter(items::category_id.within(ids!(of)));
        own.items.delete(found.limit(1)).execute(session)
    }),
    ("returning", |own, of, session| {
        let back = own
            .items
            .delete(own.items.query())
            .returning((items::id, count!(of)))
            .load::<(i64, Option<i64>)>(session)?;
        Ok(back.len())
    }),
    ("new row", |own, of, session| {
        own.items
            .insert((
                items::name.eq("Mug"),
                items::category_id.eq(1),
                items::weight.eq(weight!(of)),
            ))
            .execute(session)
    }),
    ("update of an upsert", |own, of, session| {
        own.items
            .insert((items::name.eq("Lamp"), items::category_id.eq(1)))
            .on_conflict((items::tenant_id, items::name))
            .do_update()
            .set(items::weight.eq(weight!(of)))
            .execute(session)
    }),
    ("condition of an upsert", |own, of, session| {
        own.items
            .insert((items::name.eq("Lamp"), items::category_id.eq(1)))
            .on_conflict((items::tenant_id, items::name))
            .do_update()
            .set(items::category_id.eq(proposed(items::category_id)))
            .filter(items::category_id.within(ids!(of)))
            .execute(session)
    }),
];

fn each(what: impl Fn(&str, Slot, &Gear, &Repos, &Repos, &mut Conn)) {
    record();
    for (name, slot) in READS.iter().chain(WRITES) {
        let gear = Gear::new();
        let (anna, ben) = (gear.anna(), gear.ben());
        let mut session = gear.db.session(&anna).unwrap();
        what(
            name,
            *slot,
            &gear,
            &Repos::of(&anna),
            &Repos::of(&ben),
            &mut session,
        );
    }
}

#[test]
fn an_own_subquery_stands_in_each_part() {
    each(|name, slot, gear, own, _, session| {
        let done = leaving_ben_alone(gear, || slot(own, own, session));
        assert!(
            done.as_ref().is_ok_and(|rows| *rows > 0),
            "{name}: {done:?}"
        );
    });
}

#[test]
fn another_tenants_subquery_stands_in_none_and_nothing_is_sent() {
    each(|name, slot, gear, own, bens, session| {
        let (refused, sent) = changing_nothing(gear, || sent_by(|| slot(own, bens, session)));
        assert!(
            matches!(refused, Err(Error::ScopeMismatch)),
            "{name}: {refused:?}"
        );
        assert!(sent.is_empty(), "{name}: {sent:?}");
    });
}
