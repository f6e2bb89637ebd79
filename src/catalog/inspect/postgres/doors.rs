//! The doors of the catalog: the functions that find a credential's row, and the policies that
//! show it to their owner. Each is the catalog's to the letter.

use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Integer, Nullable, Text};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::super::super::declared::{Declared, Proof};
use super::super::super::name::text;
use super::super::super::protection::doors::{self, POLICY, QUOTED_SCHEMA, SETTINGS};
use super::super::finding::{Check, Finding};
use super::Live;
use super::same::plain;

/// The doors that are there, or should be.
pub(super) struct Doors<'a>(Vec<(Door, &'a Declared, Proof)>);

#[derive(QueryableByName)]
struct Door {
    /// Which of the tables it leads to.
    #[diesel(sql_type = Integer)]
    place: i32,
    /// To whom the table belongs.
    #[diesel(sql_type = Text)]
    owner: String,
    #[diesel(sql_type = Bool)]
    owner_is_above: bool,
    /// The schema, in quotes.
    #[diesel(sql_type = Text)]
    space: String,
    /// The number of the function, if there is one.
    #[diesel(sql_type = Nullable<Text>)]
    function: Option<String>,
    #[diesel(sql_type = Text)]
    body: String,
    #[diesel(sql_type = Text)]
    runs_as: String,
    /// Whether it is what the catalog makes, but for its text.
    #[diesel(sql_type = Bool)]
    is_made_so: bool,
    #[diesel(sql_type = Bool)]
    is_everybodys: bool,
    #[diesel(sql_type = Bool)]
    may_call: bool,
    /// The number of the policy, if there is one.
    #[diesel(sql_type = Nullable<Text>)]
    policy: Option<String>,
    /// Whether it is for the owner alone, to read, and stands on its column alone.
    #[diesel(sql_type = Bool)]
    is_for_owner: bool,
    #[diesel(sql_type = Text)]
    uses: String,
}

const DOORS: &str = "
    SELECT d.place, o.rolname::text AS owner, o.rolsuper OR o.rolbypassrls AS owner_is_above,
        {quoted_schema} AS space, p.oid::text AS function,
        coalesce(p.prosrc, '') AS body, coalesce(pg_get_userbyid(p.proowner)::text, '') AS runs_as,
        coalesce(p.prokind = 'f' AND p.prosecdef AND p.proretset AND p.prorettype = c.reltype
            AND p.provolatile = 'v' AND NOT p.proleakproof AND l.lanname = 'plpgsql'
            AND p.proconfig = ARRAY[{settings}], false) AS is_made_so,
        EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
            WHERE p.oid IS NOT NULL AND a.grantee = 0) AS is_everybodys,
        coalesce(has_function_privilege(p.oid, 'EXECUTE'), false) AS may_call,
        y.oid::text AS policy,
        coalesce(y.polcmd = 'r' AND y.polpermissive AND y.polroles = ARRAY[c.relowner]
            AND y.polwithcheck IS NULL AND NOT EXISTS (SELECT FROM pg_depend s
                LEFT JOIN pg_attribute a ON a.attrelid = s.refobjid
                    AND a.attnum = s.refobjsubid AND s.refobjsubid <> 0
                WHERE s.classid = 'pg_policy'::regclass AND s.objid = y.oid
                    AND s.refclassid <> 'pg_collation'::regclass
                    AND NOT (s.refclassid = 'pg_class'::regclass AND s.refobjid = c.oid
                        AND (s.refobjsubid = 0 OR a.attname = d.proof))), false) AS is_for_owner,
        coalesce(pg_get_expr(y.polqual, y.polrelid), '') AS uses
    FROM doors d JOIN pg_class c ON c.oid = d.id
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_roles o ON o.oid = c.relowner
    LEFT JOIN pg_proc p ON p.pronamespace = n.oid AND p.proname = d.name AND p.pronargs = 1
        AND p.proargtypes[0] = to_regtype(d.type_name)
    LEFT JOIN pg_language l ON l.oid = p.prolang
    LEFT JOIN pg_policy y ON y.polrelid = c.oid AND y.polname = {policy}
    ORDER BY d.place";

/// The doors to tables, each given by an expression for its number.
fn load<'a>(
    conn: &mut PgConnection,
    tables: impl Iterator<Item = (String, &'a Declared)>,
) -> QueryResult<Doors<'a>> {
    let proven: Vec<(String, &Declared, Proof)> = tables
        .filter_map(|(id, table)| Some((id, table, table.proof?)))
        .collect();
    if proven.is_empty() {
        return Ok(Doors(Vec::new()));
    }
    let values = proven
        .iter()
        .enumerate()
        .map(|(place, (id, table, proof))| {
            let (name, column) = (text(&table.name.door()), text(proof.column));
            let type_name = text(&format!("pg_catalog.{}", doors::type_of(*proof)));
            format!(", ({place}, {id}, {name}, {type_name}, {column})")
        });
    let values: String = values.collect();
    let sql = DOORS
        .replace("{quoted_schema}", QUOTED_SCHEMA)
        .replace("{settings}", &text(SETTINGS))
        .replace("{policy}", &text(POLICY));
    let found: Vec<Door> = sql_query(format!(
        "WITH doors (place, id, name, type_name, proof) AS \
         (VALUES (-1, NULL::oid, '', '', ''){values}) {sql}"
    ))
    .load(conn)?;
    let doors = found.into_iter().filter_map(|door| {
        let (_, table, proof) = proven.get(usize::try_from(door.place).ok()?)?;
        Some((door, *table, *proof))
    });
    Ok(Doors(doors.collect()))
}

