//! PostgreSQL: no step holds a lock for as long as the rows last.

mod steps;

use diesel::connection::{Connection, SimpleConnection};
use diesel::{PgConnection, RunQueryDsl, sql_query};

use super::connection::{Texts, Transitions};
use super::owner_key::OwnerKey;
use super::plan::{Column, Planned, Seen, Wanted};
use crate::catalog::{
    Declared, Dialect, KeyType, check_alone, fits, postgres_has_index, quote, text,
};
use crate::error::{Error, Result};
use crate::key::KeyRef;
use crate::operator::MovesRows;

/// It does not see past row security, but makes an error of what would be hidden.
const SEE_ALL_OR_FAIL: &str = "SET LOCAL row_security = off";

/// The number of a lock in this database: `tenancy` as bytes.
const LOCK: &str = "x'0074656e616e6379'::bigint";

impl Transitions for PgConnection {
    const LOCKS: &'static str = " FOR UPDATE";

    fn check_alone(&mut self) -> Result<()> {
        super::check_depth(self)?;
        check_alone(self)
    }

    /// Of the session: a transaction would keep an index from being made beside writes.
    fn hold(&mut self) -> Result<bool> {
        let held = self.ask(&format!("SELECT pg_try_advisory_lock({LOCK})::text AS k0"))?;
        Ok(held.first().is_some_and(|row| row.is(0)))
    }

    fn let_go(&mut self) -> Result<()> {
        self.ask(&format!("SELECT pg_advisory_unlock({LOCK})::text AS k0"))?;
        Ok(())
    }

    fn see(&mut self, wanted: &Wanted) -> Result<Seen> {
        let table = &wanted.table;
        let found = self.ask(&whole(wanted))?;
        let Some(row) = found.first() else {
            return Err(wanted.refused("is in the catalog, and not in the database"));
        };
        if !matches!(row.get(0), "r" | "p") {
            return Err(wanted.refused("is no table"));
        }
        let columns = self.ask(&format!(
            "SELECT a.attname::text AS k0, format_type(a.atttypid, a.atttypmod) AS k1, \
             (NOT a.attnotnull)::text AS k2, coalesce(pg_get_expr(d.adbin, d.adrelid), '') AS k3 \
             FROM pg_attribute a LEFT JOIN pg_attrdef d \
             ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
             WHERE a.attrelid = {}::regclass AND a.attnum > 0 AND NOT a.attisdropped",
            relation(table)
        ))?;
        let mut seen = Seen {
            keys: super::keys_among(wanted, &columns, |one, other| one == other)?,
            new_type: type_of(wanted.key).to_owned(),
            in_parts: row.get(0) == "p",
            parted: row.is(1),
            schema: row.get(2).to_owned(),
            ..Seen::default()
        };
        let mut of_column = columns.iter().filter(|row| row.get(0) == wanted.column);
        if let Some(row) = of_column.next() {
            super::check_type(
                wanted,
                row.get(1),
                fits(Dialect::Postgres, wanted.key, row.get(1)),
            )?;
            seen.column = Some(Column {
                type_name: row.get(1).to_owned(),
                nullable: row.is(2),
                gives_owner: self.gives_owner(wanted, row.get(3))?,
                default: Some(row.get(3).to_owned()).filter(|default| !default.is_empty()),
                ..Column::default()
            });
        }
        self.see_besides(wanted, &mut seen)?;
        Ok(seen)
    }

    fn type_of(&mut self, table: &Declared, column: &str) -> Result<Option<String>> {
        let found = self.ask(&format!(
            "SELECT format_type(atttypid, atttypmod) AS k0 FROM pg_attribute \
             WHERE attrelid = to_regclass({}) AND attnum > 0 AND attname = {}",
            relation(table),
            text(column)
        ))?;
        Ok(found.first().map(|row| row.get(0).to_owned()))
    }

    fn steps(wanted: &Wanted, seen: &Seen) -> Vec<Planned> {
        steps::steps(wanted, seen)
    }

    fn steps_back(wanted: &Wanted, seen: &Seen) -> Vec<Planned> {
        steps::steps_back(wanted, seen)
    }

    fn ask(&mut self, sql: &str) -> Result<Vec<Texts>> {
        sql_query(sql).load(self).map_err(told)
    }

    fn act(&mut self, sql: &str) -> Result<()> {
        self.batch_execute(sql).map_err(told)
    }

    fn together<R>(&mut self, work: impl FnOnce(&mut Self) -> Result<R>) -> Result<R> {
        self.transaction(|conn| {
            conn.batch_execute(SEE_ALL_OR_FAIL)?;
            work(conn)
        })
    }

    fn quote(name: &str) -> String {
        quote(name)
    }

    fn literal(value: &OwnerKey, _: &str) -> String {
        <Self as MovesRows>::key(match value {
            OwnerKey::Int(number) => KeyRef::Int(*number),
            OwnerKey::Uuid(id) => KeyRef::Uuid(*id),
            OwnerKey::Text(text) => KeyRef::Text(text),
        })
    }

