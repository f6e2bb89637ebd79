#[path = "../../gear.rs"]
mod gear;

use gear::*;
use tenancy::OperatorScope;

fn keep(db: &Database<SqliteConnection>, operator: &OperatorScope<i64>) -> tenancy::Result<()> {
    let mut kept = None;
    db.act_for(operator, 1, |_, session| {
        kept = Some(session);
        Ok::<_, tenancy::Error>(())
    })?;
    drop(kept);
    Ok(())
}

fn main() {}
