//! The generated traits of access and authorisation onto the verbs: convert, call, convert; nothing else.

use tonic::{Request, Response};
use wire::{
    Method,
    internal::{self, authorisation_service_server::AuthorisationService},
    v1::{self as pb, access_service_server::AccessService},
};

use crate::{
    Error, access, caller,
    grpc::{Grpc, Reply},
};

#[tonic::async_trait]
impl AccessService for Grpc {
    async fn get_caller(
        &self,
        request: Request<pb::GetCallerRequest>,
    ) -> Reply<pb::GetCallerResponse> {
        let Some(identity) = identity::caller_of(&request) else {
            let id = caller::caller_or_itself().id.clone();
            return Ok(Response::new(pb::GetCallerResponse { id, grants: Vec::new() }));
        };
        let caller = self.0.callers.find(&self.0.store, identity).await?;
        Ok(Response::new(pb::GetCallerResponse {
            id: caller.id.clone(),
            grants: caller.grants.iter().cloned().map(Into::into).collect(),
        }))
    }

    async fn revoke_tokens(
        &self,
        request: Request<pb::RevokeTokensRequest>,
    ) -> Reply<pb::RevokeTokensResponse> {
        let pb::RevokeTokensRequest { token_id, subject, reason } = request.into_inner();
        let time = self.0.revoke_tokens(&token_id, &subject, &reason).await?;
        Ok(Response::new(pb::RevokeTokensResponse { revoke_time: Some(wire::timestamp(time)) }))
    }
}

#[tonic::async_trait]
impl AuthorisationService for Grpc {
    async fn check_access(
        &self,
        request: Request<internal::CheckAccessRequest>,
    ) -> Reply<internal::CheckAccessResponse> {
        let identity = identity::caller_of(&request);
        let internal::CheckAccessRequest { method, service } = request.into_inner();
        let method = Method::from_path(&method).ok_or_else(|| {
            let problem = "is no call of this installation; give its full name, such as `voortgang.v1.SearchService/Search`";
            Error::invalid("method", "UNKNOWN_METHOD", problem)
        })?;
        let caller = match identity {
            Some(identity) => self.0.allow(identity, method).await?,
            None => access::guard::on_own_account(service.parse().ok(), method)?,
        };
        Ok(Response::new(internal::CheckAccessResponse {
            allowed: true,
            grants: caller.grants.into_iter().map(Into::into).collect(),
            service: caller.is_service,
            caller: caller.id,
        }))
    }
}
