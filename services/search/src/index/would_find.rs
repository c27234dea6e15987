//! What finds something where a question finds nothing.
//!
//! Invariant: at most [`MAX_TRIED`] questions are asked, whatever the query is, and each as the caller might ask it.

use wire::v1::OtherQuestion;

use crate::{
    grammar,
    index::{question::Question, stop_words::StopWords},
};

/// The largest number of questions that are tried.
const MAX_TRIED: usize = 5;
/// How many words of a query are tried alone.
const MAX_ALONE: usize = 3;
/// The largest number of words of a query that are tried together.
const MAX_TOGETHER: usize = 16;

/// A question like another, and how it is shown.
#[derive(Debug)]
pub(crate) struct Try {
    pub(crate) question: Question,
    shown: OtherQuestion,
}

impl Try {
    fn of(question: &Question, query: &str, without_filters: bool) -> Self {
        let filters = if without_filters { Vec::new() } else { question.filters.clone() };
        Self {
            question: Question {
                reading: grammar::read(query),
                filters,
                at_position: None,
                offset: 0,
                limit: 1,
                ..question.clone()
            },
            shown: OtherQuestion { query: query.to_owned(), without_filters, total: 0 },
        }
    }

    /// The question with how many contributions answer it; none where none does.
    pub(crate) fn found(self, total: usize) -> Option<OtherQuestion> {
        (total != 0).then_some(OtherQuestion { total: total as u64, ..self.shown })
    }
}

/// The same question without words that nothing has.
pub(crate) fn without(question: &Question, words: &[String]) -> Vec<Try> {
    let asked = question.reading.expression.as_ref().filter(|_| !words.is_empty());
    let rest = asked.and_then(|expression| expression.without(words));
    rest.map(|rest| Try::of(question, &rest.to_string(), false)).into_iter().collect()
}

/// The same question without its filters; its words without quotes, fields and operators; and its longest words, each alone.
pub(crate) fn tries(question: &Question) -> Vec<Try> {
    let asked = question.reading.to_string();
    let mut tries = Vec::new();
    if !question.filters.is_empty() {
        tries.push(Try::of(question, &asked, true));
    }
    let words = question.reading.expression.as_ref().map(grammar::Expression::words);
    let mut words: Vec<&str> = words.unwrap_or_default();
    words.truncate(MAX_TOGETHER);
    let mut queries = vec![words.join(" ")];
    let stop_words = StopWords::of_query(words.iter().copied());
    words.retain(|word| !stop_words.has(word));
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    words.truncate(MAX_ALONE);
    queries.extend(words.into_iter().map(ToOwned::to_owned));
    let mut seen = vec![asked];
    for query in queries {
        if !query.is_empty() && !seen.contains(&query) {
            tries.push(Try::of(question, &query, false));
            seen.push(query);
        }
    }
    tries.truncate(MAX_TRIED);
    tries
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        dimension::Dimension,
        index::{Scope, Sort, Visible},
    };

    fn tried(query: &str, has_filter: bool) -> Vec<(String, bool)> {
        let filter = (Dimension::Year, vec!["2021".to_owned()]);
        let question = Question {
            reading: grammar::read(query),
            is_as_written: false,
            filters: if has_filter { vec![filter] } else { Vec::new() },
            scope: Scope::Published,
            visible: Visible::All,
            edition: None,
            as_of: None,
            sort: Sort::Score,
            offset: 30,
            at_position: Some(7),
            limit: 10,
        };
        let shown = |tried: Try| {
            assert_eq!((tried.question.offset, tried.question.at_position), (0, None));
            (tried.shown.query, tried.shown.without_filters)
        };
        tries(&question).into_iter().map(shown).collect()
    }

    #[test]
    fn filters_quotes_and_words_are_left_out() {
        let expect = |query: &str, has_filter: bool, expected: &[(&str, bool)]| {
            let expected: Vec<(String, bool)> =
                expected.iter().map(|(query, without)| ((*query).to_owned(), *without)).collect();
            assert_eq!(tried(query, has_filter), expected, "{query}");
        };
        expect("vrede", false, &[]);
        expect("vrede", true, &[("vrede", true)]);
        expect("", true, &[("", true)]);
        expect(
            "\"de vrede bewaren\"",
            false,
            &[("de vrede bewaren", false), ("bewaren", false), ("vrede", false)],
        );
        expect(
            "vrede AND hulp -oorlog",
            false,
            &[("vrede hulp", false), ("vrede", false), ("hulp", false)],
        );
    }

    #[test]
    fn few_questions_are_tried() {
        let many = (0..200).map(|number| format!("woord{number} ")).collect::<Vec<_>>().concat();
        assert_eq!(tried(&many, true).len(), MAX_TRIED);
    }
}
