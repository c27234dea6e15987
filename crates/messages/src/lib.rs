//! Every fixed text that a reader sees on pages, in editions and in mails, and how a language writes dates and numbers.
//!
//! Owns the Fluent files in `locales`, one set for each language, one file for each area. Pure: it reads no clock, no
//! environment and no file when it runs. Invariant: a message that is missing is shown as `{its-id}`, never as nothing;
//! tests find one that a language lacks, that takes other arguments in another language, or that nothing uses.

mod format;
mod inspect;
mod language;
mod overrides;
mod source;
#[cfg(test)]
mod tests;

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{LazyLock, Mutex, PoisonError},
};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use fluent_syntax::ast::Pattern;
use model::AnswerStatus;

pub use crate::{language::Language, overrides::InvalidOverrides, source::sources};

/// An argument of a message: a text as it is, or a number that is written as the language does and decides the plural.
pub type Argument<'a> = FluentValue<'a>;

type Bundle = FluentBundle<FluentResource>;

/// The messages in one language.
///
/// A message that lacks in it is taken from Dutch.
pub struct Messages {
    /// Tag of the language that the messages are in.
    tag: String,
    /// The language whose numbers it uses.
    language: Language,
    bundle: Bundle,
    /// Ids of messages that take no arguments.
    plain: BTreeSet<String>,
    /// What was asked for and is missing, with whether it was reported.
    faults: Mutex<BTreeMap<String, bool>>,
}

static DUTCH: LazyLock<Messages> = LazyLock::new(|| Messages::built_in(Language::Dutch));
static ENGLISH: LazyLock<Messages> = LazyLock::new(|| Messages::built_in(Language::English));

impl Messages {
    /// The messages in the language with this tag, whatever its region; in Dutch where there are none.
    ///
    /// [`Messages::tag`] says which it became, so that a page can mark the language of its texts.
    pub fn for_language(tag: &str) -> &'static Self {
        Self::of(Language::from_tag(tag).unwrap_or(Language::Dutch))
    }

    /// The messages in a language.
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::Dutch => &DUTCH,
            Language::English => &ENGLISH,
        }
    }

    /// The messages in the language with this tag, those in `overrides` (Fluent) instead of the built-in ones.
    ///
    /// A tag that has no messages of its own may get them here; what `overrides` lacks is Dutch then.
    pub fn with_overrides(tag: &str, overrides: &str) -> Result<Self, InvalidOverrides> {
        let resource = overrides::check(overrides)?;
        let mut messages = Self::built_in(Language::from_tag(tag).unwrap_or(Language::Dutch));
        tag.clone_into(&mut messages.tag);
        messages.plain.extend(inspect::plain(&resource));
        messages.bundle.add_resource_overriding(resource);
        Ok(messages)
    }

    fn built_in(language: Language) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![language.identifier()]);
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match language {
            Language::Dutch => |value, _| format::number_value(value, Language::Dutch),
            Language::English => |value, _| format::number_value(value, Language::English),
        }));
        let mut plain = BTreeSet::new();
        for (_, text) in sources(language) {
            let resource = FluentResource::try_new(text.to_owned());
            let resource = resource.map_err(|(_, errors)| errors).expect("a test reads every file");
            plain.extend(inspect::plain(&resource));
            bundle.add_resource(resource).expect("a test finds an id that stands twice");
        }
        let tag = language.tag().to_owned();
        Self { tag, language, bundle, plain, faults: Mutex::default() }
    }

    /// Tag of the language that the messages are in.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// The text of a message that takes no arguments.
    pub fn text(&self, id: &str) -> Cow<'_, str> {
        self.format(id, None)
    }

    /// The text of a message with its arguments.
    pub fn with(&self, id: &str, arguments: &[(&str, Argument<'_>)]) -> String {
        let arguments: FluentArgs<'_> = arguments.iter().cloned().collect();
        self.format(id, Some(&arguments)).into_owned()
    }

    /// An answer in words.
    pub fn answer(&self, status: AnswerStatus) -> Cow<'_, str> {
        self.text(match status {
            AnswerStatus::Reported => "shared-answer-reported",
            AnswerStatus::Partial => "shared-answer-partial",
            AnswerStatus::NothingToReport => "shared-answer-nothing-to-report",
            AnswerStatus::NotAvailable => "shared-answer-not-available",
            AnswerStatus::NotApplicable => "shared-answer-not-applicable",
            AnswerStatus::NoSpecificPolicy => "shared-answer-no-specific-policy",
        })
    }

    /// Every text without arguments whose id begins with `prefix`, by id: the data that a report template prints from.
    pub fn texts(&self, prefix: &str) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        let ids = self.plain.iter().filter(move |id| id.starts_with(prefix));
        ids.map(|id| (id.as_str(), self.text(id)))
    }

    /// Returns what was asked for and is missing, each once in the life of the program; callers log it as a warning.
    pub fn new_faults(&self) -> Vec<String> {
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        let new = faults.iter_mut().filter(|(_, is_reported)| !**is_reported);
        new.map(|(fault, is_reported)| {
            *is_reported = true;
            fault.clone()
        })
        .collect()
    }

    fn format(&self, id: &str, arguments: Option<&FluentArgs<'_>>) -> Cow<'_, str> {
        let Some((bundle, message)) = self.find(id) else {
            self.note(format!("there is no message `{id}`"));
            return Cow::Owned(format!("{{{id}}}"));
        };
        let mut errors = Vec::new();
        let text = bundle.format_pattern(message, arguments, &mut errors);
        for error in errors {
            self.note(format!("message `{id}`: {error}"));
        }
        text
    }

    /// The message in this language, else in Dutch.
    fn find(&self, id: &str) -> Option<(&Bundle, &Pattern<&str>)> {
        if let Some(found) = value(&self.bundle, id) {
            return Some((&self.bundle, found));
        }
        if self.language == Language::Dutch {
            return None;
        }
        let bundle = &Self::of(Language::Dutch).bundle;
        let found = value(bundle, id)?;
        self.note(format!("message `{id}` is not in `{}`", self.tag));
        Some((bundle, found))
    }

    fn note(&self, fault: String) {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).entry(fault).or_insert(false);
    }
}

fn value<'a>(bundle: &'a Bundle, id: &str) -> Option<&'a Pattern<&'a str>> {
    bundle.get_message(id).and_then(|message| message.value())
}

impl fmt::Debug for Messages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Messages").field("tag", &self.tag).finish_non_exhaustive()
    }
}
