//! A disk without room: the program starts, people read, saves are refused with the reason, and it recovers by itself.
//!
//! The disk is a small one in memory, in a namespace of its own (`unshare`), which a user without privileges may make too. Where
//! the system allows no such namespace, the tests fail and say so.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

use std::{
    fs::{self, File},
    io::Write as _,
    path::Path,
    process::Command,
    thread::sleep,
    time::{Duration, Instant},
};

use end_to_end::{Answer, Server, load::prepare};

const TIMEOUT: Duration = Duration::from_mins(2);
/// Room for a few of the texts that the test submits.
const DISK: &str = "size=48m";
/// Names the small disk to the test that has it.
const VARIABLE: &str = "VOORTGANG_TEST_SMALL_DISK";

/// Runs a test of this name again where its data folder is a small disk.
#[expect(clippy::disallowed_methods, reason = "the environment says which disk a test has")]
fn on_small_disk(name: &str, test: impl FnOnce(&Path)) {
    if let Ok(folder) = std::env::var(VARIABLE) {
        return test(Path::new(&folder));
    }
    let folder = tempfile::tempdir().unwrap();
    let script = format!("mount -t tmpfs -o {DISK} disk \"${VARIABLE}/data\" && exec \"$@\"");
    fs::create_dir(folder.path().join("data")).unwrap();
    let done = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", &script, "sh"])
        .arg(std::env::current_exe().unwrap())
        .args([name, "--exact", "--nocapture"])
        .env(VARIABLE, folder.path())
        .status();
    let done = done.expect("unshare, of util-linux, is there");
    assert!(done.success(), "it failed, or this system allows no mount in a namespace: {done}");
}

/// Leaves no byte of room.
fn fill(data: &Path) {
    let mut file = File::options().create(true).append(true).open(data.join("filler")).unwrap();
    for piece in [1 << 20, 4_096, 1] {
        while file.write_all(&vec![0; piece]).is_ok() {}
    }
}

fn make_room(data: &Path) {
    fs::remove_file(data.join("filler")).unwrap();
}

/// Submits a text of this number.
fn submit(server: &Server, folder: &Path, number: usize) -> Answer {
    let text = format!("Fonds {number}. ").repeat(4_000);
    let item = format!(
        "framework: proefplan\nperiod: {{from: 2021-01-01, until: 2021-12-31}}\nlanguage: nl\ncontributions:\n\
         - {{id: a-{number}, organisation: alfa, goals: ['1'], answer: reported, text: '{text}'}}\n"
    );
    let file = folder.join("item.yaml");
    fs::write(&file, item).unwrap();
    server.cli(&["submit", file.to_str().unwrap()])
}

/// The status, once it has this exit code and names this.
fn status(server: &Server, code: i32, named: &str) -> String {
    let deadline = Instant::now() + TIMEOUT;
    loop {
        let answer = server.cli(&["status"]);
        if answer.code == code && answer.out.contains(named) {
            return answer.out;
        }
        assert!(Instant::now() < deadline, "{code} with `{named}` instead of {answer:?}");
        sleep(Duration::from_millis(100));
    }
}

/// Waits until health says that it goes on and that the disk is full.
fn wait_for_health(server: &Server) {
    let deadline = Instant::now() + TIMEOUT;
    loop {
        let (code, _, ready) = end_to_end::get(&format!("{}/readyz", server.health));
        assert_eq!(code, 200, "it goes on: {ready}");
        if ready.contains("degraded") && ready.contains("full") {
            return;
        }
        assert!(Instant::now() < deadline, "{ready}");
        sleep(Duration::from_millis(100));
    }
}

/// Waits until so much room for the next start is kept.
fn wait_for_reserve(data: &Path, bytes: u64) {
    let deadline = Instant::now() + TIMEOUT;
    while !fs::metadata(data.join("reserve")).is_ok_and(|file| bytes <= file.len()) {
        assert!(Instant::now() < deadline, "no room is kept for a start");
        sleep(Duration::from_millis(50));
    }
}

/// A server on the disk that has published, stopped; with one submission besides.
fn published(folder: &Path) {
    let data = folder.join("data");
    let server = Server::start(&data);
    prepare(|arguments| server.cli(arguments), folder);
    submit(&server, folder, 0).ok();
    server.cli(&["publish", "proefplan/2021", "--date", "2022-01-01", "--wait"]).ok();
    server.wait_until_indexed();
    wait_for_reserve(&data, 4 << 20);
    server.kill();
}

#[test]
fn with_a_full_disk_it_starts_and_people_read_and_it_recovers_by_itself() {
    on_small_disk(
        "with_a_full_disk_it_starts_and_people_read_and_it_recovers_by_itself",
        |folder| {
            let data = folder.join("data");
            published(folder);
            fill(&data);
            let server = Server::start_degraded(&data, &[]);
            let text = status(&server, 1, "objects:");
            assert!(text.contains("(since 2"), "{text}");
            wait_for_health(&server);

            assert_eq!(server.get("/proefplan/2021/1").0, 200);
            let found = server.cli(&["search", "fonds", "--json"]).json();
            assert_eq!(found["total"].as_u64(), Some(1), "{found}");
            let listed = server.cli(&["contribution", "list", "proefplan/2021"]).ok();
            assert!(listed.contains("a-0"), "{listed}");
            wait_for_reserve(&data, 3 << 20);
            // What the log of the database has room for is taken.
            let mut answers = (1..50).map(|number| submit(&server, folder, number));
            let refused = answers.find(|answer| answer.code != 0).unwrap().fails(1);
            assert!(refused.contains("DISK_FULL") && refused.contains("make room"), "{refused}");
            assert_eq!(server.get("/proefplan/2021/1").0, 200, "people read on");

            // The room is kept for one more start.
            server.kill();
            fill(&data);
            let server = Server::start_degraded(&data, &[]);
            assert_eq!(server.get("/proefplan/2021/1").0, 200);

            make_room(&data);
            status(&server, 0, "");
            submit(&server, folder, 50).ok();
            server.wait_until_indexed();
        },
    );
}

#[test]
fn without_the_room_that_is_kept_it_does_not_start() {
    on_small_disk("without_the_room_that_is_kept_it_does_not_start", |folder| {
        let data = folder.join("data");
        published(folder);
        fs::remove_file(data.join("reserve")).unwrap();
        fill(&data);
        let ended = end_to_end::voortgang(&[
            "up",
            "--data",
            data.to_str().unwrap(),
            "--grpc-port",
            "0",
            "--http-port",
            "0",
        ]);
        assert!(ended.fails(1).contains("the disk is full: make room"), "it started");
    });
}
