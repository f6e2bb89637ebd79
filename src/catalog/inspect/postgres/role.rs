//! The role that the connection signed in as: nobody above row security.

use diesel::connection::SimpleConnection;
use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Integer, Nullable, Text};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::super::super::name::{quote, text};
use super::super::finding::{Check, Finding};
use super::Live;

#[derive(QueryableByName)]
pub(super) struct Role {
    #[diesel(sql_type = Text)]
    pub(super) name: String,
    #[diesel(sql_type = Integer)]
    pub(super) version: i32,
    #[diesel(sql_type = Bool)]
    superuser: bool,
    #[diesel(sql_type = Bool)]
    bypasses: bool,
    #[diesel(sql_type = Bool)]
    makes_roles: bool,
    #[diesel(sql_type = Bool)]
    replicates: bool,
}

const ROLE: &str = "
    SELECT rolname::text AS name, current_setting('server_version_num')::integer AS version,
        rolsuper AS superuser, rolbypassrls AS bypasses, rolcreaterole AS makes_roles,
        rolreplication AS replicates
    FROM pg_roles WHERE rolname = current_user";

/// Roles that it can become, or has the rights of, and that see every tenant's rows, or can get
/// to.
const MEMBERSHIPS: &str = "
    SELECT rolname::text AS name FROM pg_roles
    WHERE rolname <> current_user AND pg_has_role(oid, 'MEMBER')
        AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolreplication OR rolname IN ('pg_read_server_files',
            'pg_write_server_files', 'pg_execute_server_program'))
    ORDER BY rolname";

/// Settings of this role or database that tell a connection its tenant before anybody else.
const STANDING: &str = "
    SELECT value, CASE WHEN setrole <> 0 AND setdatabase <> 0
            THEN format('ALTER ROLE %I IN DATABASE %I', current_user, current_database())
        WHEN setrole <> 0 THEN format('ALTER ROLE %I', current_user)
        WHEN setdatabase <> 0 THEN format('ALTER DATABASE %I', current_database())
        ELSE 'ALTER ROLE ALL' END AS alters
    FROM pg_db_role_setting, unnest(setconfig) setting,
        substr(setting, length('tenancy.tenant_id=') + 1) value
    WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
        AND setrole IN (0, (SELECT oid FROM pg_roles WHERE rolname = current_user))
        AND starts_with(lower(setting), 'tenancy.tenant_id=')
        AND value NOT IN ('', '00000000-0000-0000-0000-000000000000')";

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

pub(super) fn read(conn: &mut PgConnection) -> QueryResult<Role> {
    sql_query(ROLE).get_result(conn)
}

impl Role {
    pub(super) fn is_superuser(&self) -> bool {
        self.superuser
    }

    /// Whether row security does not bind it, so that the finer checks say nothing.
    pub(super) fn is_above(&self) -> bool {
        self.superuser || self.bypasses
    }
}

pub(super) fn check(conn: &mut PgConnection, live: &Live<'_>) -> QueryResult<Vec<Finding>> {
    let role = &live.role;
    let mut findings = attributes(role);
    if !role.superuser {
        findings.extend(memberships(conn, role)?);
        findings.extend(owned(conn, live)?);
        findings.extend(schemas(conn, live)?);
    }
    findings.extend(standing(conn)?);
    Ok(findings)
}

fn attributes(role: &Role) -> Vec<Finding> {
    let name = quote(&role.name);
    if role.superuser {
        let problem = format!("the role {} is a superuser", role.name);
        return vec![Finding::error(Check::Role, problem)];
    }
    let attributes = [
        (role.bypasses, "bypasses row security", "NOBYPASSRLS"),
        (role.makes_roles, "makes and changes roles", "NOCREATEROLE"),
        (
            role.replicates,
            "can replicate every table",
            "NOREPLICATION",
        ),
    ];
    let had = attributes.into_iter().filter(|(has, ..)| *has);
    had.map(|(_, does, not)| {
        Finding::error(Check::Role, format!("the role {} {does}", role.name))
            .mended_by(format!("ALTER ROLE {name} {not};"))
    })
    .collect()
}

fn memberships(conn: &mut PgConnection, role: &Role) -> QueryResult<Vec<Finding>> {
    let above: Vec<Named> = sql_query(MEMBERSHIPS).load(conn)?;
    let findings = above.into_iter().map(|Named { name }| {
        Finding::error(
            Check::Role,
            format!("the role {} is a member of {name}", role.name),
        )
        .mended_by(format!(
            "REVOKE {} FROM {};",
            quote(&name),
            quote(&role.name)
        ))
    });
    Ok(findings.collect())
}

