//! The pairs that differ in their limit only.

/// Rows in order up to a limit.
macro_rules! list {
    ($name:literal, $goal:expr, $calls:literal, $limit:expr) => {
        Pair {
            name: $name,
            goal: $goal,
            calls: $calls,
            writes: false,
            by_hand: |_, conn, call| {
                let limit: fn(usize) -> i64 = $limit;
                let items = items::table
                    .filter(items::tenant_id.eq(TENANT))
                    .order(items::name)
                    .limit(limit(call))
                    .select(Item::as_select())
                    .load(conn);
                black_box(items.expect("the items"));
            },
            scoped: Some(|_, scope, session, call| {
                let limit: fn(usize) -> i64 = $limit;
                let items: Vec<Item> = Repo::<Item>::new(scope)
                    .query()
                    .order(items::name)
                    .limit(limit(call))
                    .load(session)
                    .expect("the items");
                black_box(items);
            }),
        }
    };
}
