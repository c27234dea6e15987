//! The generated traits of overrides onto the verbs: convert, call, convert; nothing else.

use model::CycleName;
use tonic::{Request, Response};
use wire::v1::{self as pb, override_service_server::OverrideService};

use crate::{
    audit::reads::Shown,
    grpc::{
        Grpc, Reply,
        convert::{parse, uuid},
    },
};

#[tonic::async_trait]
impl OverrideService for Grpc {
    async fn list_overrides(
        &self,
        request: Request<pb::ListOverridesRequest>,
    ) -> Reply<pb::ListOverridesResponse> {
        let pb::ListOverridesRequest { cycle } = request.into_inner();
        let overrides = self.0.overrides(&parse::<CycleName>(&cycle, "cycle")?).await?;
        let shown = Shown::unpublished(cycle, overrides.len().to_string());
        let overrides = overrides.into_iter().map(Into::into).collect();
        Ok(shown.by(pb::ListOverridesResponse { overrides }))
    }

    async fn confirm_override(
        &self,
        request: Request<pb::ConfirmOverrideRequest>,
    ) -> Reply<pb::ConfirmOverrideResponse> {
        let made = self.0.confirm_override(uuid(&request.into_inner().id, "id")?).await?;
        Ok(Response::new(pb::ConfirmOverrideResponse { r#override: Some(made.into()) }))
    }
}
