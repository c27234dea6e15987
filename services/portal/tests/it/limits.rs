//! Headers, limits, and failures as programs and people see them.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use axum::http::Request;
use portal::Config;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket, TcpStream},
    task::JoinHandle,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use crate::sandbox::Sandbox;

/// Longer than anything here may take.
const TIMEOUT: Duration = Duration::from_mins(1);

#[tokio::test]
async fn every_answer_carries_the_headers_that_keep_readers_safe() {
    let sandbox = Sandbox::new().await;
    for address in
        ["/", "/zoeken?q=a", "/plan/2021/3", "/nergens", "/livez", "/readyz", "/robots.txt"]
    {
        let page = sandbox.get(address).await;
        let policy = page.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'")
                && policy.contains("frame-ancestors 'none'")
                && !policy.contains("unsafe"),
            "{policy}"
        );
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("referrer-policy"), "strict-origin-when-cross-origin");
        assert_eq!(page.header("server"), "");
    }
}

#[tokio::test]
async fn no_page_needs_script_or_a_style_of_its_own() {
    let sandbox = Sandbox::new().await;
    for address in [
        "/",
        "/plan/2021",
        "/plan/2021/2",
        "/zoeken",
        "/over",
        "/toegankelijkheid",
        "/plan/2021/3",
        "/nergens",
    ] {
        sandbox
            .get(address)
            .await
            .has_no("<script")
            .has_no("<style")
            .has_no(" style=")
            .has_no("javascript:")
            .has_no(" onclick")
            .has_no(" onload");
    }
}

#[tokio::test]
async fn programs_get_problem_details() {
    let sandbox = Sandbox::new().await;
    let page =
        sandbox.send(Request::get("/plan/2021/9").header("accept", "application/json")).await;
    assert_eq!(page.is(404).header("content-type"), "application/problem+json");
    let details: serde_json::Value = serde_json::from_str(&page.text).unwrap();
    assert_eq!(details["status"], 404);
    assert_eq!(details["detail"], "cycle `plan/2021` has no published edition with this number");
    let refused =
        sandbox.send(Request::post("/").header("accept", "application/problem+json")).await;
    assert_eq!(
        (refused.is(405).header("allow"), refused.header("content-type")),
        ("GET,HEAD", "application/problem+json")
    );
}

#[tokio::test]
async fn an_address_that_is_too_long_is_refused() {
    let sandbox = Sandbox::with(Config { max_address_bytes: 100, ..Config::default() }).await;
    sandbox.get(&format!("/zoeken?q={}", "a".repeat(91))).await.is(414).has("Het adres is te lang");
    sandbox.get(&format!("/zoeken?q={}", "a".repeat(90))).await.is(200);
}

#[tokio::test]
async fn more_requests_than_allowed_are_refused_for_a_while_and_health_still_answers() {
    let sandbox = Sandbox::with(Config { max_requests: 0, ..Config::default() }).await;
    let page = sandbox.get("/").await;
    assert_eq!(page.is(503).header("retry-after"), "5");
    page.has("Probeer het over enkele minuten opnieuw");
    sandbox.get("/livez").await.is(200);
}

/// A portal on a port.
struct Served {
    address: SocketAddr,
    stop: CancellationToken,
    running: JoinHandle<anyhow::Result<()>>,
}

impl Served {
    async fn new(config: Config) -> Self {
        Self::on([127, 0, 0, 1], config).await
    }

    /// On an address of the machine.
    async fn on(address: [u8; 4], config: Config) -> Self {
        let sandbox = Sandbox::new().await;
        let listener = TcpListener::bind(SocketAddr::from((address, 0))).await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let run = portal::run(config, sandbox.parts.clone(), listener, stop.clone());
        Self { address, stop, running: tokio::spawn(run) }
    }

    /// A connection from another address of the machine.
    async fn from(&self, address: [u8; 4]) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((address, 0).into()).unwrap();
        socket.connect(self.address).await.unwrap()
    }
}

/// Whether a request on this connection is answered.
async fn is_answered(stream: &mut TcpStream) -> bool {
    let mut answer = [0; 12];
    stream.write_all(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n").await.is_ok()
        && stream.read_exact(&mut answer).await.is_ok()
        && &answer == b"HTTP/1.1 200"
}

/// Whether the server has closed this connection.
async fn is_closed(stream: &mut TcpStream) -> bool {
    !matches!(stream.read(&mut [0; 1]).await, Ok(1..))
}

#[tokio::test]
async fn connections_that_ask_nothing_make_room_for_those_that_do() {
    let config =
        Config { max_connections: 40, max_connections_per_address: 20, ..Config::default() };
    let served = Served::new(config).await;
    let mut reader = served.from([127, 0, 0, 2]).await;
    assert!(is_answered(&mut reader).await);
    let mut flood = Vec::new();
    for n in 0..100 {
        flood.push(served.from([127, 0, 0, 3 + n % 2]).await);
    }
    // Those of other addresses are answered, and new ones of the same address.
    for address in [[127, 0, 0, 2], [127, 0, 0, 3], [127, 0, 0, 5]] {
        let mut stream = served.from(address).await;
        assert!(timeout(TIMEOUT, is_answered(&mut stream)).await.unwrap(), "{address:?}");
    }
    for stream in &mut flood[..40] {
        assert!(timeout(TIMEOUT, is_closed(stream)).await.unwrap());
    }
    assert!(!is_answered(&mut flood[0]).await);
}

/// The control: where nothing may be closed, the same flood keeps a reader out.
#[tokio::test]
async fn connections_in_use_are_not_closed_for_others() {
    let config = Config { max_connections: 4, max_connections_per_address: 4, ..Config::default() };
    let served = Served::new(config).await;
    let mut asking = Vec::new();
    for _ in 0..4 {
        let mut stream = served.from([127, 0, 0, 3]).await;
        // An answer that is not read keeps its connection in use.
        stream
            .write_all(&b"GET /plan/2021/2 HTTP/1.1\r\nHost: x\r\n\r\n".repeat(4_000))
            .await
            .unwrap();
        asking.push(stream);
    }
    let mut refused = served.from([127, 0, 0, 2]).await;
    assert!(timeout(TIMEOUT, is_closed(&mut refused)).await.unwrap());
    drop(asking);
    let deadline = Instant::now() + TIMEOUT;
    while !is_answered(&mut served.from([127, 0, 0, 2]).await).await {
        assert!(Instant::now() < deadline, "no place became free");
    }
}

#[tokio::test]
async fn a_connection_without_a_request_ends() {
    let served = Served::new(Config::default()).await;
    let mut silent = served.from([127, 0, 0, 3]).await;
    let mut slow = served.from([127, 0, 0, 3]).await;
    slow.write_all(b"PRI * HTTP/2.0").await.unwrap();
    assert!(timeout(TIMEOUT, is_closed(&mut silent)).await.unwrap());
    assert!(timeout(TIMEOUT, is_closed(&mut slow)).await.unwrap());
}

#[tokio::test]
async fn it_serves_on_a_port_until_it_is_stopped() {
    // An address that nobody else listens on, so that the port stays free once it has stopped.
    let Served { address, stop, running } = Served::on([127, 0, 0, 6], Config::default()).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    assert!(is_answered(&mut stream).await);
    // The connection is still open and idle; stopping does not wait for it.
    stop.cancel();
    timeout(TIMEOUT, running).await.unwrap().unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}
