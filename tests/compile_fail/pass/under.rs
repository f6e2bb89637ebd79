#[path = "../gear.rs"]
mod gear;

use gear::*;

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = secrets)]
#[scoped(parent(Item, on = item_id))]
struct Secret {
    id: RowId<Secret>,
    body: String,
}

fn main() {
    run(|scope, session| {
        let repo = Repo::<Secret>::new(scope);
        let item = RowId::<Item>::from_raw(1);
        let secret: Secret = repo
            .under(item)
            .insert((secrets::body.eq("under the lamp"),))
            .get_result(session)
            .unwrap();
        assert_eq!(secret.body, "under the lamp");
        let bens = RowId::<Item>::from_raw(4);
        let refused = repo
            .under(bens)
            .insert(secrets::body.eq("none of hers"))
            .execute(session);
        assert!(matches!(refused, Err(tenancy::Error::NotFound)));
        let found = repo.query().inner_join(items::table);
        assert_eq!(repo.delete(found).execute(session).unwrap(), 1);
        assert!(secret.id > RowId::from_raw(0));
    });
}
