//! A server version whose holes are mended, and an encoding that keeps every key.

use diesel::result::QueryResult;
use diesel::sql_types::Text;
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::super::super::Declared;
use super::super::finding::{Check, Finding};
use super::Live;
use super::role::Role;

/// The first versions that check row security before the condition of an upsert's update
/// (CVE-2026-120154). Those before leave tenants apart where each key begins with the tenant.
const MENDED: [(i32, i32); 4] = [(15, 20), (16, 16), (17, 12), (18, 7)];

pub(super) fn check(role: &Role) -> Option<Finding> {
    Some(Finding::warning(
        Check::ServerVersion,
        outdated(role.version)?,
    ))
}

/// Two letters of UTF-8 can be one in another encoding. `SQL_ASCII` converts nothing, and takes
/// what is no text.
pub(super) fn encoding(conn: &mut PgConnection, live: &Live<'_>) -> QueryResult<Option<Finding>> {
    #[derive(QueryableByName)]
    struct Encoding {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let sql = "SELECT current_setting('server_encoding') AS name";
    let Encoding { name } = sql_query(sql).get_result(conn)?;
    let is_told_apart_by_text = live.catalog.tables().iter().any(Declared::has_text_key);
    Ok((name != "UTF8" && is_told_apart_by_text).then(|| {
        let problem = format!("the database keeps text in {name}, and keys are text: make it UTF8");
        Finding::error(Check::LooseKey, problem)
    }))
}

/// What is wrong with a version, as `server_version_num` has it.
fn outdated(version: i32) -> Option<String> {
    let (major, minor) = (version / 10_000, version % 10_000);
    let (oldest, _) = MENDED[0];
    if major < oldest {
        return Some(format!(
            "the server is {major}.{minor}: before {oldest} nothing is mended any more, and no \
             view can be `security_invoker`"
        ));
    }
    let (_, first) = MENDED.iter().find(|(of, _)| *of == major)?;
    (minor < *first).then(|| {
        format!(
            "the server is {major}.{minor}: before {major}.{first} an upsert can read every row \
             in spite of row security (CVE-2026-120154)"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::outdated;

    #[test]
    fn the_first_mended_version_is_enough() {
        for (version, old) in [
            (140_030, true),
            (150_019, true),
            (150_020, false),
            (160_015, true),
            (160_016, false),
            (170_011, true),
            (170_012, false),
            (180_006, true),
            (180_007, false),
            (190_000, false),
        ] {
            assert_eq!(outdated(version).is_some(), old, "{version}");
        }
    }
}
