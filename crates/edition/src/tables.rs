//! The edition as tables: what was owed, what was contributed, and each figure. CSV and XLSX are made from them.
//!
//! Owns which columns there are. Names of columns and codes are the same in every language; titles are in the view's.
//! Invariants: every narrative and every value of a figure stands in one row each, as it was recorded; no text is longer
//! than a cell of a spreadsheet takes.

use messages::Messages;
use model::ObligationState;

use crate::{
    View,
    data::{Answer, Comparison, Contribution, Edition, Figure, FigureKind, Kind, Precision},
    printable,
    view::Layout,
};

/// Longest text of a cell, in UTF-16 units: spreadsheets take 32,767.
const MAX_CELL: usize = 32_000;
/// Digits that a spreadsheet keeps of a number.
const MAX_DIGITS: usize = 15;

/// The tables of an edition.
#[derive(Debug, Clone, PartialEq)]
pub struct Tables {
    /// Obligations, contributions and figures.
    pub tables: [Table; 3],
    /// Heading of the citation.
    pub citation_title: String,
    /// How a text refers to the edition.
    pub citation: String,
}

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Its name, a word in lower case.
    pub name: &'static str,
    /// Its title.
    pub title: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// The names of the columns that no two rows share.
    pub key: &'static [&'static str],
    /// Its rows; each has a cell for every column.
    pub rows: Vec<Vec<Cell>>,
}

/// A column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name, the same in every language.
    pub name: &'static str,
    /// Its title.
    pub title: String,
    /// What stands in it.
    pub kind: ColumnKind,
}

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text.
    Text,
    /// Whole numbers.
    Integer,
    /// Decimals with a point.
    Number,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// A text; an empty one is an empty cell.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A decimal, as it was recorded.
    Number(String),
}

impl Cell {
    fn text(text: &str) -> Self {
        Self::Text(printable::shown(text).replace("\r\n", "\n").replace('\r', "\n"))
    }

    /// The values of a list, with spaces between.
    fn list(values: &[String]) -> Self {
        Self::text(&values.join(" "))
    }

    /// A number, or the text where it is none; nothing where there is no value.
    fn number(value: &str) -> Self {
        if is_decimal(value) { Self::Number(value.to_owned()) } else { Self::text(value) }
    }

    fn count(count: u32) -> Self {
        Self::Integer(count.into())
    }

    /// The number that a spreadsheet holds exactly; absent where this is none, or one with too many digits.
    pub fn exact_number(&self) -> Option<f64> {
        match self {
            Self::Text(_) => None,
            Self::Integer(number) => i32::try_from(*number).ok().map(f64::from),
            Self::Number(decimal) => {
                let digits = decimal.chars().filter(char::is_ascii_digit).count();
                decimal.parse().ok().filter(|_| digits <= MAX_DIGITS)
            }
        }
    }
}

fn is_decimal(value: &str) -> bool {
    let unsigned = value.strip_prefix('-').unwrap_or(value);
    let (whole, part) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    [whole, part].iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

impl Tables {
    /// The tables of `edition`, with titles from `messages`; `view` is the same edition in that language.
    pub fn of(edition: &Edition, view: &View, messages: &Messages) -> Self {
        let layout = Layout::new(edition, &view.language, messages);
        let hash = &edition.identity.manifest_hash;
        let View { title, subtitle, date, edition: name, .. } = view;
        Self {
            tables: [obligations(layout), contributions(layout), figures(layout)],
            citation_title: layout.label("edition-citation"),
            citation: format!("{title}: {subtitle}. {name}, {date}. sha256:{hash}"),
        }
    }
}

fn columns(layout: Layout<'_>, columns: &[(&'static str, ColumnKind, &str)]) -> Vec<Column> {
    let column = |(name, kind, title): &(&'static str, ColumnKind, &str)| Column {
        name,
        kind: *kind,
        title: layout.label(title),
    };
    columns.iter().map(column).collect()
}

