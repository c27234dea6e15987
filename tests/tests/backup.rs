//! Backups of an embedded installation, made while it is written to and restored elsewhere.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use age::secrecy::ExposeSecret as _;
use end_to_end::{
    Answer, Server,
    load::{Found, QUIET, Submissions, found, next_random, number, prepare},
    voortgang,
};
use model::Hash;
use serde_json::Value;

const ITEM: &str = "framework: proefplan\nperiod: {from: 2021-01-01, until: 2021-12-31}\nlanguage: nl\n\
                    contributions:\n- {id: a, organisation: alfa, goals: ['1'], answer: reported, text: Tekst}\n";

/// A backup, and what was known around it.
struct Moment {
    time: String,
    /// Acknowledged before it was begun.
    before: BTreeSet<String>,
    /// How many were sent when it was done.
    sent: usize,
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn back_up(server: &Server, backups: &Path) -> Value {
    voortgang(&["backup", text(backups), "--data", text(&server.data), "--json"]).json()
}

fn restore(backups: &Path, time: &str, data: &Path) -> Answer {
    voortgang(&["restore", text(backups), "--data", text(data), "--at", time])
}

fn moment(server: &Server, backups: &Path, running: &Submissions) -> Moment {
    let before = running.acknowledged();
    let time = back_up(server, backups)["time"].as_str().unwrap().to_owned();
    Moment { time, before, sent: running.sent() }
}

/// The files of editions that are missing in a data folder, or damaged.
fn lost_files(data: &Path, found: &Found) -> Vec<String> {
    let is_lost = |hash: &&String| {
        let file = data.join("objects/artefacts").join(&hash[..2]).join(hash);
        !fs::read(file).is_ok_and(|bytes| Hash::of(&bytes).to_string() == **hash)
    };
    found.files.iter().filter(is_lost).cloned().collect()
}

/// Waits until one of the anchors of a folder has this in it.
fn wait_for_anchor(anchors: &Path, text: &str) {
    let deadline = Instant::now() + Duration::from_mins(1);
    let has = |file: fs::DirEntry| {
        fs::read_to_string(file.path()).is_ok_and(|anchor| anchor.contains(text))
    };
    while !fs::read_dir(anchors).is_ok_and(|files| files.flatten().any(has)) {
        assert!(Instant::now() < deadline, "no anchor with `{text}` in {}", anchors.display());
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Verifies the audit log of a server with the anchors of a folder, once there is one.
fn verify_audit(server: &Server, anchors: &Path) -> Answer {
    wait_for_anchor(anchors, "");
    let export = server.data.with_extension("jsonl");
    server.cli(&["audit", "export", text(&export)]).ok();
    let key = voortgang(&["audit", "key", "--data", text(&server.data)]).ok();
    voortgang(&["audit", "verify", text(&export), "--key", key.trim(), "--anchors", text(anchors)])
}

fn check(moment: &Moment, data: &Path) {
    let server = Server::start(data);
    let found = found(&server.grpc, QUIET);
    let stored: BTreeSet<String> = found.stored.keys().cloned().collect();
    let lost: Vec<_> = moment.before.difference(&stored).collect();
    assert!(lost.is_empty(), "acknowledged before {} and lost: {lost:?}", moment.time);
    let number = |id: &String| id.trim_start_matches("s-").parse::<usize>().unwrap();
    let later: Vec<_> = stored.iter().filter(|id| moment.sent <= number(id)).collect();
    assert!(later.is_empty(), "sent after the backup of {} and there: {later:?}", moment.time);
    assert_eq!(found.stored, found.indexed, "what is found is what is stored, each once");
    assert_eq!(lost_files(data, &found), Vec::<String>::new());
    verify_audit(&server, &data.join("objects/audit/checkpoints")).ok();
    let restores = server.cli(&["audit", "list", "--json"]).json()["entries"].clone();
    let is_restore = |entry: &&Value| entry["action"] == "record.restore";
    assert_eq!(restores.as_array().unwrap().iter().filter(is_restore).count(), 1);
}

/// `VOORTGANG_RESTORES` moments of a load, each restored.
#[test]
fn a_random_moment_under_load_is_restored_as_it_was() {
    let moments = number("VOORTGANG_RESTORES", 2);
    let mut random = number("VOORTGANG_SEED", 1_325);
    eprintln!("{moments} moments, VOORTGANG_SEED={random}");
    let count = 200 * moments;
    let folder = tempfile::tempdir().unwrap();
    let backups = folder.path().join("backups");
    let server = Server::start(&folder.path().join("data"));
    prepare(|arguments| server.cli(arguments), folder.path());
    let mut running = Submissions::start(&server.grpc, count);
    let mut made = Vec::new();
    for at in 0..moments {
        running.wait_for(at * 200 + next_random(&mut random) % 150);
        made.push(moment(&server, &backups, &running));
    }
    running.finish();
    voortgang(&["backup", "verify", text(&backups)]).ok();
    drop(server);
    for (number, moment) in made.iter().enumerate() {
        let data = folder.path().join(format!("restored-{number}"));
        restore(&backups, &moment.time, &data).ok();
        check(moment, &data);
    }
}

/// A server with a published edition; backups of before and after its publication.
fn published(folder: &Path) -> (Server, PathBuf, [String; 2]) {
    let server = Server::start(&folder.join("data"));
    prepare(|arguments| server.cli(arguments), folder);
    let item = folder.join("a.yaml");
    fs::write(&item, ITEM).unwrap();
    server.cli(&["submit", text(&item)]).ok();
    let backups = folder.join("backups");
    let time = || back_up(&server, &backups)["time"].as_str().unwrap().to_owned();
    let before = time();
    let publish =
        ["publish", "proefplan/2021", "--date", "2022-01-01", "--format", "html", "--wait"];
    server.cli(&publish).ok();
    let after = time();
    (server, backups, [before, after])
}

#[test]
fn files_that_were_taken_before_the_database_alone_are_seen_to_lose() {
    let folder = tempfile::tempdir().unwrap();
    let (server, backups, [before, after]) = published(folder.path());
    drop(server);
    let (right, wrong) = (folder.path().join("right"), folder.path().join("wrong"));
    restore(&backups, &after, &right).ok();
    restore(&backups, &before, &wrong).ok();
    fs::copy(right.join("storage.sqlite"), wrong.join("storage.sqlite")).unwrap();
    let server = Server::start(&right);
    let found = found(&server.grpc, QUIET);
    assert_eq!(lost_files(&right, &found), Vec::<String>::new());
    // Not started: it would make the files again.
    assert_ne!(lost_files(&wrong, &found), Vec::<String>::new());
}

#[test]
fn a_backup_with_a_flipped_bit_is_refused_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let (server, backups, [_, after]) = published(folder.path());
    let copied = Hash::of(&fs::read(server.data.join("audit.key")).unwrap()).to_string();
    let part = backups.join("parts").join(&copied[..2]).join(&copied);
    let mut bytes = fs::read(&part).unwrap();
    bytes[20] ^= 1;
    fs::write(&part, bytes).unwrap();
    let data = folder.path().join("restored");
    let refusal = restore(&backups, &after, &data).fails(1);
    assert!(refusal.contains("`audit.key` is damaged in the backup"), "{refusal}");
    assert!(!data.exists(), "nothing is restored of a damaged backup");
    let refusal = voortgang(&["backup", "verify", text(&backups)]).fails(1);
    assert!(refusal.contains("`audit.key` is damaged in the backup"), "{refusal}");
}

#[test]
fn an_encrypted_backup_shows_nothing_and_is_restored_with_its_private_key_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (server, _, _) = published(folder.path());
    let keys = [age::x25519::Identity::generate(), age::x25519::Identity::generate()];
    let files = ["right.txt", "wrong.txt"].map(|name| folder.path().join(name));
    for (key, file) in keys.iter().zip(&files) {
        fs::write(file, key.to_string().expose_secret()).unwrap();
    }
    let public = keys[0].to_public().to_string();
    let backups = folder.path().join("encrypted");
    let order =
        ["backup", text(&backups), "--data", text(&server.data), "--recipient", &public, "--json"];
    assert_eq!(voortgang(&order).json()["encrypted"], true);
    let again = voortgang(&order).json();
    assert!(again["stored_bytes"].as_u64() < again["bytes"].as_u64(), "files are shared: {again}");
    let listed = voortgang(&["backup", "list", text(&backups)]).ok();
    assert_eq!(listed.matches(", encrypted").count(), 2, "{listed}");
    let verified = voortgang(&["backup", "verify", text(&backups)]).ok();
    assert!(verified.starts_with("whole: 2 backups, "), "{verified}");
    let secrets = ["audit.key", "issuer.key"].map(|name| fs::read(server.data.join(name)).unwrap());
    let parts = fs::read_dir(backups.join("parts")).unwrap();
    let parts = parts.flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap());
    for part in parts.map(|part| fs::read(part.unwrap().path()).unwrap()) {
        assert!(!secrets.contains(&part), "a key is stored in the clear");
        assert!(part.starts_with(b"age-encryption.org/v1"), "a part is not encrypted");
    }

