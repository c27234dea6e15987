//! The generated traits of checked saves onto the verbs: convert, call, convert; nothing else.

use tonic::{Request, Response};
use wire::internal::{self, save_service_server::SaveService};

use crate::grpc::{
    Grpc, Reply,
    convert::{self},
};

#[tonic::async_trait]
impl SaveService for Grpc {
    async fn save_contributions(
        &self,
        request: Request<internal::SaveContributionsRequest>,
    ) -> Reply<internal::SaveContributionsResponse> {
        let internal::SaveContributionsRequest { saves, validate_only } = request.into_inner();
        let results = self
            .0
            .save_contributions(saves.into_iter().map(TryInto::try_into).collect(), validate_only)
            .await?;
        let results =
            results.into_iter().map(|result| convert::save_result(result, validate_only)).collect();
        Ok(Response::new(internal::SaveContributionsResponse { results }))
    }
}
