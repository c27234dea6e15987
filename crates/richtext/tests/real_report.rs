//! The texts of a real report go through unharmed.

use std::path::{Path, PathBuf};

use saphyr::{LoadableYamlNode as _, Yaml};

/// The contributions of the report over 2021; where they are absent a note says so, and in CI it is a failure.
#[expect(clippy::disallowed_methods, reason = "the real data is outside the repository")]
fn contributions() -> Option<String> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = std::env::var("VOORTGANG_SHARED")
        .map_or_else(|_| workspace.join("../shared"), PathBuf::from);
    let text = std::fs::read_to_string(shared.join("data/nap1325-iv/contributions-2021.yaml")).ok();
    if text.is_none() {
        assert!(std::env::var("CI").is_err(), "no contributions in `{}`", shared.display());
        eprintln!("left out: no contributions in `{}`; set VOORTGANG_SHARED", shared.display());
    }
    text
}

/// The words as written, without emphasis and without the marker that a line begins with.
fn words_of_source(markdown: &str) -> Vec<String> {
    let unmarked = |line: &str| {
        let line = line.trim_start();
        let marker = ["- ", "# ", "## ", "### "].iter().find(|marker| line.starts_with(**marker));
        line[marker.map_or(0, |marker| marker.len())..].replace("**", "").replace('*', "")
    };
    let lines = markdown.lines().map(unmarked).collect::<Vec<_>>().join(" ");
    lines.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn every_text_of_the_report_parses_and_keeps_its_words() {
    let Some(source) = contributions() else { return };
    let report = &Yaml::load_from_str(&source).unwrap()[0];
    let texts: Vec<&str> = report["contributions"]
        .as_sequence()
        .unwrap()
        .iter()
        .filter_map(|contribution| contribution.as_mapping_get("text").and_then(Yaml::as_str))
        .collect();
    assert!(40 < texts.len(), "{}", texts.len());
    for text in texts {
        let document = richtext::parse(text).unwrap();
        assert_eq!(richtext::lost(text), [], "{text}");
        let plain = document.plain_text();
        let words: Vec<&str> = plain.split_whitespace().collect();
        assert_eq!(words, words_of_source(text));
        let passages = richtext::assign(&document, "nl", &[], &[]);
        let ids: std::collections::HashSet<_> =
            passages.iter().map(|passage| &passage.id).collect();
        assert_eq!(ids.len(), document.passages.len());
    }
}