/// How much of what an organisation owed on a goal is there; no rows where nothing was assigned.
fn obligations(layout: Layout<'_>) -> Table {
    use ColumnKind::{Integer, Text};
    let mut shown = columns(
        layout,
        &[
            ("organisation", Text, "edition-column-organisation"),
            ("organisation_name", Text, "edition-column-organisation-name"),
            ("goal", Text, "shared-goal"),
            ("goal_statement", Text, "edition-column-goal-statement"),
            ("required", Integer, "edition-column-required"),
            ("answered", Integer, "edition-column-answered"),
            ("in_time", Integer, "edition-column-in-time"),
            ("accepted", Integer, "edition-column-accepted"),
        ],
    );
    shown.extend(ObligationState::NAMES.map(|(state, name)| Column {
        name,
        title: layout.label(state_title(state)),
        kind: Integer,
    }));
    let cells = layout.edition.obligations.iter().flat_map(|obligations| &obligations.cells);
    let row = |cell: &crate::data::ObligationCell| {
        let statement = layout.goal(&cell.goal).map(|goal| layout.choose(&goal.statement));
        let mut row = vec![
            Cell::text(&cell.organisation),
            Cell::text(layout.organisation(&cell.organisation).as_str()),
            Cell::text(&cell.goal),
            Cell::text(statement.unwrap_or_default().as_str()),
            Cell::count(cell.required),
            Cell::count(cell.answered),
            Cell::count(cell.in_time),
            Cell::count(cell.accepted),
        ];
        let in_state = |name| cell.states.get(name).copied().unwrap_or_default();
        row.extend(ObligationState::NAMES.map(|(_, name)| Cell::count(in_state(name))));
        row
    };
    Table {
        name: "obligations",
        title: layout.label("edition-table-obligations"),
        columns: shown,
        key: &["organisation", "goal"],
        rows: cells.map(row).collect(),
    }
}

/// Each narrative of each contribution; one without any has a row of its own.
fn contributions(layout: Layout<'_>) -> Table {
    use ColumnKind::{Integer, Text};
    let all = layout.edition.contributions.iter();
    Table {
        name: "contributions",
        title: layout.label("edition-table-contributions"),
        columns: columns(
            layout,
            &[
                ("contribution", Text, "edition-contribution"),
                ("external_id", Text, "edition-column-external-id"),
                ("organisation", Text, "edition-column-organisation"),
                ("organisation_name", Text, "edition-column-organisation-name"),
                ("partners", Text, "edition-column-partners"),
                ("kind", Text, "edition-column-kind"),
                ("goals", Text, "edition-column-goals"),
                ("indicators", Text, "edition-column-indicators"),
                ("answer", Text, "shared-answer"),
                ("reason", Text, "edition-column-reason"),
                ("section", Text, "edition-column-section"),
                ("language", Text, "edition-column-language"),
                ("part", Integer, "edition-column-part"),
                ("text", Text, "edition-column-text"),
                ("content_hash", Text, "edition-column-content-hash"),
            ],
        ),
        key: &["contribution", "language", "part"],
        rows: all.flat_map(|one| narratives(layout, one)).collect(),
    }
}

fn narratives(layout: Layout<'_>, contribution: &Contribution) -> Vec<Vec<Cell>> {
    let row = |language: &str, part: i64, text: &str| {
        vec![
            Cell::text(&contribution.address),
            Cell::text(contribution.external_id.as_deref().unwrap_or_default()),
            Cell::text(&contribution.organisation),
            Cell::text(layout.organisation(&contribution.organisation).as_str()),
            Cell::list(&contribution.partners),
            Cell::text(kind(contribution.kind)),
            Cell::list(&contribution.goals),
            Cell::list(&contribution.indicators),
            Cell::text(answer(contribution.answer.as_ref())),
            Cell::text(&contribution.reason),
            Cell::text(&contribution.section),
            Cell::text(language),
            Cell::Integer(part),
            Cell::text(text),
            Cell::text(&contribution.content_hash),
        ]
    };
    if contribution.texts.is_empty() {
        return vec![row("", 1, "")];
    }
    let texts = contribution.texts.iter();
    texts
        .flat_map(|text| {
            let parts = (1..).zip(parts(&text.markdown));
            parts.map(|(number, part)| row(&text.language, number, part))
        })
        .collect()
}

