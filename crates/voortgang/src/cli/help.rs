//! The help of the program as a whole: its commands by purpose.
//!
//! Invariant: every visible command is in exactly one group; a test checks it.

use std::fmt::Write as _;

use clap::{Command, CommandFactory as _, builder::Styles};

use crate::cli::Cli;

/// What commands are for, in the order in which a cycle goes.
pub(crate) const GROUPS: [(&str, &[&str]); 8] = [
    ("Running a server", &["demo", "up", "serve", "status", "check-config"]),
    ("Reporting", &["framework", "cycle", "obligations", "submit", "contribution", "reminders"]),
    ("Reviewing", &["review", "remark"]),
    ("Publishing", &["publish", "edition", "repair", "withdraw"]),
    ("Reading", &["search", "suggest", "synonyms"]),
    ("People and access", &["people", "token", "revoke", "whoami"]),
    ("Operations", &["backup", "restore", "reindex", "dead-letters", "audit"]),
    ("This program", &["schema", "completions", "help"]),
];

/// Returns the command line, with its commands grouped.
pub(crate) fn command() -> Command {
    let command = Cli::command();
    let groups = grouped(&command);
    let style = *Styles::default().get_header();
    command.help_template(format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{groups}{style}Options:{style:#}\n{{options}}{{after-help}}"
    ))
}

fn grouped(command: &Command) -> String {
    let styles = Styles::default();
    let (header, literal) = (styles.get_header(), styles.get_literal());
    let longest = GROUPS.iter().flat_map(|(_, names)| *names).map(|name| name.len()).max();
    let width = longest.unwrap_or_default();
    let mut text = String::new();
    for (purpose, names) in GROUPS {
        // A text takes all that is written to it.
        let _ = writeln!(text, "{header}{purpose}:{header:#}");
        for name in names {
            let about = match command.find_subcommand(name).and_then(Command::get_about) {
                Some(about) => about.to_string(),
                None => "Print the help of a command".to_owned(),
            };
            let _ = writeln!(text, "  {literal}{name:width$}{literal:#}  {about}");
        }
        text.push('\n');
    }
    text
}
