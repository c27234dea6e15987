//! The JSON form of what `reminders` prints.

use schemars::JsonSchema;
use serde::Serialize;

/// Result of `reminders list`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ReminderList {
    /// Reminders, newest first.
    pub(crate) reminders: Vec<ReminderShown>,
    /// Whether there are more than were asked for.
    pub(crate) more: bool,
}

/// A reminder.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ReminderShown {
    /// Its id, which is also in the Message-ID of the mail.
    pub(crate) id: String,
    /// Id of the person it is for.
    pub(crate) recipient: String,
    /// Name of the cycle.
    pub(crate) cycle: String,
    /// Step in days after the deadline; negative before it.
    pub(crate) step: i32,
    /// Whether it tells a coordinator what organisations did not answer.
    pub(crate) escalation: bool,
    /// What is owed, as `organisation/goal` or `organisation/goal/indicator`.
    pub(crate) obligations: Vec<String>,
    /// Subject line; absent once the recipient is erased.
    pub(crate) subject: Option<String>,
    /// Text; absent once the recipient is erased.
    pub(crate) text: Option<String>,
    /// When it was decided, RFC 3339.
    pub(crate) create_time: String,
    /// When it went out, RFC 3339.
    pub(crate) send_time: Option<String>,
    /// Why it could not be sent last.
    pub(crate) error: Option<String>,
}
