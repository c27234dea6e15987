//! Events as CloudEvents 1.0 in binary mode: attributes beside the payload.

use std::collections::BTreeMap;

use crate::Error;

const SPECVERSION: &str = "1.0";
const CONTENT_TYPE: &str = "application/protobuf";

/// An event to be published, or that was delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Unique per source, a UUID.
    pub id: String,
    /// Routing key, past tense and versioned, such as `contribution.submitted.v1`.
    pub topic: String,
    /// What it is about.
    pub subject: String,
    /// The system that publishes it: `urn:nld:oin:<OIN>:systeem:<name>`.
    pub source: String,
    /// Type, such as `nl.contributions.contribution-submitted.v1`.
    pub ty: String,
    /// When it happened, RFC 3339 in UTC.
    pub time: String,
    /// Position in the record, counted from 1.
    pub sequence: u64,
    /// Epoch of the record that the position belongs to; empty where the publisher knows none.
    pub epoch: String,
    /// W3C trace context.
    pub traceparent: Option<String>,
    /// The message, protobuf.
    pub payload: Vec<u8>,
}

impl Event {
    /// The attributes with the header names of the AMQP binding (CloudEvents AMQP Protocol Binding 1.0, section 3.1).
    pub fn attributes(&self) -> BTreeMap<String, String> {
        let Self {
            id,
            topic: _,
            subject,
            source,
            ty,
            time,
            sequence,
            epoch,
            traceparent,
            payload: _,
        } = self;
        let mut attributes = BTreeMap::from([
            ("cloudEvents:specversion".to_owned(), SPECVERSION.to_owned()),
            ("cloudEvents:id".to_owned(), id.clone()),
            ("cloudEvents:subject".to_owned(), subject.clone()),
            ("cloudEvents:source".to_owned(), source.clone()),
            ("cloudEvents:type".to_owned(), ty.clone()),
            ("cloudEvents:time".to_owned(), time.clone()),
            ("cloudEvents:sequence".to_owned(), sequence.to_string()),
            ("content-type".to_owned(), CONTENT_TYPE.to_owned()),
        ]);
        if !epoch.is_empty() {
            attributes.insert("cloudEvents:epoch".to_owned(), epoch.clone());
        }
        if let Some(traceparent) = traceparent {
            attributes.insert("cloudEvents:traceparent".to_owned(), traceparent.clone());
        }
        attributes
    }

    /// Reads an event from its attributes.
    pub fn from_attributes(
        attributes: &BTreeMap<String, String>,
        topic: &str,
        payload: Vec<u8>,
    ) -> Result<Self, Error> {
        expect(attributes, "cloudEvents:specversion", SPECVERSION)?;
        expect(attributes, "content-type", CONTENT_TYPE)?;
        let required = |name| required(attributes, name).map(ToOwned::to_owned);
        let sequence = required("cloudEvents:sequence")?;
        Ok(Self {
            id: required("cloudEvents:id")?,
            topic: topic.to_owned(),
            subject: required("cloudEvents:subject")?,
            source: required("cloudEvents:source")?,
            ty: required("cloudEvents:type")?,
            time: required("cloudEvents:time")?,
            sequence: sequence.parse().map_err(|_| {
                Error::BadMessage(format!(
                    "attribute `cloudEvents:sequence` is `{sequence}`, which is no number"
                ))
            })?,
            epoch: attributes.get("cloudEvents:epoch").cloned().unwrap_or_default(),
            traceparent: attributes.get("cloudEvents:traceparent").cloned(),
            payload,
        })
    }
}

fn required<'a>(attributes: &'a BTreeMap<String, String>, name: &str) -> Result<&'a str, Error> {
    let value = attributes.get(name);
    value
        .map(String::as_str)
        .ok_or_else(|| Error::BadMessage(format!("attribute `{name}` is missing")))
}

fn expect(attributes: &BTreeMap<String, String>, name: &str, expected: &str) -> Result<(), Error> {
    let value = required(attributes, name)?;
    if value != expected {
        let problem = format!("attribute `{name}` is `{value}` and must be `{expected}`");
        return Err(Error::BadMessage(problem));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::event;

    fn check(name: &str, value: Option<&str>, expected: &str) {
        let mut attributes = event("a.done.v1", 7).attributes();
        assert!(attributes.remove(name).is_some(), "{name} was there");
        attributes.extend(value.map(|value| (name.to_owned(), value.to_owned())));
        let error = Event::from_attributes(&attributes, "a.done.v1", Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), format!("a message does not read back: {expected}"));
    }

    #[test]
    fn an_event_is_its_attributes_topic_and_payload() {
        for event in [
            event("a.done.v1", 7),
            Event { traceparent: None, epoch: String::new(), ..event("b", u64::MAX) },
        ] {
            let attributes = event.attributes();
            let read = Event::from_attributes(&attributes, &event.topic, event.payload.clone());
            assert_eq!(read.unwrap(), event);
        }
    }

    #[test]
    fn attributes_have_the_names_of_the_amqp_binding() {
        let names: Vec<String> = event("a.done.v1", 7).attributes().into_keys().collect();
        let expected = "cloudEvents:epoch cloudEvents:id cloudEvents:sequence cloudEvents:source cloudEvents:specversion \
                        cloudEvents:subject cloudEvents:time cloudEvents:traceparent cloudEvents:type content-type";
        assert_eq!(names.join(" "), expected);
    }

    #[test]
    fn what_does_not_read_back_is_named() {
        check("cloudEvents:id", None, "attribute `cloudEvents:id` is missing");
        check(
            "cloudEvents:sequence",
            Some("-1"),
            "attribute `cloudEvents:sequence` is `-1`, which is no number",
        );
        check(
            "cloudEvents:specversion",
            Some("0.3"),
            "attribute `cloudEvents:specversion` is `0.3` and must be `1.0`",
        );
        check(
            "content-type",
            Some("application/json"),
            "attribute `content-type` is `application/json` and must be `application/protobuf`",
        );
    }
}
