//! The live schema as far as the checks need it, alike for all backends.

use diesel::QueryableByName;
use diesel::sql_types::{Bool, Nullable, Text};

use super::super::name::{Name, backtick, quote};
use super::super::{Catalog, Declared};

/// Whose SQL mends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    #[cfg_attr(not(feature = "postgres"), allow(dead_code))]
    Postgres,
    #[cfg_attr(not(feature = "sqlite"), allow(dead_code))]
    Sqlite,
    #[cfg_attr(not(feature = "mysql"), allow(dead_code))]
    Mysql,
}

impl Dialect {
    fn folds_names(self) -> bool {
        match self {
            Self::Sqlite => true,
            Self::Postgres | Self::Mysql => false,
        }
    }
}

pub(super) struct Schema {
    pub(super) dialect: Dialect,
    pub(super) tables: Vec<Table>,
}

/// A table or a view.
pub(super) struct Table {
    /// What the database calls it in the other rows.
    pub(super) id: String,
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) kind: Kind,
    /// Whether its name alone leads to it.
    pub(super) visible: bool,
    pub(super) columns: Vec<Column>,
    pub(super) indexes: Vec<Index>,
    pub(super) references: Vec<ForeignKey>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Table,
    /// A partition, or a table that inherits from another.
    Part,
    View,
}

pub(super) struct Column {
    pub(super) name: String,
    pub(super) type_name: String,
    pub(super) nullable: bool,
    /// Whether the database makes the value of a new row.
    pub(super) made: bool,
    /// How it is compared, if not to the byte.
    pub(super) loose: Option<String>,
}

pub(super) struct Index {
    pub(super) name: String,
    pub(super) unique: bool,
    pub(super) primary: bool,
    /// Whether it belongs to a constraint of its name.
    pub(super) constraint: bool,
    pub(super) partial: bool,
    /// The condition of a partial one, as the database writes it.
    condition: Option<String>,
    /// The columns; `None` for an expression, or a part of a column.
    pub(super) columns: Vec<Option<String>>,
}

pub(super) struct ForeignKey {
    id: String,
    /// Its name, if it has one.
    pub(super) name: Option<String>,
    /// The `id` of the table that it leads to.
    pub(super) target: String,
    pub(super) columns: Vec<Pair>,
    /// Whether a change at the target sets columns, to NULL or to their defaults.
    #[cfg_attr(not(feature = "postgres"), allow(dead_code))]
    pub(super) sets: bool,
}

/// A column of a foreign key, and the one that it refers to.
pub(super) struct Pair {
    pub(super) column: String,
    pub(super) target: String,
    /// Whether a change at the target can empty the column.
    pub(super) emptied: bool,
}

/// The rows that a backend's query gives for its tables.
#[derive(QueryableByName)]
pub(super) struct TableRow {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Text)]
    in_schema: String,
    #[diesel(sql_type = Text)]
    name: String,
    /// `table`, `part` or `view`.
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    visible: bool,
}

#[derive(QueryableByName)]
pub(super) struct ColumnRow {
    #[diesel(sql_type = Text)]
    of_table: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    type_name: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
    #[diesel(sql_type = Bool)]
    made: bool,
    #[diesel(sql_type = Nullable<Text>)]
    loose: Option<String>,
}

/// One column of an index.
#[derive(QueryableByName)]
pub(super) struct IndexRow {
    #[diesel(sql_type = Text)]
    of_table: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Bool)]
    is_unique: bool,
    #[diesel(sql_type = Bool)]
    is_primary: bool,
    #[diesel(sql_type = Bool)]
    is_constraint: bool,
    #[diesel(sql_type = Bool)]
    is_partial: bool,
    #[diesel(sql_type = Nullable<Text>)]
    condition: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    column_name: Option<String>,
}

