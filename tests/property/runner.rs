//! How many programs run in which worlds, and what came of them.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::env;
use std::fmt;

use proptest::collection::vec;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};

use super::model::Answer;
use super::programs::Program;
use super::worlds::{World, changes, seeds};

/// How many programs there were, and what came of them.
#[derive(Debug, Default)]
struct Tally {
    programs: Cell<usize>,
    telling: Cell<usize>,
    rows: Cell<usize>,
    writes: Cell<usize>,
    changing: Cell<usize>,
    refused: Cell<usize>,
    /// Of each kind, and how many of them had a result that is not empty.
    kinds: RefCell<BTreeMap<String, (usize, usize)>>,
}

impl Tally {
    fn note(&self, program: &Program, answer: &Answer) {
        let add = |to: &Cell<usize>, what: usize| to.set(to.get() + what);
        let is_write = matches!(program, Program::Write(_));
        let says = answer.says_something();
        add(&self.programs, 1);
        let mut kinds = self.kinds.borrow_mut();
        let kind = kinds.entry(program.kind()).or_default();
        *kind = (kind.0 + 1, kind.1 + usize::from(says));
        add(&self.telling, says.into());
        add(&self.writes, is_write.into());
        add(&self.changing, (is_write && says).into());
        match answer {
            Answer::Ordered(lines) | Answer::Lines(lines) => add(&self.rows, lines.len()),
            Answer::Failed(_) => add(&self.refused, 1),
            Answer::Truth(_) | Answer::Changed(_) => {}
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            programs,
            telling,
            rows,
            writes,
            changing,
            refused,
            kinds,
        } = self;
        let [programs, telling, rows] = [programs, telling, rows].map(Cell::get);
        let [writes, changing, refused] = [writes, changing, refused].map(Cell::get);
        write!(
            f,
            "{programs} programs, {telling} of them with a result that is not empty, {rows} rows; \
             {writes} writes, {changing} of which changed rows; {refused} refused"
        )?;
        for (kind, (all, telling)) in kinds.borrow().iter() {
            write!(f, "\n  {kind}: {telling} of {all}")?;
        }
        Ok(())
    }
}

fn number(variable: &str, default: u64) -> u64 {
    match env::var(variable) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{variable} is not a number: {text}")),
        Err(_) => default,
    }
}

/// Programs, and the worlds that they run in.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) world: World,
    pub(crate) other: World,
    programs: Vec<Program>,
}

/// Some programs in each world.
pub(crate) fn cases(
    strays: impl Strategy<Value = bool>,
    programs: impl Strategy<Value = Program>,
) -> impl Strategy<Value = Case> {
    (seeds(strays), changes(), vec(programs, 1..20)).prop_map(|(seed, changes, programs)| {
        let world = seed.world();
        let mut other = world.clone();
        changes.iter().for_each(|change| change.make(&mut other));
        Case {
            world,
            other,
            programs,
        }
    })
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "the world:\n{:?}", self.world)?;
        writeln!(f, "what is different in the other world:")?;
        for line in self.world.difference(&self.other) {
            writeln!(f, "  {line}")?;
        }
        writeln!(f, "the programs:")?;
        self.programs
            .iter()
            .try_for_each(|program| writeln!(f, "  {program:?}"))
    }
}

/// Two worlds are the same, or it is said where they are not.
pub(crate) fn same(left: &World, right: &World, what: &str) -> Result<(), TestCaseError> {
    if left == right {
        return Ok(());
    }
    let difference = left.difference(right).join("\n");
    Err(TestCaseError::fail(format!("{what}:\n{difference}")))
}

/// Checks as many programs as are asked for, and sees that enough of them were about
/// something. `begin` makes a world ready, and what it gives runs a program there.
pub(crate) fn check<S, P>(what: &str, cases: &S, begin: impl Fn(&Case) -> P)
where
    S: Strategy<Value = Case>,
    P: FnMut(&Program) -> Result<Answer, TestCaseError>,
{
    let wanted = number("TENANCY_PROPERTY_PROGRAMS", 500);
    let seed = number("TENANCY_PROPERTY_SEED", 20_260_101);
    let tally = Tally::default();
    for round in 0.. {
        if u64::try_from(tally.programs.get()).expect("a number") >= wanted {
            break;
        }
        let config = Config {
            cases: 10,
            rng_seed: RngSeed::Fixed(seed.wrapping_add(round)),
            failure_persistence: None,
            max_shrink_iters: 2_000,
            ..Config::default()
        };
        let result = TestRunner::new(config).run(cases, |case| {
            let mut run = begin(&case);
            case.programs.iter().try_for_each(|program| {
                let answer = run(program)?;
                tally.note(program, &answer);
                Ok(())
            })
        });
        if let Err(error) = result {
            panic!("{what} (seed {seed}, round {round}): {error}");
        }
    }
    println!("{what} (seed {seed}): {tally}");
    let is_enough = |part: &Cell<usize>, by, whole: &Cell<usize>| part.get() * by >= whole.get();
    assert!(
        is_enough(&tally.telling, 3, &tally.programs),
        "too many say nothing: {tally}"
    );
    assert!(
        is_enough(&tally.changing, 5, &tally.writes),
        "too many change nothing: {tally}"
    );
    let kinds = tally.kinds.borrow();
    let is_mute = |(all, telling): &(usize, usize)| *all >= 200 && *telling == 0;
    assert!(!kinds.values().any(is_mute), "a kind says nothing: {tally}");
}
