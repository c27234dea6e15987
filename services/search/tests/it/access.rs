//! A storage that lets whoever asks do everything, and keeps no log.

use futures::{StreamExt as _, stream, stream::BoxStream};
use tonic::{Request, Response, Status};
use wire::storage::{
    self as pb, access_service_server::AccessService, audit_service_server::AuditService,
};

/// Decides for everybody, whatever becomes of the record.
#[derive(Debug)]
pub(crate) struct OpenDoor;

#[tonic::async_trait]
impl AccessService for OpenDoor {
    async fn get_caller(
        &self,
        _: Request<pb::GetCallerRequest>,
    ) -> Result<Response<pb::GetCallerResponse>, Status> {
        Err(Status::unimplemented("get_caller"))
    }

    async fn check_access(
        &self,
        _: Request<pb::CheckAccessRequest>,
    ) -> Result<Response<pb::CheckAccessResponse>, Status> {
        let everything = pb::Grant { role: pb::Role::Auditor.into(), ..pb::Grant::default() };
        Ok(Response::new(pb::CheckAccessResponse {
            allowed: true,
            grants: vec![everything],
            service: false,
            caller: "tester".into(),
        }))
    }

    async fn revoke_tokens(
        &self,
        _: Request<pb::RevokeTokensRequest>,
    ) -> Result<Response<pb::RevokeTokensResponse>, Status> {
        Err(Status::unimplemented("revoke_tokens"))
    }
}

#[tonic::async_trait]
impl AuditService for OpenDoor {
    type ExportAuditStream = BoxStream<'static, Result<pb::ExportAuditResponse, Status>>;

    async fn list_audit_entries(
        &self,
        _: Request<pb::ListAuditEntriesRequest>,
    ) -> Result<Response<pb::ListAuditEntriesResponse>, Status> {
        Err(Status::unimplemented("list_audit_entries"))
    }

    async fn export_audit(
        &self,
        _: Request<pb::ExportAuditRequest>,
    ) -> Result<Response<Self::ExportAuditStream>, Status> {
        Ok(Response::new(stream::empty().boxed()))
    }

    async fn record_read(
        &self,
        _: Request<pb::RecordReadRequest>,
    ) -> Result<Response<pb::RecordReadResponse>, Status> {
        Ok(Response::new(pb::RecordReadResponse {}))
    }
}
