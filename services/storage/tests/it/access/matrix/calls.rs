//! Calls by their descriptors, with whatever messages.

use std::fmt;

use bytes::{Buf as _, BufMut as _, Bytes};
use http::uri::PathAndQuery;
use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor};
use rpc::Identity;
use tonic::{
    Request, Status,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
};

use crate::access::matrix::{
    requests,
    world::{Target, World},
};

/// First words of calls that show something and change nothing.
const READS: [&str; 7] = ["Check", "Compare", "Download", "Export", "Get", "List", "Read"];

/// A call that storage serves.
pub(super) struct Call {
    path: &'static str,
    descriptor: MethodDescriptor,
}

impl Call {
    pub(super) fn of(pool: &DescriptorPool, path: &'static str) -> Self {
        let (service, name) = path.split_once('/').unwrap();
        let service = pool.get_service_by_name(service).unwrap();
        let descriptor = service.methods().find(|method| method.name() == name).unwrap();
        Self { path, descriptor }
    }

    /// Its name as docs/ACCESS.md has it.
    pub(super) fn name(&self) -> &'static str {
        self.path.rsplit_once('.').unwrap().1
    }

    pub(super) fn is_read(&self) -> bool {
        READS.iter().any(|first| self.descriptor.name().starts_with(first))
    }

    /// The requests that name an object, one for each way to name it.
    pub(super) fn requests(&self, target: &Target) -> Vec<DynamicMessage> {
        requests::about(&self.descriptor.input(), target)
    }

    /// Makes the call, whatever its kind, and reads the whole answer.
    pub(super) async fn make(
        &self,
        world: &World,
        identity: &Identity,
        request: &DynamicMessage,
    ) -> Answer {
        let channel = world.sandbox.channel.clone().acting_as(identity);
        let mut client = tonic::client::Grpc::new(channel);
        client.ready().await.unwrap();
        let path = PathAndQuery::try_from(format!("/{}", self.path)).unwrap();
        let request = Request::new(futures::stream::iter([Bytes::from(request.encode_to_vec())]));
        let mut messages = Vec::new();
        let mut status = None;
        match client.streaming(request, path, Raw).await {
            Err(refusal) => status = Some(refusal),
            Ok(answer) => {
                let mut answer = answer.into_inner();
                loop {
                    match answer.message().await {
                        Ok(Some(message)) => messages.push(message),
                        Ok(None) => break,
                        Err(failure) => {
                            status = Some(failure);
                            break;
                        }
                    }
                }
            }
        }
        Answer { messages, status }
    }
}

/// How a call ended.
pub(super) struct Answer {
    messages: Vec<Bytes>,
    /// None where it ended well.
    pub(super) status: Option<Status>,
}

impl Answer {
    /// Everything that the caller is told.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.messages.concat();
        if let Some(status) = &self.status {
            bytes.extend(format!("{:?} {}\n", status.code(), status.message()).bytes());
            bytes.extend(status.details());
        }
        bytes
    }

    /// The stable name of its failure; empty where it ended well.
    pub(super) fn reason(&self) -> String {
        self.status.as_ref().and_then(rpc::reason).unwrap_or_default()
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.status {
            Some(status) => write!(f, "{:?} {} {}", status.code(), self.reason(), status.message()),
            None => write!(f, "{}", self.messages.concat().escape_ascii()),
        }
    }
}

/// Messages as they are on the wire.
#[derive(Debug, Clone, Copy)]
struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        *self
    }

    fn decoder(&mut self) -> Self {
        *self
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, message: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(message);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(buffer.copy_to_bytes(buffer.remaining())))
    }
}
