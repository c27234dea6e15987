//! Messages on the broker: attributes as headers, with what the bus itself adds.

use std::collections::BTreeMap;

use lapin::{
    BasicProperties,
    types::{AMQPValue, FieldTable, ShortString},
};

use crate::{Delivery, Error, Event, Origin};

const PERSISTENT: u8 = 2;
const CONTENT_TYPE: &str = "content-type";
const TOPIC: &str = "voortgang-topic";
const ATTEMPT: &str = "voortgang-attempt";
const ORIGIN_QUEUE: &str = "voortgang-origin-queue";
const ORIGIN_REASON: &str = "voortgang-origin-reason";
const ORIGIN_ATTEMPTS: &str = "voortgang-origin-attempts";

/// Properties of an event at its try with this number. A retry loses its routing key on the way, so the topic is a header too.
pub(super) fn properties(event: &Event, attempt: u32, origin: Option<&Origin>) -> BasicProperties {
    let mut headers = FieldTable::default();
    let mut text = |name: &str, value: &str| {
        headers.insert(name.into(), AMQPValue::LongString(value.into()));
    };
    let mut attributes = event.attributes();
    let content_type = attributes.remove(CONTENT_TYPE).unwrap_or_default();
    for (name, value) in &attributes {
        text(name, value);
    }
    text(TOPIC, &event.topic);
    text(ATTEMPT, &attempt.to_string());
    if let Some(Origin { queue, reason, attempts }) = origin {
        text(ORIGIN_QUEUE, queue);
        text(ORIGIN_REASON, reason);
        text(ORIGIN_ATTEMPTS, &attempts.to_string());
    }
    BasicProperties::default()
        .with_delivery_mode(PERSISTENT)
        .with_content_type(content_type.into())
        .with_message_id(event.id.as_str().into())
        .with_headers(headers)
}

/// Reads a message as a delivery with this tag.
pub(super) fn read(
    tag: u64,
    properties: &BasicProperties,
    payload: Vec<u8>,
) -> Result<Delivery, Error> {
    let mut attributes: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in properties.headers().iter().flat_map(FieldTable::inner) {
        if let AMQPValue::LongString(value) = value {
            attributes.insert(name.to_string(), value.to_string());
        }
    }
    if let Some(content_type) = properties.content_type() {
        attributes.insert(CONTENT_TYPE.to_owned(), ShortString::to_string(content_type));
    }
    let number = |name: &str| attributes.get(name).and_then(|value| value.parse().ok());
    let topic = attributes.get(TOPIC).map_or("", String::as_str);
    let origin = attributes.get(ORIGIN_QUEUE).map(|queue| Origin {
        queue: queue.clone(),
        reason: attributes.get(ORIGIN_REASON).cloned().unwrap_or_default(),
        attempts: number(ORIGIN_ATTEMPTS).unwrap_or(0),
    });
    Ok(Delivery {
        tag,
        attempt: number(ATTEMPT).unwrap_or(1),
        event: Event::from_attributes(&attributes, topic, payload)?,
        origin,
    })
}

/// Returns who gave up on a message that the broker itself moved to the dead letters: its headers name it, the latest first.
/// A message that came out of a delay queue before has that among them too.
pub(super) fn given_up_by_broker(
    properties: &BasicProperties,
    namespace: &str,
    attempts: u32,
) -> Option<Origin> {
    let Some(AMQPValue::FieldArray(deaths)) = properties.headers().as_ref()?.inner().get("x-death")
    else {
        return None;
    };
    let (queue, reason) = death(deaths.as_slice().first()?)?;
    let queue = queue.strip_prefix(namespace).unwrap_or(&queue).to_owned();
    Some(Origin { queue, reason: format!("the broker gave it up: {reason}"), attempts })
}

/// A death's queue and reason.
fn death(value: &AMQPValue) -> Option<(String, String)> {
    let AMQPValue::FieldTable(death) = value else { return None };
    let text = |name: &str| match death.inner().get(name) {
        Some(AMQPValue::LongString(value)) => Some(value.to_string()),
        _ => None,
    };
    Some((text("queue")?, text("reason")?))
}
