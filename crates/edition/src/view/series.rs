//! The figures of an indicator over editions, as series.
//!
//! Invariant: what is joined was declared. Values are of one series where their indicators are linked and an organisation
//! gives one value of that kind and unit in each edition, or where they are one fact; never by their names. A fact that
//! two organisations state is one value, with both named. Nothing is added up.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    mem::{Discriminant, discriminant},
};

use charts::{Break, Point, Value};
use messages::Messages;
use model::LinkKind;
use serde::Serialize;

use crate::{
    Text,
    data::{Contribution, Edition, Figure, FigureKind},
    view::{
        layout::{Layout, anchor},
        pictures::{InYears, Picture, label},
    },
};

/// A figure where it is stated.
#[derive(Debug, Clone, Copy)]
pub struct Mention<'a> {
    /// The edition.
    pub edition: &'a Edition,
    /// The contribution.
    pub contribution: &'a Contribution,
    /// The figure.
    pub figure: &'a Figure,
    /// Each link that is not `same` between its indicator and the one that is shown.
    pub kinds: &'a [LinkKind],
}

/// Values that belong together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Series {
    /// What is measured, in the words of the latest edition.
    pub name: Text,
    /// Who states it.
    pub organisations: Vec<Text>,
    /// The series as a picture; none where it has one value and no target.
    pub picture: Option<Picture>,
    /// Its values by year.
    pub rows: Vec<SeriesRow>,
}

/// A value of a series.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeriesRow {
    /// The year or period.
    pub period: String,
    /// The value.
    pub value: String,
    /// What must be said with it.
    pub remarks: Vec<Text>,
    /// Name of the edition that states it.
    pub edition: String,
    /// Where it stands in that edition.
    pub anchor: String,
}

/// What makes two values of one series.
#[derive(PartialEq, Eq, Hash)]
enum Key<'a> {
    /// The only value of an organisation, of one kind and unit.
    Indicator(&'a str, Discriminant<FigureKind>, &'a str),
    /// The same fact.
    Fact(&'a str, Discriminant<FigureKind>, &'a str),
    /// No other.
    Alone(usize),
}

/// A value with everybody who states it in the same edition.
#[derive(Clone)]
struct Stated<'a> {
    mention: Mention<'a>,
    others: Vec<&'a Contribution>,
}

impl Series {
    /// The series of these figures, which stand in the order of their editions, oldest first.
    pub fn all(mentions: &[Mention<'_>], language: &str, messages: &Messages) -> Vec<Self> {
        joined(mentions).iter().map(|group| series(group, language, messages)).collect()
    }
}

/// Takes the statements of one fact in one edition together.
fn stated<'a>(mentions: &[Mention<'a>]) -> Vec<Stated<'a>> {
    let mut all: Vec<Stated<'a>> = Vec::new();
    let mut places: HashMap<(&str, &str, &str), usize> = HashMap::new();
    for mention in mentions {
        let fact = mention.figure.fact.as_str();
        let place = (mention.edition.identity.name.as_str(), fact, mention.figure.value.as_str());
        let known = places.get(&place).filter(|_| !fact.is_empty());
        if let Some(at) = known {
            all[*at].others.push(mention.contribution);
        } else {
            places.insert(place, all.len());
            all.push(Stated { mention: *mention, others: Vec::new() });
        }
    }
    all
}

fn joined<'a>(mentions: &[Mention<'a>]) -> Vec<Vec<Stated<'a>>> {
    let all = stated(mentions);
    let own = |one: &Stated<'a>| {
        let Mention { edition: _, contribution, figure, kinds: _ } = one.mention;
        (contribution.organisation.as_str(), discriminant(&figure.kind), figure.unit.as_str())
    };
    let mut counts: HashMap<_, usize> = HashMap::new();
    let mut editions: HashMap<&str, HashSet<&str>> = HashMap::new();
    for one in &all {
        let edition = one.mention.edition.identity.name.as_str();
        *counts.entry((edition, own(one))).or_default() += 1;
        editions.entry(&one.mention.figure.fact).or_default().insert(edition);
    }
    let mut groups: Vec<Vec<Stated<'a>>> = Vec::new();
    let mut places: HashMap<Key<'a>, usize> = HashMap::new();
    for (at, one) in all.iter().enumerate() {
        let (organisation, kind, unit) = own(one);
        let fact = one.mention.figure.fact.as_str();
        let is_told_again = !fact.is_empty() && editions.get(fact).is_some_and(|all| 1 < all.len());
        let edition = one.mention.edition.identity.name.as_str();
        let key = if is_told_again {
            Key::Fact(fact, kind, unit)
        } else if counts.get(&(edition, own(one))) == Some(&1) {
            Key::Indicator(organisation, kind, unit)
        } else {
            Key::Alone(at)
        };
        let place = *places.entry(key).or_insert(groups.len());
        if place == groups.len() {
            groups.push(Vec::new());
        }
        groups[place].push(one.clone());
    }
    groups
}

