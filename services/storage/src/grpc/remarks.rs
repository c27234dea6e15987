//! The generated traits of remarks onto the verbs: convert, call, convert; nothing else.

use model::{RequestId, Target};
use tonic::{Request, Response};
use wire::v1::{self as pb, remark_service_server::RemarkService};

use crate::{
    Error,
    audit::reads::Shown,
    grpc::{
        Grpc, Reply,
        convert::{parse_or_none, uuid},
    },
};

#[tonic::async_trait]
impl RemarkService for Grpc {
    async fn add_remark(
        &self,
        request: Request<pb::AddRemarkRequest>,
    ) -> Reply<pb::AddRemarkResponse> {
        let pb::AddRemarkRequest { contribution, target, text, request_id } = request.into_inner();
        let target = Target::try_from(target.unwrap_or_default())
            .map_err(|error| Error::from(error.within("target")))?;
        let request_id = parse_or_none::<RequestId>(&request_id, "request_id")?;
        let id = uuid(&contribution, "contribution")?;
        let remark = self.0.add_remark(id, target, &text, request_id.as_ref()).await?;
        Ok(Response::new(pb::AddRemarkResponse { remark: Some(remark.into()) }))
    }

    async fn answer_remark(
        &self,
        request: Request<pb::AnswerRemarkRequest>,
    ) -> Reply<pb::AnswerRemarkResponse> {
        let pb::AnswerRemarkRequest { remark, text, request_id } = request.into_inner();
        let request_id = parse_or_none::<RequestId>(&request_id, "request_id")?;
        let id = uuid(&remark, "remark")?;
        let remark = self.0.answer_remark(id, &text, request_id.as_ref()).await?;
        Ok(Response::new(pb::AnswerRemarkResponse { remark: Some(remark.into()) }))
    }

    async fn resolve_remark(
        &self,
        request: Request<pb::ResolveRemarkRequest>,
    ) -> Reply<pb::ResolveRemarkResponse> {
        let remark = self.0.resolve_remark(uuid(&request.into_inner().remark, "remark")?).await?;
        Ok(Response::new(pb::ResolveRemarkResponse { remark: Some(remark.into()) }))
    }

    async fn list_remarks(
        &self,
        request: Request<pb::ListRemarksRequest>,
    ) -> Reply<pb::ListRemarksResponse> {
        let pb::ListRemarksRequest { contribution, show_resolved } = request.into_inner();
        let remarks = self.0.remarks(uuid(&contribution, "contribution")?, show_resolved).await?;
        let shown = Shown::unpublished(contribution, remarks.len().to_string());
        let remarks = remarks.into_iter().map(Into::into).collect();
        Ok(shown.by(pb::ListRemarksResponse { remarks }))
    }
}
