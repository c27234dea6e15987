//! Decides on every call before it is answered.

use std::sync::Arc;

use http::{Request, Response};
use identity::Identity;
use rpc::Next;
use tonic::{Code, Status, body::Body};
use wire::{Method, Service};

use crate::{
    Error, Storage,
    access::table::{Audit, Rule, rule},
    audit::reads::{Read, Shown},
    caller::{Caller, on_behalf_of},
};

/// Stands before all services of storage.
#[derive(Debug)]
pub(crate) struct Guard(pub(crate) Arc<Storage>);

#[tonic::async_trait]
impl rpc::Guard for Guard {
    async fn answer(&self, request: Request<Body>, next: Next) -> Response<Body> {
        let Some(method) = Method::from_path(request.uri().path()) else {
            // There is no such call, and the server says so.
            return next.answer(request).await;
        };
        let identity = identity::caller(request.headers());
        let service = identity::service(request.headers(), request.extensions());
        let caller = match self.0.caller_of(identity, service, method).await {
            Ok(caller) => Arc::new(caller),
            Err(refusal) => return refusal.into_http(),
        };
        let response = on_behalf_of(Some(caller.clone()), next.answer(request)).await;
        match Status::from_header_map(response.headers()) {
            None => {}
            Some(status) if status.code() == Code::PermissionDenied => {
                self.0.record_refusal(&caller, method).await;
                return response;
            }
            Some(_) => return response,
        }
        let shown = response.extensions().get::<Shown>().cloned();
        match self.0.record_shown(&caller, method, shown).await {
            Ok(()) => response,
            Err(error) => Status::from(error).into_http(),
        }
    }
}

impl Storage {
    /// Who makes a call, with the grants by which they may make it.
    async fn caller_of(
        &self,
        identity: Option<Identity>,
        service: Option<Service>,
        method: Method,
    ) -> Result<Caller, Status> {
        match identity {
            None => Ok(on_own_account(service, method)?),
            Some(identity) => {
                let caller = self.allow(identity, method).await?;
                if let Err(refusal) = check_service(&rule(method), service, method) {
                    self.record_refusal(&caller, method).await;
                    return Err(refusal.into());
                }
                Ok(caller)
            }
        }
    }

    /// What an outsider may do with a call; a refusal of somebody who is known leaves an entry in the audit log.
    pub(crate) async fn allow(&self, identity: Identity, method: Method) -> Result<Caller, Error> {
        let found = self.callers.find(&self.store, identity).await?;
        let allowed = narrow(&found, &rule(method), method);
        if matches!(allowed, Err(Error::Denied { .. })) {
            self.record_refusal(&found, method).await;
        }
        allowed
    }

    /// Records what an outsider is about to get, as the table says. Services on their own account leave no entry.
    async fn record_shown(
        &self,
        caller: &Caller,
        method: Method,
        shown: Option<Shown>,
    ) -> Result<(), Error> {
        let Some((action, object, payload)) = entry(method, shown)? else { return Ok(()) };
        if caller.is_service {
            return Ok(());
        }
        self.record_read(Read {
            actor: caller.id.clone(),
            origin: caller.origin.to_owned(),
            action: action.to_owned(),
            object,
            result: "done",
            payload: payload.into_bytes(),
        })
        .await
    }

    /// The refusal itself stands, whether it could be recorded or not.
    pub(crate) async fn record_refusal(&self, caller: &Caller, method: Method) {
        let read = Read {
            actor: caller.id.clone(),
            origin: caller.origin.to_owned(),
            action: "call".to_owned(),
            object: method.path().to_owned(),
            result: "refused",
            payload: Vec::new(),
        };
        if let Err(error) = self.record_read(read).await {
            let error = format!("{:#}", anyhow::Error::from(error));
            tracing::error!(error, method = method.path(), "a refused call has no entry");
        }
    }
}

/// Action, object and payload of the entry that the table wants of an answer; none where it wants none. An answer that leaves
/// out what it shows, or leaves something that the table does not know of, is a fault of the handler.
fn entry(
    method: Method,
    shown: Option<Shown>,
) -> Result<Option<(&'static str, String, String)>, Error> {
    match (rule(method).audit, shown) {
        (Audit::No, None) | (Audit::UnlessPublic(_), Some(Shown::Public)) => Ok(None),
        (
            Audit::Always(action) | Audit::UnlessPublic(action),
            Some(Shown::Unpublished { object, payload }),
        ) => Ok(Some((action, object, payload))),
        (Audit::No, Some(_))
        | (Audit::Always(_), Some(Shown::Public))
        | (Audit::Always(_) | Audit::UnlessPublic(_), None) => {
            Err(Error::AuditDiffers(method.path()))
        }
    }
}

/// A service calling in its own name: taken from its certificate, or from its header without TLS. It sees everything, so
/// even an open call must list it.
pub(crate) fn on_own_account(service: Option<Service>, method: Method) -> Result<Caller, Error> {
    match service {
        Some(service) if rule(method).services.contains(&service) => {
            Ok(Caller::service(service.name()))
        }
        service => Err(Error::Denied {
            reason: "NOT_FOR_THIS_SERVICE",
            message: format!(
                "`{}` is not for {}",
                method.path(),
                service.map_or("a service without a name", Service::name)
            ),
        }),
    }
}

/// Refuses a direct call where the rule requires another service in between.
fn check_service(rule: &Rule, service: Option<Service>, method: Method) -> Result<(), Error> {
    match rule.by {
        Some(by) if service != Some(by) => Err(Error::Denied {
            reason: "NOT_FROM_OUTSIDE",
            message: format!("`{}` is for {by} alone: use the public calls of {by}", method.path()),
        }),
        _ => Ok(()),
    }
}

/// The same caller with the grants by which the call is made.
fn narrow(caller: &Caller, rule: &Rule, method: Method) -> Result<Caller, Error> {
    let grants: Vec<_> =
        caller.grants.iter().filter(|grant| rule.roles.contains(&grant.role)).cloned().collect();
    if rule.is_open || !grants.is_empty() {
        return Ok(Caller { grants, ..caller.clone() });
    }
    let names: Vec<&str> = rule.roles.iter().map(|role| role.name()).collect();
    let who = if names.is_empty() {
        "services of the installation alone".to_owned()
    } else {
        names.join(", ")
    };
    if caller.grants.is_empty() && caller.id == "public" {
        return Err(Error::Unauthenticated {
            reason: "NO_CREDENTIALS",
            message: format!("`{}` is for {who}: show a token or a certificate", method.path()),
        });
    }
    Err(Error::Denied {
        reason: "ROLE_MISSING",
        message: format!("`{}` is for {who}", method.path()),
    })
}

#[cfg(test)]
mod tests;
