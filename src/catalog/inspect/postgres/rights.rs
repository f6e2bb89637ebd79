//! Rights that row security does not bind, and indexes that it keeps from being used.

use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Text};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::super::super::declared::{Declared, Owner, Writers};
use super::super::super::name::quote;
use super::super::super::protection::postgres::rights as granted;
use super::super::finding::{Check, Finding};
use super::Live;

#[derive(QueryableByName)]
struct Rights {
    #[diesel(sql_type = Text)]
    id: String,
    /// Whose: this role's, or those of one that it can become.
    #[diesel(sql_type = Text)]
    role: String,
    /// Those to the whole table.
    #[diesel(sql_type = Text)]
    whole: String,
    /// Whether it may write rows at all.
    #[diesel(sql_type = Bool)]
    writes: bool,
    /// Whether it may change the owner of a row.
    #[diesel(sql_type = Bool)]
    moves: bool,
}

/// This role comes first. One that is above all rights is told by itself.
const RIGHTS: &str = "
    SELECT c.oid::text AS id, r.rolname::text AS role,
        array_to_string(ARRAY(
            SELECT name FROM unnest(ARRAY['TRUNCATE', 'REFERENCES', 'TRIGGER']) name
            WHERE has_table_privilege(r.oid, c.oid, name) OR (name = 'REFERENCES'
                AND has_any_column_privilege(r.oid, c.oid, name))), ', ') AS whole,
        has_table_privilege(r.oid, c.oid, 'INSERT, UPDATE, DELETE')
            OR has_any_column_privilege(r.oid, c.oid, 'INSERT, UPDATE') AS writes,
        coalesce(has_column_privilege(r.oid, c.oid, a.attnum, 'UPDATE'), false) AS moves
    FROM (VALUES (0::oid, ''), {tables}) t (id, owner)
    JOIN pg_class c ON c.oid = t.id
    LEFT JOIN pg_attribute a ON a.attrelid = t.id AND a.attname = t.owner
    JOIN pg_roles r ON r.rolname = current_user OR (pg_has_role(r.oid, 'MEMBER')
        AND NOT (r.rolsuper OR r.rolbypassrls OR pg_has_role(r.oid, c.relowner, 'USAGE')))
    ORDER BY c.relname, c.oid, r.rolname <> current_user, r.rolname";

/// Who owns a schema is told with the role.
const SCHEMAS: &str = "
    SELECT DISTINCT n.nspname::text AS name, r.rolname::text AS role
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_roles r ON pg_has_role(r.oid, 'MEMBER')
        AND (r.rolname = current_user OR NOT (r.rolsuper OR r.rolbypassrls
            OR pg_has_role(r.oid, c.relowner, 'USAGE')
            OR has_schema_privilege(n.oid, 'CREATE')))
    WHERE c.oid IN ({ids}) AND has_schema_privilege(r.oid, n.oid, 'CREATE')
        AND NOT pg_has_role(r.oid, n.nspowner, 'USAGE') ORDER BY 1, 2";

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    role: String,
}

pub(super) fn check(conn: &mut PgConnection, live: &Live<'_>) -> QueryResult<Vec<Finding>> {
    let sql = RIGHTS.replace("{tables}", &live.owners());
    let rights: Vec<Rights> = sql_query(sql).load(conn)?;
    let mut findings = Vec::new();
    for of_role in &rights {
        let Some(declared) = live.schema.declaration(live.catalog, &of_role.id) else {
            continue;
        };
        let mut all = rights.iter();
        let own = all.find(|own| own.id == of_role.id && own.role == live.role.name);
        findings.extend(of_table(live, declared, of_role, own));
    }
    let schemas = SCHEMAS.replace("{ids}", &live.declared_ids());
    let schemas: Vec<Named> = sql_query(schemas).load(conn)?;
    findings.extend(schemas.iter().map(|named| schema(live, named)));
    Ok(findings)
}

impl Rights {
    /// What the role has to the whole table, and may do, that this one may not itself.
    fn beyond(&self, own: Option<&Self>) -> (Vec<&str>, bool, bool) {
        let own = own.filter(|own| own.role != self.role);
        let has = |right: &&str| own.is_some_and(|own| own.whole.contains(right));
        let whole = self.whole.split(", ").filter(|right| !right.is_empty());
        (
            whole.filter(|right| !has(right)).collect(),
            self.writes && !own.is_some_and(|own| own.writes),
            self.moves && !own.is_some_and(|own| own.moves),
        )
    }
}

