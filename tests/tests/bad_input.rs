//! Bad input: each gives a precise error with field and reason, changes nothing, and leaves everything running.

use std::{fs, net::TcpListener, path::Path};

use end_to_end::{Server, voortgang};
use tempfile::TempDir;

const FRAMEWORK: &str = "code: proef\ntitle: Proef\nlanguage: nl\nperiod: {from: 2021, until: 2025}\n\
    organisations:\n- {code: alfa, name: Alfa, kind: ministry}\npillars:\n- {code: een, name: Een}\n\
    goals:\n- code: '1'\n  kind: strategic_goal\n  pillar: een\n  statement: Doel\n  indicators:\n  - {code: 1-a, measure: examples, statement: Indicator}\n";

fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>) -> String {
    let file = folder.join(name);
    fs::write(&file, text).unwrap();
    file.display().to_string()
}

fn prepared() -> (TempDir, Server) {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("data"));
    server.cli(&["framework", "add", &write(folder.path(), "framework.yaml", FRAMEWORK)]).ok();
    server.cli(&["cycle", "open", "proef", "--from", "2021-01-01", "--until", "2021-12-31"]).ok();
    (folder, server)
}

fn contributions(item: &str) -> String {
    format!(
        "framework: proef\nperiod: {{from: 2021, until: 2021}}\nlanguage: nl\ncontributions:\n{item}"
    )
}

fn item(text: &str) -> String {
    contributions(&format!(
        "- {{id: a-1, organisation: alfa, goals: ['1'], indicators: [1-a], answer: reported, text: {text:?}}}\n"
    ))
}

#[test]
fn each_fault_of_a_framework_file_is_told_with_its_place() {
    let (folder, server) = prepared();
    for (from, to, reason, line) in [
        ("  pillar: een", "  pillar: twee", "UNKNOWN_PILLAR", 12),
        ("  statement: Doel", "  statement: ''", "STATEMENT_MISSING", 13),
        ("  kind: strategic_goal", "  kind: subgoal\n  parent: '9'", "UNKNOWN_PARENT", 12),
        ("  kind: strategic_goal", "  kind: subgoal\n  parent: '1'", "PARENT_CYCLE", 12),
        ("language: nl", "language: nl\ncolour: blue", "UNKNOWN_KEY", 4),
        (
            "- {code: een, name: Een}",
            "- {code: een, name: Een}\n- {code: een, name: Twee}",
            "DUPLICATE_CODE",
            9,
        ),
    ] {
        let file = write(folder.path(), "bad.yaml", FRAMEWORK.replacen(from, to, 1));
        let told = server.cli(&["framework", "add", &file]).fails(1);
        assert!(
            told.contains(reason) && told.contains(&format!("bad.yaml:{line}:")),
            "{reason} at {line}:\n{told}"
        );
    }
    let list = server.cli(&["framework", "list", "--json"]).json();
    assert_eq!(list["frameworks"][0]["version"], 1, "a bad file changed something");
}

#[test]
fn each_bad_contribution_is_refused_with_field_and_reason() {
    let (folder, server) = prepared();
    let good = item("Tekst.");
    for (text, reason) in [
        (good.replace("goals: ['1']", "goals: ['9']"), "UNKNOWN_GOAL"),
        (good.replace("[1-a]", "[9-z]"), "UNKNOWN_INDICATOR"),
        (good.replace("organisation: alfa", "organisation: beta"), "UNKNOWN_ORGANISATION"),
        (item("<script>alert(1)</script>"), "RAW_HTML"),
        (item(&format!("{}diep", "> ".repeat(1_000))), "TOO_DEEP"),
        (item(&"- punt\n".repeat(30_000)), "TOO_MANY_BLOCKS"),
    ] {
        let told = server.cli(&["submit", &write(folder.path(), "bad.yaml", text)]).fails(1);
        assert!(
            told.contains(reason) && told.contains("0 accepted, 0 unchanged, 1 rejected"),
            "{reason}:\n{told}"
        );
    }
    let other_cycle = server
        .cli(&["submit", &write(folder.path(), "bad.yaml", &good), "--cycle", "proef/2022"])
        .fails(1);
    assert!(other_cycle.contains("CYCLE_NOT_FOUND"), "{other_cycle}");
    let not_utf_8 = [good.as_bytes(), b"# \xff\n"].concat();
    let told = server.cli(&["submit", &write(folder.path(), "bad.yaml", not_utf_8)]).fails(1);
    assert!(told.contains("NOT_UTF_8"), "{told}");
    assert_eq!(
        server.cli(&["submit", &write(folder.path(), "good.yaml", &good)]).ok().lines().last(),
        Some("1 accepted, 0 unchanged, 0 rejected")
    );
}

