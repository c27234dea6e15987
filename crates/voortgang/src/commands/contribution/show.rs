//! All of a contribution in words.
//!
//! Invariant: whatever a sender wrote is shown, so that nobody approves what they did not see.

use model::AnswerStatus;
use wire::v1 as pb;

use crate::commands::{contribution::line, names::Names, some, time, word};

/// The contribution, part by part; parts that are empty are left out.
pub(super) fn whole(
    contribution: &pb::Contribution,
    reporters: &[pb::Reporter],
    names: &Names,
) -> String {
    let pb::Contribution { content, etag, author, findings, .. } = contribution;
    let content = content.clone().unwrap_or_default();
    let head = line(contribution, &[]);
    if content.kind() == pb::ContributionKind::Erased {
        return format!("{head}\nits text was erased: {}", content.note);
    }
    let kind = word(content.kind().as_str_name(), "CONTRIBUTION_KIND_");
    let answer = AnswerStatus::try_from(content.answer()).map_or("", AnswerStatus::name);
    let pages: Vec<String> = content.source_pages.iter().map(ToString::to_string).collect();
    let mut lines = vec![head, format!("etag {etag}, saved by {}", names.with_id(author))];
    lines.extend(reporters.iter().map(|one| reporter(one, names)));
    let parts = [
        ("kind", kind),
        ("answer", answer.to_owned()),
        ("indicators", content.indicators.join(", ")),
        ("section", content.section),
        ("note", content.note),
        ("source pages", pages.join(", ")),
    ];
    let parts = parts.into_iter().filter(|(_, text)| !text.is_empty());
    lines.extend(parts.map(|(name, text)| format!("{name}: {text}")));
    lines
        .extend((1..).zip(&content.figures).map(|(i, one)| format!("figure {i}: {}", figure(one))));
    let references = content.references.iter();
    lines
        .extend((1..).zip(references).map(|(i, one)| format!("reference {i}: {}", reference(one))));
    lines.extend(findings.iter().map(finding));
    let text = |pb::Narrative { language, markdown }: &pb::Narrative| {
        format!("\n[{language}]\n{markdown}")
    };
    lines.extend(content.narratives.iter().map(text));
    lines.join("\n")
}

/// Where the approval of one of the organisations of a joint contribution stands.
fn reporter(reporter: &pb::Reporter, names: &Names) -> String {
    let pb::Reporter { organisation, actor, time: at, .. } = reporter;
    let approval = match reporter.approval() {
        pb::ApprovalState::Given => {
            format!("approved by {} on {}", names.with_id(actor), time(at.as_ref()))
        }
        pb::ApprovalState::Awaited => "its approval is awaited".to_owned(),
        pb::ApprovalState::NotAwaited => "its approval is not awaited now".to_owned(),
        pb::ApprovalState::NotReporting => {
            "does not report in the cycle: it is not asked, and no edition names it".to_owned()
        }
        pb::ApprovalState::Unspecified => "in a state that this version does not know".to_owned(),
    };
    format!("reported by {organisation}: {approval}")
}

fn figure(figure: &pb::Figure) -> String {
    let pb::Figure { value, per, unit, from, until, counts, indicator, comparisons, .. } = figure;
    let kind = word(figure.kind().as_str_name(), "FIGURE_KIND_");
    let precision = match figure.precision() {
        pb::Precision::Exact | pb::Precision::Unspecified => String::new(),
        precision => word(precision.as_str_name(), "PRECISION_").replace('_', " "),
    };
    let per = some(per).map_or(String::new(), |per| format!(": {per}"));
    let parts = [kind.as_str(), &precision, value, &per, unit];
    let mut text = parts.into_iter().filter_map(some).collect::<Vec<_>>().join(" ");
    let target = figure.target.as_ref().map_or(String::new(), compared);
    let earlier: Vec<String> = comparisons.iter().map(compared).collect();
    for (name, more) in [
        ("label", &figure.label),
        ("counts", counts),
        ("indicator", indicator),
        ("from", from),
        ("until", until),
        ("earlier", &earlier.join(", ")),
        ("target", &target),
        ("break", &figure.break_note),
        ("caveat", &figure.caveat),
        ("fact", &figure.fact),
    ] {
        if !more.is_empty() {
            text = format!("{text}; {name} {more}");
        }
    }
    text
}

