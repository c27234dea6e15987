//! One trace leads from a client's call over outbox and bus to the index and to the stored file; health and counts say
//! how it goes.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

use std::{
    path::Path,
    time::{Duration, Instant},
};

use end_to_end::{Collector, Server, get, load::prepare};

const ITEM: &str = "framework: proefplan\nperiod: {from: 2021-01-01, until: 2021-12-31}\nlanguage: nl\n\
                    contributions:\n- {id: a, organisation: alfa, goals: ['1'], answer: reported, text: Geheim}\n";

/// Names of spans between a client's call and what it leads to, over the gateway, a service, storage and the bus.
fn check_traces(folder: &Path, variables: &[(&str, &str)]) {
    let collector = Collector::start();
    let telemetry = [
        ("VOORTGANG__TELEMETRY__OTLP", collector.address.as_str()),
        // Sent soon, so that the test need not wait.
        ("OTEL_BSP_SCHEDULE_DELAY", "100"),
        ("VOORTGANG__LOG__FORMAT", "json"),
        ("VOORTGANG__LOG__LEVEL", "debug"),
    ];
    let server = Server::start_with(&folder.join("data"), &[&telemetry[..], variables].concat());
    prepare(|arguments| server.cli(arguments), folder);
    // A batch is handled in the trace of its first delivery; what comes is to be alone.
    server.wait_until_indexed();
    let file = folder.join("a.yaml");
    std::fs::write(&file, ITEM).unwrap();
    server.cli_with(&["submit", &file.display().to_string()], &telemetry).ok();
    let indexed = collector.path("submit", "commit to the index");
    assert_eq!(
        indexed,
        [
            "submit",
            "voortgang.v1.SubmissionService/SubmitContributions",
            "voortgang.v1.SubmissionService/SubmitContributions",
            "voortgang.internal.v1.SaveService/SaveContributions",
            "deliver contribution.submitted.v1",
            "commit to the index",
        ]
    );
    let order = ["publish", "proefplan/2021", "--date", "2022-01-01", "--format", "html", "--wait"];
    server.cli_with(&order, &telemetry).ok();
    let stored = collector.path("publish", "store artefact");
    assert_eq!(
        stored,
        [
            "publish",
            "voortgang.v1.EditionService/PublishEdition",
            "voortgang.v1.EditionService/PublishEdition",
            "deliver rendering.requested.v1",
            "voortgang.internal.v1.JobService/UploadArtefact",
            "store artefact",
        ]
    );
    let log = server.log();
    assert!(log.lines().count() > 3, "{log}");
    assert!(!log.contains("Geheim"), "the log has what was submitted");
}

#[test]
fn one_trace_leads_from_the_call_to_index_and_file() {
    check_traces(tempfile::tempdir().unwrap().path(), &[]);
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the environment says where the servers and tools of tests are"
)]
fn one_trace_leads_over_rabbitmq_too() {
    let Ok(address) = std::env::var("VOORTGANG_RABBITMQ") else {
        eprintln!("left out: traces over RabbitMQ; VOORTGANG_RABBITMQ names none");
        return;
    };
    let namespace = format!("traces-{}.", std::process::id());
    let variables = [
        ("VOORTGANG__BUS__ADDRESS", address.as_str()),
        ("VOORTGANG__BUS__NAMESPACE", namespace.as_str()),
    ];
    check_traces(tempfile::tempdir().unwrap().path(), &variables);
}

#[test]
fn health_names_each_dependency_and_metrics_count_what_happened() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("data"));
    prepare(|arguments| server.cli(arguments), folder.path());
    let file = folder.path().join("a.yaml");
    std::fs::write(&file, ITEM).unwrap();
    server.cli(&["submit", &file.display().to_string()]).ok();
    let order = ["publish", "proefplan/2021", "--date", "2022-01-01", "--format", "html", "--wait"];
    server.cli(&order).ok();
    assert_eq!(get(&format!("{}/livez", server.health)).0, 200);
    let names = ["database", "bus", "objects", "storage", "search", "ingest", "rendering"];
    let are_ready = |text: &str| {
        names
            .iter()
            .all(|name| text.contains(&format!("{{\"name\":\"{name}\",\"status\":\"ready\"")))
    };
    let deadline = Instant::now() + Duration::from_mins(1);
    loop {
        let (code, media_type, ready) = get(&format!("{}/readyz", server.health));
        assert_eq!((code, media_type.as_str()), (200, "application/json"), "{ready}");
        if are_ready(&ready) {
            break;
        }
        assert!(Instant::now() < deadline, "{ready}");
        std::thread::sleep(Duration::from_millis(200));
    }
    let counts = || get(&format!("{}/metrics", server.health)).2;
    let submitted = "voortgang_rpc_calls_total{role=\"up\",service=\"voortgang.v1.SubmissionService\",method=\"SubmitContributions\",code=\"Ok\"}";
    let rendered = "voortgang_rendering_seconds_count{role=\"up\",format=\"html\"} 1";
    let deadline = Instant::now() + Duration::from_mins(1);
    let shown = shown_on_the_dashboard().into_iter();
    for name in shown.chain([submitted.to_owned(), rendered.to_owned()]) {
        while !counts().contains(&name) {
            assert!(Instant::now() < deadline, "no `{name}` in\n{}", counts());
            std::thread::sleep(Duration::from_millis(200));
        }
    }
    // None of it is for outsiders.
    assert_eq!(server.get("/metrics").0, 404);
}

fn shown_on_the_dashboard() -> Vec<String> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/dashboards/voortgang.json");
    let dashboard = std::fs::read_to_string(file).unwrap();
    let is_name = |letter: char| letter.is_ascii_lowercase() || letter == '_';
    let words = dashboard.split(|letter| !is_name(letter));
    let names: Vec<String> =
        words.filter(|word| word.starts_with("voortgang_")).map(ToOwned::to_owned).collect();
    assert!(9 < names.len(), "{names:?}");
    names
}
