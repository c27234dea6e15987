//! No word leaves its page or stands over another, whatever the texts are.

use std::{fs, path::PathBuf, time::Duration};

use edition::Report;
use model::{Format, LocalizedText, Narrative, Passage};
use rendering::{Config, Error, Template, Workers};
use tempfile::TempDir;
use testkit::fuzz::given;

use crate::{
    draw::Draw,
    sandbox::{config, template},
};

/// Editions that are made up; `VOORTGANG_EDITIONS` has another number.
const EDITIONS: u64 = 6;

const WORDS: [&str; 16] = [
    "een",
    "Vredeshandhavingsoperaties",
    "Ontwikkelingssamenwerking",
    "ABCD-1234567890-EFGH-0987654321-XY",
    "Capaciteitsopbouwactiviteiten",
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
    "xqzrtplkjhgfdswcvbnmxqzrtplkjhgfdsw",
    "12.345.678,90",
    "https://www.example.org/documenten/rapporten/2021/11/09/nationaal_actieplan_1325_deel_4.pdf",
    "-beslechting",
    "meerjarenplannings-en-verantwoordingscyclus",
    "jaar",
    "a\u{a0}b\u{a0}c\u{a0}d\u{a0}e\u{a0}f\u{a0}g\u{a0}h\u{a0}i\u{a0}j\u{a0}k\u{a0}l\u{a0}m\u{a0}n\u{a0}o\u{a0}p\u{a0}q\u{a0}r\u{a0}s",
    "Ἀθηναῖοι",
    "Сотрудничество",
    "q\u{301}e\u{308}\u{323}",
];

impl Draw {
    fn words(&mut self, max: usize) -> String {
        let words = (0..=self.below(max)).map(|_| WORDS[self.below(WORDS.len())]);
        words.collect::<Vec<_>>().join(" ")
    }

    /// One word in pieces that Markdown puts together again.
    fn pieces(&mut self) -> String {
        let pieces = ["abcdefgh\\*", "ijklmn**opqrst**", "uvw*xyz*", "`code`", "0\\_"];
        (0..10 + self.below(60)).map(|_| pieces[self.below(pieces.len())]).collect()
    }

    fn table(&mut self) -> String {
        let columns = 1 + self.below(12);
        let mut row = |max| {
            let cells: Vec<_> = (0..columns).map(|_| self.words(max)).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let head = row(1);
        let rows: Vec<_> = (0..4).map(|_| row(4)).collect();
        format!("{head}|{}\n{}", "---|".repeat(columns), rows.concat())
    }

    fn block(&mut self) -> String {
        match self.below(8) {
            6 => format!("### {}", self.words(6)),
            0 | 1 => self.table(),
            2 => self.pieces(),
            3 => format!("- {}\n  - {}\n    1. {}", self.words(5), self.words(5), self.pieces()),
            4 => format!("> > > {}", self.words(20)),
            5 => format!("```\n{}\n```", self.words(30)),
            _ => self.words(60),
        }
    }

    fn narrative(&mut self) -> String {
        let blocks: Vec<_> = (0..=self.below(4)).map(|_| self.block()).collect();
        blocks.join("\n\n")
    }

    fn text(&mut self, max: usize) -> LocalizedText {
        LocalizedText::of("nl", &self.words(max))
    }

    /// A report with awkward texts in every place.
    fn report(&mut self) -> Report {
        let mut report = Report::sample();
        report.organisations[0].name = self.words(6);
        let framework = &mut report.framework;
        framework.title = self.text(4);
        framework.pillars[0].name = self.text(8);
        framework.abbreviations[0].long = self.text(8);
        let goal = &mut framework.goals[0];
        goal.statement = self.text(10);
        goal.indicators[0].statement = self.text(20);
        goal.indicators[0].items = vec![self.text(5), self.text(5)];
        if let Some(completeness) = &mut report.completeness {
            completeness.accepted_gaps[0].accepted_reason = self.words(9);
        }
        for _ in 0..self.below(3) {
            report.contributions.push(report.contributions[0].clone());
        }
        for contribution in &mut report.contributions {
            let markdown = self.narrative();
            contribution.content.section = self.words(4);
            contribution.content.figures[0].value = self.words(2);
            contribution.content.figures[0].caveat = self.words(6);
            contribution.passages = passages(&markdown);
            contribution.content.narratives =
                vec![Narrative { language: "nl".to_owned(), markdown }];
        }
        report
    }
}

pub(crate) fn passages(markdown: &str) -> Vec<Passage> {
    let texts = richtext::parse(markdown).unwrap().passages;
    let passage = |(at, text)| Passage { id: format!("p{at}"), language: "nl".to_owned(), text };
    texts.into_iter().enumerate().map(passage).collect()
}

/// The PDF of `report` as a file.
async fn file(workers: &Workers, report: &Report) -> Result<(TempDir, PathBuf), Error> {
    let rendered = workers.render(report, Format::Pdf, "nl").await?;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pdf");
    fs::write(&path, rendered.bytes).unwrap();
    Ok((folder, path))
}

#[tokio::test]
async fn no_word_leaves_its_page_or_stands_over_another() {
    // These editions are dear, and the program of the tests is slow.
    let config = Config { time_limit: Duration::from_mins(10), ..config() };
    let workers =
        Workers::start(config, Template::builtin(), fonts::Config::default()).await.unwrap();
    let mut wrong = Vec::new();
    for seed in 1..=given("VOORTGANG_EDITIONS").unwrap_or(EDITIONS) {
        let (folder, path) = file(&workers, &Draw(seed).report()).await.unwrap();
        let found = testkit::misplaced(&path);
        if !found.is_empty() {
            let kept = folder.keep();
            wrong.push(format!("edition {seed}, in {}: {}", kept.display(), found.join("; ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The built-in report with this after its first chapter's heading.
fn planted(code: &str) -> Template {
    let report = include_str!("../../template/report.typ");
    let colophon = "#par(edition.colophon.note)";
    assert!(report.contains(colophon));
    template(&[("report.typ", &report.replace(colophon, &format!("{colophon}\n{code}")))])
}

#[tokio::test]
async fn a_template_that_prints_over_itself_or_beside_the_page_is_found() {
    for (code, expected) in [
        ("Kop #v(-2.2em) #par[Voet]", "stand over each other"),
        ("#move(dx: 250mm)[Voorbeeldministerie]", "`Voorbeeldministerie` leaves it"),
        // Beside the page altogether.
        ("#move(dx: 400mm)[Voorbeeldministerie]", "`Voorbeeldministerie` leaves it"),
        ("#move(dy: -300mm)[Voorbeeldministerie]", "`Voorbeeldministerie` leaves it"),
    ] {
        let workers =
            Workers::start(config(), planted(code), fonts::Config::default()).await.unwrap();
        let (_folder, path) = file(&workers, &Report::sample()).await.unwrap();
        let found = testkit::misplaced(&path);
        assert!(found.iter().any(|fault| fault.contains(expected)), "{code}: {found:?}");
    }
}