    fn value(column: &str, type_name: &str) -> String {
        <Self as MovesRows>::value(column, type_name)
    }

    fn is(column: &str, value: &OwnerKey, key: KeyType) -> String {
        Self::same(column, &Self::literal(value, ""), key)
    }

    fn same(one: &str, other: &str, key: KeyType) -> String {
        if key == KeyType::Text {
            format!("{one} = {other} AND {one} = ({other} COLLATE \"C\")")
        } else {
            format!("{one} = {other}")
        }
    }

    fn shown(column: &str, _: &str) -> String {
        format!("{column}::text")
    }
}

trait Besides {
    fn gives_owner(&mut self, wanted: &Wanted, default: &str) -> Result<bool>;
    fn see_besides(&mut self, wanted: &Wanted, seen: &mut Seen) -> Result<()>;
}

impl Besides for PgConnection {
    /// What calls a function is not asked: it may count.
    fn gives_owner(&mut self, wanted: &Wanted, default: &str) -> Result<bool> {
        let Some(owner) = wanted.owner().filter(|_| super::is_constant(default)) else {
            return Ok(false);
        };
        let owner = Self::literal(owner, "");
        let sql = format!("SELECT (({default}) = {owner})::text AS k0");
        Ok(self.ask(&sql)?.first().is_some_and(|row| row.is(0)))
    }

    /// The index, and what a stop has left.
    fn see_besides(&mut self, wanted: &Wanted, seen: &mut Seen) -> Result<()> {
        let relation = relation(&wanted.table);
        let found = self.ask(&format!(
            "SELECT o.convalidated::text AS k0 FROM pg_constraint o \
             WHERE o.conrelid = {relation}::regclass AND o.conname = {}",
            text(&steps::check(wanted))
        ))?;
        seen.check = found.first().map(|row| row.is(0));
        let Some(index) = &wanted.index else {
            return Ok(());
        };
        let has = postgres_has_index(&wanted.table, &index.columns, wanted.is_unique(seen));
        let found = self.ask(&format!("SELECT (EXISTS ({has}))::text AS k0"))?;
        seen.has_index = found.first().is_some_and(|row| row.is(0));
        let own = self.ask(&format!(
            "SELECT i.indisvalid::text AS k0, (EXISTS (SELECT FROM pg_stat_progress_create_index p \
             WHERE p.index_relid = i.indexrelid))::text AS k1 \
             FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid \
             WHERE i.indrelid = {relation}::regclass AND x.relname = {}",
            text(&index.name)
        ))?;
        if let Some(own) = own.first() {
            // Another run is at it.
            if own.is(1) {
                return Err(Error::Locked);
            }
            seen.half_made = !own.is(0);
            seen.indexes.push(index.name.clone());
        }
        Ok(())
    }
}

/// The table's kind, whether its partitions go by a column that is not in the index, its schema.
fn whole(wanted: &Wanted) -> String {
    let index = wanted.index.iter().flat_map(|index| &index.columns);
    let columns: Vec<String> = index.map(|column| text(column)).collect();
    format!(
        "SELECT c.relkind::text AS k0, (EXISTS (SELECT FROM pg_partitioned_table p \
         CROSS JOIN unnest(p.partattrs::int2[]) k (attnum) LEFT JOIN pg_attribute a \
         ON a.attrelid = p.partrelid AND a.attnum = k.attnum AND k.attnum > 0 \
         WHERE p.partrelid = c.oid AND NOT coalesce(a.attname = ANY (ARRAY[{}]::name[]), false)\
         ))::text AS k1, n.nspname::text AS k2 \
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE c.oid = to_regclass({})",
        columns.join(", "),
        relation(&wanted.table)
    )
}

fn relation(table: &Declared) -> String {
    text(&table.name.quoted())
}

fn type_of(key: KeyType) -> &'static str {
    match key {
        KeyType::Integer => "integer",
        KeyType::BigInt => "bigint",
        KeyType::Text => "text",
        KeyType::Id128 => "uuid",
    }
}

/// PostgreSQL's own words for rows that row security would hide, with what to do.
fn told(error: diesel::result::Error) -> Error {
    let hidden = match &error {
        diesel::result::Error::DatabaseError(_, info) => {
            hidden_table(info.message()).map(str::to_owned)
        }
        _ => None,
    };
    match hidden {
        Some(table) => Error::Catalog {
            table,
            reason: "has row security that hides rows from this role too. Run this as a role with \
                     BYPASSRLS that owns the table, or say ALTER TABLE .. NO FORCE ROW LEVEL \
                     SECURITY before, and FORCE ROW LEVEL SECURITY behind it"
                .to_owned(),
        },
        None => Error::of_own_sql(error),
    }
}

fn hidden_table(message: &str) -> Option<&str> {
    let rest =
        message.strip_prefix("query would be affected by row-level security policy for table ")?;
    Some(rest.trim_matches('"'))
}
