//! Calls that are decided on by storage, which has the one table of who may do what.
//!
//! Invariant: where storage cannot be asked a call is refused. A decision is kept for [`KEPT`], so that a revoked token is
//! refused that much later; what anybody may do depends on the table alone and is kept for good.

use std::{sync::Arc, time::Duration};

use http::{Request, Response};
use model::Grant;
use moka::future::Cache;
use tonic::{Status, body::Body};
use wire::storage::{self as pb, access_service_client::AccessServiceClient};

use crate::{
    Channel, Failure, Guard, Identity, Kind, Next, caller, deadline, error::is_unavailable,
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
    /// Grants by which the caller may see what is not published.
    pub grants: Vec<Grant>,
    /// Whether the caller is a role of the installation.
    pub is_service: bool,
}

/// Has storage decide on calls of another role, and leaves the decision, an [`Access`], with the call.
#[derive(Debug)]
pub struct AskStorage {
    client: AccessServiceClient<Channel>,
    kept: Cache<(String, Identity), Arc<Access>>,
    kept_of_anybody: Cache<String, Arc<Access>>,
}

impl AskStorage {
    /// Asks by this channel.
    pub fn by(storage: Channel) -> Self {
        Self {
            client: AccessServiceClient::new(storage),
            kept: Cache::builder().max_capacity(MOST).time_to_live(KEPT).build(),
            kept_of_anybody: Cache::builder().max_capacity(MOST).build(),
        }
    }

    async fn access(
        &self,
        method: &str,
        identity: Option<Identity>,
    ) -> Result<Arc<Access>, Status> {
        let Some(identity) = identity else {
            let itself = Access { caller: String::new(), grants: Vec::new(), is_service: true };
            return Ok(Arc::new(itself));
        };
        let asked = self.ask(method);
        let decided = match identity {
            Identity::Anybody => self.kept_of_anybody.try_get_with(method.to_owned(), asked).await,
            identity => self.kept.try_get_with((method.to_owned(), identity), asked).await,
        };
        decided.map_err(|refusal: Arc<Status>| Status::clone(&refusal))
    }

    /// Asks for the caller of the call that is answered now.
    async fn ask(&self, method: &str) -> Result<Arc<Access>, Status> {
        let request = pb::CheckAccessRequest { method: method.to_owned() };
        let answer = self.client.clone().check_access(deadline(request, PATIENCE)).await;
        let answer =
            answer.map_err(|status| if is_unavailable(&status) { away(status) } else { status })?;
        let pb::CheckAccessResponse { allowed, grants, service, caller } = answer.into_inner();
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
        Ok(Arc::new(Access { caller, grants, is_service: service }))
    }
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
        match self.access(&method, caller(request.headers())).await {
            Ok(access) => {
                request.extensions_mut().insert(access);
                next.answer(request).await
            }
            Err(refusal) => refusal.into_http(),
        }
    }
}
