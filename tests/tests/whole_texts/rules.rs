//! Real policy rules, which stand outside the repository.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// So many of them, spread evenly; what no submission takes, HTML and links within their own tree, is put otherwise.
pub(crate) fn sample(data: &Path, count: u64) -> Vec<String> {
    let archive = data.join("nl-policy-rules/beleidsregel-circulaire.tar.gz");
    let folder = tempfile::tempdir().unwrap();
    let unpack = Command::new("tar").arg("xzf").arg(archive).arg("-C").arg(folder.path()).status();
    assert!(unpack.unwrap().success());
    let mut files = Vec::new();
    collect(folder.path(), &mut files);
    files.sort();
    let every = (files.len() / usize::try_from(count).unwrap()).max(1);
    files.iter().step_by(every).map(|file| text(file)).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            files.push(path);
        }
    }
}

fn text(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap();
    let lines = text.split_inclusive('\n').filter(|line| !line.starts_with("<meta"));
    let text: String = lines.collect();
    text.replace("](../", "](https://example.nl/../").replace("<sup>", "").replace("</sup>", "")
}
