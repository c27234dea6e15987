//! What the record holds is in every file of an edition, item by item, and each file passes its checker. Each checker finds
//! what is planted.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

mod editions;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use end_to_end::shared;

use crate::editions::{awkward, example, report};

/// A check of the files of an edition.
#[derive(Debug, Clone, Copy)]
struct Check {
    script: &'static str,
    /// What Python needs for it.
    modules: &'static str,
}

const TABLES: Check = Check { script: "check_tables.py", modules: "frictionless, openpyxl" };

const DOCUMENTS: Check =
    Check { script: "check_documents.py", modules: "lxml, markdown_it, mdit_py_plugins" };

/// Whether LibreOffice reads the same; asked for by `VOORTGANG_OFFICE`, since it is large.
const OFFICE: Check = Check {
    script: "check_office.py",
    modules: "frictionless, lxml, markdown_it, mdit_py_plugins, openpyxl",
};

fn python(script: &str, python: &Path, arguments: &[&str]) -> (bool, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts").join(script);
    let mut command = Command::new(python);
    if let Some(data) = shared("schemas of DOCX and ODT") {
        command.env("VOORTGANG_SHARED", data.parent().unwrap());
    }
    let run = command.arg(script).args(arguments).output().unwrap();
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
            ("xlsx", "xl/worksheets/sheet1.xml", "topLeftCell=\"A2\"", "topLeftCell=\"B3\""),
        ],
    );
}

#[test]
fn the_documents_of_the_example_say_what_its_html_file_says() {
    let folder = tempfile::tempdir().unwrap();
    let stems = example(folder.path());
    for stem in &stems {
        DOCUMENTS.holds(stem);
    }
    DOCUMENTS.finds(
        &stems[0],
        &[
            ("md", "-", "## ", "### "),
            ("md", "-", "deels", "niet"),
            ("docx", "word/document.xml", "w:val=\"Heading1\"", "w:val=\"Heading2\""),
            ("docx", "word/document.xml", "deels", "niet"),
            ("docx", "word/document.xml", "w:anchor=\"_p", "w:anchor=\"_q"),
            ("docx", "word/styles.xml", "<w:lang w:val=\"nl\"", "<w:lang w:val=\"en\""),
            ("odt", "content.xml", "text:outline-level=\"4\"", "text:outline-level=\"3\""),
            ("odt", "content.xml", "deels", "niet"),
            ("epub", "OEBPS/part-1.xhtml", "<h2", "<h3"),
        ],
    );
    if shared("planted faults of schemas").is_some() {
        DOCUMENTS.finds(
            &stems[0],
            &[
                ("docx", "word/styles.xml", "<w:basedOn", "<w:basedUpon"),
                ("docx", "word/document.xml", "w:type=\"fixed\"", "w:type=\"stuck\""),
                (
                    "odt",
                    "content.xml",
                    "office:value-type=\"string\"",
                    "office:value-type=\"text\"",
                ),
                ("odt", "META-INF/manifest.xml", "manifest:full-path=\"content.xml\"", ""),
            ],
        );
    }
    if std::env::var_os("VOORTGANG_EPUBCHECK").is_some() {
        DOCUMENTS.finds(
            &stems[0],
            &[
                ("epub", "OEBPS/part-1.xhtml", "<td>", "<td id=\"a b\">"),
                ("epub", "OEBPS/package.opf", "properties=\"nav\"", ""),
            ],
        );
    }
}

#[test]
fn libreoffice_reads_what_the_html_file_says() {
    if std::env::var_os("VOORTGANG_OFFICE").is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let stems = example(folder.path());
    for stem in stems.iter().cloned().chain(report(&folder.path().join("report"))) {
        OFFICE.holds(&stem);
    }
    OFFICE.finds(
        &stems[0],
        &[
            ("docx", "word/document.xml", "deels", "niet"),
            ("odt", "content.xml", "deels", "niet"),
            ("xlsx", "xl/sharedStrings.xml", "<t>bz</t>", "<t>bx</t>"),
        ],
    );
}

#[test]
fn the_documents_of_the_report_over_2021_say_what_its_html_file_says() {
    let folder = tempfile::tempdir().unwrap();
    if let Some(stem) = report(folder.path()) {
        DOCUMENTS.holds(&stem);
    }
}

#[test]
fn what_is_markup_elsewhere_is_a_text_in_every_document() {
    let folder = tempfile::tempdir().unwrap();
    DOCUMENTS.holds(&awkward(folder.path()));
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
