//! The whole chain on the real report over 2021, as its users run it.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

use std::{collections::BTreeMap, path::Path, process::Command};

use end_to_end::{Server, shared};
use model::Format;
use serde_json::Value;

/// Starts a server, submits the real report and publishes it into `out`.
fn publish(data: &Path, folder: &Path, out: &Path) -> Server {
    let file = |name: &str| data.join("nap1325-iv").join(name).display().to_string();
    let server = Server::start(folder);
    server.cli(&["framework", "add", &file("framework.yaml")]).ok();
    let opened = server
        .cli(&["cycle", "open", "nap1325-iv", "--from", "2021-01-01", "--until", "2021-12-31"])
        .ok();
    assert!(opened.contains("nap1325-iv/2021"), "{opened}");
    for expected in ["48 accepted, 0 unchanged, 0 rejected", "0 accepted, 48 unchanged, 0 rejected"]
    {
        let submitted = server.cli(&["submit", &file("contributions-2021.yaml")]).ok();
        assert_eq!(submitted.lines().last(), Some(expected), "{submitted}");
    }
    let findings = server.cli(&["cycle", "findings", "nap1325-iv/2021"]).ok();
    let first = findings.lines().next();
    assert_eq!(first, Some("nothing to look at twice"), "none is invented: {findings}");
    let out = out.display().to_string();
    server
        .cli(&[
            "publish",
            "nap1325-iv/2021",
            "--date",
            "2022-11-09",
            "--format",
            &Format::ALL.map(Format::name).join(","),
            "--wait",
            "--out",
            &out,
        ])
        .ok();
    server
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the environment says where the servers and tools of tests are"
)]
fn the_report_over_2021_comes_out_word_for_word() {
    let Some(data) = shared("the whole chain on the real report over 2021") else { return };
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let server = publish(&data, &folder.path().join("data"), &out);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/check_report.py");
    let python = std::env::var("VOORTGANG_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let check = Command::new(python)
        .arg(script)
        .arg(data.join("nap1325-iv"))
        .arg(out.join("nap1325-iv-2021-1"))
        .output()
        .expect("python runs");
    assert!(
        check.status.success(),
        "{}{}",
        String::from_utf8_lossy(&check.stdout),
        String::from_utf8_lossy(&check.stderr)
    );

    server.wait_until_indexed();
    let found = server.cli(&["search", "vrouwelijke mensenrechtenverdedigers", "--json"]).json();
    check_search(&found);
    let page = server.get("/nap1325-iv/2021/1");
    assert_eq!(page.0, 200);
    for hit in found["hits"].as_array().unwrap() {
        for passage in hit["passages"].as_array().unwrap() {
            lands_on_its_passage(&server, passage);
        }
    }
}

fn check_search(found: &Value) {
    let hits = found["hits"].as_array().expect("hits");
    assert!(!hits.is_empty() && hits.len() as u64 <= found["total"].as_u64().unwrap(), "{found}");
    assert!(0 < found["watermark"].as_u64().unwrap());
    for hit in hits {
        for key in ["external_id", "organisation", "cycle", "edition"] {
            assert!(hit[key].as_str().is_some_and(|text| !text.is_empty()), "{key}: {hit}");
        }
        assert!(
            hit["goals"].is_array() && hit["indicators"].is_array() && hit["score"].is_number(),
            "{hit}"
        );
        assert!(!hit["passages"].as_array().unwrap().is_empty(), "{hit}");
    }
    let ids: Vec<&str> = hits.iter().filter_map(|hit| hit["external_id"].as_str()).collect();
    assert!(ids.contains(&"bz-1.1-1") || ids.contains(&"bz-1.2-1+2"), "{ids:?}");
    let facets = found["facets"].as_array().expect("facets");
    let organisations = facets.iter().find(|facet| facet["dimension"] == "organisation");
    assert!(organisations.is_some_and(|facet| facet["counts"].is_array()), "{found}");
}

/// The address of a hit opens a page that has an element with the passage's id.
fn lands_on_its_passage(server: &Server, passage: &Value) {
    let url = passage["url"].as_str().expect("an address");
    let (path, fragment) = url.split_once('#').expect("a fragment");
    let (status, _, html) = server.get(path);
    assert_eq!(status, 200, "{url}");
    let id = fragment.replace("%2B", "+").replace("%2C", ",");
    assert!(html.contains(&format!("id=\"{id}\"")), "no element has the id {id}");
}

#[test]
fn the_same_edition_is_the_same_bytes_on_another_day_and_in_another_place() {
    let Some(data) = shared("byte-identical editions") else { return };
    let mut hashes: Vec<BTreeMap<&str, Vec<u8>>> = Vec::new();
    for _ in 0..2 {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out");
        drop(publish(&data, &folder.path().join("data"), &out));
        let read = |ending| {
            (
                ending,
                std::fs::read(out.join(format!("nap1325-iv-2021-1.{ending}"))).expect("a file"),
            )
        };
        hashes.push(Format::ALL.map(Format::ending).into_iter().map(read).collect());
    }
    for ending in Format::ALL.map(Format::ending) {
        assert!(hashes[0][ending] == hashes[1][ending], "{ending} differs between two runs");
    }
}
