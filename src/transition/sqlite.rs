//! SQLite: no default of a new column is another one for each row, so that triggers fill it and
//! keep it filled. A tenant column becomes NOT NULL.

use diesel::connection::{Connection, SimpleConnection};
use diesel::{RunQueryDsl, SqliteConnection, sql_query};
use uuid::Uuid;

use super::connection::{Texts, Transitions};
use super::owner_key::OwnerKey;
use super::plan::{Column, Planned, Seen, Value, Wanted};
use crate::catalog::{Declared, Dialect, KeyType, fits, is_column, quote, sqlite_has_index, text};
use crate::error::{Error, Result};
use crate::operator::MovesRows;

/// 16 bytes at random, as UUID version 4 has them (RFC 9562, section 5.4). In words that older
/// libraries have too: a trigger runs in whatever program inserts.
const RANDOM_ID: &str = "CAST(randomblob(6) \
    || substr(X'404142434445464748494A4B4C4D4E4F', 1 + (random() & 15), 1) || randomblob(1) \
    || substr(X'808182838485868788898A8B8C8D8E8F909192939495969798999A9B9C9D9E9F\
A0A1A2A3A4A5A6A7A8A9AAABACADAEAFB0B1B2B3B4B5B6B7B8B9BABBBCBDBEBF', 1 + (random() & 63), 1) \
    || randomblob(7) AS BLOB)";

impl Transitions for SqliteConnection {
    const TAKES_ALL: bool = true;

    fn check_alone(&mut self) -> Result<()> {
        super::check_depth(self)
    }

    fn see(&mut self, wanted: &Wanted) -> Result<Seen> {
        self.transaction(|conn| conn.see_all(wanted))
    }

    fn type_of(&mut self, table: &Declared, column: &str) -> Result<Option<String>> {
        let of_table = pragma("table_xinfo", table);
        let columns = self.ask(&format!("SELECT name AS k0, type AS k1 FROM {of_table}"))?;
        let mut columns = columns.iter();
        let found = columns.find(|row| is_column(row.get(0), column));
        Ok(found.map(|row| row.get(1).to_owned()))
    }

    fn steps(wanted: &Wanted, seen: &Seen) -> Vec<Planned> {
        let mut steps = Vec::new();
        match &wanted.value {
            Value::Ids => steps.extend(with_ids(wanted, seen)),
            Value::Owner(owner) => steps.extend(with_owner(wanted, seen, owner)),
        }
        steps.extend(index(wanted, seen));
        steps
    }

    fn steps_back(wanted: &Wanted, seen: &Seen) -> Vec<Planned> {
        let mut steps = Vec::new();
        for (is_there, name) in [(seen.keeps, keeper(wanted)), (seen.fills, filler(wanted))] {
            if is_there {
                steps.push(without_trigger(wanted, &name));
            }
        }
        for name in &seen.indexes {
            let sql = format!("DROP INDEX {}", of_schema(wanted, name));
            steps.push(Planned::alone(format!("no index {name}"), sql));
        }
        if seen.column.is_some() {
            steps.push(super::drop_column::<Self>(wanted));
        }
        steps
    }

    fn ask(&mut self, sql: &str) -> Result<Vec<Texts>> {
        sql_query(sql).load(self).map_err(Error::of_own_sql)
    }

    fn act(&mut self, sql: &str) -> Result<()> {
        self.batch_execute(sql).map_err(Error::of_own_sql)
    }

    fn together<R>(&mut self, work: impl FnOnce(&mut Self) -> Result<R>) -> Result<R> {
        self.immediate_transaction(work)
    }

    fn quote(name: &str) -> String {
        quote(name)
    }

    fn literal(value: &OwnerKey, _: &str) -> String {
        match value {
            OwnerKey::Int(number) => number.to_string(),
            OwnerKey::Uuid(id) => self::id(*id),
            // A statement ends at a NUL.
            OwnerKey::Text(value) if value.contains('\0') => {
                let bytes: String = value.bytes().map(|byte| format!("{byte:02x}")).collect();
                format!("CAST(X'{bytes}' AS TEXT)")
            }
            OwnerKey::Text(value) => text(value),
        }
    }

    fn value(column: &str, type_name: &str) -> String {
        <Self as MovesRows>::value(column, type_name)
    }

    fn is(column: &str, value: &OwnerKey, _: KeyType) -> String {
        format!("{column} = {} COLLATE BINARY", Self::literal(value, ""))
    }

    fn same(one: &str, other: &str, _: KeyType) -> String {
        format!("{one} = {other} COLLATE BINARY")
    }

    fn shown(column: &str, _: &str) -> String {
        format!(
            "CASE typeof({column}) WHEN 'blob' THEN lower(hex({column})) \
             ELSE CAST({column} AS TEXT) END"
        )
    }
}

trait Besides {
    fn see_all(&mut self, wanted: &Wanted) -> Result<Seen>;
    fn see_besides(&mut self, wanted: &Wanted, seen: &mut Seen) -> Result<()>;
}

