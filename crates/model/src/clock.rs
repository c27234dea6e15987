//! Time and randomness come in through these two traits, so that tests can replace them.

use std::{fmt, str::FromStr, time::Duration};

use jiff::{Timestamp, civil::Date, tz::Offset};
use uuid::Uuid;

use crate::InvalidField;

/// A moment: milliseconds since the Unix epoch, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(pub i64);

impl fmt::Display for Instant {
    /// Writes RFC 3339 in UTC with milliseconds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Timestamp::from_millisecond(self.0) {
            Ok(timestamp) => write!(f, "{timestamp:.3}"),
            Err(_) => write!(f, "{} ms", self.0),
        }
    }
}

impl FromStr for Instant {
    type Err = InvalidField;

    /// Reads RFC 3339, to the millisecond, or a date, which stands for the end of that day in UTC.
    fn from_str(text: &str) -> Result<Self, InvalidField> {
        let end = date(text).map(|day| Offset::UTC.to_timestamp(day.at(23, 59, 59, 999_000_000)));
        let at = end.unwrap_or_else(|| text.parse::<Timestamp>()).map_err(|_| {
            let message =
                format!("`{text}` is no moment; write 2022-11-09, or 2022-11-09T12:00:00Z");
            InvalidField::new("", "INVALID_MOMENT", message)
        })?;
        Ok(Self(at.as_millisecond()))
    }
}

/// Reads a date as ISO 8601 has it, such as `2022-11-09`, and nothing besides: the parser would also take a time of day, and
/// drop it without a word.
pub fn date(text: &str) -> Option<Date> {
    text.parse().ok().filter(|date: &Date| date.to_string() == text)
}

/// Returns the time. Only `runtime` has one that reads the system clock.
pub trait Clock: Send + Sync + fmt::Debug {
    /// Returns the present moment.
    fn now(&self) -> Instant;

    /// Returns how long it is since some moment of this process. It goes on evenly whatever the clock is set to, and means
    /// nothing to another process.
    fn steady(&self) -> Duration;
}

/// Makes ids that were never seen before.
pub trait IdSource: Send + Sync + fmt::Debug {
    /// Returns a fresh id, ordered by time.
    fn next(&self) -> Uuid;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_a_time_with_its_offset_or_the_end_of_a_day() {
        for (text, expected) in [
            ("2022-11-09", "2022-11-09T23:59:59.999Z"),
            ("2022-11-09T12:00:00Z", "2022-11-09T12:00:00.000Z"),
            ("2022-11-09T12:00:00+01:00", "2022-11-09T11:00:00.000Z"),
            ("2022-11-09T12:00:00.0129Z", "2022-11-09T12:00:00.012Z"),
        ] {
            assert_eq!(text.parse::<Instant>().unwrap().to_string(), expected);
        }
        for text in
            ["", "ooit", "2022-13-01", "2022-11-09T12:00:00", "2022-11-09 12:00", "9-11-2022"]
        {
            assert_eq!(text.parse::<Instant>().unwrap_err().reason, "INVALID_MOMENT", "{text}");
        }
    }
}
