//! A storage that lets whoever shows something do everything, and keeps no log.

use identity::Identity;
use tonic::{Request, Response, Status};
use wire::{
    internal::{
        self, authorisation_service_server::AuthorisationService, read_service_server::ReadService,
    },
    v1 as pb,
};

/// Decides for everybody, whatever becomes of the record.
#[derive(Debug)]
pub(crate) struct OpenAccess;

#[tonic::async_trait]
impl AuthorisationService for OpenAccess {
    async fn check_access(
        &self,
        request: Request<internal::CheckAccessRequest>,
    ) -> Result<Response<internal::CheckAccessResponse>, Status> {
        let is_anybody = identity::caller_of(&request) == Some(Identity::Anybody);
        let everything = pb::Grant { role: pb::Role::Auditor.into(), ..pb::Grant::default() };
        Ok(Response::new(internal::CheckAccessResponse {
            allowed: true,
            grants: if is_anybody { Vec::new() } else { vec![everything] },
            service: false,
            caller: "tester".into(),
        }))
    }
}

#[tonic::async_trait]
impl ReadService for OpenAccess {
    async fn record_read(
        &self,
        _: Request<internal::RecordReadRequest>,
    ) -> Result<Response<internal::RecordReadResponse>, Status> {
        Ok(Response::new(internal::RecordReadResponse {}))
    }
}
