//! Who makes the call that is answered: carried by the task, not by arguments.
//!
//! A caller's grants are those by which this call is made, so that no verb has to know which roles may make it.

use std::sync::Arc;

use model::{Framework, Grant, Slug};

tokio::task_local! {
    /// There while a call is answered.
    static CALLER: Arc<Caller>;
}

/// Who makes the call that is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    /// Opaque id under which it is audited.
    pub(crate) id: String,
    /// What else it was audited under: the subjects that a person's tokens have or had.
    pub(crate) subjects: Vec<String>,
    /// How it came in, as it is audited: by what an outsider showed, or as a `service`.
    pub(crate) origin: &'static str,
    /// The grants by which this call is made.
    pub(crate) grants: Vec<Grant>,
    /// Whether it is a service on its own account, or storage itself. It sees everything.
    pub(crate) is_service: bool,
}

impl Caller {
    /// A service on its own account.
    pub(crate) fn service(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            subjects: Vec::new(),
            origin: "service",
            grants: Vec::new(),
            is_service: true,
        }
    }

    /// Whether it is who did something, before or after it was known as a person, and by whichever token.
    pub(crate) fn did(&self, actor: &str) -> bool {
        self.id == actor || self.subjects.iter().any(|subject| subject == actor)
    }

    /// Whether it sees anything at all that is not published.
    pub(crate) fn sees_unpublished(&self) -> bool {
        self.is_service || !self.grants.is_empty()
    }

    /// Whether it sees what is not published of every organisation.
    pub(crate) fn sees_all(&self) -> bool {
        self.is_service || self.grants.iter().any(Grant::is_everywhere)
    }

    /// Whether it sees everything of an organisation, whatever it is about.
    pub(crate) fn sees_all_of(&self, organisation: &Slug) -> bool {
        let is_whole = |grant: &Grant| grant.is_for(organisation) && !grant.is_limited();
        self.is_service || self.grants.iter().any(is_whole)
    }

    /// Whether it sees anything of an organisation that is not published.
    pub(crate) fn sees_some_of(&self, organisation: &Slug) -> bool {
        self.is_service || self.grants.iter().any(|grant| grant.is_for(organisation))
    }

    /// Whether it may act on a text of an organisation that answers these goals.
    pub(crate) fn covers(
        &self,
        organisation: &Slug,
        goals: &[String],
        framework: &Framework,
    ) -> bool {
        let pillar_of = |code: &str| {
            framework.goal(code).map(|goal| goal.pillar.clone()).filter(|pillar| !pillar.is_empty())
        };
        self.is_service
            || self
                .grants
                .iter()
                .any(|grant| grant.is_for(organisation) && grant.covers(goals, pillar_of))
    }
}

/// The caller of what runs now; none on storage's own account.
pub(crate) fn caller() -> Option<Arc<Caller>> {
    CALLER.try_with(Arc::clone).ok()
}

/// Opaque id of the caller; on its own account storage goes by `itself`.
pub(crate) fn actor(itself: &str) -> String {
    caller().map_or_else(|| itself.to_owned(), |caller| caller.id.clone())
}

/// How the caller came in; what storage does on its own account comes from inside.
pub(crate) fn origin() -> &'static str {
    caller().map_or("internal", |caller| caller.origin)
}

/// The caller, where storage itself counts as a service.
pub(crate) fn caller_or_itself() -> Arc<Caller> {
    caller().unwrap_or_else(|| Arc::new(Caller::service("storage")))
}

/// Runs something for a caller. A spawned task does not inherit it and needs it set again.
pub(crate) async fn on_behalf_of<F: Future>(caller: Option<Arc<Caller>>, run: F) -> F::Output {
    match caller {
        Some(caller) => CALLER.scope(caller, run).await,
        None => run.await,
    }
}
