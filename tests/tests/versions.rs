//! A plan that gets a later version, over the command: what is newer is shown, an older text changes nothing, links are followed,
//! and an indicator is shown over all cycles.

use end_to_end::Server;

const FRAMEWORK: &str = "code: proef\ntitle: Proef\nlanguage: nl\nperiod: {from: 2021, until: 2025}\n\
    organisations: [{code: alfa, name: Alfa}]\npillars: [{code: een, name: Een}]\n\
    goals: [{code: '1', kind: strategic_goal, pillar: een, statement: Doel, indicators: [";
const FIRST: &str = "{code: 1-a, measure: count, statement: Een}, {code: 1-b, measure: count, statement: Twee}]}]\n";
const SECOND: &str = "{id: one, code: 1-b, measure: count, statement: Anders gezegd},\
    {code: 1-c, measure: count, statement: Half}, {code: 1-d, measure: count, statement: Ander half}]}]\n\
    links: [{kind: same, from: [1-a], to: [one]}, {kind: split, from: [1-b], to: [1-c, 1-d]}]\n";
const ITEMS: &str = "framework: proef\nperiod: {from: 2021, until: 2021}\nlanguage: nl\ncontributions:\n\
    - {id: x, organisation: alfa, goals: ['1'], indicators: [1-a], answer: reported, text: Een., \
    figures: [{kind: count, value: 12, indicator: 1-a}]}\n\
    - {id: y, organisation: alfa, goals: ['1'], indicators: [1-b], answer: reported, text: Twee., \
    figures: [{kind: count, value: 34, unit: km, indicator: 1-b}]}\n";

#[test]
fn a_later_version_follows_its_links_and_an_older_text_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let server = Server::start(&folder.path().join("data"));
    let first = file("first.yaml", &format!("{FRAMEWORK}{FIRST}"));
    let second = file("second.yaml", &format!("{FRAMEWORK}{SECOND}"));
    server.cli(&["framework", "add", &first]).ok();
    let open = |year: &str| {
        let (from, until) = (format!("{year}-01-01"), format!("{year}-12-31"));
        server.cli(&["cycle", "open", "proef", "--from", &from, "--until", &until]).ok();
    };
    open("2021");
    server.cli(&["submit", &file("items.yaml", ITEMS)]).ok();
    let out = folder.path().join("published").display().to_string();
    let publish = ["publish", "proef/2021", "--date", "2022-06-15", "--format", "json"];
    server.cli(&[&publish[..], &["--out", &out]].concat()).ok();

    server.cli(&["framework", "add", &second]).ok();
    let older = server.cli(&["framework", "add", &first]).ok();
    assert!(older.contains("version 1 had this content, and version 2 is the latest"), "{older}");
    let again = server.cli(&["framework", "add", &first, "--again", "--dry-run"]).ok();
    assert!(again.contains("would be registered as version 3"), "{again}");
    let shown = server.cli(&["cycle", "show", "proef/2021"]).ok();
    assert!(shown.contains("newer  proef@2"), "{shown}");
    open("2022");
    let shown = server.cli(&["cycle", "show", "proef/2022"]).ok();
    assert!(!shown.contains("newer"), "{shown}");
    let rolled = server.cli(&["obligations", "roll-forward", "proef/2022"]).ok();
    let marked = "to be looked at: alfa y: indicator `1-b` was split into `1-c`, split into `1-d`";
    assert!(rolled.contains("2 drafts") && rolled.contains(marked), "{rolled}");

    // The code 1-b means something else by now.
    let series = |framework: &str, indicator: &str| {
        server.cli(&["framework", "series", framework, indicator]).ok()
    };
    let renamed = "proef/2021  version 1  1-a\n  alfa x  1-a  reported  12\n\
        proef/2022  version 2  1-b\n  nothing is published yet\n";
    assert_eq!(series("proef", "1-b"), renamed);
    assert_eq!(series("proef@1", "1-a"), renamed);
    let half = "proef/2021  version 1  1-b (split)\n  alfa y  1-b  reported  34 km\n\
        proef/2022  version 2  1-d\n  nothing is published yet\n";
    assert_eq!(series("proef", "1-d"), half);
}
