//! `voortgang token`: a token of our own issuer.

use std::path::PathBuf;

use model::{Grant, InvalidField, Role};

use crate::{
    cli::TokenArgs,
    config::Config,
    error::Error,
    operator::{every_role, issuer, token},
    output::Output,
    results::TokenShown,
};

/// Longest lifetime of a token, in hours.
const MAX_HOURS: u32 = 6;

/// Prints a token.
pub(crate) fn run(arguments: &TokenArgs, output: Output) -> Result<(), Error> {
    if arguments.hours == 0 || arguments.hours > MAX_HOURS {
        return Err(Error::failed(format!("--hours is 1 to {MAX_HOURS}")));
    }
    let grants = grants(arguments)?;
    let issuer = issuer(&key(arguments)?)?;
    if arguments.keys {
        let keys = issuer.keys();
        return output.result(&keys, || format!("{keys:#}"));
    }
    let subject = arguments.subject.clone().unwrap_or_else(|| subject_of(&grants));
    let token = token(&issuer, &subject, grants, arguments.hours * 3_600)?;
    output.result(&TokenShown { token: token.clone(), subject }, || token)
}

/// The key of the issuer: named, or in a data folder.
fn key(arguments: &TokenArgs) -> Result<PathBuf, Error> {
    if let Some(key) = &arguments.key {
        return Ok(key.clone());
    }
    let mut config = Config::load(arguments.config.as_deref())?;
    if let Some(data) = &arguments.data {
        config.data.clone_from(data);
    }
    let config = config.placed();
    let folder = config.identity.local_key.parent();
    if folder.is_some_and(|folder| !folder.as_os_str().is_empty() && !folder.exists()) {
        return Err(Error::failed(format!(
            "there is no folder for `{}`: name the data folder of the server with --data, or its key with --key",
            config.identity.local_key.display()
        )));
    }
    Ok(config.identity.local_key)
}

fn grants(arguments: &TokenArgs) -> Result<Vec<Grant>, Error> {
    if arguments.operator {
        return Ok(every_role());
    }
    let organisation = arguments.organisation.as_deref().map(str::parse).transpose();
    let organisation = organisation
        .map_err(|error: InvalidField| Error::failed(format!("--organisation: {error}")))?;
    let is_bound =
        organisation.is_some() || !arguments.pillar.is_empty() || !arguments.goal.is_empty();
    if is_bound && !arguments.role.iter().any(|name| may_be_bound(name)) {
        return Err(Error::failed(
            "--organisation, --pillar and --goal are for contributors and reviewers; the other roles are for the whole report",
        ));
    }
    let grant = |name: &String| {
        let role = Role::from_name(name).ok_or_else(|| {
            let known = Role::NAMES.map(|(_, name)| name).join(", ");
            Error::failed(format!("`{name}` is no role; roles are {known}"))
        })?;
        if !may_be_bound(name) {
            return Ok(Grant::everywhere(role));
        }
        if organisation.is_none() {
            return Err(Error::failed(format!(
                "a {name} is one of an organisation: name it with --organisation"
            )));
        }
        Ok(Grant {
            role,
            organisation: organisation.clone(),
            pillars: arguments.pillar.clone(),
            goals: arguments.goal.clone(),
        })
    };
    arguments.role.iter().map(grant).collect()
}

fn may_be_bound(role: &str) -> bool {
    Role::from_name(role).is_some_and(Role::may_be_bound)
}

/// A subject that shows what the token is for.
fn subject_of(grants: &[Grant]) -> String {
    let name = |grant: &Grant| match &grant.organisation {
        Some(organisation) => format!("{}:{organisation}", grant.role.name()),
        None => grant.role.name().to_owned(),
    };
    let names: Vec<String> = grants.iter().map(name).collect();
    format!("local:{}", if names.is_empty() { "reader".to_owned() } else { names.join("+") })
}
