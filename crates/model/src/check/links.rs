//! What makes the links of a framework sound beside the version before.
//!
//! Invariant: it is said once what became of an indicator, by a link or by its id.

use std::collections::HashSet;

use crate::{Framework, InvalidField};

/// Returns every fault of the links of `framework` to the version before, each with its path, such as `links[0].from[1]`.
pub fn links(framework: &Framework, before: Option<&Framework>) -> Vec<InvalidField> {
    let Some(before) = before else { return of_first(framework) };
    let known = before.indicator_ids();
    unknown(framework, before.version, &known)
        .into_iter()
        .chain(unsaid(framework, &known))
        .collect()
}

fn of_first(framework: &Framework) -> Vec<InvalidField> {
    let message = "this is the first version: there is nothing to link to";
    let fault = || InvalidField::new("links", "NO_VERSION_BEFORE", message);
    if framework.links.is_empty() { Vec::new() } else { vec![fault()] }
}

/// Ids that the version before does not have.
fn unknown(framework: &Framework, before: u32, known: &HashSet<&str>) -> Vec<InvalidField> {
    let from = framework.links.iter().enumerate().flat_map(|(place, link)| {
        let path = move |k: usize| format!("links[{place}].from[{k}]");
        link.from.iter().enumerate().map(move |(k, id)| (path(k), id))
    });
    let unknown = from.filter(|(_, id)| !known.contains(id.as_str()));
    let fault = |(path, id): (String, &String)| {
        let message = format!(
            "version {before} has no indicator with id `{id}`; links say what became of the indicators of that version"
        );
        InvalidField::new(path, "UNKNOWN_INDICATOR", message)
    };
    unknown.map(fault).collect()
}

/// Links to an id that an indicator of the version before has as well, while no link says what became of that one: it would
/// go on by its id under what another became.
fn unsaid(framework: &Framework, known: &HashSet<&str>) -> Vec<InvalidField> {
    let linked: HashSet<&String> = framework.links.iter().flat_map(|link| &link.from).collect();
    let to = framework.links.iter().enumerate().flat_map(|(place, link)| {
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