pub(super) fn read<'a>(conn: &mut PgConnection, live: &'a Live<'_>) -> QueryResult<Doors<'a>> {
    let declared = live.schema.declared(live.catalog);
    load(
        conn,
        declared.map(|(declared, table)| (table.id.clone(), declared)),
    )
}

/// The first of the tables whose door has a policy that is not the catalog's.
pub(in super::super::super) fn changed<'a>(
    conn: &mut PgConnection,
    tables: &[&'a Declared],
) -> QueryResult<Option<&'a Declared>> {
    let ids = tables.iter().map(|table| {
        let name = text(&table.name.quoted());
        (format!("to_regclass({name})"), *table)
    });
    let doors = load(conn, ids)?.0.into_iter();
    let mut changed = doors
        .filter(|(door, table, proof)| door.policy.is_some() && !door.has_policy_of(table, *proof));
    Ok(changed.next().map(|(_, table, _)| table))
}

impl Doors<'_> {
    /// The numbers of the functions, for `IN (..)`.
    pub(super) fn functions(&self) -> String {
        let functions = self
            .0
            .iter()
            .filter_map(|(door, ..)| door.function.as_ref());
        functions.fold("0".to_owned(), |list, id| format!("{list}, {id}"))
    }

    /// The numbers of the policies that are the catalog's, for `IN (..)`.
    pub(super) fn policies(&self) -> String {
        let doors = self.0.iter();
        let ours = doors.filter(|(door, table, proof)| door.has_policy_of(table, *proof));
        let policies = ours.filter_map(|(door, ..)| door.policy.as_ref());
        policies.fold("0".to_owned(), |list, id| format!("{list}, {id}"))
    }

    pub(super) fn check(&self, live: &Live<'_>) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (door, table, proof) in &self.0 {
            let mend = doors::function(table, &live.role.name).map(|step| step.up);
            let of_function = door.function_findings(table, *proof);
            findings.extend(of_function.into_iter().map(|found| {
                let is_warning = found.severity != super::super::Severity::Error;
                let mend = mend.clone().filter(|_| !is_warning);
                found.on(&table.name).mended_by(mend)
            }));
            if live.catalog.has_row_security(table) {
                let of_policy = door.policy_finding(table, *proof);
                findings.extend(
                    of_policy
                        .map(|found| found.on(&table.name).mended_by(doors::policy_anew(table))),
                );
            }
        }
        findings
    }
}

impl Door {
    fn has_policy_of(&self, table: &Declared, proof: Proof) -> bool {
        self.is_for_owner && plain(&self.uses) == plain(&doors::condition(table, proof))
    }

    fn function_findings(&self, table: &Declared, proof: Proof) -> Vec<Finding> {
        let name = table.name.door();
        if self.function.is_none() {
            let problem = format!("there is no function {name}, which finds its rows");
            return vec![Finding::error(Check::MissingDoor, problem)];
        }
        let definer = |problem: String| Finding::error(Check::DefinerFunction, problem);
        let mut findings = Vec::new();
        if !self.is_made_so || self.body != doors::body(table, proof, &self.space) {
            let problem = format!("the function {name} is not as the catalog makes it");
            findings.push(definer(problem));
        }
        if self.runs_as != self.owner {
            findings.push(definer(format!(
                "the function {name} runs as {}, and the table belongs to {}",
                self.runs_as, self.owner
            )));
        } else if self.owner_is_above {
            let problem = format!(
                "the function {name} runs as {}, whom no policy binds: only its text holds it to \
                 one row",
                self.owner
            );
            findings.push(Finding::warning(Check::DefinerFunction, problem));
        }
        if self.is_everybodys {
            findings.push(definer(format!("everybody may call the function {name}")));
        }
        if !self.may_call {
            let problem = format!("this role may not call the function {name}");
            findings.push(Finding::error(Check::MissingDoor, problem));
        }
        findings
    }

    fn policy_finding(&self, table: &Declared, proof: Proof) -> Option<Finding> {
        if self.policy.is_none() {
            let problem = format!(
                "no policy {POLICY} shows the row that was proven to {}",
                self.owner
            );
            return Some(Finding::error(Check::MissingDoor, problem));
        }
        let problem = format!("the policy {POLICY} is not as the catalog makes it");
        (!self.has_policy_of(table, proof)).then(|| Finding::error(Check::OtherPolicy, problem))
    }
}
