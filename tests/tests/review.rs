//! Review, over the command: from a text handed in, returned in part and approved, to the colophon that names an override.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

use std::{fs, path::Path};

use end_to_end::Server;
use serde_json::Value;

const FRAMEWORK: &str = "code: proef\ntitle: Proef\nlanguage: nl\nperiod: {from: 2021, until: 2025}\n\
    organisations: [{code: alfa, name: Alfa, kind: ministry}]\npillars: [{code: een, name: Een}]\n\
    goals: [{code: '1', kind: strategic_goal, pillar: een, statement: Doel}]\n";

/// Submits a text as `a-1` of a year, and returns how that went.
fn submit(server: &Server, folder: &Path, year: &str, text: &str) -> Value {
    let file = folder.join("contributions.yaml");
    let item =
        format!("{{id: a-1, organisation: alfa, goals: ['1'], answer: reported, text: {text:?}}}");
    let head = format!("framework: proef\nperiod: {{from: {year}, until: {year}}}\nlanguage: nl\n");
    fs::write(&file, format!("{head}contributions:\n- {item}\n")).unwrap();
    let answer = server.cli(&["submit", &file.display().to_string(), "--json"]);
    serde_json::from_str(&answer.out).unwrap()
}

fn opened(server: &Server, folder: &Path) {
    let framework = folder.join("framework.yaml");
    fs::write(&framework, FRAMEWORK).unwrap();
    server.cli(&["framework", "add", &framework.display().to_string()]).ok();
    for (year, review) in [("2021", "none"), ("2022", "four-eyes")] {
        let (from, until) = (format!("{year}-01-01"), format!("{year}-12-31"));
        let period = ["--from", &from, "--until", &until, "--review", review];
        let opened = server.cli(&[&["cycle", "open", "proef", "--json"][..], &period].concat());
        assert_eq!(opened.json()["cycle"]["review"], review.replace('-', "_"));
    }
}

/// Answers and resolves a remark, which is then listed where all are asked for, of its contribution and of the cycle.
fn answered_and_listed(server: &Server, name: &[&str], remark: &str) {
    let answer = ["remark", "answer", remark, "--text", "De andere."];
    assert!(server.cli(&answer).ok().contains("De andere."));
    server.cli(&["remark", "resolve", remark]).ok();
    let list = |more: &[&str]| server.cli(&[&["remark", "list"][..], name, more].concat()).ok();
    assert!(list(&[]).contains("no remarks") && list(&["--all"]).contains("Welke?"));
    let of_cycle =
        |more: &[&str]| server.cli(&[&["remark", "list", "proef/2021"][..], more].concat()).ok();
    assert!(of_cycle(&[]).contains("no remarks"), "{}", of_cycle(&[]));
    let all = of_cycle(&["--all"]);
    assert!(all.contains("alfa/a-1\n") && all.contains("Welke?"), "{all}");
}

#[test]
fn a_text_is_returned_in_part_mended_approved_and_withdrawn() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("data"));
    opened(&server, folder.path());
    let say = |text: &str| submit(&server, folder.path(), "2021", text);
    let name = ["proef/2021", "alfa", "a-1"];
    let show = || server.cli(&[&["contribution", "show"][..], &name, &["--json"]].concat()).json();
    let review =
        |verb: &str, more: &[&str]| server.cli(&[&["review", verb][..], &name, more].concat());
    assert_eq!(say("Eerste alinea.\n\nEen zin. Nog een zin.")["accepted"], 1);
    let first = show();
    let etag = first["etag"].as_str().unwrap().to_owned();
    let passage = first["passages"][1]["id"].as_str().unwrap().to_owned();
    let sentence = format!("{passage}:2");
    let made = server.cli(
        &[&["remark", "add"][..], &name, &["--target", &sentence, "--text", "Welke?", "--json"]]
            .concat(),
    );
    let remark = made.json()["id"].as_str().unwrap().to_owned();
    let returned = review(
        "return",
        &["--etag", &etag, "--reason", "unclear", "--text", "Zeg welke.", "--target", &sentence],
    );
    assert!(returned.ok().contains("alfa/a-1 returned at revision 1"));
    let read = server.cli(&[&["contribution", "show"][..], &name].concat()).ok();
    assert!(read.contains("returned: ") && read.contains("Zeg welke."), "{read}");
    let refused = say("Eerste alinea, anders.\n\nEen zin. Nog een zin.");
    assert!(refused.to_string().contains("NOT_RETURNED"), "{refused}");
    assert_eq!(say("Eerste alinea.\n\nEen zin. Een heel andere zin.")["accepted"], 1);
    assert!(review("approve", &["--etag", &etag]).fails(1).contains("STALE_ETAG"));
    let etag = show()["etag"].as_str().unwrap().to_owned();
    let approved = review("approve", &["--etag", &etag, "--json"]).json();
    assert_eq!(
        (&approved["contribution"]["state"], &approved["contribution"]["approved_version"]),
        (&"approved".into(), &2.into())
    );
    assert!(review("compare", &[]).ok().contains("the approval holds"));
    assert!(review("approve", &["--etag", &etag]).fails(1).contains("is approved, which allows"));
    assert_eq!(say("Eerste alinea.\n\nEen zin. Weer een andere zin.")["accepted"], 1);
    let compared = review("compare", &["--json"]).json();
    assert_eq!((&compared["holds"], &compared["comparison"]["from"]), (&false.into(), &2.into()));
    assert_eq!(compared["comparison"]["differences"].as_array().unwrap().len(), 1);

    answered_and_listed(&server, &name, &remark);

    let etag = show()["etag"].as_str().unwrap().to_owned();
    review("withdraw", &["--etag", &etag, "--reason", "Hoort elders."]).ok();
    assert!(say("Nog iets.").to_string().contains("WITHDRAWN"));
    let decisions = review("decisions", &["--json"]).json();
    let kinds: Vec<&Value> =
        decisions["decisions"].as_array().unwrap().iter().map(|one| &one["kind"]).collect();
    assert_eq!(kinds, ["return", "approve", "withdraw"]);
    let target = &decisions["decisions"][0]["targets"][0];
    assert_eq!(
        (&target["passage"], &target["first_sentence"]),
        (&first["passages"][1]["id"], &2.into())
    );
    // By its id alone, too.
    let by_id = server.cli(&["review", "decisions", first["id"].as_str().unwrap(), "--json"]);
    assert_eq!(by_id.json(), decisions);
    let publish = ["publish", "proef/2021", "--date", "2022-06-15"];
    assert!(server.cli(&publish).fails(1).contains("NOTHING_TO_PUBLISH"));
}

