//! How long the worst texts that are taken need, against the time limit of a job. Prints figures; asserts nothing about time.

use std::time::{Duration, Instant};

use edition::Report;
use model::{Format, Narrative};
use rendering::{Config, Template, Workers};

use crate::{positions::passages, sandbox};

/// Far above the limit, so that a text's time is known and not only that it is too long.
const WAIT: Duration = Duration::from_mins(30);

/// As much as a text may be, of `piece`.
fn filled(piece: &str) -> String {
    piece.repeat(richtext::MAX_BYTES / piece.len())
}

/// Twenty columns whose cells have as many of `word` as a text has room for.
fn table(rows: usize, columns: usize, word: &str) -> String {
    let row = |cell: &str| format!("|{}\n", format!("{cell}|").repeat(columns));
    let room = richtext::MAX_BYTES - 200;
    let in_cell = (room / (rows + 1) / columns).saturating_sub(2) / word.len();
    let cell = word.repeat(in_cell.max(1));
    let mut text = row(&cell) + &row("-");
    while text.len() + cell.len() * columns + columns + 2 < room && text.lines().count() < rows + 2
    {
        text += &row(&cell);
    }
    text
}

fn notes(count: usize) -> String {
    let references: Vec<_> = (0..count).map(|i| format!("x[^{i}]")).collect();
    let notes: Vec<_> = (0..count).map(|i| format!("[^{i}]: noot {i}")).collect();
    format!("{}\n\n{}", references.join(" "), notes.join("\n\n"))
}

fn nested(open: &str, levels: usize) -> String {
    let block = format!("{}tekst van een alinea\n\n", open.repeat(levels));
    let text = filled(&block);
    text.lines().take(9_000).collect::<Vec<_>>().join("\n")
}

/// Each kind of text at the limits of what is taken.
fn texts() -> Vec<(&'static str, String)> {
    let word = |letters: usize| "a".repeat(letters) + " ";
    vec![
        ("a small text", "Een zin.".to_owned()),
        ("one paragraph of words", filled("vredesoperaties en ")),
        ("one paragraph of one letter each", filled("a ")),
        ("words of 1,000 letters", filled(&word(1_000))),
        (
            "words of 1,000 letters in bold pieces",
            filled(&("a".repeat(9) + "**b**").repeat(70)).replace("ab**", "ab** "),
        ),
        ("non-breaking spaces", filled(&("ab\u{a0}".repeat(300) + " "))),
        ("brackets", filled("[")),
        ("brackets and spaces", filled("[ ")),
        ("letters of 32 characters", filled(&("q".to_owned() + &"\u{301}".repeat(31) + " "))),
        ("combining marks on each letter", filled("q\u{301}\u{308}\u{323} ")),
        ("emoji", filled("🙂 ")),
        ("Chinese", filled("和平与安全")),
        ("Arabic", filled("السلام والأمن ")),
        ("Ethiopic", filled("ሰላም እና ")),
        ("quotations, 14 deep", nested("> ", 14)),
        ("lists, 7 deep", nested("- ", 7)),
        ("500 notes", notes(500)),
        ("20 columns of long cells", table(4, 20, "vredesoperaties en ")),
        ("20 columns of words of 1,000 letters", table(4, 20, &word(1_000))),
        ("20 columns of numbers", table(200, 20, "12.345.678,90 ")),
        ("1,000 rows", table(1_000, 4, "vrede en ")),
        ("240 rows of 20 cells", table(230, 20, "vrede ")),
        ("one cell of words", table(1, 1, "vredesoperaties en ")),
        ("links", filled("[vrede](https://example.org/a) ")),
        ("emphasis", filled("*a* **b** ")),
        ("code spans", filled("`a b` ")),
        ("one code block", format!("```\n{}\n```", "vrede en veiligheid\n".repeat(12_000))),
        ("headings", "# Kop\n\n".repeat(4_900)),
        ("items", "- punt\n".repeat(2_400)),
        ("line breaks", "regel\\\n".repeat(16_000)),
        ("soft hyphens", filled("a\u{ad}")),
        ("hyphens", filled("a-")),
        ("slashes", filled("a/")),
    ]
}

/// A report with one contribution of this text.
fn report(markdown: &str) -> Report {
    let mut report = Report::sample();
    report.contributions.truncate(1);
    report.contributions[0].passages = passages(markdown);
    let narrative = Narrative { language: "nl".to_owned(), markdown: markdown.to_owned() };
    report.contributions[0].content.narratives = vec![narrative];
    report
}

#[tokio::test]
#[ignore = "prints figures: cargo test --release -p rendering --test it -- --ignored --nocapture worst"]
async fn the_worst_texts_that_are_taken_are_timed() {
    let config = Config { time_limit: WAIT, ..sandbox::config() };
    let limit = Config::default().time_limit;
    let workers =
        Workers::start(config, Template::builtin(), fonts::Config::default()).await.unwrap();
    eprintln!("limit of a job: {} s", limit.as_secs());
    for (name, markdown) in texts() {
        let document = match richtext::parse(&markdown) {
            Ok(document) => document,
            Err(faults) => {
                eprintln!("{name:40} {:7} bytes  refused: {}", markdown.len(), faults[0]);
                continue;
            }
        };
        let begin = Instant::now();
        let rendered = workers.render(&report(&markdown), Format::Pdf, "nl").await;
        let seconds = begin.elapsed().as_secs_f64();
        let what = match rendered {
            Ok(rendered) => format!("{} KB of PDF", rendered.bytes.len() / 1_024),
            Err(error) => format!("fails: {error}").chars().take(200).collect(),
        };
        let passages = document.passages.len();
        eprintln!(
            "{name:40} {:7} bytes  {passages:5} passages  {seconds:7.1} s  {what}",
            markdown.len()
        );
    }
}
