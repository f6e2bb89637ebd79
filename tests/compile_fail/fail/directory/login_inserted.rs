#[path = "../../gear.rs"]
mod gear;

use gear::*;
use tenancy::directory::Login;
use tenancy::directory::schema::tenancy_logins;

fn plant(
    scope: &TenantScope<i64>,
    session: &mut Session<SqliteConnection>,
) -> tenancy::Result<usize> {
    Repo::<Login>::new(scope)
        .insert((
            tenancy_logins::issuer.eq("https://login.example"),
            tenancy_logins::subject.eq("me"),
        ))
        .execute(session)
}

fn main() {}
