//! Conversions between messages and the model: `From` outwards, `TryFrom` inwards, everything taken apart in full.

mod access;
mod contribution;
mod cycle;
mod edition;
mod framework;
mod obligation;
mod person;
mod review;

use jiff::civil::Date;
use model::{Instant, InvalidField};

use crate::v1 as pb;

/// Declares the conversions of an enumeration whose message has a value for "not given".
macro_rules! enumeration {
    ($message:ty, $model:ty, $name:literal, $unspecified:ident, { $($variant:ident),+ $(,)? }) => {
        impl From<$model> for $message {
            fn from(value: $model) -> Self {
                match value { $(<$model>::$variant => <$message>::$variant),+ }
            }
        }

        impl TryFrom<$message> for $model {
            type Error = model::InvalidField;

            fn try_from(value: $message) -> Result<Self, model::InvalidField> {
                match value {
                    $(<$message>::$variant => Ok(<$model>::$variant),)+
                    <$message>::$unspecified => Err(model::InvalidField::new("", "NOT_GIVEN", concat!($name, " is not given"))),
                }
            }
        }
    };
}
pub(crate) use enumeration;

/// Reads an enumeration's number; a number of a later version is named as such.
pub(crate) fn number<M: TryFrom<i32>, T: TryFrom<M, Error = InvalidField>>(
    value: i32,
    field: &str,
) -> Result<T, InvalidField> {
    let message = M::try_from(value).map_err(|_| {
        InvalidField::new(field, "UNKNOWN_VALUE", format!("value {value} is not known here"))
    })?;
    T::try_from(message).map_err(|error| error.within(field))
}

/// Reads an enumeration's number; where it is not given, the default.
pub(crate) fn number_or_default<M: TryFrom<i32>, T: TryFrom<M, Error = InvalidField> + Default>(
    value: i32,
    field: &str,
) -> Result<T, InvalidField> {
    if value == 0 { Ok(T::default()) } else { number(value, field) }
}

/// Reads a required date as ISO 8601.
pub fn date(text: &str, field: &str) -> Result<Date, InvalidField> {
    let shown: String = text.chars().take(40).collect();
    let fault = || {
        InvalidField::new(
            field,
            "INVALID_DATE",
            format!("`{}` is no date, such as `2021-12-31`", shown.escape_debug()),
        )
    };
    model::date(text).ok_or_else(fault)
}

/// Reads a date that may be left out.
pub fn date_or_none(text: &str, field: &str) -> Result<Option<Date>, InvalidField> {
    if text.is_empty() { Ok(None) } else { date(text, field).map(Some) }
}

pub(crate) fn date_text(date: Option<Date>) -> String {
    date.map_or(String::new(), |date| date.to_string())
}

/// Writes a moment as a timestamp message.
pub fn timestamp(instant: Instant) -> prost_types::Timestamp {
    let nanos = i32::try_from(instant.0.rem_euclid(1000) * 1_000_000)
        .expect("less than a second of nanoseconds");
    prost_types::Timestamp { seconds: instant.0.div_euclid(1000), nanos }
}

/// Reads a timestamp message as a moment, to the millisecond.
pub fn instant(timestamp: &prost_types::Timestamp) -> Instant {
    Instant(
        timestamp
            .seconds
            .saturating_mul(1000)
            .saturating_add(i64::from(timestamp.nanos) / 1_000_000),
    )
}

/// Reads each message of a list, naming the place of the one that fails.
pub fn list<M, T: TryFrom<M, Error = InvalidField>>(
    messages: Vec<M>,
    field: &str,
) -> Result<Vec<T>, InvalidField> {
    let read =
        |(i, message)| T::try_from(message).map_err(|error| error.within(&format!("{field}[{i}]")));
    messages.into_iter().enumerate().map(read).collect()
}

/// Reads a part that must be there.
pub(crate) fn required<M, T: TryFrom<M, Error = InvalidField>>(
    message: Option<M>,
    field: &str,
) -> Result<T, InvalidField> {
    let message = message.ok_or_else(|| InvalidField::new(field, "NOT_GIVEN", "is not given"))?;
    T::try_from(message).map_err(|error| error.within(field))
}

/// Parses a name, naming the field that holds it.
pub(crate) fn parse<T: std::str::FromStr<Err = InvalidField>>(
    text: &str,
    field: &str,
) -> Result<T, InvalidField> {
    text.parse().map_err(|error: InvalidField| error.within(field))
}

/// Reads findings that travelled with a save.
pub fn findings_from(findings: Vec<pb::Finding>) -> Result<Vec<model::Finding>, InvalidField> {
    list(findings, "findings")
}
