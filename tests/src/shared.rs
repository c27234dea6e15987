//! The real report, which stands outside the repository.

use std::path::{Path, PathBuf};

/// Returns the folder of the real report and its framework: `VOORTGANG_SHARED`, else `../shared` beside the workspace.
///
/// Absent it is a failure where `CI` is set; elsewhere the caller says what it leaves out and returns.
pub fn shared(left_out: &str) -> Option<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = std::env::var_os("VOORTGANG_SHARED")
        .map_or_else(|| workspace.join("../shared"), PathBuf::from);
    let data = folder.join("data");
    if data.join("nap1325-iv/framework.yaml").is_file() {
        return Some(data);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "the real report is not at {}: set VOORTGANG_SHARED",
        folder.display()
    );
    eprintln!("left out, since {} is not there: {left_out}", folder.display());
    None
}
