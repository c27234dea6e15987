//! Finds whom an identity stands for: the person, what the token or certificate grants, and memberships in force.

use std::{sync::Arc, time::Duration};

use identity::{Identity, TokenIdentity};
use model::{Grant, Role};
use moka::future::Cache;

use crate::{
    Error,
    caller::Caller,
    store::{Result, Store},
};

/// Time to live of a cached caller: on another replica a revocation or the end of a membership takes effect this much later.
const CALLER_TTL: Duration = Duration::from_secs(1);
/// Maximum number of cached callers.
const MAX_CALLERS: u64 = 10_000;
/// Audited as the actor where nobody showed anything.
const PUBLIC: &str = "public";

/// Whom identities stand for.
#[derive(Debug, Clone)]
pub(crate) struct Callers(Cache<Identity, Arc<Caller>>);

impl Callers {
    pub(crate) fn new() -> Self {
        Self(Cache::builder().max_capacity(MAX_CALLERS).time_to_live(CALLER_TTL).build())
    }

    /// Empties the cache, so that a change takes effect at once.
    pub(crate) fn clear(&self) {
        self.0.invalidate_all();
    }

    /// Whom an identity stands for, with everything that it may do.
    pub(crate) async fn find(&self, store: &Store, identity: Identity) -> Result<Arc<Caller>> {
        if let Some(known) = self.0.get(&identity).await {
            return Ok(known);
        }
        let found = Arc::new(look_up(store, identity.clone()).await?);
        self.0.insert(identity, found.clone()).await;
        Ok(found)
    }
}

/// Whom an identity stands for, and what it may do.
struct Found {
    /// Opaque id.
    id: String,
    /// What else it was audited under.
    subjects: Vec<String>,
    grants: Vec<Grant>,
}

impl Found {
    fn of(id: String, grants: Vec<Grant>) -> Self {
        Self { id, subjects: Vec::new(), grants }
    }
}

async fn look_up(store: &Store, identity: Identity) -> Result<Caller> {
    let origin = identity.origin();
    let Found { id, subjects, grants } = match identity {
        Identity::Anybody => Found::of(PUBLIC.to_owned(), Vec::new()),
        Identity::Token(token) => holder(store, token).await?,
        Identity::Certificate { oin } => organisation(store, oin).await?,
    };
    Ok(Caller { id, subjects, origin, grants, is_service: false })
}

/// Whoever holds a token.
async fn holder(store: &Store, token: TokenIdentity) -> Result<Found> {
    let TokenIdentity { subject, id, issued_at, grants } = token;
    let mut tx = store.read().await?;
    if tx.is_revoked(&subject, &id, issued_at).await? {
        return Err(Error::Unauthenticated {
            reason: "TOKEN_REVOKED",
            message: "the token was revoked; get a new one".to_owned(),
        });
    }
    let grants = grants.into_iter().map(Grant::try_from).collect::<std::result::Result<_, _>>();
    let mut grants: Vec<Grant> = grants.map_err(|error| Error::Unauthenticated {
        reason: "TOKEN_GRANTS",
        message: format!("the token's claim `grants` cannot be read: {error}"),
    })?;
    // Who is known as a person is audited under their own id, and may what their memberships say besides.
    let Some((person, memberships)) = tx.person_of_subject(&subject).await? else {
        return Ok(Found::of(subject, grants));
    };
    let subjects = tx.subjects_of(&person).await?;
    // One that is bound where its role is not holds nowhere.
    grants.extend(memberships.into_iter().filter(|grant| grant.fault().is_none()));
    grants.sort();
    grants.dedup();
    Ok(Found { subjects, ..Found::of(person, grants) })
}

/// A certificate speaks for its organisation, and hands in for it.
async fn organisation(store: &Store, oin: String) -> Result<Found> {
    let mut tx = store.read().await?;
    let grants: Vec<Grant> = tx
        .organisations_with(&oin)
        .await?
        .into_iter()
        .map(|code| Grant { organisation: Some(code), ..Grant::everywhere(Role::Contributor) })
        .collect();
    if grants.is_empty() {
        return Err(Error::Unauthenticated {
            reason: "UNKNOWN_OIN",
            message: format!("no organisation of the register has the OIN `{oin}`"),
        });
    }
    Ok(Found::of(format!("oin:{oin}"), grants))
}
