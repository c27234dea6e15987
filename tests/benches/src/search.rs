//! What a call adds to a query: the judged queries through gRPC, and put to the same index in this process.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use saphyr::{LoadableYamlNode as _, Yaml};
use search::{Direct, TantivyQuery};
use wire::v1::{Scope, SearchRequest};

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
    // The program has its index to itself, so that another copy is asked.
    let copy = tempfile::tempdir()?;
    copy_folder(&system.server.data.join("index"), copy.path())?;
    let direct = Direct::open(copy.path())?;
    let queries: Vec<TantivyQuery> =
        requests.iter().map(|request| direct.query(request.clone())).collect::<Result<_, _>>()?;
    let mut times = Times::default();
    for _ in 0..ROUNDS {
        for (request, query) in requests.iter().zip(&queries) {
            let (through, total) = timed_call(&client, request).await?;
            times.calls.add(through);
            let start = Instant::now();
            let answer = direct.answer(request.clone())?;
            times.answers.add(start.elapsed());
            anyhow::ensure!(answer.total == total, "both answer alike");
            let start = Instant::now();
            let count = query.run()?;
            anyhow::ensure!(u64::try_from(count)? == total, "tantivy alone finds as many");
            times.tantivy.add(start.elapsed());
        }
    }
    Ok(times.rows())
}

async fn timed_call(
    client: &wire::Clients<rpc::Channel>,
    request: &SearchRequest,
) -> anyhow::Result<(Duration, u64)> {
    let start = Instant::now();
    let answer = client.search().search(request.clone()).await?.into_inner();
    Ok((start.elapsed(), answer.total))
}

#[derive(Default)]
struct Times {
    calls: Latencies,
    answers: Latencies,
    tantivy: Latencies,
}

impl Times {
    fn rows(mut self) -> Vec<Row> {
        let row = |percent: usize| {
            let calls = millis(self.calls.percentile(percent));
            let answers = millis(self.answers.percentile(percent));
            let tantivy = millis(self.tantivy.percentile(percent));
            Row {
                figure: format!("search, p{percent}"),
                ours: format!(
                    "{calls:.2} ms through gRPC; {answers:.2} ms the same answer without, so gRPC adds {:.2} ms",
                    calls - answers
                ),
                alternative: format!("tantivy alone, ten best and count: {tantivy:.2} ms"),
                ratio: Some(calls / tantivy),
                aim: "gRPC adds less than 1 ms",
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
