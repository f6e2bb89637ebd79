//! The schema, by one query each for tables, columns, indexes and foreign keys.

use diesel::result::QueryResult;
use diesel::{PgConnection, RunQueryDsl, sql_query};

use super::super::super::Catalog;
use super::super::super::name::text;
use super::super::related::Stranger;
use super::super::schema::{Dialect, Schema};

/// The tables of the search path, and of the schemas that the catalog names, and parts of them
/// wherever they are. Tables of an extension are the extension's.
const TABLES: &str = "
    WITH RECURSIVE seen (id) AS (
        SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm')
            AND (n.nspname = ANY (current_schemas(false)) OR n.nspname IN ({schemas}))
        UNION SELECT i.inhrelid FROM seen JOIN pg_inherits i ON i.inhparent = seen.id)
    SELECT c.oid::text AS id, n.nspname::text AS in_schema, c.relname::text AS name,
        CASE WHEN c.relkind IN ('v', 'm') THEN 'view'
             WHEN EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid) THEN 'part'
             ELSE 'table' END AS kind,
        pg_table_is_visible(c.oid) AS visible
    FROM seen JOIN pg_class c ON c.oid = seen.id JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
            AND d.objid = c.oid AND d.deptype = 'e')
    ORDER BY n.nspname, c.relname";

const COLUMNS: &str = "
    SELECT a.attrelid::text AS of_table, a.attname::text AS name,
        CASE t.typtype WHEN 'd' THEN format_type(t.typbasetype, t.typtypmod)
            ELSE format_type(a.atttypid, a.atttypmod) END AS type_name,
        NOT (a.attnotnull OR t.typnotnull) AS nullable,
        a.atthasdef OR a.attidentity <> '' AS made,
        CASE WHEN NOT l.collisdeterministic THEN format('by the collation %I', l.collname) END
            AS loose
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_collation l ON l.oid = a.attcollation
    WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid IN ({ids})
    ORDER BY a.attrelid, a.attnum";

/// An index that is not valid yet refuses values too, and serves no query.
const INDEXES: &str = "
    SELECT i.indrelid::text AS of_table, x.relname::text AS name,
        i.indisunique OR i.indisexclusion AS is_unique, i.indisprimary AS is_primary,
        o.oid IS NOT NULL AS is_constraint,
        i.indpred IS NOT NULL OR NOT i.indisvalid AS is_partial,
        pg_get_expr(i.indpred, i.indrelid) AS condition, a.attname::text AS column_name
    FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
    CROSS JOIN generate_series(0, i.indnkeyatts - 1) k
    LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k]
        AND i.indkey[k] <> 0
    LEFT JOIN pg_constraint o ON o.conindid = i.indexrelid AND o.conrelid = i.indrelid
        AND o.contype IN ('p', 'u', 'x')
    WHERE i.indrelid IN ({ids})
    ORDER BY i.indrelid, x.relname, k";

/// Which columns SET NULL empties can be said since version 15: through JSON, older servers
/// do not mind that there is no such column.
const REFERENCES: &str = "
    SELECT c.conrelid::text AS of_table, c.oid::text AS id, c.conname::text AS name,
        c.confrelid::text AS target, own.attname::text AS column_name,
        theirs.attname::text AS target_column,
        c.confupdtype IN ('n', 'd') OR (c.confdeltype IN ('n', 'd')
            AND coalesce(nullif(to_jsonb(c) -> 'confdelsetcols', 'null') @> to_jsonb(own.attnum),
                true)) AS emptied,
        c.confupdtype IN ('n', 'd') OR c.confdeltype IN ('n', 'd') AS sets
    FROM pg_constraint c
    CROSS JOIN unnest(c.conkey, c.confkey) WITH ORDINALITY k (own, theirs, place)
    JOIN pg_attribute own ON own.attrelid = c.conrelid AND own.attnum = k.own
    JOIN pg_attribute theirs ON theirs.attrelid = c.confrelid AND theirs.attnum = k.theirs
    WHERE c.contype = 'f' AND c.conrelid IN ({ids})
    ORDER BY c.conrelid, c.conname, c.oid, k.place";

pub(super) fn schema(conn: &mut PgConnection, catalog: &Catalog) -> QueryResult<Schema> {
    let schemas = catalog.names().filter_map(|name| name.schema());
    let schemas = schemas.fold("''".to_owned(), |list, name| {
        format!("{list}, {}", text(name))
    });
    let tables = sql_query(TABLES.replace("{schemas}", &schemas)).load(conn)?;
    let read = Schema::of(Dialect::Postgres, tables);
    let ids = super::ids(read.tables.iter());
    let of = |sql: &str| sql_query(sql.replace("{ids}", &ids));
    let columns = of(COLUMNS).load(conn)?;
    let indexes = of(INDEXES).load(conn)?;
    let references = of(REFERENCES).load(conn)?;
    Ok(read.with(columns, indexes, references))
}

/// Tables that refer to those of the schema, and are not in it. Parts are their whole's.
const STRANGERS: &str = "
    SELECT DISTINCT c.conrelid::regclass::text AS name, c.confrelid::text AS target
    FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
    WHERE c.contype = 'f' AND NOT r.relispartition
        AND c.confrelid IN ({ids}) AND c.conrelid NOT IN ({ids})";

pub(super) fn strangers(conn: &mut PgConnection, schema: &Schema) -> QueryResult<Vec<Stranger>> {
    let ids = super::ids(schema.tables.iter());
    sql_query(STRANGERS.replace("{ids}", &ids)).load(conn)
}
