//! The SQL that mends a table. SQLite alters no constraint: there, only indexes are mended.

use super::super::super::declared::KeyType;
use super::super::schema::{Column, Dialect, ForeignKey, Index, Schema, Table};

pub(super) fn not_null(schema: &Schema, table: &Table, column: &Column) -> Option<String> {
    let (on, name) = (schema.sql(table), schema.quote(&column.name));
    match schema.dialect {
        Dialect::Postgres => Some(format!(
            "ALTER TABLE {on} ALTER COLUMN {name} SET NOT NULL;"
        )),
        Dialect::Mysql => {
            let type_name = &column.type_name;
            Some(format!(
                "ALTER TABLE {on} MODIFY {name} {type_name} NOT NULL;"
            ))
        }
        Dialect::Sqlite => None,
    }
}

/// PostgreSQL alters no column that a policy reads: those come first and last.
pub(super) fn retype(
    schema: &Schema,
    table: &Table,
    column: &Column,
    key: KeyType,
) -> Option<String> {
    let (on, name) = (schema.sql(table), schema.quote(&column.name));
    let null = if column.nullable { "" } else { " NOT NULL" };
    match (schema.dialect, key) {
        (Dialect::Postgres, _) => {
            let to = match key {
                KeyType::Integer => "integer",
                KeyType::BigInt => "bigint",
                KeyType::Text => "text",
                KeyType::Id128 => "uuid",
            };
            Some(format!(
                "ALTER TABLE {on} ALTER COLUMN {name} TYPE {to} USING {name}::{to};"
            ))
        }
        (Dialect::Mysql, KeyType::Integer) => {
            Some(format!("ALTER TABLE {on} MODIFY {name} INT{null};"))
        }
        (Dialect::Mysql, KeyType::BigInt) => {
            Some(format!("ALTER TABLE {on} MODIFY {name} BIGINT{null};"))
        }
        (Dialect::Mysql | Dialect::Sqlite, _) => None,
    }
}

/// Only PostgreSQL is distributed.
#[cfg(feature = "postgres")]
pub(super) fn retyped_as(schema: &Schema, table: &Table, column: &Column, to: &str) -> String {
    let (on, name) = (schema.sql(table), schema.quote(&column.name));
    format!("ALTER TABLE {on} ALTER COLUMN {name} TYPE {to} USING {name}::{to};")
}

#[cfg(feature = "postgres")]
pub(super) fn without_index(schema: &Schema, table: &Table, index: &Index) -> String {
    let name = schema.quote(&index.name);
    if index.constraint {
        format!("ALTER TABLE {} DROP CONSTRAINT {name};", schema.sql(table))
    } else {
        format!("DROP INDEX {};", in_schema(schema, table, &name))
    }
}

#[cfg(feature = "postgres")]
pub(super) fn without_reference(
    schema: &Schema,
    table: &Table,
    reference: &ForeignKey,
) -> Option<String> {
    let (on, name) = (schema.sql(table), schema.quote(reference.name.as_deref()?));
    Some(format!("ALTER TABLE {on} DROP CONSTRAINT {name};"))
}

/// A column that is compared to the byte.
pub(super) fn exact(schema: &Schema, table: &Table, column: &Column) -> Option<String> {
    let (on, name) = (schema.sql(table), schema.quote(&column.name));
    let type_name = &column.type_name;
    let null = if column.nullable { "" } else { " NOT NULL" };
    match schema.dialect {
        Dialect::Postgres => {
            let as_is = format!("ALTER COLUMN {name} TYPE {type_name} COLLATE \"C\"");
            Some(format!("ALTER TABLE {on} {as_is};"))
        }
        Dialect::Mysql => {
            let exact = "CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin";
            Some(format!(
                "ALTER TABLE {on} MODIFY {name} {type_name} {exact}{null};"
            ))
        }
        Dialect::Sqlite => None,
    }
}

pub(super) fn index(schema: &Schema, table: &Table, column: &str) -> String {
    format!(
        "CREATE INDEX {} ON {} ({});",
        schema.quote(&format!("{}_by_{column}", table.name)),
        schema.sql(table),
        schema.quote(column)
    )
}

/// The key with the owner in front, in place of one that is whole and of columns only.
pub(super) fn unique_key(
    schema: &Schema,
    table: &Table,
    index: &Index,
    owner: &str,
) -> Option<String> {
    if index.partial || index.primary {
        return None;
    }
    let columns: Option<Vec<&str>> = index.columns.iter().map(Option::as_deref).collect();
    let others = columns?.into_iter().filter(|column| *column != owner);
    let columns: Vec<&str> = [owner].into_iter().chain(others).collect();
    let (on, name) = (schema.sql(table), schema.quote(&index.name));
    let columns = schema.list(&columns);
    match schema.dialect {
        Dialect::Postgres if index.constraint => Some(format!(
            "ALTER TABLE {on} DROP CONSTRAINT {name}, ADD CONSTRAINT {name} UNIQUE ({columns});"
        )),
        Dialect::Mysql => Some(format!(
            "ALTER TABLE {on} DROP INDEX {name}, ADD UNIQUE {name} ({columns});"
        )),
        Dialect::Sqlite if index.constraint => None,
        Dialect::Postgres | Dialect::Sqlite => {
            let dropped = in_schema(schema, table, &name);
            Some(format!(
                "DROP INDEX {dropped};\nCREATE UNIQUE INDEX {name} ON {on} ({columns});"
            ))
        }
    }
}

fn in_schema(schema: &Schema, table: &Table, name: &str) -> String {
    if table.visible {
        name.to_owned()
    } else {
        format!("{}.{name}", schema.quote(&table.schema))
    }
}

/// A foreign key of these columns, in place of `old` if there is one.
pub(super) fn reference(
    schema: &Schema,
    table: &Table,
    old: Option<&ForeignKey>,
    columns: &[&str],
    target: &Table,
    keys: &[&str],
) -> Option<String> {
    let dropped = match old.map(|old| old.name.as_deref()) {
        None => String::new(),
        Some(name) => {
            let what = match schema.dialect {
                Dialect::Mysql => "FOREIGN KEY",
                Dialect::Postgres | Dialect::Sqlite => "CONSTRAINT",
            };
            format!("DROP {what} {}, ", schema.quote(name?))
        }
    };
    let sql = format!(
        "ALTER TABLE {} {dropped}ADD FOREIGN KEY ({}) REFERENCES {} ({});",
        schema.sql(table),
        schema.list(columns),
        schema.sql(target),
        schema.list(keys)
    );
    (schema.dialect != Dialect::Sqlite).then_some(sql)
}
