//! Programs at random over rows at random: each tenant is answered as a model in plain Rust
//! says, whatever the other tenants have, and all tenants together see everything.
//!
//! `TENANCY_PROPERTY_PROGRAMS` says how many programs each test runs (500 by default), and
//! `TENANCY_PROPERTY_SEED` from which number they are made.

#[expect(dead_code, reason = "other tests use the rest of the forum")]
mod kin;
#[path = "property/model.rs"]
mod model;
#[path = "property/programs.rs"]
mod programs;
#[path = "property/runner.rs"]
mod runner;
#[path = "property/schema.rs"]
mod schema;
#[path = "property/typed.rs"]
mod typed;
#[path = "property/worlds.rs"]
mod worlds;

use proptest::collection::vec;
use proptest::prelude::*;

use model::{Answer, asked};
use programs::Program;
use runner::{IN_A_WORLD, Stage, check};
use worlds::{ANNA, TENANTS, Viewer, changes, seeds};

/// What Anna asks is answered, and what she does is done, as the model says, to the last row
/// of everybody.
#[test]
fn programs_do_what_the_model_says() {
    let stage = Stage::new();
    let cases = (seeds(any::<bool>()), vec(programs::programs(), IN_A_WORLD));
    check("the model's answer", &cases, |(seed, programs), tally| {
        let mut world = seed.world();
        stage.fill(&world);
        for program in programs {
            let expected = model::run(&mut world, ANNA, program);
            let seen = stage.run(ANNA, program);
            prop_assert_eq!(&seen.answer, &expected, "{:?}: {:?} in {:#?}", program, seen, seed.world());
            if matches!(program, Program::Write(_)) {
                prop_assert_eq!(stage.world(), world.clone(), "the rows after {:?}", program);
            }
            tally.note(program, &seen.answer);
        }
        Ok(())
    });
}

/// In two worlds that differ only in what Anna does not see, she is answered the same, to the
/// text of an error; her rows end up the same; and the others' rows stay as they were.
#[test]
fn other_tenants_rows_change_nothing() {
    let (one, two) = (Stage::new(), Stage::new());
    let cases = (seeds(any::<bool>()), changes(), vec(programs::programs(), IN_A_WORLD));
    check("two worlds", &cases, |(seed, changes, programs), tally| {
        let world = seed.world();
        let mut other = world.clone();
        changes.iter().for_each(|change| change.make(&mut other));
        prop_assert_eq!(world.part(true), other.part(true), "the worlds are not what they should be");
        let others = (world.part(false), other.part(false));
        one.fill(&world);
        two.fill(&other);
        for program in programs {
            let seen = one.run(ANNA, program);
            prop_assert_eq!(&seen, &two.run(ANNA, program), "{:?}", program);
            if matches!(program, Program::Write(_)) {
                let (world, other) = (one.world(), two.world());
                prop_assert_eq!(world.part(true), other.part(true), "Anna's rows after {:?}", program);
                prop_assert_eq!(&(world.part(false), other.part(false)), &others, "the others' rows after {:?}", program);
            }
            tally.note(program, &seen.answer);
        }
        Ok(())
    });
}

/// Where no reference leads from one tenant to another, the tenants' answers are disjoint,
/// and together the answer over all rows.
#[test]
fn the_tenants_answers_are_the_parts_of_the_whole() {
    let stage = Stage::new();
    let cases = (seeds(Just(false)), vec(programs::queries(), IN_A_WORLD));
    check("the parts of the whole", &cases, |(seed, programs), tally| {
        let world = seed.world();
        stage.fill(&world);
        for program in programs {
            let whole = lines(asked(&world, Viewer::Everyone, program));
            let parts = TENANTS.map(|tenant| lines(stage.run(tenant, program).answer));
            let mut sum = parts.concat();
            sum.sort();
            prop_assert_eq!(&sum, &whole, "{:?}", program);
            for (at, part) in parts.iter().enumerate() {
                for other in &parts[at + 1..] {
                    prop_assert!(!part.iter().any(|line| other.contains(line)), "{:?}", program);
                }
            }
            tally.note(program, &Answer::Lines(sum));
        }
        Ok(())
    });
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
