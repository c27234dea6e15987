//! The generated traits of reviews onto the verbs: convert, call, convert; nothing else.

use model::{Decision, InvalidField, ReturnReason, Target};
use tonic::{Request, Response};
use wire::v1::{self as pb, review_service_server::ReviewService};

use crate::{
    Error,
    audit::reads::Shown,
    grpc::{
        Grpc, Reply, contributions,
        convert::{item_error, parse_or_none, uuid},
    },
    verbs::{Approval, SinceApproval},
};

#[tonic::async_trait]
impl ReviewService for Grpc {
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

    async fn approve_contributions(
        &self,
        request: Request<pb::ApproveContributionsRequest>,
    ) -> Reply<pb::ApproveContributionsResponse> {
        let pb::ApproveContributionsRequest {
            approvals,
            override_reason,
            validate_only,
            organisation,
        } = request.into_inner();
        let read = read_approvals(&approvals)?;
        let organisation = parse_or_none(&organisation, "organisation")?;
        let results =
            self.0.approve_many(&read, organisation, &override_reason, validate_only).await?;
        let results = approvals.into_iter().zip(results);
        let results = results.map(|(approval, result)| approved(approval.id, result)).collect();
        Ok(Response::new(pb::ApproveContributionsResponse { results }))
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
        let pb::WithdrawContributionRequest { id, etag, reason, validate_only } =
            request.into_inner();
        let id = uuid(&id, "id")?;
        let (contribution, decision) = self.0.withdraw(id, &etag, &reason, validate_only).await?;
        Ok(Response::new(pb::WithdrawContributionResponse {
            contribution: Some(contribution.into()),
            decision: Some(decision.into()),
        }))
    }

    async fn list_decisions(
        &self,
        request: Request<pb::ListDecisionsRequest>,
    ) -> Reply<pb::ListDecisionsResponse> {
        let pb::ListDecisionsRequest { contribution } = request.into_inner();
        let decisions = self.0.decisions(uuid(&contribution, "contribution")?).await?;
        let shown = Shown::unpublished(contribution, decisions.len().to_string());
        let decisions = decisions.into_iter().map(Into::into).collect();
        Ok(shown.by(pb::ListDecisionsResponse { decisions }))
    }

    async fn compare_with_approved(
        &self,
        request: Request<pb::CompareWithApprovedRequest>,
    ) -> Reply<pb::CompareWithApprovedResponse> {
        let pb::CompareWithApprovedRequest { contribution } = request.into_inner();
        let found = self.0.compare_with_approved(uuid(&contribution, "contribution")?).await?;
        let SinceApproval { approval, holds, comparison } = found;
        let compared = comparison.as_ref().map(|(from, to, _)| format!("{from} {to}"));
        let shown = Shown::unpublished(contribution, compared.unwrap_or_default());
        Ok(shown.by(pb::CompareWithApprovedResponse {
            approval: approval.map(Into::into),
            holds,
            comparison: comparison.map(contributions::comparison),
        }))
    }
}

fn read_approvals(approvals: &[pb::Approval]) -> Result<Vec<Approval>, Error> {
    let read = |(place, pb::Approval { id, etag }): (usize, &pb::Approval)| {
        let id = uuid(id, &format!("approvals[{place}].id"))?;
        Ok(Approval { id, etag: etag.clone() })
    };
    approvals.iter().enumerate().map(read).collect()
}

fn approved(id: String, result: Result<Decision, Error>) -> pb::ApprovalResult {
    match result {
        Ok(decision) => pb::ApprovalResult { id, decision: Some(decision.into()), error: None },
        Err(error) => pb::ApprovalResult { id, decision: None, error: Some(item_error(&error)) },
    }
}

fn return_reason(number: i32) -> Result<ReturnReason, Error> {
    let unknown =
        |_| Error::invalid("reason", "UNKNOWN_VALUE", format!("value {number} is not known here"));
    let reason = pb::ReturnReason::try_from(number).map_err(unknown)?;
    Ok(ReturnReason::try_from(reason).map_err(|error| error.within("reason"))?)
}

/// All faults are reported together.
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
