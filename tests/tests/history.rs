//! The history of a contribution, by command: revisions, differences, and reads as of a moment.

use std::{fs, path::Path};

use end_to_end::Server;

const FRAMEWORK: &str = "code: proef\ntitle: Proef\nlanguage: nl\nperiod: {from: 2021, until: 2025}\n\
    organisations: [{code: alfa, name: Alfa, kind: ministry}]\npillars: [{code: een, name: Een}]\n\
    goals: [{code: '1', kind: strategic_goal, pillar: een, statement: Doel}]\n";

fn submit(server: &Server, folder: &Path, text: &str) {
    let file = folder.join("contributions.yaml");
    let item =
        format!("{{id: a-1, organisation: alfa, goals: ['1'], answer: reported, text: {text:?}}}");
    let head = "framework: proef\nperiod: {from: 2021, until: 2021}\nlanguage: nl\n";
    fs::write(&file, format!("{head}contributions:\n- {item}\n"))
        .expect("the folder can be written");
    server.cli(&["submit", &file.display().to_string()]).ok();
}

/// A server with an open cycle.
fn opened() -> (tempfile::TempDir, Server) {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(&folder.path().join("data"));
    let framework = folder.path().join("framework.yaml");
    fs::write(&framework, FRAMEWORK).expect("the folder can be written");
    server.cli(&["framework", "add", &framework.display().to_string()]).ok();
    server.cli(&["cycle", "open", "proef", "--from", "2021-01-01", "--until", "2021-12-31"]).ok();
    (folder, server)
}

#[test]
fn every_revision_can_be_listed_shown_and_compared() {
    let (folder, server) = opened();
    submit(&server, folder.path(), "Wij steunden twee fondsen.");
    let command = |verb: &str, more: &[&str]| {
        let name = ["contribution", verb, "proef/2021", "alfa", "a-1"];
        server.cli(&[&name[..], more].concat())
    };
    let first = command("show", &["--json"]).json();
    submit(&server, folder.path(), "Wij steunden drie fondsen.");

    let history = command("history", &["--json"]).json();
    assert_eq!(history["revisions"].as_array().unwrap().len(), 2);
    let output = command("compare", &[]).ok();
    assert!(output.contains("Wij steunden [-twee-]{+drie+} fondsen."), "{output}");
    let same = command("compare", &["--from", "2", "--to", "2"]).ok();
    assert!(same.contains("the same content"), "{same}");
    let then = command("show", &["--json", "--as-of", first["update_time"].as_str().unwrap()]);
    assert_eq!(then.json()["content"]["narratives"][0]["markdown"], "Wij steunden twee fondsen.");
    let now = command("show", &[]).ok();
    assert!(now.contains("Wij steunden drie fondsen."), "{now}");
    assert!(command("show", &["--as-of", "1999-01-01"]).fails(1).contains("does not exist"));
    assert!(command("show", &["--as-of", "ooit"]).fails(1).contains("is no moment"));

    let list =
        |more: &[&str]| server.cli(&[&["contribution", "list", "proef/2021"], more].concat());
    assert_eq!(list(&["--json"]).json()["contributions"][0]["version"], 2);
    assert!(list(&["--as-of", "1999-01-01"]).ok().contains("no contributions"));
}

/// Names of the editions in which a search finds something.
fn editions(server: &Server, words: &[&str]) -> Vec<String> {
    let found = server.cli(&[&["search", "--json"], words].concat()).json();
    let hits = found["hits"].as_array().expect("hits").iter();
    hits.map(|hit| hit["edition"].as_str().expect("an edition").to_owned()).collect()
}

