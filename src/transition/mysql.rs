//! MySQL and MariaDB: each change of the schema is kept at once.

mod steps;

use diesel::connection::{Connection, SimpleConnection};
use diesel::{MysqlConnection, RunQueryDsl, sql_query};

use super::connection::{Texts, Transitions};
use super::owner_key::OwnerKey;
use super::plan::{Column, Planned, Seen, Wanted};
use crate::catalog::{
    Declared, Dialect, KeyType, STAYS, backtick, fits, has_partitions, is_column, mysql_has_index,
    mysql_of, mysql_text as text,
};
use crate::error::{Error, Result};
use crate::operator::MovesRows;

/// The name of a lock. A server has one for all of its databases.
const LOCK: &str = "concat('tenancy.', md5(coalesce(database(), '')))";

impl Transitions for MysqlConnection {
    const LOCKS: &'static str = " FOR UPDATE";
    const TEXT: &'static str = "CHAR";

    /// A mode that is not strict makes a value out of NULL.
    fn check_alone(&mut self) -> Result<()> {
        super::check_depth(self)?;
        let mode = self.ask("SELECT @@SESSION.sql_mode AS k0")?;
        let mode = mode.first().map_or("", |row| row.get(0));
        if mode.split(',').any(|mode| mode.starts_with("STRICT_")) {
            return Ok(());
        }
        Err(Error::Configuration {
            reason: "the mode of this connection is not strict: SET SESSION sql_mode = \
                     CONCAT_WS(',', @@sql_mode, 'STRICT_ALL_TABLES')"
                .to_owned(),
        })
    }

    fn hold(&mut self) -> Result<bool> {
        let held = self.ask(&format!("SELECT CAST(get_lock({LOCK}, 0) AS CHAR) AS k0"))?;
        Ok(held.first().is_some_and(|row| row.is(0)))
    }

    fn let_go(&mut self) -> Result<()> {
        let released = format!("SELECT CAST(coalesce(release_lock({LOCK}), 0) AS CHAR) AS k0");
        self.ask(&released)?;
        Ok(())
    }

    fn see(&mut self, wanted: &Wanted) -> Result<Seen> {
        let table = &wanted.table;
        let found = self.ask(&format!(
            "SELECT table_type AS k0, version() AS k1 FROM information_schema.tables WHERE {}",
            mysql_of(&table.name)
        ))?;
        let Some(row) = found.first() else {
            return Err(wanted.refused("is in the catalog, and not in the database"));
        };
        if row.get(0) == "VIEW" {
            return Err(wanted.refused("is a view"));
        }
        let is_mariadb = row.get(1).contains("MariaDB");
        let columns = self.ask(&columns_of(table))?;
        let mut seen = Seen {
            keys: super::keys_among(wanted, &columns, is_column)?,
            new_type: self.new_type(wanted, is_mariadb)?,
            parted: !self.ask(&first_of(&has_partitions(table)))?.is_empty(),
            ..Seen::default()
        };
        let mut of_column = columns
            .iter()
            .filter(|row| is_column(row.get(0), wanted.column));
        if let Some(row) = of_column.next() {
            super::check_type(
                wanted,
                row.get(1),
                fits(Dialect::Mysql, wanted.key, row.get(1)),
            )?;
            let default = default(row, is_mariadb);
            seen.column = Some(Column {
                type_name: row.get(1).to_owned(),
                nullable: row.is(2),
                gives_owner: self.gives_owner(wanted, default.as_deref())?,
                default,
                retold: retold(row),
                besides: besides(row),
            });
        }
        let column_type = seen
            .column
            .as_ref()
            .map_or(&seen.new_type, |column| &column.type_name);
        if wanted.takes_null && seen.column.is_none() && !steps::has_default(wanted, column_type) {
            return Err(wanted.refused(format!(
                "takes rows without an owner, and no default can be seen on its {}: add the column, \
                 and give the rows their owner, by hand",
                wanted.column
            )));
        }
        if let Some(index) = &wanted.index {
            let unique = wanted.is_unique(&seen);
            let has = mysql_has_index(table, &index.columns, unique);
            seen.has_index = !self.ask(&first_of(&has))?.is_empty();
            let own = self.ask(&format!(
                "SELECT index_name AS k0 FROM information_schema.statistics \
                 WHERE {} AND index_name = {} LIMIT 1",
                mysql_of(&table.name),
                text(&index.name)
            ))?;
            seen.indexes = own.iter().map(|row| row.get(0).to_owned()).collect();
        }
        Ok(seen)
    }

    fn type_of(&mut self, table: &Declared, column: &str) -> Result<Option<String>> {
        let columns = self.ask(&columns_of(table))?;
        let mut columns = columns.iter();
        let found = columns.find(|row| is_column(row.get(0), column));
        Ok(found.map(|row| row.get(1).to_owned()))
    }

    fn steps(wanted: &Wanted, seen: &Seen) -> Vec<Planned> {
        steps::steps(wanted, seen)
    }

