//! The help of every command is held, and its examples parse.
//!
//! After a change that is meant, run `INSTA_UPDATE=always cargo test --workspace help`.

use std::collections::BTreeSet;

use clap::{Command, Parser as _};

use super::{Cli, command, help::GROUPS};

/// Every command that is shown, by its words, such as `cycle open`.
fn commands() -> Vec<(String, Command)> {
    let mut root = command().term_width(120);
    root.build();
    let mut found = vec![(String::new(), root.clone())];
    collect(&root, "", &mut found);
    found
}

fn collect(parent: &Command, words: &str, found: &mut Vec<(String, Command)>) {
    for command in parent.get_subcommands() {
        if command.is_hide_set() || command.get_name() == "help" {
            continue;
        }
        let words = format!("{words} {}", command.get_name()).trim_start().to_owned();
        found.push((words.clone(), command.clone()));
        collect(command, &words, found);
    }
}

/// The examples of a command, as words that a shell would make of them.
fn examples(command: &Command) -> Vec<Vec<String>> {
    let text = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let Some((_, examples)) = text.split_once("Examples:\n") else { return Vec::new() };
    examples.lines().filter(|line| line.starts_with("  voortgang")).map(words).collect()
}

/// Splits at spaces outside quotation marks; what a shell would redirect is left out.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for sign in line.trim().split(" > ").next().unwrap_or_default().chars() {
        match quote {
            Some(open) if open == sign => quote = None,
            None if sign == '"' || sign == '\'' => quote = Some(sign),
            None if sign == ' ' => words.push(String::new()),
            _ => words.last_mut().unwrap().push(sign),
        }
    }
    words
}

#[test]
fn the_command_line_is_consistent() {
    command().debug_assert();
}

#[test]
fn every_command_stands_in_one_group_of_the_help() {
    let mut root = command();
    root.build();
    let shown = root.get_subcommands().filter(|command| !command.is_hide_set());
    let shown: BTreeSet<_> = shown.map(Command::get_name).collect();
    let grouped: Vec<_> = GROUPS.iter().flat_map(|(_, names)| *names).copied().collect();
    assert_eq!(grouped.iter().copied().collect::<BTreeSet<_>>(), shown);
    assert_eq!(grouped.len(), shown.len(), "a command stands in two groups");
}

#[test]
fn the_help_of_every_command_is_as_it_was() {
    for (words, mut command) in commands() {
        let name = if words.is_empty() { "voortgang".to_owned() } else { words.replace(' ', "-") };
        insta::assert_snapshot!(name, command.render_long_help().to_string());
    }
}

#[test]
fn every_command_that_takes_arguments_shows_examples() {
    for (words, command) in commands() {
        let is_own = |argument: &&clap::Arg| {
            !argument.is_global_set()
                && argument.get_id() != "help"
                && argument.get_id() != "version"
        };
        if command.get_arguments().filter(is_own).count() == 0 {
            continue;
        }
        assert!(!examples(&command).is_empty(), "`{words}` shows no example");
    }
}

#[test]
fn every_command_that_a_mail_gives_parses() {
    let commands = storage::commands_of_mails();
    assert!(10 < commands.len(), "only {commands:?}");
    for command in commands {
        if let Err(error) = Cli::try_parse_from(words(&command)) {
            panic!("{command}: {error}");
        }
    }
    // A mail that gave a command of another name would be seen.
    assert!(Cli::try_parse_from(words("voortgang remarks list plan/2021 alfa a-1")).is_err());
}

#[test]
fn every_example_of_a_help_is_a_command_that_parses() {
    let mut count = 0;
    for (words, command) in commands() {
        for example in examples(&command) {
            assert_eq!(example[1..].join(" ").find(&words), Some(0), "{example:?}");
            if let Err(error) = Cli::try_parse_from(&example) {
                panic!("{example:?}: {error}");
            }
            count += 1;
        }
    }
    assert!(20 < count, "only {count} examples were found");
}
