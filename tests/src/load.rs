//! Many clients that submit until they are acknowledged, and a count of what is lost or doubled.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tonic::{
    service::interceptor::InterceptedService,
    transport::{Channel, Endpoint},
};
use wire::{
    Clients,
    v1::{self as pb, GetSearchStatusRequest, Scope, SearchRequest, SubmitContributionRequest},
};

use crate::{Answer, AsOperator, as_operator};

const WRITERS: usize = 8;
const CYCLE: &str = "proefplan/2021";

/// A number from the environment.
#[expect(
    clippy::disallowed_methods,
    reason = "the environment says where the servers and tools of tests are"
)]
pub fn number(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// The next of a reproducible row of numbers (a linear congruential generator, Knuth's constants).
pub fn next_random(random: &mut usize) -> usize {
    *random =
        random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *random >> 33
}

/// What was lost or doubled.
#[derive(Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Acknowledged, and not in storage.
    pub lost_in_storage: usize,
    /// Acknowledged, and not found.
    pub lost_in_index: usize,
    /// There more than once.
    pub doubled: usize,
    /// Editions.
    pub editions: usize,
    /// Events of a publication.
    pub publications: usize,
}

/// Submissions on their way.
#[derive(Debug)]
pub struct Submissions {
    runtime: tokio::runtime::Runtime,
    clients: tokio::task::JoinSet<()>,
    acknowledged: Arc<AtomicUsize>,
    count: usize,
}

impl Submissions {
    /// Starts clients that submit so many in all; half way one publishes.
    pub fn start(address: &str, count: usize) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let acknowledged = Arc::new(AtomicUsize::new(0));
        let next = Arc::new(AtomicUsize::new(0));
        let mut clients = tokio::task::JoinSet::new();
        for _ in 0..WRITERS {
            let (next, acknowledged) = (next.clone(), acknowledged.clone());
            let submit = submit_all(address.to_owned(), next, acknowledged, count);
            clients.spawn_on(submit, runtime.handle());
        }
        let publish = publish_when(address.to_owned(), acknowledged.clone(), count / 2);
        clients.spawn_on(publish, runtime.handle());
        Self { runtime, clients, acknowledged, count }
    }

    /// Waits until so many are acknowledged.
    pub fn wait_for(&self, acknowledged: usize) {
        let deadline = Instant::now() + Duration::from_mins(2);
        while self.acknowledged.load(Ordering::SeqCst) < acknowledged.min(self.count) {
            let so_far = self.acknowledged.load(Ordering::SeqCst);
            assert!(Instant::now() < deadline, "no progress: {so_far} acknowledged");
            std::thread::yield_now();
        }
    }

    /// Waits for the last acknowledgement.
    pub fn finish(&mut self) {
        self.runtime.block_on(async {
            while let Some(client) = self.clients.join_next().await {
                client.unwrap();
            }
        });
        assert_eq!(self.acknowledged.load(Ordering::SeqCst), self.count);
    }

    /// Waits for the last acknowledgement, then for the system to come to rest, and counts. What has not moved for
    /// `quiet` rests.
    pub fn verdict(mut self, address: &str, quiet: Duration) -> Verdict {
        self.finish();
        self.runtime.block_on(verdict(address, self.count, quiet))
    }
}

/// Registers a framework and opens a cycle for the submissions.
pub fn prepare(cli: impl Fn(&[&str]) -> Answer, folder: &Path) {
    let framework = "code: proefplan\ntitle: Proefplan\nlanguage: nl\nperiod: {from: 2021, until: 2025}\n\
                     organisations: [{code: alfa, name: Alfa, kind: ministry}]\npillars: [{code: een, name: Een}]\n\
                     goals: [{code: '1', kind: strategic_goal, pillar: een, statement: Doel}]\n";
    let file = folder.join("framework.yaml");
    std::fs::write(&file, framework).unwrap();
    cli(&["framework", "add", &file.display().to_string()]).ok();
    cli(&["cycle", "open", "proefplan", "--from", "2021-01-01", "--until", "2021-12-31"]).ok();
}

type Authorised = InterceptedService<Channel, AsOperator>;

fn channel(address: &str) -> Authorised {
    let channel = Endpoint::from_shared(address.to_owned())
        .unwrap()
        .connect_timeout(Duration::from_secs(2))
        .timeout(Duration::from_secs(20))
        .connect_lazy();
    InterceptedService::new(channel, as_operator(address))
}

