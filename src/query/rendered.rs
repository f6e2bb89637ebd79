//! What the backends without a session are written like.

use diesel::backend::Backend;
#[cfg(feature = "mysql")]
use diesel::dsl::{count_star, rank};
use diesel::prelude::*;
use diesel::query_builder::{QueryBuilder, QueryFragment};
use uuid::Uuid;

use super::dsl::{over, window};
use super::list::ListDsl;
use super::select::ScopedQuery;
use super::selection::Unselected;
use super::statement::Rows;
use crate::__private::Seal;
use crate::RowId;
use crate::clock::{Moment, SystemClock};
use crate::id::SequentialIds;
use crate::ownership::ReadableBy;

mod schema {
    diesel::table! {
        items (id) {
            id -> BigInt,
            tenant_id -> BigInt,
            name -> Text,
            weight -> Nullable<Integer>,
            uid -> tenancy::sql_types::Id128,
        }
    }
}

use schema::items;

#[derive(Debug, Queryable, Selectable, crate::Scoped)]
#[diesel(table_name = items)]
#[scoped(tenant = tenant_id)]
#[expect(dead_code, reason = "stands for its table only")]
struct Item {
    id: RowId<Item>,
}

type Items = ScopedQuery<<items::table as ReadableBy<i64>>::Visible, items::table, i64, Unselected>;

fn items_of_one() -> Items {
    ScopedQuery::new(
        <items::table as ReadableBy<i64>>::visible(&1, Seal::new()),
        1,
    )
}

fn moment() -> Moment<'static> {
    static IDS: SequentialIds = SequentialIds::new();
    Moment::new(&SystemClock, &IDS)
}

fn text<DB, S>(statement: S) -> String
where
    DB: Backend<QueryBuilder: Default> + Default,
    S: Rows<DB, i64, Query: QueryFragment<DB>>,
{
    let mut text = DB::QueryBuilder::default();
    let query = statement.into_query(moment());
    query.to_sql(&mut text, &DB::default()).unwrap();
    text.finish()
}

/// The text behind what all queries here begin with.
fn after(text: &str, from: &str) -> String {
    let start = text
        .find(from)
        .unwrap_or_else(|| panic!("no {from} in {text}"));
    text[start + from.len()..].to_owned()
}

#[cfg(feature = "postgres")]
mod postgres {
    use diesel::pg::Pg;
    use diesel::query_builder::bind_collector::RawBytesBindCollector;

    use super::*;

    const FROM: &str = "FROM \"items\" WHERE ";

    fn pg<S: Rows<Pg, i64, Query: QueryFragment<Pg>>>(statement: S) -> String {
        after(&text::<Pg, S>(statement), FROM)
    }

    #[test]
    fn limits() {
        let ids = || items_of_one().select(items::id);
        let own = "\"items\".\"tenant_id\" = $1";
        assert_eq!(pg(ids().limit(2)), format!("{own} LIMIT $2"));
        assert_eq!(pg(ids().offset(2)), format!("{own} OFFSET $2"));
        assert_eq!(
            pg(ids().limit(2).offset(3)),
            format!("{own} LIMIT $2 OFFSET $3")
        );
    }

    #[test]
    fn locks() {
        let ids = || items_of_one().select(items::id);
        let own = "(\"items\".\"tenant_id\" = $1 AND \"items\".\"tenant_id\" = $2)";
        let lock = |statement: String, lock: &str| {
            assert_eq!(statement, format!("{own}{lock}"));
        };
        lock(pg(ids().for_update()), " FOR UPDATE");
        lock(pg(ids().for_no_key_update()), " FOR NO KEY UPDATE");
        lock(pg(ids().for_share()), " FOR SHARE");
        lock(pg(ids().for_key_share()), " FOR KEY SHARE");
        lock(
            pg(ids().for_update().skip_locked()),
            " FOR UPDATE SKIP LOCKED",
        );
        lock(pg(ids().for_share().no_wait()), " FOR SHARE NOWAIT");
    }

