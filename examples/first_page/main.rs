use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use tenancy::prelude::*;
use tenancy::{AuthError, Authenticator, Claims};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("examples/first_page/migrations");

diesel::table! {
    items (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        category_id -> BigInt,
        name -> Text,
    }
}

diesel::table! {
    categories (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        name -> Text,
    }
}

diesel::table! {
    api_keys (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        secret -> Text,
    }
}

#[derive(Debug, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = items)]
#[scoped(tenant = tenant_id)]
struct Item {
    id: RowId<Item>,
    name: String,
}

#[derive(Debug, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = categories)]
#[scoped(tenant = tenant_id)]
struct Category {
    id: RowId<Category>,
}

#[derive(ScopedInsertable)]
#[diesel(table_name = items)]
struct NewItem<'a> {
    category_id: RowId<Category>,
    name: &'a str,
}

/// The trusted edge: how this application turns a credential into a tenant.
/// (A real one stores a hash of the key.)
struct ApiKeys;

impl Authenticator<SqliteConnection> for ApiKeys {
    type Credential<'a> = &'a str;
    type Key = i64;

    fn authenticate(
        &self,
        conn: &mut SqliteConnection,
        presented: &str,
    ) -> Result<Claims<i64>, AuthError> {
        let tenant = api_keys::table
            .filter(api_keys::secret.eq(presented))
            .select(api_keys::tenant_id)
            .first(conn)?;
        Ok(Claims::new(tenant))
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("gear.db");
    let db = Database::<SqliteConnection>::open(&path.to_string_lossy())?; // an r2d2 pool
    db.migrate(MIGRATIONS)?;

    let identity = db.authenticate(&ApiKeys, "anna-demo-key")?; // the only way to an Identity
    let scope = TenantScope::new(&identity)?; // the token
    let mut session = db.session(&scope)?; // a connection bound to the scope

    let camp: Category = Repo::<Category>::new(&scope).query().first(&mut session)?;
    let items = Repo::<Item>::new(&scope);
    let tent: Item = items
        .insert(&NewItem {
            category_id: camp.id,
            name: "Tent",
        })
        .get_result(&mut session)?;
    let light: Vec<Item> = items
        .query()
        .filter(items::name.like("T%").or(items::name.eq("Stove")))
        .order(items::name.asc())
        .limit(20)
        .load(&mut session)?;
    for item in &light {
        println!("Anna sees a {}", item.name);
    }

    items.delete(tent.id).execute(&mut session)?;
    let left: i64 = items.query().count().get_result(&mut session)?;
    println!("Anna has {left} items left");

    let of_ben = RowId::<Item>::from_raw(1);
    let stolen = items.find(of_ben).first::<Item>(&mut session);
    println!("Anna asks for an item of Ben's: {}", stolen.unwrap_err());
    Ok(())
}
