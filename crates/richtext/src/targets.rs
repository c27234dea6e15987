//! Parts of a contribution that a return or a remark points to, and whether an edit stays within them.
//!
//! Invariant: a part that is not open keeps its text, its markup and its order. An open part may become anything: nothing,
//! or several of its kind.

mod pattern;
mod sentences;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};

use model::{Content, Contribution, Narrative, Passage, Target, fields::Field};

use crate::{
    parse,
    targets::{
        pattern::{Part, matches},
        tokens::{Token, tokens},
    },
};

/// Returns why a revision lacks what a target names; none where it has it.
pub fn missing(contribution: &Contribution, target: &Target) -> Option<String> {
    if target.is_whole() {
        return None;
    }
    if target.passage.is_empty() {
        let known = contribution.content.figures.len();
        let is_known = (1..=known).contains(&(target.figure as usize));
        return (!is_known).then(|| format!("there is no figure {}, but {known}", target.figure));
    }
    let Some(passage) = contribution.passages.iter().find(|passage| is_meant(target, passage))
    else {
        let shown: String = target.passage.chars().take(40).collect();
        return Some(format!("there is no passage `{}`", shown.escape_debug()));
    };
    let (_, last) = target.sentences()?;
    let known = sentences::count(&passage.text);
    (known < last).then(|| {
        format!("passage `{}` has {known} sentences, and sentence {last} is named", passage.id)
    })
}

/// Returns the first part outside of the targets in which `after` differs from a revision.
pub fn outside(before: &Contribution, after: &Content, targets: &[Target]) -> Option<String> {
    if targets.iter().any(Target::is_whole) {
        return None;
    }
    let (old, new) = (before.content.fields(), after.fields());
    let mut both = old.iter().zip(&new);
    let is_changed = |(was, is): &(&Field<'_>, &Field<'_>)| {
        !["narratives", "figures"].contains(&is.name) && was != is
    };
    if let Some((field, _)) = both.find(is_changed) {
        return Some(format!("content.{}", field.name));
    }
    let Content { narratives, figures, .. } = &before.content;
    let open: BTreeSet<usize> = targets.iter().map(|target| target.figure as usize).collect();
    let is_open = |place: usize| open.contains(&(place + 1));
    let pattern: Vec<_> = (0..)
        .zip(figures)
        .map(|(place, figure)| if is_open(place) { Part::Any } else { Part::Is(figure) })
        .collect();
    if !matches(&pattern, &after.figures.iter().collect::<Vec<_>>()) {
        let stands = |(place, figure): &(usize, &model::Figure)| {
            !is_open(*place) && !after.figures.contains(figure)
        };
        let changed = figures.iter().enumerate().find(stands);
        let place = changed.map_or(String::new(), |(place, _)| format!("[{place}]"));
        return Some(format!("content.figures{place}"));
    }
    let languages = |narratives: &[Narrative]| {
        narratives.iter().map(|one| one.language.clone()).collect::<Vec<_>>()
    };
    if languages(narratives) != languages(&after.narratives) {
        return Some("content.narratives".to_owned());
    }
    let mut both = narratives.iter().zip(&after.narratives).enumerate();
    both.find_map(|(place, (old, new))| {
        let passages: Vec<&Passage> =
            before.passages.iter().filter(|passage| passage.language == old.language).collect();
        outside_of_text(&passages, old, new, &open_in(before, &passages, targets))
            .map(|part| format!("content.narratives[{place}]{part}"))
    })
}

/// Whether a target names a passage.
fn is_meant(target: &Target, passage: &Passage) -> bool {
    passage.id == target.passage
        && (target.language.is_empty() || target.language == passage.language)
}

/// What is open of a passage.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Open {
    /// All of it.
    Whole,
    /// These sentences, counted from 1.
    Sentences(BTreeSet<usize>),
}

/// What is open of the passages of one narrative, by their place in it. Without a language the first passage of that id
/// is meant.
fn open_in(
    before: &Contribution,
    passages: &[&Passage],
    targets: &[Target],
) -> BTreeMap<usize, Open> {
    let mut open = BTreeMap::new();
    for target in targets.iter().filter(|target| !target.passage.is_empty()) {
        let meant = before.passages.iter().find(|passage| is_meant(target, passage));
        let place = passages.iter().position(|passage| Some(*passage) == meant);
        let Some(place) = place else { continue };
        let sentences = target.sentences().map(|(first, last)| first..=last);
        let known = open.entry(place).or_insert_with(|| Open::Sentences(BTreeSet::new()));
        match (known, sentences) {
            (Open::Sentences(known), Some(more)) => known.extend(more),
            (known, None) => *known = Open::Whole,
            (Open::Whole, Some(_)) => {}
        }
    }
    open
}

/// Returns where a text differs outside of what is open, relative to the path of the field.
fn outside_of_text(
    passages: &[&Passage],
    old: &Narrative,
    new: &Narrative,
    open: &BTreeMap<usize, Open>,
) -> Option<String> {
    if old.markdown == new.markdown {
        return None;
    }
    let markdown = || Some(".markdown".to_owned());
    // What does not parse has no parts to compare.
    let (false, Ok(old), Ok(new)) = (open.is_empty(), parse(&old.markdown), parse(&new.markdown))
    else {
        return first_changed(passages, old, new).or_else(markdown);
    };
    let (old, new) = (tokens(&old), tokens(&new));
    let pattern: Vec<Part<'_, Token>> = old.iter().cloned().map(|one| part(one, open)).collect();
    if matches(&pattern, &new) {
        return None;
    }
    let is_open = |token: &Token| token.passage.is_some_and(|place| open.contains_key(&place));
    let changed = old.iter().find(|token| !is_open(token) && !new.contains(token));
    let passage = changed.and_then(|token| passages.get(token.passage?));
    passage.map(|passage| format!(" passage {}", passage.id)).or_else(markdown)
}

/// Returns the first passage that the new text lacks.
fn first_changed(passages: &[&Passage], old: &Narrative, new: &Narrative) -> Option<String> {
    let (old, new) = (parse(&old.markdown).ok()?, parse(&new.markdown).ok()?);
    let (old, new) = (tokens(&old), tokens(&new));
    let changed = old.iter().find(|token| token.passage.is_some() && !new.contains(token))?;
    let passage = passages.get(changed.passage?)?;
    Some(format!(" passage {}", passage.id))
}

fn part<'a>(token: Token, open: &BTreeMap<usize, Open>) -> Part<'a, Token> {
    match token.passage.and_then(|place| open.get(&place)) {
        None => Part::Is(token),
        // A cell stays a cell, or the columns of the table would move.
        Some(Open::Whole) if token.is_cell() => Part::One(Box::new(Token::is_cell)),
        Some(Open::Whole) => Part::Any,
        Some(Open::Sentences(open)) => {
            let open = open.clone();
            Part::One(Box::new(move |new| token.differs_only_in(new, &open)))
        }
    }
}

#[cfg(test)]
mod tests;
