//! What a search costs: the judged queries through gRPC, a call that searches nothing, and tantivy alone over the same index.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use saphyr::{LoadableYamlNode as _, Yaml};
use tantivy::{
    Index, Searcher, Term,
    collector::{Count, TopDocs},
    query::{BooleanQuery, Query, TermQuery},
    schema::{Field, IndexRecordOption},
    tokenizer::{AsciiFoldingFilter, LowerCaser, SimpleTokenizer, TextAnalyzer},
};
use wire::v1::{GetSearchStatusRequest, Scope, SearchRequest};

use crate::{
    latencies::{Latencies, millis},
    system::{Material, System},
    table::Row,
};

const ROUNDS: usize = 20;

pub(crate) async fn measure() -> anyhow::Result<Vec<Row>> {
    let Some(requests) = requests()? else { return Ok(Vec::new()) };
    let material = Material::find();
    let system = System::with(&material)?;
    system.publish(&material, "json")?;
    system.indexed().await?;
    let client = system.search()?;
    for request in &requests {
        client.search().search(request.clone()).await?;
    }
    // The program has its index to itself, so that a copy is opened.
    let copy = tempfile::tempdir()?;
    copy_folder(&system.server.data.join("index"), copy.path())?;
    let mut alone = Alone::open(copy.path())?;
    let mut times = Times::default();
    for _ in 0..ROUNDS {
        for request in &requests {
            let start = Instant::now();
            client.search().search(request.clone()).await?;
            times.calls.add(start.elapsed());
            let start = Instant::now();
            client.search_index().get_search_status(GetSearchStatusRequest {}).await?;
            times.empty.add(start.elapsed());
            times.tantivy.add(alone.search(&request.query)?);
        }
    }
    Ok(times.rows())
}

/// The public index, opened by tantivy without anything of ours.
struct Alone {
    searcher: Searcher,
    field: Field,
    analyser: TextAnalyzer,
}

impl Alone {
    fn open(folder: &Path) -> anyhow::Result<Self> {
        let generation = fs::read_to_string(folder.join("current"))?;
        let index = Index::open_in_dir(folder.join(generation.trim()).join("published"))?;
        let field = index.schema().get_field("exact")?;
        let words = TextAnalyzer::builder(SimpleTokenizer::default()).filter(LowerCaser);
        let analyser = words.filter(AsciiFoldingFilter).build();
        Ok(Self { searcher: index.reader()?.searcher(), field, analyser })
    }

    /// How long the ten best documents with one of the words, and their number, take.
    fn search(&mut self, text: &str) -> anyhow::Result<Duration> {
        let start = Instant::now();
        let mut words: Vec<Box<dyn Query>> = Vec::new();
        let mut stream = self.analyser.token_stream(text);
        while let Some(token) = stream.next() {
            let term = Term::from_field_text(self.field, &token.text);
            words.push(Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)));
        }
        let best = TopDocs::with_limit(10).order_by_score();
        self.searcher.search(&BooleanQuery::union(words), &(Count, best))?;
        Ok(start.elapsed())
    }
}

#[derive(Default)]
struct Times {
    calls: Latencies,
    empty: Latencies,
    tantivy: Latencies,
}

impl Times {
    fn rows(mut self) -> Vec<Row> {
        let row = |percent: usize| {
            let calls = millis(self.calls.percentile(percent));
            let empty = millis(self.empty.percentile(percent));
            let tantivy = millis(self.tantivy.percentile(percent));
            Row {
                figure: format!("search, p{percent}"),
                ours: format!(
                    "{calls:.2} ms through gRPC; a call that searches nothing takes {empty:.2} ms"
                ),
                alternative: format!("tantivy alone, ten best and count: {tantivy:.2} ms"),
                ratio: Some(calls / tantivy),
                aim: "gRPC takes less than 1 ms",
            }
        };
        [50, 99].map(row).into()
    }
}

/// The judged queries; none where the judgements are not at hand.
fn requests() -> anyhow::Result<Option<Vec<SearchRequest>>> {
    let Some(data) = end_to_end::shared("search, for want of judged queries") else {
        return Ok(None);
    };
    let text = fs::read_to_string(data.join("search-judgements/queries.yaml"))?;
    let queries = Yaml::load_from_str(&text)?;
    let queries = queries.first().and_then(|list| list.as_vec()).context("a list of queries")?;
    let request = |query: &Yaml<'_>| {
        let query = query["query"].as_str().context("a query")?.to_owned();
        let scope = Scope::Published.into();
        Ok(SearchRequest { query, scope, page_size: 10, ..SearchRequest::default() })
    };
    queries.iter().map(request).collect::<anyhow::Result<_>>().map(Some)
}

fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
