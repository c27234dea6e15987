//! Texts as ministries write and paste them, at their most awkward; each follows from the numbers that are drawn.

use testkit::fuzz::pick;

/// Words and signs.
const WORDS: [&str; 44] = [
    "vrede",
    "en",
    "2021",
    "Capaciteitsopbouwactiviteiten",
    "12.345.678,90",
    "-5",
    "+31",
    "€ 5",
    "½",
    "m²",
    "H₂O",
    "50 %",
    "ABCD-1234567890-EFGH",
    "een–twee",
    "–",
    "…",
    "“citaat”",
    "‘s",
    "d'Ivoire",
    "naïef",
    "e\u{308}",
    "Ἀθηναῖοι",
    "Сотрудничество",
    "ሰላም",
    "和平与安全",
    "🙂",
    "→",
    "≤",
    "Mali\t3",
    "a\u{a0}b",
    "fi\u{ad}nanciën",
    "&amp;",
    "&lt;b&gt;",
    "\\*",
    "\\_x\\_",
    "1\\.",
    "[zie",
    "]",
    "www.example.org",
    "e-mail",
    "#5",
    "@",
    "~",
    "AT&T",
];

/// Words written from right to left.
const RIGHT_TO_LEFT: [&str; 3] = ["السلام", "والأمن", "שלום"];

/// A text of a few blocks.
pub(crate) fn text(random: &mut fastrand::Rng) -> String {
    let count = random.usize(1..6);
    let mut blocks: Vec<_> = (0..count).map(|_| block(random)).collect();
    if random.u8(..5) == 0 {
        let (first, second) = (note(random), note(random));
        blocks.push(format!(
            "Met noot[^n] en nog eens[^m], weer[^n].\n\n[^n]: {first}\n\n[^m]: {second}"
        ));
    }
    blocks.join("\n\n")
}

/// A note that no text has by chance.
fn note(random: &mut fastrand::Rng) -> String {
    format!("voetnoot{} {}", random.u32(..), words(random, 9))
}

fn block(random: &mut fastrand::Rng) -> String {
    match random.u8(..13) {
        0 => format!("{} {}", "#".repeat(random.usize(1..5)), words(random, 5)),
        1 | 2 => table(random),
        3 => list(random, &["- ", "- ", "- "], "  "),
        4 => list(random, &["3. ", "4. ", "5. "], "   "),
        5 => list(random, &["• ", "\u{f0b7}\t", "▪ "], "  "),
        6 => list(random, &["a) ", "b) ", "c) "], "   "),
        7 => format!("> {}\n>\n> {}", words(random, 12), words(random, 4)),
        8 => format!("```\n{}\n  {}\n```", words(random, 8), words(random, 3)),
        9 => format!(
            "{} *{}* **{}**, `{}` en [{}](https://example.org/{})",
            words(random, 3),
            word(random),
            word(random),
            "a b",
            word(random),
            random.u8(..)
        ),
        10 => format!(
            "{}\\\n{}  \n{}\n{}",
            words(random, 4),
            words(random, 4),
            words(random, 4),
            words(random, 4)
        ),
        11 => format!("{} {} {}", words(random, 3), pick(random, &RIGHT_TO_LEFT), words(random, 3)),
        _ => words(random, 120),
    }
}

fn list(random: &mut fastrand::Rng, markers: &[&str], indent: &str) -> String {
    let mut lines = Vec::new();
    for marker in markers {
        lines.push(format!("{marker}x {}", words(random, 9)));
        if random.u8(..4) == 0 {
            lines.push(format!("{indent}- y {}", words(random, 5)));
        }
    }
    lines.join("\n")
}

fn table(random: &mut fastrand::Rng) -> String {
    let (columns, rows, max) = (random.usize(1..7), random.usize(1..30), random.usize(1..9));
    let mut row = || {
        let cells: Vec<_> = (0..columns).map(|_| words(random, max).replace('\t', " ")).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let head = row();
    let rows: Vec<_> = (0..rows).map(|_| row()).collect();
    format!("{head}|{}\n{}", ":-:|".repeat(columns), rows.concat())
}

fn words(random: &mut fastrand::Rng, max: usize) -> String {
    let count = random.usize(1..=max);
    let words: Vec<_> = (0..count).map(|_| word(random)).collect();
    words.join(" ")
}

fn word(random: &mut fastrand::Rng) -> &'static str {
    pick::<&'static str>(random, &WORDS)
}
