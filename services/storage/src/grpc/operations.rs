//! The generated traits of operations onto the verbs: convert, call, convert; nothing else.

use rpc::Page;
use tonic::{Request, Response};
use wire::v1::{self as pb, operations_service_server::OperationsService};

use crate::{
    Error,
    grpc::{
        Grpc, Reply,
        convert::{self, next_token},
    },
    verbs::status_of,
};

#[tonic::async_trait]
impl OperationsService for Grpc {
    async fn list_dead_letters(
        &self,
        request: Request<pb::ListDeadLettersRequest>,
    ) -> Reply<pb::ListDeadLettersResponse> {
        let pb::ListDeadLettersRequest { show_replayed, page_size, page_token } =
            request.into_inner();
        let question = format!("dead letters {show_replayed}");
        let page = Page::read(page_size, &page_token, &question).map_err(Error::from)?;
        let before = page.after.parse().unwrap_or(u64::MAX);
        let letters = self.0.dead_letters(before, show_replayed, page.size).await?;
        let next_page_token =
            next_token(&letters, &page, &question, |letter| letter.id.to_string());
        let dead_letters =
            letters.into_iter().map(|letter| convert::dead_letter(letter, false)).collect();
        Ok(Response::new(pb::ListDeadLettersResponse { dead_letters, next_page_token }))
    }

    async fn get_dead_letter(
        &self,
        request: Request<pb::GetDeadLetterRequest>,
    ) -> Reply<pb::GetDeadLetterResponse> {
        let letter = self.0.dead_letter(request.into_inner().id).await?;
        Ok(Response::new(pb::GetDeadLetterResponse {
            dead_letter: Some(convert::dead_letter(letter, true)),
        }))
    }

    async fn replay_dead_letter(
        &self,
        request: Request<pb::ReplayDeadLetterRequest>,
    ) -> Reply<pb::ReplayDeadLetterResponse> {
        let letter = self.0.replay_dead_letter(request.into_inner().id).await?;
        Ok(Response::new(pb::ReplayDeadLetterResponse {
            dead_letter: Some(convert::dead_letter(letter, true)),
        }))
    }

    async fn get_storage_status(
        &self,
        _: Request<pb::GetStorageStatusRequest>,
    ) -> Reply<pb::GetStorageStatusResponse> {
        let status = status_of(&self.0).await?;
        Ok(Response::new(status.into()))
    }
}
