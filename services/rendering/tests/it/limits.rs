//! A job that goes wrong fails alone.

use std::{
    fs,
    time::{Duration, Instant},
};

use rendering::{Config, Error, Template, Workers};

use crate::sandbox::{HALF_AN_ANSWER, LOOP, READY, config, pdf, program, report, trap};

/// Renders with `code` in the template, then without, and returns how the first ended.
async fn sprung(config: Config, code: &str) -> Error {
    let workers = Workers::start(config, trap(code), fonts::Config::default()).await.unwrap();
    let error = pdf(&workers, &report("trap")).await.unwrap_err();
    pdf(&workers, &report("plan")).await.unwrap();
    error
}

#[tokio::test]
async fn a_template_that_loops_is_stopped_and_the_next_job_succeeds() {
    let config = Config { time_limit: Duration::from_secs(20), ..config() };
    let error = sprung(config, LOOP).await;
    assert!(matches!(error, Error::TimeLimit(_)), "{error}");
    assert!(error.is_final());
    let expected = "rendering took more than 20 s and was stopped";
    assert_eq!(error.to_string(), expected);
}

#[tokio::test]
async fn a_template_that_takes_all_memory_is_stopped_and_the_next_job_succeeds() {
    // No machine has the first; any machine has the second, so there the limit alone stands in its way.
    for (mebibytes, bytes) in [(1536, 100_000_000_000_u64), (512, 700_000_000)] {
        let config = Config { memory_limit_bytes: mebibytes * 1024 * 1024, ..config() };
        let error = sprung(config, &format!("let all = \"x\" * {bytes}")).await;
        assert!(matches!(error, Error::MemoryLimit(_)), "{error}");
        assert!(error.is_final());
        let expected =
            format!("rendering asked for more than the {mebibytes} MiB of memory that it may use");
        assert_eq!(error.to_string(), expected);
    }
}

#[tokio::test]
async fn a_process_that_dies_within_a_job_fails_it_and_may_be_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    // Only the first process is mortal: it has time enough on the processor to get ready, and not to end a loop.
    let mark = folder.path().join("started").display().to_string();
    let config = program(
        folder.path(),
        &format!("[ -e {mark} ] || {{ : > {mark}; ulimit -t 3; }}\nexec \"$1\""),
    );
    let workers = Workers::start(config, trap(LOOP), fonts::Config::default()).await.unwrap();
    let error = pdf(&workers, &report("trap")).await.unwrap_err();
    assert!(matches!(error, Error::WorkerDied(_)), "{error}");
    assert!(!error.is_final() && error.to_string().contains("signal"), "{error}");
    pdf(&workers, &report("plan")).await.unwrap();
}

#[tokio::test]
async fn a_process_that_panics_would_do_so_again() {
    let folder = tempfile::tempdir().unwrap();
    let script = format!("{READY}; grep -q manifest_hash; echo 'panicked at typst' >&2; exit 101");
    let config = program(folder.path(), &script);
    let workers =
        Workers::start(config, Template::builtin(), fonts::Config::default()).await.unwrap();
    let error = pdf(&workers, &report("plan")).await.unwrap_err();
    assert!(error.is_final(), "{error}");
    assert_eq!(error.to_string(), "the rendering process has a fault: panicked at typst");
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let script = format!("{HALF_AN_ANSWER}; exec >/dev/null; exec cat");
    let config = program(folder.path(), &script);
    let workers =
        Workers::start(config, Template::builtin(), fonts::Config::default()).await.unwrap();
    let error = pdf(&workers, &report("plan")).await.unwrap_err();
    assert!(matches!(error, Error::WorkerDied(_)), "{error}");
}

#[tokio::test]
async fn an_answer_that_never_ends_meets_the_time_limit() {
    let folder = tempfile::tempdir().unwrap();
    let script = format!("{HALF_AN_ANSWER}; while read -r line; do :; done; exec sleep 600");
    let config = Config { time_limit: Duration::from_secs(5), ..program(folder.path(), &script) };
    let workers =
        Workers::start(config, Template::builtin(), fonts::Config::default()).await.unwrap();
    let begin = Instant::now();
    let error = pdf(&workers, &report("plan")).await.unwrap_err();
    assert!(matches!(error, Error::TimeLimit(_)), "{error}");
    // Without a limit it would be the ten minutes for which the program sleeps.
    assert!(begin.elapsed() < Duration::from_mins(5));
}

#[tokio::test]
async fn a_process_that_was_killed_while_it_waited_fails_no_job() {
    let folder = tempfile::tempdir().unwrap();
    let id = folder.path().join("id");
    let config = program(folder.path(), &format!("echo $$ > {}; exec \"$1\"", id.display()));
    let workers =
        Workers::start(config, Template::builtin(), fonts::Config::default()).await.unwrap();
    let id = fs::read_to_string(id).unwrap();
    let killed = std::process::Command::new("sh").arg("-c").arg(format!("kill -9 {id}")).status();
    assert!(killed.unwrap().success());
    // It is gone when its entry says so.
    let state = format!("/proc/{}/stat", id.trim());
    while fs::read_to_string(&state).is_ok_and(|state| !state.contains(") Z ")) {
        tokio::task::yield_now().await;
    }
    pdf(&workers, &report("plan")).await.unwrap();
}

#[tokio::test]
async fn a_program_that_never_gets_ready_is_found_out_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let start = async |seconds: u64, script: &str| {
        let time_limit = Duration::from_secs(seconds);
        let config = Config { time_limit, ..program(folder.path(), script) };
        let error = Workers::start(config, Template::builtin(), fonts::Config::default())
            .await
            .unwrap_err();
        format!("{:#}", anyhow::Error::from(error))
    };
    assert!(start(1, "exec sleep 600").await.contains("does not say that it is ready"));
    let died = start(60, "echo no such font >&2; exit 3").await;
    assert!(died.contains("exit status: 3: no such font"), "{died}");
}
