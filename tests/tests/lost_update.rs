//! Files that are handed in again, over the command: an older file takes the place of no newer text, one file of all organisations
//! is handed in by each of them, and what stands is approved at once.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

use end_to_end::Server;
use serde_json::Value;

const FRAMEWORK: &str = "code: proef\ntitle: Proef\nlanguage: nl\nperiod: {from: 2021, until: 2025}\n\
    organisations: [{code: alfa, name: Alfa}, {code: beta, name: Beta}]\npillars: [{code: een, name: Een}]\n\
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
        world.server.cli(&[&["cycle", "open", "proef"][..], &period].concat()).ok();
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
    let told = world.server.cli(&["submit", &older]).fails(1);
    assert!(told.contains("revision 2 of") && told.contains("--overwrite"), "{told}");
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
fn a_file_of_all_organisations_is_handed_in_by_each() {
    let world = World::new();
    let all = world.items("all.yaml", &[("alfa", "Van alfa."), ("beta", "Van beta.")]);
    let data = world.server.data.display().to_string();
    let token = |organisation: &str, role: &str| {
        let who = ["token", "--data", &data, "--role", role, "--organisation", organisation];
        let subject = format!("{role}-{organisation}");
        let token = world.server.cli(&[&who[..], &["--subject", &subject]].concat());
        token.ok().trim().to_owned()
    };
    for (organisation, unchanged) in [("alfa", 0), ("beta", 0), ("alfa", 1)] {
        let token = token(organisation, "contributor");
        let submit = ["submit", &all, "--json"];
        let answer = world.server.cli_with(&submit, &[("VOORTGANG_TOKEN", &token)]).json();
        let counts = ["accepted", "unchanged", "rejected", "left_alone"]
            .map(|name| answer[name].as_u64().unwrap());
        assert_eq!(counts, [1 - unchanged, unchanged, 0, 1]);
    }
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
