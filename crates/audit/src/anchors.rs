//! Anchors: checkpoints that were kept outside the database, a file each.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::Checkpoint;

/// A checkpoint and the file that it was read from.
#[derive(Debug)]
pub struct Anchor {
    /// Name of the file.
    pub file: String,
    /// The checkpoint; absent where the file does not hold one.
    pub checkpoint: Option<Checkpoint<'static>>,
}

/// Why anchors cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AnchorError {
    /// The folder cannot be read.
    #[error("`{0}` cannot be read: {1}")]
    Unreadable(PathBuf, #[source] io::Error),
    /// There is none in it.
    #[error(
        "`{0}` holds no anchor: files that end in .json, as storage writes them to audit/checkpoints"
    )]
    None(PathBuf),
}

/// Reads every anchor of a folder and the folders in it, in order of their names.
pub fn read_anchors(folder: &Path) -> Result<Vec<Anchor>, AnchorError> {
    let mut anchors = Vec::new();
    collect(folder, &mut anchors)?;
    if anchors.is_empty() {
        return Err(AnchorError::None(folder.to_owned()));
    }
    anchors.sort_by(|one, other| one.file.cmp(&other.file));
    Ok(anchors)
}

fn collect(folder: &Path, anchors: &mut Vec<Anchor>) -> Result<(), AnchorError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |error| AnchorError::Unreadable(path, error)
    };
    for found in fs::read_dir(folder).map_err(unreadable(folder))? {
        let path = found.map_err(unreadable(folder))?.path();
        if path.is_dir() {
            collect(&path, anchors)?;
        } else if path.extension().is_some_and(|ending| ending == "json") {
            let text = fs::read_to_string(&path).map_err(unreadable(&path))?;
            let checkpoint =
                serde_json::from_str::<Checkpoint<'_>>(&text).ok().map(Checkpoint::into_owned);
            anchors.push(Anchor { file: path.display().to_string(), checkpoint });
        }
    }
    Ok(())
}
