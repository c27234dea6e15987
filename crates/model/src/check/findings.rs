//! Findings as they are gathered.

use jiff::civil::Date;

use crate::{Finding, Severity};

/// What was found so far.
#[derive(Default)]
pub(super) struct Findings(pub(super) Vec<Finding>);

impl Findings {
    pub(super) fn blocker(
        &mut self,
        field: impl Into<String>,
        reason: &str,
        message: impl Into<String>,
    ) {
        self.add(Severity::Blocker, field, reason, message);
    }

    pub(super) fn warning(
        &mut self,
        field: impl Into<String>,
        reason: &str,
        message: impl Into<String>,
    ) {
        self.add(Severity::Warning, field, reason, message);
    }

    pub(super) fn info(
        &mut self,
        field: impl Into<String>,
        reason: &str,
        message: impl Into<String>,
    ) {
        self.add(Severity::Info, field, reason, message);
    }

    fn add(
        &mut self,
        severity: Severity,
        field: impl Into<String>,
        reason: &str,
        message: impl Into<String>,
    ) {
        self.0.push(Finding {
            severity,
            reason: reason.to_owned(),
            field: field.into(),
            message: message.into(),
        });
    }

    pub(super) fn decimal(&mut self, field: String, text: &str) {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let valid = [whole, fraction]
            .iter()
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
        if !valid || 40 < text.len() {
            let shown: String = text.chars().take(40).collect();
            let message = format!(
                "`{}` is no plain decimal, such as `35000000` or `11.5`",
                shown.escape_debug()
            );
            self.blocker(field, "INVALID_DECIMAL", message);
        }
    }

    pub(super) fn date(&mut self, field: String, text: &str) -> Option<Date> {
        let date = text.parse().ok();
        if !text.is_empty() && date.is_none() {
            self.blocker(field, "INVALID_DATE", "a date is written as `2021-12-31`");
        }
        date
    }
}
