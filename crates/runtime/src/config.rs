//! Configuration: defaults, then one TOML file, then environment variables `VOORTGANG__SECTION__KEY`.

use std::path::{Path, PathBuf};

use figment::{
    Figment,
    providers::{Env, Format as _, Serialized, Toml},
};
use serde::{Serialize, de::DeserializeOwned};

/// Why the configuration could not be read. Names file and key.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("configuration file `{path}` cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A key is unknown or its value does not fit.
    #[error("configuration is not valid: {0}")]
    Invalid(String),
}

/// Reads the configuration over `defaults`. Unknown keys are faults where the type says so.
pub fn load<C: Serialize + DeserializeOwned>(
    defaults: &C,
    file: Option<&Path>,
) -> Result<C, ConfigError> {
    let mut figment = Figment::from(Serialized::defaults(defaults));
    if let Some(path) = file {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
        toml::from_str::<toml::Table>(&text)
            .map_err(|error| ConfigError::Invalid(format!("{}: {error}", path.display())))?;
        figment = figment.merge(Toml::string(&text));
    }
    let read = figment.merge(Env::prefixed("VOORTGANG__").split("__")).extract();
    read.map_err(|error| {
        ConfigError::Invalid(
            error.into_iter().map(|error| error.to_string()).collect::<Vec<_>>().join("; "),
        )
    })
}

/// Reads one environment variable; an empty one counts as not set.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Serialize, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        name: String,
        size: u32,
    }

    fn check(text: &str) -> Result<Sample, String> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        load(&Sample { name: "default".into(), size: 1 }, Some(file.path()))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_file_overrides_defaults_and_faults_name_the_key() {
        assert_eq!(check("size = 2"), Ok(Sample { name: "default".into(), size: 2 }));
        assert!(check("sizes = 2").unwrap_err().contains("sizes"));
        assert!(check("size = \"x\"").unwrap_err().contains("size"));
        assert!(check("size = ").unwrap_err().contains("line 1"));
    }
}
