//! What search found, as it is shown.

use std::{borrow::Cow, collections::BTreeMap};

use edition::{Text, data::Texts};
use messages::Messages;
use model::AnswerStatus;
use wire::v1::{
    ContextHit, ContextKind, Correction, Dimension, Facet, FacetCount, Hit, LinkKind,
    LinkedIndicator, Order, OtherQuestion, PassageHit, QueryNote, QueryNoteKind, SearchResponse,
    Widening, WideningSource,
};

use crate::{
    pages::{
        RequestContext,
        search::{
            Outcome,
            query::{ORDERS, Query},
        },
    },
    service::catalogue::{Catalogue, Cycle},
};

/// Values of a facet that are shown at once; the others unfold.
const SHOWN_VALUES: usize = 8;
/// Marks in a snippet.
const MATCH_BEGINS: char = '\u{e000}';
const MATCH_ENDS: char = '\u{e001}';

/// An answer.
#[derive(Debug)]
pub(crate) struct Results {
    /// How many there are.
    pub heading: String,
    pub is_empty: bool,
    pub is_relaxed: bool,
    /// Words of which no other spellings were looked for.
    pub unexpanded_words: u32,
    /// The latest changes may be missing.
    pub is_behind: bool,
    /// The query as it was read.
    pub read_as: String,
    /// What of it was not read as it stands.
    pub notes: Vec<String>,
    /// What its words were widened by.
    pub widenings: Vec<WidenedWords>,
    /// Words that no text has, and what was looked for in their place.
    pub corrections: Vec<CorrectedWord>,
    /// The query with other words in the place of these, and its address.
    pub corrected: Option<(String, String)>,
    /// Words that nothing has, with commas between; empty where there are none.
    pub unmatched: String,
    /// Where nothing was found, or nothing has a word: questions that find something.
    pub would_find: Vec<Other>,
    pub hits: Vec<Found>,
    pub facets: Vec<Facets>,
    pub orders: Vec<Choice>,
    /// Address of the next page.
    pub next: Option<String>,
    /// Address of the first page, where this is not it.
    pub first: Option<String>,
}

/// Words and what stands for them.
#[derive(Debug)]
pub(crate) struct WidenedWords {
    pub words: String,
    /// What stands for them, with commas between.
    pub alternatives: String,
    pub source: Cow<'static, str>,
}

/// A word that no text has.
#[derive(Debug)]
pub(crate) struct CorrectedWord {
    pub word: String,
    /// What was looked for in its place, with commas between.
    pub alternatives: String,
}

/// A question that finds something.
#[derive(Debug)]
pub(crate) struct Other {
    /// Its query; empty where it asks for everything.
    pub query: String,
    /// Whether filters are left out.
    pub without_filters: bool,
    pub count: String,
    pub address: String,
}

/// A contribution.
#[derive(Debug)]
pub(crate) struct Found {
    pub address: String,
    pub organisation: Text,
    /// The others of a joint contribution.
    pub partners: Vec<Text>,
    pub goals: String,
    pub indicators: String,
    pub cycle: Text,
    pub answer: Cow<'static, str>,
    /// Language of the text, where that is not the page's.
    pub foreign: Option<String>,
    pub passages: Vec<FoundPassage>,
    /// What answers beside the text, where it does not.
    pub context: Vec<FoundContext>,
    /// How its indicators are linked to what was asked for.
    pub links: Vec<String>,
}

/// A name, a statement, a figure or a reference that answers.
#[derive(Debug)]
pub(crate) struct FoundContext {
    /// What it is, with its code.
    pub name: String,
    pub pieces: Vec<Piece>,
}

/// A place in it.
#[derive(Debug)]
pub(crate) struct FoundPassage {
    pub address: String,
    /// Its language, where that is not the page's.
    pub foreign: Option<String>,
    pub pieces: Vec<Piece>,
}

/// A part of a snippet.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub text: String,
    pub is_match: bool,
}

/// The values of one dimension.
#[derive(Debug)]
pub(crate) struct Facets {
    pub name: Cow<'static, str>,
    pub id: &'static str,
    pub shown: Vec<Choice>,
    pub more: Vec<Choice>,
}

/// A filter or an order that can be chosen, or is.
#[derive(Debug)]
pub(crate) struct Choice {
    pub dimension: Cow<'static, str>,
    pub name: Text,
    pub count: String,
    pub is_chosen: bool,
    /// Where choosing it, or taking it away, leads.
    pub address: String,
}

