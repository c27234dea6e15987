//! What goes on with something missing says so: `status` names what is wrong, at which replica and since when, with an exit code by
//! how bad it is, and nothing once it is mended.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

use std::{
    fs,
    os::unix::fs::FileExt as _,
    path::Path,
    thread::sleep,
    time::{Duration, Instant},
};

use end_to_end::{Server, Split, block, load::prepare};
use testkit::Proxy;
use tokio::runtime::Runtime;
use wire::Service;

const TIMEOUT: Duration = Duration::from_mins(2);
const TEXT: &str = "Twee fondsen voor vrede.";

/// What `status` prints, once it has this exit code and names this.
fn status(split: &Split, code: i32, named: &str) -> String {
    until(code, named, || split.cli(&["status"]))
}

fn until(code: i32, named: &str, ask: impl Fn() -> end_to_end::Answer) -> String {
    until_so(code, |text| text.contains(named), named, ask)
}

/// What `status` prints, once it has this exit code and says so.
fn until_so(
    code: i32,
    is_so: impl Fn(&str) -> bool,
    what: &str,
    ask: impl Fn() -> end_to_end::Answer,
) -> String {
    let deadline = Instant::now() + TIMEOUT;
    loop {
        let answer = ask();
        if answer.code == code && is_so(&answer.out) {
            return answer.out;
        }
        assert!(Instant::now() < deadline, "{code} with `{what}` instead of {answer:?}");
        sleep(Duration::from_millis(200));
    }
}

fn submit(cli: impl Fn(&[&str]) -> end_to_end::Answer, folder: &Path, id: &str) {
    let file = folder.join("item.yaml");
    let item = format!(
        "framework: proefplan\nperiod: {{from: 2021-01-01, until: 2021-12-31}}\nlanguage: nl\n\
         contributions:\n- {{id: {id}, organisation: alfa, goals: ['1'], answer: reported, text: '{TEXT}'}}\n"
    );
    fs::write(&file, item).unwrap();
    cli(&["submit", file.to_str().unwrap()]).ok();
}

/// Flips a byte of a file.
fn flip(file: &Path, at: u64) {
    let file = fs::File::options().read(true).write(true).open(file).unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, at).unwrap();
    file.write_all_at(&[byte[0] ^ 1], at).unwrap();
}

fn port(address: &str) -> &str {
    let (_, rest) = address.rsplit_once(':').unwrap();
    rest.split('/').next().unwrap()
}

/// A split system with a contribution.
fn started(folder: &Path, variables: &[(&str, &str)]) -> Split {
    let split = Split::start(&folder.join("split"), variables);
    prepare(|arguments| split.cli(arguments), folder);
    submit(|arguments| split.cli(arguments), folder, "a");
    status(&split, 0, "");
    split
}

#[test]
fn a_broker_that_is_away_degrades_storage() {
    let folder = tempfile::tempdir().unwrap();
    let split = started(folder.path(), &[]);
    split.signal_server("rabbitmq", "STOP");
    // Each replica notices for itself.
    let of_both = ["storage 1: bus:", "storage 2: bus:"];
    let are_named = |text: &str| of_both.iter().all(|named| text.contains(named));
    let text = until_so(1, are_named, "both replicas", || split.cli(&["status"]));
    assert!(text.contains("(since 2"), "{text}");
    submit(|arguments| split.cli(arguments), folder.path(), "b");
    split.signal_server("rabbitmq", "CONT");
    status(&split, 0, "");
}

#[test]
fn objects_that_take_nothing_degrade_storage() {
    let folder = tempfile::tempdir().unwrap();
    let split = started(folder.path(), &[]);
    let probes = split.folder().join("objects/probes");
    block(&probes);
    let text = status(&split, 1, "storage 2: objects:");
    assert!(text.contains("(since 2"), "{text}");
    fs::remove_file(&probes).unwrap();
    status(&split, 0, "");
}

#[test]
fn a_replica_of_search_that_is_behind_is_named_and_the_other_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let split = started(folder.path(), &[]);
    let runtime = Runtime::new().unwrap();
    let broker = split.address_of("RABBITMQ");
    let proxy =
        runtime.block_on(Proxy::to(format!("127.0.0.1:{}", port(&broker)).parse().unwrap()));
    let (from, to) = (format!(":{}", port(&broker)), format!(":{}", proxy.port()));
    split.reconfigure(Service::Search, 2, &from, &to);
    status(&split, 0, "");
    proxy.cut();
    submit(|arguments| split.cli(arguments), folder.path(), "b");
    // The other one is behind for a moment too, until it has what was submitted.
    let is_named_alone = |text: &str| {
        text.contains("search replica-2: search-lag:")
            && !text.contains("search replica-1: search-lag:")
    };
    let text = until_so(1, is_named_alone, "replica-2 alone", || split.cli(&["status"]));
    assert!(text.contains("not searchable yet (since 2"), "{text}");
    proxy.heal();
    status(&split, 0, "");
}

#[test]
fn a_service_without_any_replica_is_down() {
    let folder = tempfile::tempdir().unwrap();
    let split = started(folder.path(), &[]);
    for replica in ["ingest-1", "ingest-2"] {
        split.signal(replica, "STOP");
    }
    status(&split, 2, "ingest     not ready");
    for replica in ["ingest-1", "ingest-2"] {
        split.signal(replica, "CONT");
    }
    status(&split, 0, "");
}

#[test]
fn a_damaged_page_of_postgresql_is_noticed_by_the_scheduled_check() {
    let folder = tempfile::tempdir().unwrap();
    let split = started(folder.path(), &[("VOORTGANG__STORAGE__CHECK_SECONDS", "2")]);
    sleep(Duration::from_secs(4));
    status(&split, 0, "");
    // The rows are at the end of the first page.
    let file = split.query("SELECT pg_relation_filepath('revisions')");
    split.query("CHECKPOINT");
    // Pages that the server has in memory are as they were.
    split.kill_server_and("postgres", || {
        flip(&split.folder().join("postgres/data").join(&file), 8_000);
    });
    let text = status(&split, 1, "table `revisions`");
    assert!(text.contains(": record: ") && text.contains("(since 2"), "{text}");
}

#[test]
fn a_damaged_page_of_sqlite_is_noticed_by_the_check_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let server = Server::start(&data);
    prepare(|arguments| server.cli(arguments), folder.path());
    submit(|arguments| server.cli(arguments), folder.path(), "a");
    server.wait_until_indexed();
    server.stop();
    // Sound, as it is.
    Server::start(&data).stop();

    let file = data.join("storage.sqlite");
    let bytes = fs::read(&file).unwrap();
    let text = bytes.windows(TEXT.len()).position(|part| part == TEXT.as_bytes()).unwrap() as u64;
    // The number of cells, in the header of the page (SQLite file format, section 1.6).
    flip(&file, text / 4_096 * 4_096 + 4);
    let server = Server::start_degraded(&data, &[]);
    let text = until(1, "storage 1: record:", || server.cli(&["status"]));
    assert!(text.contains("(since 2"), "{text}");
}
