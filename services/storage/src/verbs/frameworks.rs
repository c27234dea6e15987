//! Frameworks and organisations.

mod series;

use model::{Finding, Framework, Hash, InvalidField, Slug, canonical, check};
use wire::{EventBody, events};

use crate::{
    Error, Storage,
    store::{Tx, scopes},
};

pub(crate) use crate::verbs::frameworks::series::{Answer, InCycle, Related, series_page};

/// A framework that was registered.
#[derive(Debug, Clone)]
pub(crate) struct Registered {
    /// The version that holds the content.
    pub(crate) framework: Framework,
    /// Whether it is new.
    pub(crate) created: bool,
    /// The latest version there is.
    pub(crate) latest_version: u32,
    /// What is gone from the version before without a word of what became of it; only of a new version.
    pub(crate) findings: Vec<Finding>,
}

impl Storage {
    /// Registers a framework. The content of any version that is there changes nothing; with `again` that of the latest alone.
    pub(crate) async fn register_framework(
        &self,
        mut framework: Framework,
        again: bool,
        validate_only: bool,
    ) -> Result<Registered, Error> {
        refuse(check::framework(&framework))?;
        self.printing.check_framework(&framework)?;
        let canonical = canonical::framework(&framework);
        let hash = Hash::of(&canonical);
        let mut tx = self.store.write([scopes::FRAMEWORKS]).await?;
        let latest = tx.framework(&framework.code, 0).await?;
        let latest_version = latest.as_ref().map_or(0, |latest| latest.version);
        let known = tx.framework_with_content(&framework.code, hash).await?;
        if let Some(known) = known.filter(|known| !again || known.version == latest_version) {
            let findings = Vec::new();
            return Ok(Registered { framework: known, created: false, latest_version, findings });
        }
        let before = tx.framework_versions(&framework.code, 1, latest_version).await?;
        refuse(check::links(&framework, &before))?;
        let findings =
            before.last().map_or(Vec::new(), |before| check::unlinked(&framework, before));
        framework.version = latest_version + 1;
        framework.content_hash = Some(hash);
        framework.create_time = Some(tx.now());
        tx.insert_framework(&framework, hash).await?;
        for organisation in &framework.organisations {
            tx.register_organisation(organisation).await?;
        }
        let object = format!("{}@{}", framework.code, framework.version);
        let body = events::FrameworkRegistered {
            framework: framework.code.to_string(),
            version: framework.version,
        };
        tx.audit("framework.register", &object, &canonical)?;
        tx.record_event(&object, &EventBody::FrameworkRegistered(body));
        if !validate_only {
            self.commit(tx).await?;
        }
        let latest_version = framework.version;
        Ok(Registered { framework, created: true, latest_version, findings })
    }

    /// Returns a version of a framework; 0 means the latest.
    pub(crate) async fn framework(&self, code: &Slug, version: u32) -> Result<Framework, Error> {
        let found = self.store.read().await?.framework(code, version).await?;
        found.ok_or_else(|| framework_not_found(code, version))
    }

    /// Lists the latest version of each framework, by code, after `after`.
    pub(crate) async fn frameworks(
        &self,
        after: &str,
        limit: u32,
    ) -> Result<Vec<Framework>, Error> {
        self.store.read().await?.frameworks(after, limit).await
    }
}

/// The versions of a framework from one to another, oldest first and without a gap.
pub(super) async fn framework_versions(
    tx: &mut Tx,
    code: &Slug,
    from: u32,
    to: u32,
) -> Result<Vec<Framework>, Error> {
    let versions = tx.framework_versions(code, from, to).await?;
    // Versions are numbered without a gap, so that one that is missing is the last.
    if versions.last().is_none_or(|last| last.version != to) {
        return Err(framework_not_found(code, to));
    }
    Ok(versions)
}

/// A framework that is not there; version 0 is the latest.
fn framework_not_found(code: &Slug, version: u32) -> Error {
    let name = if version == 0 { code.to_string() } else { format!("{code}@{version}") };
    Error::NotFound { what: "framework", reason: "FRAMEWORK_NOT_FOUND", name }
}

fn refuse(faults: Vec<InvalidField>) -> Result<(), Error> {
    if faults.is_empty() {
        return Ok(());
    }
    Err(Error::Invalid(faults.into_iter().map(|fault| fault.within("framework")).collect()))
}
