//! Locks on rows: who has one, who waits, who cannot ask for one.

use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{Error, Permits, Statement, Transport};

use crate::stage::*;

#[test]
fn a_locked_row_is_left_out_or_refused_to_others() {
    let stage = Stage::new();
    let db = stage.open(Transport::Direct, 2);
    let anna = scope(&db, 1);
    let items = Repo::<Item>::new(&anna);
    let mut other = db.session(&anna).unwrap();
    let mut session = db.session(&anna).unwrap();
    let done: tenancy::Result<()> = session.transaction(|session| {
        let first = items.query().order(items::id).limit(1);
        let locked: Item = first.for_update().get_result(session)?;
        assert_eq!(locked.name, "Lamp");
        let left: Vec<Item> = items.query().for_update().skip_locked().load(&mut other)?;
        assert_eq!(left.len(), 1);
        let refused = items
            .query()
            .for_update()
            .no_wait()
            .load::<Item>(&mut other);
        assert!(matches!(refused, Err(Error::Locked)), "{refused:?}");
        let shared: Vec<Item> = items
            .query()
            .for_key_share()
            .skip_locked()
            .load(&mut other)?;
        assert_eq!(shared.len(), 1);
        Ok(())
    });
    done.unwrap();
}

/// A queue: each worker takes a job that nobody else has.
#[test]
fn a_job_is_taken_by_one_worker() {
    let stage = Stage::new();
    let db = stage.open(Transport::Pooler, 2);
    let anna = scope(&db, 1);
    let items = Repo::<Item>::new(&anna);
    let take = |session: &mut Session<PgConnection>| -> tenancy::Result<Vec<String>> {
        let next = items.query().order(items::id).limit(1);
        items
            .update(next.for_update().skip_locked())
            .set(items::name.eq(items::name.concat("!")))
            .returning(items::name)
            .load(session)
    };
    let (mut one, mut two) = (db.session(&anna).unwrap(), db.session(&anna).unwrap());
    let done: tenancy::Result<()> = one.transaction(|one| {
        assert_eq!(take(one)?, ["Lamp!"]);
        assert_eq!(take(&mut two)?, ["Tent!"]);
        Ok(())
    });
    done.unwrap();
}

/// What a statement asks of a session: whether a read-only one will do.
struct Asked<S>(std::marker::PhantomData<S>);

impl<S: Statement> Asked<S> {
    fn of(_: &S) -> Self {
        Self(std::marker::PhantomData)
    }
}

impl<S: Statement> Asked<S>
where
    ReadOnly: Permits<S::Asks>,
{
    #[allow(
        clippy::unused_self,
        reason = "found by autoref before the trait's method"
    )]
    fn of_read_only(&self) -> bool {
        true
    }
}

trait Else {
    fn of_read_only(&self) -> bool {
        false
    }
}

impl<S> Else for &Asked<S> {}

#[test]
#[expect(
    clippy::needless_borrow,
    reason = "the borrow is what puts one method behind the other"
)]
fn a_lock_needs_a_session_that_may_write() {
    let stage = Stage::new();
    let db = stage.open(Transport::Direct, 1);
    let anna = scope(&db, 1);
    let items = || Repo::<Item>::new(&anna).query();
    assert!((&Asked::of(&items())).of_read_only());
    assert!((&Asked::of(&items().limit(1))).of_read_only());
    assert!(!(&Asked::of(&items().for_update())).of_read_only());
    assert!(!(&Asked::of(&items().limit(1).for_share().no_wait())).of_read_only());
}
