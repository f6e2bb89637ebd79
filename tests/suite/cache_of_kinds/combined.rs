//! Statements that are put together of more than one table, condition or query.

use diesel::dsl::{count_star, max, row_number};
use diesel::prelude::*;
use tenancy::dsl::{distinct, filtered, over, window};
use tenancy::prelude::*;
use tenancy::proposed;

use super::{Kind, Run};
use crate::gear::*;

impl Run {
    fn weighed(&self) -> NewWeighedItem<'_> {
        NewWeighedItem {
            category_id: self.category,
            name: &self.text,
            weight: Some(1),
        }
    }
}

pub(super) const READS: &[Kind] = &[
    ("group", |items, session, run| {
        let groups = items.query().group_by(items::category_id);
        let groups = groups
            .having(count_star().ge(run.small))
            .select((items::category_id, count_star()));
        groups.load::<(i64, i64)>(session).unwrap();
    }),
    ("distinct", |items, session, run| {
        let kinds = items.query().select(items::category_id).distinct();
        kinds.limit(run.small).load::<i64>(session).unwrap();
    }),
    ("distinct in an aggregate", |items, session, _| {
        let used = items.query();
        let used = used.select(distinct(diesel::dsl::count(items::category_id)));
        used.get_result::<i64>(session).unwrap();
    }),
    ("aggregate with FILTER", |items, session, run| {
        let others = filtered(count_star(), items::name.ne(&run.text));
        let query = items.query().select((max(items::weight), others));
        query.get_result::<(Option<i32>, i64)>(session).unwrap();
    }),
    ("window", |items, session, _| {
        let by_name = window()
            .partition_by(items::category_id)
            .order_by(items::name);
        let query = items
            .query()
            .select((items::id, over(row_number(), by_name)));
        query.load::<(i64, i64)>(session).unwrap();
    }),
    ("list of numbers", |items, session, run| {
        let ids: Vec<i64> = (0..run.small).collect();
        let query = items.query().filter(items::id.is_among(ids));
        query.load::<Item>(session).unwrap();
    }),
    ("list of texts, not", |items, session, run| {
        let names = vec![run.text.as_str(); usize::try_from(run.small).unwrap()];
        let query = items.query().filter(items::name.is_not_among(names));
        query.load::<Item>(session).unwrap();
    }),
    ("left join", |items, session, run| {
        let joined = items.query().left_join(categories::table);
        let joined = joined.filter(items::name.ne(&run.text));
        joined.load::<(Item, Option<Category>)>(session).unwrap();
    }),
    ("left join on a condition", |_, session, run| {
        let own = items::category_id
            .eq(categories::id)
            .and(items::name.ne(&run.text));
        let joined = run
            .categories
            .query()
            .left_join(items::table.on(own))
            .select((categories::name, items::name.nullable()));
        joined.load::<(String, Option<String>)>(session).unwrap();
    }),
    ("self join", |items, session, run| {
        let heavier = diesel::alias!(items as heavier);
        let joined = items
            .query()
            .inner_join(heavier.on(heavier.field(items::weight).gt(items::weight)))
            .filter(heavier.field(items::name).ne(&run.text))
            .select((items::id, heavier.field(items::id)));
        joined.load::<(i64, i64)>(session).unwrap();
    }),
    ("within", |items, session, run| {
        let wanted = run
            .categories
            .query()
            .filter(categories::name.ne(&run.text));
        let wanted = wanted.select(categories::id).limit(run.small);
        let query = items.query().filter(items::category_id.within(wanted));
        query.load::<Item>(session).unwrap();
    }),
    ("without", |items, session, run| {
        let others = run
            .categories
            .query()
            .filter(categories::name.ne(&run.text));
        let others = others.select(categories::id);
        let query = items.query().filter(items::category_id.without(others));
        query.load::<Item>(session).unwrap();
    }),
    ("single value", |items, session, run| {
        let heaviest = items.query().filter(items::name.ne(&run.text));
        let heaviest = heaviest.select(max(items::weight)).single_value();
        let query = items.query().filter(items::weight.eq(heaviest));
        query.load::<Item>(session).unwrap();
    }),
    ("selected value", |items, session, run| {
        let count = items.query().count().single_value();
        let query = run.categories.query().select((categories::name, count));
        query.load::<(String, Option<i64>)>(session).unwrap();
    }),
    ("where exists", |items, session, run| {
        let named = items.query().filter(items::name.ne(&run.text));
        let query = run.categories.query().where_exists(named);
        query.load::<Category>(session).unwrap();
    }),
    ("where not exists", |items, session, run| {
        let named = items.query().filter(items::name.ne(&run.text));
        let query = run.categories.query().where_not_exists(named);
        query.load::<Category>(session).unwrap();
    }),
    ("where exists on a condition", |items, session, run| {
        let differ = settings::value.ne(items::name);
        let query = items.query().where_exists_on(run.settings.query(), differ);
        query.load::<Item>(session).unwrap();
    }),
    ("where not exists on a condition", |items, session, run| {
        let differ = settings::value.ne(items::name);
        let query = items.query();
        let query = query.where_not_exists_on(run.settings.query(), differ);
        query.load::<Item>(session).unwrap();
    }),
    ("union", |items, session, run| {
        let kinds = run.categories.query().select(categories::name);
        let both = items.query().select(items::name).union(kinds);
        let both = both.order_by_position::<1>().limit(run.small);
        both.load::<String>(session).unwrap();
    }),
    ("union of all", |items, session, run| {
        let kinds = run.categories.query().select(categories::name);
        let both = items.query().select(items::name).union_all(kinds);
        both.load::<String>(session).unwrap();
    }),
    ("intersection", |items, session, run| {
        let some = items.query().filter(items::name.ne(&run.text));
        let both = items.query().intersect(some);
        both.load::<Item>(session).unwrap();
    }),
    ("difference", |items, session, run| {
        let some = items.query().filter(items::name.ne(&run.text));
        let rest = items.query().except(some);
        rest.load::<Item>(session).unwrap();
    }),
    ("combination in a subquery", |items, session, run| {
        let some = || items.query().select(items::id).limit(run.small);
        let query = items.query().filter(items::id.within(some().union(some())));
        query.load::<Item>(session).unwrap();
    }),
    ("page by number", |items, session, run| {
        let page = items.query().order(items::name).paginate(1, run.small);
        page.load_page::<Item>(session).unwrap();
    }),
    ("page by key", |items, session, run| {
        let order = (items::name.asc(), items::id.desc());
        let page = items.query().keyset(order).limit(run.small);
        page.load_page::<Item>(session).unwrap();
    }),
    ("page from the end", |items, session, run| {
        let order = (items::name.asc(), items::id.desc());
        let page = items.query().keyset(order).from_end().limit(run.small);
        page.load_page::<Item>(session).unwrap();
    }),
];

