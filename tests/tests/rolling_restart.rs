//! Every replica of every service is started anew, one after the other, under calls with request ids and searches: none fails.
//!
//! `tests/full restarts` sets `VOORTGANG_RESTARTS`: beside other tests on few cores a replica is busy for longer than its callers wait.

use std::{path::Path, time::Duration};

use end_to_end::{
    Split,
    load::{Searches, Submissions, number, prepare},
    program_without_durability,
};
use wire::Service;

/// Pause of a client after each submission.
const PAUSE: Duration = Duration::from_millis(20);
/// In the order in which an operator would.
const SERVICES: [Service; 5] =
    [Service::Storage, Service::Search, Service::Rendering, Service::Ingest, Service::Portal];

/// Starts all replicas anew; returns how many calls failed.
fn restart_all(folder: &Path, variables: &[(&str, &str)]) -> usize {
    let split = Split::start(&folder.join("split"), variables);
    prepare(|arguments| split.cli(arguments), folder);
    let mut running = Submissions::start_until_stopped(&split.gateways(), 100, PAUSE);
    running.wait_for(100);
    let searches = Searches::start(&split.gateways());
    running.longest_pause();
    let mut failed = 0;
    for service in SERVICES {
        for replica in 1..=2 {
            split.restart(&format!("{service}-{replica}"));
            // Calls go on until it serves again.
            split.wait_until_healed();
            running.wait_for_more(50);
            let (pause, again) = running.longest_pause();
            let unanswered = searches.failed();
            let seconds = pause.as_secs_f64();
            eprintln!(
                "{service}-{replica}: {again} submissions and {unanswered} searches failed, longest pause {seconds:.1} s"
            );
            failed += again + unanswered;
        }
    }
    running.stop();
    running.finish();
    failed
}

/// Whether the machine is left to these tests.
fn is_asked_for() -> bool {
    let is_asked_for = number("VOORTGANG_RESTARTS", 0) == 1;
    if !is_asked_for {
        eprintln!("left out: restarts one by one; `tests/full restarts` runs them");
    }
    is_asked_for
}

#[test]
fn no_call_fails_while_replicas_are_started_anew_one_by_one() {
    if !is_asked_for() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(restart_all(folder.path(), &[]), 0, "calls failed");
}

#[test]
fn without_a_word_before_the_stop_and_without_a_second_try_calls_fail() {
    if !is_asked_for() {
        return;
    }
    let program = program_without_durability().display().to_string();
    let folder = tempfile::tempdir().expect("a folder");
    assert_ne!(restart_all(folder.path(), &[("VOORTGANG_BINARY", &program)]), 0, "no call failed");
}
