//! A joint contribution, over the command: who approved it and who is awaited, what a change would take back, and what becomes of it
//! when a partner leaves.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

use std::path::Path;

use end_to_end::Server;

const FRAMEWORK: &str = "\
code: proef
title: Proef
language: nl
period: {from: 2021, until: 2025}
organisations:
- {code: alfa, name: Alfa}
- {code: beta, name: Beta}
pillars:
- {code: een, name: Een}
goals:
- code: 1
  pillar: een
  statement: Doel
  indicators: [{code: 1-a, measure: statement, statement: Indicator}]
";
const OBLIGATIONS: &str = "\
obligations:
- {organisation: alfa, goal: 1}
- {organisation: beta, goal: 1, indicators: [1-a]}
";
const SUBMISSION: &str = "\
framework: proef
period: {from: 2021, until: 2021}
language: nl
contributions:
- {id: a-1, organisation: alfa, partners: [beta], goals: [1], answer: reported, text: Samen doen wij het.}
";

fn file(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

/// A cycle under four eyes with a joint text, opened after a dry run that opens nothing.
fn prepared(folder: &Path) -> Server {
    let server = Server::start(&folder.join("data"));
    server.cli(&["framework", "add", &file(folder, "framework.yaml", FRAMEWORK)]).ok();
    let period = ["--from", "2021-01-01", "--until", "2021-12-31", "--review", "four-eyes"];
    let open = [&["cycle", "open", "proef"][..], &period].concat();
    let dry = server.cli(&[&open[..], &["--dry-run"]].concat()).ok();
    assert!(dry.starts_with("dry run: nothing was kept\nproef/2021  open"), "{dry}");
    assert!(server.cli(&["cycle", "list"]).ok().contains("no cycle yet"));
    assert_eq!(server.cli(&open).ok(), "proef/2021 opened\n");
    let owed = file(folder, "obligations.yaml", OBLIGATIONS);
    server.cli(&["obligations", "assign", "proef/2021", &owed]).ok();
    server.cli(&["submit", &file(folder, "submission.yaml", SUBMISSION)]).ok();
    server
}

/// The id of a new person, and a token with which they review for alfa.
fn rita(server: &Server) -> (String, String) {
    let add = ["people", "add", "Rita de Wit", "rita@example.nl", "--json"];
    let id = server.cli(&add).json()["id"].as_str().unwrap().to_owned();
    let data = server.data.display().to_string();
    let who = ["token", "--data", &data, "--subject", &id, "--role", "reviewer"];
    let token = server.cli(&[&who[..], &["--organisation", "alfa"]].concat()).ok();
    (id, token.trim().to_owned())
}

#[test]
fn who_stands_behind_a_joint_text_is_shown_until_a_partner_leaves() {
    let folder = tempfile::tempdir().unwrap();
    let server = prepared(folder.path());
    let (id, token) = rita(&server);
    let as_rita = |words: &[&str]| server.cli_with(words, &[("VOORTGANG_TOKEN", &token)]).ok();
    let name = ["proef/2021", "alfa", "a-1"];
    let show = || server.cli(&[&["contribution", "show"][..], &name].concat()).ok();
    assert!(show().contains("reported by alfa: its approval is awaited\n"), "{}", show());

    let approve = ["review", "approve", "proef/2021", "--organisation", "alfa"];
    let approved = as_rita(&approve);
    assert!(approved.contains("(waits for the approval of beta then)"), "{approved}");
    let again = as_rita(&approve);
    let left_alone =
        "nothing to approve\nalfa approved these already, which wait for others: a-1\n";
    assert!(again.starts_with(left_alone), "{again}");
    let named = format!("reported by alfa: approved by Rita de Wit ({id}) on ");
    assert!(show().contains(&named), "{named} in {}", show());
    assert!(show().contains("reported by beta: its approval is awaited\n"), "{}", show());
    // Who may not read names is shown ids.
    let shown = as_rita(&[&["contribution", "show"][..], &name].concat());
    assert!(shown.contains(&format!("approved by {id} on ")), "{shown}");
    let listed = server.cli(&["contribution", "list", "proef/2021"]).ok();
    assert!(listed.contains("with beta (approved by alfa; waits for beta)"), "{listed}");
    let shown = server.cli(&[&["contribution", "show"][..], &name, &["--json"]].concat()).json();
    let approvals: Vec<_> =
        shown["reporters"].as_array().unwrap().iter().map(|one| &one["approval"]).collect();
    assert_eq!(approvals, ["given", "awaited"]);
    let found = server.cli(&["cycle", "findings", "proef/2021"]).ok();
    assert!(found.contains("waits for the approval of: beta; given by: alfa"), "{found}");

    let other = file(folder.path(), "other.yaml", &SUBMISSION.replace("het.", "dat."));
    let printed = server.cli(&["submit", &other, "--dry-run", "--overwrite"]).err;
    assert!(printed.contains("the approval of alfa would end"), "{printed}");
    let etag = shown["etag"].as_str().unwrap();
    let withdraw = ["--etag", etag, "--reason", "Hoort elders.", "--dry-run"];
    let dry = server.cli(&[&["review", "withdraw"][..], &name, &withdraw].concat()).ok();
    assert_eq!(dry, "dry run: nothing was kept\nalfa/a-1 withdrawn at revision 1\n");
    assert!(show().contains("  submitted  "), "{}", show());

    let leave = ["cycle", "change", "proef/2021", "--leave", "beta", "--reason", "Zo is het."];
    let line = "alfa/a-1: beta reports it no more: ";
    let dry = server.cli(&[&leave[..], &["--dry-run"]].concat()).ok();
    assert!(dry.contains(line), "{dry}");
    assert!(server.cli(&leave).ok().contains(line));
    assert!(show().contains("reported by beta: does not report in the cycle"), "{}", show());
    let found = server.cli(&["cycle", "findings", "proef/2021"]).ok();
    assert!(found.contains("(PARTNER_NOT_REPORTING)"), "{found}");
}

#[test]
fn what_is_open_is_named_when_an_edition_is_published() {
    let folder = tempfile::tempdir().unwrap();
    let server = prepared(folder.path());
    let publish = ["publish", "proef/2021", "--date", "2022-06-15", "--wait"];
    let order = [&publish[..], &["--override-reason", "De Kamer wacht."]].concat();
    let open = "open: beta goal 1, indicator 1-a\n";
    let published = server.cli(&order).ok();
    assert!(published.contains(open) && !published.contains("open: alfa"), "{published}");
    let shown = server.cli(&["edition", "show", "proef/2021/1"]).ok();
    assert!(shown.contains(open), "{shown}");
}