/// Names of organisations and cycles from the catalogue, the newest first.
#[derive(Debug)]
pub(crate) struct Names<'a> {
    organisations: BTreeMap<&'a str, (&'a Texts, &'a str)>,
    cycles: BTreeMap<&'a str, &'a Cycle>,
    /// Language of the names that search gives.
    labels: &'a str,
    context: &'a RequestContext,
}

impl<'a> Names<'a> {
    pub(crate) fn of(catalogue: &'a Catalogue, context: &'a RequestContext) -> Self {
        let mut organisations = BTreeMap::new();
        for cycle in &catalogue.cycles {
            for organisation in &cycle.organisations {
                organisations
                    .entry(organisation.code.as_str())
                    .or_insert((&organisation.name, cycle.language.as_str()));
            }
        }
        let cycles = catalogue.cycles.iter().map(|cycle| (cycle.name.as_str(), cycle)).collect();
        let labels = catalogue.cycles.first().map_or("", |cycle| cycle.language.as_str());
        Self { organisations, cycles, labels, context }
    }

    fn organisation(&self, code: &str) -> Text {
        let found = self
            .organisations
            .get(code)
            .map(|(texts, language)| self.context.choose(texts, language));
        found.filter(|said| !said.is_empty()).unwrap_or_else(|| self.context.text(code, ""))
    }

    fn cycle(&self, name: &str) -> Text {
        let titled = |cycle: &&Cycle| {
            let title = self.context.choose(&cycle.title, &cycle.language);
            let period = self.context.messages().period(&cycle.from, &cycle.until);
            let language = title.language().unwrap_or_default();
            self.context.text(&format!("{title}, {period}"), language)
        };
        self.cycles.get(name).map_or_else(|| self.context.text(name, ""), titled)
    }

    /// What a contribution is called in a list without marks.
    pub(crate) fn title(&self, hit: &Hit) -> String {
        let goals = hit.goals.join(", ");
        let goal = format!("{} {goals}", self.context.messages().text("shared-goal"));
        let organisation = self.organisation(&hit.organisation).to_string();
        let parts = [organisation, if goals.is_empty() { goals } else { goal }];
        let cycle = self.cycle(&hit.cycle).to_string();
        let parts = parts.into_iter().chain([cycle]).filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join(" · ")
    }

    /// Language of a cycle, where that is not the page's.
    fn foreign(&self, cycle: &str) -> Option<String> {
        let language = self.cycles.get(cycle).map(|cycle| cycle.language.clone());
        language.filter(|tag| *tag != self.context.language.tag())
    }

    /// The name of a value of a facet; `label` is what search calls it.
    pub(crate) fn value(&self, dimension: Dimension, value: &str, label: &str) -> Text {
        match dimension {
            Dimension::Organisation => self.organisation(value),
            Dimension::Cycle => self.cycle(value),
            Dimension::Answer => {
                let name = AnswerStatus::from_name(value)
                    .map(|known| self.context.messages().answer(known));
                self.context.text(name.as_deref().unwrap_or(value), "")
            }
            Dimension::Goal | Dimension::Indicator if !label.is_empty() && label != value => {
                self.context.text(&format!("{value} {label}"), self.labels)
            }
            Dimension::Goal
            | Dimension::Indicator
            | Dimension::Pillar
            | Dimension::Year
            | Dimension::Unspecified => {
                if label.is_empty() {
                    self.context.text(value, "")
                } else {
                    self.context.text(label, self.labels)
                }
            }
        }
    }
}

