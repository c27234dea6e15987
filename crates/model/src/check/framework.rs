//! What makes a framework sound.

use std::collections::{HashMap, HashSet};

use crate::{
    Framework, Goal, GoalKind, IndicatorLink, InvalidField, LinkKind, LocalizedText, Organisation,
    ids::{is_language_tag, is_printed_code},
};

/// Returns every fault of `framework`, each with its path, such as `goals[3].parent`.
pub fn framework(framework: &Framework) -> Vec<InvalidField> {
    let mut faults = Faults::default();
    faults.language("language", &framework.language);
    faults.text("title", &framework.title, "TITLE_MISSING");
    period(framework, &mut faults);
    faults.unique("organisations", framework.organisations.iter().map(|o| o.code.as_str()));
    for (i, each) in framework.organisations.iter().enumerate() {
        organisation(&format!("organisations[{i}]"), each, &mut faults);
    }
    faults.some("pillars", framework.pillars.len());
    faults.unique("pillars", framework.pillars.iter().map(|p| p.code.as_str()));
    for (i, pillar) in framework.pillars.iter().enumerate() {
        faults.text(&format!("pillars[{i}].name"), &pillar.name, "NAME_MISSING");
    }
    goals(framework, &mut faults);
    for (i, abbreviation) in framework.abbreviations.iter().enumerate() {
        if crate::is_blank(&abbreviation.short) {
            faults.add(format!("abbreviations[{i}].short"), "ABBREVIATION_MISSING", "is empty");
        }
        faults.text(&format!("abbreviations[{i}].long"), &abbreviation.long, "MEANING_MISSING");
    }
    faults.unique_by(
        "abbreviations",
        "short",
        framework.abbreviations.iter().map(|a| a.short.as_str()),
    );
    links(framework, &mut faults);
    faults.0
}

fn period(framework: &Framework, faults: &mut Faults) {
    let period = &framework.period;
    if !(1900..=2200).contains(&period.from) {
        faults.add(
            "period.from",
            "INVALID_YEAR",
            format!("{} is no year between 1900 and 2200", period.from),
        );
    }
    if period.until < period.from {
        faults.add(
            "period.until",
            "PERIOD_ENDS_BEFORE_IT_BEGINS",
            format!("{} is before {}", period.until, period.from),
        );
    }
    if period.extended_until.is_some_and(|year| year < period.until) {
        faults.add(
            "period.extended_until",
            "EXTENSION_BEFORE_END",
            format!("is before {}", period.until),
        );
    }
}

fn organisation(path: &str, organisation: &Organisation, faults: &mut Faults) {
    faults.some(&format!("{path}.names"), organisation.names.len());
    for (i, name) in organisation.names.iter().enumerate() {
        faults.text(&format!("{path}.names[{i}].name"), &name.name, "NAME_MISSING");
    }
    let oin_is_valid =
        organisation.oin.len() == 20 && organisation.oin.bytes().all(|b| b.is_ascii_digit());
    if !organisation.oin.is_empty() && !oin_is_valid {
        faults.add(format!("{path}.oin"), "INVALID_OIN", "an OIN has twenty digits");
    }
    if !organisation.tooi.is_empty() && !organisation.tooi.starts_with("https://") {
        faults.add(format!("{path}.tooi"), "INVALID_TOOI", "a TOOI address begins with `https://`");
    }
}

fn goals(framework: &Framework, faults: &mut Faults) {
    faults.some("goals", framework.goals.len());
    faults.unique("goals", framework.goals.iter().map(|goal| goal.code.as_str()));
    faults.unique_by("goals", "id", framework.goals.iter().map(|goal| goal.id.as_str()));
    let parents: HashMap<&str, Option<&str>> =
        framework.goals.iter().map(|g| (g.code.as_str(), g.parent.as_deref())).collect();
    let (mut codes, mut ids) = (HashSet::new(), HashSet::new());
    for (i, each) in framework.goals.iter().enumerate() {
        let path = format!("goals[{i}]");
        goal(&path, each, framework, &parents, faults);
        for (k, indicator) in each.indicators.iter().enumerate() {
            let path = format!("{path}.indicators[{k}]");
            faults.code(&format!("{path}.code"), &indicator.code);
            for (field, value, seen) in
                [("code", &indicator.code, &mut codes), ("id", &indicator.id, &mut ids)]
            {
                if !seen.insert(value.as_str()) {
                    let description = format!("indicator `{value}` is there already");
                    faults.add(format!("{path}.{field}"), "DUPLICATE_CODE", description);
                }
            }
            faults.text(&format!("{path}.statement"), &indicator.statement, "STATEMENT_MISSING");
            for (m, item) in indicator.items.iter().enumerate() {
                faults.text(&format!("{path}.items[{m}]"), item, "ITEM_EMPTY");
            }
            for (m, prompt) in indicator.sub_prompts.iter().enumerate() {
                faults.text(&format!("{path}.sub_prompts[{m}]"), prompt, "SUB_PROMPT_EMPTY");
            }
        }
    }
}

