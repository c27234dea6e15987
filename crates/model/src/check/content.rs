//! What makes the content of a contribution sound.

use std::collections::{HashMap, HashSet};

use crate::{
    AnswerStatus, Content, ContributionKind, Cycle, Figure, FigureKind, Finding, Framework,
    Reference, ReferenceKind,
    check::{
        figures::{figures, statement},
        findings::Findings,
    },
    ids::is_language_tag,
};

/// Returns what is wrong with `content`, or worth attention, checked against the framework that it answers.
/// The narrative's Markdown is checked where it is parsed.
pub fn content(content: &Content, framework: &Framework) -> Vec<Finding> {
    let mut findings = without_shares(content, framework);
    findings.extend(figures(&content.figures));
    findings.sort_by_key(|finding| finding.severity);
    findings
}

/// The same but for shares that are more than all or not those of their counts.
pub(super) fn without_shares(content: &Content, framework: &Framework) -> Vec<Finding> {
    let mut findings = Findings::default();
    goals(content, framework, &mut findings);
    indicators(content, framework, &mut findings);
    answer(content, &mut findings);
    narratives(content, &mut findings);
    for (i, each) in content.figures.iter().enumerate() {
        figure(&format!("content.figures[{i}]"), each, framework, &mut findings);
    }
    facts(&content.figures, &mut findings);
    for (i, each) in content.references.iter().enumerate() {
        reference(&format!("content.references[{i}]"), each, &mut findings);
    }
    numbers_asked_for(content, framework, &mut findings);
    findings.0
}

/// Returns what is wrong with the partners of a contribution of `organisation`: each reports in the cycle, is named once and
/// is not the organisation itself.
pub fn partners(content: &Content, organisation: &str, cycle: &Cycle) -> Vec<Finding> {
    let mut findings = Findings::default();
    let mut seen = HashSet::from([organisation]);
    for (i, code) in content.partners.iter().enumerate() {
        let field = format!("content.partners[{i}]");
        if !cycle.organisations.iter().any(|known| known.as_str() == code) {
            let shown: String = code.chars().take(80).collect();
            let message = format!(
                "`{}` does not report in `{}`: leave it out, or ask the coordinator to let it join",
                shown.escape_debug(),
                cycle.name
            );
            findings.blocker(field, "UNKNOWN_PARTNER", message);
        } else if !seen.insert(code) {
            let message = format!("`{code}` reports it already: leave it out here");
            findings.blocker(field, "DUPLICATE_PARTNER", message);
        }
    }
    findings.0
}

fn goals(content: &Content, framework: &Framework, findings: &mut Findings) {
    if content.goals.is_empty() && content.kind != ContributionKind::GeneralRemark {
        findings.blocker(
            "content.goals",
            "GOAL_MISSING",
            "name at least one goal, or mark it as a remark on the whole report",
        );
    }
    let mut seen = HashSet::new();
    for (i, code) in content.goals.iter().enumerate() {
        let field = format!("content.goals[{i}]");
        if framework.goal(code).is_none() {
            findings.blocker(field, "UNKNOWN_GOAL", unknown("goal", code, framework));
        } else if !seen.insert(code) {
            findings.blocker(field, "DUPLICATE_GOAL", format!("goal `{code}` is named twice"));
        }
    }
}

fn indicators(content: &Content, framework: &Framework, findings: &mut Findings) {
    let mut seen = HashSet::new();
    for (i, code) in content.indicators.iter().enumerate() {
        let field = format!("content.indicators[{i}]");
        match framework.indicator(code) {
            None => {
                findings.blocker(field, "UNKNOWN_INDICATOR", unknown_indicator(code, framework));
            }
            Some(_) if !seen.insert(code) => findings.blocker(
                field,
                "DUPLICATE_INDICATOR",
                format!("indicator `{code}` is named twice"),
            ),
            Some((goal, _)) if !content.goals.contains(&goal.code) => {
                let message = format!(
                    "indicator `{code}` belongs to goal `{}`, which is not among the goals named",
                    goal.code
                );
                findings.warning(field, "INDICATOR_OF_OTHER_GOAL", message);
            }
            Some(_) => {}
        }
    }
}

fn unknown(what: &str, code: &str, framework: &Framework) -> String {
    let shown: String = code.chars().take(80).collect();
    format!(
        "framework `{}` version {} has no {what} `{}`",
        framework.code,
        framework.version,
        shown.escape_debug()
    )
}

/// Says what became of the indicator too, where a link of the version does; what a link names by id is mostly its code.
fn unknown_indicator(code: &str, framework: &Framework) -> String {
    let unknown = unknown("indicator", code, framework);
    let links = framework.links.iter().filter(|link| link.from.iter().any(|id| id == code));
    let code_of = |id: &String| {
        let there = framework.indicator_with_id(id);
        format!("`{}`", there.map_or(id, |indicator| &indicator.code))
    };
    let next: Vec<String> = links.clone().flat_map(|link| &link.to).map(code_of).collect();
    match (links.count(), next.is_empty()) {
        (0, _) => unknown,
        (_, true) => format!("{unknown}: it ended"),
        (_, false) => format!("{unknown}: it became {}", next.join(" and ")),
    }
}

