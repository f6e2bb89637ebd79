//! Programs at random over rows at random: each tenant is answered as a model in plain Rust
//! says, whatever the other tenants have, and all tenants together see everything.
//!
//! `TENANCY_PROPERTY_PROGRAMS` says how many programs each test runs (500 by default), and
//! `TENANCY_PROPERTY_SEED` from which number they are made.

#[expect(dead_code, reason = "other tests use the rest of the forum")]
mod kin;
#[path = "property/model/mod.rs"]
mod model;
#[path = "property/plans.rs"]
mod plans;
#[path = "property/programs.rs"]
mod programs;
#[path = "property/runner.rs"]
mod runner;
#[path = "property/schema.rs"]
mod schema;
#[path = "property/stage.rs"]
mod stage;
#[path = "property/typed/mod.rs"]
mod typed;
#[path = "property/upserts.rs"]
mod upserts;
#[path = "property/worlds.rs"]
mod worlds;

use proptest::prelude::*;

use model::{Answer, asked};
use programs::{Program, programs, queries};
use runner::{cases, check, same};
use stage::Stage;
use worlds::{ANNA, TENANTS, Viewer};

/// What Anna asks is answered, and what she does is done, as the model says, to the last row
/// of everybody.
#[test]
fn programs_do_what_the_model_says() {
    let stage = Stage::new();
    check("the model", &cases(any::<bool>(), programs()), |case| {
        stage.fill(&case.world);
        let (stage, mut world) = (&stage, case.world.clone());
        move |program| {
            let seen = stage.run(ANNA, program);
            let expected = model::run(&mut world, ANNA, stage.now(), program);
            prop_assert_eq!(&seen.answer, &expected, "{:?} gave {:?}", program, seen);
            if matches!(program, Program::Write(_)) {
                same(&stage.world(), &world, &format!("after {program:?}"))?;
            }
            Ok(expected)
        }
    });
}

/// In two worlds that differ only in what Anna does not see, she is answered the same, to the
/// text of an error; her rows end up the same; and the rows that are not hers stay as they were.
#[test]
fn other_tenants_rows_change_nothing() {
    let stages = (Stage::new(), Stage::new());
    check("two worlds", &cases(any::<bool>(), programs()), |case| {
        let (one, two) = (&stages.0, &stages.1);
        one.fill(&case.world);
        two.fill(&case.other);
        let others = (case.world.untouchable(), case.other.untouchable());
        let is_fair = case.world.seen() == case.other.seen();
        move |program| {
            prop_assert!(is_fair, "Anna's rows are not the same to begin with");
            let seen = one.run(ANNA, program);
            prop_assert_eq!(&seen, &two.run(ANNA, program), "{:?}", program);
            if matches!(program, Program::Write(_)) {
                let (world, other) = (one.world(), two.world());
                same(
                    &world.seen(),
                    &other.seen(),
                    &format!("Anna's rows after {program:?}"),
                )?;
                for (now, before) in [(world, &others.0), (other, &others.1)] {
                    same(
                        &now.untouchable(),
                        before,
                        &format!("the others' rows after {program:?}"),
                    )?;
                }
            }
            Ok(seen.answer)
        }
    });
}

/// Where no reference leads from one tenant to another, the tenants' answers are disjoint,
/// and together they are the answer over all rows.
#[test]
fn the_tenants_answers_are_the_parts_of_the_whole() {
    let stage = Stage::new();
    check(
        "the parts of the whole",
        &cases(Just(false), queries()),
        |case| {
            stage.fill(&case.world);
            let (stage, world) = (&stage, case.world.clone());
            move |program| {
                let whole = lines(asked(&world, Viewer::Everyone, program));
                let parts = TENANTS.map(|tenant| lines(stage.run(tenant, program).answer));
                let mut sum = parts.concat();
                sum.sort();
                prop_assert_eq!(&sum, &whole, "{:?}", program);
                for (at, part) in parts.iter().enumerate() {
                    let shared = |other: &Vec<_>| part.iter().any(|line| other.contains(line));
                    prop_assert!(
                        !parts[at + 1..].iter().any(shared),
                        "shared by tenants: {:?}",
                        program
                    );
                }
                Ok(Answer::Lines(sum))
            }
        },
    );
}

fn lines(answer: Answer) -> Vec<Vec<model::Cell>> {
    match answer {
        Answer::Ordered(mut lines) | Answer::Lines(mut lines) => {
            lines.sort();
            lines
        }
        Answer::Truth(_) | Answer::Changed(_) | Answer::Failed(_) => Vec::new(),
    }
}
