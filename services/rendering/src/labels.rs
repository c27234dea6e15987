//! The fixed texts of a publication, in the language asked for.
//!
//! Owns how words, dates and numbers look in a language. Invariant: a label that is used and missing is a fault of the template.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::{Template, TemplateFault};

/// Fixed texts in one language.
#[derive(Debug, Clone)]
pub(crate) struct Labels {
    /// Tag of the language that the texts are in.
    pub language: String,
    texts: BTreeMap<String, String>,
}

/// How a language writes numbers.
#[derive(Debug, Clone, Copy)]
struct Separators {
    thousands: char,
    decimal: char,
}

impl Labels {
    /// The fixed texts of `template` in `language`, else those of its primary language, else in Dutch.
    pub(crate) fn of(template: &Template, language: &str) -> Result<Self, TemplateFault> {
        let primary = language.split('-').next().unwrap_or(language);
        let found = [language, primary, "nl"].into_iter().find_map(|tag| {
            let name = format!("labels.{tag}.json");
            template.file(&name).map(|bytes| (tag, name, bytes))
        });
        let Some((tag, name, bytes)) = found else {
            return Err(TemplateFault::of("labels.nl.json", "is missing"));
        };
        let texts =
            serde_json::from_slice(bytes).map_err(|error| TemplateFault::of_json(&name, &error))?;
        let labels = Self { language: tag.to_owned(), texts };
        match labels.missing() {
            Some(key) => Err(TemplateFault::of(&name, &format!("lacks the label `{key}`"))),
            None => Ok(labels),
        }
    }

    /// The first label of the built-in texts that this language lacks.
    fn missing(&self) -> Option<String> {
        let builtin: BTreeMap<String, String> = serde_json::from_str(Template::BUILTIN_LABELS)
            .expect("the built-in labels are read by a test");
        builtin.into_keys().find(|key| !self.texts.contains_key(key))
    }

    /// The text named `key`.
    pub(crate) fn get(&self, key: &str) -> &str {
        self.texts.get(key).map_or("", String::as_str)
    }

    /// A date in words, such as `15 juni 2022`; text that is no date comes back as it is.
    pub(crate) fn date(&self, text: &str) -> String {
        let in_words = |date: Date| {
            format!(
                "{} {} {}",
                date.day(),
                self.get(&format!("month.{}", date.month())),
                date.year()
            )
        };
        text.parse().map_or_else(|_| text.to_owned(), in_words)
    }

    /// A period: a year, years, or days.
    pub(crate) fn period(&self, from: &str, until: &str) -> String {
        let (Ok(first), Ok(last)) = (from.parse::<Date>(), until.parse::<Date>()) else {
            return [from, until]
                .into_iter()
                .filter(|text| !text.is_empty())
                .map(|text| self.date(text))
                .collect::<Vec<_>>()
                .join("–");
        };
        let whole_years = first.day_of_year() == 1 && last == last.last_of_year();
        match (whole_years, first.year() == last.year()) {
            (true, true) => first.year().to_string(),
            (true, false) => format!("{}–{}", first.year(), last.year()),
            (false, _) => format!("{} {} {}", self.date(from), self.get("until"), self.date(until)),
        }
    }

    /// A plain decimal with the separators of the language: `1234.5` is `1.234,5` in Dutch. Anything else comes back as it is.
    pub(crate) fn number(&self, plain: &str) -> String {
        let (sign, digits) = plain.strip_prefix('-').map_or(("", plain), |digits| ("-", digits));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty()
            || ![whole, fraction].iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()))
        {
            return plain.to_owned();
        }
        let Separators { thousands, decimal } = self.separators();
        let mut grouped = String::from(sign);
        for (i, digit) in whole.chars().enumerate() {
            if i != 0 && (whole.len() - i).is_multiple_of(3) {
                grouped.push(thousands);
            }
            grouped.push(digit);
        }
        if !fraction.is_empty() {
            grouped.push(decimal);
            grouped.push_str(fraction);
        }
        grouped
    }

    fn separators(&self) -> Separators {
        if self.language.starts_with("en") {
            Separators { thousands: ',', decimal: '.' }
        } else {
            Separators { thousands: '.', decimal: ',' }
        }
    }

    /// `a, b en c`.
    pub(crate) fn list(&self, items: &[&str]) -> String {
        match items {
            [] => String::new(),
            [one] => (*one).to_owned(),
            [rest @ .., last] => format!("{} {} {last}", rest.join(", "), self.get("and")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(language: &str) -> Labels {
        Labels::of(&Template::builtin(), language).unwrap()
    }

    #[test]
    fn numbers_follow_the_language() {
        let check = |language: &str, plain: &str, expected: &str| {
            assert_eq!(labels(language).number(plain), expected);
        };
        check("nl", "195067769", "195.067.769");
        check("nl", "-1234.50", "-1.234,50");
        check("nl", "11.5", "11,5");
        check("nl", "ongeveer 3", "ongeveer 3");
        check("nl", "", "");
        check("en", "195067769.5", "195,067,769.5");
    }

    #[test]
    fn dates_and_periods_are_written_in_words() {
        let nl = labels("nl");
        assert_eq!(nl.date("2022-06-15"), "15 juni 2022");
        assert_eq!(nl.date("ooit"), "ooit");
        assert_eq!(nl.period("2021-01-01", "2021-12-31"), "2021");
        assert_eq!(nl.period("2022-01-01", "2023-12-31"), "2022–2023");
        assert_eq!(nl.period("2021-03-01", "2021-08-31"), "1 maart 2021 t/m 31 augustus 2021");
        assert_eq!(labels("en").date("2022-06-15"), "15 June 2022");
    }

    #[test]
    fn an_unknown_language_falls_back_and_both_languages_have_every_label() {
        assert_eq!(labels("en-GB").language, "en");
        assert_eq!(labels("fy").language, "nl");
        assert_eq!(
            labels("nl").texts.keys().collect::<Vec<_>>(),
            labels("en").texts.keys().collect::<Vec<_>>()
        );
    }

    #[test]
    fn lists_end_with_and() {
        assert_eq!(labels("nl").list(&["5", "5.1", "6"]), "5, 5.1 en 6");
        assert_eq!(labels("nl").list(&["5"]), "5");
    }
}