/// A text in parts that each fit a cell, which together are the text.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        let mut units = 0;
        let end = rest.char_indices().find(|(_, c)| {
            units += c.len_utf16();
            units > MAX_CELL
        });
        let Some((end, _)) = end else {
            parts.push(rest);
            return parts;
        };
        let at = rest[..end].rfind('\n').map_or(end, |line| line + 1);
        let (part, next) = rest.split_at(at);
        parts.push(part);
        rest = next;
    }
}

/// Each value of each figure: its own, those of earlier years, and the target.
fn figures(layout: Layout<'_>) -> Table {
    use ColumnKind::{Integer, Number, Text};
    let all = layout.edition.contributions.iter();
    Table {
        name: "figures",
        title: layout.label("edition-figures"),
        columns: columns(
            layout,
            &[
                ("contribution", Text, "edition-contribution"),
                ("organisation", Text, "edition-column-organisation"),
                ("goals", Text, "edition-column-goals"),
                ("indicators", Text, "edition-column-indicators"),
                ("figure", Integer, "edition-column-figure"),
                ("row", Integer, "edition-column-row"),
                ("role", Text, "edition-column-role"),
                ("label", Text, "edition-figure-label"),
                ("counts", Text, "edition-figure-counts"),
                ("indicator", Text, "shared-indicator"),
                ("kind", Text, "edition-column-kind"),
                ("value", Number, "edition-figure-value"),
                ("per", Number, "edition-column-per"),
                ("unit", Text, "edition-column-unit"),
                ("precision", Text, "edition-column-precision"),
                ("year", Integer, "edition-column-year"),
                ("from", Text, "edition-column-from"),
                ("until", Text, "edition-column-until"),
                ("break_note", Text, "edition-figure-break"),
                ("caveat", Text, "edition-figure-caveat"),
                ("fact", Text, "edition-column-fact"),
            ],
        ),
        key: &["contribution", "figure", "row"],
        rows: all.flat_map(values).collect(),
    }
}

fn values(contribution: &Contribution) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for (number, figure) in (1..).zip(&contribution.figures) {
        rows.push(value(contribution, (number, 1), figure, Role::Value));
        let earlier = figure.comparisons.iter().map(Role::Earlier);
        let others = earlier.chain(figure.target.iter().map(Role::Target));
        rows.extend(
            (2..).zip(others).map(|(row, role)| value(contribution, (number, row), figure, role)),
        );
    }
    rows
}

/// What a row of a figure says.
#[derive(Debug, Clone, Copy)]
enum Role<'a> {
    Value,
    Earlier(&'a Comparison),
    Target(&'a Comparison),
}

fn value(
    contribution: &Contribution,
    (number, row): (i64, i64),
    figure: &Figure,
    role: Role<'_>,
) -> Vec<Cell> {
    let nothing = || Cell::Text(String::new());
    let (role, shown, year) = match role {
        Role::Value => ("value", &figure.value, None),
        Role::Earlier(Comparison { value, year }) => ("earlier", value, Some(*year)),
        Role::Target(Comparison { value, year }) => ("target", value, Some(*year)),
    };
    // Period, precision and what must be said are of the value itself.
    let own = |text: &str| if year.is_none() { Cell::text(text) } else { nothing() };
    vec![
        Cell::text(&contribution.address),
        Cell::text(&contribution.organisation),
        Cell::list(&contribution.goals),
        Cell::list(&contribution.indicators),
        Cell::Integer(number),
        Cell::Integer(row),
        Cell::text(role),
        Cell::text(&figure.label),
        Cell::text(&figure.counts),
        Cell::text(&figure.indicator),
        Cell::text(figure_kind(figure.kind)),
        Cell::number(shown),
        Cell::number(&figure.per),
        Cell::text(&figure.unit),
        own(precision(figure.precision)),
        year.map_or_else(nothing, |year| Cell::Integer(year.into())),
        own(&figure.from),
        own(&figure.until),
        own(&figure.break_note),
        own(&figure.caveat),
        Cell::text(&figure.fact),
    ]
}

fn state_title(state: ObligationState) -> &'static str {
    match state {
        ObligationState::Open => "edition-obligation-open",
        ObligationState::Drafted => "edition-obligation-drafted",
        ObligationState::Submitted => "edition-obligation-submitted",
        ObligationState::Returned => "edition-obligation-returned",
        ObligationState::Approved => "edition-obligation-approved",
        ObligationState::NothingToReport => "edition-obligation-nothing-to-report",
        ObligationState::NotApplicable => "edition-obligation-not-applicable",
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Answer => "answer",
        Kind::GeneralRemark => "general_remark",
        Kind::Unanswered => "unanswered",
        Kind::Other => "other",
    }
}

