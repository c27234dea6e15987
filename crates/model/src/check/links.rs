//! What makes the links of a framework sound beside the versions before.
//!
//! Invariant: it is said once what became of an indicator, by a link or by its id.

use std::collections::HashSet;

use crate::{
    Finding, Framework, Indicator, IndicatorLink, InvalidField, check::findings::Findings,
    framework::lost_indicators,
};

/// Returns every fault of the links of `framework` to the versions before, oldest first and without a gap, each with its path,
/// such as `links[0].from[1]`. Links say what became of the indicators of the version before, and of those of earlier ones of
/// which nothing is said yet.
pub fn links(framework: &Framework, before: &[Framework]) -> Vec<InvalidField> {
    let Some(last) = before.last() else { return of_first(framework) };
    let known = last.indicator_ids();
    let unsaid_of = lost_indicators(before);
    let is_known = |id: &str| known.contains(id) || unsaid_of.contains(id);
    unknown(framework, last.version, is_known)
        .into_iter()
        .chain(unsaid(framework, &known))
        .collect()
}

/// Returns a warning for each goal and indicator of the version before of which nothing says what became of it.
pub fn unlinked(framework: &Framework, before: &Framework) -> Vec<Finding> {
    let ids = framework.indicator_ids();
    let linked = framework.links.iter().flat_map(|link| &link.from);
    let linked: HashSet<&str> = linked.map(String::as_str).collect();
    let mut findings = Findings::default();
    for goal in &before.goals {
        if !framework.goals.iter().any(|one| one.id == goal.id) {
            let message = format!(
                "goal `{}` of version {} is gone, and no goal has its id `{}`: what is owed on it ends with a change to this version",
                goal.code, before.version, goal.id
            );
            findings.warning("goals", "GOAL_GONE", message);
        }
        for Indicator { id, code, .. } in &goal.indicators {
            if !ids.contains(id.as_str()) && !linked.contains(id.as_str()) {
                let message = format!(
                    "indicator `{code}` of version {} is gone, and no link says what became of its id `{id}`: add one to the file and register it again",
                    before.version
                );
                findings.warning("links", "INDICATOR_GONE", message);
            }
        }
    }
    findings.0
}

fn of_first(framework: &Framework) -> Vec<InvalidField> {
    let message = "this is the first version: there is nothing to link to";
    let fault = || InvalidField::new("links", "NO_VERSION_BEFORE", message);
    if framework.links.is_empty() { Vec::new() } else { vec![fault()] }
}

/// Ids of which nothing can be said.
fn unknown(
    framework: &Framework,
    before: u32,
    is_known: impl Fn(&str) -> bool,
) -> Vec<InvalidField> {
    let from = framework.links.iter().enumerate().flat_map(|(place, link)| {
        let path = move |k: usize| format!("links[{place}].from[{k}]");
        link.from.iter().enumerate().map(move |(k, id)| (path(k), id))
    });
    let unknown = from.filter(|(_, id)| !is_known(id));
    let fault = |(path, id): (String, &String)| {
        let message = format!(
            "version {before} has no indicator with id `{id}`, and no earlier one has it without saying what became of it"
        );
        InvalidField::new(path, "UNKNOWN_INDICATOR", message)
    };
    unknown.map(fault).collect()
}

/// Links to an id that an indicator of the version before has as well, while no link says what became of that one: it would
/// go on by its id under what another became.
fn unsaid(framework: &Framework, known: &HashSet<&str>) -> Vec<InvalidField> {
    let linked: HashSet<&String> = framework.links.iter().flat_map(|link| &link.from).collect();
    // A link from an earlier version than the one before says nothing of what goes on from that.
    let is_of_before =
        |link: &IndicatorLink| link.from.iter().any(|id| known.contains(id.as_str()));
    let links = framework.links.iter().enumerate().filter(|(_, link)| is_of_before(link));
    let to = links.flat_map(|(place, link)| {
        let path = move |k: usize| format!("links[{place}].to[{k}]");
        link.to.iter().enumerate().map(move |(k, id)| (path(k), id))
    });
    let unsaid = to.filter(|(_, id)| known.contains(id.as_str()) && !linked.contains(id));
    let fault = |(path, id): (String, &String)| {
        let message = format!(
            "the version before has an indicator with id `{id}` too: add a link that says what became of it"
        );
        InvalidField::new(path, "LINK_MISSING", message)
    };
    unsaid.map(fault).collect()
}
