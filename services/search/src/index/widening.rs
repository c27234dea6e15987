//! What stands for words of a query: other terms, joined compounds, names, and what numbers, papers and codes are in the index.
//!
//! Invariant: for a caller who may not find every text, nothing depends on which words the texts have.

use std::ops::Range;

use wire::v1::{Widening, WideningSource};

use crate::{
    dimension::Dimension,
    grammar::Expression,
    index::{
        concepts::{self, Concepts, QueryWord},
        names::{Named, Names},
        numbers,
        payload::Labels,
        spelled,
        stop_words::is_stop_word,
        values,
    },
};

/// The largest number of alternatives of a query.
const MAX_ALTERNATIVES: usize = 50;
/// The largest number of terms that are looked up in the texts, and as many of what neighbours may be together.
const MAX_LOOKED_UP: usize = 1_024;
/// The largest number of words of the name of an organisation.
const MAX_NAME: usize = 12;
/// Words between two that may be one, as in `export van wapens`.
const BETWEEN: &[&str] =
    &["aan", "door", "in", "met", "naar", "of", "op", "over", "tegen", "tot", "uit", "van", "voor"];

/// Something that stands for a word, alone or with its neighbours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Alternative {
    /// Other words.
    Term(Widening),
    /// What has this code.
    Code(Dimension, Vec<String>),
}

/// What words are together, and are looked for as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Whole {
    /// A number or a paper of parliament, however it is written.
    Values {
        /// What it is as a number.
        numbers: Vec<String>,
        /// What it is as a paper.
        papers: Vec<String>,
        /// The words that it is written in; empty where it is written in digits.
        words: String,
    },
    /// The name of organisations with these codes, or what is short for it.
    Organisation {
        /// The words as they were asked for.
        text: String,
        codes: Vec<String>,
    },
}

/// What alternatives are looked up in.
pub(crate) struct Sources<'a> {
    /// Terms that stand for one another: those of the program, of the installation and of the texts.
    pub(crate) concepts: &'a [&'a Concepts],
    /// Codes that exist.
    pub(crate) labels: &'a Labels,
    /// Whether a word occurs in the texts; absent where that must not influence the answer.
    pub(crate) occurs: Option<&'a dyn Fn(&str) -> bool>,
    /// Whether nothing but numbers, papers and codes may stand for words.
    pub(crate) is_as_written: bool,
}

/// Alternatives by the members of a group that they stand for.
#[derive(Debug, Default)]
pub(crate) struct Alternatives {
    found: Vec<(Range<usize>, Alternative)>,
    /// Apart from one another.
    wholes: Vec<(Range<usize>, Whole)>,
    /// Names that words are short for.
    names: Vec<Widening>,
}

impl Alternatives {
    /// Those of members together.
    pub(crate) fn of(&self, members: Range<usize>) -> impl Iterator<Item = &Alternative> {
        let has_all =
            move |known: &Range<usize>| known.start <= members.start && members.end <= known.end;
        self.found.iter().filter(move |(known, _)| has_all(known)).map(|(_, found)| found)
    }

    /// The members of a group, those that are one thing together; names of organisations of so many members at most.
    pub(crate) fn pieces(
        &self,
        count: usize,
        longest_name: usize,
    ) -> Vec<(Range<usize>, Option<&Whole>)> {
        let mut pieces = Vec::new();
        let mut at = 0;
        while at < count {
            let whole = self.wholes.iter().find(|(members, whole)| {
                let is_name = matches!(whole, Whole::Organisation { .. });
                members.start == at && (!is_name || members.len() <= longest_name)
            });
            let members = whole.map_or(at..at + 1, |(members, _)| members.clone());
            at = members.end;
            pieces.push((members, whole.map(|(_, whole)| whole)));
        }
        pieces
    }

    /// Names that words are short for.
    pub(crate) fn names(&self) -> &[Widening] {
        &self.names
    }

    fn add(&mut self, members: Range<usize>, alternative: Alternative) {
        let found = (members, alternative);
        if self.found.len() < MAX_ALTERNATIVES && !self.found.contains(&found) {
            self.found.push(found);
        }
    }

