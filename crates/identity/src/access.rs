//! Has storage, which has the one table of who may do what, decide on the calls of another service.
//!
//! Invariant: while storage is unavailable a call is refused. A decision is cached for [`DECISION_TTL`], so that a revoked token
//! is refused that much later; what anybody may do, and a service on its own account, depends on the table alone and is
//! cached for good.

use std::{sync::Arc, time::Duration};

use http::{Request, Response};
use model::Grant;
use moka::future::Cache;
use rpc::{Channel, Failure, Guard, Kind, Next};
use tonic::{Status, body::Body};
use wire::{Clients, Service, internal};

use crate::{Identity, caller, service};

/// For a decision about a caller from outside.
const DECISION_TTL: Duration = Duration::from_secs(1);
const MAX_DECISIONS: u64 = 10_000;
/// For storage's decision.
const DECISION_TIMEOUT: Duration = Duration::from_secs(8);

/// What a caller may see, as storage decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Opaque id of the caller.
    pub caller: String,
    /// Grants by which the caller may see what is not published; a service of the installation has none.
    pub grants: Vec<Grant>,
}

/// Has storage decide on each call, and adds the decision, an [`Access`], to the extensions of the call.
#[derive(Debug)]
pub struct AccessGuard {
    client: Clients<Channel>,
    of_outsiders: Cache<(String, Identity), Arc<Access>>,
    /// By call and the service that makes it on its own account; none: anybody.
    by_table: Cache<(String, Option<Service>), Arc<Access>>,
}

impl AccessGuard {
    /// Asks by this channel.
    pub fn new(storage: Channel) -> Self {
        Self {
            client: Clients::new(storage),
            of_outsiders: Cache::builder()
                .max_capacity(MAX_DECISIONS)
                .time_to_live(DECISION_TTL)
                .build(),
            by_table: Cache::builder().max_capacity(MAX_DECISIONS).build(),
        }
    }

    async fn access(
        &self,
        method: &str,
        identity: Option<Identity>,
        service: Option<Service>,
    ) -> Result<Arc<Access>, Status> {
        let method = method.to_owned();
        // Which service passes on the call of an outsider does not matter.
        let service = if identity.is_none() { service } else { None };
        let decision = self.ask(&method, service);
        let decided = match identity {
            Some(Identity::Anybody) => {
                self.by_table.try_get_with((method.clone(), None), decision).await
            }
            Some(identity) => {
                self.of_outsiders.try_get_with((method.clone(), identity), decision).await
            }
            None if service.is_none() => return Err(nameless(&method)),
            None => self.by_table.try_get_with((method.clone(), service), decision).await,
        };
        decided.map_err(|refusal: Arc<Status>| Status::clone(&refusal))
    }

    /// Asks about the caller of the call that is being answered, or about a service on its own account.
    async fn ask(&self, method: &str, service: Option<Service>) -> Result<Arc<Access>, Status> {
        let service = service.map(|service| service.name().to_owned()).unwrap_or_default();
        let request = internal::CheckAccessRequest { method: method.to_owned(), service };
        let answer = self
            .client
            .authorisation()
            .check_access(rpc::deadline(request, DECISION_TIMEOUT))
            .await;
        let answer = answer.map_err(|status| {
            if rpc::is_unavailable(&status) { unavailable(status) } else { status }
        })?;
        let internal::CheckAccessResponse { allowed, grants, service: _, caller } =
            answer.into_inner();
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

/// A call on nobody's behalf, by a peer that does not name its service.
fn nameless(method: &str) -> Status {
    Failure {
        kind: Kind::Denied,
        reason: "NOT_FOR_THIS_SERVICE".to_owned(),
        message: format!("`{method}` is not for a service without a name"),
        fields: Vec::new(),
    }
    .into_status(std::io::Error::other("the call names neither a caller nor a service"))
}

fn unavailable(status: Status) -> Status {
    Failure {
        kind: Kind::Unavailable,
        reason: "STORAGE_AWAY".to_owned(),
        message: "storage, which decides who may make this call, is unavailable: try again later"
            .to_owned(),
        fields: Vec::new(),
    }
    .into_status(status)
}

#[tonic::async_trait]
impl Guard for AccessGuard {
    async fn answer(&self, mut request: Request<Body>, next: Next) -> Response<Body> {
        let method = request.uri().path().trim_start_matches('/').to_owned();
        let service = service(request.headers(), request.extensions());
        match self.access(&method, caller::caller(request.headers()), service).await {
            Ok(access) => {
                request.extensions_mut().insert(access);
                next.answer(request).await
            }
            Err(refusal) => refusal.into_http(),
        }
    }
}
