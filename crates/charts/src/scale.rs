//! Scales from numbers to places: they always have zero, and end at round numbers.

/// A number beside an axis.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tick {
    /// As a plain decimal.
    pub plain: String,
    pub number: f64,
}

/// A scale.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scale {
    pub ticks: Vec<Tick>,
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

/// Steps between the ends, about.
const STEPS: f64 = 3.0;
/// The smallest step is ten to this power.
const MIN_POWER: i32 = -9;

impl Scale {
    /// The scale of `numbers`, from the place `from` to the place `to`.
    pub(crate) fn of(numbers: impl Iterator<Item = f64>, from: f64, to: f64) -> Self {
        let (min, max) = ends(numbers);
        let (digit, power) = step((max - min) / STEPS);
        let mut ticks = vec![tick(0, power)];
        let mut at = 0;
        while ticks.last().is_some_and(|tick| tick.number < max) {
            at += digit;
            ticks.push(tick(at, power));
        }
        at = 0;
        while ticks.first().is_some_and(|tick| min < tick.number) {
            at -= digit;
            ticks.insert(0, tick(at, power));
        }
        let (low, high) = (
            ticks.first().map_or(0.0, |tick| tick.number),
            ticks.last().map_or(1.0, |tick| tick.number),
        );
        Self { ticks, low, high, from, to }
    }

    /// A scale without round ends, for what has no axis: all the room goes to the data.
    pub(crate) fn tight(numbers: impl Iterator<Item = f64>, from: f64, to: f64) -> Self {
        let (low, high) = ends(numbers);
        Self { ticks: Vec::new(), low, high, from, to }
    }

    pub(crate) fn place(&self, number: f64) -> f64 {
        self.from + (number - self.low) / (self.high - self.low) * (self.to - self.from)
    }
}

/// The least and the greatest of numbers and zero; where all are zero, zero and one.
fn ends(numbers: impl Iterator<Item = f64>) -> (f64, f64) {
    let (mut min, mut max) = (0.0_f64, 0.0_f64);
    for number in numbers {
        (min, max) = (min.min(number), max.max(number));
    }
    if max - min < 1e-9 { (0.0, 1.0) } else { (min, max) }
}

/// The least of 1, 2 and 5 times a power of ten that is not below `min`.
fn step(min: f64) -> (i64, i32) {
    let (mut unit, mut power) = (1.0, 0);
    while 10.0 * unit < min {
        unit *= 10.0;
        power += 1;
    }
    while min <= unit / 10.0 * 5.0 && power > MIN_POWER {
        unit /= 10.0;
        power -= 1;
    }
    let digit = [(1.0, 1), (2.0, 2), (5.0, 5)].into_iter().find(|(times, _)| min <= times * unit);
    digit.map_or((1, power + 1), |(_, digit)| (digit, power))
}

/// `digits` times ten to `power`; its text is exact.
fn tick(digits: i64, power: i32) -> Tick {
    let sign = if digits < 0 { "-" } else { "" };
    let digits = digits.unsigned_abs().to_string();
    let places = usize::try_from(power.unsigned_abs()).unwrap_or(0);
    let plain = match (digits.as_str(), 0 <= power) {
        ("0", _) => "0".to_owned(),
        (digits, true) => format!("{sign}{digits}{}", "0".repeat(places)),
        (digits, false) => {
            let padded = format!("{digits:0>width$}", width = places + 1);
            let (whole, fraction) = padded.split_at(padded.len() - places);
            format!("{sign}{whole}.{fraction}")
        }
    };
    Tick { number: plain.parse().unwrap_or(0.0), plain }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[f64], expected: &[&str]) {
        let scale = Scale::of(numbers.iter().copied(), 0.0, 100.0);
        let plain: Vec<&str> = scale.ticks.iter().map(|tick| tick.plain.as_str()).collect();
        assert_eq!(plain, expected);
        for number in numbers {
            assert!((0.0..=100.0).contains(&scale.place(*number)), "{number} in {plain:?}");
        }
    }

    #[test]
    fn a_scale_has_zero_and_ends_at_round_numbers() {
        check(&[11.0, 30.0], &["0", "10", "20", "30"]);
        check(&[0.25, 0.3], &["0", "0.1", "0.2", "0.3"]);
        check(&[-8.0, 21.0], &["-10", "0", "10", "20", "30"]);
        check(&[35_000_000.0], &["0", "20000000", "40000000"]);
        check(&[-3.0], &["-3", "-2", "-1", "0"]);
        check(&[0.0], &["0", "0.5", "1.0"]);
        check(&[1e15], &["0", "500000000000000", "1000000000000000"]);
    }
}
