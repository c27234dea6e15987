//! Nothing that comes in from outside makes a program panic: calls with whatever messages, and addresses with whatever in them.
//!
//! Panics of a server stand in its log; overflow of numbers panics too in the profile of tests.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use edition::{Report, View, data::Edition};
use end_to_end::{Server, as_operator, token};
use messages::Messages;
use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, ReflectMessage as _};
use testkit::{
    fuzz::{self, WORDS, mutated, pick},
    matrix::Call,
};
use wire::{Clients, Service, v1 as pb};

/// How long a page may take.
const TIMEOUT: Duration = Duration::from_mins(1);

/// A server with a plan, a cycle and a contribution; and names that there are in it.
async fn prepared(folder: &std::path::Path) -> (Server, Vec<String>) {
    let server = Server::start(folder);
    let channel = rpc::connect(&server.grpc, None).unwrap();
    let clients = Clients::with_interceptor(channel, as_operator(&server.grpc));
    let framework = Some(testkit::framework().into());
    let request = pb::RegisterFrameworkRequest { framework, validate_only: false, again: false };
    clients.frameworks().register_framework(request).await.unwrap();
    let cycle = Some(testkit::cycle().into());
    clients
        .cycles()
        .open_cycle(pb::OpenCycleRequest { cycle, ..Default::default() })
        .await
        .unwrap();
    let submit = pb::SubmitContributionRequest {
        save: Some(testkit::save("a-1", "Een tekst over vrede.")),
        ..pb::SubmitContributionRequest::default()
    };
    let submitted = clients.submissions().submit_contribution(submit).await.unwrap().into_inner();
    let saved = submitted.result.unwrap().contribution.unwrap();
    (server, vec![saved.id, saved.etag, saved.passages[0].id.clone()])
}

/// Where a server panicked, with what it said.
fn panics(log: &str) -> Vec<&str> {
    log.lines().filter(|line| line.contains("panicked at")).collect()
}

fn assert_sound(server: &Server, tried: &dyn std::fmt::Debug) {
    let log = server.log();
    assert_eq!(panics(&log), Vec::<&str>::new(), "after {tried:?}");
}

