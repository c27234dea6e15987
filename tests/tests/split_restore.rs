//! The split system under load, taken back to a moment by `deploy/backup/split`.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use end_to_end::{
    Answer, Split,
    load::{Found, QUIET, Submissions, found, next_random, number, prepare},
    voortgang,
};

/// Submissions of a load.
const LOAD: usize = 400;

fn now() -> String {
    let output = Command::new("date").args(["-u", "+%Y-%m-%dT%H:%M:%S.%NZ"]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn ids(found: &Found) -> BTreeSet<String> {
    found.stored.keys().cloned().collect()
}

/// Verifies the audit log with the anchors of a folder.
fn verify_audit(split: &Split, anchors: &Path) -> Answer {
    let path = |name: &str| split.folder().join(name).display().to_string();
    let (export, config) = (path("audit.jsonl"), path("config/storage-1.toml"));
    split.cli(&["audit", "export", &export]).ok();
    let key = voortgang(&["audit", "key", "--config", &config]).ok();
    let anchors = anchors.display().to_string();
    voortgang(&["audit", "verify", &export, "--key", key.trim(), "--anchors", &anchors])
}

fn wait_for_anchor_of_edition(split: &Split) {
    let deadline = Instant::now() + Duration::from_mins(1);
    let of_edition = |file: fs::DirEntry| {
        fs::read_to_string(file.path()).is_ok_and(|text| text.contains("proefplan/2021/1"))
    };
    let anchors = split.folder().join("objects/audit/checkpoints");
    while !fs::read_dir(&anchors).is_ok_and(|files| files.flatten().any(of_edition)) {
        assert!(Instant::now() < deadline, "the edition has no anchor");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Goes back to a random moment of a load; returns what is there then.
fn go_back(split: &Split, known: &BTreeSet<String>, random: &mut usize) -> Found {
    let mut running = Submissions::start(&split.grpc, LOAD);
    split.back_up();
    // The edition is published at the middle of the load, after the moment.
    running.wait_for(next_random(random) % (LOAD / 2 - 20));
    let (before, moment, sent) = (running.acknowledged(), now(), running.sent());
    running.finish();
    wait_for_anchor_of_edition(split);
    split.go_back(&moment);
    split.wait_until_ready();
    let found = found(&split.grpc, QUIET);
    let stored = ids(&found);
    let lost: Vec<_> = before.difference(&stored).collect();
    assert!(lost.is_empty(), "acknowledged before {moment} and lost: {lost:?}");
    let number = |id: &str| id.trim_start_matches("s-").parse::<usize>().unwrap();
    let later: Vec<_> = stored.difference(known).filter(|id| sent <= number(id)).collect();
    assert!(later.is_empty(), "sent after {moment} and there: {later:?}");
    assert_eq!(found.stored, found.indexed, "search follows the record, and finds each once");
    found
}

/// `VOORTGANG_RESTORES` moments, each of a load of its own. Search and broker go on with what they had and know later things.
#[test]
fn the_split_system_goes_back_to_a_random_moment() {
    let moments = number("VOORTGANG_RESTORES", 1);
    let mut random = number("VOORTGANG_SEED", 1_325);
    eprintln!("{moments} moments, VOORTGANG_SEED={random}");
    let folder = tempfile::tempdir().unwrap();
    let split = Split::start(&folder.path().join("split"), &[("VOORTGANG_ARCHIVE", "1")]);
    prepare(|arguments| split.cli(arguments), folder.path());
    let mut known = BTreeSet::new();
    for _ in 0..moments {
        known = ids(&go_back(&split, &known, &mut random));
        verify_audit(&split, &split.folder().join("objects/audit/checkpoints")).ok();
        let later = split.folder().join("objects-before/audit/checkpoints");
        let finding = verify_audit(&split, &later).fails(5);
        assert!(finding.contains("TRUNCATED") || finding.contains("REWRITTEN"), "{finding}");
    }
}
