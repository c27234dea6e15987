//! Days at the edge of the calendar: taken as they are, or refused at their field.

use std::path::PathBuf;

use end_to_end::{Server, shared};

/// A folder, a server with the plan of the case, and where its files are.
fn prepared() -> Option<(tempfile::TempDir, Server, PathBuf)> {
    let case = shared("days at the edge of the calendar")?.join("../cases/12-dates");
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(&folder.path().join("data"));
    let framework = case.join("framework.json").display().to_string();
    server.cli(&["framework", "add", &framework]).ok();
    Some((folder, server, case))
}

#[test]
fn a_period_in_the_year_one_is_refused_by_server_and_command() {
    let Some((folder, server, case)) = prepared() else { return };
    let open = ["cycle", "open", "c12", "--from", "0001-01-01", "--until", "0001-12-31"];
    let refused = server.cli(&open).fails(1);
    assert!(refused.contains("INVALID_DATE"), "{refused}");
    let text = std::fs::read_to_string(case.join("yearedge.json")).expect("a file");
    let text = text.replace("2023-12-31", "0001-01-01").replace("2024-01-01", "0001-12-31");
    let file = folder.path().join("year-one.json");
    std::fs::write(&file, text).expect("it is written");
    let refused = server.cli(&["submit", &file.display().to_string()]).fails(1);
    assert!(refused.contains("INVALID_DATE"), "{refused}");
    assert!(!server.log().contains("panicked"));
}

#[test]
fn a_period_over_the_turn_of_a_year_is_taken_to_publication() {
    let Some((folder, server, case)) = prepared() else { return };
    server.cli(&["cycle", "open", "c12", "--from", "2023-12-31", "--until", "2024-01-01"]).ok();
    server.cli(&["submit", &case.join("yearedge.json").display().to_string()]).ok();
    let out = folder.path().join("out").display().to_string();
    let cycle = "c12/20231231_20240101";
    let publish = ["publish", cycle, "--date", "2024-02-01", "--format", "html", "--out", &out];
    assert!(server.cli(&publish).ok().contains("1 contributions"));
}
