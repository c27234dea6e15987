//! The generated traits of changes onto the verbs: convert, call, convert; nothing else.

use tonic::{Request, Response};
use wire::internal::{self, change_service_server::ChangeService};

use crate::{
    grpc::{Grpc, Reply},
    verbs::Changes,
};

#[tonic::async_trait]
impl ChangeService for Grpc {
    async fn list_changes(
        &self,
        request: Request<internal::ListChangesRequest>,
    ) -> Reply<internal::ListChangesResponse> {
        let internal::ListChangesRequest { after_position, page_size } = request.into_inner();
        let Changes { rows, last_position, epoch } =
            self.0.changes(after_position, rpc::page_size(page_size, 1_000)).await?;
        Ok(Response::new(internal::ListChangesResponse {
            changes: rows.into_iter().map(Into::into).collect(),
            last_position,
            epoch,
        }))
    }
}
