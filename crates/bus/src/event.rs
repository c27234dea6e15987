//! Events as CloudEvents 1.0 in binary mode: attributes beside the payload.

use std::collections::BTreeMap;

use crate::Error;

/// A fact on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Unique per source, a UUID.
    pub id: String,
    /// Routing key, past tense and versioned, such as `contribution.submitted.v1`.
    pub topic: String,
    /// What it is about.
    pub subject: String,
    /// Who tells it: `urn:nld:oin:<OIN>:systeem:<name>`.
    pub source: String,
    /// Type, such as `nl.contributions.contribution-submitted.v1`.
    pub ty: String,
    /// When it happened, RFC 3339 in UTC.
    pub time: String,
    /// Position in the record, counted from 1.
    pub sequence: u64,
    /// W3C trace context.
    pub traceparent: Option<String>,
    /// The message, protobuf.
    pub payload: Vec<u8>,
}

impl Event {
    /// The attributes with the header names of the AMQP binding (CloudEvents AMQP Protocol Binding 1.0, section 3.1).
    pub fn attributes(&self) -> BTreeMap<String, String> {
        let Self { id, topic: _, subject, source, ty, time, sequence, traceparent, payload: _ } =
            self;
        let mut attributes = BTreeMap::from([
            ("cloudEvents:specversion".to_owned(), "1.0".to_owned()),
            ("cloudEvents:id".to_owned(), id.clone()),
            ("cloudEvents:subject".to_owned(), subject.clone()),
            ("cloudEvents:source".to_owned(), source.clone()),
            ("cloudEvents:type".to_owned(), ty.clone()),
            ("cloudEvents:time".to_owned(), time.clone()),
            ("cloudEvents:sequence".to_owned(), sequence.to_string()),
            ("content-type".to_owned(), "application/protobuf".to_owned()),
        ]);
        if let Some(traceparent) = traceparent {
            attributes.insert("traceparent".to_owned(), traceparent.clone());
        }
        attributes
    }

    /// Reads an event from its attributes.
    pub fn from_attributes(
        attributes: &BTreeMap<String, String>,
        topic: &str,
        payload: Vec<u8>,
    ) -> Result<Self, Error> {
        let required = |name: &str| {
            let value = attributes.get(&format!("cloudEvents:{name}")).cloned();
            value.ok_or_else(|| Error::BadMessage(format!("attribute `{name}` is missing")))
        };
        let sequence = required("sequence")?;
        Ok(Self {
            id: required("id")?,
            topic: topic.to_owned(),
            subject: required("subject")?,
            source: required("source")?,
            ty: required("type")?,
            time: required("time")?,
            sequence: sequence
                .parse()
                .map_err(|_| Error::BadMessage(format!("`{sequence}` is no sequence")))?,
            traceparent: attributes.get("traceparent").cloned(),
            payload,
        })
    }
}
