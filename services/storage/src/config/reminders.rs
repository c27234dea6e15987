//! Settings of reminders.

use std::{net::IpAddr, path::PathBuf};

use model::{InvalidField, reminder::Ladder};
use serde::{Deserialize, Serialize};

/// Maximum number of steps of a ladder.
const MAX_STEPS: usize = 20;
/// Maximum distance of a step from the deadline, in days.
const MAX_STEP_DAYS: i32 = 366;
/// Maximum length of a text that is printed in every reminder, in bytes.
const MAX_LINE: usize = 500;

/// When people are reminded of what is open, and how mail goes out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReminderConfig {
    /// Steps in days after the deadline, negative before it. None: nobody is reminded.
    pub steps: Vec<i32>,
    /// From this step on coordinators are reminded too of what organisations did not answer.
    pub escalate_from: i32,
    /// For how many days a missed step is still made up for; only the latest one is.
    pub late_days: u32,
    /// Maximum number of reminders to one person about one cycle.
    pub cap: u32,
    /// Seconds between two rounds.
    pub every_seconds: u64,
    /// Whom to ask, printed in every reminder, such as a name and an address. Empty: the coordinator of the plan.
    pub contact: String,
    /// Where to answer, printed in every reminder, such as the address of a page. Empty: none is printed.
    pub answer_at: String,
    /// Whether people are mailed about what happened, as each of them chose.
    pub notices: bool,
    /// Address of the pages, which mails link to: it begins with `https://` or `http://`. Empty: the one at which this process
    /// serves pages; where it serves none, mails give the command instead.
    pub pages_at: String,
    /// Who mail is from: `name <address>` or an address.
    pub sender: String,
    /// Folder that mails are written to, as `.eml` files, while no mail server is named. Empty: `mail` in the data folder.
    pub folder: PathBuf,
    /// The mail server.
    pub smtp: SmtpConfig,
}

/// The mail server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SmtpConfig {
    /// Its name. Empty: there is none, and mails are written to the folder.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub encryption: Encryption,
    /// PEM file of the authority that signed its certificate. Empty: one of those that the system trusts.
    pub authority: PathBuf,
    /// Name to log in with. Empty: without.
    pub username: String,
    /// File that holds the password and nothing else.
    pub password_file: PathBuf,
}

/// How the connection to the mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encryption {
    /// From the first byte on.
    Tls,
    /// After a greeting in the clear; refused where the server does not offer it.
    Starttls,
    /// Not at all: only to a server on this machine.
    None,
}

impl Default for ReminderConfig {
    fn default() -> Self {
        Self {
            steps: vec![-14, -7, -1, 1, 7, 14],
            escalate_from: 7,
            late_days: 7,
            cap: 10,
            every_seconds: 60,
            contact: String::new(),
            answer_at: String::new(),
            notices: true,
            pages_at: String::new(),
            sender: "Voortgang <voortgang@localhost>".to_owned(),
            folder: PathBuf::new(),
            smtp: SmtpConfig::default(),
        }
    }
}

impl Default for SmtpConfig {
    fn default() -> Self {
        Self {
            host: String::new(),
            port: 587,
            encryption: Encryption::Starttls,
            authority: PathBuf::new(),
            username: String::new(),
            password_file: PathBuf::new(),
        }
    }
}