fn compared(pb::Comparison { value, year }: &pb::Comparison) -> String {
    format!("{value} in {year}")
}

fn reference(reference: &pb::Reference) -> String {
    let pb::Reference { as_written, target, url, .. } = reference;
    let kind = word(reference.kind().as_str_name(), "REFERENCE_KIND_").replace('_', " ");
    let to = [target.as_str(), url].into_iter().filter_map(some).collect::<Vec<_>>().join(" ");
    let to = some(&to).unwrap_or("nothing that is named");
    format!("{kind}: {as_written} -> {to}")
}

fn finding(finding: &pb::Finding) -> String {
    let severity = word(finding.severity().as_str_name(), "SEVERITY_");
    let pb::Finding { field, message, reason, .. } = finding;
    let field = some(field).map_or(String::new(), |field| format!("{field}: "));
    format!("{severity}: {field}{message} ({reason})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_organisation_of_a_joint_text_is_shown_with_its_approval() {
        let given = pb::Reporter {
            organisation: "alfa".into(),
            approval: pb::ApprovalState::Given.into(),
            actor: "rita".into(),
            time: Some(wire::timestamp(model::Instant(0))),
        };
        let awaited = pb::Reporter {
            organisation: "beta".into(),
            approval: pb::ApprovalState::Awaited.into(),
            ..pb::Reporter::default()
        };
        let shown = whole(&pb::Contribution::default(), &[given, awaited], &Names::default());
        let expected = "reported by alfa: approved by rita on 1970-01-01T00:00:00.000Z\n\
                        reported by beta: its approval is awaited";
        assert!(shown.contains(expected), "{shown}");
    }

    #[test]
    fn every_part_is_shown() {
        let figure = pb::Figure {
            kind: pb::FigureKind::Amount.into(),
            value: "35".into(),
            unit: "EUR".into(),
            precision: pb::Precision::AtMost.into(),
            from: "2021-01-01".into(),
            label: "Subsidie".into(),
            target: Some(pb::Comparison { value: "40".into(), year: 2025 }),
            ..pb::Figure::default()
        };
        let reference = pb::Reference {
            kind: pb::ReferenceKind::ParliamentaryPaper.into(),
            as_written: "de brief".into(),
            target: "27925-1".into(),
            ..pb::Reference::default()
        };
        let content = pb::Content {
            kind: pb::ContributionKind::Answer.into(),
            indicators: vec!["1-a".into(), "1-b".into()],
            answer: pb::AnswerStatus::Partial.into(),
            section: "Opleiding".into(),
            note: "Cijfers volgen.".into(),
            source_pages: vec![3, 4],
            figures: vec![figure],
            references: vec![reference],
            narratives: vec![pb::Narrative {
                language: "nl".into(),
                markdown: "Een tekst.".into(),
            }],
            ..pb::Content::default()
        };
        let finding = pb::Finding {
            severity: pb::Severity::Warning.into(),
            reason: "AFTER_DEADLINE".into(),
            field: String::new(),
            message: "it is late".into(),
        };
        let shown = pb::Contribution {
            content: Some(content),
            findings: vec![finding],
            ..pb::Contribution::default()
        };
        let shown = whole(&shown, &[], &Names::default());
        for part in [
            "answer: partial",
            "indicators: 1-a, 1-b",
            "section: Opleiding",
            "note: Cijfers volgen.",
            "source pages: 3, 4",
            "figure 1: amount at most 35 EUR; label Subsidie; from 2021-01-01; target 40 in 2025",
            "reference 1: parliamentary paper: de brief -> 27925-1",
            "warning: it is late (AFTER_DEADLINE)",
            "[nl]\nEen tekst.",
        ] {
            assert!(shown.contains(part), "{part} in {shown}");
        }
    }
}
