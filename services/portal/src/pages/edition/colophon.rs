//! The policies that an edition was made under, and what was done in spite of them.
//!
//! Invariant: both policies are always told, so that silence never stands for one; nobody is named.

use crate::{
    language::{Language, Said},
    printing::count,
    service::edition::{Edition, GapPolicy, OverriddenAction, Override, Review, ReviewPolicy},
    words::{Words, words},
};

/// The policies of an edition.
#[derive(Debug)]
pub(crate) struct Colophon {
    pub review: &'static str,
    pub gaps: &'static str,
    /// How many overrides, of how many decisions.
    pub rate: String,
    pub overrides: Vec<ShownOverride>,
}

/// Something that was done without a second person.
#[derive(Debug)]
pub(crate) struct ShownOverride {
    pub what: &'static str,
    pub reason: Said,
    /// Whether a second person has stood by it.
    pub second: &'static str,
}

impl Colophon {
    pub(crate) fn of(edition: &Edition, language: Language) -> Self {
        let w = words(language);
        let Review { policy, decisions: _, overrides } = &edition.review;
        let reasons = edition.framework.language.as_str();
        Self {
            review: match policy {
                ReviewPolicy::None => w.review_none,
                ReviewPolicy::FourEyes => w.review_four_eyes,
                ReviewPolicy::Other => w.policy_unknown,
            },
            gaps: match edition.cycle.gaps {
                GapPolicy::Print => w.gaps_print,
                GapPolicy::Refuse => w.gaps_refuse,
                GapPolicy::Other => w.policy_unknown,
            },
            rate: rate(&edition.review, language),
            overrides: overrides
                .iter()
                .map(|made| ShownOverride::of(made, language.said(&made.reason, reasons), w))
                .collect(),
        }
    }
}

impl ShownOverride {
    fn of(made: &Override, reason: Said, w: &'static Words) -> Self {
        let what = match made.action {
            OverriddenAction::Approve => w.override_approve,
            OverriddenAction::Publish => w.override_publish,
            OverriddenAction::Other => w.override_other,
        };
        let second = if made.confirmed { w.override_confirmed } else { w.override_unconfirmed };
        Self { what, reason, second }
    }
}

/// A file that does not say of how many decisions has the number alone.
fn rate(Review { policy: _, decisions, overrides }: &Review, language: Language) -> String {
    let w = words(language);
    let made = count(overrides.len() as u64, language);
    match (decisions, overrides.is_empty()) {
        (0, true) => w.overrides_none.to_owned(),
        (0, false) => made,
        (decisions, _) => {
            let decisions = count(u64::from(*decisions), language);
            format!("{made} {} {decisions} {}", w.of, w.overrides_decisions)
        }
    }
}