    let data = folder.path().join("restored");
    let refused = |arguments: &[&str]| {
        let restore = ["restore", text(&backups), "--data", text(&data)];
        let refusal = voortgang(&[&restore[..], arguments].concat()).fails(1);
        assert!(!data.join("storage.sqlite").exists(), "nothing is restored");
        refusal
    };
    assert!(refused(&[]).contains("no private key was given"));
    assert!(refused(&["--identity", text(&files[1])]).contains(&public), "it names the key");
    let restore = ["restore", text(&backups), "--data", text(&data), "--identity", text(&files[0])];
    voortgang(&restore).ok();
    let found = found(&server.grpc, QUIET);
    drop(server);
    assert_eq!(lost_files(&data, &found), Vec::<String>::new());
    let restored = Server::start(&data);
    restored.cli(&["contribution", "show", "proefplan/2021", "alfa", "a"]).ok();
}

#[test]
fn a_folder_in_use_is_not_restored_to_and_anchors_of_later_show_that_time_went_back() {
    let folder = tempfile::tempdir().unwrap();
    let (server, backups, [before, _]) = published(folder.path());
    let refusal = restore(&backups, &before, &server.data).fails(1);
    assert!(refusal.contains("is not empty"), "{refusal}");
    let (anchors, data) =
        (server.data.join("objects/audit/checkpoints"), folder.path().join("restored"));
    // It was published after the backup that is restored.
    wait_for_anchor(&anchors, "proefplan/2021/1");
    verify_audit(&server, &anchors).ok();
    drop(server);
    restore(&backups, &before, &data).ok();
    let restored = Server::start(&data);
    verify_audit(&restored, &data.join("objects/audit/checkpoints")).ok();
    let finding = verify_audit(&restored, &anchors).fails(5);
    let is_of_a_time_before = ["TRUNCATED", "REWRITTEN", "CHECKPOINT_MISSING"]
        .iter()
        .any(|reason| finding.contains(reason));
    assert!(is_of_a_time_before, "{finding}");
}
