//! A Python for programs in another language.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// A Python that can import these modules: named by `VOORTGANG_PYTHON`, else the one that `tests/run` makes. Where there is
/// none the caller leaves its test out.
///
/// # Panics
///
/// Where `CI` is set, or a Python is named, and it cannot import them.
pub fn python(modules: &str) -> Option<PathBuf> {
    let installed =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/.cache/python/bin/python");
    let named = std::env::var_os("VOORTGANG_PYTHON").map(PathBuf::from);
    let is_required = named.is_some() || std::env::var_os("CI").is_some();
    let python = named.unwrap_or(installed);
    let imports = Command::new(&python).args(["-c", &format!("import {modules}")]).output();
    if imports.is_ok_and(|output| output.status.success()) {
        return Some(python);
    }
    assert!(
        !is_required,
        "{} has no {modules}: tests/run installs them, or set VOORTGANG_PYTHON",
        python.display()
    );
    eprintln!("left out: no Python with {modules}; tests/run installs them");
    None
}
