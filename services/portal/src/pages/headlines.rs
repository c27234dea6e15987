//! The few numbers of an edition that its first page shows.
//!
//! Chosen by what was declared, not by what is in them: figures that answer an indicator, first those with a target, then
//! those with earlier values, in printed order, each fact once; behind them how much of what was asked is answered.

use std::collections::{HashMap, HashSet};

use edition::{Entry, Text, View, data};

use crate::{
    pages::{RequestContext, links::address},
    service::plan::Year,
};

/// Figures that are shown beside completeness, at most.
const MAX_FIGURES: usize = 3;

/// A number with what it is.
pub(crate) struct Headline {
    pub value: String,
    pub name: Text,
    /// Earlier values and the target, in words.
    pub note: String,
    pub address: String,
    /// What the link says.
    pub link: String,
}

/// The numbers of the edition of a year.
pub(crate) fn headlines(plan: &str, year: &Year, context: &RequestContext) -> Vec<Headline> {
    let view = year.cached.view(context.language);
    let entries: HashMap<&str, &Entry> =
        view.entries().map(|entry| (entry.anchor.as_str(), entry)).collect();
    let mut facts = HashSet::new();
    let mut chosen: Vec<(u8, Headline)> = Vec::new();
    for contribution in &year.cached.data().contributions {
        let anchor = format!("{}/{}", contribution.organisation, contribution.id);
        let Some(entry) = entries.get(anchor.as_str()) else { continue };
        for (figure, shown) in contribution.figures.iter().zip(&entry.figures) {
            let rank = rank(figure);
            let is_known = year.indicator(&figure.indicator).is_some();
            let is_new = figure.fact.is_empty() || facts.insert(figure.fact.as_str());
            if is_known && is_new && rank < 3 {
                chosen.push((rank, headline(plan, figure, shown, context)));
            }
        }
    }
    chosen.sort_by_key(|(rank, _)| *rank);
    let figures = chosen.into_iter().map(|(_, headline)| headline).take(MAX_FIGURES);
    figures.chain(completeness(year, view, context)).collect()
}

/// How much a figure says of the course of things: less is more.
fn rank(figure: &data::Figure) -> u8 {
    match (&figure.target, figure.comparisons.is_empty()) {
        (Some(_), false) => 0,
        (Some(_), true) => 1,
        (None, false) => 2,
        (None, true) => 3,
    }
}

fn headline(
    plan: &str,
    figure: &data::Figure,
    shown: &edition::Figure,
    context: &RequestContext,
) -> Headline {
    let messages = context.messages();
    let note = |note: &edition::Note| format!("{}: {}", note.name, note.text);
    let wanted = ["edition-figure-earlier", "edition-figure-target"].map(|id| messages.text(id));
    let is_wanted = |note: &&edition::Note| wanted.iter().any(|name| *name == note.name);
    let notes: Vec<String> = shown.notes.iter().filter(is_wanted).map(note).collect();
    let arguments = [("count", 1.into()), ("codes", figure.indicator.clone().into())];
    Headline {
        value: shown.value.to_string(),
        name: shown.label.clone(),
        note: notes.join(" · "),
        address: address(plan, "indicatoren", &figure.indicator, context),
        link: messages.with("edition-indicators", &arguments),
    }
}

fn completeness(year: &Year, view: &View, context: &RequestContext) -> Option<Headline> {
    let counts = view.overview.completeness.counts.as_ref()?;
    let messages = context.messages();
    let [required, answered, _, excused, open] = counts.total.numbers.clone();
    let parts = [("part", answered.into()), ("whole", required.into())];
    let left = [("excused", excused.into()), ("open", open.into())];
    Some(Headline {
        value: messages.with("edition-owed-part", &parts),
        name: Text::plain(&messages.text("portal-questions-answered")),
        note: messages.with("portal-left-open", &left),
        address: context.link(&format!("/{}#_completeness", year.edition.name)),
        link: view.overview.completeness.heading.clone(),
    })
}
