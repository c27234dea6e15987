//! Files that are handed in again, over the command: an older file takes the place of no newer text, one file of all organisations
//! is handed in by each of them, and what stands is approved at once.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

use end_to_end::Server;
use serde_json::Value;

const FRAMEWORK: &str = "code: proef\ntitle: Proef\nlanguage: nl\nperiod: {from: 2021, until: 2025}\n\
    organisations: [{code: alfa, name: Alfa}, {code: beta, name: Beta}, {code: gamma, name: Gamma}]\npillars: [{code: een, name: Een}]\n\
    goals: [{code: '1', kind: strategic_goal, pillar: een, statement: Doel}]\n";
const CYCLE: &str = "proef/2021";

struct World {
    folder: tempfile::TempDir,
    server: Server,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::start(&folder.path().join("data"));
        let world = Self { folder, server };
        let framework = world.file("framework.yaml", FRAMEWORK);
        world.server.cli(&["framework", "add", &framework]).ok();
        let period = ["--from", "2021-01-01", "--until", "2021-12-31", "--review", "four-eyes"];
        let reporting = ["--organisation", "alfa", "--organisation", "beta"];
        world.server.cli(&[&["cycle", "open", "proef"][..], &period, &reporting].concat()).ok();
        world
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    /// A file with an item of each organisation, whose text this is.
    fn items(&self, name: &str, items: &[(&str, &str)]) -> String {
        let item = |(organisation, text): &(&str, &str)| {
            format!(
                "- {{id: x, organisation: {organisation}, goals: ['1'], answer: reported, text: {text:?}}}\n"
            )
        };
        let items: String = items.iter().map(item).collect();
        let head = "framework: proef\nperiod: {from: 2021, until: 2021}\nlanguage: nl\n";
        self.file(name, &format!("{head}contributions:\n{items}"))
    }

    fn submit(&self, file: &str, more: &[&str]) -> Value {
        let answer = self.server.cli(&[&["submit", file, "--json"][..], more].concat());
        serde_json::from_str(&answer.out).unwrap()
    }

    /// A token of somebody with a role for an organisation.
    fn token(&self, organisation: &str, role: &str, subject: &str) -> String {
        let data = self.server.data.display().to_string();
        let who = ["token", "--data", &data, "--role", role, "--organisation", organisation];
        let token = self.server.cli(&[&who[..], &["--subject", subject]].concat());
        token.ok().trim().to_owned()
    }

    /// Submits as whoever holds a token: the result and what is said beside it.
    fn submit_as(&self, token: &str, file: &str, more: &[&str]) -> (Value, String) {
        let arguments = [&["submit", file, "--json"][..], more].concat();
        let answer = self.server.cli_with(&arguments, &[("VOORTGANG_TOKEN", token)]);
        (serde_json::from_str(&answer.out).unwrap(), answer.err)
    }

    fn text(&self) -> String {
        let show = ["contribution", "show", CYCLE, "alfa", "x", "--json"];
        let shown = self.server.cli(&show).json();
        shown["content"]["narratives"][0]["markdown"].as_str().unwrap().to_owned()
    }
}

#[test]
fn an_older_file_takes_the_place_of_no_newer_text() {
    let world = World::new();
    let mine = world.items("contributions.yaml", &[("alfa", "Eerste versie.")]);
    assert_eq!(world.submit(&mine, &[])["accepted"], 1);
    // The file knows what it was based on, whatever is changed in it.
    let mine =
        world.items("contributions.yaml", &[("alfa", "Eerste versie, verbeterd door Bram.")]);
    assert_eq!(world.submit(&mine, &[])["accepted"], 1);
    let older = world.items("older.yaml", &[("alfa", "Eerste versie.")]);
    let refused = world.submit(&older, &[]);
    assert_eq!((&refused["accepted"], &refused["rejected"]), (&0.into(), &1.into()), "{refused}");
    assert_eq!(refused["items"][0]["findings"][0]["reason"], "STALE_ETAG");
    assert_eq!(refused["items"][0]["conflict"]["current"]["version"], 2);
    assert_eq!(world.text(), "Eerste versie, verbeterd door Bram.");
    let printed = world.server.cli(&["submit", &older]).fails(1);
    assert!(printed.contains("revision 2 of") && printed.contains("--overwrite"), "{printed}");
    // Another file that says the same changes nothing, and knows from then on what is there.
    let same = world.items("same.yaml", &[("alfa", "Eerste versie, verbeterd door Bram.")]);
    assert_eq!(world.submit(&same, &[])["unchanged"], 1);
    let same = world.items("same.yaml", &[("alfa", "Derde versie.")]);
    assert_eq!(world.submit(&same, &[])["accepted"], 1);
    let refused = world.submit(&mine, &[]);
    assert_eq!(refused["rejected"], 1, "{refused}");
    assert_eq!(world.submit(&older, &["--overwrite", "--dry-run"])["accepted"], 1);
    assert_eq!(world.text(), "Derde versie.");
    assert_eq!(world.submit(&older, &["--overwrite"])["accepted"], 1);
    assert_eq!(world.text(), "Eerste versie.");
}

