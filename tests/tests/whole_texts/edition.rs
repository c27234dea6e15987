//! An edition of given texts, and what is to be seen of each in every face.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use end_to_end::Server;
use model::Format;
use serde_json::{Value, json};

use crate::reading::{REFERENCE, Reading, marks_of, read};

/// A text that was handed in.
#[derive(Debug)]
pub(crate) struct Text {
    id: String,
    markdown: String,
    /// What became of it.
    pub(crate) fate: Fate,
}

/// What became of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It was refused.
    Refused,
    /// Something is not shown, of which its sender was warned.
    Warned,
    /// All of it has to be seen.
    Compared,
}

impl Fate {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Warned => "warned",
            Self::Compared => "compared",
        }
    }
}

fn framework(code: &str) -> Value {
    json!({
        "code": code, "title": "Teksten", "language": "nl", "period": {"from": 2021, "until": 2030},
        "organisations": [{"code": "alfa", "name": "Alfa", "kind": "ministry"}],
        "pillars": [{"code": "een", "name": "Een"}],
        "goals": [{"code": "1", "pillar": "een", "statement": "Doel"}],
    })
}

/// Every third text is a remark on the whole report, which the PDF prints over the width of the page.
fn contribution(number: usize, text: &str) -> Value {
    let id = format!("t-{number}");
    let around = json!({
        "section": format!("begin {id}"),
        "references": [{"kind": "document", "as_written": format!("end {id}"), "target": "x"}],
    });
    let mut one = json!({"id": id, "organisation": "alfa", "text": text});
    if number % 3 != 2 {
        one["goals"] = json!(["1"]);
        one["answer"] = json!("reported");
    }
    for field in ["section", "references"] {
        one[field] = around[field].clone();
    }
    one
}

/// Publishes texts, and returns them with what is to be seen of them.
pub(crate) fn published(
    server: &Server,
    folder: &Path,
    number: usize,
    texts: &[String],
) -> (Vec<Text>, Value) {
    let code = format!("teksten-{number}");
    let file = |name: &str, value: &Value| {
        let path = folder.join(format!("{number}-{name}.json"));
        fs::write(&path, serde_json::to_vec(value).unwrap()).unwrap();
        path.display().to_string()
    };
    server.cli(&["framework", "add", &file("framework", &framework(&code))]).ok();
    server.cli(&["cycle", "open", &code, "--from", "2021-01-01", "--until", "2021-12-31"]).ok();
    let (remarks, answers): (Vec<_>, Vec<_>) = texts
        .iter()
        .enumerate()
        .map(|(at, text)| contribution(at, text))
        .partition(|one| one["answer"].is_null());
    let submission = json!({
        "framework": code, "language": "nl", "period": {"from": 2021, "until": 2021},
        "contributions": answers, "remarks": remarks,
    });
    let submitted = server.cli(&["submit", &file("contributions", &submission), "--json"]);
    let submitted: Value =
        serde_json::from_str(&submitted.out).unwrap_or_else(|_| panic!("{submitted:?}"));
    let texts =
        texts.iter().enumerate().map(|(at, text)| handed_in(&submitted, at, text)).collect();
    let out = folder.join("out").display().to_string();
    let cycle = format!("{code}/2021");
    let publish =
        ["publish", &cycle, "--date", "2022-01-01", "--wait", "--timeout", "1800", "--out", &out];
    let formats = Format::ALL.map(Format::name).join(",");
    server.cli(&[&publish[..], &["--format", &formats]].concat()).ok();
    (texts, faces(server, folder, &code))
}

fn handed_in(submitted: &Value, number: usize, markdown: &str) -> Text {
    let id = format!("t-{number}");
    let items = submitted["items"].as_array().unwrap();
    let item = items.iter().find(|item| item["external_id"] == id.as_str()).unwrap();
    let findings = item["findings"].as_array().unwrap();
    let is_warned = findings.iter().any(|finding| finding["reason"] == "TEXT_NOT_SHOWN");
    let fate = match item["outcome"].as_str() {
        Some("accepted") if is_warned => Fate::Warned,
        Some("accepted") => Fate::Compared,
        _ => Fate::Refused,
    };
    Text { id, markdown: markdown.to_owned(), fate }
}

fn stem(folder: &Path, code: &str) -> PathBuf {
    folder.join("out").join(format!("{code}-2021-1"))
}

