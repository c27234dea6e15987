//! A contribution as a document.

use std::collections::BTreeSet;

use model::{Contribution, Cycle, Figure, Framework, Organisation, Reference, Slug};
use serde::{Deserialize, Serialize};
use strum::VariantArray as _;
use tantivy::TantivyDocument;

use crate::{
    dimension::Dimension,
    index::{
        lineage, numbers,
        payload::Labels,
        schema::{Analyser, Fields},
        spelled,
    },
};

/// The part of a contribution that hits show; stored with its document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Display {
    /// What identifies the document.
    pub(crate) key: String,
    /// Revision.
    pub(crate) version: u64,
    /// The sender's own id; empty where none was given.
    pub(crate) external_id: String,
    /// Its public address within the cycle.
    pub(crate) public_id: String,
    /// Code of the organisation.
    pub(crate) organisation: String,
    /// Codes of those that report it together with that one.
    pub(crate) partners: Vec<String>,
    /// Codes of the goals.
    pub(crate) goals: Vec<String>,
    /// Codes of the indicators.
    pub(crate) indicators: Vec<String>,
    /// The same, each of the version of the framework that it was reported on.
    pub(crate) places: Vec<String>,
    /// Name of the cycle.
    pub(crate) cycle: String,
    /// Name of the edition; empty for unpublished text.
    pub(crate) edition: String,
    /// Name of the answer status; empty where there is none.
    pub(crate) answer: String,
    /// Name of its state.
    pub(crate) state: String,
    /// Hash of its content.
    pub(crate) content_hash: String,
    /// Its passages in reading order.
    pub(crate) passages: Vec<StoredPassage>,
    /// What is searched beside them.
    pub(crate) parts: Vec<StoredPart>,
}

/// What of a contribution is searched beside its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Part {
    /// The name of its organisation.
    Organisation,
    /// The name of a pillar.
    Pillar,
    /// The statement of a goal.
    Goal,
    /// The statement of an indicator.
    Indicator,
    /// The words of a figure, and its value.
    Figure,
    /// A reference.
    Reference,
}

impl Part {
    /// The dimension of its codes.
    pub(crate) fn dimension(self) -> Option<Dimension> {
        match self {
            Self::Organisation => Some(Dimension::Organisation),
            Self::Pillar => Some(Dimension::Pillar),
            Self::Goal => Some(Dimension::Goal),
            Self::Indicator => Some(Dimension::Indicator),
            Self::Figure | Self::Reference => None,
        }
    }
}

/// A name, a statement, a figure or a reference as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredPart {
    pub(crate) part: Part,
    /// Its code; empty for figures and references.
    pub(crate) code: String,
    pub(crate) language: String,
    pub(crate) text: String,
}

/// A passage as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredPassage {
    pub(crate) id: String,
    pub(crate) language: String,
    pub(crate) text: String,
}

/// A contribution with what its codes refer to.
#[derive(Debug, Clone)]
pub(crate) struct Source<'a> {
    pub(crate) contribution: &'a Contribution,
    pub(crate) cycle: &'a Cycle,
    pub(crate) framework: &'a Framework,
    /// Of its organisations those that are known.
    pub(crate) organisations: Vec<&'a Organisation>,
    /// Name of the edition; empty in the working index.
    pub(crate) edition: &'a str,
}

/// The smallest number of words of a text that says something about its goals: `n/a` and `niet van toepassing` say nothing.
const MIN_WORDS: usize = 4;

/// Each code once: a draft may name one twice, and it must not be counted twice.
fn once_each(codes: &[String]) -> Vec<String> {
    codes.iter().collect::<BTreeSet<_>>().into_iter().cloned().collect()
}

/// How many words a text has.
fn words(text: &str) -> usize {
    Analyser::Exact.terms(text).len()
}

/// Adds the numbers and papers of a text.
fn add_numbers(document: &mut TantivyDocument, fields: &Fields, text: &str, language: &str) {
    for (field, found) in [
        (fields.numbers, numbers::numbers(text)),
        (fields.numbers, spelled::numbers(text, Some(language))),
        (fields.papers, numbers::papers(text)),
    ] {
        for term in found.into_iter().flat_map(|found| found.terms) {
            document.add_text(field, term);
        }
    }
}

/// Of the organisations of a contribution those that are among the known ones.
pub(crate) fn known_of<'a>(
    contribution: &Contribution,
    known: &'a [Organisation],
) -> Vec<&'a Organisation> {
    let codes = contribution.organisations();
    known.iter().filter(|organisation| codes.contains(&organisation.code)).collect()
}

