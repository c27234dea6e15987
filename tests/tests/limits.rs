//! Floods: whoever sends nothing but beginnings keeps nobody else from being answered.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]
#![expect(clippy::print_stdout, reason = "a run shows what it measured")]

use std::{
    future::poll_fn,
    net::{IpAddr, Ipv4Addr},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

use end_to_end::{
    AsOperator, Server, as_operator,
    load::{next_random, number},
};
use testkit::{cycle, framework, save};
use tokio::{
    net::{TcpSocket, TcpStream},
    task::JoinSet,
    time::{sleep, timeout},
};
use tonic::{
    Code, Status,
    codegen::{Body as HttpBody, Bytes, InterceptedService, Service as _, http},
    transport::{Channel, Endpoint},
};
use wire::{
    Clients,
    v1::{
        ListCyclesRequest, OpenCycleRequest, RegisterFrameworkRequest, SearchRequest,
        SubmitContributionRequest,
    },
};

/// Connections of a flood, and requests on each: more than there are places for.
const FLOOD: (usize, usize) = (8, 100);
/// Longer than anything here may take.
const TIMEOUT: Duration = Duration::from_mins(1);
/// Pause of a flood between requests: it is to hold places, not to keep processors busy.
const AGAIN: Duration = Duration::from_secs(3);
const FLOODER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 3);
const READER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
/// Takes the limit of each caller away.
const UNLIMITED: [(&str, &str); 1] = [("VOORTGANG__PORTAL__MAX_CALLS_PER_CALLER", "100000")];

/// A connection from an address of the machine.
async fn connection(server: &Server, from: Ipv4Addr) -> Channel {
    let endpoint = Endpoint::from_shared(server.grpc.clone()).unwrap();
    endpoint.local_address(Some(IpAddr::from(from))).connect().await.unwrap()
}

/// The beginning of a body, of which no more comes.
struct Begun(Option<Bytes>);

impl HttpBody for Begun {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Status>>> {
        self.0
            .take()
            .map_or(Poll::Pending, |bytes| Poll::Ready(Some(Ok(http_body::Frame::data(bytes)))))
    }
}

/// Requests that never arrive whole, begun again whenever one ends.
struct Flood {
    refused: Arc<AtomicUsize>,
    _requests: JoinSet<()>,
}

impl Flood {
    /// Begins, and waits until the first of its requests is refused: then it has all that it gets.
    async fn begin(server: &Server, token: Option<&str>, seed: usize) -> Self {
        let (refused, mut requests, mut random) = (Arc::default(), JoinSet::new(), seed);
        for _ in 0..FLOOD.0 {
            let connection = connection(server, FLOODER).await;
            for _ in 0..FLOOD.1 {
                let token = token.map(ToOwned::to_owned);
                let length = next_random(&mut random) % 100;
                requests.spawn(flood(connection.clone(), token, length, Arc::clone(&refused)));
            }
        }
        let flood = Self { refused, _requests: requests };
        timeout(TIMEOUT, flood.is_refused()).await.expect("nothing of the flood is refused");
        flood
    }

    async fn is_refused(&self) {
        while self.refused.load(Ordering::Relaxed) == 0 {
            sleep(Duration::from_millis(10)).await;
        }
    }
}

async fn flood(
    connection: Channel,
    token: Option<String>,
    length: usize,
    refused: Arc<AtomicUsize>,
) {
    loop {
        let request = http::Request::post("http://x/voortgang.v1.SearchService/Search")
            .header("content-type", "application/grpc")
            .header("te", "trailers");
        let request = match &token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        };
        let begun = [&[0, 0, 0, 0, 200], vec![0; length].as_slice()].concat();
        let body = tonic::body::Body::new(Begun(Some(begun.into())));
        let mut connection = connection.clone();
        poll_fn(|context| connection.poll_ready(context)).await.unwrap();
        let answer = connection.call(request.body(body).unwrap()).await;
        if answer.is_ok_and(|answer| is_refused(Status::from_header_map(answer.headers()))) {
            refused.fetch_add(1, Ordering::Relaxed);
        }
        sleep(AGAIN).await;
    }
}

fn is_refused(status: Option<Status>) -> bool {
    status.is_some_and(|status| status.code() == Code::ResourceExhausted)
}

/// Those who must be answered meanwhile.
struct Others {
    coordinator: Clients<InterceptedService<Channel, AsOperator>>,
    reader: Clients<Channel>,
}

impl Others {
    async fn of(server: &Server) -> Self {
        let operator = as_operator(&server.grpc);
        // From the flooder's own address: who signed in counts as who they are.
        let coordinator = Clients::with_interceptor(connection(server, FLOODER).await, operator);
        Self { coordinator, reader: Clients::new(connection(server, READER).await) }
    }

    async fn coordinator(&self) -> Result<(), Status> {
        self.coordinator.cycles().list_cycles(ListCyclesRequest::default()).await.map(drop)
    }

    async fn reader(&self) -> Result<(), Status> {
        self.reader.search().search(SearchRequest::default()).await.map(drop)
    }