    #[test]
    fn a_lock_stands_behind_order_and_limit() {
        let query = items_of_one().select(items::id).for_update().skip_locked();
        let query = query.order(items::id).limit(1).offset(2);
        let end = " ORDER BY \"items\".\"id\" LIMIT $3 OFFSET $4 FOR UPDATE SKIP LOCKED";
        assert!(pg(query).ends_with(end));
        let first = items_of_one().select(items::id).for_update();
        let first = super::super::statement::IntoFirst::into_first(first);
        assert!(pg(first).ends_with(" LIMIT 1 FOR UPDATE"));
        let boxed = items_of_one().into_boxed::<Pg>().select(items::id);
        let boxed = boxed.limit(1).for_update().no_wait();
        assert!(pg(boxed).ends_with(" LIMIT $3 FOR UPDATE NOWAIT"));
    }

    #[test]
    fn distinct_on() {
        let query = items_of_one().distinct_on(items::name).select(items::id);
        let query = query.order((items::name, items::id));
        let text = text::<Pg, _>(query.limit(1));
        assert!(text.starts_with("SELECT DISTINCT ON (\"items\".\"name\") \"items\".\"id\" FROM"));
        assert!(text.ends_with(" LIMIT $2"));
    }

    #[test]
    fn lists_are_arrays() {
        let ids = || items_of_one().select(items::id);
        let own = "(\"items\".\"tenant_id\" = $1 AND ";
        let list = |statement: String, list: &str| {
            assert_eq!(statement, format!("{own}{list})"));
        };
        let uid = Uuid::max();
        list(
            pg(ids().filter(items::id.is_among([1]))),
            "((\"items\".\"id\" = ANY($2)))",
        );
        list(
            pg(ids().filter(items::weight.is_not_among([1, 2]))),
            "((\"items\".\"weight\" <> ALL($2)))",
        );
        list(
            pg(ids().filter(items::name.is_among(["a"]))),
            "((\"items\".\"name\" = ANY($2)))",
        );
        list(
            pg(ids().filter(items::uid.is_among([uid]))),
            "((\"items\".\"uid\" = ANY($2)))",
        );
    }

    /// Knows no type that a statement here does not name by its number.
    struct NoLookup;

    impl diesel::pg::PgMetadataLookup for NoLookup {
        fn lookup_type(&mut self, _: &str, _: Option<&str>) -> diesel::pg::PgTypeMetadata {
            diesel::pg::PgTypeMetadata::new(0, 0)
        }
    }

    /// What is bound in a statement, in diesel's words.
    fn bound<S: Rows<Pg, i64, Query: QueryFragment<Pg>>>(statement: S) -> String {
        let query = statement.into_query(moment());
        let mut binds = RawBytesBindCollector::<Pg>::new();
        query.collect_binds(&mut binds, &mut NoLookup, &Pg).unwrap();
        format!("{binds:?}")
    }

    fn is_array(bound: &str, oid: u32, element: u32, values: &[&[u8]]) {
        assert!(bound.contains(&format!("oid: {oid}")), "{bound}");
        let bytes = array(element, values);
        assert!(
            bound.ends_with(&format!(", Some({bytes:?})] }}")),
            "{bound}"
        );
    }

    /// An array as PostgreSQL's binary format has it.
    fn array(element: u32, values: &[&[u8]]) -> Vec<u8> {
        let length = |len: usize| u32::try_from(len).unwrap().to_be_bytes();
        let mut bytes = [1, 0, element].map(u32::to_be_bytes).concat();
        bytes.extend(length(values.len()));
        bytes.extend(1_u32.to_be_bytes());
        for value in values {
            bytes.extend(length(value.len()));
            bytes.extend_from_slice(value);
        }
        bytes
    }

    #[test]
    fn arrays_hold_the_values() {
        let ids = || items_of_one().select(items::id);
        let (min, two) = (i64::MIN.to_be_bytes(), 2_i64.to_be_bytes());
        let numbers = bound(ids().filter(items::id.is_among([i64::MIN, 2])));
        is_array(&numbers, 1016, 20, &[&min, &two]);
        // `int8[]` beside an `int4` column, too.
        let weights = bound(ids().filter(items::weight.is_among(vec![2])));
        is_array(&weights, 1016, 20, &[&two]);
        let texts = bound(ids().filter(items::name.is_not_among(["it's", ""])));
        is_array(&texts, 1009, 25, &[b"it's", b""]);
        let uids = bound(ids().filter(items::uid.is_among([Uuid::max()])));
        is_array(&uids, 2951, 2950, &[&[0xff; 16]]);
        let nothing = bound(ids().filter(items::id.is_among(Vec::<i64>::new())));
        is_array(&nothing, 1016, 20, &[]);
    }

