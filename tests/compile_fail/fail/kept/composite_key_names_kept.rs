#[path = "../../bin.rs"]
mod bin;

use bin::*;

diesel::table! {
    prefs (tenant_id, key) {
        tenant_id -> BigInt,
        key -> Text,
        value -> Text,
        updated_at -> Timestamp,
        version -> Integer,
    }
}

#[derive(Scoped)]
#[diesel(table_name = prefs, primary_key(tenant_id, key))]
#[scoped(tenant = tenant_id, touch = updated_at, version = version)]
struct Pref {
    key: String,
}

diesel::table! {
    texts (name) {
        name -> Text,
        tenant_id -> BigInt,
        updated_at -> Timestamp,
    }
}

#[derive(Scoped)]
#[diesel(table_name = texts, primary_key(name))]
#[scoped(tenant = tenant_id, touch = updated_at)]
struct Message {
    name: String,
}

fn main() {
    run(|scope, _| {
        let prefs = Repo::<Pref>::new(scope);
        let _ = prefs.insert((
            prefs::key.eq("x"),
            prefs::value.eq("y"),
            prefs::version.eq(1),
        ));
        let all = prefs.query();
        let _ = prefs.update(all.clone()).set(prefs::version.eq(1));
        let _ = prefs
            .update(all.clone())
            .set(prefs::updated_at.eq(prefs::updated_at));
        let _ = prefs.update(all).set(prefs::value.eq("allowed"));
        let texts = Repo::<Message>::new(scope);
        let _ = texts.insert((texts::name.eq("allowed"),));
        let _ = texts.insert((
            texts::name.eq("x"),
            texts::updated_at.eq(chrono::NaiveDateTime::MIN),
        ));
    });
}
