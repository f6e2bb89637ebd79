#[path = "../gear.rs"]
mod gear;

use gear::*;

/// Further structs of one table, and a table whose model names its key's columns, which the
/// application makes so that nobody can guess them.
#[derive(Debug, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = items, belongs_to(Category))]
struct Row {
    id: RowId<Item>,
    category_id: RowId<Category>,
}

diesel::table! {
    members (team_id, person_id) {
        team_id -> BigInt,
        person_id -> BigInt,
        tenant_id -> BigInt,
        role -> Text,
    }
}

#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = members, primary_key(team_id, person_id))]
#[scoped(tenant = tenant_id, application_key)]
struct Member {
    #[diesel(column_name = team_id)]
    team: i64,
    person_id: i64,
    role: String,
}

const MEMBERS: &str = "
    CREATE TABLE members (
        team_id BIGINT NOT NULL, person_id BIGINT NOT NULL, tenant_id BIGINT NOT NULL,
        role TEXT NOT NULL, PRIMARY KEY (team_id, person_id)
    );
";

fn main() -> tenancy::Result<()> {
    run(|scope, session| {
        let rows: Vec<Row> = Repo::<Item>::new(scope).query().load(session).unwrap();
        let categories: Vec<Category> = Repo::<Category>::new(scope).query().load(session).unwrap();
        let grouped = rows.grouped_by(&categories);
        assert_eq!(grouped.len(), 2);
    });

    let db = open_with(MEMBERS);
    let scope = scope(&db);
    let mut session = db.session(&scope)?;
    let members = Repo::<Member>::new(&scope);
    members
        .insert((
            members::team_id.eq(1),
            members::person_id.eq(2),
            members::role.eq("guest"),
        ))
        .execute(&mut session)?;
    members
        .update((1, 2))
        .set(members::role.eq("host"))
        .execute(&mut session)?;
    let member: Member = members.find((1, 2)).first(&mut session)?;
    assert_eq!(
        (member.team, member.person_id, member.role.as_str()),
        (1, 2, "host")
    );
    members.delete((1, 2)).execute(&mut session)?;
    Ok(())
}
