//! The generated traits of frameworks onto the verbs: convert, call, convert; nothing else.

use model::Slug;
use rpc::Page;
use tonic::{Request, Response};
use wire::v1::{self as pb, framework_service_server::FrameworkService};

use crate::{
    Error,
    grpc::{
        Grpc, Reply,
        convert::{field, next_token, parse},
    },
};

#[tonic::async_trait]
impl FrameworkService for Grpc {
    async fn register_framework(
        &self,
        request: Request<pb::RegisterFrameworkRequest>,
    ) -> Reply<pb::RegisterFrameworkResponse> {
        let pb::RegisterFrameworkRequest { framework, validate_only } = request.into_inner();
        let (framework, created) =
            self.0.register_framework(field(framework, "framework")?, validate_only).await?;
        Ok(Response::new(pb::RegisterFrameworkResponse {
            framework: Some(framework.into()),
            created,
        }))
    }

    async fn get_framework(
        &self,
        request: Request<pb::GetFrameworkRequest>,
    ) -> Reply<pb::GetFrameworkResponse> {
        let pb::GetFrameworkRequest { code, version } = request.into_inner();
        let framework = self.0.framework(&parse::<Slug>(&code, "code")?, version).await?;
        Ok(Response::new(pb::GetFrameworkResponse { framework: Some(framework.into()) }))
    }

    async fn list_frameworks(
        &self,
        request: Request<pb::ListFrameworksRequest>,
    ) -> Reply<pb::ListFrameworksResponse> {
        let pb::ListFrameworksRequest { page_size, page_token } = request.into_inner();
        let page = Page::read(page_size, &page_token, "frameworks").map_err(Error::from)?;
        let frameworks = self.0.frameworks(&page.after, page.size).await?;
        let next_page_token =
            next_token(&frameworks, &page, "frameworks", |framework| framework.code.to_string());
        Ok(Response::new(pb::ListFrameworksResponse {
            frameworks: frameworks.into_iter().map(Into::into).collect(),
            next_page_token,
        }))
    }
}
