//! Formats and languages that are asked for later: they are there afterwards, or an error is.

use std::path::Path;

use end_to_end::{Server, shared};

/// Publishes the case with these arguments besides, and returns what was said.
fn published(server: &Server, out: &Path, arguments: &[&str]) -> String {
    let out = out.display().to_string();
    let common = ["publish", "m42/2024", "--date", "2025-02-01", "--wait", "--out", &out];
    server.cli(&[&common, arguments].concat()).ok()
}

#[test]
fn what_is_asked_for_later_is_there_afterwards() {
    let Some(data) = shared("formats that are asked for later") else { return };
    let file = |name: &str| data.join("../cases/42-later-format").join(name).display().to_string();
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("data"));
    server.cli(&["framework", "add", &file("framework.json")]).ok();
    server.cli(&["cycle", "open", "m42", "--from", "2024-01-01", "--until", "2024-12-31"]).ok();
    server.cli(&["submit", &file("contributions.json")]).ok();
    let out = folder.path().join("out");
    published(&server, &out, &["--format", "html,json"]);
    assert!(out.join("m42-2024-1.html").exists());
    let later = folder.path().join("later");
    let said = published(&server, &later, &["--format", "pdf", "--language", "en"]);
    assert!(said.contains("m42/2024/1 published"), "{said}");
    let pdf = later.join("m42-2024-1.pdf");
    let pdf = std::fs::read(&pdf).unwrap_or_else(|error| panic!("{error}: {said}"));
    assert!(pdf.starts_with(b"%PDF"));
    // Neither a new date alone nor one to come is taken in silence.
    for (date, reason) in
        [("2025-03-01", "nothing that is shown has changed"), ("2099-01-01", "is after today")]
    {
        let refused = server.cli(&["publish", "m42/2024", "--date", date]).fails(1);
        assert!(refused.contains(reason), "{refused}");
    }
}
