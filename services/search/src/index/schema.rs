//! Fields and analysers.

use strum::VariantArray as _;
use tantivy::{
    Index,
    schema::{Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions},
    tokenizer::{
        AsciiFoldingFilter, Language, LowerCaser, RemoveLongFilter, SimpleTokenizer, Stemmer,
        TextAnalyzer,
    },
};

use crate::dimension::Dimension;

/// Version of schema, analysers and payloads; an index of another version is rebuilt.
pub(crate) const FORMAT: u32 = 4;

/// The fields of an index.
#[derive(Debug, Clone)]
pub(crate) struct Fields {
    /// What identifies the document.
    pub(crate) key: Field,
    /// Name of the edition; empty in the working index.
    pub(crate) edition: Field,
    /// Text, stemmed as Dutch.
    pub(crate) dutch: Field,
    /// Text, stemmed as English.
    pub(crate) english: Field,
    /// Text, lower-cased and without diacritics.
    pub(crate) exact: Field,
    /// Names of organisation and pillar: a match there counts a little.
    pub(crate) context: Field,
    /// Last day of the period, as a number that sorts.
    pub(crate) until: Field,
    /// Revision.
    pub(crate) version: Field,
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
    let text = |analyser: &str| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(analyser)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        TextOptions::default().set_indexing_options(indexing)
    };
    let value = || STRING.set_fast("raw");
    let fields = Fields {
        key: builder.add_text_field("key", value()),
        edition: builder.add_text_field("edition", value()),
        dutch: builder.add_text_field("dutch", text("dutch")),
        english: builder.add_text_field("english", text("english")),
        exact: builder.add_text_field("exact", text("exact")),
        context: builder.add_text_field("context", text("dutch")),
        until: builder.add_u64_field("until", tantivy::schema::FAST),
        version: builder.add_u64_field("version", tantivy::schema::FAST),
        display: builder.add_text_field("display", STORED),
        // In the order of declaration, so that a dimension is the place of its field.
        dimensions: Dimension::VARIANTS
            .iter()
            .map(|dimension| builder.add_text_field(dimension.name(), value()))
            .collect(),
    };
    (builder.build(), fields)
}

/// How a text is cut into terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Analyser {
    Dutch,
    English,
    Exact,
}

impl Analyser {
    /// The analyser itself.
    pub(crate) fn build(self) -> TextAnalyzer {
        let words = TextAnalyzer::builder(SimpleTokenizer::default())
            .filter(RemoveLongFilter::limit(100))
            .filter(LowerCaser);
        match self {
            // Snowball's Dutch stemmer knows its diacritics, so that they are folded after it.
            Self::Dutch => {
                words.filter(Stemmer::new(Language::Dutch)).filter(AsciiFoldingFilter).build()
            }
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

    /// The terms of a text with their places in it, in bytes.
    pub(crate) fn terms(self, text: &str) -> Vec<(String, std::ops::Range<usize>)> {
        let mut analyser = self.build();
        let mut stream = analyser.token_stream(text);
        let mut terms = Vec::new();
        while let Some(token) = stream.next() {
            terms.push((token.text.clone(), token.offset_from..token.offset_to));
        }
        terms
    }
}

/// Makes the analysers known to an index.
pub(crate) fn register(index: &Index) {
    for (name, analyser) in
        [("dutch", Analyser::Dutch), ("english", Analyser::English), ("exact", Analyser::Exact)]
    {
        index.tokenizers().register(name, analyser.build());
    }
}