pub(super) const WRITES: &[Kind] = &[
    ("upsert", |items, session, run| {
        let upsert = items
            .insert(run.weighed())
            .on_conflict((items::tenant_id, items::name))
            .do_update()
            .set(items::weight.eq(proposed(items::weight)));
        upsert.execute(session).unwrap();
    }),
    ("upsert, returned", |items, session, run| {
        let upsert = items
            .insert(run.weighed())
            .on_conflict((items::tenant_id, items::name))
            .do_update()
            .set((items::weight.eq(5), items::category_id.eq(run.category)));
        upsert.get_result::<Item>(session).unwrap();
    }),
    ("upsert on a condition", |items, session, run| {
        let upsert = items
            .insert(run.weighed())
            .on_conflict((items::tenant_id, items::name))
            .do_update()
            .set(items::weight.eq(items::weight + 1))
            .filter(items::weight.lt(proposed(items::weight)));
        upsert.execute(session).unwrap();
    }),
    ("upsert of a tuple", |items, session, run| {
        let new = (
            items::name.eq(&run.text),
            items::category_id.eq(run.category),
        );
        let upsert = items
            .insert(new)
            .on_conflict((items::tenant_id, items::name))
            .do_update()
            .set(items::weight.eq(5));
        upsert.execute(session).unwrap();
    }),
    ("upsert of many", |items, session, run| {
        let mut rows = vec![run.new_item(); 2];
        rows[1].name = "one more";
        let upsert = items
            .insert(rows)
            .on_conflict((items::tenant_id, items::name))
            .do_update()
            .set(items::category_id.eq(proposed(items::category_id)));
        upsert.execute(session).unwrap();
    }),
    ("insert of a value of a query", |items, session, run| {
        let heaviest = items.query().filter(items::name.ne(&run.text));
        let heaviest = heaviest.select(max(items::weight)).single_value();
        let new = (
            items::name.eq(&run.text),
            items::category_id.eq(run.category),
            items::weight.eq(heaviest),
        );
        items.insert(new).execute(session).unwrap();
    }),
    ("update to a value of a query", |items, session, run| {
        let heaviest = items.query().select(max(items::weight)).single_value();
        let update = items.update(run.id()).set(items::weight.eq(heaviest));
        update.execute(session).unwrap();
    }),
    ("upsert to a value of a query", |items, session, run| {
        let heaviest = items.query().select(max(items::weight)).single_value();
        let upsert = items
            .insert(run.weighed())
            .on_conflict((items::tenant_id, items::name))
            .do_update()
            .set(items::weight.eq(heaviest));
        upsert.execute(session).unwrap();
    }),
    ("insert or nothing", |items, session, run| {
        let insert = items
            .insert(run.new_item())
            .on_conflict((items::tenant_id, items::name))
            .do_nothing();
        insert.get_result::<Item>(session).unwrap();
    }),
    ("update by a join", |items, session, run| {
        let found = items.query().inner_join(categories::table);
        let found = found.filter(categories::name.ne(&run.text));
        let update = items.update(found).set(items::weight.eq(1));
        update.execute(session).unwrap();
    }),
    ("update by a limited query", |items, session, run| {
        let found = items.query().order(items::name).limit(run.small);
        let update = items.update(found).set(items::weight.eq(1));
        update.execute(session).unwrap();
    }),
    ("delete by a join", |items, session, run| {
        let found = items.query().inner_join(categories::table);
        let found = found.filter(categories::name.ne(&run.text));
        items.delete(found).execute(session).unwrap();
    }),
    ("delete by a limited query", |items, session, run| {
        let found = items.query().order(items::name).limit(run.small);
        items.delete(found).execute(session).unwrap();
    }),
    ("delete by a subquery", |items, session, run| {
        let light = run.categories.query().filter(categories::name.eq("Light"));
        let found = items.query().where_exists(light);
        items.delete(found).execute(session).unwrap();
    }),
];
