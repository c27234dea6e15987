//! The register of organisations.

use model::Organisation;

use crate::{Error, Storage};

impl Storage {
    /// Lists the register of organisations, by code, after `after`.
    pub(crate) async fn organisations(
        &self,
        after: &str,
        limit: u32,
    ) -> Result<Vec<Organisation>, Error> {
        self.store.read().await?.organisations(after, limit).await
    }
}