impl ReminderConfig {
    /// What is wrong with these settings, by key.
    pub fn faults(&self) -> Vec<InvalidField> {
        let mut faults = Vec::new();
        let mut when = |is_wrong, key: &str, reason: &'static str, message: String| {
            if is_wrong {
                faults.push(InvalidField::new(format!("storage.reminders.{key}"), reason, message));
            }
        };
        let steps = self.steps.len();
        when(steps > MAX_STEPS, "steps", "TOO_MANY", format!("has {steps}, at most {MAX_STEPS}"));
        let is_far = |step: &i32| !(-MAX_STEP_DAYS..=MAX_STEP_DAYS).contains(step);
        let far = self.steps.iter().any(is_far);
        when(far, "steps", "OUT_OF_RANGE", format!("has a step of more than {MAX_STEP_DAYS} days"));
        let seconds = self.every_seconds;
        when(seconds == 0, "every_seconds", "TOO_LOW", "is 0; at least 1".to_owned());
        for (key, text) in [("contact", &self.contact), ("answer_at", &self.answer_at)] {
            let is_unfit = text.len() > MAX_LINE || text.contains(char::is_control);
            let message = format!("is one line of at most {MAX_LINE} bytes");
            when(is_unfit, key, "INVALID_TEXT", message);
        }
        let pages = &self.pages_at;
        let is_address = ["https://", "http://"].iter().any(|scheme| pages.starts_with(scheme));
        let is_one_word = pages.len() <= MAX_LINE
            && !pages.contains(|sign: char| sign.is_whitespace() || sign.is_control());
        let message = "is no address of pages, such as `https://plan.example.nl`".to_owned();
        when(
            !pages.is_empty() && (!is_address || !is_one_word),
            "pages_at",
            "INVALID_ADDRESS",
            message,
        );
        let sender = self.sender.parse::<lettre::message::Mailbox>();
        let message = "is no address for mail, such as `Plan <plan@example.nl>`".to_owned();
        when(sender.is_err(), "sender", "INVALID_ADDRESS", message);
        let SmtpConfig { host, encryption, username, password_file, .. } = &self.smtp;
        let bare = *encryption == Encryption::None && !host.is_empty() && !is_here(host);
        let message = "is `none`, which is only for a server on this machine".to_owned();
        when(bare, "smtp.encryption", "NOT_ENCRYPTED", message);
        let half = username.is_empty() != password_file.as_os_str().is_empty();
        let message = "is given, or left out, together with smtp.password_file".to_owned();
        when(half, "smtp.username", "HALF_A_LOGIN", message);
        faults
    }

    /// When people are reminded.
    pub(crate) fn ladder(&self) -> Ladder {
        Ladder {
            steps: self.steps.clone(),
            escalate_from: self.escalate_from,
            late_days: self.late_days,
            cap: self.cap,
        }
    }
}

fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(change: impl FnOnce(&mut ReminderConfig), key: &str, reason: &str) {
        let mut config = ReminderConfig::default();
        change(&mut config);
        let faults = config.faults();
        let found: Vec<_> =
            faults.iter().map(|fault| (fault.field.as_str(), fault.reason.as_ref())).collect();
        assert_eq!(found, [(format!("storage.reminders.{key}").as_str(), reason)]);
    }

    #[test]
    fn each_fault_names_its_key() {
        assert_eq!(ReminderConfig::default().faults(), []);
        check(|c| c.steps = vec![0; 21], "steps", "TOO_MANY");
        check(|c| c.steps = vec![-400], "steps", "OUT_OF_RANGE");
        check(|c| c.every_seconds = 0, "every_seconds", "TOO_LOW");
        check(|c| c.contact = "twee\nregels".into(), "contact", "INVALID_TEXT");
        check(|c| c.answer_at = "x".repeat(501), "answer_at", "INVALID_TEXT");
        check(|c| c.sender = "nobody".into(), "sender", "INVALID_ADDRESS");
        check(|c| c.pages_at = "plan.example.nl".into(), "pages_at", "INVALID_ADDRESS");
        check(|c| c.pages_at = "https://a b".into(), "pages_at", "INVALID_ADDRESS");
        let public = "https://plan.example.nl".to_owned();
        let known = ReminderConfig { pages_at: public, ..ReminderConfig::default() };
        assert_eq!(known.faults(), []);
        check(|c| c.smtp.username = "plan".into(), "smtp.username", "HALF_A_LOGIN");
        let bare = |c: &mut ReminderConfig| {
            c.smtp.host = "mail.example.nl".into();
            c.smtp.encryption = Encryption::None;
        };
        check(bare, "smtp.encryption", "NOT_ENCRYPTED");
        let mut here = ReminderConfig::default();
        (here.smtp.host, here.smtp.encryption) = ("127.0.0.1".into(), Encryption::None);
        assert_eq!(here.faults(), []);
    }
}