fn series(group: &[Stated<'_>], language: &str, messages: &Messages) -> Series {
    let layout = |edition| Layout::new(edition, language, messages);
    let last = group.last().expect("a group has a value").mention;
    let words = words_of(last.contribution, last.edition);
    let name = label(last.figure).map(|label| layout(last.edition).text(label, words));
    let mut organisations: Vec<Text> = Vec::new();
    for one in group {
        let stating = [one.mention.contribution].into_iter().chain(one.others.iter().copied());
        for contribution in stating {
            let name = layout(one.mention.edition).organisation(&contribution.organisation);
            if !organisations.contains(&name) {
                organisations.push(name);
            }
        }
    }
    let values = values(group, language, messages);
    Series {
        name: name
            .unwrap_or_else(|| Text::plain(&layout(last.edition).label("edition-figure-value"))),
        organisations,
        picture: picture(group, &values, language, messages),
        rows: values.into_values().map(|(_, row)| row).collect(),
    }
}

/// Each year with its value: as the edition of that year states it, else as a later one recalls it.
type Values = BTreeMap<i32, (Point, SeriesRow)>;

fn values(group: &[Stated<'_>], language: &str, messages: &Messages) -> Values {
    let mut values = Values::new();
    for Stated { mention, others: _ } in group {
        let Mention { edition, contribution, figure, kinds: _ } = *mention;
        let layout = Layout::new(edition, language, messages);
        let row = |period: String, value: String, remarks: Vec<Text>| SeriesRow {
            period,
            value,
            remarks,
            edition: edition.identity.name.clone(),
            anchor: anchor(&contribution.organisation, &contribution.id),
        };
        for recalled in &figure.comparisons {
            let text = layout.value(figure, &recalled.value);
            let point = Point {
                year: recalled.year,
                name: recalled.year.to_string(),
                value: Value::new(&recalled.value, &text),
                is_firm: true,
            };
            let row = row(point.name.clone(), text, Vec::new());
            values.entry(recalled.year).or_insert((point, row));
        }
        if let Some(point) = layout.own_point(figure) {
            let words = words_of(contribution, edition);
            let said = [&figure.break_note, &figure.caveat];
            let said = said.into_iter().filter(|text| !text.is_empty());
            let remarks = said.map(|text| layout.text(text, words)).collect();
            let row = row(point.name.clone(), layout.precise(figure), remarks);
            values.insert(point.year, (point, row));
        }
    }
    values
}

fn picture(
    group: &[Stated<'_>],
    values: &Values,
    language: &str,
    messages: &Messages,
) -> Option<Picture> {
    let Mention { edition, contribution, figure, .. } = group.last()?.mention;
    match figure.kind {
        FigureKind::Amount | FigureKind::Count | FigureKind::Percentage => {}
        FigureKind::Ratio | FigureKind::Other => return None,
    }
    let layout = Layout::new(edition, language, messages);
    let points: Vec<Point> = values.values().map(|(point, _)| point.clone()).collect();
    let target = layout.target(figure);
    if points.len() < 2 && target.is_none() {
        return None;
    }
    let words = words_of(contribution, edition);
    let series = charts::Series { points, target, breaks: breaks(group, language, messages) };
    let drawn = layout.one(&InYears { figure, label: label(figure)?, series });
    layout.picture(&drawn, words)
}

/// Where what is measured changed: as a figure says, or as a link between indicators declares.
fn breaks(group: &[Stated<'_>], language: &str, messages: &Messages) -> Vec<Break> {
    let mut breaks: Vec<Break> = Vec::new();
    let mut before: Option<&[LinkKind]> = None;
    for Stated { mention, others: _ } in group {
        let Mention { edition, contribution, figure, kinds } = *mention;
        let layout = Layout::new(edition, language, messages);
        let Some(point) = layout.own_point(figure) else { continue };
        breaks.extend(layout.breaks(figure, point.year, words_of(contribution, edition)));
        let changed = before.filter(|before| *before != kinds);
        let kind = changed.and_then(|before| kinds.last().or(before.last()));
        breaks
            .extend(kind.map(|kind| Break { year: point.year, label: layout.label(link(*kind)) }));
        before = Some(kinds);
    }
    breaks
}

/// The message that names a link.
fn link(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Same => "edition-link-same",
        LinkKind::Split => "edition-link-split",
        LinkKind::Merged => "edition-link-merged",
        LinkKind::Broadened => "edition-link-broadened",
        LinkKind::Ended => "edition-link-ended",
    }
}

/// The link in words, where a page says how indicators are related.
pub fn link_in_words(kind: LinkKind, messages: &Messages) -> String {
    messages.text(link(kind)).into_owned()
}

/// The language of a contribution's words.
fn words_of<'a>(contribution: &'a Contribution, edition: &'a Edition) -> &'a str {
    contribution
        .texts
        .first()
        .map_or(edition.framework.language.as_str(), |text| text.language.as_str())
}

#[cfg(test)]
mod tests;
