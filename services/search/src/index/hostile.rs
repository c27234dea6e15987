//! Hostile queries: each is answered, and the work for it stays within a budget that is counted and not timed.

use std::fmt::Write as _;

use tantivy::TantivyDocument;

use crate::{
    grammar,
    index::{
        concepts::Concepts,
        document_index::DocumentIndex,
        lineage::Lineages,
        payload::{Labels, WorkingPayload},
        query::{MAX_CLAUSES, Searchable},
        vocabulary::Expansions,
    },
};

/// Signs, words and limits of the grammar, each alone and many times.
fn pieces() -> Vec<String> {
    let pieces = [
        "(",
        ")",
        "\"",
        "„",
        "«",
        "*",
        "~",
        ":",
        "-",
        "–",
        "+",
        "&",
        "\u{0}",
        "\u{200b}",
        "\u{feff}",
        "\u{301}",
        "\u{1F600}",
        "ﬁ",
        "ĳ",
        "a ",
        "NOT ",
        "AND ",
        "OR ",
        "EN ",
        "OF ",
        "NIET ",
        "jaar:",
        "jaar:>",
        "doel:\"",
        "land:x ",
        "kleur:",
        "woo* ",
        "*woo ",
        "wo* ",
        "woord1 ",
        "wxrd1 ",
        "a/",
        "a.",
        "1.",
        "9",
        "vrouwenrechtenorganisaties ",
        "\"woord1 woord2\"~100 ",
        "\"\" ",
        "vrouwen, vrede en veiligheid ",
        "27 925, nr. 808 ",
        "35 mln ",
        "doel 3.2 ",
        "(a OR ",
        "(-(",
        "~99999999999 ",
        "\\",
        "'); DROP TABLE",
        "<script>",
        "%00",
    ];
    pieces.map(ToOwned::to_owned).to_vec()
}

/// Each piece once, as often as the limits allow and far beyond, before and after a word, and with its neighbour.
fn queries() -> Vec<String> {
    let pieces = pieces();
    let mut queries = Vec::new();
    for (place, piece) in pieces.iter().enumerate() {
        let next = &pieces[(place + 7) % pieces.len()];
        queries.extend([
            piece.clone(),
            piece.repeat(128),
            piece.repeat(20_000 / piece.len()),
            format!("{piece}woord1"),
            format!("woord1 {piece}"),
            format!("{piece}{next}").repeat(60),
        ]);
    }
    queries.push((0..200).map(|number| format!("wxrd{number:03} ")).collect::<Vec<_>>().concat());
    queries.push((0..200).map(|number| format!("woord{number} ")).collect::<Vec<_>>().concat());
    queries
}

#[test]
fn hostile_queries_are_answered_within_a_budget() {
    let index = DocumentIndex::in_memory(15_000_000).unwrap();
    let mut words = String::new();
    for number in 0..5_000 {
        write!(words, "woord{number} ").unwrap();
    }
    let mut document = TantivyDocument::new();
    document.add_text(index.fields.exact, &words);
    index.add(document).unwrap();
    index.commit(&WorkingPayload::default()).unwrap();
    let searcher = index.reader.searcher();
    let queries = queries();
    assert!(queries.len() >= 300, "{}", queries.len());
    let mut max = 0;
    for query in queries {
        let expansions = Expansions::default();
        let searchable = Searchable {
            fields: &index.fields,
            searcher: &searcher,
            is_relaxed: false,
            is_restricted: false,
            expansions: &expansions,
            lineages: &Lineages::default(),
            labels: &Labels::default(),
            concepts: &[Concepts::built_in()],
            is_as_written: false,
        };
        let built = searchable.build(grammar::read(&query).expression.as_ref());
        let mut clauses = 0;
        built.query.query_terms(&mut |_, _| clauses += 1);
        let shown: String = query.chars().take(40).collect();
        assert!(clauses <= MAX_CLAUSES, "{shown}: {clauses}");
        assert!(searcher.search(&*built.query, &tantivy::collector::Count).is_ok(), "{shown}");
        max = max.max(clauses);
    }
    assert!(max > MAX_CLAUSES / 4, "the budget is far from what is used: {max}");
}
