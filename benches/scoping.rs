//! What scoping costs: each statement beside the same one written by hand in diesel,
//! with the tenant's condition, on the same kind of connection.
//!
//! `cargo bench --bench scoping` prints a table of ratios, then criterion's own report.
//! The two sides of a ratio take turns in short rounds, so that a busy machine slows
//! both down.

#[allow(dead_code, unused_imports, reason = "each bench uses a part of it")]
mod statements;

use std::time::Duration;

use criterion::{Criterion, Throughput};
use statements::{ByHand, ByScope, Pair, Place, Size, Table, pairs};

const ROUNDS: usize = 401;

/// Both sides of each comparison.
struct Sides {
    by_hand: ByHand,
    by_scope: ByScope,
}

impl Sides {
    fn new() -> Self {
        Self {
            by_hand: ByHand::new(Size::LARGE, Place::from_environment()),
            by_scope: ByScope::new(Size::LARGE, Place::from_environment()),
        }
    }

    fn time_by_hand(&mut self, pair: &Pair) -> Duration {
        self.by_hand.time(pair.by_hand, pair.calls, pair.writes)
    }

    fn time_scoped(&mut self, pair: &Pair) -> Option<Duration> {
        let scoped = pair.scoped?;
        Some(self.by_scope.time(scoped, pair.calls, pair.writes))
    }

    /// Rounds in which the sides take turns, and take turns in being the first.
    fn rounds(&mut self, pair: &Pair) -> Vec<(Duration, Option<Duration>)> {
        let round = |n: usize| {
            if n.is_multiple_of(2) {
                let by_hand = self.time_by_hand(pair);
                (by_hand, self.time_scoped(pair))
            } else {
                let scoped = self.time_scoped(pair);
                (self.time_by_hand(pair), scoped)
            }
        };
        (0..ROUNDS).map(round).collect()
    }
}

/// Nanoseconds of a call in the fastest round.
fn fastest(rounds: impl Iterator<Item = Duration>, pair: &Pair) -> u64 {
    let calls = u128::try_from(pair.calls).expect("a small number");
    let round = rounds.min().unwrap_or_default().as_nanos();
    u64::try_from(round / calls).expect("less than centuries")
}

/// Time of the scoped side over time of the side by hand: the median over the rounds.
fn median_ratio(rounds: &[(Duration, Option<Duration>)]) -> Option<f64> {
    let ratios = rounds.iter().filter_map(|(by_hand, scoped)| {
        let scoped = (*scoped)?;
        Some(scoped.as_secs_f64() / by_hand.as_secs_f64())
    });
    let mut ratios: Vec<f64> = ratios.collect();
    ratios.sort_by(f64::total_cmp);
    ratios.get(ratios.len() / 2).copied()
}

fn table_of_ratios() {
    let sides = &mut Sides::new();
    println!(
        "SQLite {}, {ROUNDS} rounds\n",
        sides.by_hand.sqlite_version()
    );
    let mut table = Table::begin("nanoseconds of a call", Some(statements::MEAN));
    for pair in pairs() {
        let rounds = sides.rounds(pair);
        let by_hand = fastest(rounds.iter().map(|round| round.0), pair);
        match median_ratio(&rounds) {
            Some(ratio) => {
                let scoped = fastest(rounds.iter().filter_map(|round| round.1), pair);
                table.row(pair.name, by_hand, scoped, ratio, pair.goal);
            }
            None => table.missing(pair.name, by_hand, pair.goal),
        }
    }
    table.end();
}

fn criterion_report(criterion: &mut Criterion) {
    let sides = &mut Sides::new();
    for pair in pairs() {
        let mut group = criterion.benchmark_group(pair.name);
        // One iteration is a round.
        let calls = u64::try_from(pair.calls).expect("a small number");
        group.throughput(Throughput::Elements(calls));
        group.bench_function("by hand", |b| {
            b.iter_custom(|rounds| (0..rounds).map(|_| sides.time_by_hand(pair)).sum());
        });
        if pair.scoped.is_some() {
            group.bench_function("scoped", |b| {
                b.iter_custom(|rounds| (0..rounds).filter_map(|_| sides.time_scoped(pair)).sum());
            });
        }
        group.finish();
    }
}

fn main() {
    // `cargo test --benches` runs each bench once, to see that it works.
    let measure = std::env::args().any(|argument| argument == "--bench");
    if measure {
        table_of_ratios();
    }
    let mut criterion = Criterion::default()
        .sample_size(50)
        .nresamples(5_000)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(1))
        .without_plots()
        .configure_from_args();
    criterion_report(&mut criterion);
    criterion.final_summary();
}
