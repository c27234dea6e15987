//! What the query of an address may hold: it is read by what documents it.
//!
//! Invariant: what [`Parameter::schema`] allows is read, and nothing else; every fault is named.

use std::borrow::Cow;

use model::{Instant, InvalidField};
use serde_json::{Value, json};

use crate::Error;

/// Values that a parameter may have at the same time.
const MAX_VALUES: usize = 20;
/// Faults that are named.
const MAX_FAULTS: usize = 20;
/// Characters of a name that nobody knows, in an error.
const MAX_SHOWN: usize = 60;

/// A parameter of a query.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parameter {
    pub name: &'static str,
    /// Id of the message that says what it is.
    pub help: &'static str,
    pub kind: Kind,
    /// Whether it may be given several times: one of the values must hold.
    pub is_repeated: bool,
}

/// What values a parameter takes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// A text of this many characters.
    Text { min: usize, max: usize },
    /// A whole number from 1 to `max`.
    Count { default: usize, max: usize },
    /// One of these.
    Choice(&'static [&'static str]),
    /// `true` or `false`.
    Flag,
    /// A date, which stands for its end in UTC, or a moment (RFC 3339).
    Moment,
}

impl Parameter {
    /// One that is given once.
    pub(crate) const fn one(name: &'static str, help: &'static str, kind: Kind) -> Self {
        Self { name, help, kind, is_repeated: false }
    }

    /// A filter: a code, or several.
    pub(crate) const fn filter(name: &'static str, help: &'static str) -> Self {
        Self { name, help, kind: Kind::Text { min: 1, max: 64 }, is_repeated: true }
    }