/// Submits one after another; each is sent again, unchanged, until it is acknowledged.
async fn submit_all(
    address: String,
    next: Arc<AtomicUsize>,
    acknowledged: Arc<AtomicUsize>,
    submissions: usize,
) {
    let client = Clients::new(channel(&address));
    loop {
        let i = next.fetch_add(1, Ordering::SeqCst);
        if submissions <= i {
            return;
        }
        let request = SubmitContributionRequest { save: Some(save(i)), validate_only: false };
        loop {
            match client.submissions().submit_contribution(request.clone()).await {
                Ok(_) => break,
                Err(status)
                    if rpc::is_unavailable(&status) || status.code() == tonic::Code::Internal =>
                {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Err(status) => panic!("refused: {status:?}"),
            }
        }
        acknowledged.fetch_add(1, Ordering::SeqCst);
    }
}

fn save(i: usize) -> pb::Save {
    pb::Save {
        cycle: CYCLE.into(),
        organisation: "alfa".into(),
        external_id: format!("s-{i}"),
        content: Some(pb::Content {
            goals: vec!["1".into()],
            answer: pb::AnswerStatus::Reported.into(),
            narratives: vec![pb::Narrative {
                language: "nl".into(),
                markdown: format!("Bijdrage nummer {i} over vrede."),
            }],
            ..pb::Content::default()
        }),
        request_id: format!("r-{i}"),
        ..pb::Save::default()
    }
}

/// Publishes once so many are acknowledged; asks again until it is answered.
async fn publish_when(address: String, acknowledged: Arc<AtomicUsize>, at: usize) {
    while acknowledged.load(Ordering::SeqCst) < at {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let client = Clients::new(channel(&address));
    let order = pb::PublishEditionRequest {
        cycle: CYCLE.into(),
        date: "2022-01-01".into(),
        formats: vec![pb::Format::Html.into()],
        languages: Vec::new(),
        request_id: "publish-once".into(),
        override_reason: String::new(),
    };
    while client.editions().publish_edition(order.clone()).await.is_err() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn verdict(address: &str, submissions: usize, quiet: Duration) -> Verdict {
    let storage = Clients::new(channel(address));
    let search = Clients::new(channel(address));
    let begun = Instant::now();
    settle(&storage, &search, quiet).await;
    eprintln!("at rest after {:.1} s", begun.elapsed().as_secs_f64());
    let stored = stored_ids(&storage).await;
    let indexed = indexed_ids(&search).await;
    let count = |ids: &BTreeMap<String, usize>| {
        (0..submissions).filter(|i| !ids.contains_key(&format!("s-{i}"))).count()
    };
    let doubled = stored.values().chain(indexed.values()).filter(|count| 1 < **count).count();
    let editions = storage
        .editions()
        .list_editions(pb::ListEditionsRequest::default())
        .await
        .unwrap()
        .into_inner()
        .editions;
    let publications = publications(&storage).await;
    Verdict {
        lost_in_storage: count(&stored),
        lost_in_index: count(&indexed),
        doubled,
        editions: editions.len(),
        publications,
    }
}

/// Looks in a row that must find search at rest: each reaches one of its replicas, taken at random.
const LOOKS: usize = 20;

/// Waits until search has applied everything, or until nothing has moved for so long that it never will.
async fn settle(storage: &Clients<Authorised>, search: &Clients<Authorised>, quiet: Duration) {
    let mut seen = None;
    let mut since = Instant::now();
    let mut at_rest = 0;
    let deadline = Instant::now() + Duration::from_mins(5);
    loop {
        assert!(Instant::now() < deadline, "it goes on moving");
        let last = storage
            .operations()
            .get_storage_status(pb::GetStorageStatusRequest {})
            .await
            .unwrap()
            .into_inner()
            .last_position;
        let status = search
            .search_index()
            .get_search_status(GetSearchStatusRequest {})
            .await
            .unwrap()
            .into_inner();
        let editions = storage
            .editions()
            .list_editions(pb::ListEditionsRequest::default())
            .await
            .unwrap()
            .into_inner()
            .editions;
        let published =
            editions.iter().all(|edition| edition.state() == pb::EditionState::Published);
        at_rest = if status.watermark == last && published { at_rest + 1 } else { 0 };
        if at_rest == LOOKS {
            return;
        }
        let now = Some((last, status.watermark, status.working));
        if now != seen {
            (seen, since) = (now, Instant::now());
        } else if quiet < since.elapsed() {
            return;
        }
        let pause = if at_rest == 0 { 100 } else { 5 };
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }
}

async fn stored_ids(storage: &Clients<Authorised>) -> BTreeMap<String, usize> {
    let mut ids = BTreeMap::new();
    let mut request = pb::ListContributionsRequest {
        cycle: CYCLE.into(),
        page_size: 200,
        ..pb::ListContributionsRequest::default()
    };
    loop {
        let page =
            storage.contributions().list_contributions(request.clone()).await.unwrap().into_inner();
        for contribution in page.contributions {
            // A second revision of the same content would be a doubled effect too.
            *ids.entry(contribution.external_id).or_default() +=
                usize::try_from(contribution.version).unwrap();
        }
        if page.next_page_token.is_empty() {
            return ids;
        }
        request.page_token = page.next_page_token;
    }
}

async fn indexed_ids(search: &Clients<Authorised>) -> BTreeMap<String, usize> {
    let mut ids = BTreeMap::new();
    let mut request =
        SearchRequest { scope: Scope::Working.into(), page_size: 100, ..SearchRequest::default() };
    loop {
        let page = search.search().search(request.clone()).await.unwrap().into_inner();
        for hit in page.hits {
            *ids.entry(hit.external_id).or_default() += 1;
        }
        if page.next_page_token.is_empty() {
            return ids;
        }
        request.page_token = page.next_page_token;
    }
}

/// Entries of the audit log that record a publication; each is written with the event of the same name.
async fn publications(storage: &Clients<Authorised>) -> usize {
    let mut found = 0;
    let mut request = pb::ListAuditEntriesRequest { page_size: 1_000, ..Default::default() };
    loop {
        let page = storage.audit().list_audit_entries(request.clone()).await.unwrap().into_inner();
        found += page.entries.iter().filter(|entry| entry.action == "edition.published").count();
        if page.next_page_token.is_empty() {
            return found;
        }
        request.page_token = page.next_page_token;
    }
}
