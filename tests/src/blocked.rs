//! A folder into which nothing can be written, whoever runs the test.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

/// Puts a file in place of a folder. A program that makes the folder anew meanwhile does not keep it.
pub fn block(folder: &Path) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while let Err(error) = fs::write(folder, "no folder") {
        assert!(Instant::now() < deadline, "{}: {error}", folder.display());
        let _ = fs::remove_dir_all(folder);
    }
}