#[test]
fn typst_code_in_a_text_appears_as_it_is() {
    let (folder, server) = prepared();
    let code = "Zie #read(\"/etc/passwd\") en #import \"x\" en $x$ en @ref en #eval(\"1\").";
    server.cli(&["submit", &write(folder.path(), "a.yaml", item(code))]).ok();
    let out = folder.path().join("out");
    server
        .cli(&[
            "publish",
            "proef/2021",
            "--date",
            "2022-01-01",
            "--out",
            &out.display().to_string(),
        ])
        .ok();
    let text = std::process::Command::new("pdftotext")
        .args(["-raw"])
        .arg(out.join("proef-2021-1.pdf"))
        .arg("-")
        .output()
        .expect("pdftotext");
    let text: String = String::from_utf8_lossy(&text.stdout).split_whitespace().collect();
    assert!(text.contains("#read(\"/etc/passwd\")") && text.contains("#eval(\"1\")"), "{text}");
    assert!(!text.contains("root:"), "{text}");
}

#[test]
fn hostile_queries_are_refused_and_search_goes_on() {
    let (_folder, server) = prepared();
    for (query, reason) in [
        ("(".repeat(20_000), "QUERY_TOO_LONG"),
        ("(".repeat(100), "TOO_DEEP"),
        ("\"a b\"~1000000000".into(), "SLOP_TOO_LARGE"),
        ("*a".into(), "LEADING_WILDCARD"),
    ] {
        let told = server.cli(&["search", &query]).fails(1);
        assert!(told.contains(reason), "{reason}:\n{told}");
    }
    assert_eq!(server.cli(&["search", "vrede", "--json"]).json()["total"], 0);
    assert_eq!(server.get("/zoeken?q=%28%28").0, 400);
}

#[test]
fn a_port_in_use_a_held_folder_and_a_newer_folder_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let arguments = |data: &Path, port: &str| {
        voortgang(&[
            "up",
            "--data",
            &data.display().to_string(),
            "--grpc-port",
            port,
            "--http-port",
            "0",
        ])
    };
    let told = arguments(&data, &port).fails(1);
    assert!(told.contains(&port) && told.contains("--grpc-port"), "{told}");
    let server = Server::start(&data);
    let told = arguments(&data, "0").fails(1);
    assert!(told.contains("is held by process"), "{told}");
    drop(server);
    fs::write(data.join("format"), "99").unwrap();
    let told = arguments(&data, "0").fails(1);
    assert!(told.contains("newer version"), "{told}");
    let told = arguments(Path::new("/proc/voortgang"), "0").fails(1);
    assert!(told.contains("cannot be used"), "{told}");
}

#[test]
fn a_broken_template_fails_its_job_with_file_and_line_and_can_be_retried() {
    let folder = tempfile::tempdir().unwrap();
    let template = folder.path().join("template");
    fs::create_dir_all(&template).unwrap();
    fs::write(template.join("report.typ"), "\n#unknown-function()\n").unwrap();
    let data = folder.path().join("data");
    let server = Server::start_with(
        &data,
        &[("VOORTGANG__RENDERING__TEMPLATE_DIR", &template.display().to_string())],
    );
    server.cli(&["framework", "add", &write(folder.path(), "framework.yaml", FRAMEWORK)]).ok();
    server.cli(&["cycle", "open", "proef", "--from", "2021-01-01", "--until", "2021-12-31"]).ok();
    server.cli(&["submit", &write(folder.path(), "a.yaml", item("Tekst."))]).ok();
    let publish = ["publish", "proef/2021", "--date", "2022-01-01", "--wait"];
    let told = server.cli(&publish).fails(1);
    assert!(told.contains("report.typ:2"), "{told}");
    drop(server);
    let server = Server::start(&data);
    let told = server.cli(&[publish.as_slice(), &["--retry"]].concat()).ok();
    assert!(told.contains("published"), "{told}");
}

#[test]
fn a_server_that_is_not_there_is_told_with_what_to_do() {
    let told = voortgang(&["status", "--server", "http://127.0.0.1:9"]).fails(3);
    assert!(told.contains("voortgang up"), "{told}");
}
