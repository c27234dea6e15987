//! Processes that render, templates with files of their own, and a small report.

use std::{fs, num::NonZeroUsize, os::unix::fs::PermissionsExt as _, path::Path, time::Duration};

use edition::{Report, Reporter};
use jiff::civil::date;
use model::{Contribution, ContributionState, Hash, Instant, Passage};
use rendering::{Config, Error, Template, Workers};
use tempfile::TempDir;
use uuid::Uuid;

/// The program that is nothing but a rendering process.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_render-worker");

/// Hours of work, in few words; Typst itself ends only `while` loops.
pub(crate) const LOOP: &str = "for a in range(100000) { for b in range(100000) {} }";

/// Says that it is ready, as a command of a shell.
pub(crate) const READY: &str = r"printf '\002\000\000\000{}'";

/// Says that it is ready, then begins a frame of nine bytes and says one.
pub(crate) const HALF_AN_ANSWER: &str = r"printf '\002\000\000\000{}\011\000\000\000x'";

/// One process, with limits that a sound job never meets.
pub(crate) fn config() -> Config {
    Config {
        workers: NonZeroUsize::MIN,
        time_limit: Duration::from_mins(1),
        program: Some(PROGRAM.into()),
        program_args: Vec::new(),
        ..Config::default()
    }
}

/// The built-in template with these files over it.
pub(crate) fn template(files: &[(&str, &str)]) -> Template {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    Template::read(folder.path()).unwrap()
}

/// A folder with the built-in report and this Typst code where the edition is titled `trap`, so that other editions pass.
pub(crate) fn trap_folder(code: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let report = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/template/report.typ"));
    let guard = format!("#if json(\"/edition.json\").title.text == \"trap\" {{ {code} }}\n");
    fs::write(folder.path().join("report.typ"), format!("{guard}{}", report.unwrap())).unwrap();
    folder
}

/// The template of such a folder.
pub(crate) fn trap(code: &str) -> Template {
    Template::read(trap_folder(code).path()).unwrap()
}

/// A program that does what `script` says; `$1` is the real one.
pub(crate) fn program(folder: &Path, script: &str) -> Config {
    let file = folder.join("program");
    fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    Config { program: Some(file), program_args: vec![PROGRAM.to_owned()], ..config() }
}

/// A report of one organisation with one contribution.
pub(crate) fn report(title: &str) -> Report {
    let text = "Een alinea met *nadruk*.";
    let (framework, cycle, content) =
        (testkit::framework(), testkit::cycle(), testkit::content(text));
    let organisation = framework.organisations[0].code.clone();
    let mut report = Report {
        edition: cycle.name.edition(1),
        date: date(2022, 1, 1),
        manifest_hash: Hash::of(title.as_bytes()),
        organisations: vec![Reporter { code: organisation.clone(), name: "Alfa".to_owned() }],
        former_organisations: Vec::new(),
        contributions: vec![Contribution {
            id: Uuid::nil(),
            cycle: cycle.name.clone(),
            organisation,
            external_id: None,
            state: ContributionState::Submitted,
            content_hash: model::canonical::content_hash(&content),
            content,
            version: 1,
            passages: vec![Passage {
                id: "p1".to_owned(),
                language: "nl".to_owned(),
                text: "Een alinea met nadruk.".to_owned(),
            }],
            findings: Vec::new(),
            create_time: Instant(0),
            update_time: Instant(0),
            autosave: false,
            rolled_forward: false,
            author: String::new(),
            approved_version: 0,
            state_time: Instant(0),
        }],
        completeness: None,
        review: model::ReviewPolicy::None,
        overrides: Vec::new(),
        exclusions: Vec::new(),
        change_note: None,
        framework,
        cycle,
    };
    report.framework.title = model::LocalizedText::of("nl", title);
    report
}

/// Renders a PDF.
pub(crate) async fn pdf(workers: &Workers, report: &Report) -> Result<Vec<u8>, Error> {
    workers.render(report, model::Format::Pdf, "nl").await.map(|rendered| rendered.bytes)
}
