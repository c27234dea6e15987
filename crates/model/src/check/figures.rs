//! Figures that somebody would look at twice.

use crate::{Figure, FigureKind, Finding, Precision, check::findings::Findings};

/// Returns shares of more than all, and shares that are not those of their counts.
pub(super) fn figures(figures: &[Figure]) -> Vec<Finding> {
    let mut findings = Findings::default();
    for (i, figure) in figures.iter().enumerate() {
        let Some(share) = share(figure) else { continue };
        let field = format!("content.figures[{i}].value");
        if share > 100.0 {
            let message = format!("{} % is more than all", figure.value);
            findings.warning(&field, "PERCENTAGE_OVER_100", message);
        }
        for ratio in figures.iter().filter(|other| is_of_same(figure, other)) {
            if counted(ratio).is_some_and(|counted| !is_rounded(counted, share, &figure.value)) {
                let Figure { value, per, .. } = ratio;
                let message = format!("{} % is not {value} of {per}", figure.value);
                findings.warning(&field, "SHARE_DISAGREES", message);
            }
        }
    }
    findings.0
}

/// What a figure says: the same for `12` and `12.0`.
pub(super) fn statement(figure: &Figure) -> (FigureKind, &str, &str, &str) {
    (figure.kind, plain(&figure.value), plain(&figure.per), &figure.unit)
}

/// A decimal without zeros that say nothing.
fn plain(decimal: &str) -> &str {
    if decimal.contains('.') {
        decimal.trim_end_matches('0').trim_end_matches('.')
    } else {
        decimal
    }
}

fn share(figure: &Figure) -> Option<f64> {
    (figure.kind == FigureKind::Percentage).then(|| figure.value.parse().ok())?
}

/// The share that a ratio makes, in percent.
fn counted(ratio: &Figure) -> Option<f64> {
    let (part, whole) = (ratio.value.parse::<f64>().ok()?, ratio.per.parse::<f64>().ok()?);
    (whole != 0.0).then(|| part / whole * 100.0)
}

/// Whether a ratio counts what a share is of.
fn is_of_same(share: &Figure, ratio: &Figure) -> bool {
    let about = |figure: &Figure| {
        let Figure { indicator, from, until, label, counts, .. } = figure;
        [indicator, from, until, label, counts].map(Clone::clone)
    };
    let is_exact = |figure: &Figure| figure.precision == Precision::Exact;
    ratio.kind == FigureKind::Ratio
        && about(share) == about(ratio)
        && is_exact(share)
        && is_exact(ratio)
}

/// Whether `share`, written like this, is `counted` rounded.
fn is_rounded(counted: f64, share: f64, written: &str) -> bool {
    let digits = written.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let half = 0.5 * 10_f64.powi(-i32::try_from(digits).unwrap_or(i32::MAX));
    (counted - share).abs() <= half + 1e-9
}
