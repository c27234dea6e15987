//! Years and periods of figures beside the cycle that they are reported in and its plan.
//!
//! Invariant: nothing here refuses anything. A figure may begin before the cycle, and an earlier value before the plan.

use jiff::civil::Date;

use crate::{Comparison, Cycle, Figure, Finding, Framework, check::findings::Findings};

/// Returns figures of no day of the cycle, values that are called earlier and are not, and targets for years that the plan does
/// not cover.
pub fn years(figures: &[Figure], cycle: &Cycle, framework: &Framework) -> Vec<Finding> {
    let mut findings = Findings::default();
    for (i, figure) in figures.iter().enumerate() {
        let path = format!("content.figures[{i}]");
        period(&path, figure, cycle, &mut findings);
        for (k, earlier) in figure.comparisons.iter().enumerate() {
            comparison(
                &format!("{path}.comparisons[{k}].year"),
                earlier,
                cycle,
                framework,
                &mut findings,
            );
        }
        if let Some(target) = &figure.target {
            self::target(&format!("{path}.target.year"), target, framework, &mut findings);
        }
    }
    findings.0
}

fn period(path: &str, figure: &Figure, cycle: &Cycle, findings: &mut Findings) {
    let day = |text: &str| text.parse::<Date>().ok();
    let (from, until) = (day(&figure.from), day(&figure.until));
    let (first, last) = (cycle.period.from(), cycle.period.until());
    let outside = if from.is_some_and(|from| last < from) {
        "from"
    } else if until.is_some_and(|until| until < first) {
        "until"
    } else {
        return;
    };
    let message = format!("the figure is of no day of the cycle, which is {first} to {last}");
    findings.warning(format!("{path}.{outside}"), "PERIOD_OUTSIDE_CYCLE", message);
}

fn comparison(
    field: &str,
    Comparison { year, .. }: &Comparison,
    cycle: &Cycle,
    framework: &Framework,
    findings: &mut Findings,
) {
    let (last, plan) = (i32::from(cycle.period.until().year()), framework.period);
    if last < *year {
        let message = format!("an earlier value is of {year}, and the cycle ends in {last}");
        findings.warning(field, "YEAR_AFTER_CYCLE", message);
    } else if *year < plan.from {
        let message = format!("{year} is before the plan, which begins in {}", plan.from);
        findings.info(field, "YEAR_OUTSIDE_PLAN", message);
    }
}

fn target(
    field: &str,
    Comparison { year, .. }: &Comparison,
    framework: &Framework,
    findings: &mut Findings,
) {
    let plan = framework.period;
    let last = plan.extended_until.unwrap_or(plan.until);
    if !(plan.from..=last).contains(year) {
        let message =
            format!("the target is for {year}, and the plan covers {} to {last}", plan.from);
        findings.warning(field, "YEAR_OUTSIDE_PLAN", message);
    }
}
