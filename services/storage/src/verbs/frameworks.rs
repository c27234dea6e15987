//! Frameworks and organisations.

use model::{Framework, Hash, Slug, canonical, check};
use wire::{EventBody, events};

use crate::{Error, Storage, store::scopes};

impl Storage {
    /// Registers a framework. Returns the version that holds the content and whether it is new.
    pub(crate) async fn register_framework(
        &self,
        mut framework: Framework,
        validate_only: bool,
    ) -> Result<(Framework, bool), Error> {
        let faults = check::framework(&framework);
        if !faults.is_empty() {
            return Err(Error::Invalid(
                faults.into_iter().map(|fault| fault.within("framework")).collect(),
            ));
        }
        let canonical = canonical::framework(&framework);
        let hash = Hash::of(&canonical);
        let mut tx = self.store.write([scopes::FRAMEWORKS]).await?;
        let latest = tx.framework(&framework.code, 0).await?;
        if let Some(latest) = latest.as_ref().filter(|latest| latest.content_hash == Some(hash)) {
            return Ok((latest.clone(), false));
        }
        framework.version = latest.map_or(0, |latest| latest.version) + 1;
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
        Ok((framework, true))
    }

    /// Returns a version of a framework; 0 means the latest.
    pub(crate) async fn framework(&self, code: &Slug, version: u32) -> Result<Framework, Error> {
        let found = self.store.read().await?.framework(code, version).await?;
        let name = if version == 0 { code.to_string() } else { format!("{code}@{version}") };
        found.ok_or(Error::NotFound { what: "framework", reason: "FRAMEWORK_NOT_FOUND", name })
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
