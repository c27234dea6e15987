//! What editions can be printed with: fonts, and languages that have labels.
//!
//! Invariant: a text or language that no edition could be printed with is refused when it comes in, never after approval.

use std::collections::BTreeSet;

use fonts::Fonts;
use messages::Language;
use model::{
    Abbreviation, Framework, Goal, Indicator, InvalidField, LocalizedText, Organisation, Pillar,
};

use crate::{Error, store::Result};

/// Faults of a framework that are named, at most.
const MAX_NAMED: usize = 20;

/// Fonts and languages of this machine.
#[derive(Debug)]
pub struct Printing {
    fonts: Fonts,
    languages: BTreeSet<String>,
}

impl Default for Printing {
    fn default() -> Self {
        Self::new(Fonts::new(fonts::Config::default(), None), Vec::new())
    }
}

impl Printing {
    /// The fonts, and languages that a template has labels in beside those built in.
    pub fn new(fonts: Fonts, languages: Vec<String>) -> Self {
        let built_in = Language::ALL.map(|language| language.tag().to_owned());
        Self { fonts, languages: built_in.into_iter().chain(languages).collect() }
    }

    /// Refuses a text with a letter that no font has.
    pub(crate) fn check_text(&self, field: &str, text: &str) -> Result<()> {
        self.fault(field, text).map_or(Ok(()), |fault| Err(Error::Invalid(vec![fault])))
    }

    /// Refuses a framework whose texts, or names of organisations, have letters that no font has.
    pub(crate) fn check_framework(&self, framework: &Framework) -> Result<()> {
        let texts = texts(framework);
        let faults = texts.iter().filter_map(|(field, text)| self.fault(field, text));
        let faults: Vec<_> = faults.take(MAX_NAMED).collect();
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }

    /// Refuses a language that has no labels: the edition would be in another one under its name.
    pub(crate) fn check_language(&self, field: &str, language: &str) -> Result<()> {
        if !model::is_language_tag(language) {
            let shown = language.escape_debug();
            let message = format!("`{shown}` is no language tag, such as `nl` or `en`");
            return Err(Error::invalid(field, "INVALID_LANGUAGE", message));
        }
        let primary = language.split('-').next().unwrap_or(language);
        if self.languages.contains(language) || self.languages.contains(primary) {
            return Ok(());
        }
        let known: Vec<_> = self.languages.iter().map(String::as_str).collect();
        let message = format!(
            "there are no labels in `{language}`; there are in {}, and a template can bring others (`messages.{language}.ftl`)",
            known.join(", ")
        );
        Err(Error::invalid(field, "LANGUAGE_WITHOUT_LABELS", message))
    }

    /// The packages of fonts that are missing, each with what it covers.
    pub(crate) fn missing_fonts(&self) -> Vec<String> {
        let shown = |(package, covers): (&str, BTreeSet<&str>)| {
            format!("{package}: {}", covers.into_iter().collect::<Vec<_>>().join(", "))
        };
        self.fonts.missing().into_iter().map(shown).collect()
    }

    fn fault(&self, field: &str, text: &str) -> Option<InvalidField> {
        let letter = self.fonts.unprintable(text)?;
        let codes: Vec<_> = letter.chars().map(|c| format!("U+{:04X}", u32::from(c))).collect();
        let message =
            format!("no font has `{letter}` ({}), so that it cannot be printed", codes.join(" "));
        Some(InvalidField::new(field, "UNPRINTABLE_CHARACTER", message))
    }
}

/// Every text of a framework that an edition prints, with its field.
fn texts(framework: &Framework) -> Vec<(String, &str)> {
    let mut texts = Texts::default();
    texts.add("framework.title", &framework.title);
    for (i, Organisation { names, .. }) in framework.organisations.iter().enumerate() {
        for (k, name) in names.iter().enumerate() {
            texts.add(&format!("framework.organisations[{i}].names[{k}].name"), &name.name);
        }
    }
    for (i, Pillar { name, .. }) in framework.pillars.iter().enumerate() {
        texts.add(&format!("framework.pillars[{i}].name"), name);
    }
    for (i, goal) in framework.goals.iter().enumerate() {
        texts.goal(&format!("framework.goals[{i}]"), goal);
    }
    for (i, Abbreviation { short, long }) in framework.abbreviations.iter().enumerate() {
        texts.0.push((format!("framework.abbreviations[{i}].short"), short));
        texts.add(&format!("framework.abbreviations[{i}].long"), long);
    }
    texts.0
}

#[derive(Default)]
struct Texts<'a>(Vec<(String, &'a str)>);

impl<'a> Texts<'a> {
    fn add(&mut self, field: &str, text: &'a LocalizedText) {
        self.0.extend(text.0.values().map(|text| (field.to_owned(), text.as_str())));
    }

    fn goal(&mut self, field: &str, goal: &'a Goal) {
        self.add(&format!("{field}.statement"), &goal.statement);
        for (i, indicator) in goal.indicators.iter().enumerate() {
            self.indicator(&format!("{field}.indicators[{i}]"), indicator);
        }
    }

    fn indicator(&mut self, field: &str, indicator: &'a Indicator) {
        self.add(&format!("{field}.statement"), &indicator.statement);
        for (i, item) in indicator.items.iter().enumerate() {
            self.add(&format!("{field}.items[{i}]"), item);
        }
        for (i, prompt) in indicator.sub_prompts.iter().enumerate() {
            self.add(&format!("{field}.sub_prompts[{i}]"), prompt);
        }
        if let Some(target) = &indicator.target {
            self.add(&format!("{field}.target"), target);
        }
    }
}
