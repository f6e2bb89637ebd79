#[path = "../../gear.rs"]
mod gear;

use gear::*;
use tenancy::directory::User;
use tenancy::directory::schema::tenancy_users;

fn become_another(
    scope: &TenantScope<i64>,
    session: &mut Session<SqliteConnection>,
) -> tenancy::Result<usize> {
    let users = Repo::<User>::new(scope);
    users
        .update(users.query())
        .set(tenancy_users::email.eq("operator@example.com"))
        .execute(session)
}

fn main() {}
