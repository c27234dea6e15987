//! What a coordinator would look at twice in a cycle: its period, its figures, facts that are stated twice, texts that nobody
//! edited, approvals that are waited for and references that lead nowhere.
//!
//! Invariant: nothing here refuses anything.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use crate::{
    ApprovalState, Contribution, Cycle, Figure, Finding, Framework, Reference, ReferenceKind,
    Reporter, Severity, Slug,
    check::{
        content::without_shares,
        figures::{figures, statement},
        findings::Findings,
        years::years,
    },
};

/// A finding, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CycleFinding {
    /// The organisation whose contribution it is about; none: it is about the cycle.
    pub organisation: Option<Slug>,
    /// The contribution's public id; empty where it is about the cycle.
    pub contribution: String,
    /// What was found.
    pub finding: Finding,
}

/// Returns what is found in a cycle: first about itself, beside its plan and the other cycles of that, then about each contribution
/// in order. `joint` has the organisations of joint contributions; `is_there` says whether there is a contribution
/// `organisation/id`.
pub fn cycle(
    cycle: &Cycle,
    framework: &Framework,
    others: &[Cycle],
    contributions: &[Contribution],
    joint: &BTreeMap<Uuid, Vec<Reporter>>,
    is_there: impl Fn(&str) -> bool,
) -> Vec<CycleFinding> {
    let of_cycle =
        |finding| CycleFinding { organisation: None, contribution: String::new(), finding };
    let mut found: Vec<_> = periods(cycle, framework, others).into_iter().map(of_cycle).collect();
    let mut facts = HashMap::new();
    for contribution in contributions {
        let mut findings = figures(&contribution.content.figures);
        findings.extend(years(&contribution.content.figures, cycle, framework));
        findings.extend(unedited(contribution));
        findings.extend(together(joint.get(&contribution.id).map_or(&[][..], Vec::as_slice)));
        findings.extend(good_to_know(contribution, framework));
        findings.extend(stated_before(contribution, &mut facts));
        findings.extend(leading_nowhere(contribution, &is_there));
        found.extend(findings.into_iter().map(|finding| CycleFinding {
            organisation: Some(contribution.organisation.clone()),
            contribution: contribution.public_id(),
            finding,
        }));
    }
    found
}

fn periods(cycle: &Cycle, framework: &Framework, others: &[Cycle]) -> Vec<Finding> {
    let mut findings = Findings::default();
    let (plan, period) = (framework.period, cycle.period);
    let last = plan.extended_until.unwrap_or(plan.until);
    if i32::from(period.from().year()) < plan.from || last < i32::from(period.until().year()) {
        let message = format!("the plan covers {} to {last}", plan.from);
        findings.warning("period", "PERIOD_OUTSIDE_PLAN", message);
    }
    for other in others.iter().filter(|other| other.name != cycle.name) {
        if period.from() <= other.period.until() && other.period.from() <= period.until() {
            let message = format!("some days are in the period of `{}` too", other.name);
            findings.warning("period", "PERIODS_OVERLAP", message);
        }
    }
    findings.0
}

/// What only the sender has seen until now, and refuses nothing.
fn good_to_know(contribution: &Contribution, framework: &Framework) -> Vec<Finding> {
    let mut findings = without_shares(&contribution.content, framework);
    findings.retain(|finding| finding.severity == Severity::Info);
    findings
}

/// A text of an earlier cycle that was handed in as it was.
fn unedited(contribution: &Contribution) -> Option<Finding> {
    let mut findings = Findings::default();
    if contribution.rolled_forward {
        let message = "the text was taken over from an earlier cycle, and nobody edited it";
        findings.warning("content.narratives", "TEXT_OF_EARLIER_CYCLE", message);
    }
    findings.0.pop()
}

/// Who of the organisations of a joint contribution does not report in the cycle, and whose approval is waited for.
fn together(reporters: &[Reporter]) -> Vec<Finding> {
    let mut findings = Findings::default();
    let in_state = |state: ApprovalState| {
        let found = reporters.iter().filter(|one| one.approval == state);
        found.map(|one| one.organisation.as_str()).collect::<Vec<_>>().join(", ")
    };
    let [gone, awaited, given] =
        [ApprovalState::NotReporting, ApprovalState::Awaited, ApprovalState::Given].map(in_state);
    let field = "content.partners";
    if !gone.is_empty() {
        let message = format!(
            "{gone} reports it too, does not report in the cycle, and is not named with it"
        );
        findings.warning(field, "PARTNER_NOT_REPORTING", message);
    }
    if !awaited.is_empty() && given.is_empty() {
        let message = format!("it waits for the approval of: {awaited}");
        findings.warning(field, "APPROVAL_AWAITED", message);
    } else if !awaited.is_empty() {
        let message = format!("it waits for the approval of: {awaited}; given by: {given}");
        findings.warning(field, "APPROVAL_AWAITED", message);
    }
    findings.0
}

/// Where a fact was stated first.
type Facts<'a> = HashMap<&'a str, (&'a Contribution, &'a Figure)>;

/// Facts that an earlier contribution states: a total counts each once, and where they differ one of them is wrong.
fn stated_before<'a>(contribution: &'a Contribution, facts: &mut Facts<'a>) -> Vec<Finding> {
    let mut findings = Findings::default();
    for (i, figure) in contribution.content.figures.iter().enumerate() {
        if figure.fact.is_empty() {
            continue;
        }
        let (by, first) = *facts.entry(&figure.fact).or_insert((contribution, figure));
        if by.id == contribution.id {
            continue;
        }
        let (field, where_first) = (format!("content.figures[{i}].value"), by.name());
        if statement(first) == statement(figure) {
            let message = format!("fact `{}` is stated by `{where_first}` too", figure.fact);
            findings.info(field, "FACT_REPEATED", message);
        } else {
            let message = format!(
                "fact `{}` is {} here and {} in `{where_first}`",
                figure.fact,
                shown(figure),
                shown(first)
            );
            findings.warning(field, "FACT_CONTRADICTS", message);
        }
    }
    findings.0
}

fn leading_nowhere(contribution: &Contribution, is_there: impl Fn(&str) -> bool) -> Vec<Finding> {
    let mut findings = Findings::default();
    for (i, Reference { kind, target, url, .. }) in
        contribution.content.references.iter().enumerate()
    {
        if *kind != ReferenceKind::Contribution || target.is_empty() || !url.is_empty() {
            continue;
        }
        let within = format!("{}/{target}", contribution.organisation);
        if !is_there(target) && !is_there(&within) {
            let message = format!("there is no contribution `{target}`");
            let field = format!("content.references[{i}].target");
            findings.warning(field, "UNKNOWN_CONTRIBUTION", message);
        }
    }
    findings.0
}

fn shown(Figure { value, per, unit, .. }: &Figure) -> String {
    let per = if per.is_empty() { String::new() } else { format!(" : {per}") };
    format!("{value}{per} {unit}").trim_end().to_owned()
}

#[cfg(test)]
mod tests;
