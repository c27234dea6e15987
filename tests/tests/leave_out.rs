//! A contribution that a publisher leaves out: gone from every face of that edition, with the reason in it, and there in the next.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

use std::{fs, path::Path, process::Command};

use end_to_end::Server;
use serde_json::Value;

const FRAMEWORK: &str = "code: proef\ntitle: Proef\nlanguage: nl\nperiod: {from: 2021, until: 2025}\n\
    organisations: [{code: alfa, name: Alfa, kind: ministry}]\npillars: [{code: een, name: Een}]\n\
    goals: [{code: '1', kind: strategic_goal, pillar: een, statement: Doel}]\n";
const CONTRIBUTIONS: &str = "framework: proef\nperiod: {from: 2021, until: 2021}\nlanguage: nl\ncontributions:\n\
    - {id: a-1, organisation: alfa, goals: ['1'], answer: reported, text: Wij steunden fondsen.}\n\
    - {id: a-2, organisation: alfa, goals: ['1'], answer: reported, text: Wij noemden getuigen.}\n";
const REASON: &str = "Noemt iemand.";

/// What PDF, HTML file, page and data of an edition say.
fn faces(server: &Server, out: &Path, number: u32) -> Vec<(&'static str, String)> {
    let file = |extension: &str| out.join(format!("proef-2021-{number}.{extension}"));
    let pdf = Command::new("pdftotext").arg("-raw").arg(file("pdf")).arg("-").output().unwrap();
    let read = |extension| fs::read_to_string(file(extension)).unwrap();
    let page = server.published_page(&format!("/proef/2021/{number}"));
    let pdf = String::from_utf8(pdf.stdout).unwrap();
    vec![("pdf", pdf), ("html", read("html")), ("page", page), ("json", read("json"))]
}

#[test]
fn what_is_left_out_is_in_no_face_and_its_reason_in_each() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("data"));
    for (name, text) in [("framework.yaml", FRAMEWORK), ("contributions.yaml", CONTRIBUTIONS)] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let file = |name: &str| folder.path().join(name).display().to_string();
    server.cli(&["framework", "add", &file("framework.yaml")]).ok();
    server.cli(&["cycle", "open", "proef", "--from", "2021-01-01", "--until", "2021-12-31"]).ok();
    server.cli(&["submit", &file("contributions.yaml")]).ok();
    let out = file("out");
    let publish =
        ["publish", "proef/2021", "--date", "2022-01-01", "--wait", "--out", &out, "--json"];
    let leave_out = ["--leave-out", "alfa/a-2", "--leave-out-reason"];

    let refused = server.cli(&[&publish[..], &leave_out, &["\u{200b}"]].concat()).fails(1);
    assert!(refused.contains("REASON_MISSING"), "{refused}");
    let other = ["--leave-out", "alfa/a-9", "--leave-out-reason", REASON];
    let refused = server.cli(&[&publish[..], &other].concat()).fails(1);
    assert!(refused.contains("NOTHING_TO_LEAVE_OUT"), "{refused}");

    server.cli(&[&publish[..], &leave_out, &[REASON]].concat()).ok();
    for (face, text) in faces(&server, Path::new(&out), 1) {
        assert!(text.contains("fondsen") && text.contains(REASON), "{face}: {text}");
        assert!(!text.contains("getuigen"), "{face}: {text}");
    }

    // The next edition has it again, and is no withdrawal of anything.
    let published: Value = server.cli(&publish).json();
    assert_eq!(published["edition"]["name"], "proef/2021/2", "{published}");
    for (face, text) in faces(&server, Path::new(&out), 2) {
        assert!(text.contains("fondsen") && text.contains("getuigen"), "{face}: {text}");
        assert!(!text.contains(REASON), "{face}: {text}");
    }
}
