//! Many clients that submit until they are acknowledged, and a count of what is lost or doubled.

use std::{
    collections::{BTreeMap, BTreeSet},
    mem,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use rpc::Channel;
use tonic::{Response, Status, service::interceptor::InterceptedService};
use wire::{
    Clients,
    v1::{self as pb, GetSearchStatusRequest, Scope, SearchRequest, SubmitContributionRequest},
};

use crate::{Answer, AsOperator, as_operator};

const WRITERS: usize = 8;
/// For the answer to a call.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);
const CYCLE: &str = "proefplan/2021";
/// What has not moved for so long rests. A delivery that failed waits for up to a minute until it comes again, and may fail more
/// than once.
pub const QUIET: Duration = Duration::from_mins(3);

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
    progress: Arc<Progress>,
}

/// How far the clients are.
#[derive(Debug)]
struct Progress {
    /// How many there will be at most.
    count: usize,
    is_stopping: AtomicBool,
    next: AtomicUsize,
    acknowledged: AtomicUsize,
    /// Calls that failed and were made again.
    failed: AtomicUsize,
    pause: Mutex<Pause>,
    /// External ids of those that were acknowledged.
    ids: Mutex<BTreeSet<String>>,
}

/// The time without an acknowledgement.
#[derive(Debug)]
struct Pause {
    last: Instant,
    longest: Duration,
}

impl Progress {
    fn new(count: usize) -> Self {
        let zero = || AtomicUsize::new(0);
        let pause = Mutex::new(Pause { last: Instant::now(), longest: Duration::ZERO });
        let is_stopping = AtomicBool::new(false);
        let ids = Mutex::default();
        Self { count, is_stopping, next: zero(), acknowledged: zero(), failed: zero(), pause, ids }
    }

    /// The number of the next submission, if there is one.
    fn next(&self) -> Option<usize> {
        let stopping = self.is_stopping.load(Ordering::SeqCst);
        let next = || self.next.fetch_add(1, Ordering::SeqCst);
        (!stopping).then(next).filter(|next| *next < self.count)
    }

    fn acknowledge(&self, number: usize) {
        self.ids.lock().unwrap().insert(format!("s-{number}"));
        self.acknowledged.fetch_add(1, Ordering::SeqCst);
        let mut pause = self.pause.lock().unwrap();
        pause.longest = pause.longest.max(pause.last.elapsed());
        pause.last = Instant::now();
    }

    fn acknowledged(&self) -> usize {
        self.acknowledged.load(Ordering::SeqCst)
    }
}

/// What a system at rest has.
#[derive(Debug)]
pub struct Found {
    /// External ids of its contributions, and the sum of their revisions.
    pub stored: BTreeMap<String, usize>,
    /// External ids in the working index, and how often each is there.
    pub indexed: BTreeMap<String, usize>,
    /// SHA-256 of every file of its editions.
    pub files: Vec<String>,
}

/// Waits until a system rests, and returns what it has.
pub fn found(address: &str, quiet: Duration) -> Found {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let client = Clients::new(channel(&[address.to_owned()]));
        settle(&client, &client, quiet).await;
        let files = editions(&client).await.into_iter().flat_map(|edition| edition.artefacts);
        Found {
            stored: stored_ids(&client).await,
            indexed: indexed_ids(&client).await,
            files: files.map(|file| file.sha256).collect(),
        }
    })
}

impl Submissions {
    /// Starts clients that submit so many in all; half way one publishes.
    pub fn start(address: &str, count: usize) -> Self {
        Self::start_at(&[address.to_owned()], count, count / 2, Duration::ZERO)
    }

    /// Starts clients of several gateways that submit until they are stopped, each with this pause after each; one publishes
    /// after so many.
    pub fn start_until_stopped(addresses: &[String], publish_at: usize, pause: Duration) -> Self {
        Self::start_at(addresses, usize::MAX, publish_at, pause)
    }

