//! Two cycles, walked by a client in another language: `tests/python/walk.py` has the protos, an address and tokens.

use std::{path::Path, process::Command};

use end_to_end::Server;

/// Each role with its arguments.
const ROLES: [(&str, &[&str]); 6] = [
    ("coordinator", &[]),
    ("contributor", &["--organisation", "alfa"]),
    ("reviewer", &["--organisation", "alfa"]),
    ("publisher", &[]),
    ("auditor", &[]),
    ("administrator", &[]),
];

/// Reminders are looked for every second instead of every minute, so that the walk need not wait for one.
const OFTEN: [(&str, &str); 1] = [("VOORTGANG__STORAGE__REMINDERS__EVERY_SECONDS", "1")];

#[test]
fn a_client_in_python_walks_through_two_cycles() {
    let Some(python) = testkit::python("grpc_tools, google.rpc") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start_with(&folder.path().join("data"), &OFTEN);
    let tokens = folder.path().join("tokens");
    std::fs::create_dir(&tokens).expect("a folder for tokens");
    let data = server.data.display().to_string();
    for (role, of) in ROLES {
        let subject = format!("walk-{role}");
        let who = ["token", "--data", &data, "--role", role, "--subject", &subject];
        let token = server.cli(&[&who[..], of].concat()).ok();
        std::fs::write(tokens.join(role), token).expect("a token is written");
    }
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (_, address) = server.grpc.split_once("://").expect("an address");
    let walk = Command::new(python)
        .arg(here.join("python/walk.py"))
        .args([&here.join("../proto"), Path::new(address), &tokens])
        .output()
        .expect("python runs");
    let output = String::from_utf8_lossy(&walk.stdout);
    eprintln!("{output}");
    assert!(walk.status.success(), "{output}{}", String::from_utf8_lossy(&walk.stderr));
    assert!(output.ends_with("the walk is done\n"), "{output}");
}
