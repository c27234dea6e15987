//! The policies that an edition was made under, and what was done in spite of them.
//!
//! Invariant: both policies are always told, so that silence never stands for one; nobody is named.

use std::borrow::Cow;

use messages::{Language, Messages};

use crate::{
    language::Said,
    service::edition::{Edition, GapPolicy, OverriddenAction, Override, Review, ReviewPolicy},
};

/// The policies of an edition.
#[derive(Debug)]
pub(crate) struct Colophon {
    pub review: Cow<'static, str>,
    pub gaps: Cow<'static, str>,
    /// How many overrides, of how many decisions.
    pub rate: String,
    pub overrides: Vec<ShownOverride>,
}

/// Something that was done without a second person.
#[derive(Debug)]
pub(crate) struct ShownOverride {
    pub what: Cow<'static, str>,
    pub reason: Said,
    /// Whether a second person has stood by it.
    pub second: Cow<'static, str>,
}

impl Colophon {
    pub(crate) fn of(edition: &Edition, language: Language) -> Self {
        let messages = Messages::of(language);
        let Review { policy, decisions: _, overrides } = &edition.review;
        let reasons = edition.framework.language.as_str();
        Self {
            review: match policy {
                ReviewPolicy::None => messages.text("edition-colophon-review-none"),
                ReviewPolicy::FourEyes => messages.text("edition-colophon-review-four-eyes"),
                ReviewPolicy::Other => messages.text("edition-colophon-policy-unknown"),
            },
            gaps: match edition.cycle.gaps {
                GapPolicy::Print => messages.text("edition-colophon-gaps-print"),
                GapPolicy::Refuse => messages.text("edition-colophon-gaps-refuse"),
                GapPolicy::Other => messages.text("edition-colophon-policy-unknown"),
            },
            rate: rate(&edition.review, language),
            overrides: overrides
                .iter()
                .map(|made| {
                    ShownOverride::of(made, Said::of(&made.reason, reasons, language), messages)
                })
                .collect(),
        }
    }
}

impl ShownOverride {
    fn of(made: &Override, reason: Said, messages: &'static Messages) -> Self {
        let what = match made.action {
            OverriddenAction::Approve => messages.text("edition-colophon-override-approve"),
            OverriddenAction::Publish => messages.text("edition-colophon-override-publish"),
            OverriddenAction::Other => messages.text("edition-colophon-override-other"),
        };
        let second = if made.confirmed {
            messages.text("edition-colophon-override-confirmed")
        } else {
            messages.text("edition-colophon-override-unconfirmed")
        };
        Self { what, reason, second }
    }
}

/// A file that does not say of how many decisions has the number alone.
fn rate(Review { policy: _, decisions, overrides }: &Review, language: Language) -> String {
    let messages = Messages::of(language);
    let made = messages.count(overrides.len() as u64);
    match (decisions, overrides.is_empty()) {
        (0, true) => messages.text("edition-colophon-overrides-none").into_owned(),
        (0, false) => made,
        (decisions, _) => messages.with(
            "edition-colophon-overrides-count",
            &[("count", made.into()), ("decisions", (*decisions).into())],
        ),
    }
}
