//! Figures in words: value with unit and precision, and what must be said with it.

use serde::Serialize;

use crate::{
    json::{Comparison, Figure, FigureKind, Precision},
    labels::Labels,
};

/// A figure as printed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct PrintedFigure {
    /// Words that introduce it.
    pub label: String,
    /// Value with unit and precision.
    pub value: String,
    /// What must be said with it.
    pub notes: Vec<Note>,
}

/// Something said with a figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Note {
    /// What it is, such as `Streefwaarde`.
    pub name: String,
    /// The text.
    pub text: String,
}

impl PrintedFigure {
    /// Prints `figure` in the language of `labels`.
    pub(crate) fn of(figure: &Figure, labels: &Labels) -> Self {
        let label = [&figure.label, &figure.counts, &figure.indicator]
            .into_iter()
            .find(|text| !text.is_empty());
        let precision = match figure.precision {
            Precision::Exact => String::new(),
            Precision::About => format!("{} ", labels.get("figure.about")),
            Precision::AtMost => format!("{} ", labels.get("figure.at_most")),
            Precision::AtLeast => format!("{} ", labels.get("figure.at_least")),
        };
        let value = format!("{precision}{}", value(figure, &figure.value, &figure.per, labels));
        Self {
            label: label.cloned().unwrap_or_else(|| labels.get("figures.value").to_owned()),
            value,
            notes: notes(figure, labels),
        }
    }
}

fn notes(figure: &Figure, labels: &Labels) -> Vec<Note> {
    let in_year = |Comparison { value: plain, year }: &Comparison| {
        format!("{year}: {}", value(figure, plain, &figure.per, labels))
    };
    let earlier: Vec<String> = figure.comparisons.iter().map(in_year).collect();
    let counts = if figure.label.is_empty() { String::new() } else { figure.counts.clone() };
    let all = [
        ("figure.counts", counts),
        ("figure.period", labels.period(&figure.from, &figure.until)),
        ("figure.earlier", earlier.join("; ")),
        ("figure.target", figure.target.as_ref().map(in_year).unwrap_or_default()),
        ("figure.break", figure.break_note.clone()),
        ("figure.caveat", figure.caveat.clone()),
    ];
    let said = all.into_iter().filter(|(_, text)| !text.is_empty());
    said.map(|(name, text)| Note { name: labels.get(name).to_owned(), text }).collect()
}

/// A value with its unit. No-break spaces keep number and unit on one line.
fn value(figure: &Figure, plain: &str, per: &str, labels: &Labels) -> String {
    let number = labels.number(plain);
    match (figure.kind, figure.unit.as_str()) {
        (FigureKind::Amount, "EUR") => format!("€\u{a0}{number}"),
        (FigureKind::Amount, "USD") => format!("US$\u{a0}{number}"),
        (FigureKind::Percentage, _) => format!("{number}%"),
        (FigureKind::Ratio, unit) => {
            unit_after(&format!("{number}\u{a0}:\u{a0}{}", labels.number(per)), unit)
        }
        (FigureKind::Amount, currency) if !currency.is_empty() => {
            format!("{currency}\u{a0}{number}")
        }
        (FigureKind::Amount | FigureKind::Count, unit) => unit_after(&number, unit),
    }
}

fn unit_after(number: &str, unit: &str) -> String {
    if unit.is_empty() { number.to_owned() } else { format!("{number}\u{a0}{unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Template;

    fn figure(kind: FigureKind, value: &str, unit: &str) -> Figure {
        Figure {
            kind,
            label: "Uitgaven".into(),
            value: value.into(),
            per: String::new(),
            unit: unit.into(),
            precision: Precision::Exact,
            from: String::new(),
            until: String::new(),
            counts: String::new(),
            indicator: String::new(),
            comparisons: Vec::new(),
            target: None,
            break_note: String::new(),
            caveat: String::new(),
            fact: String::new(),
        }
    }

    fn printed(figure: &Figure) -> PrintedFigure {
        PrintedFigure::of(figure, &Labels::of(&Template::builtin(), "nl").unwrap())
    }

    #[test]
    fn values_carry_unit_and_precision() {
        let about =
            Figure { precision: Precision::About, ..figure(FigureKind::Amount, "35000000", "EUR") };
        assert_eq!(printed(&about).value, "circa €\u{a0}35.000.000");
        assert_eq!(printed(&figure(FigureKind::Percentage, "11.5", "")).value, "11,5%");
        assert_eq!(printed(&figure(FigureKind::Count, "49", "experts")).value, "49\u{a0}experts");
        assert_eq!(printed(&figure(FigureKind::Amount, "1", "CHF")).value, "CHF\u{a0}1");
        let ratio = Figure { per: "88".into(), ..figure(FigureKind::Ratio, "4", "functies") };
        assert_eq!(printed(&ratio).value, "4\u{a0}:\u{a0}88\u{a0}functies");
    }

    #[test]
    fn what_must_be_said_with_a_figure_is_said() {
        let full = Figure {
            comparisons: vec![Comparison { value: "10.9".into(), year: 2020 }],
            target: Some(Comparison { value: "30".into(), year: 2024 }),
            break_note: "andere telling".into(),
            caveat: "voorlopig".into(),
            counts: "militairen".into(),
            from: "2021-01-01".into(),
            until: "2021-12-31".into(),
            ..figure(FigureKind::Percentage, "11.5", "")
        };
        let said: Vec<String> = printed(&full)
            .notes
            .into_iter()
            .map(|note| format!("{}: {}", note.name, note.text))
            .collect();
        let expected = [
            "Telt: militairen",
            "Periode: 2021",
            "Eerder: 2020: 10,9%",
            "Streefwaarde: 2024: 30%",
            "Trendbreuk: andere telling",
            "Kanttekening: voorlopig",
        ];
        assert_eq!(said, expected);
    }
}