#[test]
fn an_older_file_puts_no_text_back_that_a_colleague_replaced() {
    let world = World::new();
    let [anna, bram] = ["anna", "bram"].map(|name| world.token("alfa", "contributor", name));
    let mine = world.items("mine.yaml", &[("alfa", "Eerste versie.")]);
    assert_eq!(world.submit_as(&anna, &mine, &[]).0["accepted"], 1);
    let his = world.items("his.yaml", &[("alfa", "Verbeterd door Bram.")]);
    let (refused, _) = world.submit_as(&bram, &his, &[]);
    assert_eq!(refused["items"][0]["findings"][0]["reason"], "STALE_ETAG");
    let (dry, printed) = world.submit_as(&bram, &his, &["--overwrite", "--dry-run"]);
    assert_eq!(
        (&dry["accepted"], dry["items"][0]["conflict"]["current"]["version"].as_u64()),
        (&1.into(), Some(1))
    );
    assert!(
        printed.contains("revision 1 of ") && printed.contains("by anna would be overwritten"),
        "{printed}"
    );
    let (_, printed) = world.submit_as(&bram, &his, &["--overwrite"]);
    assert!(printed.contains("by anna is overwritten"), "{printed}");
    // The file is brought up to date, and then an older one is put in its place.
    world.items("mine.yaml", &[("alfa", "Verbeterd door Bram.")]);
    assert_eq!(world.submit_as(&anna, &mine, &[]).0["unchanged"], 1);
    world.items("mine.yaml", &[("alfa", "Eerste versie.")]);
    for more in [&["--dry-run"][..], &[]] {
        let (refused, printed) = world.submit_as(&anna, &mine, more);
        assert_eq!(refused["items"][0]["findings"][0]["reason"], "EARLIER_TEXT", "{refused}");
        assert!(
            printed.contains("the text of revision 1; revision 2 by `bram` of 20"),
            "{printed}"
        );
    }
    assert_eq!(world.text(), "Verbeterd door Bram.");
    let (taken, printed) = world.submit_as(&anna, &mine, &["--overwrite"]);
    assert_eq!(taken["accepted"], 1);
    assert!(
        printed.contains("revision 2 of ") && printed.contains("by bram is overwritten"),
        "{printed}"
    );
}

#[test]
fn ones_own_text_is_corrected_out_of_another_file() {
    let world = World::new();
    let anna = world.token("alfa", "contributor", "anna");
    let first = world.items("first.yaml", &[("alfa", "Eerste versie.")]);
    assert_eq!(world.submit_as(&anna, &first, &[]).0["accepted"], 1);
    let corrected = world.items("corrected.yaml", &[("alfa", "Verbeterde versie.")]);
    let (taken, printed) = world.submit_as(&anna, &corrected, &[]);
    assert_eq!((&taken["accepted"], printed.as_str()), (&1.into(), ""), "{taken}");
    let (refused, _) = world.submit_as(&anna, &first, &[]);
    assert_eq!(refused["rejected"], 1, "an older file: {refused}");
}