#[test]
fn an_override_of_four_eyes_stands_in_the_colophon() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("data"));
    opened(&server, folder.path());
    submit(&server, folder.path(), "2022", "Wij steunden twee fondsen.");
    let name = ["proef/2022", "alfa", "a-1"];
    let shown = server.cli(&[&["contribution", "show"][..], &name, &["--json"]].concat()).json();
    let etag = shown["etag"].as_str().unwrap().to_owned();
    let out = folder.path().join("published").display().to_string();
    let publish =
        ["publish", "proef/2022", "--date", "2023-06-15", "--format", "html,json", "--out", &out];
    let refused = server.cli(&publish).fails(1);
    assert!(refused.contains("NOT_APPROVED") && refused.contains("alfa/a-1 (submitted)"));
    let approve = [&["review", "approve"][..], &name, &["--etag", &etag]].concat();
    assert!(server.cli(&approve).fails(1).contains("FOUR_EYES"));
    let reason = ["--override-reason", "Niemand <anders> was er."];
    server.cli(&[&approve[..], &reason].concat()).ok();
    assert!(server.cli(&publish).fails(1).contains("FOUR_EYES"));
    server.cli(&[&publish[..], &["--override-reason", "De Kamer wacht."]].concat()).ok();

    let page = fs::read_to_string(format!("{out}/proef-2022-1.html")).unwrap();
    for text in [
        "Niemand &#60;anders&#62; was er. (nog niet",
        "De Kamer wacht. (nog niet",
        "vier ogen",
        "2 van 2 beslissingen",
    ] {
        assert!(page.contains(text), "{text}");
    }
    let data = fs::read_to_string(format!("{out}/proef-2022-1.json")).unwrap();
    let data: Value = serde_json::from_str(&data).unwrap();
    assert_eq!(data["review"]["policy"], "four_eyes");
    let actions: Vec<&Value> =
        data["review"]["overrides"].as_array().unwrap().iter().map(|one| &one["action"]).collect();
    assert_eq!(actions, ["approve", "publish"]);
    let overrides = server.cli(&["review", "overrides", "proef/2022", "--json"]).json();
    let one = &overrides["overrides"][0];
    assert_eq!((&one["confirmed_by"], &one["confirm_time"]), (&"".into(), &Value::Null));
    let confirm = ["review", "confirm", one["id"].as_str().unwrap()];
    assert!(server.cli(&confirm).fails(1).contains("a second person"));

    let data = server.data.display().to_string();
    let roles = ["--role", "coordinator", "--role", "publisher", "--subject", "rita"];
    let token = server.cli(&[&["token"][..], &roles, &["--data", &data]].concat()).ok();
    let as_rita =
        |words: &[&str]| server.cli_with(words, &[("VOORTGANG_TOKEN", token.trim())]).ok();
    assert!(as_rita(&confirm).contains("confirmed by rita"));
    as_rita(&publish);
    let page = fs::read_to_string(format!("{out}/proef-2022-2.html")).unwrap();
    assert!(page.contains("was er. (achteraf bevestigd"), "the next edition says so");
    assert!(page.contains("1 van 2 beslissingen"));
    assert!(!page.contains("De Kamer wacht.") && !page.contains("rita"));
}
