//! From the model to the published format, everything taken apart in full.

use std::collections::BTreeSet;

use crate::{
    Report, Reporter,
    data::{
        AcceptedGap, Change, ChangeKind, Changes, Contribution, Cycle, Edition, FORMAT, GapPolicy,
        Identity, JointContribution, Kind, LeftOut, MatrixCell, MatrixRow, ObligationCell,
        Obligations, OpenGap, Organisation, OverriddenAction, Override, Review, ReviewPolicy,
    },
};

impl From<&Report> for Edition {
    fn from(report: &Report) -> Self {
        let Report {
            edition,
            date,
            manifest_hash,
            framework,
            cycle,
            organisations,
            former_organisations,
            contributions,
            completeness,
            review,
            overrides,
            exclusions,
            change_note,
        } = report;
        let contributions = contributions.iter().map(|one| printed(one, organisations)).collect();
        let contributions = with_own_ids(contributions);
        Self {
            format: FORMAT.to_owned(),
            identity: Identity {
                name: edition.to_string(),
                number: edition.number(),
                date: date.to_string(),
                manifest_hash: manifest_hash.to_string(),
            },
            cycle: cycle.into(),
            matrix: matrix(framework, organisations, &contributions),
            obligations: completeness.as_ref().map(Into::into),
            review: self::review(*review, overrides, &contributions),
            left_out: exclusions.iter().map(Into::into).collect(),
            changes: change_note.as_ref().map(Into::into),
            abbreviations: framework.abbreviations.iter().map(Into::into).collect(),
            framework: framework.into(),
            organisations: organisations.iter().map(Into::into).collect(),
            former_organisations: former_organisations.iter().map(Into::into).collect(),
            contributions,
        }
    }
}

/// A contribution without the partners that do not report: nobody of theirs was asked.
fn printed(contribution: &model::Contribution, organisations: &[Reporter]) -> Contribution {
    let reports = |code: &String| organisations.iter().any(|known| known.code.as_str() == code);
    let mut printed = Contribution::from(contribution);
    printed.partners.retain(reports);
    printed
}

/// Two contributions of one organisation that say the same and have no external id would share an id: the later ones get a number.
fn with_own_ids(mut contributions: Vec<Contribution>) -> Vec<Contribution> {
    let mut seen = BTreeSet::new();
    for contribution in &mut contributions {
        let (id, address) = (contribution.id.clone(), contribution.address.clone());
        let mut number = 1;
        while !seen.insert((contribution.organisation.clone(), contribution.id.clone())) {
            number += 1;
            contribution.id = format!("{id}~{number}");
            contribution.address = format!("{address}~{number}");
        }
    }
    contributions
}

/// Goals in printed order, for each the contributions of every organisation.
fn matrix(
    framework: &model::Framework,
    organisations: &[Reporter],
    contributions: &[Contribution],
) -> Vec<MatrixRow> {
    let cell = |goal: &model::Goal, reporter: &Reporter| {
        let ids = |unanswered: bool| {
            let here = contributions.iter().filter(|c| {
                c.organisation == reporter.code.as_str() && c.goals.contains(&goal.code)
            });
            here.filter(|c| (c.kind == Kind::Unanswered) == unanswered)
                .map(|c| c.id.clone())
                .collect()
        };
        let joint = contributions.iter().filter(|c| {
            c.partners.iter().any(|partner| partner == reporter.code.as_str())
                && c.goals.contains(&goal.code)
        });
        let joint = joint.map(|c| JointContribution {
            organisation: c.organisation.clone(),
            contribution: c.id.clone(),
        });
        MatrixCell {
            organisation: reporter.code.to_string(),
            contributions: ids(false),
            unanswered: ids(true),
            joint: joint.collect(),
        }
    };
    let row = |goal: &model::Goal| MatrixRow {
        goal: goal.code.clone(),
        cells: organisations.iter().map(|reporter| cell(goal, reporter)).collect(),
    };
    framework.goals.iter().map(row).collect()
}

impl From<&model::Cycle> for Cycle {
    fn from(cycle: &model::Cycle) -> Self {
        // Opening, deadline and state steer the round; they are no part of what was reported.
        let model::Cycle {
            name,
            framework: _,
            framework_version: _,
            period,
            organisations: _,
            opening: _,
            deadline: _,
            state: _,
            create_time: _,
            gaps,
            review: _,
        } = cycle;
        Self {
            name: name.to_string(),
            label: period.label(),
            from: period.from().to_string(),
            until: period.until().to_string(),
            gaps: match gaps {
                model::GapPolicy::Print => GapPolicy::Print,
                model::GapPolicy::Refuse => GapPolicy::Refuse,
            },
        }
    }
}

