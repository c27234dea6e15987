//! From the model to the published format, everything taken apart in full.

use std::collections::BTreeSet;

use model::LocalizedText;

use crate::{
    Report, Reporter,
    json::{
        Abbreviation, AcceptedGap, Comparison, Contribution, Cycle, Edition, FORMAT, Figure,
        FigureKind, Framework, GapPolicy, Goal, GoalKind, Identity, Indicator, Kind, MatrixCell,
        MatrixRow, Measure, Narrative, ObligationCell, Obligations, Organisation, OverriddenAction,
        Override, Passage, Pillar, Precision, Reference, ReferenceKind, Review, ReviewPolicy,
        Texts,
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
            contributions,
            completeness,
            review,
            overrides,
        } = report;
        let contributions = with_own_ids(contributions.iter().map(Into::into).collect());
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
            review: self::review(*review, overrides, contributions.len()),
            abbreviations: framework.abbreviations.iter().map(Into::into).collect(),
            framework: framework.into(),
            organisations: organisations.iter().map(Into::into).collect(),
            contributions,
        }
    }
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
        MatrixCell {
            organisation: reporter.code.to_string(),
            contributions: ids(false),
            unanswered: ids(true),
        }
    };
    let row = |goal: &model::Goal| MatrixRow {
        goal: goal.code.clone(),
        cells: organisations.iter().map(|reporter| cell(goal, reporter)).collect(),
    };
    framework.goals.iter().map(row).collect()
}

