//! No letter or digit of a text that is taken is lost, unless whoever hands it in was warned.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
};

use proptest::prelude::*;
use richtext::{Block, Cell, Document, Inline, Numbering};

/// How often each letter and digit stands in a text.
type Letters = BTreeMap<char, usize>;

fn count(text: &str, letters: &mut Letters) {
    for letter in text.chars().filter(|c| c.is_alphanumeric()) {
        *letters.entry(letter).or_default() += 1;
    }
}

/// What a reader is shown, or can follow: passages, addresses of links, numbers and letters of lists.
fn shown(document: &Document) -> Letters {
    let mut letters = Letters::new();
    for passage in &document.passages {
        count(passage, &mut letters);
    }
    blocks(&document.blocks, &mut letters);
    for note in &document.notes {
        blocks(&note.blocks, &mut letters);
    }
    letters
}

fn blocks(blocks: &[Block], letters: &mut Letters) {
    for block in blocks {
        match block {
            Block::Paragraph { content, .. } | Block::Heading { content, .. } => {
                addresses(content, letters);
            }
            Block::List { numbering, items } => {
                for (place, item) in (0_u64..).zip(items) {
                    match numbering {
                        Numbering::Bullets => {}
                        Numbering::Numbers { start } => {
                            count(&(start + place).to_string(), letters);
                        }
                        Numbering::Letters { start } => {
                            let letter = u8::try_from(start + place)
                                .map_or('?', |n| char::from(b'a' + n - 1));
                            count(&letter.to_string(), letters);
                        }
                    }
                    self::blocks(item, letters);
                }
            }
            Block::Quote { blocks } => self::blocks(blocks, letters),
            Block::Table { alignments: _, header, rows } => {
                let cells = header.iter().chain(rows.iter().flatten());
                cells.for_each(|Cell { content, .. }| addresses(content, letters));
            }
            Block::Code { .. } | Block::Rule => {}
        }
    }
}

fn addresses(content: &[Inline], letters: &mut Letters) {
    for inline in content {
        match inline {
            Inline::Link { url, content } => {
                count(url, letters);
                addresses(content, letters);
            }
            Inline::Strong(content) | Inline::Emphasis(content) => addresses(content, letters),
            Inline::Text(_) | Inline::Code(_) | Inline::Break | Inline::Note { .. } => {}
        }
    }
}

/// The first letter that stands more often in the source than in what is shown, where nobody was warned.
fn lost_in_silence(markdown: &str) -> Option<char> {
    let Ok(document) = richtext::parse(markdown) else { return None };
    if !richtext::lost(markdown).is_empty() {
        return None;
    }
    let (shown, mut source) = (shown(&document), Letters::new());
    // Word's bullet of the second level and the labels of links are for the writer alone.
    for line in markdown.replace("[x][x]", "[x]").replace("[x]: ", "").replace("[^1]", "").lines() {
        let line = line.trim_start();
        count(line.strip_prefix("o\t").unwrap_or(line), &mut source);
    }
    source
        .into_iter()
        .find(|(letter, times)| shown.get(letter).is_none_or(|n| n < times))
        .map(|(letter, _)| letter)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]
    #[test]
    fn a_random_text_is_shown_whole_or_warned_about(
        pieces in proptest::collection::vec(proptest::sample::select(vec![
            "a", "b", "1", "23", " ", "  ", "    ", "\t", "\n", "\n\n", "\r\n", "*", "**", "_", "`", "```", "~~~", "#", "## ", "- ", "+ ",
            "* ", "1. ", "2. ", "7) ", "a) ", "b) ", "> ", "|", "|a|b|\n|-|-|\n", "|1|2|3|\n", "[x]", "[x]: ", "[x](", "https://a.nl", ")",
            "\"t\"", "<", ">", "\\", "---", "===", "• ", "o\t", "\u{f0b7}\t", "!", "€ 5", "2*3*4", "\u{2028}", "^1", "[^1]", "[^1]: ",
        ]), 1..30),
    ) {
        let markdown = pieces.concat();
        prop_assert_eq!(lost_in_silence(&markdown), None, "{:?}", markdown);
    }
}

#[test]
fn a_loss_that_is_not_warned_about_is_seen() {
    let document = richtext::parse("| a |\n|---|\n| 1 | verloren |").unwrap();
    assert!(!shown(&document).contains_key(&'v'));
}

#[expect(clippy::disallowed_methods, reason = "the real data is outside the repository")]
fn policy_rules() -> Option<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = std::env::var("VOORTGANG_SHARED")
        .map_or_else(|_| workspace.join("../shared"), PathBuf::from);
    let archive = shared.join("data/nl-policy-rules/beleidsregel-circulaire.tar.gz");
    if archive.is_file() {
        return Some(archive);
    }
    assert!(std::env::var("CI").is_err(), "no rules in `{}`", shared.display());
    eprintln!("left out: no policy rules in `{}`; set VOORTGANG_SHARED", shared.display());
    None
}

#[test]
fn policy_rules_are_shown_whole_or_warned_about() {
    let Some(archive) = policy_rules() else { return };
    let folder = tempfile::tempdir().unwrap();
    let unpacked =
        Command::new("tar").arg("xzf").arg(archive).arg("-C").arg(folder.path()).status();
    assert!(unpacked.unwrap().success());
    let (mut folders, mut texts, mut refused, mut warned) =
        (vec![folder.path().to_owned()], 0, 0, 0);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                texts += 1;
                // Every fifth is enough for one run.
                if texts % 5 > 0 {
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                // Their first lines are HTML, for browsers.
                let text: String =
                    text.split_inclusive('\n').filter(|line| !line.starts_with("<meta")).collect();
                // Links within their own tree lead nowhere here.
                let text = text
                    .replace("](../", "](https://example.nl/../")
                    .replace("<sup>", "")
                    .replace("</sup>", "");
                match richtext::parse(&text) {
                    Err(_) => refused += 1,
                    Ok(_) if !richtext::lost(&text).is_empty() => warned += 1,
                    Ok(_) => assert_eq!(lost_in_silence(&text), None, "{}", path.display()),
                }
            }
        }
    }
    eprintln!("{texts} texts, {refused} refused, {warned} warned about");
    assert!(texts > 1_000);
}