fn of_table(
    live: &Live<'_>,
    declared: &Declared,
    rights: &Rights,
    own: Option<&Rights>,
) -> Vec<Finding> {
    let role = who(live, &rights.role);
    let (whole, writes, moves) = rights.beyond(own);
    let mut findings = Vec::new();
    if !whole.is_empty() {
        let problem = format!("{role} has {}", whole.join(", "));
        findings.push(if whole.contains(&"TRUNCATE") {
            Finding::error(Check::Rights, problem)
        } else {
            Finding::warning(Check::Rights, problem)
        });
    }
    // A distributed engine itself changes no tenant of a row.
    if moves && !live.catalog.style.distributed {
        let owner = declared.tenant_column().unwrap_or_default();
        let problem = format!("{role} may change {owner}, and so whose a row is");
        findings.push(Finding::warning(Check::Rights, problem));
    }
    let only_read = matches!(declared.owner, Owner::Global)
        || matches!(declared.writers, Writers::Operators(_));
    if writes && only_read {
        let problem = format!("{role} may write rows that are everybody's");
        findings.push(Finding::warning(Check::GlobalRights, problem));
    }
    let mended = findings.into_iter().map(|found| {
        let mend = if rights.role == live.role.name {
            granted(declared, &rights.role, live.catalog.style).up
        } else {
            no_more(live, &rights.role)
        };
        found.on(&declared.name).mended_by(mend)
    });
    mended.collect()
}

/// A role, for people.
fn who(live: &Live<'_>, role: &str) -> String {
    if role == live.role.name {
        format!("the role {role}")
    } else {
        format!("the role {role}, which {} can become,", live.role.name)
    }
}

fn no_more(live: &Live<'_>, role: &str) -> String {
    format!("REVOKE {} FROM {};", quote(role), quote(&live.role.name))
}

/// A schema of the role's own name stands before all others, where the search path is as it was.
const DATABASES: &str = "
    SELECT DISTINCT current_database()::text AS name, r.rolname::text AS role
    FROM pg_roles r
    WHERE pg_has_role(r.oid, 'MEMBER') AND has_database_privilege(r.oid, current_database(), 'CREATE')
        AND (r.rolname = current_user OR NOT (r.rolsuper OR r.rolbypassrls
            OR has_database_privilege(current_database(), 'CREATE')))
    ORDER BY 2";

pub(super) fn database(conn: &mut PgConnection, live: &Live<'_>) -> QueryResult<Vec<Finding>> {
    let databases: Vec<Named> = sql_query(DATABASES).load(conn)?;
    let findings = databases.iter().map(|Named { name, role }| {
        let problem = format!("{} may make schemas in the database", who(live, role));
        let mend = if *role == live.role.name {
            let (name, role) = (quote(name), quote(role));
            format!("REVOKE CREATE ON DATABASE {name} FROM PUBLIC, {role};")
        } else {
            no_more(live, role)
        };
        Finding::warning(Check::SchemaRights, problem).mended_by(mend)
    });
    Ok(findings.collect())
}

fn schema(live: &Live<'_>, Named { name, role }: &Named) -> Finding {
    let who = who(live, role);
    let problem = format!("{who} may make tables and functions in the schema {name}");
    let mend = if *role == live.role.name {
        let (name, role) = (quote(name), quote(role));
        format!("REVOKE CREATE ON SCHEMA {name} FROM PUBLIC, {role};")
    } else {
        no_more(live, role)
    };
    Finding::warning(Check::SchemaRights, problem).mended_by(mend)
}

/// An operator of the index that is not leak-proof is not put to it before the policy.
const SLOW: &str = "
    SELECT i.indrelid::text AS id, x.relname::text AS name,
        string_agg(DISTINCT coalesce(a.attname::text, 'an expression'), ', ') AS columns
    FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
    CROSS JOIN generate_series(0, i.indnkeyatts - 1) k
    LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k]
        AND i.indkey[k] <> 0
    JOIN pg_opclass o ON o.oid = i.indclass[k] JOIN pg_am m ON m.oid = o.opcmethod
    WHERE i.indrelid IN ({ids}) AND (i.indkey[k] = 0 OR EXISTS (
        SELECT FROM pg_amop s JOIN pg_operator p ON p.oid = s.amopopr
        JOIN pg_proc f ON f.oid = p.oprcode
        WHERE s.amopfamily = o.opcfamily AND s.amoppurpose = 's' AND NOT f.proleakproof
            AND s.amoplefttype = o.opcintype
            AND (m.amname NOT IN ('btree', 'hash') OR s.amoprighttype = o.opcintype)))
    GROUP BY i.indrelid, x.relname ORDER BY x.relname";

pub(super) fn slow_indexes(conn: &mut PgConnection, live: &Live<'_>) -> QueryResult<Vec<Finding>> {
    #[derive(QueryableByName)]
    struct Slow {
        #[diesel(sql_type = Text)]
        id: String,
        #[diesel(sql_type = Text)]
        name: String,
        #[diesel(sql_type = Text)]
        columns: String,
    }
    let slow: Vec<Slow> = sql_query(SLOW.replace("{ids}", &live.guarded_ids())).load(conn)?;
    let findings = slow.into_iter().filter_map(|Slow { id, name, columns }| {
        let problem = format!("the index {name} is slow under row security, by {columns}");
        let table = live.schema.by_id(&id)?;
        Some(Finding::note(Check::SlowIndex, problem).on(table.shown()))
    });
    Ok(findings.collect())
}
