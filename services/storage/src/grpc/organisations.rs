//! The generated traits of organisations onto the verbs: convert, call, convert; nothing else.

use rpc::Page;
use tonic::{Request, Response};
use wire::v1::{self as pb, organisation_service_server::OrganisationService};

use crate::{
    Error,
    grpc::{Grpc, Reply, convert::next_token},
};

#[tonic::async_trait]
impl OrganisationService for Grpc {
    async fn list_organisations(
        &self,
        request: Request<pb::ListOrganisationsRequest>,
    ) -> Reply<pb::ListOrganisationsResponse> {
        let pb::ListOrganisationsRequest { page_size, page_token } = request.into_inner();
        let page = Page::read(page_size, &page_token, "organisations").map_err(Error::from)?;
        let organisations = self.0.organisations(&page.after, page.size).await?;
        let next_page_token = next_token(&organisations, &page, "organisations", |organisation| {
            organisation.code.to_string()
        });
        Ok(Response::new(pb::ListOrganisationsResponse {
            organisations: organisations.into_iter().map(Into::into).collect(),
            next_page_token,
        }))
    }
}