fn dimension_name(dimension: Dimension, messages: &'static Messages) -> Cow<'static, str> {
    match dimension {
        Dimension::Year => messages.text("portal-dimension-year"),
        Dimension::Organisation => messages.text("shared-organisation"),
        Dimension::Pillar => messages.text("shared-pillar"),
        Dimension::Goal => messages.text("shared-goal"),
        Dimension::Indicator => messages.text("shared-indicator"),
        Dimension::Answer => messages.text("shared-answer"),
        Dimension::Cycle => messages.text("portal-dimension-cycle"),
        Dimension::Unspecified => Cow::Borrowed(""),
    }
}

/// Makes an answer ready to be shown.
pub(crate) fn read(
    response: SearchResponse,
    query: &Query,
    names: &Names<'_>,
    context: &RequestContext,
) -> Results {
    let SearchResponse {
        total,
        watermark: _,
        hits,
        facets,
        next_page_token,
        relaxed,
        unexpanded_words,
        behind,
        read_as,
        notes,
        widenings,
        corrections,
        corrected_query,
        would_find,
        unmatched_words,
    } = response;
    let messages = context.messages();
    let next = Some(next_page_token).filter(|token| !token.is_empty());
    Results {
        heading: messages.with("portal-found", &[("count", total.into())]),
        is_empty: hits.is_empty(),
        is_relaxed: relaxed,
        unexpanded_words,
        is_behind: behind,
        read_as,
        notes: notes.iter().map(|note| note_text(note, messages)).collect(),
        widenings: widened(&widenings, messages),
        corrections: corrections.into_iter().map(corrected_word).collect(),
        corrected: Some(corrected_query).filter(|text| !text.is_empty()).map(|text| {
            let address = context.link(&query.asking(&text).address());
            (text, address)
        }),
        unmatched: unmatched_words.join(", "),
        would_find: would_find.into_iter().map(|found| other(found, query, context)).collect(),
        hits: hits.iter().map(|hit| found(hit, names, context)).collect(),
        facets: all_facets(&facets, query, names, context),
        orders: orders(query, context),
        next: next.map(|token| context.link(&query.at(token).address())),
        first: (!query.page.is_empty()).then(|| context.link(&query.at_start().address())),
    }
}

fn note_text(note: &QueryNote, messages: &'static Messages) -> String {
    let id = match note.kind() {
        QueryNoteKind::Quote => "portal-note-quote",
        QueryNoteKind::Parenthesis => "portal-note-parenthesis",
        QueryNoteKind::Wildcard => "portal-note-wildcard",
        QueryNoteKind::Slop => "portal-note-slop",
        QueryNoteKind::UnknownField => "portal-note-field",
        QueryNoteKind::ValueMissing => "portal-note-value",
        QueryNoteKind::InvalidValue => "portal-note-invalid",
        QueryNoteKind::Cut => "portal-note-cut",
        QueryNoteKind::InnerWildcard => "portal-note-inner",
        QueryNoteKind::Operator => "portal-note-operator",
        QueryNoteKind::Sign => "portal-note-sign",
        QueryNoteKind::Unspecified => "portal-note-other",
    };
    messages.with(id, &[("text", note.text.as_str().into())])
}

/// What stands for words, a line for each of them and what says so.
fn widened(widenings: &[Widening], messages: &'static Messages) -> Vec<WidenedWords> {
    let mut lines: Vec<WidenedWords> = Vec::new();
    for widening in widenings {
        let source = source_name(widening.source(), messages);
        let known =
            lines.iter_mut().find(|line| line.words == widening.words && line.source == source);
        if let Some(line) = known {
            line.alternatives.push_str(", ");
            line.alternatives.push_str(&widening.alternative);
        } else {
            let Widening { words, alternative, source: _ } = widening.clone();
            lines.push(WidenedWords { words, alternatives: alternative, source });
        }
    }
    lines
}

fn corrected_word(correction: Correction) -> CorrectedWord {
    let Correction { word, alternatives } = correction;
    CorrectedWord { word, alternatives: alternatives.join(", ") }
}

fn other(found: OtherQuestion, query: &Query, context: &RequestContext) -> Other {
    let OtherQuestion { query: text, without_filters, total } = found;
    let other = query.asking(&text);
    let other = if without_filters { other.without_filters() } else { other };
    Other {
        count: context.messages().with("portal-found", &[("count", total.into())]),
        address: context.link(&other.address()),
        query: text,
        without_filters,
    }
}

fn source_name(source: WideningSource, messages: &'static Messages) -> Cow<'static, str> {
    match source {
        WideningSource::Compound => messages.text("portal-widened-compound"),
        WideningSource::Abbreviation => messages.text("portal-widened-abbreviation"),
        WideningSource::Country => messages.text("portal-widened-country"),
        WideningSource::Thesaurus => messages.text("portal-widened-thesaurus"),
        WideningSource::Installation => messages.text("portal-widened-installation"),
        WideningSource::Organisation => messages.text("portal-widened-organisation"),
        WideningSource::Unspecified => Cow::Borrowed(""),
    }
}

fn found(hit: &Hit, names: &Names<'_>, context: &RequestContext) -> Found {
    let status = AnswerStatus::try_from(hit.answer()).ok();
    Found {
        address: context.link(&with_words(&inside(&hit.url), &hit.matched_words)),
        organisation: names.organisation(&hit.organisation),
        partners: hit.partners.iter().map(|code| names.organisation(code)).collect(),
        goals: hit.goals.join(", "),
        indicators: hit.indicators.join(", "),
        cycle: names.cycle(&hit.cycle),
        answer: status.map_or(Cow::Borrowed(""), |status| context.messages().answer(status)),
        foreign: names.foreign(&hit.cycle),
        passages: hit.passages.iter().map(|passage| found_passage(passage, hit, context)).collect(),
        context: hit.context.iter().map(|found| found_context(found, context.messages())).collect(),
        links: hit.linked_indicators.iter().map(|link| linked(link, context.messages())).collect(),
    }
}

/// How an indicator is linked to the one that was asked for.
fn linked(link: &LinkedIndicator, messages: &'static Messages) -> String {
    let kind = |kind: LinkKind| match kind {
        LinkKind::Same | LinkKind::Unspecified => messages.text("portal-link-same"),
        LinkKind::Split => messages.text("portal-link-split"),
        LinkKind::Merged => messages.text("portal-link-merged"),
        LinkKind::Broadened => messages.text("portal-link-broadened"),
        LinkKind::Ended => messages.text("portal-link-ended"),
    };
    let kinds: Vec<Cow<'static, str>> = link.kinds().map(kind).collect();
    let kinds = if kinds.is_empty() { kind(LinkKind::Same).into_owned() } else { kinds.join(", ") };
    let values = [
        ("asked", link.asked.as_str().into()),
        ("indicator", link.indicator.as_str().into()),
        ("kind", kinds.into()),
    ];
    messages.with("portal-link", &values)
}

fn found_context(found: &ContextHit, messages: &'static Messages) -> FoundContext {
    let (kind, code) = match found.kind() {
        ContextKind::Organisation => (messages.text("shared-organisation"), ""),
        ContextKind::Pillar => (messages.text("shared-pillar"), ""),
        ContextKind::Goal => (messages.text("shared-goal"), found.code.as_str()),
        ContextKind::Indicator => (messages.text("shared-indicator"), found.code.as_str()),
        ContextKind::Figure => (messages.text("portal-figure"), ""),
        ContextKind::Reference => (messages.text("portal-reference"), ""),
        ContextKind::Unspecified => (Cow::Borrowed(""), ""),
    };
    let name = format!("{kind} {code}").trim().to_owned();
    FoundContext { name, pieces: pieces(&found.snippet) }
}

pub(crate) fn found_passage(
    passage: &PassageHit,
    hit: &Hit,
    context: &RequestContext,
) -> FoundPassage {
    let url = if passage.url.is_empty() { &hit.url } else { &passage.url };
    let address = context.link(&with_words(&inside(url), &hit.matched_words));
    let foreign = Some(passage.language.clone())
        .filter(|tag| !tag.is_empty() && *tag != context.language.tag());
    FoundPassage { address, foreign, pieces: pieces(&passage.snippet) }
}

/// The address with the words that its page marks.
fn with_words(address: &str, words: &[String]) -> String {
    if words.is_empty() {
        return address.to_owned();
    }
    let (path, fragment) = address
        .split_once('#')
        .map_or((address, String::new()), |(path, fragment)| (path, format!("#{fragment}")));
    let joint = if path.contains('?') { '&' } else { '?' };
    let mut query = form_urlencoded::Serializer::new(String::new());
    // What has spaces is one thing, and a quote in it ends none.
    let quoted = words.iter().map(|word| {
        if word.contains(char::is_whitespace) {
            format!("\"{}\"", word.replace('"', ""))
        } else {
            word.clone()
        }
    });
    query.append_pair("q", &quoted.collect::<Vec<_>>().join(" "));
    format!("{path}{joint}{}{fragment}", query.finish())
}

/// An address of this site, whatever search says: it begins with one slash and names no other site.
fn inside(url: &str) -> String {
    let plain = url.replace(['\\', '\t', '\n', '\r'], "");
    format!("/{}", plain.trim_start_matches('/'))
}

/// Takes a snippet apart at its marks; marks that do not pair up are left out.
pub(crate) fn pieces(snippet: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (at, part) in snippet.split(MATCH_BEGINS).enumerate() {
        let (matched, rest) =
            if at == 0 { ("", part) } else { part.split_once(MATCH_ENDS).unwrap_or(("", part)) };
        let plain = rest.replace(MATCH_ENDS, "");
        pieces.push(Piece { text: matched.to_owned(), is_match: true });
        pieces.push(Piece { text: plain, is_match: false });
    }
    pieces.retain(|piece| !piece.text.is_empty());
    pieces
}

fn all_facets(
    facets: &[Facet],
    query: &Query,
    names: &Names<'_>,
    context: &RequestContext,
) -> Vec<Facets> {
    let known = Dimension::all().filter_map(|dimension| {
        let counts = &facets.iter().find(|facet| facet.dimension() == dimension)?.counts;
        // A single value that is not chosen narrows nothing down.
        let is_useful =
            1 < counts.len() || counts.iter().any(|count| query.has(dimension, &count.value));
        let mut shown: Vec<Choice> =
            counts.iter().map(|count| choice(dimension, count, query, names, context)).collect();
        // What is chosen is never folded away.
        shown.sort_by_key(|choice| !choice.is_chosen);
        let chosen = shown.iter().filter(|choice| choice.is_chosen).count();
        let more = shown.split_off(SHOWN_VALUES.max(chosen).min(shown.len()));
        is_useful.then_some(Facets {
            name: dimension_name(dimension, context.messages()),
            id: dimension.name(),
            shown,
            more,
        })
    });
    known.collect()
}

fn choice(
    dimension: Dimension,
    count: &FacetCount,
    query: &Query,
    names: &Names<'_>,
    context: &RequestContext,
) -> Choice {
    let FacetCount { value, label, count } = count;
    Choice {
        dimension: dimension_name(dimension, context.messages()),
        name: names.value(dimension, value, label),
        count: context.messages().count(*count),
        is_chosen: query.has(dimension, value),
        address: context.link(&query.toggled(dimension, value).address()),
    }
}

fn orders(query: &Query, context: &RequestContext) -> Vec<Choice> {
    let messages = context.messages();
    let order = |order: Order| match order {
        Order::Newest => messages.text("portal-sort-newest"),
        Order::Oldest => messages.text("portal-sort-oldest"),
        Order::Score | Order::Unspecified => messages.text("portal-sort-score"),
    };
    let choice = |(candidate, _): &(Order, &str)| Choice {
        dimension: messages.text("portal-sort"),
        name: context.text(&order(*candidate), ""),
        count: String::new(),
        is_chosen: *candidate == query.order,
        address: context.link(&query.ordered(*candidate).address()),
    };
    ORDERS.iter().map(choice).collect()
}

/// The filters that are chosen, each with the link that removes it.
pub(crate) fn chosen(
    query: &Query,
    outcome: &Outcome,
    names: &Names<'_>,
    context: &RequestContext,
) -> Vec<Choice> {
    let counted = |address: &str| {
        let Outcome::Found(results) = outcome else { return None };
        let mut all = results.facets.iter().flat_map(|facet| facet.shown.iter().chain(&facet.more));
        all.find(|choice| choice.address == address).map(|choice| choice.name.clone())
    };
    let choice = |(dimension, value): &(Dimension, String)| {
        let address = context.link(&query.toggled(*dimension, value).address());
        let name = counted(&address).unwrap_or_else(|| names.value(*dimension, value, ""));
        Choice {
            dimension: dimension_name(*dimension, context.messages()),
            name,
            count: String::new(),
            is_chosen: true,
            address,
        }
    };
    query.filters.iter().map(choice).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_are_what_stands_between_the_marks() {
        let check = |snippet: &str, expected: &[(&str, bool)]| {
            let expected: Vec<Piece> = expected
                .iter()
                .map(|(text, is_match)| Piece { text: (*text).to_owned(), is_match: *is_match })
                .collect();
            assert_eq!(pieces(snippet), expected, "{snippet:?}");
        };
        check("a \u{e000}b\u{e001} c", &[("a ", false), ("b", true), (" c", false)]);
        check("\u{e000}<b>\u{e001}\u{e000}c\u{e001}", &[("<b>", true), ("c", true)]);
        check("a\u{e001}b\u{e000}c", &[("ab", false), ("c", false)]);
        check("", &[]);
    }

    #[test]
    fn an_address_names_the_words_that_its_page_marks() {
        let words = ["vrede", "a&b"].map(ToOwned::to_owned);
        assert_eq!(with_words("/nap/2021/1#bz/1", &words), "/nap/2021/1?q=vrede+a%26b#bz/1");
        assert_eq!(with_words("/nap?x=1", &words), "/nap?x=1&q=vrede+a%26b");
        assert_eq!(with_words("/nap/2021/1#bz/1", &[]), "/nap/2021/1#bz/1");
        let number = ["€ 35 mln".to_owned()];
        assert_eq!(with_words("/nap", &number), "/nap?q=%22%E2%82%AC+35+mln%22");
    }

    #[test]
    fn an_address_stays_on_this_site() {
        for (url, expected) in [
            ("/nap/2021/1#bz/1", "/nap/2021/1#bz/1"),
            ("nap/2021/1", "/nap/2021/1"),
            ("//elsewhere.nl", "/elsewhere.nl"),
            ("/\\elsewhere.nl", "/elsewhere.nl"),
            ("/\t/elsewhere.nl", "/elsewhere.nl"),
            ("javascript:alert(1)", "/javascript:alert(1)"),
        ] {
            assert_eq!(inside(url), expected);
        }
    }
}
