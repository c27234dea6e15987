//! Two years of an indicator side by side: what is carried over word for word, changed, new, or gone.
//!
//! Invariant: every passage of both years is shown once, in its order, with a link to its place.

use std::collections::HashMap;

use edition::{Links, Text, data::Contribution};
use richtext::{Change, WordRun};

use crate::pages::{RequestContext, in_year::InYear};

/// Passages of a year that are compared, at most, for each organisation.
const MAX_PASSAGES: usize = 1_000;

/// Two years beside each other.
pub(crate) struct SideBySide {
    /// The earlier and the later year, with the addresses of their editions.
    pub periods: [(String, String); 2],
    pub organisations: Vec<Compared>,
}

/// What an organisation wrote in both.
pub(crate) struct Compared {
    pub name: Text,
    /// How much is the same, changed, new and gone, in words.
    pub summary: String,
    pub sides: [Vec<PassageShown>; 2],
}

/// A passage in one of the years.
pub(crate) struct PassageShown {
    pub address: String,
    /// What became of it: the name of a class.
    pub class: &'static str,
    /// The same in words; empty where it is changed, which its words show.
    pub said: String,
    /// Its language, where that is not the page's.
    pub language: Option<String>,
    pub runs: Vec<RunShown>,
}

/// Some of its words.
pub(crate) struct RunShown {
    pub text: String,
    /// Whether the other year does not have them.
    pub is_only_here: bool,
}

/// A passage as it is compared.
struct Passage {
    text: String,
    language: String,
    address: String,
}

/// The two years that the address asks for; none where it asks for no two of these.
pub(crate) fn asked(
    in_years: &[InYear<'_>],
    organisation: Option<&str>,
    context: &RequestContext,
) -> Option<SideBySide> {
    let asked = context.value("jaren")?;
    let (earlier, later) = asked.split_once(',')?;
    let find = |period: &str| in_years.iter().find(|one| one.period_name() == period);
    let (earlier, later) = (find(earlier)?, find(later)?);
    let mut sides: Vec<(String, Text, [Vec<Passage>; 2])> = Vec::new();
    for (side, one) in [(1, later), (0, earlier)] {
        let links = one.links(context);
        for contribution in one.contributions(organisation) {
            let code = &contribution.organisation;
            let known = sides.iter().position(|(known, _, _)| known == code);
            let at = known.unwrap_or_else(|| {
                sides.push((code.clone(), name(one, code, context), Default::default()));
                sides.len() - 1
            });
            let passages = &mut sides[at].2[side];
            passages.extend(of(contribution, &links, context));
            passages.truncate(MAX_PASSAGES);
        }
    }
    let period =
        |one: &InYear<'_>| (one.year.period(context.messages()), one.year.link(context).address);
    Some(SideBySide {
        periods: [period(earlier), period(later)],
        organisations: sides
            .into_iter()
            .map(|(_, name, sides)| Compared::of(name, &sides, context))
            .collect(),
    })
}

fn name(one: &InYear<'_>, code: &str, context: &RequestContext) -> Text {
    let view = one.year.cached.view(context.language);
    let chapter = view.chapters.iter().find(|chapter| chapter.anchor == code);
    chapter.map_or_else(|| Text::plain(code), |chapter| chapter.name.clone())
}

/// The passages of the text that the edition shows in the language of the page.
fn of(contribution: &Contribution, links: &Links, context: &RequestContext) -> Vec<Passage> {
    let texts = &contribution.texts;
    let shown = texts.iter().find(|text| text.language == context.language.tag());
    let Some(shown) = shown.or(texts.first()) else { return Vec::new() };
    let own = contribution.passages.iter().filter(|passage| passage.language == shown.language);
    let passage = |passage: &edition::data::Passage| {
        let anchor = format!("{}/{}/{}", contribution.organisation, contribution.id, passage.id);
        Passage {
            text: passage.text.clone(),
            language: passage.language.clone(),
            address: links.to(&anchor),
        }
    };
    own.map(passage).collect()
}

impl Compared {
    fn of(name: Text, [before, after]: &[Vec<Passage>; 2], context: &RequestContext) -> Self {
        let texts = |side: &[Passage]| side.iter().map(|one| one.text.clone()).collect::<Vec<_>>();
        let aligned = richtext::align(&texts(before), &texts(after));
        let backwards: HashMap<usize, usize> =
            aligned.iter().map(|(later, earlier)| (*earlier, *later)).collect();
        let shown = |side: usize, own: &[Passage], other: &[Passage], pairs: &HashMap<_, usize>| {
            let one = |(at, passage): (usize, &Passage)| {
                let counterpart = pairs.get(&at).and_then(|at| other.get(*at));
                passage.shown(counterpart, side, context)
            };
            own.iter().enumerate().map(one).collect::<Vec<_>>()
        };
        let sides = [shown(0, before, after, &backwards), shown(1, after, before, &aligned)];
        let count = |side: usize, class: &str| {
            sides[side].iter().filter(|passage| passage.class == class).count()
        };
        let counts = [
            ("same", count(1, "is-same").into()),
            ("changed", count(1, "is-changed").into()),
            ("new", count(1, "is-new").into()),
            ("gone", count(0, "is-gone").into()),
        ];
        let summary = context.messages().with("portal-compared", &counts);
        Self { name, summary, sides }
    }
}

impl Passage {
    /// The passage on a side: 0 is the earlier year.
    fn shown(&self, other: Option<&Self>, side: usize, context: &RequestContext) -> PassageShown {
        let (class, id) = match (other, side) {
            (Some(other), _) if other.text == self.text => ("is-same", "portal-compared-same"),
            (Some(_), _) => ("is-changed", "portal-compared-changed"),
            (None, 0) => ("is-gone", "portal-compared-gone"),
            (None, _) => ("is-new", "portal-compared-new"),
        };
        let whole = |text: &str| vec![RunShown { text: text.to_owned(), is_only_here: false }];
        let runs = match other {
            Some(other) if other.text != self.text => {
                let (before, after) = if side == 0 { (self, other) } else { (other, self) };
                runs(&richtext::words(&before.text, &after.text), side)
            }
            _ => whole(&self.text),
        };
        PassageShown {
            address: self.address.clone(),
            class,
            said: context.messages().text(id).into_owned(),
            language: context.text(" ", &self.language).language().map(str::to_owned),
            runs,
        }
    }
}

/// The words of one side.
fn runs(words: &[WordRun], side: usize) -> Vec<RunShown> {
    let only_here = if side == 0 { Change::Removed } else { Change::Added };
    let own = words.iter().filter(|run| run.change.is_none_or(|change| change == only_here));
    own.map(|run| RunShown { text: run.text.clone(), is_only_here: run.change.is_some() }).collect()
}