    /// Adds what members are together, unless one of them is of something else; whether it was added.
    fn add_whole(&mut self, members: Range<usize>, whole: Whole) -> bool {
        let overlaps =
            |(known, _): &(Range<usize>, _)| known.start < members.end && members.start < known.end;
        let is_free = !self.wholes.iter().any(overlaps);
        if is_free {
            self.wholes.push((members, whole));
        }
        is_free
    }

    /// Finds what stands for the words of a group.
    pub(crate) fn find(members: &[Expression], sources: &Sources<'_>) -> Self {
        let mut found = Self::default();
        let mut start = 0;
        while start < members.len() {
            let length = members[start..]
                .iter()
                .take_while(|member| matches!(member, Expression::Word(_)))
                .count();
            if length != 0 {
                Run::new(members, start..start + length).find(sources, &mut found);
            }
            start += length + 1;
        }
        found
    }
}

/// Words of a group that stand next to one another.
struct Run {
    /// Words as the index has them, each with the member that it is of.
    words: Vec<(QueryWord, usize)>,
    /// The members, parted by spaces.
    text: String,
    /// Where each member stands in the text.
    places: Vec<(usize, Range<usize>)>,
}

impl Run {
    fn new(members: &[Expression], run: Range<usize>) -> Self {
        let (mut words, mut text, mut places) = (Vec::new(), String::new(), Vec::new());
        for member in run {
            let Some(Expression::Word(word)) = members.get(member) else { continue };
            words.extend(concepts::words(word).into_iter().map(|word| (word, member)));
            let start = text.len();
            text.push_str(word);
            places.push((member, start..text.len()));
            text.push(' ');
        }
        Self { words, text, places }
    }

    fn find(&self, sources: &Sources<'_>, found: &mut Alternatives) {
        self.find_numbers(found);
        self.find_codes(sources.labels, found);
        if sources.is_as_written {
            return;
        }
        self.find_names(sources, found);
        self.find_terms(sources, found);
        if let Some(occurs) = sources.occurs {
            self.find_joined(occurs, found);
        }
    }

    /// The members that have a place of the text.
    fn members(&self, place: &Range<usize>) -> Range<usize> {
        let has =
            |(_, own): &&(usize, Range<usize>)| own.start < place.end && place.start < own.end;
        let mut members = self.places.iter().filter(has).map(|(member, _)| *member);
        let first = members.next().unwrap_or(0);
        first..members.next_back().unwrap_or(first) + 1
    }

    /// Papers and numbers that are all of their members: what has letters beside them, or other numbers, is a code or a date.
    fn find_numbers(&self, found: &mut Alternatives) {
        for paper in numbers::papers(&self.text) {
            if let Some(members) = self.all_of(&paper.place) {
                let papers = paper.terms;
                let whole = Whole::Values { numbers: vec![], papers, words: String::new() };
                found.add_whole(members, whole);
            }
        }
        for number in numbers::amounts(&self.text, numbers::numbers(&self.text)) {
            if let Some(members) = self.all_of(&number.place) {
                let numbers = number.terms;
                // A file of parliament may be named by its number alone.
                let papers = numbers.iter().filter(|term| term.len() == 5).cloned().collect();
                found.add_whole(members, Whole::Values { numbers, papers, words: String::new() });
            }
        }
        for number in numbers::amounts(&self.text, spelled::numbers(&self.text, None)) {
            if let Some(members) = self.all_of(&number.place) {
                let words = self.text_of(&members);
                let whole = Whole::Values { numbers: number.terms, papers: Vec::new(), words };
                found.add_whole(members, whole);
            }
        }
    }

    /// The members that have a place of the text, where they have no letter and no digit beside it.
    fn all_of(&self, place: &Range<usize>) -> Option<Range<usize>> {
        let members = self.members(place);
        let own = self.places.iter().filter(|(member, _)| members.contains(member));
        let (start, end) = own.fold((place.start, place.end), |(start, end), (_, own)| {
            (start.min(own.start), end.max(own.end))
        });
        let beside = [&self.text[start..place.start], &self.text[place.end..end]];
        (!beside.concat().contains(char::is_alphanumeric)).then_some(members)
    }

