//! Calls that take turns, so that whatever else the machine does meets all of them.

use std::time::{Duration, Instant};

use super::rows::Sides;

/// One of the calls that are compared.
pub(crate) type Call = fn(&mut Sides, usize);

/// Calls that are compared, and what rounds of them took.
pub(crate) struct Comparison<const N: usize> {
    compared: [Call; N],
    /// How often a call is made in a round.
    calls: u32,
    times: [Vec<Duration>; N],
}

/// The rounds before those that count: the servers make their plans for good in them.
const BEFORE: usize = 3;

impl<const N: usize> Comparison<N> {
    pub(crate) fn of(compared: [Call; N], calls: u32) -> Self {
        Self {
            compared,
            calls,
            times: [const { Vec::new() }; N],
        }
    }

    /// Runs rounds of all calls, each of which is the first in turn.
    pub(crate) fn run(&mut self, sides: &mut Sides, rounds: usize) {
        let calls = self.calls as usize;
        for round in 0..BEFORE + rounds {
            for turn in 0..N {
                let at = (round + turn) % N;
                // Each call asks for other rows than the one before it.
                let first = (round * N + at) * calls;
                let start = Instant::now();
                (first..first + calls).for_each(|call| self.compared[at](sides, call));
                if round >= BEFORE {
                    self.times[at].push(start.elapsed());
                }
            }
        }
    }

    /// Microseconds of a call when nothing disturbs it: that of the fastest tenth.
    pub(crate) fn micros(&self, call: usize) -> f64 {
        let mut times = self.times[call].clone();
        times.sort();
        times[times.len() / 10].as_secs_f64() * 1e6 / f64::from(self.calls)
    }

    /// The time of a call over that of another one.
    pub(crate) fn ratio(&self, of: usize, over: usize) -> f64 {
        self.micros(of) / self.micros(over)
    }
}