/// The owners of the catalog's tables, and of what is above them, that the role is or can
/// become.
fn owned(conn: &mut PgConnection, live: &Live<'_>) -> QueryResult<Vec<Finding>> {
    #[derive(QueryableByName)]
    struct Owned {
        #[diesel(sql_type = Text)]
        id: String,
        #[diesel(sql_type = Text)]
        owner: String,
    }
    let sql = format!(
        "SELECT oid::text AS id, pg_get_userbyid(relowner)::text AS owner FROM pg_class \
         WHERE oid IN ({}) AND pg_has_role(relowner, 'MEMBER') ORDER BY relname",
        live.declared_ids()
    );
    let owned: Vec<Owned> = sql_query(sql).load(conn)?;
    let role = &live.role.name;
    let findings = owned.into_iter().filter_map(|Owned { id, owner }| {
        let table = live.schema.by_id(&id)?;
        let finding = if owner == *role {
            Finding::error(Check::TableOwner, format!("the role {role} owns the table"))
        } else {
            let problem = format!("the role {role} can become its owner {owner}");
            Finding::error(Check::TableOwner, problem).mended_by(format!(
                "REVOKE {} FROM {};",
                quote(&owner),
                quote(role)
            ))
        };
        Some(finding.on(table.shown()))
    });
    Ok(findings.collect())
}

/// The owners of the schemas of the catalog's tables. One that the table itself belongs to is told
/// with the table. Nobody is made a member of who owns the database, and nobody stops to be.
const SCHEMAS: &str = "
    SELECT DISTINCT ON (n.oid) n.nspname::text AS name, o.rolname::text AS owner,
        CASE WHEN NOT pg_has_role(c.relowner, 'MEMBER')
            THEN pg_get_userbyid(c.relowner)::text END AS heir
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_roles o ON o.oid = n.nspowner
    WHERE c.oid IN ({ids}) AND pg_has_role(o.oid, 'MEMBER')
        AND (pg_get_userbyid(c.relowner) = current_user OR NOT (pg_has_role(c.relowner, 'MEMBER')
            AND pg_has_role(c.relowner, o.oid, 'MEMBER')))
    ORDER BY n.oid, heir";

fn schemas(conn: &mut PgConnection, live: &Live<'_>) -> QueryResult<Vec<Finding>> {
    #[derive(QueryableByName)]
    struct Schema {
        #[diesel(sql_type = Text)]
        name: String,
        #[diesel(sql_type = Text)]
        owner: String,
        /// Who owns a table in it, and is nobody that this role can become.
        #[diesel(sql_type = Nullable<Text>)]
        heir: Option<String>,
    }
    let sql = SCHEMAS.replace("{ids}", &live.declared_ids());
    let schemas: Vec<Schema> = sql_query(sql).load(conn)?;
    let role = &live.role.name;
    let findings = schemas.into_iter().map(|Schema { name, owner, heir }| {
        let schema = quote(&name);
        let heir = heir.map(|heir| format!("ALTER SCHEMA {schema} OWNER TO {};", quote(&heir)));
        let (problem, mend) = if owner == *role || owner == "pg_database_owner" {
            (format!("the role {role} owns the schema {name}"), heir)
        } else {
            let revoke = format!("REVOKE {} FROM {};", quote(&owner), quote(role));
            let problem = format!("the role {role} can become {owner}, who owns the schema {name}");
            (problem, Some(revoke))
        };
        Finding::error(Check::SchemaOwner, problem).mended_by(mend)
    });
    Ok(findings.collect())
}

fn standing(conn: &mut PgConnection) -> QueryResult<Vec<Finding>> {
    #[derive(QueryableByName)]
    struct Standing {
        #[diesel(sql_type = Text)]
        value: String,
        #[diesel(sql_type = Text)]
        alters: String,
    }
    let told: Vec<Standing> = sql_query(STANDING).load(conn)?;
    if told.is_empty() {
        return Ok(otherwise_told(conn)?.into_iter().collect());
    }
    let findings = told.into_iter().map(|Standing { value, alters }| {
        let problem = format!(
            "a connection has the tenant {} from the start",
            text(&value)
        );
        Finding::error(Check::StandingTenant, problem)
            .mended_by(format!("{alters} RESET tenancy.tenant_id;"))
    });
    Ok(findings.collect())
}

/// Settings of the server, of the URL, or of who opened the connection. What is reset here comes
/// back with the end of the transaction.
fn otherwise_told(conn: &mut PgConnection) -> QueryResult<Option<Finding>> {
    #[derive(QueryableByName)]
    struct Told {
        #[diesel(sql_type = Nullable<Text>)]
        value: Option<String>,
    }
    let mut ask = |from: &'static str| -> QueryResult<Option<Finding>> {
        let sql = "SELECT current_setting('tenancy.tenant_id', true) AS value";
        let Told { value } = sql_query(sql).get_result(conn)?;
        let value = value.filter(|value| !value.is_empty() && *value != NOBODY);
        let finding = value.map(|value| {
            let problem = format!("the connection has the tenant {} {from}", text(&value));
            Finding::error(Check::StandingTenant, problem)
        });
        conn.batch_execute("RESET tenancy.tenant_id")?;
        Ok(finding)
    };
    let set = ask("without being told by a session: who opened it has set it, or `on_connect`")?;
    let standing = ask("from the start: by the server's configuration, or the options of its URL")?;
    Ok(standing.or(set))
}

/// The key that means nobody.
const NOBODY: &str = "00000000-0000-0000-0000-000000000000";
