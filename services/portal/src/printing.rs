//! How dates, numbers, sizes and figures are written in a language.

use jiff::civil::Date;
use model::Instant;

use crate::{
    language::Language,
    service::edition::{Comparison, Figure, FigureKind, Precision},
    words::words,
};

/// A date in words, such as `15 juni 2022`; text that is no date comes back as it is.
pub(crate) fn date(text: &str, language: Language) -> String {
    let month = |date: Date| {
        usize::try_from(date.month() - 1)
            .ok()
            .and_then(|month| words(language).months.get(month).copied())
            .unwrap_or("")
    };
    text.parse().map_or_else(
        |_| text.to_owned(),
        |date: Date| format!("{} {} {}", date.day(), month(date), date.year()),
    )
}

/// A moment in words, to the second. The end of a day in UTC is that day.
pub(crate) fn moment(at: Instant, language: Language) -> String {
    let text = at.to_string();
    let (day, time) = text.split_once('T').unwrap_or((&text, ""));
    let day = date(day, language);
    match time.split_once('.') {
        Some((time, rest)) if (time, rest) != ("23:59:59", "999Z") => format!("{day}, {time} UTC"),
        _ => day,
    }
}

/// A period: a year, years, or days.
pub(crate) fn period(from: &str, until: &str, language: Language) -> String {
    let (Ok(first), Ok(last)) = (from.parse::<Date>(), until.parse::<Date>()) else {
        return [from, until]
            .into_iter()
            .filter(|text| !text.is_empty())
            .map(|text| date(text, language))
            .collect::<Vec<_>>()
            .join(" – ");
    };
    let is_whole_years = first.day_of_year() == 1 && last == last.last_of_year();
    match (is_whole_years, first.year() == last.year()) {
        (true, true) => first.year().to_string(),
        (true, false) => format!("{}–{}", first.year(), last.year()),
        (false, _) => {
            format!("{} {} {}", date(from, language), words(language).until, date(until, language))
        }
    }
}

/// A plain decimal with the separators of the language; anything else comes back as it is.
pub(crate) fn number(plain: &str, language: Language) -> String {
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty()
        || ![whole, fraction].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return plain.to_owned();
    }
    let (thousands, decimal) = if language == Language::Dutch { ('.', ',') } else { (',', '.') };
    let mut out = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at != 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(thousands);
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push(decimal);
        out.push_str(fraction);
    }
    out
}

/// A whole number with the separators of the language.
pub(crate) fn count(value: u64, language: Language) -> String {
    number(&value.to_string(), language)
}

/// A size, such as `1,4 MB`.
pub(crate) fn size(bytes: u64, language: Language) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => {
            let tenths = bytes.div_ceil(100_000);
            format!("{} MB", number(&format!("{}.{}", tenths / 10, tenths % 10), language))
        }
    }
}

/// The value of a figure with its precision and unit. No-break spaces keep number and unit on one line.
pub(crate) fn figure(figure: &Figure, language: Language) -> String {
    let words = words(language);
    let precision = match figure.precision {
        Precision::About => words.about_value,
        Precision::AtMost => words.at_most,
        Precision::AtLeast => words.at_least,
        Precision::Exact | Precision::Other => "",
    };
    format!("{precision} {}", value(figure, &figure.value, language)).trim().to_owned()
}

/// A value of a figure's series in another year.
pub(crate) fn comparison(
    series: &Figure,
    Comparison { value: plain, year }: &Comparison,
    language: Language,
) -> String {
    format!("{year}: {}", value(series, plain, language))
}

fn value(figure: &Figure, plain: &str, language: Language) -> String {
    let value = number(plain, language);
    match (figure.kind, figure.unit.as_str()) {
        (FigureKind::Amount, "EUR") => format!("€\u{a0}{value}"),
        (FigureKind::Amount, "USD") => format!("US$\u{a0}{value}"),
        (FigureKind::Percentage, _) => format!("{value}%"),
        (FigureKind::Ratio, unit) => {
            with_unit(&format!("{value}\u{a0}:\u{a0}{}", number(&figure.per, language)), unit)
        }
        (FigureKind::Amount, currency) if !currency.is_empty() => {
            format!("{currency}\u{a0}{value}")
        }
        (FigureKind::Amount | FigureKind::Count | FigureKind::Other, unit) => {
            with_unit(&value, unit)
        }
    }
}

fn with_unit(value: &str, unit: &str) -> String {
    if unit.is_empty() { value.to_owned() } else { format!("{value}\u{a0}{unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_periods_are_written_in_words() {
        assert_eq!(date("2022-06-15", Language::Dutch), "15 juni 2022");
        assert_eq!(date("2022-06-15", Language::English), "15 June 2022");
        assert_eq!(date("ooit", Language::Dutch), "ooit");
        let moment = |text: &str| moment(text.parse().unwrap(), Language::Dutch);
        assert_eq!(moment("2022-06-15"), "15 juni 2022");
        assert_eq!(moment("2022-06-15T14:30:00+02:00"), "15 juni 2022, 12:30:00 UTC");
        assert_eq!(period("2021-01-01", "2021-12-31", Language::Dutch), "2021");
        assert_eq!(period("2022-01-01", "2023-12-31", Language::Dutch), "2022–2023");
        assert_eq!(
            period("2021-03-01", "2021-08-31", Language::Dutch),
            "1 maart 2021 t/m 31 augustus 2021"
        );
    }

    #[test]
    fn numbers_and_sizes_follow_the_language() {
        assert_eq!(number("-1234567.50", Language::Dutch), "-1.234.567,50");
        assert_eq!(number("1234567.5", Language::English), "1,234,567.5");
        assert_eq!(number("ongeveer 3", Language::Dutch), "ongeveer 3");
        assert_eq!(size(999, Language::Dutch), "999 bytes");
        assert_eq!(size(1_001, Language::Dutch), "2 kB");
        assert_eq!(size(1_400_000, Language::Dutch), "1,4 MB");
        assert_eq!(size(12_000_000_000, Language::English), "12,000.0 MB");
    }
}