fn goal(
    path: &str,
    goal: &Goal,
    framework: &Framework,
    parents: &HashMap<&str, Option<&str>>,
    faults: &mut Faults,
) {
    faults.code(&format!("{path}.code"), &goal.code);
    faults.text(&format!("{path}.statement"), &goal.statement, "STATEMENT_MISSING");
    if framework.pillar(&goal.pillar).is_none() {
        faults.add(
            format!("{path}.pillar"),
            "UNKNOWN_PILLAR",
            format!("there is no pillar `{}`", goal.pillar),
        );
    }
    match (&goal.parent, goal.kind) {
        (Some(parent), _) if !parents.contains_key(parent.as_str()) => {
            faults.add(
                format!("{path}.parent"),
                "UNKNOWN_PARENT",
                format!("there is no goal `{parent}`"),
            );
        }
        (Some(parent), _) if is_own_ancestor(&goal.code, parents) => {
            faults.add(
                format!("{path}.parent"),
                "PARENT_CYCLE",
                format!("`{parent}` descends from `{}` itself", goal.code),
            );
        }
        (None, GoalKind::Subgoal) => {
            faults.add(format!("{path}.parent"), "PARENT_MISSING", "a subgoal names its parent");
        }
        _ => {}
    }
}

fn is_own_ancestor(code: &str, parents: &HashMap<&str, Option<&str>>) -> bool {
    let mut at = parents.get(code).copied().flatten();
    for _ in 0..=parents.len() {
        match at {
            None => return false,
            Some(ancestor) if ancestor == code => return true,
            Some(ancestor) => at = parents.get(ancestor).copied().flatten(),
        }
    }
    false
}

/// Links, as far as they are sound whatever the version before has.
fn links(framework: &Framework, faults: &mut Faults) {
    let ids = framework.indicator_ids();
    for (i, link) in framework.links.iter().enumerate() {
        if let Some(fault) = link_shape(link) {
            faults.add(format!("links[{i}].kind"), "LINK_SHAPE", fault);
        }
        for (k, to) in link.to.iter().enumerate().filter(|(_, to)| !ids.contains(to.as_str())) {
            faults.add(
                format!("links[{i}].to[{k}]"),
                "UNKNOWN_INDICATOR",
                format!("there is no indicator with id `{to}`"),
            );
        }
    }
}

/// What is wrong with how many indicators a link names.
fn link_shape(IndicatorLink { kind, from, to }: &IndicatorLink) -> Option<String> {
    let (from, to) = (from.len(), to.len());
    let (is_sound, expected) = match kind {
        LinkKind::Same => (from == 1 && to == 1, "`same` links one to one"),
        LinkKind::Split => (from == 1 && to > 1, "`split` links one to several"),
        LinkKind::Merged => (from > 1 && to == 1, "`merged` links several to one"),
        LinkKind::Broadened => (from == 1 && to == 1, "`broadened` links one to one"),
        LinkKind::Ended => (from > 0 && to == 0, "`ended` links to none"),
    };
    (!is_sound).then(|| format!("{expected}, not {from} to {to}"))
}

#[derive(Default)]
struct Faults(Vec<InvalidField>);

impl Faults {
    fn add(
        &mut self,
        field: impl Into<String>,
        reason: &'static str,
        description: impl Into<String>,
    ) {
        self.0.push(InvalidField::new(field, reason, description));
    }

    fn text(&mut self, field: &str, text: &LocalizedText, reason: &'static str) {
        if text.is_empty() {
            self.add(field, reason, "is empty");
        }
        for tag in text.0.keys() {
            self.language(field, tag);
        }
    }

    fn language(&mut self, field: &str, tag: &str) {
        if !is_language_tag(tag) {
            self.add(
                field,
                "INVALID_LANGUAGE",
                format!("`{}` is no language tag, such as `nl` or `en`", tag.escape_debug()),
            );
        }
    }

    fn code(&mut self, field: &str, code: &str) {
        if !is_printed_code(code) {
            let description = format!(
                "`{}` is no code: letters, digits and `._+-`, at most 64 characters",
                code.escape_debug()
            );
            self.add(field, "INVALID_CODE", description);
        }
    }

    fn some(&mut self, field: &str, count: usize) {
        if count == 0 {
            self.add(field, "EMPTY_LIST", "needs at least one");
        }
    }

    fn unique<'a>(&mut self, list: &str, codes: impl Iterator<Item = &'a str>) {
        self.unique_by(list, "code", codes);
    }

    fn unique_by<'a>(&mut self, list: &str, field: &str, codes: impl Iterator<Item = &'a str>) {
        let mut seen = HashSet::new();
        for (i, code) in codes.enumerate() {
            if !seen.insert(code) {
                self.add(
                    format!("{list}[{i}].{field}"),
                    "DUPLICATE_CODE",
                    format!("`{code}` is there already"),
                );
            }
        }
    }
}
