//! The generated traits of cycles onto the verbs: convert, call, convert; nothing else.

use model::{CycleChange, CycleName, CycleState, InvalidField, NewDate, check::CycleFinding};
use rpc::Page;
use tonic::{Request, Response};
use wire::v1::{self as pb, cycle_service_server::CycleService};

use crate::{
    Error,
    audit::reads::Shown,
    grpc::{
        Grpc, Reply,
        convert::{field, next_token, parse},
    },
    verbs::Changed,
};

#[tonic::async_trait]
impl CycleService for Grpc {
    async fn open_cycle(
        &self,
        request: Request<pb::OpenCycleRequest>,
    ) -> Reply<pb::OpenCycleResponse> {
        let pb::OpenCycleRequest { cycle, validate_only } = request.into_inner();
        let (mut cycle, created) = self.0.open_cycle(field(cycle, "cycle")?, validate_only).await?;
        if validate_only && created {
            cycle.create_time = None;
        }
        Ok(Response::new(pb::OpenCycleResponse { cycle: Some(cycle.into()), created }))
    }

    async fn get_cycle(
        &self,
        request: Request<pb::GetCycleRequest>,
    ) -> Reply<pb::GetCycleResponse> {
        let cycle = self.0.cycle(&parse::<CycleName>(&request.into_inner().name, "name")?).await?;
        Ok(Response::new(pb::GetCycleResponse { cycle: Some(cycle.into()) }))
    }

    async fn list_cycles(
        &self,
        request: Request<pb::ListCyclesRequest>,
    ) -> Reply<pb::ListCyclesResponse> {
        let pb::ListCyclesRequest { framework, page_size, page_token } = request.into_inner();
        let question = format!("cycles {framework}");
        let page = Page::read(page_size, &page_token, &question).map_err(Error::from)?;
        let cycles = self.0.cycles(&framework, &page.after, page.size).await?;
        let next_page_token = next_token(&cycles, &page, &question, |cycle| cycle.name.to_string());
        Ok(Response::new(pb::ListCyclesResponse {
            cycles: cycles.into_iter().map(Into::into).collect(),
            next_page_token,
        }))
    }

    async fn change_cycle(
        &self,
        request: Request<pb::ChangeCycleRequest>,
    ) -> Reply<pb::ChangeCycleResponse> {
        let request = request.into_inner();
        let (name, change) = (parse(&request.name, "name")?, read_change(&request)?);
        let done = self.0.change_cycle(&name, &change, &request.reason, request.validate_only);
        let done = done.await?;
        let before = Some(done.before.clone().into());
        let (cycle, changed, effects) = parts(done);
        let shown = Shown::unpublished(name, effects.len().to_string());
        Ok(shown.by(pb::ChangeCycleResponse { cycle, changed, effects, before }))
    }

    async fn close_cycle(
        &self,
        request: Request<pb::CloseCycleRequest>,
    ) -> Reply<pb::CloseCycleResponse> {
        let pb::CloseCycleRequest { name, reason, validate_only } = request.into_inner();
        let name = parse(&name, "name")?;
        let done = self.0.set_cycle_state(&name, CycleState::Closed, &reason, validate_only);
        let (cycle, changed, effects) = parts(done.await?);
        let shown = Shown::unpublished(name, effects.len().to_string());
        Ok(shown.by(pb::CloseCycleResponse { cycle, changed, effects }))
    }

    async fn reopen_cycle(
        &self,
        request: Request<pb::ReopenCycleRequest>,
    ) -> Reply<pb::ReopenCycleResponse> {
        let pb::ReopenCycleRequest { name, reason, validate_only } = request.into_inner();
        let name = parse(&name, "name")?;
        let done = self.0.set_cycle_state(&name, CycleState::Open, &reason, validate_only);
        let (cycle, changed, effects) = parts(done.await?);
        let shown = Shown::unpublished(name, effects.len().to_string());
        Ok(shown.by(pb::ReopenCycleResponse { cycle, changed, effects }))
    }

