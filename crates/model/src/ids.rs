//! Names and ids. Each exists only if it is valid: `FromStr` is the only constructor.

use std::{borrow::Cow, fmt, str::FromStr};

use sha2::{Digest, Sha256};

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{field}`: {description}")]
pub struct InvalidField {
    /// Path of the field, such as `content.figures[2].value`.
    pub field: String,
    /// Stable name in upper snake case.
    pub reason: Cow<'static, str>,
    /// What is wrong and what to do.
    pub description: String,
}

impl InvalidField {
    /// A fault of `field`.
    pub fn new(
        field: impl Into<String>,
        reason: impl Into<Cow<'static, str>>,
        description: impl Into<String>,
    ) -> Self {
        Self { field: field.into(), reason: reason.into(), description: description.into() }
    }

    /// The same fault seen from the message that holds the field.
    #[must_use]
    pub fn within(mut self, parent: &str) -> Self {
        self.field = if self.field.is_empty() {
            parent.to_owned()
        } else {
            format!("{parent}.{}", self.field)
        };
        self
    }
}

/// Declares a validated string with its usual traits.
macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident, $valid:expr, $reason:literal, $expected:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The text of the name.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidField;

            fn from_str(text: &str) -> Result<Self, InvalidField> {
                let valid: fn(&str) -> bool = $valid;
                if valid(text) {
                    return Ok(Self(text.to_owned()));
                }
                let shown: String = text.chars().take(80).collect();
                Err(InvalidField::new("", $reason, format!("`{}` is not {}", shown.escape_debug(), $expected)))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name_type!(
    /// Code of a framework, organisation or pillar: lower case letters, digits and single hyphens, at most 64 characters.
    Slug, is_slug, "INVALID_CODE", "a code: lower case letters, digits and single hyphens, at most 64 characters"
);
name_type!(
    /// Name of a cycle: framework and period, such as `nap1325-iv/2021`.
    CycleName, is_cycle_name, "INVALID_CYCLE_NAME", "the name of a cycle, such as `plan/2021` or `plan/2022-2023`"
);
name_type!(
    /// Name of an edition: cycle and number, such as `nap1325-iv/2021/1`.
    EditionName, is_edition_name, "INVALID_EDITION_NAME", "the name of an edition, such as `plan/2021/1`"
);
name_type!(
    /// Name of a rendering job: edition, format and language, such as `nap1325-iv/2021/1/pdf/nl`.
    JobName, is_job_name, "INVALID_JOB_NAME", "the name of a job, such as `plan/2021/1/pdf/nl`"
);
name_type!(
    /// The sender's own id of a contribution: letters, digits and `. _ + - : ~ @ = ,`, at most 128 characters.
    ExternalId, is_external_id, "INVALID_EXTERNAL_ID", "an external id: letters, digits and `._+-:~@=,`, at most 128 characters"
);
name_type!(
    /// Makes a write idempotent: printable ASCII without spaces, at most 64 characters.
    RequestId, is_request_id, "INVALID_REQUEST_ID", "a request id: printable ASCII without spaces, at most 64 characters"
);

fn is_slug(text: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    text.len() <= 64 && text.split('-').all(part)
}

fn is_cycle_name(text: &str) -> bool {
    text.split_once('/')
        .is_some_and(|(framework, period)| is_slug(framework) && is_period_label(period))
}

fn is_period_label(text: &str) -> bool {
    (4..=21).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_digit() || b == b'-' || b == b'_')
}

fn is_edition_name(text: &str) -> bool {
    text.rsplit_once('/').is_some_and(|(cycle, number)| {
        is_cycle_name(cycle)
            && number.parse::<u32>().is_ok_and(|n| n > 0 && n.to_string() == number)
    })
}

fn is_job_name(text: &str) -> bool {
    let mut parts = text.rsplitn(3, '/');
    let (language, format, edition) = (parts.next(), parts.next(), parts.next());
    language.is_some_and(is_language_tag)
        && format.is_some_and(is_slug)
        && edition.is_some_and(is_edition_name)
}

fn is_external_id(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._+-:~@=,".contains(&b))
}

fn is_request_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}

/// Whether `text` has the shape of a BCP 47 language tag: a primary subtag of two or three letters, then subtags.
pub fn is_language_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let primary = parts
        .next()
        .is_some_and(|p| (2..=3).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_lowercase()));
    primary
        && text.len() <= 35
        && parts.all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// Whether `text` can be the printed code of a goal or indicator: letters, digits and `. _ + -`, at most 64 characters.
pub(crate) fn is_printed_code(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._+-".contains(&b))
}

impl CycleName {
    /// The code of the framework.
    pub fn framework(&self) -> &str {
        self.0.split_once('/').map_or("", |(framework, _)| framework)
    }

    /// The label of the period, such as `2022-2023`.
    pub fn period(&self) -> &str {
        self.0.split_once('/').map_or("", |(_, period)| period)
    }

    /// The name of this cycle's edition `number`.
    pub fn edition(&self, number: u32) -> EditionName {
        EditionName(format!("{self}/{number}"))
    }
}

impl EditionName {
    /// The cycle.
    pub fn cycle(&self) -> CycleName {
        CycleName(self.0.rsplit_once('/').map_or("", |(cycle, _)| cycle).to_owned())
    }

    /// The number in the cycle, counted from 1.
    pub fn number(&self) -> u32 {
        self.0.rsplit_once('/').and_then(|(_, number)| number.parse().ok()).unwrap_or(0)
    }

    /// The name as part of a file name, such as `nap1325-iv-2021-1`.
    pub fn file_stem(&self) -> String {
        self.0.replace('/', "-")
    }
}

impl JobName {
    /// The edition.
    pub fn edition(&self) -> EditionName {
        EditionName(self.0.rsplitn(3, '/').nth(2).unwrap_or("").to_owned())
    }
}

/// A SHA-256, written in lower-case hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// The hash of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl FromStr for Hash {
    type Err = InvalidField;

    fn from_str(text: &str) -> Result<Self, InvalidField> {
        let bytes = data_encoding::HEXLOWER
            .decode(text.as_bytes())
            .ok()
            .and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or_else(|| {
            InvalidField::new("", "INVALID_HASH", "not a SHA-256: 64 lower-case hexadecimal digits")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_exist_only_if_valid() {
        for good in ["nap1325-iv", "bz", "a1"] {
            assert!(good.parse::<Slug>().is_ok(), "{good}");
        }
        for bad in ["", "-a", "a--b", "A", "a b", "é"] {
            assert!(bad.parse::<Slug>().is_err(), "{bad}");
        }
        assert!("nap1325-iv/2022-2023".parse::<CycleName>().is_ok());
        assert!("nap1325-iv/2021/1".parse::<CycleName>().is_err());
        assert!("nap1325-iv/2021/01".parse::<EditionName>().is_err());
        assert!("bz-1.2-1+2".parse::<ExternalId>().is_ok());
        assert!("bz/1".parse::<ExternalId>().is_err());
    }

    #[test]
    fn a_name_takes_apart_into_what_it_names() {
        let job: JobName = "nap1325-iv/2021/2/pdf/nl".parse().unwrap();
        assert_eq!(job.edition().to_string(), "nap1325-iv/2021/2");
        assert_eq!(job.edition().number(), 2);
        assert_eq!(job.edition().cycle().period(), "2021");
        assert_eq!(job.edition().file_stem(), "nap1325-iv-2021-2");
    }
}
