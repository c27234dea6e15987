//! Kills the process again and again while contributions come in and an edition is published, and counts what is lost.
//!
//! The gate runs 25 kills over 2,000 submissions. `VOORTGANG_KILLS` and `VOORTGANG_SUBMISSIONS` set other counts;
//! the seed of the moments of the kills is printed and can be set by `VOORTGANG_SEED`.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

use std::{path::Path, time::Duration};

use end_to_end::{
    Server, free_port,
    load::{QUIET, Submissions, Verdict, next_random, number, prepare},
    program_without_durability,
};

#[test]
fn nothing_acknowledged_is_lost_or_doubled_when_the_process_is_killed() {
    let (kills, submissions) =
        (number("VOORTGANG_KILLS", 25), number("VOORTGANG_SUBMISSIONS", 2_000));
    let verdict = verdict_after_kills(kills, submissions, &[], QUIET);
    let expected =
        Verdict { lost_in_storage: 0, lost_in_index: 0, doubled: 0, editions: 1, publications: 1 };
    assert_eq!(verdict, expected);
}

#[test]
fn without_the_outbox_the_same_judge_reports_losses() {
    let program = program_without_durability().display().to_string();
    let verdict =
        verdict_after_kills(12, 1_000, &[("VOORTGANG_BINARY", &program)], Duration::from_secs(15));
    assert_eq!(verdict.lost_in_storage, 0, "storage itself needs no outbox: {verdict:?}");
    assert!(0 < verdict.lost_in_index, "the count saw no loss: {verdict:?}");
}

fn verdict_after_kills(
    kills: usize,
    submissions: usize,
    variables: &[(&str, &str)],
    quiet: Duration,
) -> Verdict {
    let seed = number("VOORTGANG_SEED", std::process::id() as usize);
    eprintln!("{kills} kills over {submissions} submissions, seed {seed}");
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let port = free_port();
    let mut variables = variables.to_vec();
    variables.push(("VOORTGANG_TEST_GRPC_PORT", &port));
    let server = Server::start_with(&data, &variables);
    prepare(|arguments| server.cli(arguments), folder.path());

    let running = Submissions::start(&server.grpc, submissions);
    let plan = Plan { kills, submissions, seed };
    let server = kill_and_restart(server, &data, &variables, &plan, &running);
    running.verdict(&server.grpc, quiet)
}

struct Plan {
    kills: usize,
    submissions: usize,
    seed: usize,
}

/// Kills at moments spread over the submissions, each shifted by the seed.
fn kill_and_restart(
    mut server: Server,
    data: &Path,
    variables: &[(&str, &str)],
    plan: &Plan,
    running: &Submissions,
) -> Server {
    let step = plan.submissions / (plan.kills + 1);
    let mut random = plan.seed;
    for kill in 1..=plan.kills {
        running.wait_for(kill * step + next_random(&mut random) % step.max(2) / 2);
        server.kill();
        server = Server::start_with(data, variables);
    }
    server
}
