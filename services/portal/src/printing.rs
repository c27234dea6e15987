//! How figures are written in a language.

use messages::Messages;

use crate::service::edition::{Comparison, Figure, FigureKind, Precision};

/// The value of a figure with its precision and unit. No-break spaces keep number and unit on one line.
pub(crate) fn figure(figure: &Figure, messages: &Messages) -> String {
    let value = value(figure, &figure.value, messages);
    let id = match figure.precision {
        Precision::About => "edition-figure-about",
        Precision::AtMost => "edition-figure-at-most",
        Precision::AtLeast => "edition-figure-at-least",
        Precision::Exact | Precision::Other => return value,
    };
    messages.with(id, &[("value", value.into())])
}

/// A value of a figure's series in another year.
pub(crate) fn comparison(
    series: &Figure,
    Comparison { value: plain, year }: &Comparison,
    messages: &Messages,
) -> String {
    let value = value(series, plain, messages);
    messages.with(
        "edition-figure-in-year",
        &[("year", year.to_string().into()), ("value", value.into())],
    )
}

fn value(figure: &Figure, plain: &str, messages: &Messages) -> String {
    let number = messages.number(plain);
    let amount = |id: &str| messages.with(id, &[("number", number.as_str().into())]);
    let with_unit = |number: &str, unit: &str| match unit {
        "" => number.to_owned(),
        unit => messages
            .with("edition-figure-with-unit", &[("number", number.into()), ("unit", unit.into())]),
    };
    match (figure.kind, figure.unit.as_str()) {
        (FigureKind::Amount, "EUR") => amount("edition-figure-euros"),
        (FigureKind::Amount, "USD") => amount("edition-figure-dollars"),
        (FigureKind::Percentage, _) => amount("edition-figure-percentage"),
        (FigureKind::Ratio, unit) => {
            let per = messages.number(&figure.per);
            let arguments = [("number", number.as_str().into()), ("per", per.into())];
            with_unit(&messages.with("edition-figure-ratio", &arguments), unit)
        }
        (FigureKind::Amount, currency) if !currency.is_empty() => {
            let arguments = [("currency", currency.into()), ("number", number.as_str().into())];
            messages.with("edition-figure-amount", &arguments)
        }
        (FigureKind::Amount | FigureKind::Count | FigureKind::Other, unit) => {
            with_unit(&number, unit)
        }
    }
}