/// Nobody is named.
impl From<&model::ChangeNote> for Changes {
    fn from(model::ChangeNote { since, changes }: &model::ChangeNote) -> Self {
        Self { since: since.to_string(), changes: changes.iter().map(Into::into).collect() }
    }
}

impl From<&model::EditionChange> for Change {
    fn from(
        model::EditionChange { kind, organisation, contribution, actor: _ }: &model::EditionChange,
    ) -> Self {
        Self {
            kind: match kind {
                model::EditionChangeKind::Added => ChangeKind::Added,
                model::EditionChangeKind::Changed => ChangeKind::Changed,
                model::EditionChangeKind::Withdrawn => ChangeKind::Withdrawn,
                model::EditionChangeKind::Returned => ChangeKind::Returned,
                model::EditionChangeKind::NotReporting => ChangeKind::NotReporting,
                model::EditionChangeKind::OverrideConfirmed => ChangeKind::OverrideConfirmed,
                model::EditionChangeKind::Overrides => ChangeKind::Overrides,
                model::EditionChangeKind::Completeness => ChangeKind::Completeness,
                model::EditionChangeKind::Names => ChangeKind::Names,
                model::EditionChangeKind::LeftOut => ChangeKind::LeftOut,
                model::EditionChangeKind::Cycle => ChangeKind::Cycle,
            },
            organisation: organisation.as_ref().map(ToString::to_string),
            contribution: Some(contribution.clone()).filter(|id| !id.is_empty()),
        }
    }
}

impl From<&model::Exclusion> for LeftOut {
    fn from(exclusion: &model::Exclusion) -> Self {
        let model::Exclusion { organisation, contribution, reason } = exclusion.clone();
        Self { organisation: organisation.to_string(), contribution, reason }
    }
}

/// Nobody is named.
fn review(
    policy: model::ReviewPolicy,
    overrides: &[model::Override],
    contributions: &[Contribution],
) -> Review {
    let approvals = contributions.iter().map(|contribution| 1 + contribution.partners.len());
    let (policy, decisions) = match policy {
        model::ReviewPolicy::None => (ReviewPolicy::None, 0),
        // An approval of each by each of its organisations, and the publication.
        model::ReviewPolicy::FourEyes => (ReviewPolicy::FourEyes, approvals.sum::<usize>() + 1),
    };
    let made = |made: &model::Override| Override {
        action: if made.action == model::Override::PUBLISH {
            OverriddenAction::Publish
        } else {
            OverriddenAction::Approve
        },
        reason: made.reason.clone(),
        confirmed: made.confirmation.is_some(),
    };
    Review {
        policy,
        decisions: u32::try_from(decisions).unwrap_or(u32::MAX),
        overrides: overrides.iter().map(made).collect(),
    }
}

impl From<&model::Completeness> for Obligations {
    fn from(
        model::Completeness { matrix, accepted_gaps, open_gaps }: &model::Completeness,
    ) -> Self {
        let model::ObligationMatrix {
            cycle: _,
            cells,
            obligations,
            required,
            answered,
            in_time,
            gaps,
        } = matrix;
        let accepted = |gap: &model::Obligation| AcceptedGap {
            organisation: gap.asked.organisation.to_string(),
            goal: gap.asked.goal.clone(),
            indicator: Some(gap.asked.indicator.clone()).filter(|code| !code.is_empty()),
            reason: gap.accepted_reason.clone(),
        };
        let open = |gap: &model::Obligation| OpenGap {
            organisation: gap.asked.organisation.to_string(),
            goal: gap.asked.goal.clone(),
            indicator: Some(gap.asked.indicator.clone()).filter(|code| !code.is_empty()),
        };
        Self {
            obligations: *obligations,
            required: *required,
            answered: *answered,
            in_time: *in_time,
            gaps: *gaps,
            cells: cells.iter().map(Into::into).collect(),
            accepted: accepted_gaps.iter().map(accepted).collect(),
            open: open_gaps.iter().map(open).collect(),
        }
    }
}

impl From<&model::MatrixCell> for ObligationCell {
    fn from(cell: &model::MatrixCell) -> Self {
        let model::MatrixCell { organisation, goal, states, required, answered, in_time, accepted } =
            cell;
        Self {
            organisation: organisation.to_string(),
            goal: goal.clone(),
            states: states.iter().map(|(state, n)| (state.name().to_owned(), *n)).collect(),
            required: *required,
            answered: *answered,
            in_time: *in_time,
            accepted: *accepted,
        }
    }
}

impl From<&Reporter> for Organisation {
    fn from(Reporter { code, name }: &Reporter) -> Self {
        Self { code: code.to_string(), name: name.clone() }
    }
}