fn texts(LocalizedText(texts): &LocalizedText) -> Texts {
    texts.clone()
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

/// By whom is not told.
fn review(
    policy: model::ReviewPolicy,
    overrides: &[model::Override],
    contributions: usize,
) -> Review {
    let (policy, decisions) = match policy {
        model::ReviewPolicy::None => (ReviewPolicy::None, 0),
        // An approval of each, and the publication.
        model::ReviewPolicy::FourEyes => (ReviewPolicy::FourEyes, contributions + 1),
    };
    let told = |made: &model::Override| Override {
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
        overrides: overrides.iter().map(told).collect(),
    }
}

impl From<&model::Completeness> for Obligations {
    fn from(model::Completeness { matrix, accepted_gaps }: &model::Completeness) -> Self {
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
        Self {
            obligations: *obligations,
            required: *required,
            answered: *answered,
            in_time: *in_time,
            gaps: *gaps,
            cells: cells.iter().map(Into::into).collect(),
            accepted: accepted_gaps.iter().map(accepted).collect(),
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

impl From<&model::Framework> for Framework {
    fn from(framework: &model::Framework) -> Self {
        // Organisations and abbreviations have a place of their own in the file; links are of use between versions only.
        let model::Framework {
            code,
            version,
            title,
            language,
            period,
            organisations: _,
            pillars,
            goals,
            abbreviations: _,
            links: _,
            content_hash,
            create_time: _,
        } = framework;
        Self {
            code: code.to_string(),
            version: *version,
            title: texts(title),
            language: language.clone(),
            from: period.from,
            until: period.until,
            extended_until: period.extended_until,
            content_hash: content_hash.map(|hash| hash.to_string()),
            pillars: pillars.iter().map(Into::into).collect(),
            goals: goals.iter().map(Into::into).collect(),
        }
    }
}

impl From<&model::Pillar> for Pillar {
    fn from(model::Pillar { code, name }: &model::Pillar) -> Self {
        Self { code: code.to_string(), name: texts(name) }
    }
}

impl From<&model::Goal> for Goal {
    fn from(goal: &model::Goal) -> Self {
        let model::Goal { id, code, kind, pillar, parent, statement, indicators } = goal;
        Self {
            id: id.clone(),
            code: code.clone(),
            kind: match kind {
                model::GoalKind::StrategicGoal => GoalKind::StrategicGoal,
                model::GoalKind::Subgoal => GoalKind::Subgoal,
            },
            pillar: pillar.clone(),
            parent: parent.clone(),
            statement: texts(statement),
            indicators: indicators.iter().map(Into::into).collect(),
        }
    }
}

impl From<&model::Indicator> for Indicator {
    fn from(indicator: &model::Indicator) -> Self {
        let model::Indicator { id, code, measure, statement, items, sub_prompts, optional, target } =
            indicator;
        Self {
            id: id.clone(),
            code: code.clone(),
            measure: (*measure).into(),
            statement: texts(statement),
            items: items.iter().map(texts).collect(),
            sub_prompts: sub_prompts.iter().map(texts).collect(),
            optional: *optional,
            target: target.as_ref().map(texts),
        }
    }
}

impl From<model::Measure> for Measure {
    fn from(measure: model::Measure) -> Self {
        match measure {
            model::Measure::Count => Self::Count,
            model::Measure::Percentage => Self::Percentage,
            model::Measure::CountAndPercentage => Self::CountAndPercentage,
            model::Measure::Amount => Self::Amount,
            model::Measure::Examples => Self::Examples,
            model::Measure::Statement => Self::Statement,
            model::Measure::Ratio => Self::Ratio,
        }
    }
}

impl From<&model::Abbreviation> for Abbreviation {
    fn from(model::Abbreviation { short, long }: &model::Abbreviation) -> Self {
        Self { short: short.clone(), long: texts(long) }
    }
}

impl From<&Reporter> for Organisation {
    fn from(Reporter { code, name }: &Reporter) -> Self {
        Self { code: code.to_string(), name: name.clone() }
    }
}

impl From<&model::Contribution> for Contribution {
    fn from(contribution: &model::Contribution) -> Self {
        // Random ids, versions, findings and times stay with the record.
        let model::Contribution {
            id: _,
            cycle,
            organisation,
            external_id,
            state: _,
            content,
            content_hash,
            version: _,
            passages,
            findings: _,
            create_time: _,
            update_time: _,
            autosave: _,
            rolled_forward: _,
            author: _,
            approved_version: _,
            state_time: _,
        } = contribution;
        // A note is for the record, not for readers.
        let model::Content {
            kind,
            goals,
            indicators,
            answer,
            narratives,
            figures,
            references,
            section,
            source_pages,
            note: _,
        } = content;
        let public_id = contribution.public_id();
        Self {
            external_id: external_id.as_ref().map(ToString::to_string),
            address: format!("{cycle}/{organisation}/{public_id}"),
            id: public_id,
            organisation: organisation.to_string(),
            kind: (*kind).into(),
            goals: goals.clone(),
            indicators: indicators.clone(),
            answer: answer.map(|answer| answer.name().to_owned()),
            section: section.clone(),
            texts: narratives.iter().map(Into::into).collect(),
            passages: passages.iter().map(Into::into).collect(),
            figures: figures.iter().map(Into::into).collect(),
            references: references.iter().map(Into::into).collect(),
            source_pages: source_pages.clone(),
            content_hash: content_hash.to_string(),
        }
    }
}

impl From<model::ContributionKind> for Kind {
    fn from(kind: model::ContributionKind) -> Self {
        match kind {
            model::ContributionKind::Answer => Self::Answer,
            model::ContributionKind::GeneralRemark => Self::GeneralRemark,
            // A tombstone is never pinned; had it been, there would be as little to print.
            model::ContributionKind::Unanswered | model::ContributionKind::Erased => {
                Self::Unanswered
            }
        }
    }
}

impl From<&model::Narrative> for Narrative {
    fn from(model::Narrative { language, markdown }: &model::Narrative) -> Self {
        Self { language: language.clone(), markdown: markdown.clone() }
    }
}

impl From<&model::Passage> for Passage {
    fn from(model::Passage { id, language, text }: &model::Passage) -> Self {
        Self { id: id.clone(), language: language.clone(), text: text.clone() }
    }
}

impl From<&model::Figure> for Figure {
    fn from(figure: &model::Figure) -> Self {
        let model::Figure {
            kind,
            value,
            per,
            unit,
            precision,
            from,
            until,
            counts,
            indicator,
            comparisons,
            target,
            break_note,
            caveat,
            fact,
            label,
        } = figure;
        Self {
            kind: (*kind).into(),
            label: label.clone(),
            value: value.clone(),
            per: per.clone(),
            unit: unit.clone(),
            precision: (*precision).into(),
            from: from.clone(),
            until: until.clone(),
            counts: counts.clone(),
            indicator: indicator.clone(),
            comparisons: comparisons.iter().map(Into::into).collect(),
            target: target.as_ref().map(Into::into),
            break_note: break_note.clone(),
            caveat: caveat.clone(),
            fact: fact.clone(),
        }
    }
}

impl From<model::FigureKind> for FigureKind {
    fn from(kind: model::FigureKind) -> Self {
        match kind {
            model::FigureKind::Amount => Self::Amount,
            model::FigureKind::Count => Self::Count,
            model::FigureKind::Percentage => Self::Percentage,
            model::FigureKind::Ratio => Self::Ratio,
        }
    }
}

impl From<model::Precision> for Precision {
    fn from(precision: model::Precision) -> Self {
        match precision {
            model::Precision::Exact => Self::Exact,
            model::Precision::About => Self::About,
            model::Precision::AtMost => Self::AtMost,
            model::Precision::AtLeast => Self::AtLeast,
        }
    }
}

impl From<&model::Comparison> for Comparison {
    fn from(model::Comparison { value, year }: &model::Comparison) -> Self {
        Self { value: value.clone(), year: *year }
    }
}

impl From<&model::Reference> for Reference {
    fn from(model::Reference { kind, as_written, target, url }: &model::Reference) -> Self {
        Self {
            kind: match kind {
                model::ReferenceKind::Contribution => ReferenceKind::Contribution,
                model::ReferenceKind::ParliamentaryPaper => ReferenceKind::ParliamentaryPaper,
                model::ReferenceKind::Law => ReferenceKind::Law,
                model::ReferenceKind::Document => ReferenceKind::Document,
                model::ReferenceKind::Web => ReferenceKind::Web,
            },
            as_written: as_written.clone(),
            target: target.clone(),
            url: url.clone(),
        }
    }
}
