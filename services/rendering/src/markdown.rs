//! The Markdown file: CommonMark with the tables and notes of GitHub's.
//!
//! Invariant: a text is a text: whatever of it would be markup has a backslash before it. Anchors are those of the pages.

use edition::{
    View,
    flow::{Cell, Flow, Link, Part, Role, Row, Run, Table, Words},
};

use crate::address::encoded;

/// A line break in a cell, which is one line.
const IN_CELL: &str = "<br>";

/// Returns the file.
pub(crate) fn page(view: &View) -> Vec<u8> {
    let flow = Flow::of(view);
    let mut blocks = blocks(&flow.parts);
    for (number, parts) in &flow.notes {
        let text = block_text(&self::blocks(parts));
        blocks.push(indented(&format!("[^{number}]: "), 4, &text));
    }
    (block_text(&blocks) + "\n").into_bytes()
}

fn block_text(blocks: &[String]) -> String {
    blocks.join("\n\n")
}

fn blocks(parts: &[Part]) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut was_list = false;
    for part in parts {
        let is_list = matches!(part, Part::List { .. });
        if is_list && was_list {
            // Else both would be one list.
            blocks.push("<!-- -->".to_owned());
        }
        was_list = is_list;
        let block = block(part);
        if !block.is_empty() {
            blocks.push(block);
        }
    }
    blocks
}

fn block(part: &Part) -> String {
    match part {
        Part::Heading { level, anchors, content } => {
            let mut named = String::new();
            for anchor in anchors {
                named.extend(["<a id=\"", anchor, "\"></a>"]);
            }
            let text = runs(content, "").replace('\n', " ");
            format!("{} {named}{text}", "#".repeat(usize::from(*level)))
        }
        Part::Paragraph { role, content } => paragraph(*role, content),
        Part::List { numbering, items } => list(*numbering, items),
        Part::Quote { parts } => quoted(&block_text(&blocks(parts))),
        Part::Code { text, language: _ } => {
            let fence = "`".repeat(longest_run(text).max(2) + 1);
            format!("{fence}\n{}\n{fence}", text.strip_suffix('\n').unwrap_or(text))
        }
        Part::Table(table) => self::table(table),
        // Its numbers stand in a table beside it.
        Part::Picture { .. } | Part::Pages(_) => String::new(),
        Part::Rule => "---".to_owned(),
        Part::Contents(contents) => {
            let heading =
                format!("## <a id=\"{}\"></a>{}", contents.anchor, escaped(&contents.heading));
            format!("{heading}\n\n{}", items(&contents.items, 0))
        }
    }
}

fn items(items: &[edition::Item], depth: usize) -> String {
    let item = |item: &edition::Item| {
        let within = self::items(&item.items, depth + 1);
        let line = format!(
            "{}- [{}]({})",
            "  ".repeat(depth),
            escaped(item.name.as_str()),
            anchor(&item.anchor)
        );
        if within.is_empty() { line } else { format!("{line}\n{within}") }
    };
    items.iter().map(item).collect::<Vec<_>>().join("\n")
}

fn paragraph(role: Role, content: &[Run]) -> String {
    let text = begun(&runs(content, "\\\n"));
    match role {
        Role::Text | Role::Note => text,
        Role::Question => quoted(&text),
        Role::Subtitle | Role::Status | Role::Open | Role::Label => emphasised("**", &text),
    }
}

fn list(numbering: edition::Numbering, items: &[Vec<Part>]) -> String {
    let item = |(place, item): (u64, &Vec<Part>)| {
        let text = block_text(&blocks(item));
        let marker = match numbering {
            edition::Numbering::Bullets => "- ".to_owned(),
            edition::Numbering::Numbers { start } => format!("{}. ", start.saturating_add(place)),
            // Markdown has no letters.
            edition::Numbering::Letters { start } => {
                return indented(
                    &format!("- {}\\) ", letter(start.saturating_add(place))),
                    2,
                    &text,
                );
            }
        };
        indented(&marker, marker.len(), &text)
    };
    (0..).zip(items).map(item).collect::<Vec<_>>().join("\n")
}

/// The letter of an item; 27 is `aa`.
fn letter(number: u64) -> String {
    let mut letters = String::new();
    let mut rest = number;
    while 0 < rest {
        let place = u8::try_from((rest - 1) % 26).unwrap_or_default();
        letters.insert(0, char::from(b'a' + place));
        rest = (rest - 1) / 26;
    }
    letters
}

