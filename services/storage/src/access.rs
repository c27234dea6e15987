//! Who calls, and what they may do.

pub(crate) mod guard;

use std::sync::Arc;

use model::{Grant, Role, Slug};

tokio::task_local! {
    /// There while a call is answered.
    static CALLER: Arc<Caller>;
}

/// Who makes the call that is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    /// Opaque id under which it is audited.
    pub(crate) id: String,
    /// What it may act as.
    pub(crate) grants: Vec<Grant>,
    /// Whether it is a role of the installation on its own account, or storage itself. Reads everything, decides nothing.
    pub(crate) is_service: bool,
}

impl Caller {
    /// Storage itself, or another role on its own account.
    pub(crate) fn service(id: &str) -> Self {
        Self { id: id.to_owned(), grants: Vec::new(), is_service: true }
    }

    /// The grants of a role that hold for an organisation.
    pub(crate) fn grants_for(
        &self,
        role: Role,
        organisation: &Slug,
    ) -> impl Iterator<Item = &Grant> {
        self.grants.iter().filter(move |grant| grant.role == role && grant.is_for(organisation))
    }

    /// Whether it has a role for an organisation.
    pub(crate) fn has_for(&self, role: Role, organisation: &Slug) -> bool {
        self.grants_for(role, organisation).next().is_some()
    }

    /// Whether it has a role for all organisations.
    pub(crate) fn has(&self, role: Role) -> bool {
        self.grants.iter().any(|grant| grant.role == role && grant.organisation.is_none())
    }
}

/// The caller of what runs now; none on storage's own account.
pub(crate) fn caller() -> Option<Arc<Caller>> {
    CALLER.try_with(Arc::clone).ok()
}

/// Runs something for a caller. A task that is spawned has to be told its caller anew.
pub(crate) async fn on_behalf_of<F: Future>(caller: Option<Arc<Caller>>, run: F) -> F::Output {
    match caller {
        Some(caller) => CALLER.scope(caller, run).await,
        None => run.await,
    }
}