    /// Names of organisations, the longest at each place, and what is short for one.
    fn find_names(&self, sources: &Sources<'_>, found: &mut Alternatives) {
        let names = Names::of(sources.labels);
        if names.is_empty() {
            return;
        }
        for first in 0..self.places.len() {
            let lengths = (1..=MAX_NAME.min(self.places.len() - first)).rev();
            let longest = lengths.map(|length| first..first + length).find_map(|places| {
                let place = self.places[places.start].1.start..self.places[places.end - 1].1.end;
                Some((self.members(&place), names.called(&self.text[place])?))
            });
            let (member, place) = &self.places[first];
            let typed = self.text[place.clone()].trim_matches([',', ';', '.', ':', '?']);
            let is_a_word = sources.occurs.is_none_or(|occurs| occurs(typed));
            let one = || Some((*member..*member + 1, names.short(typed, is_a_word)?));
            if let Some((members, Named { codes, names })) = longest.or_else(one) {
                let text = self.text_of(&members);
                let whole = Whole::Organisation { text: text.clone(), codes };
                if found.add_whole(members, whole) {
                    let widening = |alternative: String| Widening {
                        words: text.clone(),
                        alternative,
                        source: WideningSource::Organisation.into(),
                    };
                    found.names.extend(names.into_iter().map(widening));
                }
            }
        }
    }

    /// Codes with a sign in them, such as `3.2`, and others behind what they are codes of, such as `doel 3`.
    fn find_codes(&self, labels: &Labels, found: &mut Alternatives) {
        let text =
            |place: &Range<usize>| self.text[place.clone()].trim_matches([',', ';', '.', ':']);
        for (at, (member, place)) in self.places.iter().enumerate() {
            let code = text(place);
            if !code.contains(|letter: char| letter.is_ascii_digit()) {
                continue;
            }
            let before = at.checked_sub(1).map(|before| &self.places[before]);
            let named =
                before.and_then(|(member, place)| Some((*member, Dimension::named(text(place))?)));
            let is_plain = code.chars().all(char::is_alphanumeric);
            for dimension in [Dimension::Pillar, Dimension::Goal, Dimension::Indicator] {
                let codes = values::codes(dimension, code, labels);
                match named {
                    _ if codes.is_empty() => {}
                    Some((first, known)) if known == dimension => {
                        found.add(first..member + 1, Alternative::Code(dimension, codes));
                    }
                    _ if !is_plain => {
                        found.add(*member..member + 1, Alternative::Code(dimension, codes));
                    }
                    _ => {}
                }
            }
        }
    }

    /// Terms, the longest at each place; the words of one are not looked for as shorter ones.
    fn find_terms(&self, sources: &Sources<'_>, found: &mut Alternatives) {
        let words: Vec<QueryWord> = self.words.iter().map(|(word, _)| word.clone()).collect();
        let mut left = MAX_LOOKED_UP;
        let mut at = 0;
        while at < words.len() && left != 0 {
            let known = sources.concepts.iter().filter_map(|known| known.longest(&words[at..]));
            let mut known: Vec<_> =
                known.filter(|(length, _)| self.is_whole(at, at + length)).collect();
            let length = known.iter().map(|(length, _)| *length).max().unwrap_or(1);
            known.retain(|(found, _)| *found == length);
            let members = self.words[at].1..self.words[at + length - 1].1 + 1;
            let alternatives = known.into_iter().flat_map(|(_, alternatives)| alternatives);
            for concepts::Alternative { text, source } in alternatives.take(left) {
                left -= 1;
                if is_useful(text) && sources.occurs.is_none_or(|occurs| occur(text, occurs)) {
                    let widening = Widening {
                        words: self.text_of(&members),
                        alternative: text.to_owned(),
                        source: source.into(),
                    };
                    found.add(members.clone(), Alternative::Term(widening));
                }
            }
            at += length;
        }
    }

