//! Checks of texts that callers give: whether they are there, and how long they are.

use crate::{Error, store::Result};

/// Maximum length of the text of a return or a remark, in characters.
pub(super) const MAX_TEXT: usize = 4_000;
/// Maximum length of a reason, in characters.
const MAX_REASON: usize = 1_000;

/// Refuses a text that is missing or too long.
pub(super) fn check_text(field: &str, text: &str, limit: usize) -> Result<()> {
    if model::is_blank(text) {
        return Err(Error::invalid(field, "NOT_GIVEN", "is empty; give a sentence"));
    }
    check_length(field, text, limit)
}

/// Refuses a text that is too long.
fn check_length(field: &str, text: &str, limit: usize) -> Result<()> {
    let length = text.chars().count();
    if length > limit {
        let message = format!("is {length} characters, at most {limit} are allowed");
        return Err(Error::invalid(field, "TOO_LONG", message));
    }
    Ok(())
}

/// Refuses a reason that is missing, too long or not printable.
pub(crate) fn check_reason(reason: &str) -> Result<()> {
    if model::is_blank(reason) {
        return Err(Error::invalid("reason", "REASON_MISSING", "give a reason, in a sentence"));
    }
    check_printed("reason", reason)
}

/// Refuses the reason of an override that is too long or not printable. Without a reason there is no override.
pub(super) fn check_override_reason(reason: &str) -> Result<()> {
    check_printed("override_reason", reason)
}

fn check_printed(field: &str, reason: &str) -> Result<()> {
    check_length(field, reason, MAX_REASON)?;
    if reason.chars().any(|sign| sign.is_control() && sign != '\n') {
        return Err(Error::invalid(field, "NOT_PRINTABLE", "has a control character"));
    }
    Ok(())
}
