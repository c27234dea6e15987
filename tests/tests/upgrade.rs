//! The version before and this one, side by side over one database and broker, while they are written to.
//!
//! Runs where `VOORTGANG_PREVIOUS_BIN` names the program of the version before, which `tests/full upgrade` builds.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use end_to_end::{
    Split,
    load::{QUIET, Submissions, Verdict, prepare},
    program,
};

/// Who is replaced after how many submissions: storage first.
const STEPS: [(usize, &[&str]); 4] = [
    (100, &["storage-1"]),
    (200, &["search-1", "rendering-1", "ingest-1", "portal-2"]),
    (300, &["storage-2"]),
    (400, &["search-2", "rendering-2", "ingest-2", "portal-1"]),
];

#[expect(
    clippy::disallowed_methods,
    reason = "the environment says where the servers and tools of tests are"
)]
fn previous() -> Option<PathBuf> {
    let named = std::env::var("VOORTGANG_PREVIOUS_BIN").ok().map(PathBuf::from);
    if named.is_none() {
        eprintln!("left out: the version before; run ./tests/full upgrade");
    }
    named
}

/// From now on processes start with this program.
fn switch(link: &Path, program: &Path) {
    let fresh = link.with_extension("new");
    symlink(program, &fresh).unwrap();
    fs::rename(fresh, link).unwrap();
}

#[test]
fn two_versions_side_by_side_lose_and_double_nothing_and_the_older_does_not_come_back() {
    let Some(previous) = previous() else { return };
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("voortgang");
    switch(&link, &previous);
    let binary = link.display().to_string();
    let split = Split::start(&folder.path().join("split"), &[("VOORTGANG_BINARY", &binary)]);
    prepare(|arguments| split.cli(arguments), folder.path());
    let running = Submissions::start(&split.grpc, 600);
    switch(&link, &program());
    for (at, replicas) in STEPS {
        running.wait_for(at);
        split.kill_replicas(replicas);
    }
    let expected =
        Verdict { lost_in_storage: 0, lost_in_index: 0, doubled: 0, editions: 1, publications: 1 };
    split.wait_until_ready();
    assert_eq!(running.verdict(&split.grpc, QUIET), expected);
    switch(&link, &previous);
    split.kill_replicas(&["storage-2"]);
    let log = split.folder().join("log/storage-2.log");
    let deadline = Instant::now() + Duration::from_mins(1);
    while !fs::read_to_string(&log).unwrap().contains("newer version of voortgang") {
        assert!(Instant::now() < deadline, "the older version takes a newer database");
        std::thread::sleep(Duration::from_millis(100));
    }
}
