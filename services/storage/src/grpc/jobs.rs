//! The generated traits of rendering jobs onto the verbs: convert, call, convert; nothing else.

use bytes::{Bytes, BytesMut};
use model::JobName;
use tonic::{Request, Response, Status, Streaming};
use wire::internal::{self, job_service_server::JobService, upload_artefact_request::Part};

use crate::{
    Error,
    grpc::{Grpc, Reply, convert::parse},
    verbs::Upload,
};

#[tonic::async_trait]
impl JobService for Grpc {
    async fn lease_job(
        &self,
        request: Request<internal::LeaseJobRequest>,
    ) -> Reply<internal::LeaseJobResponse> {
        let internal::LeaseJobRequest { name, seconds, lease } = request.into_inner();
        let name = parse::<JobName>(&name, "name")?;
        let job = if lease == 0 {
            self.0.lease_job(&name, seconds).await?
        } else {
            self.0.prolong_lease(&name, lease, seconds).await?
        };
        Ok(Response::new(internal::LeaseJobResponse { job: Some(job.into()) }))
    }

    async fn fail_job(
        &self,
        request: Request<internal::FailJobRequest>,
    ) -> Reply<internal::FailJobResponse> {
        let internal::FailJobRequest { name, lease, error } = request.into_inner();
        let job = self.0.fail_job(&parse::<JobName>(&name, "name")?, lease, &error).await?;
        Ok(Response::new(internal::FailJobResponse { job: Some(job.into()) }))
    }

    async fn upload_artefact(
        &self,
        request: Request<Streaming<internal::UploadArtefactRequest>>,
    ) -> Reply<internal::UploadArtefactResponse> {
        let (head, bytes) = receive(request.into_inner(), self.0.config.max_artefact_bytes).await?;
        let artefact = self.0.take_artefact(head, bytes).await?;
        Ok(Response::new(internal::UploadArtefactResponse { artefact: Some(artefact.into()) }))
    }
}

/// Receives an upload: the head, then the bytes, never more than the head announced.
async fn receive(
    mut stream: Streaming<internal::UploadArtefactRequest>,
    max_bytes: u64,
) -> Result<(Upload, Bytes), Status> {
    let head = match stream.message().await?.and_then(|message| message.part) {
        Some(Part::Head(head)) => {
            Upload::try_from(head).map_err(|error| Error::from(error.within("head")))?
        }
        _ => {
            return Err(Error::invalid(
                "head",
                "NOT_GIVEN",
                "the first message of an upload is its head",
            )
            .into());
        }
    };
    if head.size > max_bytes {
        return Err(Error::TooLarge(format!(
            "the file has {} bytes, at most {max_bytes} are taken",
            head.size
        ))
        .into());
    }
    let mut bytes = BytesMut::new();
    while let Some(message) = stream.message().await? {
        let Some(Part::Chunk(chunk)) = message.part else {
            return Err(Error::invalid("chunk", "NOT_GIVEN", "after the head come bytes").into());
        };
        if head.size < (bytes.len() + chunk.len()) as u64 {
            return Err(Error::invalid(
                "chunk",
                "SIZE_DIFFERS",
                format!("more bytes than the {} announced", head.size),
            )
            .into());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok((head, bytes.freeze()))
}
