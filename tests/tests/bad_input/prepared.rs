//! A server with a framework and an open cycle, and the files that go to it.

use std::{fs, path::Path};

use end_to_end::Server;
use tempfile::TempDir;

pub(crate) const FRAMEWORK: &str = "code: proef\ntitle: Proef\nlanguage: nl\nperiod: {from: 2021, until: 2025}\n\
    organisations:\n- {code: alfa, name: Alfa, kind: ministry}\npillars:\n- {code: een, name: Een}\n\
    goals:\n- code: '1'\n  kind: strategic_goal\n  pillar: een\n  statement: Doel\n  indicators:\n  - {code: 1-a, measure: examples, statement: Indicator}\n";

pub(crate) fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>) -> String {
    let file = folder.join(name);
    fs::write(&file, text).unwrap();
    file.display().to_string()
}

pub(crate) fn prepared() -> (TempDir, Server) {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("data"));
    prepare(&server, folder.path());
    (folder, server)
}

/// Registers the framework and opens its cycle.
pub(crate) fn prepare(server: &Server, folder: &Path) {
    server.cli(&["framework", "add", &write(folder, "framework.yaml", FRAMEWORK)]).ok();
    server.cli(&["cycle", "open", "proef", "--from", "2021-01-01", "--until", "2021-12-31"]).ok();
}

pub(crate) fn contributions(item: &str) -> String {
    format!(
        "framework: proef\nperiod: {{from: 2021, until: 2021}}\nlanguage: nl\ncontributions:\n{item}"
    )
}

pub(crate) fn item(text: &str) -> String {
    contributions(&format!(
        "- {{id: a-1, organisation: alfa, goals: ['1'], indicators: [1-a], answer: reported, text: {text:?}}}\n"
    ))
}
