//! Headers, limits, and failures as programs and people see them.

use std::time::Duration;

use axum::http::Request;
use portal::Config;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tokio_util::sync::CancellationToken;

use crate::sandbox::Sandbox;

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
async fn more_requests_than_allowed_are_told_to_come_back_and_health_still_answers() {
    let sandbox = Sandbox::with(Config { max_requests: 0, ..Config::default() }).await;
    let page = sandbox.get("/").await;
    assert_eq!(page.is(503).header("retry-after"), "5");
    page.has("Probeer het over enkele minuten opnieuw");
    sandbox.get("/livez").await.is(200);
}

#[tokio::test]
async fn it_serves_on_a_port_until_told_to_stop() {
    let sandbox = Sandbox::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let running =
        tokio::spawn(portal::run(Config::default(), sandbox.parts.clone(), listener, stop.clone()));
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
    // The connection is still open and idle; stopping does not wait for it.
    stop.cancel();
    tokio::time::timeout(Duration::from_secs(10), running).await.unwrap().unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}