    async fn list_cycle_changes(
        &self,
        request: Request<pb::ListCycleChangesRequest>,
    ) -> Reply<pb::ListCycleChangesResponse> {
        let pb::ListCycleChangesRequest { name, page_size, page_token } = request.into_inner();
        let question = format!("changes of {name}");
        let page = Page::read(page_size, &page_token, &question).map_err(Error::from)?;
        // A token that was given out ends with a number; any other begins anew.
        let after = page.after.parse().unwrap_or(0);
        let changes = self.0.cycle_changes(&parse(&name, "name")?, after, page.size).await?;
        let next_page_token =
            next_token(&changes, &page, &question, |(_, made)| made.number.to_string());
        let with_before = |(before, made): (model::Cycle, model::MadeCycleChange)| {
            pb::CycleChange { before: Some(before.into()), ..made.into() }
        };
        let changes = changes.into_iter().map(with_before).collect();
        let shown = Shown::unpublished(name, question);
        Ok(shown.by(pb::ListCycleChangesResponse { changes, next_page_token }))
    }

    async fn list_cycle_findings(
        &self,
        request: Request<pb::ListCycleFindingsRequest>,
    ) -> Reply<pb::ListCycleFindingsResponse> {
        let pb::ListCycleFindingsRequest { name, page_size, page_token } = request.into_inner();
        let question = format!("findings of {name}");
        let page = Page::read(page_size, &page_token, &question).map_err(Error::from)?;
        // A token that was given out ends with a number; any other begins anew.
        let after = page.after.parse().unwrap_or(0);
        let all = self.0.cycle_findings(&parse(&name, "name")?).await?;
        let findings: Vec<_> = (1_usize..).zip(all).skip(after).take(page.size as usize).collect();
        let next_page_token =
            next_token(&findings, &page, &question, |(number, _)| number.to_string());
        let findings = findings.into_iter().map(|(_, found)| cycle_finding(found)).collect();
        let shown = Shown::unpublished(name, question);
        Ok(shown.by(pb::ListCycleFindingsResponse { findings, next_page_token }))
    }
}

fn cycle_finding(found: CycleFinding) -> pb::CycleFinding {
    let CycleFinding { organisation, contribution, finding } = found;
    let organisation = organisation.map_or(String::new(), |code| code.to_string());
    pb::CycleFinding { organisation, contribution, finding: Some(finding.into()) }
}

/// What an answer says of a change.
fn parts(
    Changed { cycle, before: _, is_new, effects }: Changed,
) -> (Option<pb::Cycle>, bool, Vec<pb::CycleEffect>) {
    (Some(cycle.into()), is_new, effects.into_iter().map(Into::into).collect())
}

fn read_change(request: &pb::ChangeCycleRequest) -> Result<CycleChange, Error> {
    let pb::ChangeCycleRequest {
        name: _,
        reason: _,
        opening,
        deadline,
        joining,
        leaving,
        review,
        gaps,
        framework_version,
        validate_only: _,
    } = request;
    Ok(CycleChange {
        opening: new_date(opening.as_ref(), "opening")?,
        deadline: new_date(deadline.as_ref(), "deadline")?,
        joining: slugs(joining, "joining")?,
        leaving: slugs(leaving, "leaving")?,
        review: policy::<pb::ReviewPolicy, _>(*review, "review")?,
        gaps: policy::<pb::GapPolicy, _>(*gaps, "gaps")?,
        framework_version: (*framework_version != 0).then_some(*framework_version),
        state: None,
    })
}

fn new_date(text: Option<&String>, field: &str) -> Result<Option<NewDate>, Error> {
    let Some(text) = text else { return Ok(None) };
    let date = wire::date_or_none(text, field).map_err(Error::from)?;
    Ok(Some(date.map_or(NewDate::Never, NewDate::On)))
}

fn slugs(codes: &[String], list: &str) -> Result<Vec<model::Slug>, Error> {
    let slug = |(place, code): (usize, &String)| parse(code, &format!("{list}[{place}]"));
    codes.iter().enumerate().map(slug).collect()
}

/// A policy that may be left out.
fn policy<M: TryFrom<i32>, T: TryFrom<M, Error = InvalidField>>(
    number: i32,
    field: &str,
) -> Result<Option<T>, Error> {
    if number == 0 {
        return Ok(None);
    }
    let unknown =
        |_| Error::invalid(field, "UNKNOWN_VALUE", format!("value {number} is not known here"));
    let message = M::try_from(number).map_err(unknown)?;
    Ok(Some(T::try_from(message).map_err(|error| error.within(field))?))
}
