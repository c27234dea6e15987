//! Input from outside that nobody expects, seeded: an execution can be had again by its seed.
//!
//! Invariant: what an execution tries follows from its seed alone; how many there are is bounded by number in the gate, and
//! by time where `VOORTGANG_FUZZ_SECONDS` says so.

mod messages;

use std::{
    ops::RangeInclusive,
    time::{Duration, Instant},
};

pub use crate::fuzz::messages::message;

/// Where a target begins if `VOORTGANG_SEED` does not say otherwise.
const SEED: u64 = 1325;

/// The executions of a target, each with a source of random numbers of its own.
#[derive(Debug)]
pub struct Executions {
    target: &'static str,
    seed: u64,
    limit: Limit,
    done: u64,
    begun: Instant,
}

/// How long a target goes on.
#[derive(Debug, Clone, Copy)]
enum Limit {
    Count(u64),
    Time(Duration),
}

/// The executions of a target: so many, or for as long as `VOORTGANG_FUZZ_SECONDS` says.
pub fn executions(target: &'static str, count: u64) -> Executions {
    let time =
        given("VOORTGANG_FUZZ_SECONDS").map(|seconds| Limit::Time(Duration::from_secs(seconds)));
    Executions {
        target,
        seed: given("VOORTGANG_SEED").unwrap_or(SEED),
        limit: time.unwrap_or(Limit::Count(count)),
        done: 0,
        begun: Instant::now(),
    }
}

/// A number that the environment gives, where it does.
///
/// # Panics
///
/// Where it is none.
#[expect(clippy::disallowed_methods, reason = "the environment says how long and from where")]
pub fn given(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().expect("a number"))
}

impl Iterator for Executions {
    type Item = fastrand::Rng;

    fn next(&mut self) -> Option<fastrand::Rng> {
        let is_over = match self.limit {
            Limit::Count(count) => self.done == count,
            Limit::Time(time) => self.begun.elapsed() >= time,
        };
        if is_over {
            return None;
        }
        self.done += 1;
        Some(fastrand::Rng::with_seed(self.seed.wrapping_add(self.done - 1)))
    }
}

impl Drop for Executions {
    /// Says what was done, and by which seed the last execution comes again.
    fn drop(&mut self) {
        let Self { target, seed, done, begun, .. } = self;
        let seconds = begun.elapsed().as_secs_f64();
        if std::thread::panicking() {
            let last = seed.wrapping_add(done.saturating_sub(1));
            eprintln!(
                "fuzz {target}: stopped at execution {done}, which VOORTGANG_SEED={last} begins with"
            );
        } else {
            eprintln!("fuzz {target}: {done} executions from seed {seed} on, {seconds:.1} s");
        }
    }
}

/// One of several.
pub fn pick<'a, T>(random: &mut fastrand::Rng, of: &'a [T]) -> &'a T {
    &of[random.usize(..of.len())]
}

/// A sample after a few changes: bytes changed, taken out, repeated, and words put in.
pub fn mutated(random: &mut fastrand::Rng, sample: &[u8], words: &[&str]) -> Vec<u8> {
    let mut bytes = sample.to_vec();
    for _ in 0..random.usize(0..6) {
        let range = range(random, bytes.len());
        match random.u8(..6) {
            0 if !bytes.is_empty() => {
                let at = random.usize(..bytes.len());
                bytes[at] = random.u8(..);
            }
            1 => drop(bytes.drain(range)),
            2 => {
                let part = bytes[range.clone()].to_vec();
                let at = random.usize(..=bytes.len());
                bytes.splice(at..at, part);
            }
            3 => bytes.truncate(range.start),
            _ => {
                let word = pick(random, words).bytes();
                let end = if random.bool() { range.start } else { range.end };
                bytes.splice(range.start..end, word);
            }
        }
    }
    bytes
}

/// A part of so many bytes, mostly a short one.
fn range(random: &mut fastrand::Rng, length: usize) -> std::ops::Range<usize> {
    let start = random.usize(..=length);
    let most: RangeInclusive<usize> = 0..=if random.u8(..4) == 0 { length } else { 12 };
    start..start.saturating_add(random.usize(most)).min(length)
}

/// Words that readers of names, numbers, dates and texts stumble over.
pub const WORDS: [&str; 52] = [
    "",
    " ",
    "0",
    "-1",
    "1",
    "1e400",
    "9223372036854775808",
    "18446744073709551616",
    "0.1",
    "NaN",
    "0001-01-01",
    "0999-12-31",
    "9999-12-31",
    "-009999-01-01",
    "2021-02-30",
    "2021-01-01",
    "2022-12-31",
    "2021-01-01T00:00:00Z",
    "9999-12-31T23:59:60Z",
    "plan",
    "plan/2021",
    "plan/2021/1",
    "plan/0001",
    "plan/2021/4294967296",
    "plan/2021/1/pdf/nl",
    "alfa",
    "1",
    "1-a",
    "1.1",
    "a-1",
    "nl",
    "en",
    "nl-BE",
    "x-",
    "\u{0}",
    "\u{200b}",
    "\u{202e}",
    "e\u{301}",
    "\u{1f469}\u{200d}\u{1f4bb}",
    "\u{feff}",
    "\u{fffd}",
    "\"",
    "'",
    "\\",
    "%ff",
    "../..",
    "(",
    "a AND OR -b*",
    "organisatie:alfa",
    "jaar:99999999999999999999",
    "| a | b |\n| - | - |\n| c |",
    "[x](javascript:1)\n\n1. a\n   - b\n\n> c[^1]\n\n[^1]: d",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_execution_comes_again_by_its_seed() {
        let inputs = |seed: u64| {
            let mut random = fastrand::Rng::with_seed(seed);
            mutated(&mut random, b"framework: plan\nperiod: {from: 2021}\n", &WORDS)
        };
        assert_eq!(inputs(7), inputs(7));
        let different: std::collections::BTreeSet<_> = (0..100).map(inputs).collect();
        assert!(different.len() > 50, "{} of 100 inputs differ", different.len());
        assert_eq!(executions("a target of three", 3).count(), 3);
    }
}
