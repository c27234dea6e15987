//! Figures in words: value with unit and precision, and what must be said with it.

use serde::Serialize;

use crate::{
    Text, data,
    data::{Comparison, FigureKind, Precision},
    view::layout::Layout,
};

/// A figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    /// Words that introduce it.
    pub label: Text,
    /// Value with unit and precision.
    pub value: Text,
    /// What must be said with it.
    pub notes: Vec<Note>,
}

/// Something said with a figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Note {
    /// What it is, such as `Streefwaarde`.
    pub name: String,
    /// The text.
    pub text: Text,
}

impl Layout<'_> {
    /// A figure whose words are in `language`.
    pub(crate) fn figure(self, figure: &data::Figure, language: &str) -> Figure {
        let label = [&figure.label, &figure.counts, &figure.indicator]
            .into_iter()
            .find(|text| !text.is_empty());
        let value = self.precise(figure);
        Figure {
            label: label.map_or_else(
                || Text::plain(&self.label("edition-figure-value")),
                |label| self.text(label, language),
            ),
            value: Text::plain(&value),
            notes: self.notes(figure, language),
        }
    }

    fn notes(self, figure: &data::Figure, language: &str) -> Vec<Note> {
        let in_year = |Comparison { value, year }: &Comparison| {
            let arguments =
                [("year", year.to_string().into()), ("value", self.value(figure, value).into())];
            self.messages.with("edition-figure-in-year", &arguments)
        };
        let earlier: Vec<String> = figure.comparisons.iter().map(in_year).collect();
        let counts = if figure.label.is_empty() { "" } else { &figure.counts };
        let period = self.messages.period(&figure.from, &figure.until);
        let target = figure.target.as_ref().map(in_year).unwrap_or_default();
        let all = [
            ("edition-figure-counts", self.text(counts, language)),
            ("edition-figure-period", Text::plain(&period)),
            ("edition-figure-earlier", Text::plain(&earlier.join("; "))),
            ("edition-figure-target", Text::plain(&target)),
            ("edition-figure-break", self.text(&figure.break_note, language)),
            ("edition-figure-caveat", self.text(&figure.caveat, language)),
        ];
        let said = all.into_iter().filter(|(_, text)| !text.is_empty());
        said.map(|(id, text)| Note { name: self.label(id), text }).collect()
    }

    /// The value of a figure with its unit and precision.
    pub(crate) fn precise(self, figure: &data::Figure) -> String {
        let value = self.value(figure, &figure.value);
        match precision(figure.precision) {
            Some(id) => self.with(id, "value", &value),
            None => value,
        }
    }

    /// A value with its unit.
    pub(crate) fn value(self, figure: &data::Figure, plain: &str) -> String {
        self.measured(figure, self.messages.number(plain))
    }

    /// A number as it is written, with the unit of a figure. No-break spaces keep both on one line.
    pub(crate) fn measured(self, figure: &data::Figure, number: String) -> String {
        match (figure.kind, figure.unit.as_str()) {
            (FigureKind::Amount, "EUR") => self.with("edition-figure-euros", "number", &number),
            (FigureKind::Amount, "USD") => self.with("edition-figure-dollars", "number", &number),
            (FigureKind::Percentage, _) => {
                self.with("edition-figure-percentage", "number", &number)
            }
            (FigureKind::Ratio, unit) => {
                let per = self.messages.number(&figure.per);
                let arguments = [("number", number.into()), ("per", per.into())];
                self.with_unit(self.messages.with("edition-figure-ratio", &arguments), unit)
            }
            (FigureKind::Amount, currency) if !currency.is_empty() => {
                let arguments = [("currency", currency.into()), ("number", number.into())];
                self.messages.with("edition-figure-amount", &arguments)
            }
            (FigureKind::Amount | FigureKind::Count | FigureKind::Other, unit) => {
                self.with_unit(number, unit)
            }
        }
    }

    fn with_unit(self, number: String, unit: &str) -> String {
        if unit.is_empty() {
            return number;
        }
        let arguments = [("number", number.into()), ("unit", unit.into())];
        self.messages.with("edition-figure-with-unit", &arguments)
    }
}

fn precision(precision: Precision) -> Option<&'static str> {
    match precision {
        Precision::Exact | Precision::Other => None,
        Precision::About => Some("edition-figure-about"),
        Precision::AtMost => Some("edition-figure-at-most"),
        Precision::AtLeast => Some("edition-figure-at-least"),
    }
}

#[cfg(test)]
mod tests {
    use messages::Messages;

    use super::*;
    use crate::{Report, data::Edition};

    fn figure(kind: FigureKind, value: &str, unit: &str) -> data::Figure {
        data::Figure {
            kind,
            label: "Uitgaven".into(),
            value: value.into(),
            unit: unit.into(),
            ..data::Figure::from(&model::Figure::default())
        }
    }

    fn printed(figure: &data::Figure) -> Figure {
        let (edition, messages) = (Edition::from(&Report::sample()), Messages::for_language("nl"));
        Layout::new(&edition, "nl", messages).figure(figure, "nl")
    }

    #[test]
    fn values_carry_unit_and_precision() {
        let about = data::Figure {
            precision: Precision::About,
            ..figure(FigureKind::Amount, "35000000", "EUR")
        };
        assert_eq!(printed(&about).value.as_str(), "circa €\u{a0}35.000.000");
        assert_eq!(printed(&figure(FigureKind::Percentage, "11.5", "")).value.as_str(), "11,5%");
        assert_eq!(
            printed(&figure(FigureKind::Count, "49", "experts")).value.as_str(),
            "49\u{a0}experts"
        );
        assert_eq!(printed(&figure(FigureKind::Amount, "1", "CHF")).value.as_str(), "CHF\u{a0}1");
        let ratio = data::Figure { per: "88".into(), ..figure(FigureKind::Ratio, "4", "functies") };
        assert_eq!(printed(&ratio).value.as_str(), "4\u{a0}:\u{a0}88\u{a0}functies");
    }

    #[test]
    fn what_must_be_said_with_a_figure_is_said() {
        let full = data::Figure {
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