impl Besides for SqliteConnection {
    fn see_all(&mut self, wanted: &Wanted) -> Result<Seen> {
        let table = &wanted.table;
        match self
            .ask(&kind(table))?
            .first()
            .map(|row| row.get(0).to_owned())
        {
            None => return Err(wanted.refused("is in the catalog, and not in the database")),
            Some(kind) if kind == "view" => return Err(wanted.refused("is a view")),
            Some(_) => {}
        }
        let columns = self.ask(&format!(
            "SELECT name AS k0, type AS k1, CAST(\"notnull\" AS TEXT) AS k2 FROM {}",
            pragma("table_xinfo", table)
        ))?;
        let mut seen = Seen {
            keys: super::keys_among(wanted, &columns, is_column)?,
            new_type: type_of(wanted.key).to_owned(),
            ..Seen::default()
        };
        let mut of_column = columns
            .iter()
            .filter(|row| is_column(row.get(0), wanted.column));
        if let Some(row) = of_column.next() {
            super::check_type(
                wanted,
                row.get(1),
                fits(Dialect::Sqlite, wanted.key, row.get(1)),
            )?;
            seen.column = Some(Column {
                type_name: row.get(1).to_owned(),
                nullable: row.get(2) == "0",
                ..Column::default()
            });
        }
        self.see_besides(wanted, &mut seen)?;
        Ok(seen)
    }

    /// The index, and the triggers.
    fn see_besides(&mut self, wanted: &Wanted, seen: &mut Seen) -> Result<()> {
        let table = &wanted.table;
        if let Some(index) = &wanted.index {
            let has = sqlite_has_index(table, &index.columns, index.unique);
            let sql = format!("SELECT CAST(EXISTS ({has}) AS TEXT) AS k0");
            seen.has_index = self.ask(&sql)?.first().is_some_and(|row| row.is(0));
        }
        let schema = quote(table.name.schema().unwrap_or("main"));
        let triggers = self.ask(&format!(
            "SELECT name AS k0, sql AS k1 FROM {schema}.sqlite_schema WHERE type = 'trigger' \
             AND tbl_name = {} COLLATE NOCASE",
            text(table.name.table())
        ))?;
        let has = |name: String| triggers.iter().any(|row| is_column(row.get(0), &name));
        seen.fills = has(filler(wanted));
        seen.keeps = has(keeper(wanted));
        // One of the same name may be of a run for another owner, or the application's own.
        let wants = filling_rows(wanted, seen);
        let ours = |row: &&Texts| is_column(row.get(0), &filler(wanted));
        if let Some(other) = triggers
            .iter()
            .filter(ours)
            .find(|row| !row.get(1).ends_with(&wants))
        {
            return Err(wanted.refused(format!(
                "its trigger {} gives new rows something else: let the run that made it end, or \
                 drop it",
                other.get(0)
            )));
        }
        let indexes = self.ask(&format!(
            "SELECT l.name AS k0 FROM {} l WHERE l.origin = 'c' AND 1 = \
             (SELECT count(*) FROM pragma_index_info(l.name, {schema_text})) AND EXISTS \
             (SELECT 1 FROM pragma_index_info(l.name, {schema_text}) i \
              WHERE i.name = {} COLLATE NOCASE)",
            pragma("index_list", table),
            text(wanted.column),
            schema_text = text(table.name.schema().unwrap_or("main")),
        ))?;
        seen.indexes = indexes.iter().map(|row| row.get(0).to_owned()).collect();
        let held = self.ask(&format!(
            "SELECT l.name AS k0 FROM {} l WHERE 1 < \
             (SELECT count(*) FROM pragma_index_info(l.name, {schema_text})) AND EXISTS \
             (SELECT 1 FROM pragma_index_info(l.name, {schema_text}) i \
              WHERE i.name = {} COLLATE NOCASE)",
            pragma("index_list", table),
            text(wanted.column),
            schema_text = text(table.name.schema().unwrap_or("main")),
        ))?;
        seen.held_by = held.first().map(|row| row.get(0).to_owned());
        Ok(())
    }
}

fn with_ids(wanted: &Wanted, seen: &Seen) -> Vec<Planned> {
    let (column, name) = (wanted.column, quote(wanted.column));
    let on = quote(wanted.table.name.table());
    let mut steps = Vec::new();
    if seen.column.is_none() {
        steps.push(add(wanted, seen));
    }
    if !seen.column.as_ref().is_none_or(|column| column.nullable) {
        return steps;
    }
    if !seen.fills {
        steps.push(fill_new_rows(wanted, seen));
    }
    if wanted.is_to_fill(seen) {
        steps.push(super::filling::<SqliteConnection>(wanted));
    }
    if !seen.keeps {
        let sql = format!(
            "CREATE TRIGGER {} BEFORE UPDATE OF {name} ON {} WHEN NEW.{name} IS NULL BEGIN \
             SELECT RAISE(ABORT, {}); END",
            of_schema(wanted, &keeper(wanted)),
            on,
            text(&format!(
                "NOT NULL constraint failed: {}.{column}",
                wanted.table.name.table()
            ))
        );
        steps.push(Planned::alone(
            format!("trigger that keeps {column} from being emptied"),
            sql,
        ));
    }
    steps
}