    /// Whether words begin and end where members do.
    fn is_whole(&self, from: usize, to: usize) -> bool {
        let member = |at: usize| self.words.get(at).map(|(_, member)| *member);
        let begins = from == 0 || member(from - 1) != member(from);
        begins && member(to - 1) != member(to)
    }

    /// Words that are one in the texts: `a b`, `a-b` and `b van a` as `ab`, `a b c` as `abc`.
    fn find_joined(&self, occurs: &dyn Fn(&str) -> bool, found: &mut Alternatives) {
        let mut left = MAX_LOOKED_UP;
        for (words, candidates) in self.joined() {
            if left == 0 {
                return;
            }
            let looked_up = candidates.into_iter().take(left).inspect(|_| left -= 1);
            if let Some(joined) = looked_up.into_iter().find(|word| occurs(word)) {
                let members = self.words[words.start].1..self.words[words.end - 1].1 + 1;
                let widening = Widening {
                    words: self.text_of(&members),
                    alternative: joined,
                    source: WideningSource::Compound.into(),
                };
                found.add(members, Alternative::Term(widening));
            }
        }
    }

    /// Two or three words, and what they may be joined.
    fn joined(&self) -> impl Iterator<Item = (Range<usize>, Vec<String>)> {
        let typed = |at: usize| self.words[at].0.typed.to_lowercase();
        let has_meaning = move |at: usize| !is_stop_word(&typed(at));
        let pairs = (1..self.words.len()).filter_map(move |at| {
            let is_pair = self.is_whole(at - 1, at + 1) && has_meaning(at - 1) && has_meaning(at);
            is_pair.then(|| (at - 1..at + 1, dutch::join(&typed(at - 1), &typed(at))))
        });
        let threes = (2..self.words.len()).filter_map(move |at| {
            let words = at - 2..at + 1;
            if !self.is_whole(words.start, words.end) || !has_meaning(at - 2) || !has_meaning(at) {
                return None;
            }
            let (first, middle, last) = (typed(at - 2), typed(at - 1), typed(at));
            if BETWEEN.contains(&middle.as_str()) {
                return Some((words, dutch::join(&last, &first)));
            }
            let begins = dutch::join(&first, &middle);
            let joined = begins.iter().flat_map(|begin| dutch::join(begin, &last));
            has_meaning(at - 1).then(|| (words, joined.collect()))
        });
        pairs.chain(threes)
    }

    fn text_of(&self, members: &Range<usize>) -> String {
        let own = self.places.iter().filter(|(member, _)| members.contains(member));
        own.map(|(_, place)| &self.text[place.clone()]).collect::<Vec<_>>().join(" ")
    }
}

/// Whether a term has a word that says something.
fn is_useful(text: &str) -> bool {
    concepts::words(text).iter().any(|word| !is_stop_word(&word.typed))
}

/// Whether all of its words occur.
fn occur(text: &str, occurs: &dyn Fn(&str) -> bool) -> bool {
    concepts::words(text).iter().all(|word| is_stop_word(&word.typed) || occurs(&word.typed))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::grammar;

    /// How many words are looked up for a query.
    fn looked_up(query: &str) -> usize {
        let Some(Expression::Group(members)) = grammar::read(query).expression else {
            panic!("{query} is no group")
        };
        let count = Cell::new(0);
        let occurs = |_: &str| {
            count.set(count.get() + 1);
            false
        };
        let sources = Sources {
            concepts: &[Concepts::built_in()],
            labels: &Labels::default(),
            occurs: Some(&occurs),
            is_as_written: false,
        };
        Alternatives::find(&members, &sources);
        count.get()
    }

    /// Words of terms cost more than one look each, and no term has more than ten words.
    #[test]
    fn few_words_are_looked_up_whatever_is_asked() {
        assert!(looked_up("jemen vrede") < 100);
        for query in
            ["jemen libanon ", "vrouwen veiligheid ", "qwerty asdf ", "wapen export controle "]
        {
            let count = looked_up(&query.repeat(100));
            assert!(count <= 11 * MAX_LOOKED_UP, "{query}: {count}");
        }
        assert!(looked_up(&"qwerty asdf ".repeat(100)) >= MAX_LOOKED_UP, "the budget is reached");
    }
}