    fn steps_back(wanted: &Wanted, seen: &Seen) -> Vec<Planned> {
        let mut steps = Vec::new();
        for name in &seen.indexes {
            let sql = format!(
                "DROP INDEX {} ON {}",
                backtick(name),
                Self::table(&wanted.table)
            );
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
        self.batch_execute(sql).map_err(told)
    }

    fn together<R>(&mut self, work: impl FnOnce(&mut Self) -> Result<R>) -> Result<R> {
        self.transaction(work)
    }

    fn quote(name: &str) -> String {
        backtick(name)
    }

    fn literal(value: &OwnerKey, type_name: &str) -> String {
        match value {
            OwnerKey::Int(number) => number.to_string(),
            OwnerKey::Uuid(id) if type_name.eq_ignore_ascii_case("uuid") => format!("'{id}'"),
            OwnerKey::Uuid(id) => format!("x'{}'", id.simple()),
            OwnerKey::Text(value) => text(value),
        }
    }

    fn value(column: &str, type_name: &str) -> String {
        <Self as MovesRows>::value(column, type_name)
    }

    fn is(column: &str, value: &OwnerKey, key: KeyType) -> String {
        Self::same(column, &Self::literal(value, ""), key)
    }

    fn same(one: &str, other: &str, key: KeyType) -> String {
        if key == KeyType::Text {
            let bytes = |value: &str| format!("CAST(convert({value} USING utf8mb4) AS BINARY)");
            format!("{one} = {other} AND {} = {}", bytes(one), bytes(other))
        } else {
            format!("{one} = {other}")
        }
    }

    fn shown(column: &str, type_name: &str) -> String {
        if type_name.to_ascii_lowercase().starts_with("binary") {
            format!("lower(hex({column}))")
        } else {
            format!("CAST({column} AS CHAR)")
        }
    }
}

trait Besides {
    fn gives_owner(&mut self, wanted: &Wanted, default: Option<&str>) -> Result<bool>;
    fn new_type(&mut self, wanted: &Wanted, is_mariadb: bool) -> Result<String>;
}

impl Besides for MysqlConnection {
    /// What calls a function is not asked: it may count.
    fn gives_owner(&mut self, wanted: &Wanted, default: Option<&str>) -> Result<bool> {
        let default = default.filter(|default| super::is_constant(default));
        let (Some(owner), Some(default)) = (wanted.owner(), default) else {
            return Ok(false);
        };
        let owner = Self::literal(owner, "uuid");
        let same = format!("CAST(({default}) AS BINARY) = CAST({owner} AS BINARY)");
        let found = self.ask(&format!("SELECT CAST({same} AS CHAR) AS k0"))?;
        Ok(found.first().is_some_and(|row| row.is(0)))
    }

    /// That of the tenants' own keys, so that references can lead there.
    fn new_type(&mut self, wanted: &Wanted, is_mariadb: bool) -> Result<String> {
        if let Some((name, column)) = &wanted.like {
            let found = self.ask(&format!(
                "SELECT concat(column_type, coalesce(concat(' CHARACTER SET ', \
                 character_set_name, ' COLLATE ', collation_name), '')) AS k0 \
                 FROM information_schema.columns WHERE {} AND column_name = {}",
                mysql_of(name),
                text(column)
            ))?;
            if let Some(row) = found.first() {
                return Ok(row.get(0).to_owned());
            }
        }
        Ok(match (wanted.key, is_mariadb) {
            (KeyType::Integer, _) => "INT",
            (KeyType::BigInt, _) => "BIGINT",
            (KeyType::Text, true) => "VARCHAR(180) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin",
            (KeyType::Text, false) => "VARCHAR(180) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin",
            (KeyType::Id128, true) => "UUID",
            (KeyType::Id128, false) => "BINARY(16)",
        }
        .to_owned())
    }
}

fn columns_of(table: &Declared) -> String {
    format!(
        "SELECT column_name AS k0, column_type AS k1, is_nullable AS k2, \
         coalesce(column_default, 'NULL') AS k3, extra AS k4, \
         CASE WHEN column_comment = '' THEN '' \
         WHEN @@SESSION.sql_mode LIKE '%NO_BACKSLASH_ESCAPES%' \
         THEN concat('''', replace(column_comment, '''', ''''''), '''') \
         ELSE quote(column_comment) END AS k5, \
         coalesce(character_set_name, '') AS k6, coalesce(collation_name, '') AS k7 \
         FROM information_schema.columns WHERE {} ORDER BY ordinal_position",
        mysql_of(&table.name)
    )
}

fn first_of(query: &str) -> String {
    format!("SELECT '1' AS k0 FROM DUAL WHERE EXISTS ({query})")
}

/// As SQL. MySQL tells a literal without its quotes.
fn default(row: &Texts, is_mariadb: bool) -> Option<String> {
    let told = row.get(3);
    if told == "NULL" {
        None
    } else if is_mariadb || row.get(4).contains("DEFAULT_GENERATED") {
        Some(told.to_owned())
    } else {
        Some(text(told))
    }
}

fn retold(row: &Texts) -> String {
    match (row.get(6), row.get(7)) {
        ("", _) | (_, "") => row.get(1).to_owned(),
        (set, collation) => format!("{} CHARACTER SET {set} COLLATE {collation}", row.get(1)),
    }
}

/// What MODIFY would take away if it were not said again.
fn besides(row: &Texts) -> String {
    let mut said = String::new();
    if !row.get(5).is_empty() {
        said += &format!(" COMMENT {}", row.get(5));
    }
    if row.get(4).contains("INVISIBLE") {
        said += " INVISIBLE";
    }
    said
}

/// What the catalog's own trigger says, with what to do.
fn told(error: diesel::result::Error) -> Error {
    match &error {
        diesel::result::Error::DatabaseError(_, info) if info.message() == STAYS => {
            Error::Configuration {
                reason: "the catalog's trigger keeps each row with its tenant: sign in as the \
                         account of `operated_by(..)`, or do this before the tables are protected"
                    .to_owned(),
            }
        }
        _ => Error::of_own_sql(error),
    }
}
