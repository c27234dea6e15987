//! The audit log from outside: what outsiders read through any role is in it, and an export is verified without a server.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

use std::{collections::BTreeMap, fs, path::Path};

use end_to_end::{Server, as_operator, load::prepare, voortgang};
use serde_json::Value;
use tonic::transport::Endpoint;
use wire::{
    Clients,
    v1::{Format, GetContributionRequest, ListContributionsRequest, RenderEditionRequest},
};

const ITEM: &str = "framework: proefplan\nperiod: {from: 2021-01-01, until: 2021-12-31}\nlanguage: nl\n\
                    contributions:\n- {id: a, organisation: alfa, goals: ['1'], answer: reported, text: Geheim}\n";

/// How often each action is in the log.
fn actions(server: &Server) -> BTreeMap<String, usize> {
    let list = server.cli(&["audit", "list", "--json"]).json();
    let mut actions = BTreeMap::new();
    for entry in list["entries"].as_array().unwrap() {
        *actions.entry(entry["action"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    actions
}

fn submitted(folder: &Path) -> Server {
    let server = Server::start(&folder.join("data"));
    prepare(|arguments| server.cli(arguments), folder);
    let file = folder.join("a.yaml");
    fs::write(&file, ITEM).unwrap();
    server.cli(&["submit", &file.display().to_string()]).ok();
    server
}

#[tokio::test]
async fn what_outsiders_read_through_any_role_is_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let server = submitted(folder.path());
    let before = actions(&server);
    for action in ["contribution.read", "contribution.list", "working.search", "edition.read"] {
        assert_eq!(before.get(action), None, "roles read on their own account: {before:?}");
    }
    let channel = Endpoint::from_shared(server.grpc.clone()).unwrap().connect_lazy();
    let ingest = Clients::with_interceptor(channel.clone(), as_operator(&server.grpc));
    let cycle = "proefplan/2021".to_owned();
    let list = ListContributionsRequest { cycle, ..ListContributionsRequest::default() };
    let listed = ingest.contributions().list_contributions(list).await.unwrap().into_inner();
    let id = listed.contributions[0].id.clone();
    let get = GetContributionRequest { id, ..GetContributionRequest::default() };
    ingest.contributions().get_contribution(get).await.unwrap();
    server.cli(&["search", "geheim", "--working"]).ok();
    server.cli(&["search", "geheim"]).ok();
    let after = actions(&server);
    for action in ["contribution.read", "contribution.list", "working.search"] {
        assert_eq!(after.get(action), Some(&1), "{after:?}");
    }
    server.cli(&["publish", "proefplan/2021", "--date", "2022-01-01", "--format", "html"]).ok();
    let rendering = Clients::with_interceptor(channel, as_operator(&server.grpc));
    let request = RenderEditionRequest {
        edition: "proefplan/2021/1".to_owned(),
        format: Format::Json.into(),
        language: "nl".to_owned(),
    };
    rendering.templates().render_edition(request).await.unwrap();
    let log = server.cli(&["audit", "list", "--json"]).out;
    assert!(!log.to_lowercase().contains("geheim"), "the log holds what was submitted or asked");
}

/// Where the entry with this position stands.
fn place_of(lines: &[String], position: u64) -> usize {
    let position = format!("\"position\":{position},");
    let is_it = |line: &String| line.starts_with("{\"entry\"") && line.contains(&position);
    lines.iter().position(is_it).unwrap()
}

#[test]
fn an_export_is_verified_without_a_server_and_the_first_bad_entry_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let server = submitted(folder.path());
    server
        .cli(&["publish", "proefplan/2021", "--date", "2022-01-01", "--format", "html", "--wait"])
        .ok();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (data, export, anchors) =
        (path("data"), path("audit.jsonl"), path("data/objects/audit/checkpoints"));
    let deadline = std::time::Instant::now() + std::time::Duration::from_mins(1);
    let of_edition =
        |file: &Path| fs::read_to_string(file).is_ok_and(|text| text.contains("proefplan/2021/1"));
    while !fs::read_dir(&anchors)
        .is_ok_and(|files| files.flatten().any(|file| of_edition(&file.path())))
    {
        assert!(std::time::Instant::now() < deadline, "the edition has no anchor");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    server.cli(&["audit", "export", &export]).ok();
    server.kill();
    let key = voortgang(&["audit", "key", "--data", &data]).ok().trim().to_owned();
    let verify = |export: &str| {
        voortgang(&["audit", "verify", export, "--key", &key, "--anchors", &anchors, "--json"])
    };
    let sound = verify(&export).json();
    assert_eq!(sound["sound"], Value::Bool(true), "{sound}");
    assert!(0 < sound["anchored_until"].as_u64().unwrap(), "{sound}");
    let lines: Vec<String> =
        fs::read_to_string(&export).unwrap().lines().map(ToOwned::to_owned).collect();
    let check = |lines: Vec<String>, position: u64, reason: &str| {
        let file = path("bad.jsonl");
        fs::write(&file, lines.join("\n")).unwrap();
        let answer = verify(&file);
        assert_eq!(answer.code, 5, "{reason}: {}{}", answer.out, answer.err);
        let found: Value = serde_json::from_str(&answer.out).unwrap();
        assert_eq!(found["finding"]["position"].as_u64(), Some(position), "{reason}: {found}");
        assert_eq!(found["finding"]["reason"].as_str(), Some(reason), "{found}");
    };
    let place = |position: u64| place_of(&lines, position);
    let mut edited = lines.clone();
    edited[place(3)] = edited[place(3)].replace("local-operator", "somebody-else");
    check(edited, 3, "CHAIN_BROKEN");
    let mut missing = lines.clone();
    missing.remove(place(2));
    check(missing, 2, "POSITION_GAP");
    // One may stand on what is left already.
    let checkpoints = lines.iter().filter(|line| line.starts_with("{\"checkpoint\""));
    check(lines[..place(3)].iter().chain(checkpoints).cloned().collect(), 3, "TRUNCATED");
    let other = voortgang(&["audit", "verify", &export, "--key", &"0".repeat(64)]);
    assert_eq!(other.code, 5, "{}", other.out);
    assert!(other.out.contains("UNKNOWN_KEY"), "{}", other.out);
    let answer = voortgang(&[
        "audit",
        "verify",
        &export,
        "--key",
        &key,
        "--anchors",
        folder.path().join("none").to_str().unwrap(),
    ]);
    assert_eq!(answer.code, 1, "a folder that is not there is no verdict: {}", answer.err);
}
