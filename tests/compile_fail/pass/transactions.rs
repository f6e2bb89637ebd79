#[path = "../gear.rs"]
mod gear;

use gear::*;

fn rename(items: &Repo<Item>, session: &mut Conn, name: &str) -> tenancy::Result<()> {
    items
        .update(RowId::from_raw(1))
        .set(items::name.eq(name))
        .execute(session)?;
    Ok(())
}

/// An application's own error.
#[derive(Debug)]
enum Failure {
    Refused,
    Database(tenancy::Error),
}

impl From<tenancy::Error> for Failure {
    fn from(error: tenancy::Error) -> Self {
        Self::Database(error)
    }
}

fn main() {
    run_on_items(|items, session| {
        let done: tenancy::Result<usize> = session.transaction(|session| {
            rename(&items, session, "Lantern")?;
            let inner: Result<(), Failure> = session.transaction(|session| {
                rename(&items, session, "Torch")?;
                Err(Failure::Refused)
            });
            assert!(matches!(inner, Err(Failure::Refused)));
            let name: String = items
                .find(RowId::from_raw(1))
                .select(items::name)
                .first(session)?;
            assert_eq!(name, "Lantern");
            items.delete(items.query()).execute(session)
        });
        assert_eq!(done.unwrap(), 3);
        let missing: Result<(), Failure> =
            session.transaction(|session| Ok(rename(&items, session, "Lamp")?));
        assert!(matches!(
            missing,
            Err(Failure::Database(tenancy::Error::NotFound))
        ));
    });
}
