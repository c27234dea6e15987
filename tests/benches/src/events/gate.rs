//! A bus that holds back what is published until it is opened, and counts what is settled.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use bus::{Bus, Delivery, Error, Event, Queue, Settlement};
use tokio::sync::watch;

/// The bus behind it, with what passed.
#[derive(Debug)]
pub(super) struct Gate {
    bus: Arc<dyn Bus>,
    is_open: watch::Sender<bool>,
    settled: watch::Sender<usize>,
    published: Mutex<Vec<Event>>,
}

impl Gate {
    pub(super) fn before(bus: Arc<dyn Bus>) -> Self {
        let (is_open, settled) = (watch::Sender::new(false), watch::Sender::new(0));
        Self { bus, is_open, settled, published: Mutex::default() }
    }

    /// Lets everything through.
    pub(super) fn open(&self) {
        self.is_open.send_replace(true);
    }

    /// Waits until so many deliveries are settled.
    pub(super) async fn settled(&self, count: usize) {
        // The sender stands in this very object, so that it cannot be gone.
        let _ = self.settled.subscribe().wait_for(|settled| count <= *settled).await;
    }

    /// What was published, in order.
    pub(super) fn published(&self) -> Vec<Event> {
        self.published.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait::async_trait]
impl Bus for Gate {
    async fn declare(&self, queue: &Queue) -> Result<(), Error> {
        self.bus.declare(queue).await
    }

    async fn publish(&self, events: &[Event]) -> Result<(), Error> {
        let _ = self.is_open.subscribe().wait_for(|is_open| *is_open).await;
        self.bus.publish(events).await?;
        let mut published = self.published.lock().unwrap_or_else(PoisonError::into_inner);
        published.extend_from_slice(events);
        Ok(())
    }

    async fn publish_to(&self, queue: &str, event: &Event) -> Result<(), Error> {
        self.bus.publish_to(queue, event).await
    }

    async fn receive(&self, queue: &str, at_most: usize) -> Result<Vec<Delivery>, Error> {
        self.bus.receive(queue, at_most).await
    }

    async fn settle(&self, queue: &str, settlements: &[Settlement]) -> Result<(), Error> {
        self.bus.settle(queue, settlements).await?;
        self.settled.send_modify(|settled| *settled += settlements.len());
        Ok(())
    }

    fn release(&self, queue: &str, tags: &[u64]) {
        self.bus.release(queue, tags);
    }

    async fn depths(&self) -> Result<BTreeMap<String, u64>, Error> {
        self.bus.depths().await
    }
}
