//! The template: Typst files, theme and fixed texts, built in or from an administrator's folder, in memory.
//!
//! Invariant: the files are read once; nothing that is rendered later touches the file system.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

use messages::{InvalidOverrides, Language, Messages};
use model::Hash;

use crate::Config;

/// Files of a folder are refused beyond this many.
const MAX_FILES: usize = 200;
/// Files of a folder are refused beyond this many bytes together.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// A template: files by path. A folder's files stand over the built-in ones, so that it may hold only what differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    files: BTreeMap<String, Vec<u8>>,
}

/// Why a folder is no template.
#[derive(Debug, thiserror::Error)]
pub enum InvalidTemplate {
    /// The folder or a file in it cannot be read.
    #[error("`{path}` cannot be read")]
    Unreadable {
        /// What could not be read.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It is too large.
    #[error("`{path}` holds more than {MAX_FILES} files or {MAX_BYTES} bytes")]
    TooLarge {
        /// The folder.
        path: PathBuf,
    },
    /// It holds something that is neither a file nor a folder.
    #[error("`{path}` is neither a file nor a folder; links are not followed")]
    NotAFile {
        /// What it is.
        path: PathBuf,
    },
}

/// What is wrong with a template, and where.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TemplateFault {
    /// File of the template.
    pub file: String,
    /// Line, counted from 1; 0 where unknown.
    pub line: u32,
    /// Column, counted from 1; 0 where unknown.
    pub column: u32,
    /// What is wrong.
    pub message: String,
}

impl TemplateFault {
    pub(crate) fn of(file: &str, message: &str) -> Self {
        Self { file: file.to_owned(), line: 0, column: 0, message: message.to_owned() }
    }

    pub(crate) fn of_messages(
        file: &str,
        InvalidOverrides { line, column, message }: InvalidOverrides,
    ) -> Self {
        Self { file: file.to_owned(), line, column, message }
    }
}

impl std::fmt::Display for TemplateFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.line, self.column) {
            (0, _) => write!(f, "{}: {}", self.file, self.message),
            (line, column) => write!(f, "{}:{line}:{column}: {}", self.file, self.message),
        }
    }
}

impl Template {
    /// The Typst file that rendering begins with.
    pub(crate) const MAIN: &str = "report.typ";

    /// The template that comes with the program.
    pub fn builtin() -> Self {
        let files: [(&str, &str); 4] = [
            (Self::MAIN, include_str!("../template/report.typ")),
            ("contribution.typ", include_str!("../template/contribution.typ")),
            ("narrative.typ", include_str!("../template/narrative.typ")),
            ("theme.json", include_str!("../template/theme.json")),
        ];
        Self {
            files: files
                .into_iter()
                .map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()))
                .collect(),
        }
    }

    /// Reads a folder; what it lacks is taken from the built-in template.
    pub fn read(folder: &Path) -> Result<Self, InvalidTemplate> {
        let mut template = Self::builtin();
        let mut found = BTreeMap::new();
        collect(folder, "", &mut found, &mut 0)?;
        template.files.extend(found);
        Ok(template)
    }

    /// Reads the template that `config` names.
    pub(crate) fn of(config: &Config) -> Result<Self, InvalidTemplate> {
        config.template_dir.as_deref().map_or_else(|| Ok(Self::builtin()), Self::read)
    }

    /// Languages that it has labels in.
    pub fn languages(&self) -> Vec<String> {
        let language_of = |name: &String| {
            let language = name.strip_prefix("messages.")?.strip_suffix(".ftl")?;
            Some(language.to_owned())
        };
        let built_in = Language::ALL.map(|language| language.tag().to_owned());
        let all = self.files.keys().filter_map(language_of).chain(built_in);
        all.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The labels in `language`; those in the template's `messages.<language>.ftl` stand in the place of built-in ones.
    pub(crate) fn messages(&self, language: &str) -> Result<Messages, TemplateFault> {
        let primary = language.split('-').next().unwrap_or(language);
        let built_in = Messages::for_language(language).tag();
        let messages = [language, primary, built_in].into_iter().find_map(|tag| {
            let name = format!("messages.{tag}.ftl");
            self.file(&name).map(|bytes| (tag, name, bytes))
        });
        let Some((tag, name, bytes)) = messages else {
            return Messages::with_overrides(built_in, "")
                .map_err(|fault| TemplateFault::of_messages("", fault));
        };
        let text = std::str::from_utf8(bytes)
            .map_err(|error| TemplateFault::of(&name, &error.to_string()))?;
        Messages::with_overrides(tag, text)
            .map_err(|fault| TemplateFault::of_messages(&name, fault))
    }

    pub(crate) fn from_files(files: BTreeMap<String, Vec<u8>>) -> Self {
        Self { files }
    }

    pub(crate) fn files(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.files
    }

    pub(crate) fn file(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(Vec::as_slice)
    }

    /// Hash over paths and contents.
    pub fn hash(&self) -> Hash {
        let mut all = Vec::new();
        for (path, bytes) in &self.files {
            all.extend_from_slice(format!("{path}\n{}\n", bytes.len()).as_bytes());
            all.extend_from_slice(bytes);
        }
        Hash::of(&all)
    }

    /// Renderer and template, as printed beside each file.
    pub fn rendered_with(&self) -> String {
        let typst = typst::utils::version();
        format!(
            "voortgang {}, typst {}, template {}",
            env!("CARGO_PKG_VERSION"),
            typst.raw(),
            &self.hash().to_string()[..16]
        )
    }
}

/// Reads the files of a folder and of those in it; names are those below the folder, with `/`.
fn collect(
    folder: &Path,
    prefix: &str,
    found: &mut BTreeMap<String, Vec<u8>>,
    size: &mut u64,
) -> Result<(), InvalidTemplate> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |source| InvalidTemplate::Unreadable { path, source }
    };
    for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
        let entry = entry.map_err(unreadable(folder))?;
        let path = entry.path();
        let kind = entry.file_type().map_err(unreadable(&path))?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if kind.is_dir() {
            collect(&path, &format!("{name}/"), found, size)?;
        } else if kind.is_file() {
            *size += entry.metadata().map_err(unreadable(&path))?.len();
            if *size > MAX_BYTES || found.len() >= MAX_FILES {
                return Err(InvalidTemplate::TooLarge { path: folder.to_owned() });
            }
            found.insert(name, fs::read(&path).map_err(unreadable(&path))?);
        } else {
            return Err(InvalidTemplate::NotAFile { path });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_stands_over_the_built_in_template() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("fonts")).unwrap();
        fs::write(folder.path().join("theme.json"), "{}").unwrap();
        fs::write(folder.path().join("fonts/a.otf"), "x").unwrap();
        let template = Template::read(folder.path()).unwrap();
        assert_eq!(template.file("theme.json"), Some(b"{}".as_slice()));
        assert_eq!(template.file("fonts/a.otf"), Some(b"x".as_slice()));
        assert_eq!(template.file(Template::MAIN), Template::builtin().file(Template::MAIN));
        assert_ne!(template.hash(), Template::builtin().hash());
    }

    #[test]
    fn a_link_out_of_the_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("logo.svg")).unwrap();
        assert!(matches!(Template::read(folder.path()), Err(InvalidTemplate::NotAFile { .. })));
    }

    #[test]
    fn a_missing_folder_is_named() {
        let fault = Template::read(Path::new("/nowhere/at/all")).unwrap_err();
        assert_eq!(fault.to_string(), "`/nowhere/at/all` cannot be read");
    }
}