/// What the other documents of an edition say otherwise than its HTML file; nothing where no reader of them is installed.
pub(crate) fn documents(folder: &Path, number: usize) -> Vec<String> {
    let Some(python) = testkit::python("lxml, markdown_it, mdit_py_plugins") else {
        return Vec::new();
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/check_documents.py");
    let stem = stem(folder, &format!("teksten-{number}"));
    let run = Command::new(python).arg(script).arg(stem).output().unwrap();
    let found = String::from_utf8_lossy(&run.stdout).into_owned();
    let found = found + &String::from_utf8_lossy(&run.stderr);
    if run.status.success() { Vec::new() } else { found.lines().map(str::to_owned).collect() }
}

/// The PDF of an edition.
pub(crate) fn pdf(folder: &Path, number: usize) -> PathBuf {
    stem(folder, &format!("teksten-{number}")).with_extension("pdf")
}

fn faces(server: &Server, folder: &Path, code: &str) -> Value {
    let stem = stem(folder, code);
    let page = server.published_page(&format!("/{code}/2021/1"));
    let page_file = stem.with_extension("page.html");
    fs::write(&page_file, page).unwrap();
    let file = |extension: &str| stem.with_extension(extension);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/faces.py");
    let files = [file("pdf"), file("html"), page_file, file("json")];
    let run = Command::new("python3").arg(script).args(files).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    serde_json::from_slice(&run.stdout).unwrap()
}

/// What differs between the texts and their faces, a line for each.
pub(crate) fn differences(texts: &[Text], faces: &Value) -> Vec<String> {
    let compared = texts.iter().filter(|text| text.fate == Fate::Compared);
    let readings: Vec<_> = compared.map(|text| (text, read(&text.markdown))).collect();
    let notes: Vec<_> = readings.iter().flat_map(|(_, reading)| reading.notes.clone()).collect();
    let whole = without_notes(&printed_marks(&faces["whole"]), &[]);
    readings
        .iter()
        .flat_map(|(text, reading)| {
            let shown = |face: &str| &faces[face][&text.id];
            let marks = |face: &str| marks_of(shown(face)["text"].as_str().unwrap_or_default());
            let plain = reading.text.replace(REFERENCE, "");
            let printed = without_notes(&printed_marks(&shown("pdf")["text"]), &notes);
            let mut found = vec![
                ("pdf", printed_differs(reading, &printed)),
                ("data", differs(&reading.unnumbered, &marks("data"))),
            ];
            for face in ["html", "page"] {
                found.push((face, differs(&plain, &marks(face))));
                found.push((face, differs(&reading.notes.join("|"), &notes_of(shown(face)))));
            }
            let missing = reading
                .notes
                .iter()
                .find(|note| !whole.replace('\u{c}', "").contains(note.as_str()));
            found.push(("pdf", missing.map(|note| format!("no note `{note}`"))));
            let found = found.into_iter().filter_map(|(face, what)| Some((face, what?)));
            found
                .map(|(face, what)| {
                    format!("{} in {face}: {what}\n    {:?}", text.id, beginning(&text.markdown))
                })
                .collect::<Vec<_>>()
        })
        .collect()
}

fn notes_of(shown: &Value) -> String {
    let notes = shown["notes"].as_array().into_iter().flatten();
    let mut notes: Vec<_> = notes.map(|note| marks_of(note.as_str().unwrap_or_default())).collect();
    notes.sort();
    notes.join("|")
}

/// Marks on pages; between pages there is a form feed.
fn printed_marks(text: &Value) -> String {
    let pages: Vec<_> = text.as_str().unwrap_or_default().split('\u{c}').map(marks_of).collect();
    pages.join("\u{c}")
}

/// What is printed without the notes, each behind its number, that stand at the foot of its pages.
fn without_notes(printed: &str, notes: &[String]) -> String {
    let mut text = printed.to_owned();
    for note in notes {
        if let Some(at) = text.find(note.as_str()) {
            let number = text[..at].trim_end_matches(|c: char| c.is_ascii_digit()).len();
            text.replace_range(number..at + note.len(), "");
        }
    }
    text
}

fn differs(expected: &str, found: &str) -> Option<String> {
    (expected != found).then(|| around(expected, found))
}

/// Compares what is read with what is printed, where pages repeat the header of a table and notes have numbers.
fn printed_differs(reading: &Reading, printed: &str) -> Option<String> {
    // Poppler gives letters in the order in which they stand on the page.
    if reading.text.contains(is_right_to_left) {
        let missing = missing(&reading.text.replace(REFERENCE, ""), printed);
        return missing.map(|letter| format!("`{letter}` is missing in `{printed}`"));
    }
    let (mut expected, mut found) = (reading.text.as_str(), printed);
    loop {
        if let Some(rest) = found.strip_prefix('\u{c}') {
            let is_again = |header: &&String| {
                rest.starts_with(header.as_str()) && !expected.starts_with(header.as_str())
            };
            let again = reading.headers.iter().filter(is_again).map(String::len).max();
            found = &rest[again.unwrap_or(0)..];
        } else if let Some(rest) = expected.strip_prefix(REFERENCE) {
            (expected, found) = (rest, found.trim_start_matches(|c: char| c.is_ascii_digit()));
        } else {
            let (one, other) = (expected.chars().next(), found.chars().next());
            match (one, other) {
                (None, None) => return None,
                (Some(one), Some(other)) if one == other => {
                    (expected, found) = (&expected[one.len_utf8()..], &found[other.len_utf8()..]);
                }
                _ => return Some(around(expected, found)),
            }
        }
    }
}

fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}')
}

/// The first letter that `found` has less often than `expected`.
fn missing(expected: &str, found: &str) -> Option<char> {
    let count = |text: &str, letter| text.chars().filter(|c| *c == letter).count();
    expected.chars().find(|letter| count(found, *letter) < count(expected, *letter))
}

/// The first place at which two texts differ.
fn around(expected: &str, found: &str) -> String {
    let same = expected.chars().zip(found.chars()).take_while(|(a, b)| a == b).count();
    let part = |text: &str| text.chars().skip(same.saturating_sub(10)).take(40).collect::<String>();
    format!("expected `{}`, found `{}`", part(expected), part(found))
}

fn beginning(markdown: &str) -> String {
    markdown.chars().take(400).collect()
}

/// A folder with the built-in template that drops the last cell of each row and every question mark.
pub(crate) fn template_that_drops(folder: &Path) -> PathBuf {
    let template = folder.join("template");
    fs::create_dir_all(&template).unwrap();
    let source =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../services/rendering/template/narrative.typ");
    let mut text = fs::read_to_string(source).unwrap();
    for (from, to) in [
        (
            "row.enumerate().map(((i, c)) => cell(c, i))",
            "row.enumerate().map(((i, c)) => if i + 1 < row.len() { cell(c, i) } else [])",
        ),
        (
            "if run.type == \"text\" { broken(run.text,",
            "if run.type == \"text\" { broken(run.text.replace(\"?\", \"\"),",
        ),
    ] {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    fs::write(template.join("narrative.typ"), text).unwrap();
    template
}