#[test]
fn who_hands_in_late_is_warned_at_once() {
    let world = World::new();
    let late = ["cycle", "change", CYCLE, "--deadline", "2022-03-01", "--reason", "Een dag."];
    world.server.cli(&late).ok();
    let file = world.items("late.yaml", &[("alfa", "Een tekst.")]);
    for more in [&["--dry-run"][..], &[]] {
        let printed = world.server.cli(&[&["submit", &file][..], more].concat());
        assert!(
            printed.err.contains("late: `alfa` had until 2022-03-01 (AFTER_DEADLINE)"),
            "{}",
            printed.err
        );
    }
    // A deadline of its own counts.
    let own = ["obligations", "deadline", CYCLE, "beta", "2999-01-01", "--reason", "Later."];
    world.server.cli(&own).ok();
    let file = world.items("in-time.yaml", &[("beta", "Een tekst.")]);
    let printed = world.server.cli(&["submit", &file]);
    assert_eq!(printed.err, "");
}

#[test]
fn a_file_of_all_organisations_is_handed_in_by_each() {
    let world = World::new();
    // Who does not report in the cycle is somebody else all the same.
    let all = [("alfa", "Van alfa."), ("beta", "Van beta."), ("gamma", "Van gamma.")];
    let all = world.items("all.yaml", &all);
    let token = |organisation: &str, role: &str| {
        world.token(organisation, role, &format!("{role}-{organisation}"))
    };
    for (organisation, unchanged) in [("alfa", 0), ("beta", 0), ("alfa", 1)] {
        let token = token(organisation, "contributor");
        let submit = ["submit", &all, "--json"];
        let answer = world.server.cli_with(&submit, &[("VOORTGANG_TOKEN", &token)]).json();
        let counts = ["accepted", "unchanged", "rejected", "left_alone"]
            .map(|name| answer[name].as_u64().unwrap());
        assert_eq!(counts, [1 - unchanged, unchanged, 0, 2]);
    }
    let everything = world.submit(&all, &[]);
    let of_gamma = &everything["items"][2]["findings"][0]["reason"];
    assert_eq!(of_gamma, "UNKNOWN_ORGANISATION", "{everything}");
    let reviewer = token("alfa", "reviewer");
    let as_reviewer = [("VOORTGANG_TOKEN", reviewer.as_str())];
    let approve = ["review", "approve", CYCLE, "--organisation", "alfa", "--json"];
    let dry = world.server.cli_with(&[&approve[..], &["--dry-run"]].concat(), &as_reviewer).json();
    let real = world.server.cli_with(&approve, &as_reviewer).json();
    assert_eq!((&dry["approved"], &real["approved"]), (&1.into(), &1.into()));
    assert_eq!(dry["items"], real["items"]);
    let list = ["contribution", "list", CYCLE, "--state", "approved"];
    let listed = world.server.cli(&list).ok();
    assert!(listed.contains("alfa") && !listed.contains("beta"), "{listed}");
    // Nothing waits for the reviewer any more, and what is of another organisation is not shown.
    for organisation in ["alfa", "beta"] {
        let approve = ["review", "approve", CYCLE, "--organisation", organisation, "--json"];
        let none = world.server.cli_with(&approve, &as_reviewer).json();
        assert_eq!((&none["approved"], &none["refused"]), (&0.into(), &0.into()));
    }
}

#[test]
fn what_concerns_every_item_is_printed_once() {
    let world = World::new();
    let item = |number| {
        format!(
            "- {{id: c-{number}, organisation: alfa, goals: ['1'], answer: reported, text: Tekst.}}\n"
        )
    };
    let file = |items: usize| {
        let items: String = (0..items).map(item).collect();
        let head = "framework: proef\nperiod: {from: 2022, until: 2022}\nlanguage: nl\n";
        world.file("items.yaml", &format!("{head}contributions:\n{items}"))
    };
    // There is no such cycle.
    for (items, lines) in [(3, 3), (4, 1)] {
        let refused = world.server.cli(&["submit", &file(items)]).fails(1);
        assert_eq!(refused.matches("CYCLE_NOT_FOUND").count(), lines, "{refused}");
        assert_eq!(refused.contains("4 items: blocker: "), items == 4, "{refused}");
        assert!(refused.contains(&format!("{items} rejected")), "{refused}");
    }
}

#[test]
fn an_organisation_that_does_not_report_has_nothing_to_approve() {
    let world = World::new();
    let approve = ["review", "approve", CYCLE, "--organisation", "gamma"];
    let refused = world.server.cli(&approve).fails(1);
    assert!(
        refused.contains("`gamma` does not report") && refused.contains("alfa, beta"),
        "{refused}"
    );
}
