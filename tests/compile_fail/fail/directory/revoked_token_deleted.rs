#[path = "../../gear.rs"]
mod gear;

use gear::*;
use tenancy::directory::RevokedToken;

fn go_on(
    scope: &TenantScope<i64>,
    session: &mut Session<SqliteConnection>,
) -> tenancy::Result<usize> {
    let tokens = Repo::<RevokedToken>::new(scope);
    tokens.delete(tokens.query()).execute(session)
}

fn main() {}
