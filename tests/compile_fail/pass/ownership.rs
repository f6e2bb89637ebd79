#[path = "../gear.rs"]
mod gear;

use gear::*;

/// The rows of the tenant table, of a composite key, and of a global table.
fn main() {
    run(|scope, session| {
        let customers = Repo::<Customer>::new(scope);
        let me: Customer = customers.query().first(session).unwrap();
        assert_eq!((me.id, me.name.as_str()), (1, "Anna"));
        let found: Customer = customers.find(1).first(session).unwrap();
        assert_eq!(found.id, 1);
        customers
            .update(1)
            .set(customers::name.eq("Anne"))
            .execute(session)
            .unwrap();

        let settings = Repo::<Setting>::new(scope);
        let unit: Setting = settings.find("unit").first(session).unwrap();
        assert_eq!((unit.key.as_str(), unit.value.as_str()), ("unit", "g"));
        settings
            .update("unit")
            .set(settings::value.eq("kg"))
            .execute(session)
            .unwrap();
        settings
            .insert((settings::key.eq("language"), settings::value.eq("en")))
            .execute(session)
            .unwrap();
        settings
            .delete("language".to_owned())
            .execute(session)
            .unwrap();

        let units = Repo::<Unit>::new(scope);
        let all: Vec<Unit> = units.query().order(units::id).load(session).unwrap();
        assert_eq!(all[1].name, "oz");
        let first: Unit = units.find(all[0].id).first(session).unwrap();
        assert_eq!(first.id, all[0].id);
    });
}
