//! Stopped behind each step and each batch, and begun again; two at the same time.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::thread;

use tenancy::Error;
use uuid::Uuid;

use crate::fixture::*;

/// The state behind each stop leads to the same end, and back to the same beginning.
#[test]
fn it_is_stopped_anywhere_and_goes_on() {
    let stage = without_ids();
    let mut conn = stage.raw();
    let catalog = tables();
    let path = catalog.add_public_ids().batches_of(3);
    let beginning = (schema(&mut conn), contents(&mut conn));
    assert!(path.run(&mut conn, go_on).unwrap().is_continue());
    let end = schema(&mut conn);
    assert!(path.roll_back(&mut conn, go_on).unwrap().is_continue());
    for stop in 1.. {
        let flow = path.run(&mut conn, stop_after(stop)).unwrap();
        if flow.is_continue() {
            assert!(stop > 30, "{stop}");
            break;
        }
        assert!(path.run(&mut conn, go_on).unwrap().is_continue());
        assert_eq!(schema(&mut conn), end, "stopped behind {stop}");
        assert_eq!(contents(&mut conn), beginning.1);
        let distinct: HashSet<Uuid> = ids(&mut conn).into_iter().map(|(_, id)| id).collect();
        assert_eq!(distinct.len(), 28);
        assert!(path.roll_back(&mut conn, go_on).unwrap().is_continue());
        assert_eq!(schema(&mut conn), beginning.0, "stopped behind {stop}");
    }
}

/// The way back, too, and from the middle of the way there.
#[test]
fn the_way_back_is_stopped_anywhere_and_goes_on() {
    let stage = without_ids();
    let mut conn = stage.raw();
    let catalog = tables();
    let path = catalog.add_public_ids().batches_of(5);
    let beginning = (schema(&mut conn), contents(&mut conn));
    for stop in 1.. {
        let there = path.run(&mut conn, stop_after(stop)).unwrap();
        let back = path.roll_back(&mut conn, stop_after(stop)).unwrap();
        if there.is_continue() && back.is_continue() {
            break;
        }
        assert!(path.roll_back(&mut conn, go_on).unwrap().is_continue());
        assert_eq!(
            (schema(&mut conn), contents(&mut conn)),
            beginning,
            "{stop}"
        );
    }
}

/// Each has its own connection. One may be told that the other is at it.
#[test]
fn two_at_the_same_time_do_no_harm() {
    let stage = without_ids();
    let mut conn = stage.raw();
    let catalog = tables();
    let runs: Vec<_> = (0..2)
        .map(|_| {
            let (mut conn, catalog) = (stage.raw(), catalog.clone());
            thread::spawn(move || {
                let path = catalog.add_public_ids().batches_of(1);
                path.run(&mut conn, go_on).map(|_| ())
            })
        })
        .collect();
    for run in runs {
        match run.join().unwrap() {
            Ok(()) | Err(Error::Locked) => {}
            Err(Error::Unfinished { source, .. })
                if matches!(*source, Error::Locked | Error::SerializationFailure) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    let path = catalog.add_public_ids();
    assert!(path.run(&mut conn, go_on).unwrap().is_continue());
    let distinct: HashSet<Uuid> = ids(&mut conn).into_iter().map(|(_, id)| id).collect();
    assert_eq!(distinct.len(), 28);
    assert!(path.preview(&mut conn).unwrap().is_done());
}

/// A second one in the middle of the first, on a connection of its own.
#[test]
fn a_second_run_in_the_middle_of_the_first_does_no_harm() {
    let stage = without_ids();
    let (mut conn, mut second) = (stage.raw(), stage.raw());
    let catalog = tables();
    let path = catalog.add_public_ids().batches_of(3);
    let mut steps = 0;
    let first = path.run(&mut conn, |_| {
        steps += 1;
        let other = path.run(&mut second, stop_after(1));
        if cfg!(feature = "sqlite") {
            assert!(other.is_ok(), "{other:?}");
        } else {
            assert!(matches!(other, Err(Error::Locked)), "{other:?}");
            let other = catalog.reassign([(77_i64, 1_i64)]).run(&mut second, go_on);
            assert!(matches!(other, Err(Error::Locked)), "{other:?}");
        }
        if steps == 5 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    assert!(first.unwrap().is_break());
    // One that was stopped, or has failed, is in nobody's way.
    run(&mut second, "ALTER TABLE notes RENAME TO away");
    assert!(path.run(&mut conn, go_on).is_err());
    run(&mut second, "ALTER TABLE away RENAME TO notes");
    assert!(path.run(&mut second, go_on).unwrap().is_continue());
    let distinct: HashSet<Uuid> = ids(&mut conn).into_iter().map(|(_, id)| id).collect();
    assert_eq!(distinct.len(), 28);
}