fn answer(content: &Content, findings: &mut Findings) {
    let has_text = content.narratives.iter().any(|narrative| !crate::is_blank(&narrative.markdown));
    let has_reason = has_text || !crate::is_blank(&content.note);
    match content.kind {
        ContributionKind::Answer => match content.answer {
            None => {
                findings.blocker(
                    "content.answer",
                    "ANSWER_MISSING",
                    "say how it is answered: reported, partial, nothing_to_report, …",
                );
            }
            Some(status) if status.reports() => {
                if !has_text {
                    text_missing(findings);
                }
            }
            Some(_) if has_reason => {}
            Some(_) => {
                findings.blocker(
                    "content.narratives",
                    "REASON_MISSING",
                    "say in a sentence why there is nothing more to report",
                );
            }
        },
        ContributionKind::GeneralRemark => {
            if !has_text {
                text_missing(findings);
            }
        }
        ContributionKind::Unanswered => {
            if content.answer.is_some() {
                findings.blocker(
                    "content.answer",
                    "ANSWER_ON_OPEN_CELL",
                    "an open cell has no answer",
                );
            } else if has_text {
                findings.blocker(
                    "content.narratives",
                    "TEXT_ON_OPEN_CELL",
                    "an open cell has no text; use the note",
                );
            }
        }
        ContributionKind::Erased => {
            let message = "only an erasure leaves a tombstone; say what it is";
            findings.blocker("content.kind", "TOMBSTONE", message);
        }
    }
}

fn text_missing(findings: &mut Findings) {
    findings.blocker(
        "content.narratives",
        "TEXT_MISSING",
        "an answer that reports something has a text",
    );
}

fn narratives(content: &Content, findings: &mut Findings) {
    let mut seen = HashSet::new();
    for (i, narrative) in content.narratives.iter().enumerate() {
        let field = format!("content.narratives[{i}].language");
        if !is_language_tag(&narrative.language) {
            findings.blocker(
                field,
                "INVALID_LANGUAGE",
                format!("`{}` is no language tag, such as `nl`", narrative.language.escape_debug()),
            );
        } else if !seen.insert(&narrative.language) {
            findings.blocker(
                field,
                "DUPLICATE_LANGUAGE",
                format!("there are two texts in `{}`", narrative.language),
            );
        }
    }
}

fn figure(path: &str, figure: &Figure, framework: &Framework, findings: &mut Findings) {
    findings.decimal(format!("{path}.value"), &figure.value);
    if figure.kind == FigureKind::Ratio {
        findings.decimal(format!("{path}.per"), &figure.per);
    } else if !figure.per.is_empty() {
        findings.blocker(format!("{path}.per"), "NOT_A_RATIO", "only a ratio has a second part");
    }
    let currency = figure.unit.len() == 3 && figure.unit.bytes().all(|b| b.is_ascii_uppercase());
    if figure.kind == FigureKind::Amount && !currency {
        findings.blocker(
            format!("{path}.unit"),
            "CURRENCY_MISSING",
            "an amount has an ISO 4217 currency, such as `EUR`",
        );
    }
    let from = findings.date(format!("{path}.from"), &figure.from);
    let until = findings.date(format!("{path}.until"), &figure.until);
    if from.zip(until).is_some_and(|(from, until)| until < from) {
        findings.blocker(
            format!("{path}.until"),
            "PERIOD_ENDS_BEFORE_IT_BEGINS",
            format!("{} is before {}", figure.until, figure.from),
        );
    }
    if !figure.indicator.is_empty() && framework.indicator(&figure.indicator).is_none() {
        findings.blocker(
            format!("{path}.indicator"),
            "UNKNOWN_INDICATOR",
            unknown_indicator(&figure.indicator, framework),
        );
    }
    for (i, comparison) in figure.comparisons.iter().enumerate() {
        findings.decimal(format!("{path}.comparisons[{i}].value"), &comparison.value);
    }
    if let Some(target) = &figure.target {
        findings.decimal(format!("{path}.target.value"), &target.value);
    }
}

/// Warns where the same fact has different values.
fn facts(figures: &[Figure], findings: &mut Findings) {
    let mut stated: HashMap<&str, &Figure> = HashMap::new();
    for (i, figure) in figures.iter().enumerate().filter(|(_, figure)| !figure.fact.is_empty()) {
        let first = *stated.entry(&figure.fact).or_insert(figure);
        if statement(first) != statement(figure) {
            let Figure { fact, value, .. } = figure;
            let message = format!("fact `{fact}` is stated as {} and as {value}", first.value);
            findings.warning(format!("content.figures[{i}].value"), "FACT_CONTRADICTS", message);
        }
    }
}

fn reference(path: &str, reference: &Reference, findings: &mut Findings) {
    let is_web_address =
        reference.url.starts_with("https://") || reference.url.starts_with("http://");
    if !reference.url.is_empty() && (!is_web_address || reference.url.contains(char::is_whitespace))
    {
        findings.blocker(
            format!("{path}.url"),
            "INVALID_URL",
            "an address begins with `https://` or `http://` and has no spaces",
        );
    }
    if crate::is_blank(&reference.as_written) {
        findings.blocker(
            format!("{path}.as_written"),
            "TEXT_MISSING",
            "say how the reference is written",
        );
    }
    if reference.target.is_empty()
        && reference.url.is_empty()
        && reference.kind != ReferenceKind::Web
    {
        findings.info(
            path,
            "DANGLING_REFERENCE",
            format!("`{}` does not say what it points to", reference.as_written),
        );
    }
}

fn numbers_asked_for(content: &Content, framework: &Framework, findings: &mut Findings) {
    let answers = content.answer.is_some_and(AnswerStatus::reports);
    for (i, code) in content.indicators.iter().enumerate() {
        let asked = framework
            .indicator(code)
            .is_some_and(|(_, indicator)| indicator.measure.asks_for_a_number());
        let given = content
            .figures
            .iter()
            .any(|figure| figure.indicator == *code || figure.indicator.is_empty());
        if answers && asked && !given {
            let message = format!("indicator `{code}` asks for a number and no figure is given");
            findings.info(format!("content.indicators[{i}]"), "NUMBER_NOT_GIVEN", message);
        }
    }
}
