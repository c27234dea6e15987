//! Uploads and downloads in chunks.

use bytes::{Bytes, BytesMut};
use futures::{Stream, stream};
use tonic::{Status, Streaming};
use wire::storage::{self as pb, upload_artefact_request::Part};

use crate::{Error, verbs::Upload};

/// Bytes of a chunk of a download.
const CHUNK: usize = 256 * 1024;

/// Receives an upload: the head, then the bytes, never more than the head announced.
pub(crate) async fn receive(
    mut stream: Streaming<pb::UploadArtefactRequest>,
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
    if max_bytes < head.size {
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

/// Cuts bytes into messages of a download.
pub(crate) fn chunks(
    mut bytes: Bytes,
) -> impl Stream<Item = Result<pb::DownloadArtefactResponse, Status>> {
    let mut messages = Vec::new();
    while !bytes.is_empty() {
        let chunk = bytes.split_to(CHUNK.min(bytes.len()));
        messages.push(Ok(pb::DownloadArtefactResponse { chunk }));
    }
    stream::iter(messages)
}
