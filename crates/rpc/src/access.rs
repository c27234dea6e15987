//! Calls that are decided on by storage, which has the one table of who may do what.
//!
//! Invariant: where storage cannot be asked a call is refused. A decision is kept for [`KEPT`], so that a revoked token is
//! refused that much later; what anybody may do, and a role on its own account, depends on the table alone and is kept for good.

use std::{sync::Arc, time::Duration};

use http::{Request, Response};
use model::Grant;
use moka::future::Cache;
use tonic::{Status, body::Body};
use wire::storage::{self as pb, access_service_client::AccessServiceClient};

use crate::{
    Channel, Failure, Guard, Identity, Kind, Next, caller, deadline, error::is_unavailable, peer,
};

/// How long a decision is kept.
const KEPT: Duration = Duration::from_secs(1);
/// Decisions that are kept, at most.
const MOST: u64 = 10_000;
/// How long storage has to decide.
const PATIENCE: Duration = Duration::from_secs(8);

/// What a caller may see, as storage decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Opaque id of the caller.
    pub caller: String,
    /// Grants by which the caller may see what is not published; a role of the installation has none.
    pub grants: Vec<Grant>,
}

/// Has storage decide on calls of another role, and leaves the decision, an [`Access`], with the call.
#[derive(Debug)]
pub struct AskStorage {
    client: AccessServiceClient<Channel>,
    kept: Cache<(String, Identity), Arc<Access>>,
    /// By call and name of the role that makes it on its own account; none: anybody.
    kept_for_good: Cache<(String, Option<String>), Arc<Access>>,
}

impl AskStorage {
    /// Asks by this channel.
    pub fn by(storage: Channel) -> Self {
        Self {
            client: AccessServiceClient::new(storage),
            kept: Cache::builder().max_capacity(MOST).time_to_live(KEPT).build(),
            kept_for_good: Cache::builder().max_capacity(MOST).build(),
        }
    }

    async fn access(
        &self,
        method: &str,
        identity: Option<Identity>,
        service: Option<String>,
    ) -> Result<Arc<Access>, Status> {
        let method = method.to_owned();
        // Of a call for somebody the role that passes it on does not matter.
        let service = if identity.is_none() { service } else { None };
        let asked = self.ask(&method, service.clone());
        let decided = match identity {
            Some(Identity::Anybody) => {
                self.kept_for_good.try_get_with((method.clone(), None), asked).await
            }
            Some(identity) => self.kept.try_get_with((method.clone(), identity), asked).await,
            None if service.is_none() => return Err(nameless(&method)),
            None => self.kept_for_good.try_get_with((method.clone(), service), asked).await,
        };
        decided.map_err(|refusal: Arc<Status>| Status::clone(&refusal))
    }

    /// Asks for the caller of the call that is answered now, or for a role on its own account.
    async fn ask(&self, method: &str, service: Option<String>) -> Result<Arc<Access>, Status> {
        let service = service.unwrap_or_default();
        let request = pb::CheckAccessRequest { method: method.to_owned(), service };
        let answer = self.client.clone().check_access(deadline(request, PATIENCE)).await;
        let answer =
            answer.map_err(|status| if is_unavailable(&status) { away(status) } else { status })?;
        let pb::CheckAccessResponse { allowed, grants, service: _, caller } = answer.into_inner();
        if !allowed {
            return Err(Status::permission_denied("storage refuses the call"));
        }
        let grants = grants.into_iter().map(Grant::try_from).collect::<Result<_, _>>();
        let grants = grants.map_err(|error| {
            Failure {
                kind: Kind::Internal,
                reason: "BAD_ANSWER".to_owned(),
                message: error.to_string(),
                fields: Vec::new(),
            }
            .into_status(error)
        })?;
        Ok(Arc::new(Access { caller, grants }))
    }
}

/// A call for nobody, by whoever does not say which role it is.
fn nameless(method: &str) -> Status {
    Failure {
        kind: Kind::Denied,
        reason: "NOT_FOR_THIS_SERVICE".to_owned(),
        message: format!("`{method}` is not for a role without a name"),
        fields: Vec::new(),
    }
    .into_status(std::io::Error::other("the call names neither a caller nor a role"))
}

/// Whoever cannot be asked has not said yes.
fn away(status: Status) -> Status {
    Failure {
        kind: Kind::Unavailable,
        reason: "STORAGE_AWAY".to_owned(),
        message: "storage cannot be asked who may make this call: try again later".to_owned(),
        fields: Vec::new(),
    }
    .into_status(status)
}

#[tonic::async_trait]
impl Guard for AskStorage {
    async fn answer(&self, mut request: Request<Body>, next: Next) -> Response<Body> {
        let method = request.uri().path().trim_start_matches('/').to_owned();
        let service = peer::service(request.headers(), request.extensions());
        match self.access(&method, caller(request.headers()), service).await {
            Ok(access) => {
                request.extensions_mut().insert(access);
                next.answer(request).await
            }
            Err(refusal) => refusal.into_http(),
        }
    }
}
