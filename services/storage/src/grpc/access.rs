//! The generated trait of access onto its verbs: convert, call, convert; nothing else.

use std::sync::Arc;

use tonic::{Request, Response};
use wire::{
    Method,
    storage::{
        self as pb,
        access_service_server::{AccessService, AccessServiceServer},
    },
};

use crate::{Error, Storage, access, caller, grpc::Reply};

/// The service, ready to be added to a server.
pub(crate) fn service(storage: Arc<Storage>) -> AccessServiceServer<Access> {
    AccessServiceServer::new(Access(storage))
}

#[derive(Debug)]
pub(crate) struct Access(Arc<Storage>);

#[tonic::async_trait]
impl AccessService for Access {
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

    async fn check_access(
        &self,
        request: Request<pb::CheckAccessRequest>,
    ) -> Reply<pb::CheckAccessResponse> {
        let identity = identity::caller_of(&request);
        let pb::CheckAccessRequest { method, service } = request.into_inner();
        let method = Method::from_path(&method).ok_or_else(|| {
            let told = "is no call of this installation; give its full name, such as `voortgang.search.v1.SearchService/Search`";
            Error::invalid("method", "UNKNOWN_METHOD", told)
        })?;
        let caller = match identity {
            Some(identity) => self.0.allow(identity, method).await?,
            None => access::guard::role(Some(&service), method)?,
        };
        Ok(Response::new(pb::CheckAccessResponse {
            allowed: true,
            grants: caller.grants.into_iter().map(Into::into).collect(),
            service: caller.is_service,
            caller: caller.id,
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
