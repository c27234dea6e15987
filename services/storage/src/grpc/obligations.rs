//! The generated traits of obligations onto the verbs: convert, call, convert; nothing else.

use model::{Asked, CycleName, Instant, InvalidField, ObligationState, Slug};
use rpc::Page;
use tonic::{Request, Response};
use wire::v1::{self as pb, obligation_service_server::ObligationService};

use crate::{
    Error,
    audit::reads::Shown,
    grpc::{
        Grpc, Reply,
        convert::{next_token, parse, parse_or_none},
    },
    verbs::{Owed, OwedFilter},
};

#[tonic::async_trait]
impl ObligationService for Grpc {
    async fn assign_obligations(
        &self,
        request: Request<pb::AssignObligationsRequest>,
    ) -> Reply<pb::AssignObligationsResponse> {
        let pb::AssignObligationsRequest { cycle, obligations, validate_only } =
            request.into_inner();
        let cycle = parse(&cycle, "cycle")?;
        let obligations = assignments(obligations)?;
        let counts = self.0.assign_obligations(&cycle, obligations, validate_only).await?;
        Ok(Response::new(pb::AssignObligationsResponse {
            assigned: counts.assigned,
            changed: counts.changed,
            unchanged: counts.unchanged,
        }))
    }

    async fn remove_obligation(
        &self,
        request: Request<pb::RemoveObligationRequest>,
    ) -> Reply<pb::RemoveObligationResponse> {
        let pb::RemoveObligationRequest { cycle, organisation, goal, indicator, reason } =
            request.into_inner();
        let asked = Asked { organisation: parse(&organisation, "organisation")?, goal, indicator };
        self.0.remove_obligation(&parse(&cycle, "cycle")?, asked, &reason).await?;
        Ok(Response::new(pb::RemoveObligationResponse {}))
    }

    async fn roll_forward(
        &self,
        request: Request<pb::RollForwardRequest>,
    ) -> Reply<pb::RollForwardResponse> {
        let pb::RollForwardRequest { cycle, from, validate_only } = request.into_inner();
        let from = parse_or_none::<CycleName>(&from, "from")?;
        let rolled = self.0.roll_forward(&parse(&cycle, "cycle")?, from, validate_only).await?;
        Ok(Response::new(pb::RollForwardResponse {
            from: rolled.from.to_string(),
            obligations: rolled.obligations,
            drafts: rolled.drafts,
            left_behind: rolled.left_behind,
            offered: rolled.offered,
        }))
    }

    async fn set_deadline(
        &self,
        request: Request<pb::SetDeadlineRequest>,
    ) -> Reply<pb::SetDeadlineResponse> {
        let pb::SetDeadlineRequest { cycle, organisation, deadline, reason } = request.into_inner();
        let organisation: Slug = parse(&organisation, "organisation")?;
        let new = wire::date_or_none(&deadline, "deadline").map_err(Error::from)?;
        let cycle = parse(&cycle, "cycle")?;
        let deadline = self.0.set_deadline(&cycle, &organisation, new, &reason).await?;
        let deadline = deadline.map_or(String::new(), |deadline| deadline.to_string());
        Ok(Response::new(pb::SetDeadlineResponse { deadline }))
    }

    async fn accept_gap(
        &self,
        request: Request<pb::AcceptGapRequest>,
    ) -> Reply<pb::AcceptGapResponse> {
        let pb::AcceptGapRequest { cycle, organisation, goal, indicator, reason } =
            request.into_inner();
        let asked = Asked { organisation: parse(&organisation, "organisation")?, goal, indicator };
        let obligation = self.0.accept_gap(&parse(&cycle, "cycle")?, asked, &reason).await?;
        Ok(Response::new(pb::AcceptGapResponse { obligation: Some(obligation.into()) }))
    }

    async fn list_obligations(
        &self,
        request: Request<pb::ListObligationsRequest>,
    ) -> Reply<pb::ListObligationsResponse> {
        let pb::ListObligationsRequest {
            cycle,
            organisation,
            state,
            page_size,
            page_token,
            as_of,
            show_removed,
        } = request.into_inner();
        let as_of: Option<Instant> = as_of.as_ref().map(wire::instant);
        let question =
            format!("obligations {cycle} {organisation} {state} {as_of:?} {show_removed}");
        let page = Page::read(page_size, &page_token, &question).map_err(Error::from)?;
        let (name, state) = (parse(&cycle, "cycle")?, state_asked(state)?);
        let filter = OwedFilter { organisation: &organisation, state, as_of, show_removed };
        let found = self.0.obligations(&name, &filter, &page).await?;
        let next_page_token = next_token(&found, &page, &question, |(key, _)| key.clone());
        let obligations = found.into_iter().map(|(_, owed)| listed(owed)).collect();
        let shown = Shown::unpublished(cycle, question);
        Ok(shown.by(pb::ListObligationsResponse { obligations, next_page_token }))
    }

    async fn get_obligation_matrix(
        &self,
        request: Request<pb::GetObligationMatrixRequest>,
    ) -> Reply<pb::GetObligationMatrixResponse> {
        let pb::GetObligationMatrixRequest { cycle, as_of } = request.into_inner();
        let as_of = as_of.as_ref().map(wire::instant);
        let matrix = self.0.obligation_matrix(&parse(&cycle, "cycle")?, as_of).await?;
        let shown = Shown::unpublished(cycle, format!("{as_of:?}"));
        Ok(shown.by(pb::GetObligationMatrixResponse { matrix: Some(matrix.into()) }))
    }
}

fn listed(owed: Owed) -> pb::Obligation {
    let Owed { obligation, deadline_reason, removed_reason } = owed;
    pb::Obligation {
        deadline_reason,
        removed: removed_reason.is_some(),
        removed_reason: removed_reason.unwrap_or_default(),
        ..obligation.into()
    }
}

/// What is to be assigned; what storage gives is not read. All faults are reported together.
fn assignments(obligations: Vec<pb::Obligation>) -> Result<Vec<(Asked, bool)>, Error> {
    let mut faults = Vec::new();
    let mut assignments = Vec::with_capacity(obligations.len());
    for (i, pb::Obligation { organisation, goal, indicator, optional, .. }) in
        obligations.into_iter().enumerate()
    {
        match organisation.parse() {
            Ok(organisation) => {
                assignments.push((Asked { organisation, goal, indicator }, optional));
            }
            Err(error) => {
                let error: InvalidField = error;
                faults.push(error.within(&format!("obligations[{i}].organisation")));
            }
        }
    }
    if faults.is_empty() { Ok(assignments) } else { Err(Error::Invalid(faults)) }
}

fn state_asked(number: i32) -> Result<Option<ObligationState>, Error> {
    let unknown =
        |_| Error::invalid("state", "UNKNOWN_VALUE", format!("value {number} is not known here"));
    match pb::ObligationState::try_from(number).map_err(unknown)? {
        pb::ObligationState::Unspecified => Ok(None),
        state => Ok(Some(ObligationState::try_from(state)?)),
    }
}
