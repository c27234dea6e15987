//! The generated traits of cycles onto the verbs: convert, call, convert; nothing else.

use model::CycleName;
use rpc::Page;
use tonic::{Request, Response};
use wire::v1::{self as pb, cycle_service_server::CycleService};

use crate::{
    Error,
    grpc::{
        Grpc, Reply,
        convert::{field, next_token, parse},
    },
};

#[tonic::async_trait]
impl CycleService for Grpc {
    async fn open_cycle(
        &self,
        request: Request<pb::OpenCycleRequest>,
    ) -> Reply<pb::OpenCycleResponse> {
        let (cycle, created) =
            self.0.open_cycle(field(request.into_inner().cycle, "cycle")?).await?;
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
}
