//! What is owed, over the command: from a file to the page that says what stayed open.

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
- {organisation: alfa, goal: 1, indicators: [1-a]}
- {organisation: beta, goal: 1}
";
const SUBMISSION: &str = "\
framework: proef
period: {from: 2021, until: 2021}
language: nl
contributions:
- {id: a-1, organisation: alfa, goals: [1], indicators: [1-a], answer: reported, text: Alfa doet het.}
";

#[test]
fn what_is_owed_is_assigned_counted_accepted_printed_and_rolled_forward() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let server = Server::start(&folder.path().join("data"));
    server.cli(&["framework", "add", &file("framework.yaml", FRAMEWORK)]).ok();
    let open = |year: &str, until: &str| {
        let period = ["--from", year, "--until", until, "--gaps", "refuse"];
        server.cli(&[&["cycle", "open", "proef"][..], &period[..]].concat()).ok();
    };
    open("2021-01-01", "2021-12-31");
    assert!(server.cli(&["cycle", "show", "proef/2021"]).ok().contains("gaps  refuse"));

    let owes = |verb: &[&str]| server.cli(&[&["obligations"][..], verb].concat());
    let faulty = file("faulty.yaml", &OBLIGATIONS.replace("[1-a]", "[1-b]"));
    let refused = owes(&["assign", "proef/2021", &faulty]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("faulty.yaml:2:"), "{}", refused.err);
    assert!(refused.err.contains("UNKNOWN_INDICATOR"), "{}", refused.err);
    let sound = file("obligations.yaml", OBLIGATIONS);
    assert_eq!(owes(&["assign", "proef/2021", &sound, "--json"]).json()["assigned"], 2);
    assert_eq!(owes(&["assign", "proef/2021", &sound, "--json"]).json()["unchanged"], 2);

    server.cli(&["submit", &file("submission.yaml", SUBMISSION)]).ok();
    let matrix = owes(&["matrix", "proef/2021", "--json"]).json();
    assert_eq!((&matrix["required"], &matrix["answered"]), (&2.into(), &1.into()));
    assert_eq!(matrix["gaps"], 1);

    let out = folder.path().join("published").display().to_string();
    let publish =
        ["publish", "proef/2021", "--date", "2022-06-15", "--format", "html,json", "--out", &out];
    let refused = server.cli(&publish);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("beta 1") && refused.err.contains("UNEXPLAINED_GAPS"));
    owes(&["accept", "proef/2021", "beta", "1", "--reason", "Beta <volgt> later."]).ok();
    server.cli(&publish).ok();
    let page = std::fs::read_to_string(format!("{out}/proef-2021-1.html")).unwrap();
    assert!(page.contains("Beta &#60;volgt&#62; later."), "the page prints the reason");
    assert!(page.contains("0 van 1 beantwoord; 1 met reden open"), "the overview counts");
    let data = std::fs::read_to_string(format!("{out}/proef-2021-1.json")).unwrap();
    let data: serde_json::Value = serde_json::from_str(&data).unwrap();
    assert_eq!(data["obligations"]["accepted"][0]["reason"], "Beta <volgt> later.");
    assert_eq!(data["cycle"]["gaps"], "refuse");

    open("2022-01-01", "2022-12-31");
    let rolled = owes(&["roll-forward", "proef/2022", "--json"]).json();
    assert_eq!((&rolled["obligations"], &rolled["drafts"]), (&2.into(), &1.into()));
    let again = owes(&["roll-forward", "proef/2022", "--json"]).json();
    assert_eq!((&again["obligations"], &again["drafts"]), (&0.into(), &0.into()));
    // Who leaves and comes back owes what they did, and every list says so.
    let change = |more: &[&str]| {
        let change = ["cycle", "change", "proef/2022", "--reason", "Afgesproken."];
        server.cli(&[&change[..], more].concat()).ok()
    };
    let left = change(&["--leave", "beta"]);
    assert!(left.contains("organisations: alfa, beta -> alfa"), "{left}");
    let back = change(&["--join", "beta"]);
    assert!(back.contains("beta 1: is owed from now on"), "{back}");
    let changes = server.cli(&["cycle", "changes", "proef/2022"]).ok();
    assert!(changes.contains("organisations: alfa -> alfa, beta"), "{changes}");
    let open = owes(&["list", "proef/2022", "--state", "open", "--json"]).json();
    assert_eq!(open["obligations"].as_array().unwrap().len(), 2);
}

#[test]
fn a_text_of_the_cycle_before_that_nobody_edited_is_marked() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let server = Server::start(&folder.path().join("data"));
    server.cli(&["framework", "add", &file("framework.yaml", FRAMEWORK)]).ok();
    for (from, until) in [("2021-01-01", "2021-12-31"), ("2022-01-01", "2022-12-31")] {
        let period = ["--from", from, "--until", until, "--review", "four-eyes"];
        server.cli(&[&["cycle", "open", "proef"][..], &period[..]].concat()).ok();
    }
    let owed = file("obligations.yaml", OBLIGATIONS);
    server.cli(&["obligations", "assign", "proef/2021", &owed]).ok();
    server.cli(&["submit", &file("2021.yaml", SUBMISSION)]).ok();
    server.cli(&["obligations", "roll-forward", "proef/2022"]).ok();
    let same = SUBMISSION.replace("from: 2021, until: 2021", "from: 2022, until: 2022");
    let printed = server.cli(&["submit", &file("2022.yaml", &same)]).err;
    assert!(printed.contains("(TEXT_OF_EARLIER_CYCLE)"), "{printed}");
    let approve = ["review", "approve", "proef/2022", "--organisation", "alfa", "--dry-run"];
    let data = server.data.display().to_string();
    let who = ["token", "--data", &data, "--role", "reviewer", "--subject", "rita"];
    let token = server.cli(&[&who[..], &["--organisation", "alfa"]].concat()).ok();
    let approve = || server.cli_with(&approve, &[("VOORTGANG_TOKEN", token.trim())]).ok();
    let matrix = || server.cli(&["obligations", "matrix", "proef/2022"]).ok();
    let findings = || server.cli(&["cycle", "findings", "proef/2022"]).ok();
    let mark = "text of an earlier cycle, not edited";
    for printed in [approve(), matrix()] {
        assert!(printed.contains(mark), "{printed}");
    }
    assert!(approve().contains("goals 1  by "), "{}", approve());
    assert!(findings().contains("(TEXT_OF_EARLIER_CYCLE)"), "{}", findings());
    // Figures are of the year, and say nothing about the text.
    let figure = "text: Alfa doet het., figures: [{kind: count, value: 3, counts: projecten}]";
    let with_figure = same.replace("text: Alfa doet het.", figure);
    let printed = server.cli(&["submit", &file("2022.yaml", &with_figure)]).err;
    assert!(printed.contains("(TEXT_OF_EARLIER_CYCLE)"), "{printed}");
    for printed in [approve(), matrix()] {
        assert!(printed.contains(mark), "{printed}");
    }
    assert!(findings().contains("(TEXT_OF_EARLIER_CYCLE)"), "{}", findings());
    let edited = same.replace("Alfa doet het.", "Alfa deed het ook dit jaar.");
    assert_eq!(server.cli(&["submit", &file("2022.yaml", &edited)]).err, "");
    for printed in [approve(), matrix(), findings()] {
        assert!(!printed.contains(mark) && !printed.contains("TEXT_OF_EARLIER"), "{printed}");
    }
}
