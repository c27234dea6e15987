//! The generated trait of review onto the verbs: convert, call, convert; nothing else.

use std::sync::Arc;

use model::{CycleName, InvalidField, RequestId, ReturnReason, Target};
use tonic::{Request, Response};
use uuid::Uuid;
use wire::storage::{
    self as pb,
    review_service_server::{ReviewService, ReviewServiceServer},
};

use crate::{
    Error, Storage,
    grpc::{
        Reply,
        convert::{parse, parse_or_none},
        history,
    },
    verbs::SinceApproval,
};

/// The service, ready to be added to a server.
pub(crate) fn service(storage: Arc<Storage>) -> ReviewServiceServer<Review> {
    ReviewServiceServer::new(Review(storage)).max_encoding_message_size(rpc::MAX_INNER_MESSAGE)
}

#[derive(Debug)]
pub(crate) struct Review(Arc<Storage>);

#[tonic::async_trait]
impl ReviewService for Review {
    async fn approve_contribution(
        &self,
        request: Request<pb::ApproveContributionRequest>,
    ) -> Reply<pb::ApproveContributionResponse> {
        let pb::ApproveContributionRequest { id, etag, override_reason } = request.into_inner();
        let (contribution, decision) =
            self.0.approve(uuid(&id, "id")?, &etag, &override_reason).await?;
        Ok(Response::new(pb::ApproveContributionResponse {
            contribution: Some(contribution.into()),
            decision: Some(decision.into()),
        }))
    }

    async fn return_contribution(
        &self,
        request: Request<pb::ReturnContributionRequest>,
    ) -> Reply<pb::ReturnContributionResponse> {
        let pb::ReturnContributionRequest { id, etag, reason, text, targets } =
            request.into_inner();
        let (id, reason, targets) =
            (uuid(&id, "id")?, return_reason(reason)?, read_targets(targets)?);
        let (contribution, decision) =
            self.0.return_contribution(id, &etag, reason, &text, targets).await?;
        Ok(Response::new(pb::ReturnContributionResponse {
            contribution: Some(contribution.into()),
            decision: Some(decision.into()),
        }))
    }

    async fn withdraw_contribution(
        &self,
        request: Request<pb::WithdrawContributionRequest>,
    ) -> Reply<pb::WithdrawContributionResponse> {
        let pb::WithdrawContributionRequest { id, etag, reason } = request.into_inner();
        let (contribution, decision) = self.0.withdraw(uuid(&id, "id")?, &etag, &reason).await?;
        Ok(Response::new(pb::WithdrawContributionResponse {
            contribution: Some(contribution.into()),
            decision: Some(decision.into()),
        }))
    }

    async fn list_decisions(
        &self,
        request: Request<pb::ListDecisionsRequest>,
    ) -> Reply<pb::ListDecisionsResponse> {
        let is_outsider = identity::is_outsider(&request);
        let pb::ListDecisionsRequest { contribution } = request.into_inner();
        let decisions = self.0.decisions(uuid(&contribution, "contribution")?).await?;
        let shown = decisions.len().to_string();
        self.0.outsider_reads(is_outsider, "decision.list", &contribution, shown).await?;
        let decisions = decisions.into_iter().map(Into::into).collect();
        Ok(Response::new(pb::ListDecisionsResponse { decisions }))
    }

    async fn compare_with_approved(
        &self,
        request: Request<pb::CompareWithApprovedRequest>,
    ) -> Reply<pb::CompareWithApprovedResponse> {
        let is_outsider = identity::is_outsider(&request);
        let pb::CompareWithApprovedRequest { contribution } = request.into_inner();
        let found = self.0.compare_with_approved(uuid(&contribution, "contribution")?).await?;
        let SinceApproval { approval, holds, comparison } = found;
        let shown = comparison.as_ref().map(|(from, to, _)| format!("{from} {to}"));
        self.0
            .outsider_reads(
                is_outsider,
                "decision.compare",
                &contribution,
                shown.unwrap_or_default(),
            )
            .await?;
        Ok(Response::new(pb::CompareWithApprovedResponse {
            approval: approval.map(Into::into),
            holds,
            comparison: comparison.map(history::comparison),
        }))
    }

    async fn list_overrides(
        &self,
        request: Request<pb::ListOverridesRequest>,
    ) -> Reply<pb::ListOverridesResponse> {
        let is_outsider = identity::is_outsider(&request);
        let pb::ListOverridesRequest { cycle } = request.into_inner();
        let overrides = self.0.overrides(&parse::<CycleName>(&cycle, "cycle")?).await?;
        let shown = overrides.len().to_string();
        self.0.outsider_reads(is_outsider, "override.list", &cycle, shown).await?;
        let overrides = overrides.into_iter().map(Into::into).collect();
        Ok(Response::new(pb::ListOverridesResponse { overrides }))
    }

    async fn confirm_override(
        &self,
        request: Request<pb::ConfirmOverrideRequest>,
    ) -> Reply<pb::ConfirmOverrideResponse> {
        let made = self.0.confirm_override(uuid(&request.into_inner().id, "id")?).await?;
        Ok(Response::new(pb::ConfirmOverrideResponse { r#override: Some(made.into()) }))
    }

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
        let is_outsider = identity::is_outsider(&request);
        let pb::ListRemarksRequest { contribution, show_resolved } = request.into_inner();
        let remarks = self.0.remarks(uuid(&contribution, "contribution")?, show_resolved).await?;
        let shown = remarks.len().to_string();
        self.0.outsider_reads(is_outsider, "remark.list", &contribution, shown).await?;
        let remarks = remarks.into_iter().map(Into::into).collect();
        Ok(Response::new(pb::ListRemarksResponse { remarks }))
    }
}

fn uuid(text: &str, field: &str) -> Result<Uuid, Error> {
    text.parse().map_err(|_| Error::invalid(field, "INVALID_ID", "is no UUID"))
}

fn return_reason(number: i32) -> Result<ReturnReason, Error> {
    let unknown =
        |_| Error::invalid("reason", "UNKNOWN_VALUE", format!("value {number} is not known here"));
    let reason = pb::ReturnReason::try_from(number).map_err(unknown)?;
    Ok(ReturnReason::try_from(reason).map_err(|error| error.within("reason"))?)
}

/// All faults are told together.
fn read_targets(targets: Vec<pb::Target>) -> Result<Vec<Target>, Error> {
    let mut faults: Vec<InvalidField> = Vec::new();
    let mut read = Vec::with_capacity(targets.len());
    for (i, target) in targets.into_iter().enumerate() {
        match Target::try_from(target) {
            Ok(target) => read.push(target),
            Err(error) => faults.push(error.within(&format!("targets[{i}]"))),
        }
    }
    if faults.is_empty() { Ok(read) } else { Err(Error::Invalid(faults)) }
}
