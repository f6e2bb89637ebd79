//! Each way in, on one page. Two people sign in with a provider of identities, one invites the
//! other, a program comes in by a key, a job by a token, and a test by its word.
//!
//! `cargo run --example sign_in --features jwt,test-identities` runs it. It needs nothing
//! installed, and leaves nothing behind.

mod provider;

use std::error::Error;

use chrono::TimeDelta;
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use tenancy::directory::{self, Directory, NewKey, Roles};
use tenancy::jwt::{Algorithm, DelegatedTokens, Delegation, Jwks, SigningKey, Verifier};
use tenancy::prelude::*;
use tenancy::test_identities::TestIdentities;
use tenancy::{Claims, Permission, TenantSet, With};

// A table of the application's own, which refers to the directory's.
diesel::table! {
    categories (id) { id -> BigInt, tenant_id -> BigInt, name -> Text }
}

const CATEGORIES: &str = "CREATE TABLE IF NOT EXISTS categories (
    id INTEGER PRIMARY KEY NOT NULL,
    tenant_id BIGINT NOT NULL REFERENCES tenancy_tenants (id),
    name TEXT NOT NULL,
    UNIQUE (tenant_id, id), UNIQUE (tenant_id, name))";

#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = categories)]
#[scoped(tenant = tenant_id, references(directory::Tenant, on = tenant_id))]
struct Category {
    #[allow(dead_code, reason = "a model has its key")]
    id: RowId<Category>,
    name: String,
}

/// What a handler needs is in its signature.
#[derive(Debug)]
enum Export {}

impl Permission for Export {
    const NAME: &'static str = "categories:export";
}

fn export(
    scope: &TenantScope<i64, With<Export, ReadOnly>>,
    session: &mut Session<SqliteConnection, With<Export, ReadOnly>>,
) -> tenancy::Result<Vec<String>> {
    let all: Vec<Category> = Repo::<Category>::new(scope).query().load(session)?;
    Ok(all.into_iter().map(|category| category.name).collect())
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("gear.db");
    let db =
        Database::<SqliteConnection>::builder().open(path.to_str().ok_or("a path in UTF-8")?)?;
    db.migrate(directory::SQLITE)?;
    SqliteConnection::establish(path.to_str().unwrap_or_default())?.batch_execute(CATEGORIES)?;

    // The directory: what roles may do, and what a new tenant begins with.
    let directory = Directory::new(&db)
        .roles(Roles::default().read_only_role("guest", [Export::NAME]))
        .on_founding(|scope, session| {
            let default = (categories::name.eq("Uncategorized"),);
            Repo::<Category>::new(scope)
                .insert(default)
                .execute(session)?;
            Ok(())
        });

    // 1. A person, by a token of a provider of identities. The first time makes user and tenant.
    let verifier = Verifier::builder()
        .issuer(provider::ISSUER)
        .audience("gear")
        .algorithms([Algorithm::EdDsa])
        .build(Jwks::new(provider::keys))?;
    let logins = directory.logins(verifier);
    let anna = directory.sign_in(&logins, &provider::token("anna")?, None)?;
    let scope = TenantScope::new(&anna)?;
    println!(
        "{} signs in, and again",
        scope.display_name().split(" •").next().unwrap_or("")
    );
    let again = directory.sign_in(&logins, &provider::token("anna")?, None)?;
    assert_eq!(
        (again.tenant(), again.subject()),
        (anna.tenant(), anna.subject())
    );

    // 2. Somebody else is a tenant of its own, until an invitation lets it into another one.
    let ben = directory.sign_in(&logins, &provider::token("ben")?, None)?;
    assert_ne!(ben.tenant(), anna.tenant());
    let (_, invitation) = directory.invite(&scope, "guest", Some("Ben"), TimeDelta::days(7))?;
    let guest = directory.accept(&logins, &provider::token("ben")?, invitation.reveal())?;
    println!(
        "Ben is a guest of Anna's: he may write there is {}",
        guest.may_write()
    );
    let both = TenantSet::new([&ben, &guest])?;
    let counts = db.read_each(&both, |scope, session| {
        Repo::<Category>::new(scope)
            .query()
            .count()
            .get_result::<i64>(session)
    })?;
    println!("he reads {} tenants at once", counts.len());

    // 3. A program, by a key that is shown once.
    let new = NewKey::new("nightly export")
        .scopes([Export::NAME])
        .read_only();
    let (key, secret) = directory.issue_key(&scope, "gear", &new)?;
    let keys = directory.api_keys("gear")?;
    let program = db.authenticate(&keys, secret.reveal())?;
    let reads = TenantScope::new_read_only(&program)?.require::<Export>()?;
    println!(
        "the program exports {:?}",
        export(&reads, &mut db.session(&reads)?)?
    );
    directory.revoke_key(&scope, key.id)?;
    println!(
        "revoked: {}",
        db.authenticate(&keys, secret.reveal()).unwrap_err()
    );

    // 4. A job, by a token that holds a part of the scope.
    let signing = SigningKey::new("2026-11", b"32 bytes that nobody else has..!")?;
    let tokens = DelegatedTokens::<i64, _>::new([signing], directory.revoked_tokens())?;
    let delegation = Delegation::new("export")
        .read_only()
        .permission(Export::NAME);
    let token = tokens.issue(&scope, delegation)?;
    let job = db.authenticate(&tokens.for_purpose("export"), &token)?;
    assert_eq!((job.tenant(), job.may_write()), (anna.tenant(), false));
    println!(
        "for mail: {}",
        db.authenticate(&tokens.for_purpose("mail"), &token)
            .unwrap_err()
    );

    // 5. A test, by its word: not there in a release build.
    let tester = Claims::new(*anna.tenant()).subject("a test");
    let tester = db.authenticate(&TestIdentities::new(), tester)?;
    println!("{} is let in", tester.subject().unwrap_or_default());
    Ok(())
}
