//! The codec of all services: prost's, with a message that does not decode answered as what it is, a bad request.

use std::marker::PhantomData;

use prost::Message;
use tonic::{
    Status,
    codec::{DecodeBuf, Decoder, EncodeBuf, Encoder},
};
use tonic_types::{ErrorDetails, StatusExt};

/// Encodes `T` and decodes `U`.
#[derive(Debug)]
pub(crate) struct Codec<T, U>(PhantomData<(T, U)>);

impl<T, U> Default for Codec<T, U> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<T: Message + Send + 'static, U: Message + Default + Send + 'static> tonic::codec::Codec
    for Codec<T, U>
{
    type Encode = T;
    type Decode = U;
    type Encoder = Writer<T>;
    type Decoder = Reader<U>;

    fn encoder(&mut self) -> Writer<T> {
        Writer(PhantomData)
    }

    fn decoder(&mut self) -> Reader<U> {
        Reader(PhantomData)
    }
}

#[derive(Debug)]
pub(crate) struct Writer<T>(PhantomData<T>);

impl<T: Message> Encoder for Writer<T> {
    type Item = T;
    type Error = Status;

    fn encode(&mut self, message: T, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        message.encode(buffer).map_err(|_| Status::internal("the answer does not fit its buffer"))
    }
}

#[derive(Debug)]
pub(crate) struct Reader<U>(PhantomData<U>);

impl<U: Message + Default> Decoder for Reader<U> {
    type Item = U;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<U>, Status> {
        U::decode(buffer).map(Some).map_err(|error| undecodable(&error.to_string()))
    }
}

/// Says which field did not decode, from prost's text `failed to decode Protobuf message: Inner.b: Outer.a: reason`.
fn undecodable(text: &str) -> Status {
    const PREFIX: &str = "failed to decode Protobuf message: ";
    let text = text.strip_prefix(PREFIX).unwrap_or(text);
    let mut parts: Vec<&str> = text.split(": ").collect();
    let is_field = |part: &&str| {
        part.split_once('.')
            .is_some_and(|(message, _)| message.starts_with(|c: char| c.is_ascii_uppercase()))
    };
    let fields = parts.iter().take_while(|part| is_field(part)).count();
    let reason = parts.split_off(fields).join(": ");
    // The innermost field comes first.
    let path: Vec<&str> = parts
        .iter()
        .rev()
        .filter_map(|part| part.split_once('.').map(|(_, field)| field))
        .collect();
    let mut details = ErrorDetails::with_bad_request_violation(
        path.join("."),
        format!("{reason}; text must be valid UTF-8 and the message complete"),
    );
    details.set_error_info("UNDECODABLE_MESSAGE", "voortgang", std::collections::HashMap::new());
    Status::with_error_details(
        tonic::Code::InvalidArgument,
        format!("the message does not decode at `{}`: {reason}", path.join(".")),
        details,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::v1::{Content, Narrative};

    #[test]
    fn a_text_that_is_no_utf_8_is_refused_by_name_of_its_field() {
        let content = Content {
            narratives: vec![Narrative { language: "nl".into(), markdown: "abc".into() }],
            ..Content::default()
        };
        let mut bytes = content.encode_to_vec();
        let last = bytes.len() - 1;
        bytes[last] = 0xff;
        let status = undecodable(&Content::decode(bytes.as_slice()).unwrap_err().to_string());
        assert_eq!(status.code(), tonic::Code::InvalidArgument);
        let violation = status.get_details_bad_request().unwrap().field_violations.remove(0);
        assert_eq!(violation.field, "narratives.markdown");
        assert!(violation.description.contains("UTF-8"), "{violation:?}");
    }
}
