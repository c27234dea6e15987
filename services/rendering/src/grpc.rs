//! The generated trait onto the verbs: convert, call, convert; nothing else.

use std::sync::Arc;

use bytes::Bytes;
use futures::{StreamExt as _, stream, stream::BoxStream};
use model::{EditionName, Format, InvalidField};
use tonic::{Code, Request, Response, Status};
use wire::v1::{
    self as pb, template_service_server::TemplateService,
    template_service_server::TemplateServiceServer,
};

use crate::{Error, Rendering, TemplateFault};

/// Bytes of a message of the stream.
const CHUNK: usize = 256 * 1024;

/// The service, ready to be added to a server.
pub(crate) fn service(rendering: Arc<Rendering>) -> TemplateServiceServer<Grpc> {
    TemplateServiceServer::new(Grpc(rendering)).max_decoding_message_size(64 * 1024)
}

#[derive(Debug)]
pub(crate) struct Grpc(Arc<Rendering>);

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        if let Error::Storage(status) = &error
            && matches!(status.code(), Code::NotFound | Code::FailedPrecondition)
        {
            // It is about the edition, and meant for the caller.
            return Self::with_details(
                status.code(),
                status.message(),
                status.details().to_vec().into(),
            );
        }
        let fields = match &error {
            Error::Invalid(field) => rpc::violations(std::slice::from_ref(field)),
            _ => Vec::new(),
        };
        let failure = rpc::Failure {
            kind: error.kind(),
            reason: error.reason().to_owned(),
            message: error.to_string(),
            fields,
        };
        failure.into_status(error)
    }
}

#[tonic::async_trait]
impl TemplateService for Grpc {
    async fn check_template(
        &self,
        request: Request<pb::CheckTemplateRequest>,
    ) -> Result<Response<pb::CheckTemplateResponse>, Status> {
        let faults = self.0.check_template(&request.into_inner().language).await?;
        let faults = faults.into_iter().map(Into::into).collect();
        Ok(Response::new(pb::CheckTemplateResponse {
            faults,
            rendered_with: self.0.rendered_with(&[]),
        }))
    }

    type RenderEditionStream = BoxStream<'static, Result<pb::RenderEditionResponse, Status>>;

    async fn render_edition(
        &self,
        request: Request<pb::RenderEditionRequest>,
    ) -> Result<Response<Self::RenderEditionStream>, Status> {
        let pb::RenderEditionRequest { edition, format, language } = request.into_inner();
        let (edition, format) = read(&edition, format).map_err(Error::from)?;
        let bytes = Bytes::from(self.0.render(&edition, format, &language).await?.bytes);
        let starts: Vec<usize> = (0..bytes.len()).step_by(CHUNK).collect();
        let chunk = move |at| {
            Ok(pb::RenderEditionResponse { chunk: bytes.slice(at..bytes.len().min(at + CHUNK)) })
        };
        Ok(Response::new(stream::iter(starts.into_iter().map(chunk)).boxed()))
    }
}

fn read(edition: &str, format: i32) -> Result<(EditionName, Format), InvalidField> {
    let edition = edition.parse().map_err(|fault: InvalidField| fault.within("edition"))?;
    let unknown = |_| {
        InvalidField::new("format", "UNKNOWN_VALUE", format!("value {format} is not known here"))
    };
    let format = Format::try_from(pb::Format::try_from(format).map_err(unknown)?)
        .map_err(|fault| fault.within("format"))?;
    Ok((edition, format))
}

impl From<TemplateFault> for pb::TemplateFault {
    fn from(TemplateFault { file, line, column, message }: TemplateFault) -> Self {
        Self { file, line, column, message }
    }
}
