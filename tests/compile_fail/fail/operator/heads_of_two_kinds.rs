#[path = "../../gear.rs"]
mod gear;

use gear::*;
use tenancy::audit::AuditHead;
use tenancy::audit::schema::tenancy_audit_heads::tenant_id;
use tenancy::{KeyPage, OperatorScope};

/// Customer 5 and supplier 5 have a head each.
fn heads(db: &Database<SqliteConnection>, operator: &OperatorScope<i64>) -> tenancy::Result<usize> {
    db.read_across(operator, |scope, session| {
        let heads = Repo::<AuditHead>::new(scope).query();
        let page: KeyPage<AuditHead, _> =
            heads.keyset((tenant_id.asc(),)).limit(2).load_page(session)?;
        Ok::<_, tenancy::Error>(page.rows.len())
    })
}

fn main() {
    type Heads = fn(&Database<SqliteConnection>, &OperatorScope<i64>) -> tenancy::Result<usize>;
    std::hint::black_box(heads as Heads);
}