/// One column of a foreign key.
#[derive(QueryableByName)]
pub(super) struct ReferenceRow {
    #[diesel(sql_type = Text)]
    pub(super) of_table: String,
    /// What tells it from the other foreign keys of the table.
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
    #[diesel(sql_type = Text)]
    pub(super) target: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    target_column: String,
    #[diesel(sql_type = Bool)]
    emptied: bool,
    #[diesel(sql_type = Bool)]
    sets: bool,
}

impl Schema {
    pub(super) fn of(dialect: Dialect, tables: Vec<TableRow>) -> Self {
        let tables = tables.into_iter().map(Table::of).collect();
        Self { dialect, tables }
    }

    /// With what the tables have. The columns of an index, and those of a foreign key, come
    /// in their order.
    pub(super) fn with(
        mut self,
        columns: Vec<ColumnRow>,
        indexes: Vec<IndexRow>,
        references: Vec<ReferenceRow>,
    ) -> Self {
        for row in columns {
            if let Some(table) = self.by_id_mut(&row.of_table) {
                table.columns.push(Column::of(row));
            }
        }
        for row in indexes {
            if let Some(table) = self.by_id_mut(&row.of_table) {
                table.add_index(row);
            }
        }
        for row in references {
            if let Some(table) = self.by_id_mut(&row.of_table) {
                table.add_reference(row);
            }
        }
        self
    }

    pub(super) fn by_id(&self, id: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.id == id)
    }

    /// For a backend that learns something of a column afterwards.
    #[cfg(any(feature = "sqlite", feature = "mysql"))]
    pub(super) fn set_loose(&mut self, id: &str, column: &str, how: String) {
        let table = self.by_id_mut(id);
        if let Some(column) = table.and_then(|table| table.column_mut(column)) {
            column.loose = Some(how);
        }
    }

    fn by_id_mut(&mut self, id: &str) -> Option<&mut Table> {
        self.tables.iter_mut().find(|table| table.id == id)
    }

    pub(super) fn find(&self, name: &Name) -> Option<&Table> {
        self.tables.iter().find(|table| table.is(name))
    }

    /// The tables of the catalog that are there.
    pub(super) fn declared<'a>(
        &'a self,
        catalog: &'a Catalog,
    ) -> impl Iterator<Item = (&'a Declared, &'a Table)> {
        let declared = catalog.tables().iter();
        declared.filter_map(|declared| {
            let table = self.find(&declared.name)?;
            (table.kind != Kind::View).then_some((declared, table))
        })
    }

    /// What the catalog says of a table of the database.
    pub(super) fn declaration<'a>(&self, catalog: &'a Catalog, id: &str) -> Option<&'a Declared> {
        let table = self.by_id(id)?;
        let mut declared = catalog.tables().iter();
        declared.find(|declared| table.is(&declared.name))
    }

    pub(super) fn quote(&self, name: &str) -> String {
        match self.dialect {
            Dialect::Mysql => backtick(name),
            Dialect::Postgres | Dialect::Sqlite => quote(name),
        }
    }

    /// Whether a table answers to its name in any capitals.
    pub(super) fn folds_names(&self) -> bool {
        self.dialect.folds_names()
    }

    /// The name of a table in SQL.
    pub(super) fn sql(&self, table: &Table) -> String {
        let name = self.quote(&table.name);
        if table.visible {
            name
        } else {
            format!("{}.{name}", self.quote(&table.schema))
        }
    }

    /// The name in SQL of a table that was not looked at, by what the database calls it.
    pub(super) fn sql_of(&self, id: &str) -> String {
        let parts: Vec<String> = id.split('.').map(|part| self.quote(part)).collect();
        parts.join(".")
    }

    pub(super) fn list(&self, columns: &[&str]) -> String {
        let quoted: Vec<String> = columns.iter().map(|name| self.quote(name)).collect();
        quoted.join(", ")
    }
}

