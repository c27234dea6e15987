//! Dates, periods, numbers, sizes and lists as a language writes them.

use fluent_bundle::FluentValue;
use icu_decimal::{DecimalFormatter, input::Decimal, options::DecimalFormatterOptions};
use icu_locale_core::locale;
use jiff::civil::Date;
use model::Instant;

use crate::{Language, Messages};

impl Messages {
    /// A date in words, such as `15 juni 2022`.
    pub fn date(&self, date: Date) -> String {
        let arguments = [
            ("day", date.day().to_string().into()),
            ("month", date.month().into()),
            ("year", date.year().to_string().into()),
        ];
        self.with("shared-date", &arguments)
    }

    /// A date in words; a text that is no date comes back as it is.
    pub fn date_or_text(&self, text: &str) -> String {
        text.parse().map_or_else(|_| text.to_owned(), |date| self.date(date))
    }

    /// A moment in words, to the second. The end of a day in UTC is that day.
    pub fn moment(&self, at: Instant) -> String {
        let text = at.to_string();
        let (day, time) = text.split_once('T').unwrap_or((&text, ""));
        let day = self.date_or_text(day);
        match time.split_once('.') {
            Some((time, rest)) if (time, rest) != ("23:59:59", "999Z") => {
                self.with("shared-moment", &[("date", day.into()), ("time", time.into())])
            }
            _ => day,
        }
    }

    /// A period: a year, years, or days. Of a period that is open at one end, the other end.
    pub fn period(&self, from: &str, until: &str) -> String {
        let (Ok(first), Ok(last)) = (from.parse::<Date>(), until.parse::<Date>()) else {
            let ends = [from, until].into_iter().filter(|text| !text.is_empty());
            return ends.map(|text| self.date_or_text(text)).collect::<Vec<_>>().join(" – ");
        };
        let is_whole_years = first.day_of_year() == 1 && last == last.last_of_year();
        let between = |id: &str, from: String, until: String| {
            self.with(id, &[("from", from.into()), ("until", until.into())])
        };
        match (is_whole_years, first.year() == last.year()) {
            (true, true) => first.year().to_string(),
            (true, false) => {
                between("shared-period-years", first.year().to_string(), last.year().to_string())
            }
            (false, _) => between("shared-period-days", self.date(first), self.date(last)),
        }
    }

    /// A plain decimal with the separators of the language: `1234.50` is `1.234,50` in Dutch. Anything else comes back as it is.
    pub fn number(&self, plain: &str) -> String {
        number(plain, self.language)
    }

    /// A whole number with the separators of the language.
    pub fn count(&self, value: u64) -> String {
        self.number(&value.to_string())
    }

    /// A size, such as `1,4 MB`.
    pub fn size(&self, bytes: u64) -> String {
        let (id, size) = match bytes {
            0..1_000 => ("shared-size-bytes", self.count(bytes)),
            1_000..1_000_000 => ("shared-size-kilobytes", self.count(bytes.div_ceil(1_000))),
            _ => {
                let tenths = bytes.div_ceil(100_000);
                let size = self.number(&format!("{}.{}", tenths / 10, tenths % 10));
                ("shared-size-megabytes", size)
            }
        };
        self.with(id, &[("size", size.into())])
    }

    /// `a, b en c`.
    pub fn list(&self, items: &[&str]) -> String {
        match items {
            [] => String::new(),
            [one] => (*one).to_owned(),
            [rest @ .., last] => {
                let arguments = [("items", rest.join(", ").into()), ("last", (*last).into())];
                self.with("shared-list", &arguments)
            }
        }
    }
}

/// Writes a number among the arguments of a message.
pub(crate) fn number_value(value: &FluentValue<'_>, language: Language) -> Option<String> {
    match value {
        FluentValue::Number(value) => Some(number(&value.as_string(), language)),
        _ => None,
    }
}

fn number(plain: &str, language: Language) -> String {
    let digits = plain.strip_prefix('-').unwrap_or(plain);
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let (true, Ok(value)) = (is_plain, Decimal::try_from_str(plain)) else {
        return plain.to_owned();
    };
    formatter(language).map_or_else(|| plain.to_owned(), |f| f.format(&value).to_string())
}

/// Making one is cheap: the data of the separators is part of the program.
fn formatter(language: Language) -> Option<DecimalFormatter> {
    let locale = match language {
        Language::Dutch => locale!("nl"),
        Language::English => locale!("en"),
    };
    DecimalFormatter::try_new(locale.into(), DecimalFormatterOptions::default()).ok()
}
