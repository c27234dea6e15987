//! Fields and analysers.

use std::{cell::RefCell, collections::HashMap};

use strum::VariantArray as _;
use tantivy::{
    Index,
    schema::{Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions},
    tokenizer::{
        AsciiFoldingFilter, Language, LowerCaser, RemoveLongFilter, Stemmer, TextAnalyzer,
    },
};

use crate::{
    dimension::Dimension,
    index::words::{Compounds, Words},
};

/// Version of schema, analysers and payloads; an index of another version is rebuilt.
pub(crate) const FORMAT: u32 = 9;

/// The fields of an index.
#[derive(Debug, Clone)]
pub(crate) struct Fields {
    /// What identifies the document.
    pub(crate) key: Field,
    /// Name of the edition; empty in the working index.
    pub(crate) edition: Field,
    /// Text, stemmed as Dutch.
    pub(crate) dutch: Field,
    /// Dutch text with the parts of its compounds, stemmed.
    pub(crate) parts: Field,
    /// Text, stemmed as English.
    pub(crate) english: Field,
    /// Text, lower-cased and without diacritics.
    pub(crate) exact: Field,
    /// Name of the organisation: a match there counts a little.
    pub(crate) context: Field,
    /// Statements of goals and indicators, and names of pillars: likewise.
    pub(crate) statements: Field,
    /// Places of its pillars in the framework, counted from 1.
    pub(crate) pillar_numbers: Field,
    /// Its indicators, each of the version of the framework that it was reported on.
    pub(crate) places: Field,
    /// Numbers, in one form.
    pub(crate) numbers: Field,
    /// Papers of parliament, in one form.
    pub(crate) papers: Field,
    /// Last day of the period, as a number that sorts.
    pub(crate) until: Field,
    /// Revision.
    pub(crate) version: Field,
    /// Hash of its content.
    pub(crate) content: Field,
    /// How many words its text has.
    pub(crate) words: Field,
    /// What is shown, as JSON.
    pub(crate) display: Field,
    dimensions: Vec<Field>,
}

impl Fields {
    /// Returns the field of a dimension.
    pub(crate) fn of(&self, dimension: Dimension) -> Field {
        self.dimensions[dimension as usize]
    }
}

/// Builds the schema.
pub(crate) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let indexed = |analyser: &str, option: IndexRecordOption| {
        let indexing =
            TextFieldIndexing::default().set_tokenizer(analyser).set_index_option(option);
        TextOptions::default().set_indexing_options(indexing)
    };
    let words = |analyser: &str| indexed(analyser, IndexRecordOption::WithFreqs);
    // Words are looked for beside each other in these alone.
    let text = |analyser: &str| indexed(analyser, IndexRecordOption::WithFreqsAndPositions);
    let value = || STRING.set_fast("raw");
    let fields = Fields {
        key: builder.add_text_field("key", value()),
        edition: builder.add_text_field("edition", value()),
        dutch: builder.add_text_field("dutch", words("dutch")),
        parts: builder.add_text_field("parts", text("parts")),
        english: builder.add_text_field("english", words("english")),
        exact: builder.add_text_field("exact", text("exact")),
        context: builder.add_text_field("context", words("dutch")),
        statements: builder.add_text_field("statements", words("dutch")),
        pillar_numbers: builder.add_text_field("pillar_numbers", STRING),
        places: builder.add_text_field("places", STRING),
        numbers: builder.add_text_field("numbers", STRING),
        papers: builder.add_text_field("papers", STRING),
        until: builder.add_u64_field("until", tantivy::schema::FAST),
        version: builder.add_u64_field("version", tantivy::schema::FAST),
        content: builder.add_text_field("content", value()),
        words: builder.add_u64_field("words", tantivy::schema::FAST),
        display: builder.add_text_field("display", STORED),
        // In the order of declaration, so that a dimension is the place of its field.
        dimensions: Dimension::VARIANTS
            .iter()
            .map(|dimension| builder.add_text_field(dimension.name(), value()))
            .collect(),
    };
    (builder.build(), fields)
}

thread_local! {
    /// To build an analyser takes longer than to cut a word with it.
    static BUILT: RefCell<HashMap<Analyser, TextAnalyzer>> = RefCell::default();
}

/// How a text is cut into terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Analyser {
    Dutch,
    /// Dutch, each compound with its parts.
    Parts,
    English,
    Exact,
}

impl Analyser {
    /// The analyser itself.
    pub(crate) fn build(self) -> TextAnalyzer {
        let words = TextAnalyzer::builder(Words::default())
            .filter(RemoveLongFilter::limit(100))
            .filter(LowerCaser);
        match self {
            // Snowball's Dutch stemmer knows its diacritics, so that they are folded after it.
            Self::Dutch => {
                words.filter(Stemmer::new(Language::Dutch)).filter(AsciiFoldingFilter).build()
            }
            Self::Parts => words
                .filter(Compounds)
                .filter(Stemmer::new(Language::Dutch))
                .filter(AsciiFoldingFilter)
                .build(),
            Self::English => {
                words.filter(Stemmer::new(Language::English)).filter(AsciiFoldingFilter).build()
            }
            Self::Exact => words.filter(AsciiFoldingFilter).build(),
        }
    }

    /// The stemming analyser of a language; English for English, Dutch for all others.
    pub(crate) fn of_language(tag: &str) -> Self {
        if tag.starts_with("en") { Self::English } else { Self::Dutch }
    }

    /// The analyser by whose terms matches in a text of a language are marked.
    pub(crate) fn shown_of(tag: &str) -> Self {
        if Self::of_language(tag) == Self::English { Self::English } else { Self::Parts }
    }

    /// The terms of a text with their places in it, in bytes.
    pub(crate) fn terms(self, text: &str) -> Vec<(String, std::ops::Range<usize>)> {
        BUILT.with_borrow_mut(|built| {
            let analyser = built.entry(self).or_insert_with(|| self.build());
            let mut stream = analyser.token_stream(text);
            let mut terms = Vec::new();
            while let Some(token) = stream.next() {
                terms.push((token.text.clone(), token.offset_from..token.offset_to));
            }
            terms
        })
    }
}

/// Makes the analysers known to an index.
pub(crate) fn register(index: &Index) {
    for (name, analyser) in [
        ("dutch", Analyser::Dutch),
        ("parts", Analyser::Parts),
        ("english", Analyser::English),
        ("exact", Analyser::Exact),
    ] {
        index.tokenizers().register(name, analyser.build());
    }
}
