//! What is to be seen of a text is in every face of its edition: PDF, HTML file, page, data and documents. Only what its sender was warned
//! of may differ.
//!
//! Texts are drawn, and taken from real policy rules; `VOORTGANG_TEXTS` and `VOORTGANG_RULES` have other counts.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

mod awkward;
mod edition;
mod reading;
mod rules;

use std::{collections::BTreeMap, fs};

use end_to_end::{Server, shared};
use testkit::fuzz::{self, given};

use crate::edition::{Text, differences, published};

/// Texts that are drawn in the gate.
const DRAWN: u64 = 12;
/// Policy rules that are taken in the gate.
const RULES: u64 = 12;
/// Contributions of one edition.
const OF_AN_EDITION: usize = 60;

/// Publishes texts, so many at once, and expects nothing to differ.
fn hold(what: &str, texts: &[String]) {
    let folder = tempfile::tempdir().unwrap();
    // The program of the tests renders slowly.
    let patient = [("VOORTGANG__RENDERING__TIME_LIMIT_SECONDS", "600")];
    let server = Server::start_with(&folder.path().join("data"), &patient);
    let (mut counts, mut found) = (BTreeMap::<&str, usize>::new(), Vec::new());
    for (number, part) in texts.chunks(OF_AN_EDITION).enumerate() {
        let (texts, faces) = published(&server, folder.path(), number, part);
        for Text { fate, .. } in &texts {
            *counts.entry(fate.name()).or_default() += 1;
        }
        found.extend(differences(&texts, &faces));
        found.extend(edition::documents(folder.path(), number));
        // Poppler takes a colour glyph to be as large as its picture.
        let misplaced = testkit::misplaced(&edition::pdf(folder.path(), number)).into_iter();
        found.extend(misplaced.filter(|fault| !fault.contains('🙂')));
    }
    eprintln!("{what}: {counts:?}, {} differ", found.len());
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert!(counts.get("compared").is_some_and(|count| count * 4 > texts.len()), "{counts:?}");
}

#[test]
fn a_random_text_is_whole_in_every_face() {
    let count = given("VOORTGANG_TEXTS").unwrap_or(DRAWN);
    let texts: Vec<_> = fuzz::executions("texts in every face", count)
        .map(|mut random| awkward::text(&mut random))
        .collect();
    hold("drawn", &texts);
}

#[test]
fn a_policy_rule_is_whole_in_every_face() {
    let Some(data) = shared("policy rules in every face") else { return };
    let texts = rules::sample(&data, given("VOORTGANG_RULES").unwrap_or(RULES));
    hold("policy rules", &texts);
}

/// A table of four columns, and a tab between words.
#[test]
fn the_texts_of_cases_are_whole_in_every_face() {
    let Some(data) = shared("cases in every face") else { return };
    let text = |case: &str| {
        let file = data.join("../cases").join(case).join("contributions.json");
        let case: serde_json::Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
        case["contributions"][0]["text"].as_str().unwrap().to_owned()
    };
    hold("cases", &["31-table-four-columns", "32-tab-joins-words"].map(text));
}

/// What a face loses is seen, in each of them.
#[test]
fn a_face_that_drops_a_cell_or_a_sign_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let template = edition::template_that_drops(folder.path());
    let variables = [("VOORTGANG__RENDERING__TEMPLATE_DIR", template.to_str().unwrap())];
    let server = Server::start_with(&folder.path().join("data"), &variables);
    let texts = ["Een zin.", "| a | b |\n|---|---|\n| 1 | 2 |", "Een vraag?"].map(str::to_owned);
    let (texts, faces) = published(&server, folder.path(), 0, &texts);
    let found = differences(&texts, &faces);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].contains("t-1 in pdf") && found[1].contains("t-2 in pdf"), "{found:?}");
    for face in ["html", "page", "data"] {
        let mut faces = faces.clone();
        let text = faces[face]["t-0"]["text"].as_str().unwrap().replace('z', "");
        faces[face]["t-0"]["text"] = text.into();
        let found = differences(&texts, &faces);
        assert!(found[0].contains(&format!("t-0 in {face}")), "{face}: {found:?}");
    }
}