/// The first edition says one thing and the second another; then the first is withdrawn, and its text is gone for every moment.
#[test]
fn a_search_as_of_a_moment_finds_what_was_published_then() {
    let (folder, server) = opened();
    let publish = || {
        let order = ["publish", "proef/2021", "--date", "2022-06-15", "--format", "html", "--wait"];
        server.cli(&order).ok();
    };
    submit(&server, folder.path(), "Wij steunden twee fondsen.");
    publish();
    submit(&server, folder.path(), "Wij steunden drie initiatieven.");
    // Saved after the first publication and before the second.
    let show = ["contribution", "show", "proef/2021", "alfa", "a-1", "--json"];
    let between = server.cli(&show).json()["update_time"].as_str().unwrap().to_owned();
    publish();
    server.wait_until_indexed();

    let (first, second) = (["proef/2021/1"], ["proef/2021/2"]);
    let none: [&str; 0] = [];
    let then = |word: &str| editions(&server, &[word, "--as-of", &between]);
    assert_eq!(then("fondsen"), first);
    assert_eq!(then("initiatieven"), none, "it was not published yet");
    assert_eq!(editions(&server, &["fondsen"]), none);
    for moment in [&[][..], &["--as-of", "2999-01-01"]] {
        assert_eq!(editions(&server, &[&["initiatieven"], moment].concat()), second);
    }
    assert_eq!(editions(&server, &["fondsen", "--as-of", "1999-01-01"]), none);

    let refused = |more: &[&str]| server.cli(&[&["search", "fondsen", "--as-of"], more].concat());
    assert!(refused(&["ooit"]).fails(1).contains("`ooit` is no moment"));
    assert!(refused(&["2022-03-01", "--edition", first[0]]).fails(2).contains("--edition"));

    let (status, _, page) = server.get(&format!("/zoeken?q=fondsen&as_of={between}"));
    assert_eq!(status, 200);
    assert!(
        page.contains("Stand van") && page.contains("/proef/2021/1?q=fondsen#alfa/a-1"),
        "{page}"
    );

    server.cli(&["withdraw", first[0], "--reason", "Een naam die er niet hoort."]).ok();
    for printed in [&["edition", "list"][..], &["edition", "show", first[0]]] {
        let printed = server.cli(printed).ok();
        assert!(printed.contains(": Een naam die er niet hoort."), "{printed}");
    }
    let printed = server.cli(&["edition", "show", second[0]]).ok();
    assert!(printed.contains(&format!("since {}: changed: alfa/a-1", first[0])), "{printed}");
    server.wait_until_indexed();
    for _ in 0..2 {
        assert_eq!(then("fondsen"), none, "what was withdrawn is gone");
        assert_eq!(editions(&server, &["initiatieven"]), second);
        server.cli(&["reindex"]).ok();
    }
}

/// A draft is found as of the moment at which it said so, by its own organisation, until its text is removed.
#[test]
fn a_search_of_drafts_as_of_a_moment_finds_what_stood_there() {
    let (folder, server) = opened();
    submit(&server, folder.path(), "Wij steunden twee fondsen.");
    let show = ["contribution", "show", "proef/2021", "alfa", "a-1", "--json"];
    let first = server.cli(&show).json()["update_time"].as_str().unwrap().to_owned();
    submit(&server, folder.path(), "Wij steunden drie initiatieven.");
    let total = |token: &str, words: &[&str]| {
        let search = [&["search", "--working", "--json"], words].concat();
        server.cli_with(&search, &[("VOORTGANG_TOKEN", token)]).json()["total"].clone()
    };
    let contributor = server.token(&["--role", "contributor", "--organisation", "alfa"]);
    let other = server.token(&["--role", "contributor", "--organisation", "beta"]);
    for (words, expected) in [
        (&["fondsen", "--as-of", &*first][..], 1),
        (&["initiatieven", "--as-of", &first], 0),
        (&["initiatieven", "--as-of", "2999-01-01"], 1),
        (&["fondsen", "--as-of", "2999-01-01"], 0),
        (&["fondsen", "--as-of", "1999-01-01"], 0),
        (&["organisation:alfa", "--as-of", &first, "--filter", "cycle=proef/2021"], 1),
        (&["organisation:alfa", "--as-of", &first, "--filter", "cycle=proef/1999"], 0),
    ] {
        assert_eq!(total(&contributor, words), expected, "{words:?}");
        assert_eq!(total(&other, words), 0, "{words:?}");
    }
    let remove = ["contribution", "erase", "proef/2021", "alfa", "a-1", "--reason", "Op last."];
    let administrator = server.token(&["--role", "administrator"]);
    server.cli_with(&remove, &[("VOORTGANG_TOKEN", &administrator)]).ok();
    assert_eq!(total(&contributor, &["fondsen", "--as-of", &first]), 0, "what was removed is gone");
}
