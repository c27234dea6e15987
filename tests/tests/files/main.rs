//! What the record holds is in every file of an edition, item by item, and each file passes its checker. Each checker finds
//! what is planted.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

mod editions;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::editions::{awkward, example, report};

/// A check of the files of an edition.
#[derive(Debug, Clone, Copy)]
struct Check {
    script: &'static str,
    /// What Python needs for it.
    modules: &'static str,
}

const TABLES: Check = Check { script: "check_tables.py", modules: "frictionless, openpyxl" };

fn python(script: &str, python: &Path, arguments: &[&str]) -> (bool, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts").join(script);
    let run = Command::new(python).arg(script).args(arguments).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(run.stderr.is_empty() || !run.status.success(), "{}", text(&run.stderr));
    (run.status.success(), text(&run.stdout) + &text(&run.stderr))
}

impl Check {
    /// What it finds in the files of an edition; nothing where its tools are not installed.
    fn found(self, stem: &Path) -> Option<String> {
        let installed = testkit::python(self.modules)?;
        let (is_good, found) = python(self.script, &installed, &[stem.to_str().unwrap()]);
        Some(if is_good { String::new() } else { found })
    }

    /// It finds nothing.
    fn holds(self, stem: &Path) {
        if let Some(found) = self.found(stem) {
            assert_eq!(found, "", "{}", stem.display());
        }
    }

    /// It finds each of these, where it stands in a member of a file.
    fn finds(self, stem: &Path, planted: &[(&str, &str, &str, &str)]) {
        let Some(installed) = testkit::python(self.modules) else { return };
        for (ending, member, from, to) in planted {
            let file = with_ending(stem, ending);
            let whole = fs::read(&file).unwrap();
            let (is_planted, error) =
                python("plant.py", &installed, &[file.to_str().unwrap(), member, from, to]);
            assert!(is_planted, "{error}");
            let found = self.found(stem).unwrap();
            let kind = ending.split('.').next().unwrap_or_default();
            assert!(found.contains(kind), "{from} as {to} in {member} of {ending}: {found}");
            fs::write(file, whole).unwrap();
        }
    }
}

/// The file of an edition with this ending.
fn with_ending(stem: &Path, ending: &str) -> PathBuf {
    PathBuf::from(format!("{}.{ending}", stem.display()))
}

#[test]
fn the_tables_of_the_example_are_those_of_the_record() {
    let folder = tempfile::tempdir().unwrap();
    let stems = example(folder.path());
    for stem in &stems {
        TABLES.holds(stem);
    }
    TABLES.finds(
        &stems[0],
        &[
            // A type that the cells do not have, found by frictionless alone.
            (
                "csv.zip",
                "datapackage.json",
                "\"title\": \"Organisatie\",\n            \"type\": \"string\"",
                "\"title\": \"Organisatie\",\n            \"type\": \"integer\"",
            ),
            ("csv.zip", "contributions.csv", "bz", "bx"),
            ("csv.zip", "figures.csv", ",value,", ",=value,"),
            ("csv.zip", "figures.csv", "\r\n", "\r\nx\r\n"),
            ("xlsx", "xl/sharedStrings.xml", "<t>reported</t>", "<t>partial</t>"),
            (
                "xlsx",
                "xl/worksheets/sheet3.xml",
                "<c r=\"E2\" s=\"2\"><v>",
                "<c r=\"E2\" s=\"2\"><f>1+1</f><v>",
            ),
            ("xlsx", "xl/worksheets/sheet1.xml", "state=\"frozen\"", "state=\"split\""),
        ],
    );
}

#[test]
fn the_tables_of_the_report_over_2021_are_those_of_the_record() {
    let folder = tempfile::tempdir().unwrap();
    if let Some(stem) = report(folder.path()) {
        TABLES.holds(&stem);
    }
}

#[test]
fn what_a_spreadsheet_would_run_is_a_text_in_every_table() {
    let folder = tempfile::tempdir().unwrap();
    let stem = awkward(folder.path());
    TABLES.holds(&stem);
    // The text itself is there, and would run without the sign before it.
    TABLES.finds(&stem, &[("csv.zip", "contributions.csv", "'=HYPERLINK", "=HYPERLINK")]);
}
