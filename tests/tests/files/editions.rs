//! Editions whose files are checked.

use std::{
    fs,
    path::{Path, PathBuf},
};

use end_to_end::{Server, shared, voortgang};
use model::Format;
use serde_json::json;

fn all_formats() -> String {
    Format::ALL.map(Format::name).join(",")
}

/// The stems of the two editions of the demonstration.
pub(crate) fn example(folder: &Path) -> [PathBuf; 2] {
    let data = folder.join("data");
    let arguments = ["demo", "--once", "--data", data.to_str().unwrap()];
    voortgang(&[&arguments[..], &["--grpc-port", "0", "--http-port", "0"]].concat()).ok();
    ["2021", "2022-2023"].map(|cycle| data.join(format!("published/voorbeeldplan-vvv-{cycle}-1")))
}

/// The stem of the real report over 2021, where it is there.
pub(crate) fn report(folder: &Path) -> Option<PathBuf> {
    let data = shared("the files of the real report")?.join("nap1325-iv");
    let file = |name: &str| data.join(name).display().to_string();
    fs::create_dir_all(folder).unwrap();
    let server = Server::start(&folder.join("data"));
    server.cli(&["framework", "add", &file("framework.yaml")]).ok();
    let period = ["--from", "2021-01-01", "--until", "2021-12-31"];
    server.cli(&[&["cycle", "open", "nap1325-iv"], &period[..]].concat()).ok();
    server.cli(&["submit", &file("contributions-2021.yaml")]).ok();
    publish(&server, folder, "nap1325-iv/2021");
    Some(folder.join("out/nap1325-iv-2021-1"))
}

fn publish(server: &Server, folder: &Path, cycle: &str) {
    let out = folder.join("out").display().to_string();
    let order = ["publish", cycle, "--date", "2022-11-09", "--wait", "--out", &out];
    server.cli(&[&order[..], &["--format", &all_formats()]].concat()).ok();
}

/// What is code elsewhere: to spreadsheets, to XML, to Markdown, to those who read bidirectional text.
const AWKWARD: [&str; 12] = [
    "=HYPERLINK(\"https://example.org/\",\"klik\")",
    "+1+1|cmd",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3 en 5 \\< 6 \\& 7 \\> 2",
    "\\<script>alert(1)\\</script> \\&amp; \\]]> \\<!\\[CDATA\\[x\\]\\]>",
    "rechts \u{200f}שלום\u{200e} links",
    "עברית en Nederlands",
    "\\# geen kop \\*\\* geen nadruk \\[geen\\](link) \\`code\\` \\$x\\$ \\~\\~weg\\~\\~ \\| cel",
    "1\\. geen lijst\n\n\\- ook niet\n\n\\+ noch dit",
    "`=1+1` en `` `<b>` `` en `a|b`",
    "{{ 7*7 }} ${7*7} #{7*7} \\<%= 7*7 %> %0A%0D _x000D_ _x0041_",
    "# =1+1 \\<kop>\n\nTekst[^1].\n\n| =kop | b\\|c |\n|---|---|\n| =1+1 | \\<td> |\n\n3. drie\n4. vier\n\na) aa\nb) bb\n\n[^1]: =Noot \\<b>.",
];

/// The stem of an edition whose texts, names and figures look like code.
pub(crate) fn awkward(folder: &Path) -> PathBuf {
    let server = Server::start(&folder.join("data"));
    let file = |name: &str, value: &serde_json::Value| {
        let path = folder.join(format!("{name}.json"));
        fs::write(&path, serde_json::to_vec(value).unwrap()).unwrap();
        path.display().to_string()
    };
    let framework = json!({
        "code": "lastig", "title": "=1+1 <plan> & 'co'", "language": "nl",
        "period": {"from": 2021, "until": 2030},
        "organisations": [{"code": "alfa", "name": "=Alfa <b> & \"co\"", "kind": "ministry"}],
        "pillars": [{"code": "een", "name": "+Pijler *een* <i>"}],
        "goals": [{"code": "1", "pillar": "een", "statement": "@Doel [x](y) _z_ | w",
            "indicators": [{"code": "1-a", "measure": "count", "statement": "-Aantal <td>"}]}],
    });
    server.cli(&["framework", "add", &file("framework", &framework)]).ok();
    let period = ["--from", "2021-01-01", "--until", "2021-12-31"];
    server.cli(&[&["cycle", "open", "lastig"], &period[..]].concat()).ok();
    let figure = json!({"kind": "count", "value": "-2.5", "label": "=label <b>", "unit": "+stuks",
        "from": "2021-01-01", "until": "2021-12-31", "caveat": "@caveat | _x_", "indicator": "1-a",
        "comparisons": [{"value": "1234567890123456789", "year": 2020}],
        "target": {"value": "10", "year": 2025}});
    let contribution = |(number, text): (usize, &&str)| {
        json!({"id": format!("t-{number}"), "organisation": "alfa", "text": text, "goals": ["1"],
            "answer": "reported", "section": format!("=kopje {number} <h1>"),
            "figures": [figure],
            "references": [{"kind": "web", "as_written": "=verwijzing <a>", "target": "x",
                "url": "https://example.org/?a=1&b=\"2\""}]})
    };
    let texts: Vec<_> = AWKWARD.iter().enumerate().map(contribution).collect();
    let submission = json!({"framework": "lastig", "language": "nl",
        "period": {"from": 2021, "until": 2021}, "contributions": texts});
    let submitted = server.cli(&["submit", &file("contributions", &submission)]);
    assert_eq!(submitted.code, 0, "{submitted:?}");
    publish(&server, folder, "lastig/2021");
    folder.join("out/lastig-2021-1")
}
