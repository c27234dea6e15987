//! What every part of a view is made with.

use messages::Messages;

use crate::{
    Text,
    data::{Edition, Goal, Indicator, Texts},
    view::{Abbreviations, Line},
};

/// An edition, and the language in which it is laid out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout<'a> {
    pub edition: &'a Edition,
    /// The language asked for.
    pub language: &'a str,
    pub messages: &'a Messages,
}

/// The place of a contribution.
pub(crate) fn anchor(organisation: &str, id: &str) -> String {
    format!("{organisation}/{id}")
}

impl<'a> Layout<'a> {
    pub(crate) fn new(edition: &'a Edition, language: &'a str, messages: &'a Messages) -> Self {
        Self { edition, language, messages }
    }

    pub(crate) fn label(self, id: &str) -> String {
        self.messages.text(id).into_owned()
    }

    /// A message with one argument, a text.
    pub(crate) fn with(self, id: &str, name: &str, value: &str) -> String {
        self.messages.with(id, &[(name, value.into())])
    }

    /// A message about things with these codes.
    pub(crate) fn listed(self, id: &str, codes: &[String]) -> String {
        let list: Vec<&str> = codes.iter().map(String::as_str).collect();
        let list = self.messages.list(&list);
        self.messages.with(id, &[("count", codes.len().into()), ("codes", list.into())])
    }

    /// Chooses a text of the framework.
    pub(crate) fn choose(self, texts: &Texts) -> Text {
        let fallback = &self.edition.framework.language;
        Text::choose(texts, self.language, fallback, self.messages.tag())
    }

    /// A text in the language `of`.
    pub(crate) fn text(self, text: &str, of: &str) -> Text {
        Text::within(text, of, self.messages.tag())
    }

    /// A text without translations, such as a name or a reason: it is in the framework's language.
    pub(crate) fn in_framework_language(self, text: &str) -> Text {
        self.text(text, &self.edition.framework.language)
    }

    pub(crate) fn goal(self, code: &str) -> Option<&'a Goal> {
        self.edition.framework.goals.iter().find(|goal| goal.code == code)
    }

    pub(crate) fn indicator(self, code: &str) -> Option<&'a Indicator> {
        let mut all = self.edition.framework.goals.iter().flat_map(|goal| &goal.indicators);
        all.find(|indicator| indicator.code == code)
    }

    /// The printed name of an organisation; its code where it is not listed.
    pub(crate) fn organisation(self, code: &str) -> Text {
        let known = self.edition.organisations.iter().find(|known| known.code == code);
        known.map_or_else(|| Text::plain(code), |known| self.in_framework_language(&known.name))
    }

    pub(crate) fn subtitle(self) -> String {
        let cycle = &self.edition.cycle;
        let period = self.messages.period(&cycle.from, &cycle.until);
        self.with("shared-report", "period", &period)
    }

    pub(crate) fn abbreviations(self) -> Option<Abbreviations> {
        let all = &self.edition.abbreviations;
        let lines = all.iter().map(|abbreviation| Line {
            name: vec![Text::plain(&abbreviation.short)],
            text: vec![self.choose(&abbreviation.long)],
        });
        (!all.is_empty()).then(|| Abbreviations {
            anchor: "_abbreviations".to_owned(),
            heading: self.label("edition-abbreviations"),
            lines: lines.collect(),
        })
    }
}
