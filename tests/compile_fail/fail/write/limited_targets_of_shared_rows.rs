#[path = "../../gear.rs"]
mod gear;

use gear::*;

diesel::table! {
    words (tenant_id, word) {
        tenant_id -> Nullable<BigInt>,
        word -> Text,
        uses -> Integer,
    }
}

#[derive(Scoped)]
#[diesel(table_name = words, primary_key(tenant_id, word))]
#[scoped(tenant = tenant_id, global_rows)]
struct Word {
    word: String,
}

fn main() {
    run(|scope, session| {
        let repo = Repo::<Word>::new(scope);
        repo.update(repo.query().limit(1))
            .set(words::uses.eq(1))
            .execute(session)
            .unwrap();
    });
}
