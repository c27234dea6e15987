//! Results as a table, ready to be read and to be pasted.

use std::fmt::Write as _;

/// A figure beside its alternative.
#[derive(Debug)]
pub(crate) struct Row {
    /// What was measured.
    pub(crate) figure: String,
    /// Our figure, with its unit.
    pub(crate) ours: String,
    /// The alternative and its figure.
    pub(crate) alternative: String,
    /// Ours over the alternative, where that means something.
    pub(crate) ratio: Option<f64>,
    /// What we aim at.
    pub(crate) aim: &'static str,
}

/// Writes rows as a Markdown table.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut text =
        "| figure | ours | alternative | ratio | aim |\n|---|---|---|---|---|\n".to_owned();
    for Row { figure, ours, alternative, ratio, aim } in rows {
        let ratio = ratio.map_or(String::new(), |ratio| format!("{ratio:.2}"));
        let _ = writeln!(text, "| {figure} | {ours} | {alternative} | {ratio} | {aim} |");
    }
    text
}

/// The middle of several measurements, which one slow round does not move.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// How many a second.
pub(crate) fn rate(count: usize, took: std::time::Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / took.as_secs_f64()
}

/// Rates of rounds that took turns: the medians, and the median of each round's ratio.
pub(crate) fn rates(figure: &str, alternative: &str, rounds: &[(f64, f64)]) -> Row {
    let (ours, baseline): (Vec<f64>, Vec<f64>) = rounds.iter().copied().unzip();
    Row {
        figure: figure.to_owned(),
        ours: format!("{:.0}/s", median(ours)),
        alternative: format!("{alternative}: {:.0}/s", median(baseline)),
        ratio: Some(median(rounds.iter().map(|(ours, baseline)| ours / baseline).collect())),
        aim: "at least 0.5",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_not_moved_by_one_slow_round() {
        assert_eq!(median(vec![1.0, 900.0, 2.0]).to_bits(), 2.0_f64.to_bits());
    }

    #[test]
    fn a_ratio_is_the_median_of_the_rounds_and_not_the_ratio_of_medians() {
        let row = rates("x", "y", &[(1.0, 1.0), (2.0, 8.0), (9.0, 10.0)]);
        assert_eq!(row.ratio.map(f64::to_bits), Some(0.9_f64.to_bits()));
    }
}