/// Stands for a default: what the service of before inserts has nothing in the column.
fn fill_new_rows(wanted: &Wanted, seen: &Seen) -> Planned {
    let name = of_schema(wanted, &filler(wanted));
    let sql = format!("CREATE TRIGGER {name} {}", filling_rows(wanted, seen));
    let what = format!("trigger that gives new rows their {}", wanted.column);
    Planned::alone(what, sql)
}

/// The trigger, behind its name.
fn filling_rows(wanted: &Wanted, seen: &Seen) -> String {
    let value = match &wanted.value {
        Value::Ids => RANDOM_ID.to_owned(),
        Value::Owner(owner) => SqliteConnection::literal(owner, ""),
    };
    let (on, name) = (quote(wanted.table.name.table()), quote(wanted.column));
    let keys = seen.keys.iter();
    let own: Vec<String> = keys
        .map(|(key, _)| format!("{0} = NEW.{0}", quote(key)))
        .collect();
    format!(
        "AFTER INSERT ON {on} WHEN NEW.{name} IS NULL BEGIN \
         UPDATE {on} SET {name} = {value} WHERE {} AND {name} IS NULL; END",
        own.join(" AND ")
    )
}

fn without_trigger(wanted: &Wanted, name: &str) -> Planned {
    let sql = format!("DROP TRIGGER {}", of_schema(wanted, name));
    Planned::alone(format!("no trigger {name}"), sql)
}

fn with_owner(wanted: &Wanted, seen: &Seen, owner: &OwnerKey) -> Vec<Planned> {
    let value = SqliteConnection::literal(owner, "");
    let (table, name) = (SqliteConnection::table(&wanted.table), quote(wanted.column));
    let mut steps = Vec::new();
    match &seen.column {
        // Behind this nobody knows which rows are nobody's on purpose.
        None if wanted.takes_null => {
            let added = add(wanted, seen);
            let sql = format!("{}; UPDATE {table} SET {name} = {value}", added.sql);
            return vec![Planned::together(added.what, sql)];
        }
        None => steps.push(add(wanted, seen)),
        Some(_) if wanted.takes_null => return steps,
        Some(column) if !column.nullable => {
            steps.extend(seen.fills.then(|| without_trigger(wanted, &filler(wanted))));
            return steps;
        }
        Some(_) => {}
    }
    if !seen.fills {
        steps.push(fill_new_rows(wanted, seen));
    }
    if wanted.is_to_fill(seen) {
        steps.push(super::filling::<SqliteConnection>(wanted));
    }
    steps.push(Planned::together(
        format!("{} NOT NULL", wanted.column),
        format!(
            "UPDATE {table} SET {name} = {value} WHERE {name} IS NULL; \
             ALTER TABLE {table} ALTER COLUMN {name} SET NOT NULL"
        ),
    ));
    steps.push(without_trigger(wanted, &filler(wanted)));
    steps
}

fn add(wanted: &Wanted, seen: &Seen) -> Planned {
    Planned::alone(
        format!("column {}", wanted.column),
        format!(
            "ALTER TABLE {} ADD COLUMN {} {}",
            SqliteConnection::table(&wanted.table),
            quote(wanted.column),
            seen.new_type
        ),
    )
}

fn index(wanted: &Wanted, seen: &Seen) -> Option<Planned> {
    let index = wanted.index.as_ref().filter(|_| !seen.has_index)?;
    let columns: Vec<String> = index.columns.iter().map(|column| quote(column)).collect();
    let sql = format!(
        "CREATE {}INDEX {} ON {} ({})",
        if index.unique { "UNIQUE " } else { "" },
        of_schema(wanted, &index.name),
        quote(wanted.table.name.table()),
        columns.join(", ")
    );
    Some(Planned::alone(wanted.index_told(seen), sql))
}

fn filler(wanted: &Wanted) -> String {
    wanted.named("_tenancy_made")
}

fn keeper(wanted: &Wanted) -> String {
    wanted.named("_tenancy_kept")
}

fn of_schema(wanted: &Wanted, name: &str) -> String {
    match wanted.table.name.schema() {
        Some(schema) => format!("{}.{}", quote(schema), quote(name)),
        None => quote(name),
    }
}

fn kind(table: &Declared) -> String {
    format!(
        "SELECT type AS k0 FROM pragma_table_list WHERE schema = {} AND name = {} COLLATE NOCASE",
        text(table.name.schema().unwrap_or("main")),
        text(table.name.table())
    )
}

fn pragma(name: &str, table: &Declared) -> String {
    format!(
        "pragma_{name}({}, {})",
        text(table.name.table()),
        text(table.name.schema().unwrap_or("main"))
    )
}

fn type_of(key: KeyType) -> &'static str {
    match key {
        KeyType::Integer => "INTEGER",
        KeyType::BigInt => "BIGINT",
        KeyType::Text => "TEXT",
        KeyType::Id128 => "BLOB",
    }
}

fn id(id: Uuid) -> String {
    format!("X'{}'", id.simple())
}
