//! Checks of texts that callers give: whether they are there, and how long they are.

use crate::{Error, store::Result};

/// Longest text of a return or a remark, in characters.
pub(super) const MAX_TEXT: usize = 4_000;
/// Longest reason of a withdrawal or an override, in characters.
pub(super) const MAX_REASON: usize = 1_000;

/// A text that must be there.
pub(super) fn check_text(field: &str, text: &str, limit: usize) -> Result<()> {
    if text.trim().is_empty() {
        return Err(Error::invalid(field, "NOT_GIVEN", "say it in a sentence"));
    }
    check_length(field, text, limit)
}

pub(super) fn check_length(field: &str, text: &str, limit: usize) -> Result<()> {
    let length = text.chars().count();
    if limit < length {
        let message = format!("is {length} characters, at most {limit} are taken");
        return Err(Error::invalid(field, "TOO_LONG", message));
    }
    Ok(())
}

/// A reason of at most 1,000 characters is given.
pub(crate) fn check_reason(reason: &str) -> Result<()> {
    if reason.trim().is_empty() {
        return Err(Error::invalid("reason", "REASON_MISSING", "say why, in a sentence"));
    }
    let length = reason.chars().count();
    if MAX_REASON < length {
        let told = format!("is {length} characters, at most {MAX_REASON} are taken");
        return Err(Error::invalid("reason", "TOO_LONG", told));
    }
    if reason.chars().any(|sign| sign.is_control() && sign != '\n') {
        return Err(Error::invalid("reason", "NOT_PRINTABLE", "has a control character"));
    }
    Ok(())
}