    /// Has each ask some times; the longest that one waited.
    async fn ask(&self) -> Duration {
        let mut longest = Duration::ZERO;
        for _ in 0..40 {
            for is_coordinator in [true, false] {
                let asked = Instant::now();
                let answer =
                    if is_coordinator { self.coordinator().await } else { self.reader().await };
                longest = longest.max(asked.elapsed());
                answer.unwrap();
            }
        }
        longest
    }
}

/// Makes a call until it is refused: places of a flood become free now and then, and are taken again.
async fn wait_until_refused(call: impl AsyncFn() -> Result<(), Status>) {
    let refused = async {
        while !is_refused(call().await.err()) {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(TIMEOUT, refused).await.expect("the flood locks others out");
}

fn seed() -> usize {
    number("VOORTGANG_SEED", 1325)
}

fn start(variables: &[(&str, &str)]) -> (tempfile::TempDir, Server) {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_with(&folder.path().join("data"), variables);
    (folder, server)
}

fn flooder(server: &Server) -> String {
    server.token(&["--role", "coordinator", "--subject", "flooder"])
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_never_arrive_cost_nobody_else_an_answer() {
    let (_folder, server) = start(&[]);
    let others = Others::of(&server).await;
    println!("seed {}: no flood, longest wait {:?}", seed(), others.ask().await);
    for token in [None, Some(flooder(&server))] {
        let _flood = Flood::begin(&server, token.as_deref(), seed()).await;
        let longest = others.ask().await;
        let who = token.map_or("without credentials", |_| "signed in");
        println!("seed {}: flood {who}, longest wait of others {longest:?}", seed());
    }
}

/// The control: without a limit for each caller the same floods lock others out, but not whoever signed in out of
/// what only they have.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_limit_for_each_caller_floods_lock_others_out() {
    let (_folder, server) = start(&UNLIMITED);
    let others = Others::of(&server).await;
    let flood = Flood::begin(&server, None, seed()).await;
    wait_until_refused(async || others.reader().await).await;
    others.coordinator().await.unwrap();
    drop(flood);
    let _flood = Flood::begin(&server, Some(&flooder(&server)), seed()).await;
    wait_until_refused(async || others.coordinator().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_ask_nothing_cost_nobody_an_answer() {
    let (_folder, server) = start(&[]);
    let mut silent = Vec::new();
    for address in [&server.grpc, &server.http] {
        let address = address.trim_start_matches("http://").parse().unwrap();
        for _ in 0..1_100 {
            let socket = TcpSocket::new_v4().unwrap();
            socket.bind((FLOODER, 0).into()).unwrap();
            silent.push(socket.connect(address).await.unwrap());
        }
    }
    let longest = Others::of(&server).await.ask().await;
    let asked = Instant::now();
    let (status, _, _) = tokio::task::block_in_place(|| server.get("/"));
    assert_eq!(status, 200);
    println!("{} silent connections: calls {longest:?}, page {:?}", silent.len(), asked.elapsed());
    let open = || silent.iter().filter(|stream| is_open(stream)).count();
    let deadline = Instant::now() + TIMEOUT;
    while open() > 2 * 256 {
        assert!(Instant::now() < deadline, "{} of them are still open", open());
        sleep(Duration::from_millis(50)).await;
    }
}

fn is_open(stream: &TcpStream) -> bool {
    let read = stream.try_read(&mut [0; 1]);
    read.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
}

/// Submissions of a burst, and the bytes of each: far beyond what a contribution may have.
const BURST: (usize, usize) = (64, 10_000_000);
/// Kibibytes by which the process may grow: all of the burst at once would be 640,000, and as much for each copy.
const GROWTH_KIB: u64 = 384 * 1024;

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_large_messages_takes_bounded_memory() {
    let (_folder, server) = start(&[]);
    open_cycle(&server).await;
    let before = resident(&server, "VmRSS");
    let mut burst = JoinSet::new();
    for number in 0..BURST.0 {
        let client = Clients::with_interceptor(
            connection(&server, FLOODER).await,
            as_operator(&server.grpc),
        );
        let save = save(&format!("burst-{number}"), &"woord ".repeat(BURST.1 / 6));
        let request = SubmitContributionRequest { save: Some(save), validate_only: false };
        burst.spawn(async move { client.submissions().submit_contribution(request).await });
    }
    while let Some(answer) = burst.join_next().await {
        assert_eq!(answer.unwrap().unwrap_err().code(), Code::InvalidArgument);
    }
    let (peak, after) = (resident(&server, "VmHWM"), resident(&server, "VmRSS"));
    println!("resident KiB: {before} before, {peak} at most, {after} after");
    assert!(peak < before + GROWTH_KIB, "{before} KiB before, {peak} at most");
}

async fn open_cycle(server: &Server) {
    let connection = connection(server, READER).await;
    let clients = Clients::with_interceptor(connection, as_operator(&server.grpc));
    let framework = RegisterFrameworkRequest {
        framework: Some(framework().into()),
        validate_only: false,
        again: false,
    };
    clients.frameworks().register_framework(framework).await.unwrap();
    clients
        .cycles()
        .open_cycle(OpenCycleRequest { cycle: Some(cycle().into()), ..Default::default() })
        .await
        .unwrap();
}

/// A line of what the kernel says of the memory of a process (proc(5)), in KiB.
fn resident(server: &Server, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
