//! Damage under a running program: it is named, with exit codes by how bad it is, and mended by one command.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

use std::{fs, path::Path, path::PathBuf, time::Duration, time::Instant};

use end_to_end::{Answer, Server, block, free_port};
use serde_json::Value;

const FRAMEWORK: &str = "code: proef\ntitle: Proef\nlanguage: nl\nperiod: {from: 2021, until: 2025}\n\
    organisations: [{code: alfa, name: Alfa, kind: ministry}]\npillars: [{code: een, name: Een}]\n\
    goals: [{code: '1', kind: strategic_goal, pillar: een, statement: Doel}]\n";
const TEXTS: &str = "framework: proef\nperiod: {from: 2021, until: 2021}\nlanguage: nl\n\
    contributions: [{id: a-1, organisation: alfa, goals: ['1'], answer: reported, text: Twee fondsen.}]\n";
const TIMEOUT: Duration = Duration::from_mins(2);

/// A server with a published edition, and its files.
fn published(folder: &Path) -> (Server, Value) {
    // Nobody else comes to listen there once it is gone.
    let port = free_port();
    let server = Server::start_with(&folder.join("data"), &[("VOORTGANG_TEST_GRPC_PORT", &port)]);
    let (framework, texts) = (folder.join("framework.yaml"), folder.join("texts.yaml"));
    fs::write(&framework, FRAMEWORK).unwrap();
    fs::write(&texts, TEXTS).unwrap();
    server.cli(&["framework", "add", framework.to_str().unwrap()]).ok();
    server.cli(&["cycle", "open", "proef", "--from", "2021-01-01", "--until", "2021-12-31"]).ok();
    server.cli(&["submit", texts.to_str().unwrap()]).ok();
    let order = ["publish", "proef/2021", "--date", "2022-06-15", "--wait", "--json"];
    let published = server.cli(&order).json();
    server.wait_until_indexed();
    (server, published["edition"]["artefacts"].clone())
}

/// The status, once it is as bad as this and names this.
fn status(server: &Server, code: i32, named: &str) -> Answer {
    let end = Instant::now() + TIMEOUT;
    loop {
        let answer = server.cli(&["status"]);
        if answer.code == code && answer.out.contains(named) {
            return answer;
        }
        assert!(Instant::now() < end, "{code} with `{named}` instead of {answer:?}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn path(server: &Server, file: &Value) -> PathBuf {
    let hash = file["sha256"].as_str().unwrap();
    server.data.join("objects/artefacts").join(&hash[..2]).join(hash)
}

/// Damages a file until `repair` is the one that names it: once a minute the program looks for itself, and may be faster.
fn is_named_by_repair(
    server: &Server,
    (stored, whole): (&Path, &[u8]),
    damage: impl Fn(),
    words: [&str; 2],
) {
    for _ in 0..3 {
        damage();
        let named = server.cli(&["repair", "proef/2021/1"]).ok();
        if words.iter().all(|word| named.contains(word)) {
            return;
        }
        let end = Instant::now() + TIMEOUT;
        while !fs::read(stored).is_ok_and(|bytes| bytes == whole) {
            assert!(Instant::now() < end, "{words:?}: neither named nor mended: {named}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
    panic!("{words:?}: repair never names it");
}

#[test]
fn a_flipped_bit_goes_to_no_reader_and_a_lost_file_is_made_again_with_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let (server, files) = published(folder.path());
    assert!(server.cli(&["repair", "proef/2021/1"]).ok().contains("all files are whole"));
    for file in files.as_array().unwrap() {
        let stored = path(&server, file);
        let whole = fs::read(&stored).unwrap();
        let (hash, name) = (file["sha256"].as_str().unwrap(), file["file_name"].as_str().unwrap());
        let address = format!("/bestanden/{hash}/{name}");
        let mut flipped = whole.clone();
        flipped[whole.len() / 2] ^= 1;
        let flip = || {
            fs::write(&stored, &flipped).unwrap();
            let (code, _, _) = server.get(&address);
            let is_whole = fs::read(&stored).is_ok_and(|bytes| bytes == whole);
            assert!(code == 503 || is_whole, "{name}: {code}");
        };
        is_named_by_repair(&server, (&stored, &whole), flip, [name, "damaged"]);
        assert_eq!(server.get(&address).0, 200, "{name}");
        let lose = || fs::remove_file(&stored).unwrap();
        is_named_by_repair(&server, (&stored, &whole), lose, [name, "lost"]);
        assert!(fs::read(&stored).unwrap() == whole, "{name} is another");
    }
    let errors = server.log().lines().filter(|line| line.contains("a published file is")).count();
    assert!(2 * files.as_array().unwrap().len() <= errors, "{errors} lines in the log");
}

#[test]
fn what_is_wrong_is_named_with_since_when_and_goes_when_it_is_mended() {
    let folder = tempfile::tempdir().unwrap();
    let (server, _) = published(folder.path());
    status(&server, 0, "");
    let sound = server.cli(&["status", "--json"]).json();
    assert_eq!(sound["status"], "ready", "{sound}");

    // Search may be about to write a file there.
    let (index, end) = (server.data.join("index"), Instant::now() + TIMEOUT);
    while index.exists() {
        assert!(Instant::now() < end, "{} comes again", index.display());
        let _ = fs::remove_dir_all(&index);
    }
    let printed = status(&server, 1, "search one: index-files:").out;
    assert!(printed.contains("(since 2"), "{printed}");
    loop {
        let (code, _, ready) = end_to_end::get(&format!("{}/readyz", server.health));
        assert_eq!(code, 200, "it goes on: {ready}");
        if ready.contains("\"degraded\"") && ready.contains("index-files") {
            break;
        }
        assert!(Instant::now() < end, "{ready}");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(server.cli(&["reindex"]).ok().contains("replica one: 1 published and 1 working"));
    status(&server, 0, "");
    let found = server.cli(&["search", "fondsen", "--json"]).json();
    assert_eq!(found["total"].as_u64(), Some(1), "{found}");

    let probes = server.data.join("objects/probes");
    block(&probes);
    status(&server, 1, "storage 1: objects:");
    let page = server.get("/proef/2021/1").0;
    assert_eq!(page, 200, "what is published is read all the while");
    fs::remove_file(&probes).unwrap();
    status(&server, 0, "");

    let address = server.grpc.clone();
    server.kill();
    let down = end_to_end::voortgang(&["status", "--server", &address]);
    assert_eq!(down.code, 2, "{down:?}");
}
