//! Real data outside the repository.

use std::path::{Path, PathBuf};

/// A file of the folder that `VOORTGANG_SHARED` names. Where it is not there the caller leaves its test out.
///
/// # Panics
///
/// Where `CI` is set and it is not there.
pub fn shared(file: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = std::env::var_os("VOORTGANG_SHARED").map_or(beside, PathBuf::from);
    let path = folder.join(file);
    if path.exists() {
        return Some(path);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "`{}` is missing: set VOORTGANG_SHARED",
        path.display()
    );
    eprintln!("left out, since `{}` is not there; set VOORTGANG_SHARED", path.display());
    None
}