    fn start_at(addresses: &[String], count: usize, publish_at: usize, pause: Duration) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let progress = Arc::new(Progress::new(count));
        let mut clients = tokio::task::JoinSet::new();
        for _ in 0..WRITERS {
            let submit = submit_all(addresses.to_owned(), progress.clone(), pause);
            clients.spawn_on(submit, runtime.handle());
        }
        let publish = publish_when(addresses.to_owned(), progress.clone(), publish_at);
        clients.spawn_on(publish, runtime.handle());
        Self { runtime, clients, progress }
    }

    /// External ids of the contributions that are acknowledged by now.
    pub fn acknowledged(&self) -> BTreeSet<String> {
        self.progress.ids.lock().unwrap().clone()
    }

    /// How many were sent by now: the external ids of later ones have this number or a higher one.
    pub fn sent(&self) -> usize {
        self.progress.next.load(Ordering::SeqCst)
    }

    /// Waits until so many are acknowledged.
    pub fn wait_for(&self, acknowledged: usize) {
        let deadline = Instant::now() + Duration::from_mins(5);
        let expected = acknowledged.min(self.progress.count);
        loop {
            let so_far = self.progress.acknowledged();
            if expected <= so_far {
                return;
            }
            assert!(Instant::now() < deadline, "no progress: {so_far} acknowledged");
            // A kill is to come right after an answer, and until then the processors are the program's.
            if expected - so_far <= WRITERS {
                std::thread::yield_now();
            } else {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
    }

    /// Waits until so many more are acknowledged.
    pub fn wait_for_more(&self, more: usize) {
        self.wait_for(self.progress.acknowledged() + more);
    }

    /// The longest time without an acknowledgement since this was last asked, and how many calls had to be made again.
    pub fn longest_pause(&self) -> (Duration, usize) {
        let mut pause = self.progress.pause.lock().unwrap();
        let running = pause.last.elapsed();
        let longest = mem::take(&mut pause.longest).max(running);
        (longest, self.progress.failed.swap(0, Ordering::SeqCst))
    }

    /// Hands out no more submissions.
    pub fn stop(&self) {
        self.progress.is_stopping.store(true, Ordering::SeqCst);
    }

    /// Waits for the last acknowledgement.
    pub fn finish(&mut self) {
        self.runtime.block_on(async {
            while let Some(client) = self.clients.join_next().await {
                client.unwrap();
            }
        });
        let count = self.progress.next.load(Ordering::SeqCst).min(self.progress.count);
        assert_eq!(self.progress.acknowledged(), count);
    }

    /// Waits for the last acknowledgement, then for the system to come to rest, and counts. What has not moved for
    /// `quiet` rests.
    pub fn verdict(mut self, address: &str, quiet: Duration) -> Verdict {
        self.finish();
        let count = self.progress.acknowledged();
        self.runtime.block_on(verdict(address, count, quiet))
    }
}

/// Searches, one after the other, until it is dropped.
#[derive(Debug)]
pub struct Searches {
    failed: Arc<AtomicUsize>,
    _runtime: tokio::runtime::Runtime,
}

impl Searches {
    /// Starts to search the submissions.
    pub fn start(addresses: &[String]) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let failed = Arc::new(AtomicUsize::new(0));
        runtime.spawn(search_all(addresses.to_owned(), failed.clone()));
        Self { failed, _runtime: runtime }
    }

    /// How many failed since this was last asked.
    pub fn failed(&self) -> usize {
        self.failed.swap(0, Ordering::SeqCst)
    }
}

