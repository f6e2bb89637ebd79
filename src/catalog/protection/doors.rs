//! The doors in PostgreSQL's row security: by a function, who serves gets the row of a credential
//! whose tenant is not known yet, and nobody gets another row by it.
//!
//! The function runs as the owner of the table, whom row security binds too. A policy shows the
//! owner the row whose proof the function was given, for as long as it runs.

use super::super::declared::{Declared, Proof, ProofType};
use super::super::name::{quote, text};
use super::Step;

/// The policy by which the owner of a table sees the row that was proven.
pub(in super::super) const POLICY: &str = "tenancy_proof";

/// The setting that has the proof while the function runs. An unset one is NULL, one that was
/// set before is the empty text: both are nobody's.
const TOLD: &str = "nullif(current_setting('tenancy.credential', true), '')";

/// What the function's settings are, as PostgreSQL keeps them.
pub(in super::super) const SETTINGS: &str = "search_path=pg_catalog, pg_temp";

pub(in super::super) fn type_of(proof: Proof) -> &'static str {
    match proof.holds {
        ProofType::Id128 => "uuid",
        ProofType::Text => "text",
        ProofType::Binary => "bytea",
    }
}

/// The condition of the policy.
pub(in super::super) fn condition(table: &Declared, proof: Proof) -> String {
    let told = match proof.holds {
        ProofType::Id128 => format!("{TOLD}::uuid"),
        ProofType::Text => TOLD.to_owned(),
        ProofType::Binary => format!("decode({TOLD}, 'hex')"),
    };
    let (table, column) = (quote(table.name.table()), quote(proof.column));
    format!("{table}.{column} = {told}")
}

/// The policy, for whoever owns the table.
pub(in super::super) fn policy(table: &Declared) -> Option<String> {
    let condition = condition(table, table.proof?);
    let on = table.name.quoted();
    Some(format!(
        "DO $tenancy$ BEGIN\n  \
         EXECUTE (SELECT format({}, pg_get_userbyid(relowner), {})\n    \
         FROM pg_class WHERE oid = {}::regclass);\nEND $tenancy$;\n",
        text(&format!(
            "CREATE POLICY {POLICY} ON {} AS PERMISSIVE FOR SELECT TO %I USING (%s)",
            on.replace('%', "%%")
        )),
        text(&condition),
        text(&on),
    ))
}

/// The policy anew.
pub(in super::super) fn policy_anew(table: &Declared) -> Option<String> {
    let policy = policy(table)?;
    let on = table.name.quoted();
    Some(format!("DROP POLICY IF EXISTS {POLICY} ON {on};\n{policy}"))
}

/// The text of the function. `schema` is the table's, in quotes: the function looks for nothing
/// along a path.
pub(in super::super) fn body(table: &Declared, proof: Proof, schema: &str) -> String {
    let told = match proof.holds {
        ProofType::Id128 | ProofType::Text => "$1::text",
        ProofType::Binary => "encode($1, 'hex')",
    };
    let live = match proof.deleted {
        Some(deleted) => format!(" AND tenancy_1.{} IS NULL", quote(deleted)),
        None => String::new(),
    };
    let (name, column) = (quote(table.name.table()), quote(proof.column));
    format!(
        "\nDECLARE\n  told text := {told};\n  \
         kept text := current_setting('tenancy.credential', true);\n\
         BEGIN\n  IF told <> '' THEN\n    \
         PERFORM set_config('tenancy.credential', told, true);\n    \
         RETURN QUERY SELECT tenancy_1.* FROM {schema}.{name} tenancy_1 \
         WHERE tenancy_1.{column} = $1{live};\n    \
         PERFORM set_config('tenancy.credential', coalesce(kept, ''), true);\n  \
         END IF;\nEND\n"
    )
}

/// What stands for the schema of a table whose name alone is known.
const SCHEMA: &str = "{schema}";

/// The function, which belongs to whom the table does, and which the role that serves may call.
pub(in super::super) fn function(table: &Declared, serving: &str) -> Option<Step> {
    let proof = table.proof?;
    let (type_name, role) = (type_of(proof), quote(serving));
    let of = text(&table.name.quoted());
    let name = quote(&table.name.door());
    let made = format!(
        "CREATE OR REPLACE FUNCTION {SCHEMA}.{name}(proof {type_name}) \
         RETURNS SETOF {SCHEMA}.{} LANGUAGE plpgsql SECURITY DEFINER \
         SET search_path = pg_catalog, pg_temp AS ",
        quote(table.name.table())
    );
    let door = format!("{SCHEMA}.{name}({type_name})");
    let up = format!(
        "DO $tenancy$ DECLARE\n  own oid := {of}::regclass;\n  owner text;\n  space text;\n  \
         door text := {door};\nBEGIN\n  \
         SELECT quote_ident(pg_get_userbyid(c.relowner)), {QUOTED_SCHEMA} INTO owner, space\n    \
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = own;\n  \
         door := replace(door, '{SCHEMA}', space);\n  \
         IF EXISTS (SELECT FROM pg_proc p JOIN pg_class c ON c.oid = own\n      \
         WHERE p.oid = to_regprocedure(door) AND (p.prokind <> 'f' OR NOT p.proretset\n        \
         OR p.prorettype <> c.reltype OR pg_get_function_arguments(p.oid) <> {arguments})) THEN\n    \
         EXECUTE 'DROP ROUTINE ' || door;\n  END IF;\n  \
         EXECUTE replace({made}, '{SCHEMA}', space)\n    \
         || quote_literal(replace({body}, '{SCHEMA}', space));\n  \
         EXECUTE 'ALTER FUNCTION ' || door || ' OWNER TO ' || owner;\n  \
         EXECUTE 'REVOKE ALL ON FUNCTION ' || door || {from};\n  \
         EXECUTE 'GRANT EXECUTE ON FUNCTION ' || door || {to};\nEND $tenancy$;",
        door = text(&door),
        arguments = text(&format!("proof {type_name}")),
        made = text(&made),
        body = text(&body(table, proof, SCHEMA)),
        from = text(&format!(" FROM PUBLIC, {role}")),
        to = text(&format!(" TO {role}")),
    );
    let dropped = match table.name.schema() {
        Some(schema) => format!("{}.{name}", quote(schema)),
        None => name,
    };
    let down = format!("DROP FUNCTION IF EXISTS {dropped}({type_name});");
    let what = format!("function that finds a row by its {}", proof.column);
    Some(Step::of(table, what, up, down))
}

/// The name of the schema `n`, always in quotes.
pub(in super::super) const QUOTED_SCHEMA: &str =
    "concat('\"', replace(n.nspname, '\"', '\"\"'), '\"')";
