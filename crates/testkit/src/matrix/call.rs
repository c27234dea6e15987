//! Calls by their descriptors, with whatever messages.

use std::fmt;

use bytes::{Buf as _, BufMut as _, Bytes};
use http::uri::PathAndQuery;
use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor, Value};
use tonic::{
    Request, Status,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
};
use wire::{Method, Service, v1::Scope};

use crate::{
    AccessRow, documented_access,
    matrix::{requests, sight::Sight, world::Target},
};

/// First words of calls that show something and change nothing.
const READS: [&str; 10] = [
    "Check", "Compare", "Download", "Export", "Get", "List", "Read", "Render", "Search", "Suggest",
];

/// A call with its row of the table in docs/ACCESS.md.
#[derive(Debug)]
pub struct Call {
    path: &'static str,
    descriptor: MethodDescriptor,
    row: AccessRow,
    /// In what it searches, where it does.
    scope: Option<Scope>,
}

impl Call {
    /// The calls of these services, such as `[Service::Storage]`; one that searches is two, for each of what it may search in.
    pub fn of_services(services: &[Service]) -> Vec<Self> {
        let pool = DescriptorPool::decode(wire::DESCRIPTORS).expect("descriptors");
        let rows = documented_access();
        let methods = Method::ALL.into_iter();
        let paths = methods.filter(|method| services.contains(&method.service())).map(Method::path);
        let calls = paths.flat_map(|path| {
            let (service, name) = path.split_once('/').expect("a service and a name");
            let service = pool.get_service_by_name(service).expect("a known service");
            let descriptor = service.methods().find(|method| method.name() == name);
            let descriptor = descriptor.expect("a known call");
            let row = &rows[path.rsplit_once('.').expect("a full name").1];
            let scopes = match descriptor.input().get_field_by_name("scope") {
                Some(_) => &[Some(Scope::Published), Some(Scope::Working)][..],
                None => &[None],
            };
            scopes.iter().map(move |&scope| Self {
                path,
                descriptor: descriptor.clone(),
                row: row.clone(),
                scope,
            })
        });
        calls.collect()
    }

    /// Its name as docs/ACCESS.md has it.
    pub fn name(&self) -> &'static str {
        self.path.rsplit_once('.').map_or(self.path, |(_, name)| name)
    }

    /// Whether the gateway passes it on.
    pub fn is_public(&self) -> bool {
        Method::from_path(self.path).is_some_and(Method::is_public)
    }

    /// Its row of the table.
    pub fn row(&self) -> &AccessRow {
        &self.row
    }

    /// A request that names nothing.
    pub fn empty(&self) -> DynamicMessage {
        DynamicMessage::new(self.descriptor.input())
    }

    /// Whether it shows something and changes nothing.
    pub fn is_read(&self) -> bool {
        READS.iter().any(|first| self.descriptor.name().starts_with(first))
    }

    /// Whether what it answers of an object is found by that object's text.
    pub(super) fn is_search(&self) -> bool {
        self.scope.is_some()
    }

    /// What a holder of a role sees by it; none: anybody.
    pub(super) fn sight(&self, role: Option<&str>) -> Sight {
        let has_it = role.filter(|role| self.row.roles.contains(role));
        match (self.scope, has_it) {
            // What is not published is somebody's to search in or nobody's, token or not.
            (Some(Scope::Working), None) => Sight::Nothing { is_known: true },
            (Some(Scope::Published), _) => Sight::Public,
            (_, Some("contributor" | "reviewer")) => Sight::Own,
            (_, Some(_)) => Sight::Everything,
            (_, None) if self.row.is_open => Sight::Public,
            (_, None) => Sight::Nothing { is_known: role.is_some() },
        }
    }

    /// The requests that name an object, one for each way to name it.
    pub fn requests(&self, target: &Target) -> Vec<DynamicMessage> {
        let mut requests = requests::about(&self.descriptor.input(), target);
        if let Some(scope) = self.scope {
            for request in &mut requests {
                request.set_field_by_name("scope", Value::EnumNumber(scope.into()));
                // What is not published is of no edition, and a moment is asked about without one.
                if scope == Scope::Working {
                    request.clear_field_by_name("edition");
                }
                if request.has_field_by_name("edition") {
                    request.clear_field_by_name("as_of");
                }
            }
        }
        requests
    }

    /// Makes the call, whatever its kind, and reads the whole answer.
    pub async fn make(&self, channel: &rpc::Channel, request: &DynamicMessage) -> Answer {
        let mut client = tonic::client::Grpc::new(channel.clone());
        client.ready().await.expect("a channel is always ready");
        let path = PathAndQuery::try_from(format!("/{}", self.path)).expect("a path");
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
pub struct Answer {
    messages: Vec<Bytes>,
    /// None where it ended well.
    pub status: Option<Status>,
}

impl Answer {
    /// everything that the caller receives.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.messages.concat();
        if let Some(status) = &self.status {
            bytes.extend(format!("{:?} {}\n", status.code(), status.message()).bytes());
            bytes.extend(status.details());
        }
        bytes
    }

    /// The stable name of its failure; empty where it ended well.
    pub fn reason(&self) -> String {
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