async fn search_all(addresses: Vec<String>, failed: Arc<AtomicUsize>) {
    let client = Clients::new(channel(&addresses));
    loop {
        let request = SearchRequest {
            query: "vrede".into(),
            scope: Scope::Working.into(),
            ..SearchRequest::default()
        };
        let answer = client.search().search(rpc::deadline(request, ANSWER_TIMEOUT)).await;
        if let Err(status) = answer {
            eprintln!("a search failed: {:?} {}", status.code(), status.message());
            failed.fetch_add(1, Ordering::SeqCst);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
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

fn channel(addresses: &[String]) -> Authorised {
    let channel = rpc::connect_any(addresses, None).unwrap();
    InterceptedService::new(channel, as_operator(&addresses[0]))
}

/// Submits one after another; each is sent again, unchanged, until it is acknowledged.
async fn submit_all(addresses: Vec<String>, progress: Arc<Progress>, pause: Duration) {
    let client = Clients::new(channel(&addresses));
    while let Some(i) = progress.next() {
        let request = SubmitContributionRequest { save: Some(save(i)), validate_only: false };
        loop {
            let request = rpc::deadline(request.clone(), ANSWER_TIMEOUT);
            match client.submissions().submit_contribution(request).await {
                Ok(_) => break,
                Err(status)
                    if rpc::is_unavailable(&status) || status.code() == tonic::Code::Internal =>
                {
                    eprintln!(
                        "a submission failed and is made again: {:?} {}",
                        status.code(),
                        status.message()
                    );
                    progress.failed.fetch_add(1, Ordering::SeqCst);
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Err(status) => panic!("refused: {status:?}"),
            }
        }
        progress.acknowledge(i);
        tokio::time::sleep(pause).await;
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
async fn publish_when(addresses: Vec<String>, progress: Arc<Progress>, at: usize) {
    while progress.acknowledged() < at {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let client = Clients::new(channel(&addresses));
    let order = pb::PublishEditionRequest {
        cycle: CYCLE.into(),
        date: "2022-01-01".into(),
        formats: vec![pb::Format::Html.into()],
        languages: Vec::new(),
        request_id: "publish-once".into(),
        override_reason: String::new(),
        exclusions: Vec::new(),
    };
    let order = || rpc::deadline(order.clone(), ANSWER_TIMEOUT);
    while client.editions().publish_edition(order()).await.is_err() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn verdict(address: &str, submissions: usize, quiet: Duration) -> Verdict {
    let addresses = [address.to_owned()];
    let storage = Clients::new(channel(&addresses));
    let search = Clients::new(channel(&addresses));
    let begun = Instant::now();
    settle(&storage, &search, quiet).await;
    eprintln!("at rest after {:.1} s", begun.elapsed().as_secs_f64());
    let stored = stored_ids(&storage).await;
    let indexed = indexed_ids(&search).await;
    let count = |ids: &BTreeMap<String, usize>| {
        (0..submissions).filter(|i| !ids.contains_key(&format!("s-{i}"))).count()
    };
    let doubled = stored.values().chain(indexed.values()).filter(|count| 1 < **count).count();
    let editions = editions(&storage).await;
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
    let deadline = Instant::now() + Duration::from_mins(10);
    loop {
        assert!(Instant::now() < deadline, "it goes on moving");
        let asked = pb::GetStorageStatusRequest {};
        let last = answered(async || storage.operations().get_storage_status(asked).await)
            .await
            .last_position;
        let asked = GetSearchStatusRequest {};
        let status = answered(async || search.search_index().get_search_status(asked).await).await;
        let published = editions(storage)
            .await
            .iter()
            .all(|edition| edition.state() == pb::EditionState::Published);
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

/// What a call answers. It is made again where nobody answers it: after a kill each connection may be found dead once.
async fn answered<T>(call: impl AsyncFn() -> Result<Response<T>, Status>) -> T {
    let deadline = Instant::now() + Duration::from_mins(1);
    loop {
        match call().await {
            Ok(answer) => return answer.into_inner(),
            Err(status) => {
                let may_pass = rpc::is_unavailable(&status) && Instant::now() < deadline;
                assert!(may_pass, "{status:?}");
            }
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn editions(storage: &Clients<Authorised>) -> Vec<pb::Edition> {
    let request = pb::ListEditionsRequest::default();
    answered(async || storage.editions().list_editions(request.clone()).await).await.editions
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
            answered(async || storage.contributions().list_contributions(request.clone()).await)
                .await;
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
        let page = answered(async || search.search().search(request.clone()).await).await;
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
        let page =
            answered(async || storage.audit().list_audit_entries(request.clone()).await).await;
        found += page.entries.iter().filter(|entry| entry.action == "edition.published").count();
        if page.next_page_token.is_empty() {
            return found;
        }
        request.page_token = page.next_page_token;
    }
}
