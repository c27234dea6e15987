//! What becomes of a delivery. Pure, so that every case is a unit test.

use std::time::Duration;

use crate::Fault;

/// The fate of a delivery: one of three.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Done.
    Ack,
    /// Comes again after this delay.
    RetryAfter(Duration),
    /// Given up: goes to the queue of dead letters.
    DeadLetter,
}

impl Verdict {
    /// Its name in spans and counts.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ack => "ack",
            Self::RetryAfter(_) => "retry",
            Self::DeadLetter => "dead_letter",
        }
    }
}

/// How often and after which delays a delivery is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Tries in all.
    pub max_attempts: u32,
    /// Delay after the first try; it doubles with each.
    pub first_delay: Duration,
    /// The largest delay.
    pub max_delay: Duration,
}

impl RetryPolicy {
    /// Decides a delivery's fate.
    pub fn verdict(&self, attempt: u32, outcome: &Result<(), Fault>) -> Verdict {
        match outcome {
            Ok(()) => Verdict::Ack,
            Err(Fault::Reject(_)) => Verdict::DeadLetter,
            Err(Fault::Retry(_)) if attempt >= self.max_attempts => Verdict::DeadLetter,
            Err(Fault::Retry(_)) => Verdict::RetryAfter(self.delay(attempt)),
        }
    }

    /// Delay after the try with this number: 1, 2, 4, … times the first, never more than the largest.
    pub fn delay(&self, attempt: u32) -> Duration {
        let factor = 1_u32.checked_shl(attempt.saturating_sub(1)).unwrap_or(u32::MAX);
        self.first_delay.saturating_mul(factor).min(self.max_delay)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: RetryPolicy = RetryPolicy {
        max_attempts: 4,
        first_delay: Duration::from_secs(1),
        max_delay: Duration::from_secs(3),
    };

    fn check(attempt: u32, outcome: &Result<(), Fault>, expected: Verdict) {
        assert_eq!(POLICY.verdict(attempt, outcome), expected);
    }

    #[test]
    fn a_delivery_ends_in_one_of_three_ways() {
        let retry = || Err(Fault::Retry(anyhow::anyhow!("away")));
        check(1, &Ok(()), Verdict::Ack);
        check(1, &Err(Fault::Reject(anyhow::anyhow!("bad"))), Verdict::DeadLetter);
        check(1, &retry(), Verdict::RetryAfter(Duration::from_secs(1)));
        check(2, &retry(), Verdict::RetryAfter(Duration::from_secs(2)));
        check(3, &retry(), Verdict::RetryAfter(Duration::from_secs(3)));
        check(4, &retry(), Verdict::DeadLetter);
    }

    #[test]
    fn a_delay_never_overflows() {
        assert_eq!(POLICY.delay(u32::MAX), Duration::from_secs(3));
    }
}
