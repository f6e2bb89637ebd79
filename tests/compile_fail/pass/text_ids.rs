//! Keys that are texts with a prefix, in what a service does with them.

#[path = "../plant.rs"]
mod plant;

use plant::*;
use tenancy::InvalidId;

type Session = tenancy::Session<diesel::SqliteConnection>;

/// A newtype over a text id is a tenant's key, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TenantKey)]
#[tenant_key(kind = "String")]
pub struct Owner(TextId<Tenant>);

diesel::table! {
    notes (id) {
        id -> Text,
        tenant_id -> Text,
        process_id -> Nullable<Text>,
        name -> Text,
    }
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = notes)]
#[scoped(tenant = tenant_id, key = Owner, text_id = "note")]
struct Note {
    id: TextId<Note>,
    tenant_id: Owner,
    process_id: Option<TextId<Process>>,
}

#[derive(ScopedInsertable)]
#[diesel(table_name = notes)]
struct NewNote<'a> {
    process_id: Option<TextId<Process>>,
    name: &'a str,
}

fn put(scope: &TenantScope<Owner>, session: &mut Session, name: &str) -> tenancy::Result<Note> {
    let new = NewNote {
        process_id: None,
        name,
    };
    Repo::<Note>::new(scope).insert(new).get_result(session)
}

fn kinds(scope: &TenantScope<Key>, session: &mut Session) -> tenancy::Result<Vec<Kind>> {
    Repo::<Kind>::new(scope).query().load(session)
}

fn found(
    scope: &TenantScope<Key>,
    session: &mut Session,
    text: &str,
) -> tenancy::Result<Option<Process>> {
    let id: TextId<Process> = text.try_into()?;
    let _: String = scope.cache_key("process", &id);
    Repo::<Process>::new(scope).find(id).first(session).optional()
}

fn main() {
    let refused = "call_00000000000000000000000001".parse::<TextId<Process>>();
    assert_eq!(refused, Err(InvalidId::OtherPrefix { expected: "proc" }));
}
