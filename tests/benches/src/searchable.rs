//! From a submission until it is found, at fixed rates.
//!
//! An open loop: each submission has its moment, whether or not earlier ones were answered, and its time counts from
//! that moment. A slow answer thus delays no later submission, and hides none (coordinated omission).

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use tokio::{sync::Mutex, task::JoinSet};
use tonic::Code;
use wire::{
    Clients, internal,
    v1::{self as pb, GetSearchStatusRequest, Scope, SearchRequest, SubmitContributionRequest},
};

use crate::{
    latencies::{Latencies, millis},
    system::System,
    table::{Row, rate},
};

/// Submissions a second, and how many at that rate.
const LOADS: [(u32, usize); 3] = [(1, 40), (50, 1_000), (500, 5_000)];
/// How often search is asked how far it is: the grain of what is measured.
const GRAIN: Duration = Duration::from_millis(2);
/// How long a client waits that was turned away.
const PAUSE: Duration = Duration::from_millis(50);
/// How long the last may take.
const TIMEOUT: Duration = Duration::from_mins(2);

type Ingest = Clients<rpc::Channel>;

pub(crate) async fn measure() -> anyhow::Result<Vec<Row>> {
    let system = System::start()?;
    end_to_end::load::prepare(|arguments| system.server.cli(arguments), system.folder.path());
    let mut rows = Vec::new();
    for (per_second, count) in LOADS {
        rows.push(at(&system, per_second, count).await?);
    }
    Ok(rows)
}

async fn at(system: &System, per_second: u32, count: usize) -> anyhow::Result<Row> {
    let progress = Progress::watch(system)?;
    let name = |i: usize| format!("at-{per_second}-{i}");
    let start = Instant::now();
    let mut underway = JoinSet::new();
    for i in 0..count {
        let due = start + Duration::from_secs(1) * u32::try_from(i)? / per_second;
        tokio::time::sleep_until(due.into()).await;
        underway.spawn(submit(system.ingest()?, name(i), due));
    }
    let mut due_by_contribution = HashMap::new();
    while let Some(submitted) = underway.join_next().await {
        let (contribution, due) = submitted??;
        due_by_contribution.insert(contribution, due);
    }
    let acknowledged = rate(count, start.elapsed());
    let mut latencies = progress.latencies(system, due_by_contribution).await?;
    is_found(system, &name(count - 1)).await?;
    let [p50, p99] = [50, 99].map(|percent| millis(latencies.percentile(percent)));
    let reached =
        if acknowledged < 0.97 * f64::from(per_second) { ", rate not reached" } else { "" };
    Ok(Row {
        figure: format!("submitted until searchable, {per_second} a second, {count} in all"),
        ours: format!(
            "p50 {p50:.0} ms, p99 {p99:.0} ms ({acknowledged:.0}/s acknowledged{reached})"
        ),
        alternative: String::new(),
        ratio: None,
        aim: "p99 below 1,000 ms",
    })
}

async fn submit(ingest: Ingest, name: String, due: Instant) -> anyhow::Result<(String, Instant)> {
    let save = pb::Save {
        cycle: "proefplan/2021".to_owned(),
        organisation: "alfa".to_owned(),
        content: Some(pb::Content {
            goals: vec!["1".to_owned()],
            answer: pb::AnswerStatus::Reported.into(),
            narratives: vec![pb::Narrative {
                language: "nl".to_owned(),
                markdown: format!("Bijdrage {name} over vrede en veiligheid."),
            }],
            ..pb::Content::default()
        }),
        request_id: format!("request-{name}"),
        external_id: name,
        ..pb::Save::default()
    };
    let request = SubmitContributionRequest { save: Some(save), validate_only: false };
    let result = loop {
        match ingest.submissions().submit_contribution(request.clone()).await {
            Ok(answer) => break answer.into_inner().result,
            // Turned away under load, a client comes again; its time goes on.
            Err(status) if status.code() == Code::ResourceExhausted => {
                tokio::time::sleep(PAUSE).await;
            }
            Err(status) => return Err(status.into()),
        }
    };
    let contribution = result.and_then(|result| result.contribution).context("a contribution")?;
    Ok((contribution.id, due))
}

/// A submission of the last load is really found, and not only counted.
async fn is_found(system: &System, name: &str) -> anyhow::Result<()> {
    let request = SearchRequest {
        query: format!("\"bijdrage {}\"", name.replace('-', " ")),
        scope: Scope::Working.into(),
        ..SearchRequest::default()
    };
    let hits = system.search()?.search().search(request).await?.into_inner().hits;
    anyhow::ensure!(hits.iter().any(|hit| hit.external_id == name), "`{name}` is not found");
    Ok(())
}

/// How far search was, at each moment.
struct Progress {
    seen: Arc<Mutex<Vec<(Instant, u64)>>>,
    watch: tokio::task::JoinHandle<anyhow::Result<()>>,
}

impl Progress {
    fn watch(system: &System) -> anyhow::Result<Self> {
        let seen: Arc<Mutex<Vec<(Instant, u64)>>> = Arc::default();
        let (search, series) = (system.search()?, seen.clone());
        let watch = tokio::spawn(async move {
            let mut ticks = tokio::time::interval(GRAIN);
            loop {
                ticks.tick().await;
                let status = search
                    .search_index()
                    .get_search_status(GetSearchStatusRequest {})
                    .await?
                    .into_inner();
                let mut series = series.lock().await;
                if series.last().is_none_or(|(_, known)| *known < status.watermark) {
                    series.push((Instant::now(), status.watermark));
                }
            }
        });
        Ok(Self { seen, watch })
    }

    /// From each submission's moment until search was first seen at or beyond its event.
    async fn latencies(
        self,
        system: &System,
        due: HashMap<String, Instant>,
    ) -> anyhow::Result<Latencies> {
        let positions = positions(system, &due).await?;
        let last = positions.values().copied().max().unwrap_or(0);
        let end = Instant::now() + TIMEOUT;
        while self.seen.lock().await.last().is_none_or(|(_, watermark)| *watermark < last) {
            anyhow::ensure!(
                Instant::now() < end && !self.watch.is_finished(),
                "search stands still"
            );
            tokio::time::sleep(GRAIN).await;
        }
        self.watch.abort();
        let seen = self.seen.lock().await;
        let mut latencies = Latencies::default();
        for (contribution, due) in &due {
            let position = positions.get(contribution).context("an event")?;
            let first = seen.partition_point(|(_, watermark)| watermark < position);
            latencies.add(seen[first].0.saturating_duration_since(*due));
        }
        Ok(latencies)
    }
}

/// Positions of the events of these contributions.
async fn positions(
    system: &System,
    of: &HashMap<String, Instant>,
) -> anyhow::Result<HashMap<String, u64>> {
    let storage = system.storage()?;
    let (mut positions, mut after) = (HashMap::new(), 0);
    while positions.len() < of.len() {
        let request = internal::ListChangesRequest { after_position: after, page_size: 1_000 };
        let changes = storage.changes().list_changes(request).await?.into_inner().changes;
        after = changes.last().context("an event of every submission")?.position;
        let ours = changes.into_iter().filter(|change| of.contains_key(&change.subject));
        positions.extend(ours.map(|change| (change.subject, change.position)));
    }
    Ok(positions)
}