/// A text behind a marker, its further lines below its first.
fn indented(marker: &str, width: usize, text: &str) -> String {
    let mut lines = text.lines();
    let mut written = format!("{marker}{}", lines.next().unwrap_or_default());
    for line in lines {
        written.push('\n');
        if !line.is_empty() {
            written.push_str(&" ".repeat(width));
            written.push_str(line);
        }
    }
    written
}

fn quoted(text: &str) -> String {
    let line = |line: &str| if line.is_empty() { ">".to_owned() } else { format!("> {line}") };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn table(table: &Table) -> String {
    let Table { caption, head, rows } = table;
    let columns = rows.iter().map(|row| row.cells.len()).chain([head.len()]).max().unwrap_or(1);
    let line = |cells: &[String]| {
        let empty = std::iter::repeat_n(String::new(), columns.saturating_sub(cells.len()));
        let cells: Vec<String> = cells.iter().cloned().chain(empty).collect();
        format!("| {} |", cells.join(" | "))
    };
    let cells = |cells: &[Cell]| cells.iter().map(cell).collect::<Vec<_>>();
    let aligned = |place: usize| {
        let first = head.get(place).or_else(|| rows.first().and_then(|row| row.cells.get(place)));
        match first.and_then(|cell| cell.align) {
            None => "---".to_owned(),
            Some(edition::Align::Center) => ":-:".to_owned(),
            Some(edition::Align::Right) => "--:".to_owned(),
        }
    };
    let mut lines = vec![line(&cells(head)), line(&(0..columns).map(aligned).collect::<Vec<_>>())];
    lines.extend(rows.iter().map(|Row { is_heading, cells: row, .. }| {
        let bold = |text: String| if *is_heading { emphasised("**", &text) } else { text };
        line(&cells(row).into_iter().map(bold).collect::<Vec<_>>())
    }));
    let rows = lines.join("\n");
    if caption.is_empty() {
        rows
    } else {
        format!("{}\n\n{rows}", emphasised("**", &begun(&runs(caption, " "))))
    }
}

fn cell(cell: &Cell) -> String {
    runs(&cell.content, IN_CELL).replace('\n', " ").trim().to_owned()
}

/// The text of runs; `line_break` stands where the author asked for a new line.
fn runs(content: &[Run], line_break: &str) -> String {
    let mut text = String::new();
    for (place, run) in content.iter().enumerate() {
        let (before, after) =
            (place.checked_sub(1).and_then(|at| content.get(at)), content.get(place + 1));
        match run {
            Run::Break => text.push_str(line_break),
            Run::Note { number } | Run::NoteAgain { number } => {
                text.extend(["[^", &number.to_string(), "]"]);
            }
            Run::Words(words) => {
                let is_same = |other: Option<&Run>| link_of(other) == words.link.as_ref();
                if words.link.is_some() && !is_same(before) {
                    text.push('[');
                }
                text.push_str(&styled(
                    words,
                    stands_apart(before, words, after),
                    line_break == IN_CELL,
                ));
                if let Some(link) = &words.link
                    && !is_same(after)
                {
                    text.extend(["](", &destination(link), ")"]);
                }
            }
        }
    }
    text
}

fn link_of(run: Option<&Run>) -> Option<&Link> {
    if let Some(Run::Words(words)) = run { words.link.as_ref() } else { None }
}

/// Whether there are spaces around words, or nothing: where not, asterisks might not be read as emphasis.
fn stands_apart(before: Option<&Run>, words: &Words, after: Option<&Run>) -> bool {
    let ends = |run: Option<&Run>, is_end: fn(&str) -> bool| match run {
        None | Some(Run::Break) => true,
        Some(Run::Words(words)) => is_end(&words.text),
        Some(Run::Note { .. } | Run::NoteAgain { .. }) => false,
    };
    let begins_with_space = |text: &str| text.starts_with(' ');
    let ends_with_space = |text: &str| text.ends_with(' ');
    let is_apart = |run, is_end, own: fn(&str) -> bool| own(&words.text) || ends(run, is_end);
    is_apart(before, ends_with_space, begins_with_space)
        && is_apart(after, begins_with_space, ends_with_space)
}

fn destination(link: &Link) -> String {
    match link {
        Link::Anchor(name) => anchor(name),
        Link::Address(address) => format!("<{}>", encoded(address)),
    }
}

fn anchor(name: &str) -> String {
    format!("<#{name}>")
}

fn styled(words: &Words, stands_apart: bool, is_in_cell: bool) -> String {
    let Words { text, is_strong, is_emphasis, is_code, link: _, language: _ } = words;
    let mut shown = if *is_code { code(text) } else { escaped(text) };
    if *is_code && is_in_cell {
        shown = shown.replace('|', "\\|");
    }
    for (is_styled, sign, element) in [(is_emphasis, "*", "em"), (is_strong, "**", "strong")] {
        if *is_styled && stands_apart {
            shown = emphasised(sign, &shown);
        } else if *is_styled {
            shown = format!("<{element}>{shown}</{element}>");
        }
    }
    shown
}

/// Emphasis begins and ends at words, and not at the spaces around them.
fn emphasised(sign: &str, text: &str) -> String {
    let inner = text.trim();
    if inner.is_empty() {
        return text.to_owned();
    }
    let (before, after) = text.split_once(inner).unwrap_or_default();
    format!("{before}{sign}{inner}{sign}{after}")
}

/// A code span: between more backticks than it has itself.
fn code(text: &str) -> String {
    let fence = "`".repeat(longest_run(text) + 1);
    let space = if text.starts_with('`') || text.ends_with('`') || text.starts_with(' ') {
        " "
    } else {
        ""
    };
    format!("{fence}{space}{}{space}{fence}", text.replace('\n', " "))
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// A text in which nothing is markup.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '$' | '#' | '!' => {
                escaped.push('\\');
                escaped.push(c);
            }
            '\n' | '\r' => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

/// A paragraph whose beginning is that of no list and no heading.
fn begun(text: &str) -> String {
    let lines = text.split('\n').map(|line| {
        let line = line.trim_start_matches([' ', '\t']);
        let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, rest) = line.split_at(digits);
        let is_item = !number.is_empty() && rest.starts_with(['.', ')']);
        let is_sign = number.is_empty() && rest.starts_with(['-', '+', '=', ':']);
        if is_item || is_sign { format!("{number}\\{rest}") } else { line.to_owned() }
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Words {
        Words { text: text.to_owned(), ..Words::default() }
    }

    fn paragraph_of(runs: Vec<Words>) -> Part {
        Part::Paragraph { role: Role::Text, content: runs.into_iter().map(Run::Words).collect() }
    }

    #[test]
    fn what_would_be_markup_has_a_backslash() {
        let written = |text: &str| block(&paragraph_of(vec![words(text)]));
        assert_eq!(written("# a *b* [c](d) <e>"), "\\# a \\*b\\* \\[c\\](d) \\<e\\>");
        assert_eq!(written("1. a"), "1\\. a");
        assert_eq!(written("- a - b"), "\\- a - b");
        assert_eq!(written("    2021 a"), "2021 a");
    }

    #[test]
    fn emphasis_within_a_word_is_an_element() {
        let strong = |text: &str| Words { is_strong: true, ..words(text) };
        assert_eq!(block(&paragraph_of(vec![words("a "), strong("b")])), "a **b**");
        assert_eq!(block(&paragraph_of(vec![words("a"), strong("b")])), "a<strong>b</strong>");
    }

    #[test]
    fn a_link_has_all_its_words() {
        let link = Some(Link::Address("https://a.nl/?b>c".to_owned()));
        let linked = |text: &str| Words { link: link.clone(), ..words(text) };
        let code = Words { is_code: true, ..linked("`d`") };
        let written = block(&paragraph_of(vec![linked("x "), code, words(" y")]));
        assert_eq!(written, "[x `` `d` ``](<https://a.nl/?b%3Ec>) y");
    }

    #[test]
    fn further_lines_of_an_item_stand_below_its_first() {
        let item =
            vec![paragraph_of(vec![words("a")]), Part::Code { text: "b\n".into(), language: None }];
        let numbering = edition::Numbering::Letters { start: 27 };
        let written = block(&Part::List { numbering, items: vec![item] });
        assert_eq!(written, "- aa\\) a\n\n  ```\n  b\n  ```");
    }
}
