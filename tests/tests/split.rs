//! The split deployment gives what the embedded one gives, and loses nothing when its processes and servers are killed.
//!
//! The gate runs 10 kills over 1,500 submissions. `VOORTGANG_KILLS` and `VOORTGANG_SPLIT_SUBMISSIONS` set other counts,
//! `VOORTGANG_SEED` the order.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    time::{Duration, Instant},
};

use end_to_end::{
    Answer, Server, Split,
    load::{QUIET, Submissions, Verdict, next_random, number, prepare},
    program_without_durability, shared,
};
use model::Hash;

const SERVICES: [&str; 5] = ["storage", "search", "rendering", "ingest", "portal"];

/// Submits and publishes the real report; returns its files, and the hits of a search in order.
fn publish(
    cli: impl Fn(&[&str]) -> Answer,
    data: &Path,
    out: &Path,
) -> (BTreeMap<String, Vec<u8>>, Vec<String>) {
    let file = |name: &str| data.join(name).display().to_string();
    cli(&["framework", "add", &file("framework.yaml")]).ok();
    cli(&["cycle", "open", "nap1325-iv", "--from", "2021-01-01", "--until", "2021-12-31"]).ok();
    let first = cli(&["submit", &file("contributions-2021.yaml")]).ok();
    assert!(first.contains("48 accepted, 0 unchanged, 0 rejected"), "{first}");
    let again = cli(&["submit", &file("contributions-2021.yaml")]).ok();
    assert!(again.contains("0 accepted, 48 unchanged, 0 rejected"), "{again}");
    let to = out.display().to_string();
    let order = ["publish", "nap1325-iv/2021", "--date", "2022-11-09", "--format", "pdf,html,json"];
    cli(&[&order[..], &["--wait", "--out", &to]].concat()).ok();
    let files = fs::read_dir(out).unwrap().map(|entry| {
        let entry = entry.unwrap();
        (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())
    });
    (files.collect(), hits(cli))
}

/// The hits of a search in order, once they are the same many times in a row: each look reaches one of the replicas, and a replica
/// has all of an edition or nothing of it.
fn hits(cli: impl Fn(&[&str]) -> Answer) -> Vec<String> {
    const LOOKS: usize = 10;
    let deadline = Instant::now() + Duration::from_mins(2);
    let (mut seen, mut times) = (Vec::new(), 0);
    while times < LOOKS {
        assert!(Instant::now() < deadline, "replicas of search go on to differ: {seen:?}");
        let found = cli(&["search", "vrouwelijke mensenrechtenverdedigers", "--json"]).json();
        let hits = found["hits"].as_array().unwrap().iter();
        let hits: Vec<String> =
            hits.map(|hit| hit["external_id"].as_str().unwrap().to_owned()).collect();
        times = if hits.is_empty() || hits != seen { 0 } else { times + 1 };
        seen = hits;
    }
    seen
}

#[test]
fn the_split_deployment_gives_the_same_bytes_and_hits() {
    let Some(data) = shared("the real report on the split deployment") else { return };
    let data = data.join("nap1325-iv");
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("embedded"));
    let embedded = publish(|arguments| server.cli(arguments), &data, &folder.path().join("one"));
    let split = Split::start(&folder.path().join("split"), &[("VOORTGANG_S3", "1")]);
    let shared_out = folder.path().join("two");
    let (files, hits) = publish(|arguments| split.cli(arguments), &data, &shared_out);
    assert_eq!(files.len(), 3);
    for (name, bytes) in &files {
        let (one, many) = (Hash::of(&embedded.0[name]), Hash::of(bytes));
        eprintln!("{name}: embedded {one}, split {many}");
        assert_eq!(one, many, "{name} differs");
    }
    assert!(!hits.is_empty());
    assert_eq!(embedded.1, hits);
}

#[test]
fn nothing_acknowledged_is_lost_when_services_and_servers_are_killed() {
    let (kills, submissions) =
        (number("VOORTGANG_KILLS", 10), number("VOORTGANG_SPLIT_SUBMISSIONS", 1_500));
    let verdict = verdict_after_kills(kills, submissions, &[], QUIET, kill_anything);
    let expected =
        Verdict { lost_in_storage: 0, lost_in_index: 0, doubled: 0, editions: 1, publications: 1 };
    assert_eq!(verdict, expected);
}

#[test]
fn without_confirms_and_without_the_outbox_the_same_judge_reports_losses_when_killed() {
    let program = program_without_durability().display().to_string();
    let verdict = verdict_after_kills(
        10,
        1_000,
        &[("VOORTGANG_BINARY", &program)],
        Duration::from_secs(15),
        // Without the outbox each replica publishes what it committed, so a loss takes both.
        |split, _, _| split.kill_replicas(&["storage-1", "storage-2"]),
    );
    assert_eq!(verdict.lost_in_storage, 0, "storage itself needs no outbox: {verdict:?}");
    assert!(0 < verdict.lost_in_index, "the count saw no loss: {verdict:?}");
}

/// Runs where `VOORTGANG_CLUSTER` is 1: three nodes take half a minute to start.
#[test]
fn nothing_is_lost_or_doubled_when_a_node_of_the_brokers_cluster_is_killed() {
    if number("VOORTGANG_CLUSTER", 0) != 1 {
        eprintln!("left out: a cluster of brokers; set VOORTGANG_CLUSTER=1");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let split = Split::start_cluster(&folder.path().join("split"));
    prepare(|arguments| split.cli(arguments), folder.path());
    let mut running = Submissions::start(&split.grpc, 600);
    running.wait_for(200);
    // The first: it made the queues and leads them.
    split.kill_node("rabbitmq");
    running.finish();
    let expected =
        Verdict { lost_in_storage: 0, lost_in_index: 0, doubled: 0, editions: 1, publications: 1 };
    assert_eq!(running.verdict(&split.grpc, QUIET), expected);
}

/// Kills a service at random each time, and PostgreSQL and the broker in turn every fourth time.
fn kill_anything(split: &Split, kill: usize, random: &mut usize) {
    match kill % 8 {
        4 => split.kill_server("rabbitmq"),
        0 => split.kill_server("postgres"),
        _ => {
            let service = SERVICES[next_random(random) % SERVICES.len()];
            split.kill_replicas(&[&format!("{service}-{}", 1 + next_random(random) % 2)]);
        }
    }
}

fn verdict_after_kills(
    kills: usize,
    submissions: usize,
    variables: &[(&str, &str)],
    quiet: Duration,
    kill_next: impl Fn(&Split, usize, &mut usize),
) -> Verdict {
    let seed = number("VOORTGANG_SEED", std::process::id() as usize);
    eprintln!("{kills} kills over {submissions} submissions, seed {seed}");
    let folder = tempfile::tempdir().unwrap();
    let split = Split::start(&folder.path().join("split"), variables);
    prepare(|arguments| split.cli(arguments), folder.path());
    let mut running = Submissions::start(&split.grpc, submissions);
    let step = submissions / (kills + 1);
    let mut random = seed;
    for kill in 1..=kills {
        running.wait_for(kill * step);
        kill_next(&split, kill, &mut random);
    }
    running.finish();
    split.wait_until_ready();
    running.verdict(&split.grpc, quiet)
}
