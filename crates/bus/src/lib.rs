//! Publish, consume, retry, dead letters, topology: how events travel between services.
//!
//! Owns the promise at-least-once: an event whose publication was confirmed reaches every queue bound to its topic,
//! and stays there until its consumer has settled it. The embedded backend keeps it in a file of its own,
//! the other in RabbitMQ.
//! [`contract`] holds every backend to the same behaviour.

mod consume;
pub mod contract;
mod embedded;
mod error;
mod event;
mod metrics;
mod policy;
mod rabbitmq;
pub mod topology;

use std::{collections::BTreeMap, fmt};

pub use crate::{
    consume::{Fault, Handler, consume},
    embedded::{Embedded, Millis},
    error::{Error, Kind},
    event::Event,
    metrics::watch,
    policy::{RetryPolicy, Verdict},
    rabbitmq::{Confirms, RabbitMq, RabbitMqOptions},
    topology::Queue,
};

/// An event as it reaches a consumer.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// Names the delivery when it is settled.
    pub tag: u64,
    /// How often it was tried, this time included.
    pub attempt: u32,
    /// The event.
    pub event: Event,
    /// On the queue of dead letters: who gave up on it and why.
    pub origin: Option<Origin>,
}

/// Who gave up on a dead letter, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Queue whose consumer gave up.
    pub queue: String,
    /// Why.
    pub reason: String,
    /// How often it was tried.
    pub attempts: u32,
}

/// What becomes of a delivery.
#[derive(Debug, Clone, PartialEq)]
pub struct Settlement {
    /// The delivery.
    pub tag: u64,
    /// Its fate.
    pub verdict: Verdict,
    /// Why it is not acknowledged.
    pub reason: String,
}

/// A broker, embedded or not.
#[async_trait::async_trait]
pub trait Bus: Send + Sync + fmt::Debug {
    /// Makes the queue and its bindings, if they are not there. A binding that the queue no longer has is removed.
    async fn declare(&self, queue: &Queue) -> Result<(), Error>;

    /// Publishes events in order. Returns only when each is durable in every queue bound to its topic.
    async fn publish(&self, events: &[Event]) -> Result<(), Error>;

    /// Puts an event into one queue, as if it came for the first time: a replay.
    async fn publish_to(&self, queue: &str, event: &Event) -> Result<(), Error>;

    /// Waits for deliveries of a queue, in order, at most so many.
    async fn receive(&self, queue: &str, at_most: usize) -> Result<Vec<Delivery>, Error>;

    /// Settles deliveries. A dead letter stands in the queue of dead letters before it leaves its own.
    async fn settle(&self, queue: &str, settlements: &[Settlement]) -> Result<(), Error>;

    /// Gives deliveries back unsettled: they come again. Waits for nothing, so that whatever is dropped can do it.
    fn release(&self, queue: &str, tags: &[u64]);

    /// How many messages wait or are under way, by queue.
    async fn depths(&self) -> Result<BTreeMap<String, u64>, Error>;
}
