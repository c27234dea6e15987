//! Completeness and timeliness in words.
//!
//! Invariant: an answer that reports nothing is counted as an answer, never as a gap.

use std::fmt::Write as _;

use serde::Serialize;

use crate::{
    json::{AcceptedGap, Edition, ObligationCell, Obligations},
    labels::Labels,
    view::Pair,
};

/// How complete the edition is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct PrintedCompleteness {
    /// Counts, each with its name.
    pub counts: Vec<Pair>,
    /// Gaps that were accepted, each with its reason.
    pub accepted: Vec<Pair>,
}

/// Completeness in words; none where nothing was assigned.
pub(crate) fn completeness(edition: &Edition, labels: &Labels) -> Option<PrintedCompleteness> {
    let obligations = edition.obligations.as_ref()?;
    Some(PrintedCompleteness {
        counts: counts(obligations, labels),
        accepted: obligations.accepted.iter().map(|gap| accepted(gap, edition)).collect(),
    })
}

/// What one organisation owed on a goal and how much of it is there; empty where it owed nothing.
pub(crate) fn owed(edition: &Edition, organisation: &str, goal: &str, labels: &Labels) -> String {
    let cells = edition.obligations.iter().flat_map(|obligations| &obligations.cells);
    let cell = cells.into_iter().find(|c| c.organisation == organisation && c.goal == goal);
    cell.filter(|cell| 0 < cell.required).map_or(String::new(), |cell| in_words(cell, labels))
}

fn in_words(cell: &ObligationCell, labels: &Labels) -> String {
    let ObligationCell { required, answered, in_time, accepted, .. } = cell;
    let parts = [
        (answered - in_time, "owed.late"),
        (*accepted, "owed.accepted"),
        (required - answered - accepted, "owed.open"),
    ];
    let mut words = format!("{} {}", of(*answered, *required, labels), labels.get("owed.answered"));
    for (count, label) in parts.into_iter().filter(|(count, _)| 0 < *count) {
        let _ = write!(words, "; {count} {}", labels.get(label));
    }
    words
}

fn of(part: u32, whole: u32, labels: &Labels) -> String {
    format!("{part} {} {whole}", labels.get("owed.of"))
}

fn counts(obligations: &Obligations, labels: &Labels) -> Vec<Pair> {
    let Obligations { required, answered, in_time, gaps, cells, accepted, .. } = obligations;
    let in_state = |name: &str| -> u32 { cells.iter().filter_map(|c| c.states.get(name)).sum() };
    let lines = [
        ("owed.total.answered", of(*answered, *required, labels)),
        ("owed.total.in_time", of(*in_time, *answered, labels)),
        ("answer.nothing_to_report", in_state("nothing_to_report").to_string()),
        ("answer.not_applicable", in_state("not_applicable").to_string()),
        ("owed.total.accepted", accepted.len().to_string()),
        ("owed.total.gaps", gaps.to_string()),
    ];
    lines.into_iter().map(|(name, text)| Pair { name: labels.get(name).to_owned(), text }).collect()
}

fn accepted(gap: &AcceptedGap, edition: &Edition) -> Pair {
    let AcceptedGap { organisation, goal, indicator, reason } = gap;
    let named = edition.organisations.iter().find(|known| known.code == *organisation);
    let name = named.map_or(organisation, |known| &known.name);
    let what = indicator.as_ref().unwrap_or(goal);
    Pair { name: format!("{name}, {what}"), text: reason.clone() }
}