impl Table {
    fn of(row: TableRow) -> Self {
        Self {
            id: row.id,
            schema: row.in_schema,
            name: row.name,
            kind: match row.kind.as_str() {
                "view" => Kind::View,
                "part" => Kind::Part,
                _ => Kind::Table,
            },
            visible: row.visible,
            columns: Vec::new(),
            indexes: Vec::new(),
            references: Vec::new(),
        }
    }

    fn is(&self, name: &Name) -> bool {
        self.name == name.table()
            && name
                .schema()
                .map_or(self.visible, |schema| schema == self.schema)
    }

    /// The name for people.
    pub(super) fn shown(&self) -> String {
        if self.visible {
            self.name.clone()
        } else {
            format!("{}.{}", self.schema, self.name)
        }
    }

    pub(super) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    #[cfg(any(feature = "sqlite", feature = "mysql"))]
    fn column_mut(&mut self, name: &str) -> Option<&mut Column> {
        self.columns.iter_mut().find(|column| column.name == name)
    }

    fn add_index(&mut self, row: IndexRow) {
        if let Some(index) = self.indexes.iter_mut().find(|index| index.name == row.name) {
            index.columns.push(row.column_name);
            return;
        }
        self.indexes.push(Index {
            name: row.name,
            unique: row.is_unique,
            primary: row.is_primary,
            constraint: row.is_constraint,
            partial: row.is_partial,
            condition: row.condition,
            columns: vec![row.column_name],
        });
    }

    fn add_reference(&mut self, row: ReferenceRow) {
        let pair = Pair {
            column: row.column_name,
            target: row.target_column,
            emptied: row.emptied,
        };
        match self.references.last_mut() {
            Some(reference) if reference.id == row.id => reference.columns.push(pair),
            _ => self.references.push(ForeignKey {
                id: row.id,
                name: row.name,
                target: row.target,
                columns: vec![pair],
                sets: row.sets,
            }),
        }
    }
}

impl Column {
    fn of(row: ColumnRow) -> Self {
        Self {
            name: row.name,
            type_name: row.type_name,
            nullable: row.nullable,
            made: row.made,
            loose: row.loose,
        }
    }
}

impl Index {
    pub(super) fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|of| of.as_deref() == Some(column))
    }

    pub(super) fn begins_with(&self, column: &str) -> bool {
        self.columns
            .first()
            .is_some_and(|of| of.as_deref() == Some(column))
    }

    /// Whether only rows are in it that have no value in the column.
    pub(super) fn is_of_rows_without(&self, column: &str) -> bool {
        let Some(condition) = self.condition.as_deref().map(str::trim) else {
            return false;
        };
        let inner = condition.strip_prefix('(');
        let inner = inner.and_then(|inner| inner.strip_suffix(')'));
        let mut parts = inner.unwrap_or(condition).split_ascii_whitespace();
        let of = parts.next().map(|of| of.trim_matches('"'));
        let rest: Vec<String> = parts.map(str::to_ascii_uppercase).collect();
        of == Some(column) && rest == ["IS", "NULL"]
    }

    /// For people: the columns in parentheses.
    pub(super) fn shown(&self) -> String {
        let columns = self.columns.iter();
        let names: Vec<&str> = columns
            .map(|of| of.as_deref().unwrap_or("an expression"))
            .collect();
        format!("({})", names.join(", "))
    }
}

impl ForeignKey {
    pub(super) fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|pair| pair.column == column)
    }

    pub(super) fn pairs(&self, column: &str, target: &str) -> bool {
        let mut pairs = self.columns.iter();
        pairs.any(|pair| pair.column == column && pair.target == target)
    }

    pub(super) fn own(&self) -> Vec<&str> {
        self.columns
            .iter()
            .map(|pair| pair.column.as_str())
            .collect()
    }

    pub(super) fn targets(&self) -> Vec<&str> {
        self.columns
            .iter()
            .map(|pair| pair.target.as_str())
            .collect()
    }
}
