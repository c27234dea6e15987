//! The same edition gives the same bytes, whatever went before and wherever it is rendered.

use model::Format;
use rendering::{Config, Template, Workers};

use crate::sandbox::{PROGRAM, config, report};

/// The files of the report, by workers with these settings, after `before` were rendered.
async fn files(config: Config, before: &[&str]) -> Vec<Vec<u8>> {
    let workers =
        Workers::start(config, Template::builtin(), fonts::Config::default()).await.unwrap();
    let mut files = Vec::new();
    for format in Format::ALL {
        for title in before {
            workers.render(&report(title), format, "en").await.unwrap();
        }
        files.push(workers.render(&report("plan"), format, "nl").await.unwrap().bytes);
    }
    files
}

/// Settings under which a process finds these variables in its environment.
fn environment(variables: &[&str]) -> Config {
    let args = variables.iter().chain([&PROGRAM]).map(ToString::to_string).collect();
    Config { program: Some("/usr/bin/env".into()), program_args: args, ..config() }
}

#[tokio::test]
async fn the_same_edition_gives_the_same_bytes() {
    let expected = files(config(), &[]).await;
    assert!(expected[0].starts_with(b"%PDF-1.7"));
    assert!(files(config(), &[]).await == expected, "another process");
    assert!(files(config(), &["other", "plan"]).await == expected, "after other editions");
    for variables in [
        ["TZ=Pacific/Kiritimati", "LC_ALL=ar_EG.UTF-8", "SOURCE_DATE_EPOCH=1"],
        ["TZ=America/Los_Angeles", "LANG=nl_NL", "SOURCE_DATE_EPOCH=4000000000"],
    ] {
        assert!(files(environment(&variables), &[]).await == expected, "{variables:?}");
    }
}

#[tokio::test]
async fn another_edition_gives_other_bytes() {
    let workers =
        Workers::start(config(), Template::builtin(), fonts::Config::default()).await.unwrap();
    for format in Format::ALL {
        let one = workers.render(&report("plan"), format, "nl").await.unwrap();
        assert_ne!(one, workers.render(&report("ander"), format, "nl").await.unwrap());
    }
}
