//! The generated trait onto the verbs: convert, call, convert; nothing else.

use std::sync::Arc;

use futures::{StreamExt as _, stream::BoxStream};
use prost::Message as _;
use tonic::{Request, Response, Status, Streaming};
use wire::v1::{
    self as pb, SaveConflict, submission_service_server::SubmissionService,
    submission_service_server::SubmissionServiceServer,
};

use crate::{Error, Ingest, bulk, check::Strictness};

/// Maximum size in bytes of a message: larger than any save within the limits, so that the refusal of one beyond them names the limit.
const MAX_MESSAGE: usize = 16 * 1024 * 1024;

/// The service, ready to be added to a server.
pub(crate) fn service(ingest: Arc<Ingest>) -> SubmissionServiceServer<Grpc> {
    SubmissionServiceServer::new(Grpc(ingest)).max_decoding_message_size(MAX_MESSAGE)
}

#[derive(Debug)]
pub(crate) struct Grpc(Arc<Ingest>);

type Reply<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl SubmissionService for Grpc {
    async fn submit_contribution(
        &self,
        request: Request<pb::SubmitContributionRequest>,
    ) -> Reply<pb::SubmitContributionResponse> {
        let pb::SubmitContributionRequest { save, validate_only } = request.into_inner();
        let result = self.0.save(save, Strictness::Submit, validate_only).await?;
        Ok(Response::new(pb::SubmitContributionResponse { result: Some(result) }))
    }

    async fn save_draft(
        &self,
        request: Request<pb::SaveDraftRequest>,
    ) -> Reply<pb::SaveDraftResponse> {
        let pb::SaveDraftRequest { save } = request.into_inner();
        let result = self.0.save(save, Strictness::Draft, false).await?;
        Ok(Response::new(pb::SaveDraftResponse { result: Some(result) }))
    }

    type SubmitContributionsStream =
        BoxStream<'static, Result<pb::SubmitContributionsResponse, Status>>;

    async fn submit_contributions(
        &self,
        request: Request<Streaming<pb::SubmitContributionsRequest>>,
    ) -> Reply<Self::SubmitContributionsStream> {
        Ok(Response::new(bulk::submit(Arc::clone(&self.0), request.into_inner().boxed()).boxed()))
    }
}

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(status) => Self::with_details(
                status.code(),
                status.message(),
                status.details().to_vec().into(),
            ),
            Error::Rejected(mut result) => {
                let conflict = result.conflict.take();
                let error = Error::Rejected(result);
                let status = error.failure().into_status(error);
                match conflict {
                    Some(conflict) => rpc::with_detail(&status, CONFLICT, &fitting(conflict)),
                    None => status,
                }
            }
            error => error.failure().into_status(error),
        }
    }
}

const CONFLICT: &str = "voortgang.v1.SaveConflict";
/// Maximum size in bytes of a conflict in a status: it travels in headers, of which many clients take 8 KiB, in base64.
const MAX_CONFLICT: usize = 4_000;

/// A conflict that fits into a status: with both texts where they fit, else with what they are read by.
fn fitting(mut conflict: SaveConflict) -> SaveConflict {
    let sides = [&mut conflict.base, &mut conflict.current];
    for side in sides.into_iter().flatten() {
        // The text stands in the content.
        (side.passages, side.findings) = (Vec::new(), Vec::new());
    }
    if conflict.encoded_len() > MAX_CONFLICT {
        for side in [&mut conflict.base, &mut conflict.current].into_iter().flatten() {
            side.content = None;
        }
    }
    conflict
}
