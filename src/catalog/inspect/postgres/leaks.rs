//! What row security does not stand before: large objects, and functions that are called
//! leak-proof.

use diesel::result::QueryResult;
use diesel::sql_types::{BigInt, Text};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::super::super::name::quote;
use super::super::finding::{Check, Finding};
use super::Live;

pub(super) fn check(conn: &mut PgConnection, live: &Live<'_>) -> QueryResult<Vec<Finding>> {
    let mut findings: Vec<Finding> = large_objects(conn)?.into_iter().collect();
    findings.extend(leak_proof(conn, live)?);
    Ok(findings)
}

/// The number 0 is PUBLIC. Without rights of its own an object is its owner's.
const OBJECTS: &str = "
    SELECT count(*) AS count FROM pg_largeobject_metadata l
    WHERE current_setting('lo_compat_privileges')::boolean OR pg_has_role(l.lomowner, 'MEMBER')
        OR EXISTS (SELECT FROM aclexplode(l.lomacl) a
            WHERE a.grantee = 0 OR pg_has_role(a.grantee, 'MEMBER'))";

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn large_objects(conn: &mut PgConnection) -> QueryResult<Option<Finding>> {
    let Counted { count } = sql_query(OBJECTS).get_result(conn)?;
    let problem = format!("this role may read or write large objects: {count}");
    Ok((count > 0).then(|| Finding::warning(Check::LargeObjects, problem)))
}

/// Those of PostgreSQL itself are trusted.
const LEAK_PROOF: &str = "
    SELECT p.oid::regprocedure::text AS name FROM pg_proc p
    WHERE p.proleakproof AND p.oid >= 16384
        AND EXISTS (SELECT FROM pg_roles r WHERE pg_has_role(r.oid, 'MEMBER')
            AND has_function_privilege(r.oid, p.oid, 'EXECUTE'))
    ORDER BY 1";

fn leak_proof(conn: &mut PgConnection, live: &Live<'_>) -> QueryResult<Vec<Finding>> {
    #[derive(QueryableByName)]
    struct Named {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let functions: Vec<Named> = sql_query(LEAK_PROOF).load(conn)?;
    let role = quote(&live.role.name);
    let findings = functions.into_iter().map(|Named { name }| {
        let problem = "a function that is called leak-proof, and this role may call it";
        Finding::warning(Check::LeakProof, problem)
            .mended_by(format!(
                "REVOKE EXECUTE ON ROUTINE {name} FROM PUBLIC, {role};"
            ))
            .on(name)
    });
    Ok(findings.collect())
}
