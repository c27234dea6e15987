//! The manifests for Kubernetes and the compose file: their configuration is a sound one, and each role is given its own secrets
//! alone.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use end_to_end::voortgang;

const ROLES: [&str; 5] = ["storage", "search", "rendering", "ingest", "portal"];
/// Where certificates are inside a container.
const CERTIFICATES: &str = "/etc/voortgang-tls";

/// Each secret that is not of one role's certificate, and who is given it.
const SECRETS: [(&str, &[&str]); 7] = [
    ("voortgang-database", &["storage"]),
    ("voortgang-audit", &["storage"]),
    ("voortgang-bus-storage", &["storage"]),
    ("voortgang-bus-search", &["search"]),
    ("voortgang-bus-rendering", &["rendering"]),
    ("voortgang-issuer", &["portal"]),
    ("voortgang-objects", &["storage", "portal"]),
];

fn manifests() -> Vec<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/kubernetes/voortgang.yaml");
    fs::read_to_string(file).unwrap().split("\n---\n").map(ToOwned::to_owned).collect()
}

/// The manifest of this kind with this name.
fn manifest(kinds: &[&str], name: &str) -> String {
    let start = |kind: &&str| format!("kind: {kind}\nmetadata:\n  name: {name}\n");
    let starts: Vec<String> = kinds.iter().map(start).collect();
    let is_it = |text: &String| starts.iter().any(|start| text.contains(start));
    manifests().into_iter().find(is_it).unwrap_or_else(|| panic!("no {kinds:?} {name}"))
}

/// The secrets that a manifest names.
fn secrets(manifest: &str) -> BTreeSet<String> {
    let named = |line: &str| {
        let line = line.trim();
        let name = line.strip_prefix("secretName: ").or_else(|| line.strip_prefix("name: "))?;
        name.starts_with("voortgang-").then(|| name.to_owned())
    };
    let all = manifest.lines().filter_map(named);
    all.filter(|name| name != "voortgang-config").collect()
}

#[test]
fn each_service_gets_its_own_secrets_alone() {
    for role in ROLES {
        let given = SECRETS.iter().filter(|(_, roles)| roles.contains(&role));
        let mut expected: BTreeSet<String> = given.map(|(name, _)| (*name).to_owned()).collect();
        expected.insert(format!("voortgang-tls-{role}"));
        assert_eq!(secrets(&manifest(&["Deployment", "StatefulSet"], role)), expected, "{role}");
    }
}

#[test]
fn each_role_is_reached_by_its_callers_alone() {
    for (role, callers) in [
        ("storage", "search, rendering, ingest, portal"),
        ("search", "portal"),
        ("rendering", "portal"),
        ("ingest", "portal"),
    ] {
        let policy = manifest(&["NetworkPolicy"], role);
        let (_, ingress) = policy.split_once("\n  ingress:\n").unwrap();
        let (ingress, egress) = ingress.split_once("\n  egress:\n").unwrap();
        let named: Vec<&str> =
            ingress.lines().filter_map(|line| line.trim().strip_prefix("values: ")).collect();
        assert_eq!(named, [format!("[{callers}]")], "{role}");
        assert_eq!(ingress.matches("- from:").count(), ingress.matches("ports:").count());
        assert_eq!(egress.contains("port: 5432"), role == "storage", "{role}");
    }
}

#[test]
fn the_configuration_in_them_is_a_sound_one() {
    let map = manifest(&["ConfigMap"], "voortgang-config");
    let (_, text) = map.split_once("voortgang.toml: |\n").unwrap();
    let lines = text.lines().map(|line| line.strip_prefix("    ").unwrap_or(line));
    is_sound(&lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn the_configuration_of_the_compose_file_is_a_sound_one() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/config/split.toml");
    is_sound(&fs::read_to_string(file).unwrap());
}

/// Checks it with certificates as `deploy/certificates` makes them.
fn is_sound(text: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/certificates");
    assert!(Command::new(script).arg(path("made")).status().unwrap().success());
    fs::create_dir(path("tls")).unwrap();
    for (from, to) in
        [("search.pem", "tls.crt"), ("search.key", "tls.key"), ("authority.pem", "ca.crt")]
    {
        fs::copy(path("made").join(from), path("tls").join(to)).unwrap();
    }
    let tls = path("tls").display().to_string();
    let sound = text
        .replace(CERTIFICATES, &tls)
        .replace("/var/lib/voortgang", &path("data").display().to_string());
    assert_eq!(sound.matches(&tls).count(), 3, "{sound}");
    let check = |text: &str| {
        fs::write(path("voortgang.toml"), text).unwrap();
        voortgang(&["check-config", &path("voortgang.toml").display().to_string()])
    };
    check(&sound).ok();
    let closed = sound.replace("local_key = ", "local = false\nlocal_key = ");
    let output = check(&closed).fails(1);
    assert!(output.contains("NOBODY_SIGNS_IN"), "{output}");
    // There is no half-way: a role that is called without encryption is refused.
    let half = sound.replace("https://storage:7400", "http://storage:7400");
    let output = check(&half);
    assert_ne!(output.code, 0);
    assert!(
        format!("{}{}", output.out, output.err).contains("addresses.storage"),
        "{}",
        output.err
    );
}