impl Source<'_> {
    /// What identifies the document: in the working index the contribution, else edition, organisation and public id.
    pub(crate) fn key(&self) -> String {
        let contribution = self.contribution;
        if self.edition.is_empty() {
            contribution.id.to_string()
        } else {
            format!("{}/{}/{}", self.edition, contribution.organisation, contribution.public_id())
        }
    }

    fn pillars(&self) -> Vec<String> {
        let pillar = |code: &String| self.framework.goal(code).map(|goal| goal.pillar.clone());
        let mut pillars: Vec<String> =
            self.contribution.content.goals.iter().filter_map(pillar).collect();
        pillars.sort();
        pillars.dedup();
        pillars
    }

    fn values(&self, dimension: Dimension) -> Vec<String> {
        let content = &self.contribution.content;
        match dimension {
            Dimension::Year => self.cycle.period.years().map(|year| year.to_string()).collect(),
            Dimension::Organisation => {
                self.organisation_codes().iter().map(ToString::to_string).collect()
            }
            Dimension::Pillar => self.pillars(),
            Dimension::Goal => once_each(&content.goals),
            Dimension::Indicator => once_each(&content.indicators),
            Dimension::Answer => {
                content.answer.map(|answer| answer.name().to_owned()).into_iter().collect()
            }
            Dimension::Cycle => vec![self.cycle.name.to_string()],
        }
    }

    /// Adds the names to show for its values.
    pub(crate) fn add_labels(&self, labels: &mut Labels) {
        let language = &self.framework.language;
        let mut add = |dimension: Dimension, value: &str, label: &str| {
            labels.entry(dimension).or_default().insert(value.to_owned(), label.to_owned())
        };
        for (code, name) in self.organisation_names() {
            add(Dimension::Organisation, code, name);
        }
        for code in self.pillars() {
            if let Some(pillar) = self.framework.pillar(&code) {
                add(Dimension::Pillar, &code, pillar.name.get(language, language));
            }
        }
        for goal in
            self.contribution.content.goals.iter().filter_map(|code| self.framework.goal(code))
        {
            add(Dimension::Goal, &goal.code, goal.statement.get(language, language));
        }
        for (_, indicator) in self
            .contribution
            .content
            .indicators
            .iter()
            .filter_map(|code| self.framework.indicator(code))
        {
            add(Dimension::Indicator, &indicator.code, indicator.statement.get(language, language));
        }
    }

    /// Codes of its organisations, the one that leads first. An edition names no partner that does not report in its cycle.
    fn organisation_codes(&self) -> Vec<Slug> {
        if self.edition.is_empty() {
            self.contribution.organisations()
        } else {
            self.contribution.reporters(self.cycle)
        }
    }

    /// Its organisations by code and name.
    fn organisation_names(&self) -> Vec<(&str, &str)> {
        let (until, language) = (self.cycle.period.until(), &self.framework.language);
        let codes = self.organisation_codes();
        let known = self.organisations.iter().filter(|one| codes.contains(&one.code));
        known.map(|one| (one.code.as_str(), one.printed_name(until, language))).collect()
    }

    fn display(&self) -> Display {
        let contribution = self.contribution;
        let passage = |passage: &model::Passage| StoredPassage {
            id: passage.id.clone(),
            language: passage.language.clone(),
            text: passage.text.clone(),
        };
        Display {
            key: self.key(),
            version: contribution.version,
            external_id: contribution
                .external_id
                .as_ref()
                .map_or(String::new(), ToString::to_string),
            public_id: contribution.public_id(),
            organisation: contribution.organisation.to_string(),
            partners: self.organisation_codes().iter().skip(1).map(ToString::to_string).collect(),
            goals: contribution.content.goals.clone(),
            indicators: contribution.content.indicators.clone(),
            places: self.places(),
            cycle: contribution.cycle.to_string(),
            edition: self.edition.to_owned(),
            answer: contribution.content.answer.map_or("", |answer| answer.name()).to_owned(),
            state: contribution.state.name().to_owned(),
            content_hash: contribution.content_hash.to_string(),
            passages: contribution.passages.iter().map(passage).collect(),
            parts: self.parts(),
        }
    }

    /// Its indicators, each of the version of the framework.
    fn places(&self) -> Vec<String> {
        let Framework { code, version, .. } = self.framework;
        let codes = once_each(&self.contribution.content.indicators);
        codes.iter().map(|indicator| lineage::place(code.as_str(), *version, indicator)).collect()
    }

    /// What is searched beside the passages.
    fn parts(&self) -> Vec<StoredPart> {
        let mut labels = Labels::default();
        self.add_labels(&mut labels);
        let language = &self.framework.language;
        let stored = |part: Part, code: &str, text: String| StoredPart {
            part,
            code: code.to_owned(),
            language: language.clone(),
            text,
        };
        let mut parts: Vec<StoredPart> = Vec::new();
        for part in [Part::Organisation, Part::Pillar, Part::Goal, Part::Indicator] {
            let names = part.dimension().and_then(|dimension| labels.get(&dimension));
            let names = names.into_iter().flatten();
            parts.extend(names.map(|(code, name)| stored(part, code, name.clone())));
        }
        let joined = |texts: &[&String]| -> String {
            let texts = texts.iter().map(|text| text.as_str()).filter(|text| !text.is_empty());
            texts.collect::<Vec<_>>().join(" · ")
        };
        let content = &self.contribution.content;
        parts.extend(content.figures.iter().map(
            |Figure { value, label, counts, caveat, .. }| {
                stored(Part::Figure, "", joined(&[value, label, counts, caveat]))
            },
        ));
        parts.extend(content.references.iter().map(|Reference { as_written, target, .. }| {
            stored(Part::Reference, "", joined(&[as_written, target]))
        }));
        parts
    }

    /// Whether its text says something, so that what its goals and indicators say is worth finding it by.
    fn says_something(&self) -> bool {
        self.words() >= MIN_WORDS
    }

    /// How many words its text has.
    fn words(&self) -> usize {
        self.contribution.passages.iter().map(|passage| words(&passage.text)).sum()
    }

    /// Builds the document.
    pub(crate) fn document(&self, fields: &Fields) -> Result<TantivyDocument, serde_json::Error> {
        let mut document = TantivyDocument::new();
        document.add_text(fields.key, self.key());
        document.add_text(fields.edition, self.edition);
        for passage in &self.contribution.passages {
            document.add_text(fields.exact, &passage.text);
            add_numbers(&mut document, fields, &passage.text, &passage.language);
            if Analyser::of_language(&passage.language) == Analyser::English {
                document.add_text(fields.english, &passage.text);
            } else {
                document.add_text(fields.dutch, &passage.text);
                document.add_text(fields.parts, &passage.text);
            }
        }
        for pillar in self.pillars() {
            let place =
                self.framework.pillars.iter().position(|known| known.code.as_str() == pillar);
            if let Some(place) = place {
                document.add_text(fields.pillar_numbers, (place + 1).to_string());
            }
        }
        for place in self.places() {
            document.add_text(fields.places, place);
        }
        for figure in &self.contribution.content.figures {
            add_numbers(&mut document, fields, &figure.value, &self.framework.language);
        }
        for text in self.figure_texts() {
            add_numbers(&mut document, fields, text, &self.framework.language);
            document.add_text(fields.exact, text);
            document.add_text(fields.dutch, text);
            document.add_text(fields.parts, text);
        }
        if self.says_something() {
            let mut labels = Labels::default();
            self.add_labels(&mut labels);
            for dimension in [Dimension::Pillar, Dimension::Goal, Dimension::Indicator] {
                for (_, statement) in labels.get(&dimension).into_iter().flatten() {
                    document.add_text(fields.statements, statement);
                }
            }
        }
        for (_, name) in self.organisation_names() {
            document.add_text(fields.context, name);
        }
        let until = self.cycle.period.until();
        let sortable = i64::from(until.year()) * 10_000
            + i64::from(until.month()) * 100
            + i64::from(until.day());
        document.add_u64(fields.until, u64::try_from(sortable).unwrap_or(0));
        for dimension in Dimension::VARIANTS.iter().copied() {
            for value in self.values(dimension) {
                document.add_text(fields.of(dimension), value);
            }
        }
        document.add_u64(fields.version, self.contribution.version);
        document.add_text(fields.content, self.contribution.content_hash.to_string());
        document.add_u64(fields.words, self.words() as u64);
        document.add_text(fields.display, serde_json::to_string(&self.display())?);
        Ok(document)
    }

    /// Words that go with figures and references.
    fn figure_texts(&self) -> impl Iterator<Item = &str> {
        let content = &self.contribution.content;
        let figures = content
            .figures
            .iter()
            .flat_map(|figure| [&figure.label, &figure.counts, &figure.caveat]);
        let references = content
            .references
            .iter()
            .flat_map(|reference| [&reference.as_written, &reference.target]);
        figures.chain(references).map(String::as_str).filter(|text| !text.is_empty())
    }
}