    /// What it takes, as JSON Schema.
    pub(crate) fn schema(&self) -> Value {
        let one = match self.kind {
            Kind::Text { min, max } => {
                json!({"type": "string", "minLength": min, "maxLength": max})
            }
            Kind::Count { default, max } => {
                json!({"type": "integer", "minimum": 1, "maximum": max, "default": default})
            }
            Kind::Choice(names) => json!({"type": "string", "enum": names}),
            Kind::Flag => json!({"type": "boolean", "default": false}),
            Kind::Moment => {
                json!({"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]})
            }
        };
        if self.is_repeated {
            json!({"type": "array", "items": one, "maxItems": MAX_VALUES})
        } else {
            one
        }
    }

    /// Fails with the reason, and what is wrong.
    fn check(&self, value: &str) -> Result<(), (Cow<'static, str>, String)> {
        let fault = |reason: &'static str, text: String| Err((Cow::Borrowed(reason), text));
        match self.kind {
            Kind::Text { min, max } => match value.chars().count() {
                length if length < min => fault("MISSING_VALUE", "has no value".to_owned()),
                length if length > max => {
                    fault("TOO_LONG", format!("has {length} characters; at most {max} are read"))
                }
                _ => Ok(()),
            },
            Kind::Count { max, .. } => match count(value) {
                Some(count) if (1..=max).contains(&count) => Ok(()),
                _ => fault("OUT_OF_RANGE", format!("is no whole number from 1 to {max}")),
            },
            Kind::Choice(names) if names.contains(&value) => Ok(()),
            Kind::Choice(names) => {
                fault("UNKNOWN_VALUE", format!("is none of {}", names.join(", ")))
            }
            Kind::Flag if ["true", "false"].contains(&value) => Ok(()),
            Kind::Flag => fault("UNKNOWN_VALUE", "is neither `true` nor `false`".to_owned()),
            Kind::Moment => value.parse::<Instant>().map(|_| ()).map_err(|fault| {
                let InvalidField { reason, description, .. } = fault;
                (reason, description)
            }),
        }
    }
}

/// Reads digits alone: the parser would take a sign too.
fn count(text: &str) -> Option<usize> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// What a query holds.
#[derive(Debug)]
pub(crate) struct Arguments(Vec<(&'static str, String)>);

impl Arguments {
    /// Reads a query; fails with all that is wrong with it.
    pub(crate) fn read(query: &str, known: &[Parameter]) -> Result<Self, Error> {
        let mut given: Vec<(&'static str, String)> = Vec::new();
        let mut faults = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let parameter = known.iter().find(|parameter| parameter.name == name);
            match parameter.map_or_else(unknown, |found| allowed(found, &value, &given)) {
                Ok(name) => given.push((name, value.into_owned())),
                Err((reason, text)) => {
                    let shown: String = name.chars().take(MAX_SHOWN).collect();
                    faults.push(InvalidField::new(shown, reason, text));
                }
            }
            if faults.len() == MAX_FAULTS {
                break;
            }
        }
        if faults.is_empty() { Ok(Self(given)) } else { Err(Error::Invalid(faults)) }
    }

    /// The value of a parameter; empty where it was not given.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// All values of a parameter.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// Whether a filter lets one of these values pass; one that was not given lets all.
    pub(crate) fn allows(&self, name: &str, values: &[String]) -> bool {
        let mut wanted = self.all(name).peekable();
        wanted.peek().is_none() || wanted.any(|wanted| values.iter().any(|value| value == wanted))
    }

    /// The number that was given for a parameter.
    pub(crate) fn count(&self, name: &str) -> Option<usize> {
        count(self.text(name))
    }
}

fn unknown() -> Result<&'static str, (Cow<'static, str>, String)> {
    Err((Cow::Borrowed("UNKNOWN_PARAMETER"), "is no parameter of this address".to_owned()))
}

/// Returns the name under which a value is kept.
fn allowed(
    parameter: &Parameter,
    value: &str,
    given: &[(&'static str, String)],
) -> Result<&'static str, (Cow<'static, str>, String)> {
    let before = given.iter().filter(|(name, _)| *name == parameter.name).count();
    let max = if parameter.is_repeated { MAX_VALUES } else { 1 };
    if before == max {
        let reason = if parameter.is_repeated { "TOO_MANY_VALUES" } else { "REPEATED" };
        return Err((Cow::Borrowed(reason), format!("is given more than {max} times")));
    }
    parameter.check(value).map(|()| parameter.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [Parameter; 6] = [
        Parameter::one("query", "", Kind::Text { min: 0, max: 3 }),
        Parameter::filter("year", ""),
        Parameter::one("pageSize", "", Kind::Count { default: 5, max: 10 }),
        Parameter::one("order", "", Kind::Choice(&["score", "newest"])),
        Parameter::one("asWritten", "", Kind::Flag),
        Parameter::one("asOf", "", Kind::Moment),
    ];

    fn reasons(query: &str) -> Vec<(String, String)> {
        match Arguments::read(query, &KNOWN) {
            Err(Error::Invalid(faults)) => {
                faults.into_iter().map(|fault| (fault.field, fault.reason.into_owned())).collect()
            }
            Ok(_) => Vec::new(),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn what_is_allowed_is_read() {
        let text = "query=%C3%A9%C3%A9%C3%A9&year=2021&year=2022&pageSize=10&order=newest&asWritten=true&asOf=2022-03-01T00:00:00%2B01:00";
        let read = Arguments::read(text, &KNOWN).unwrap();
        assert_eq!((read.text("query"), read.count("pageSize")), ("ééé", Some(10)));
        assert_eq!(read.all("year").collect::<Vec<_>>(), ["2021", "2022"]);
        assert!(read.allows("year", &["2022".to_owned()]) && read.allows("order2", &[]));
        assert!(!read.allows("year", &["2020".to_owned()]));
        assert!(Arguments::read("", &KNOWN).unwrap().allows("year", &[]));
    }

    #[test]
    fn every_fault_is_named_with_its_reason() {
        let named = |field: &str, reason: &str| (field.to_owned(), reason.to_owned());
        let faults = reasons(
            "query=abcd&q=1&pageSize=0&pageSize=5&pageSize=6&order=best&asWritten=1&asOf=ooit&year=",
        );
        let expected = [
            named("query", "TOO_LONG"),
            named("q", "UNKNOWN_PARAMETER"),
            named("pageSize", "OUT_OF_RANGE"),
            named("pageSize", "REPEATED"),
            named("order", "UNKNOWN_VALUE"),
            named("asWritten", "UNKNOWN_VALUE"),
            named("asOf", "INVALID_MOMENT"),
            named("year", "MISSING_VALUE"),
        ];
        assert_eq!(faults, expected);
        for wrong in ["", "+5", "-1", "11", "1.0", "99999999999999999999999", "٣"] {
            let query = format!("pageSize={}", wrong.replace('+', "%2B"));
            assert_eq!(reasons(&query), [named("pageSize", "OUT_OF_RANGE")], "{wrong}");
        }
        assert_eq!(reasons(&"year=1&".repeat(21)), [named("year", "TOO_MANY_VALUES")]);
        assert_eq!(reasons(&"x=1&".repeat(100)).len(), MAX_FAULTS);
    }
}
