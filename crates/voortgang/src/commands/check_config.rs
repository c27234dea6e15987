//! `check-config`: what can be known of a configuration without starting anything with it.

mod faults;

use std::path::Path;

use crate::{
    config::Config,
    error::{Error, FAILED},
    output::{Output, counted, note},
};

pub(crate) async fn run(file: Option<&Path>, output: Output) -> Result<(), Error> {
    let config = Config::load(file)?;
    let mut faults = config.clone().placed().faults();
    faults.extend(template(config.rendering.clone(), config.fonts.clone()).await);
    if !faults.is_empty() {
        let message = format!("the configuration has {}", counted(faults.len() as u64, "fault"));
        let reason = "INVALID_CONFIGURATION".to_owned();
        return Err(Error { code: FAILED, reason, message, fields: faults });
    }
    for (package, covers) in fonts::Fonts::new(config.fonts.clone(), None).missing() {
        let covers: Vec<&str> = covers.into_iter().collect();
        note(format_args!("no font for {}: install {package}", covers.join(", ")));
    }
    let shown = config.shown();
    output
        .result(&shown, || toml::to_string_pretty(&shown).unwrap_or_else(|error| error.to_string()))
}

/// What is wrong with the template: the same process, limits and sample as when it renders.
async fn template(
    config: rendering::Config,
    fonts: fonts::Config,
) -> Vec<(String, String, String)> {
    const KEY: &str = "rendering.template_dir";
    let fault =
        |path: String, description: String| (path, "TEMPLATE_FAULT".to_owned(), description);
    match rendering::check(config, fonts).await {
        Ok(faults) => faults.iter().map(|found| fault(KEY.to_owned(), found.to_string())).collect(),
        Err(error) => {
            vec![fault(KEY.to_owned(), format!("{:#}", anyhow::Error::from(error)))]
        }
    }
}