fn answer(answer: Option<&Answer>) -> &str {
    match answer {
        None => "",
        Some(Answer::Reported) => "reported",
        Some(Answer::Partial) => "partial",
        Some(Answer::NothingToReport) => "nothing_to_report",
        Some(Answer::NotAvailable) => "not_available",
        Some(Answer::NotApplicable) => "not_applicable",
        Some(Answer::NoSpecificPolicy) => "no_specific_policy",
        Some(Answer::Other(name)) => name,
    }
}

fn figure_kind(kind: FigureKind) -> &'static str {
    match kind {
        FigureKind::Amount => "amount",
        FigureKind::Count => "count",
        FigureKind::Percentage => "percentage",
        FigureKind::Ratio => "ratio",
        FigureKind::Other => "other",
    }
}

fn precision(precision: Precision) -> &'static str {
    match precision {
        Precision::Exact => "exact",
        Precision::About => "about",
        Precision::AtMost => "at_most",
        Precision::AtLeast => "at_least",
        Precision::Other => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_parted_and_nothing_of_it_is_lost() {
        let text = format!("{}\n{}", "a".repeat(20_000), "😀".repeat(20_000));
        let found = parts(&text);
        assert_eq!(found.len(), 3);
        assert_eq!(found.concat(), text);
        assert!(found.iter().all(|part| part.encode_utf16().count() <= MAX_CELL));
        assert_eq!(parts(""), [""]);
    }

    #[test]
    fn what_is_no_decimal_is_a_text() {
        for number in ["0", "-1.5", "35000000"] {
            assert_eq!(Cell::number(number), Cell::Number(number.to_owned()));
        }
        for text in ["", "-", "1.", ".5", "1e5", "=1+1", "NaN", "+1"] {
            assert_eq!(Cell::number(text), Cell::Text(text.to_owned()), "{text}");
        }
        assert_eq!(Cell::number("1.5").exact_number(), Some(1.5));
        assert_eq!(Cell::number("1234567890123456").exact_number(), None);
    }

    #[test]
    fn each_value_of_a_figure_has_a_row() {
        let mut edition = Edition::from(&crate::Report::sample());
        let figure = &mut edition.contributions[0].figures[0];
        figure.comparisons = vec![Comparison { value: "10".to_owned(), year: 2020 }];
        figure.target = Some(Comparison { value: "30".to_owned(), year: 2025 });
        let messages = Messages::for_language("nl");
        let view = View::of(&edition, "nl", messages);
        let tables = Tables::of(&edition, &view, messages);
        for table in &tables.tables {
            assert!(!table.rows.is_empty(), "{}", table.name);
            assert!(
                table.rows.iter().all(|row| row.len() == table.columns.len()),
                "{}",
                table.name
            );
        }
        let [_, _, figures] = tables.tables;
        let role = figures.columns.iter().position(|column| column.name == "role").unwrap();
        let roles: Vec<_> = figures.rows.iter().take(3).map(|row| row[role].clone()).collect();
        assert_eq!(roles, ["value", "earlier", "target"].map(|role| Cell::Text(role.to_owned())));
    }
}
