//! The colophon: what the edition is, and the policies that it was made under.
//!
//! Invariant: both policies are always told, so that silence never stands for one; nobody is named.

use crate::{
    json::{Edition, GapPolicy, OverriddenAction, Override, Review, ReviewPolicy},
    labels::Labels,
    view::Pair,
};

/// The lines of the colophon; the checksum is the last.
pub(crate) fn colophon(edition: &Edition, title: &str, labels: &Labels) -> Vec<Pair> {
    let line = |name: &str, text: String| Pair { name: labels.get(name).to_owned(), text };
    let framework = format!(
        "{title} ({}, {} {})",
        edition.framework.code,
        labels.get("colophon.version"),
        edition.framework.version
    );
    let period = format!(
        "{} {} {}",
        labels.date(&edition.cycle.from),
        labels.get("until"),
        labels.date(&edition.cycle.until)
    );
    let gaps = match edition.cycle.gaps {
        GapPolicy::Print => "colophon.gaps.print",
        GapPolicy::Refuse => "colophon.gaps.refuse",
    };
    let mut lines = vec![
        line("colophon.edition", edition.identity.name.clone()),
        line("colophon.date", labels.date(&edition.identity.date)),
        line("colophon.cycle", edition.cycle.name.clone()),
        line("colophon.period", period),
        line("colophon.framework", framework),
        line("colophon.gaps", labels.get(gaps).to_owned()),
    ];
    lines.extend(reviewed(&edition.review, labels));
    lines.push(line("colophon.manifest", edition.identity.manifest_hash.clone()));
    lines
}

/// Who looked at it, and what was done without a second person.
fn reviewed(Review { policy, decisions, overrides }: &Review, labels: &Labels) -> Vec<Pair> {
    let line = |name: &str, text: String| Pair { name: labels.get(name).to_owned(), text };
    let (policy, rate) = match policy {
        ReviewPolicy::None => {
            ("colophon.review.none", labels.get("colophon.overrides.none").to_owned())
        }
        ReviewPolicy::FourEyes => {
            let (of, which) = (labels.get("owed.of"), labels.get("colophon.overrides.decisions"));
            ("colophon.review.four_eyes", format!("{} {of} {decisions} {which}", overrides.len()))
        }
    };
    let mut lines = vec![
        line("colophon.review", labels.get(policy).to_owned()),
        line("colophon.overrides", rate),
    ];
    lines.extend(overrides.iter().map(|made| overridden(made, labels)));
    lines
}

fn overridden(Override { action, reason, confirmed }: &Override, labels: &Labels) -> Pair {
    let name = match action {
        OverriddenAction::Approve => "colophon.override.approve",
        OverriddenAction::Publish => "colophon.override.publish",
    };
    let second =
        if *confirmed { "colophon.override.confirmed" } else { "colophon.override.unconfirmed" };
    Pair { name: labels.get(name).to_owned(), text: format!("{reason} ({})", labels.get(second)) }
}