    #[test]
    fn windows() {
        use super::super::dsl::{CurrentRow, preceding};
        use diesel::dsl::sum;

        let frame = window()
            .order_by(items::id)
            .groups(preceding::<1>(), CurrentRow);
        let text = text::<Pg, _>(items_of_one().select(over(sum(items::weight), frame)));
        let expected = "SELECT sum(\"items\".\"weight\") OVER ( ORDER BY \"items\".\"id\" \
            GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM";
        assert!(text.starts_with(expected), "{text}");
    }
}

#[cfg(feature = "mysql")]
mod mysql {
    use diesel::mysql::Mysql;

    use super::*;

    const FROM: &str = "FROM `items` WHERE ";

    fn my<S: Rows<Mysql, i64, Query: QueryFragment<Mysql>>>(statement: S) -> String {
        after(&text::<Mysql, S>(statement), FROM)
    }

    #[test]
    fn limits() {
        let ids = || items_of_one().select(items::id);
        let own = "`items`.`tenant_id` = ?";
        assert_eq!(my(ids().limit(2)), format!("{own} LIMIT ?"));
        assert_eq!(
            my(ids().limit(2).offset(3)),
            format!("{own} LIMIT ? OFFSET ?")
        );
        let unlimited = format!("{own} LIMIT 18446744073709551615 OFFSET ?");
        assert_eq!(my(ids().offset(2)), unlimited);
    }

    #[test]
    fn locks() {
        let ids = || items_of_one().select(items::id);
        assert!(my(ids().for_update().limit(1)).ends_with(" = ?) LIMIT ? FOR UPDATE"));
        let shared = " /*M! LOCK IN SHARE MODE */ /*!80001 FOR SHARE */";
        assert!(my(ids().for_share()).ends_with(shared));
        assert!(my(ids().for_update().skip_locked()).ends_with(" FOR UPDATE SKIP LOCKED"));
        assert!(my(ids().for_share().no_wait()).ends_with(&format!("{shared} NOWAIT")));
    }

    #[test]
    fn lists_are_json() {
        let ids = || items_of_one().select(items::id);
        let numbers = my(ids().filter(items::id.is_among([1, 2])));
        let expected = "(`items`.`tenant_id` = ? AND ((`items`.`id` IN (SELECT listed.value FROM \
            JSON_TABLE(?, '$[*]' COLUMNS (value BIGINT PATH '$')) AS listed))))";
        assert_eq!(numbers, expected);
        let texts = my(ids().filter(items::name.is_not_among(["a"])));
        assert!(
            texts.contains("`name` NOT IN (SELECT listed.value FROM JSON_TABLE(?"),
            "{texts}"
        );
        let uids = my(ids().filter(items::uid.is_among([Uuid::max()])));
        assert!(
            uids.contains("`uid` IN (SELECT UNHEX(listed.value) FROM"),
            "{uids}"
        );
    }

    #[test]
    fn json_holds_the_values() {
        use diesel::query_builder::bind_collector::RawBytesBindCollector;

        let names = ["a\"b", "c"];
        let query = items_of_one()
            .select(items::id)
            .filter(items::name.is_among(names));
        let query = Rows::<Mysql, i64>::into_query(query, super::moment());
        let mut binds = RawBytesBindCollector::<Mysql>::new();
        query.collect_binds(&mut binds, &mut (), &Mysql).unwrap();
        let json = br#"["a\"b","c"]"#.as_slice();
        let bound = format!("{binds:?}");
        assert!(bound.ends_with(&format!(", Some({json:?})] }}")), "{bound}");
    }

    #[test]
    fn windows() {
        let by_groups = window().order_by(count_star().desc());
        let query = items_of_one()
            .group_by(items::id)
            .select(over(rank(), by_groups));
        let text = text::<Mysql, _>(query);
        assert!(
            text.starts_with("SELECT rank() OVER ( ORDER BY COUNT(*) DESC) FROM"),
            "{text}"
        );
    }
}
