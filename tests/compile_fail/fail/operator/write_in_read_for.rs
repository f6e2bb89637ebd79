#[path = "../../gear.rs"]
mod gear;

use gear::*;
use tenancy::OperatorScope;

fn delete(
    db: &Database<SqliteConnection>,
    operator: &OperatorScope<i64>,
) -> tenancy::Result<usize> {
    db.read_for(operator, 1, |scope, session| {
        Repo::<Item>::new(scope)
            .delete(RowId::from_raw(1))
            .execute(session)
    })
}

fn main() {}