#[test]
fn a_panic_in_a_log_is_seen() {
    let log = "INFO started\n\nthread 'tokio-rt-worker' (7) panicked at crates/model/src/cycle.rs:136:14:\na slug\n";
    assert_eq!(panics(log).len(), 1);
    assert_eq!(panics("INFO started\n"), Vec::<&str>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_message_makes_a_call_panic() {
    let folder = tempfile::tempdir().unwrap();
    let (server, words) = prepared(&folder.path().join("data")).await;
    let bearer = format!("Bearer {}", token(&server.grpc)).parse().unwrap();
    let channel = rpc::connect(&server.grpc, None).unwrap();
    let channel = channel.with_header(http::header::AUTHORIZATION, bearer);
    let services = [Service::Ingest, Service::Storage, Service::Search, Service::Rendering];
    let calls: Vec<Call> =
        Call::of_services(&services).into_iter().filter(Call::is_public).collect();
    assert!(calls.len() > 40, "{} calls", calls.len());
    let mut ended_well = 0;
    for mut random in fuzz::executions("calls of the gateway", 500) {
        let call = pick(&mut random, &calls);
        let request = fuzz::message(&mut random, &call.empty().descriptor(), &words);
        let answer = call.make(&channel, &request).await;
        ended_well += usize::from(answer.status.is_none());
        if answer.reason().is_empty() && answer.status.is_some() {
            assert_sound(&server, &(call.name(), request.to_string()));
        }
    }
    assert_sound(&server, &"every call");
    assert!(ended_well > 0, "some calls have to be taken");
    server.wait_until_ready();
}

#[tokio::test(flavor = "multi_thread")]
async fn no_address_makes_a_page_panic() {
    const SAMPLES: [&str; 8] = [
        "/",
        "/plan/2021",
        "/plan/2021/1",
        "/search?q=vrede&organisation=alfa&year=2021&page=abc&sort=newest",
        "/search?q=%22vrede%20en%22&as_of=2022-03-01&lang=en",
        "/plan/2021/1/files/0000000000000000000000000000000000000000000000000000000000000000/plan-2021-1.pdf",
        "/about?lang=nl",
        "/data/catalogue.json",
    ];
    let folder = tempfile::tempdir().unwrap();
    let (server, _) = prepared(&folder.path().join("data")).await;
    let host = server.http.strip_prefix("http://").unwrap();
    for mut random in fuzz::executions("addresses of pages", 2_000) {
        let sample = pick(&mut random, &SAMPLES);
        let mut address = mutated(&mut random, sample.as_bytes(), &WORDS);
        if random.bool() {
            address.retain(u8::is_ascii_graphic);
        }
        let mut stream = TcpStream::connect(host).unwrap();
        stream.set_read_timeout(Some(TIMEOUT)).unwrap();
        let request = [b"GET ", &address[..], b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"];
        stream.write_all(&request.concat()).unwrap();
        let mut answer = Vec::new();
        // What is no HTTP may be hung up on.
        let _ = stream.read_to_end(&mut answer);
        if !answer.starts_with(b"HTTP/1.1 ") {
            assert_sound(&server, &String::from_utf8_lossy(&address));
        }
    }
    assert_sound(&server, &"every address");
    assert_eq!(server.get("/").0, 200);
}

#[test]
fn no_export_makes_its_verification_panic() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("data"));
    let framework = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/examples/framework.yaml");
    server.cli(&["framework", "add", framework]).ok();
    let file = folder.path().join("export.jsonl");
    server.cli(&["audit", "export", &file.display().to_string()]).ok();
    let export = std::fs::read(&file).unwrap();
    assert!(export.len() > 200, "{} bytes", export.len());
    let data = server.data.display().to_string();
    let key = server.cli(&["audit", "key", "--data", &data]).ok();
    let keys = [key.split_whitespace().find_map(|word| word.parse().ok()).unwrap()];
    let report = audit::verify(&export[..], &keys, &[]).unwrap();
    assert_eq!(report.finding, None, "the control");
    for mut random in fuzz::executions("exports of the audit log", 5_000) {
        let bytes = mutated(&mut random, &export, &WORDS);
        let report = audit::verify(&bytes[..], &keys, &[]).unwrap();
        assert!(report.entries <= bytes.len() as u64);
    }
}

#[test]
fn no_data_file_makes_its_pages_panic() {
    let sample = Edition::from(&Report::sample()).to_bytes();
    let mut read = 0;
    for mut random in fuzz::executions("data files of editions", 5_000) {
        let bytes = mutated(&mut random, &sample, &WORDS);
        if let Ok(edition) = Edition::read(&bytes) {
            read += 1;
            View::of(&edition, "nl", Messages::for_language("nl"));
        }
    }
    assert!(read > 100, "{read} were read");
}

/// Reads a message from bytes and converts it to the model.
type Convert = fn(&[u8]);

/// The messages that have a form in the model.
macro_rules! conversions {
    ($($name:ident),+ $(,)?) => {
        [$((stringify!($name), (|bytes| {
            let Ok(message) = pb::$name::decode(bytes) else { return };
            // Back again, where it fits.
            if let Ok(value) = model::$name::try_from(message) {
                drop(pb::$name::from(value));
            }
        }) as Convert)),+]
    };
}

const CONVERSIONS: [(&str, Convert); 12] = conversions!(
    Artefact,
    Contribution,
    Cycle,
    Decision,
    Edition,
    Framework,
    Grant,
    Job,
    Membership,
    Organisation,
    Override,
    Remark,
);

#[test]
fn no_message_makes_its_conversion_panic() {
    let pool = DescriptorPool::decode(wire::DESCRIPTORS).unwrap();
    let descriptor = |name: &str| -> MessageDescriptor {
        pool.get_message_by_name(&format!("voortgang.v1.{name}")).unwrap()
    };
    let descriptors = CONVERSIONS.map(|(name, _)| descriptor(name));
    for mut random in fuzz::executions("conversions of messages", 20_000) {
        let place = random.usize(..CONVERSIONS.len());
        let message: DynamicMessage = fuzz::message(&mut random, &descriptors[place], &[]);
        let bytes = message.encode_to_vec();
        CONVERSIONS[place].1(&bytes);
        CONVERSIONS[place].1(&mutated(&mut random, &bytes, &WORDS));
    }
}
