#[path = "../bin.rs"]
mod bin;

use bin::*;

/// Updates by key say the version; updates by query, and deletes, need not.
fn main() {
    run(|scope, session| {
        let plans = Repo::<Plan>::new(scope);
        let plan: Plan = plans.query().first(session).unwrap();
        let plan: Plan = plans
            .update(plan.id)
            .if_version(plan.version)
            .set(plans::name.eq("Trek"))
            .get_result(session)
            .unwrap();
        assert_eq!(plan.version, 2);
        plans
            .update(plan.id)
            .any_version()
            .set(plans::name.eq("Walk"))
            .execute(session)
            .unwrap();
        plans
            .update(plans.query())
            .set(plans::name.eq("Hike"))
            .execute(session)
            .unwrap();
        let stale = plans.delete(plan.id).if_version(2).execute(session);
        assert!(matches!(stale, Err(tenancy::Error::StaleVersion)));
        plans.delete(plan.id).execute(session).unwrap();
    });
}
