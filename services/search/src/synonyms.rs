//! Terms of an installation that stand for one another: a file, or a folder with one for each plan.

use std::{fs, path::Path};

use dutch::synonyms::{self, Concept};

use crate::Error;

/// The largest number of files of a folder.
const MAX_FILES: usize = 100;

/// Reads the terms of an installation; an empty path has none.
pub fn read(path: &Path) -> Result<Vec<Concept>, Error> {
    if path.as_os_str().is_empty() {
        return Ok(Vec::new());
    }
    if !path.is_dir() {
        return read_file(path);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path)? {
        let file = entry?.path();
        if file.extension().is_some_and(|ending| ending == "toml") {
            files.push(file);
        }
    }
    if files.len() > MAX_FILES {
        let count = files.len();
        let message =
            format!("`{}` has {count} files, at most {MAX_FILES} are read", path.display());
        return Err(Error::Synonyms(message));
    }
    files.sort();
    let mut concepts = Vec::new();
    for file in files {
        concepts.extend(read_file(&file)?);
    }
    Ok(concepts)
}

fn read_file(file: &Path) -> Result<Vec<Concept>, Error> {
    let name = file.display();
    let text = fs::read_to_string(file)
        .map_err(|error| Error::Synonyms(format!("`{name}` cannot be read: {error}")))?;
    synonyms::read(&text).map_err(|fault| Error::Synonyms(format!("`{name}`: {fault}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_a_file_for_each_plan_and_a_fault_names_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        fs::write(file("a.toml"), "[[concept]]\nnl = [\"a\", \"b\"]\n").unwrap();
        fs::write(file("b.toml"), "[[concept]]\nnl = [\"c\", \"d\"]\n").unwrap();
        fs::write(file("notes.txt"), "no terms").unwrap();
        assert_eq!(read(folder.path()).unwrap().len(), 2);
        assert_eq!(read(&file("a.toml")).unwrap().len(), 1);
        assert_eq!(read(Path::new("")).unwrap(), []);
        fs::write(file("b.toml"), "[[concept]]\nnl = [\"c\"]\n").unwrap();
        let error = read(folder.path()).unwrap_err().to_string();
        assert!(error.contains("b.toml") && error.contains("concept 1"), "{error}");
        assert!(read(&file("none.toml")).is_err());
    }
}
