//! One queue's consumer: what came and nobody took yet, and what was taken and is not settled.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::StreamExt as _;
use lapin::{
    Channel, Consumer,
    message::Delivery as Raw,
    options::{BasicAckOptions, BasicConsumeOptions, BasicNackOptions, BasicQosOptions},
    types::FieldTable,
};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::{Delivery, Error, Queue, rabbitmq::message, topology};

/// Bits of a tag that hold the broker's own tag; those above hold the number of the intake.
const TAG_BITS: u32 = 40;

/// A consumer on a channel of its own.
#[derive(Debug)]
pub(super) struct Intake {
    channel: Channel,
    number: u64,
    state: Mutex<State>,
    arrived: Notify,
    over: CancellationToken,
}

#[derive(Debug, Default)]
struct State {
    ready: VecDeque<Delivery>,
    /// Everything that is not settled, ready or taken.
    held: HashMap<u64, Delivery>,
}

impl Intake {
    /// Consumes a queue. The number is one that no other intake of this process has: a tag of an earlier one,
    /// whose deliveries come again, is recognised by it.
    pub(super) async fn open(
        channel: Channel,
        number: u64,
        queue: &Queue,
        namespace: &str,
    ) -> Result<(Self, Consumer), Error> {
        let prefetch = u16::try_from(queue.batch * queue.workers).unwrap_or(u16::MAX);
        channel.basic_qos(prefetch, BasicQosOptions::default()).await?;
        let name = format!("{namespace}{}", queue.name);
        let consumer = channel
            .basic_consume(
                name.into(),
                "".into(),
                BasicConsumeOptions::default(),
                FieldTable::default(),
            )
            .await?;
        let intake = Self {
            channel,
            number,
            state: Mutex::default(),
            arrived: Notify::new(),
            over: CancellationToken::new(),
        };
        Ok((intake, consumer))
    }

    /// Takes in what comes until the consumer ends, or is ended.
    pub(super) async fn pump(&self, mut consumer: Consumer, queue: &str, namespace: &str) {
        let taking = async {
            while let Some(Ok(raw)) = consumer.next().await {
                self.take_in(raw, queue, namespace).await;
            }
        };
        self.over.run_until_cancelled(taking).await;
        self.end();
    }

    /// Ends it: what it holds comes again elsewhere.
    pub(super) fn end(&self) {
        self.over.cancel();
    }

    pub(super) fn is_over(&self) -> bool {
        self.over.is_cancelled()
    }

    async fn take_in(&self, raw: Raw, queue: &str, namespace: &str) {
        let tag = (self.number << TAG_BITS) | raw.delivery_tag;
        match message::read(tag, &raw.properties, raw.data) {
            Ok(mut delivery) => {
                if queue == topology::DEAD_LETTERS && delivery.origin.is_none() {
                    delivery.origin =
                        message::given_up_by_broker(&raw.properties, namespace, delivery.attempt);
                }
                let mut state = self.state();
                state.held.insert(tag, delivery.clone());
                state.ready.push_back(delivery);
                drop(state);
                self.arrived.notify_waiters();
            }
            Err(error) => {
                let error = format!("{:#}", anyhow::Error::from(error));
                tracing::error!(queue, message = raw.delivery_tag, error, "a message is set aside");
                // From a queue of work it goes to the dead letters; there it stays with the broker, unsettled.
                if queue != topology::DEAD_LETTERS {
                    let options = BasicNackOptions { requeue: false, multiple: false };
                    let _ = raw.acker.nack(options).await;
                }
            }
        }
    }

    /// Returns the deliveries that are ready, up to a number; none when the consumer has ended.
    pub(super) async fn receive(&self, at_most: usize) -> Option<Vec<Delivery>> {
        loop {
            let arrived = self.arrived.notified();
            tokio::pin!(arrived);
            // Subscribes before it checks, so that no delivery is missed in between.
            arrived.as_mut().enable();
            if self.is_over() {
                return None;
            }
            {
                let mut state = self.state();
                let count = at_most.min(state.ready.len());
                if count > 0 {
                    return Some(state.ready.drain(..count).collect());
                }
            }
            // The heartbeat notices a lost connection and ends the consumer; checking from time to time costs nothing.
            let arrived = tokio::time::timeout(Duration::from_secs(1), arrived);
            self.over.run_until_cancelled(arrived).await;
            if !self.channel.status().connected() {
                self.end();
            }
        }
    }

    /// A delivery that is not settled.
    pub(super) fn held(&self, tag: u64) -> Option<Delivery> {
        self.state().held.get(&tag).cloned()
    }

    /// How many deliveries are not settled.
    pub(super) fn count(&self) -> u64 {
        self.state().held.len() as u64
    }

    /// Takes a delivery off its queue.
    pub(super) async fn ack(&self, tag: u64) -> Result<(), Error> {
        if self.state().held.remove(&tag).is_some() {
            let delivery = tag & ((1 << TAG_BITS) - 1);
            self.channel.basic_ack(delivery, BasicAckOptions::default()).await?;
        }
        Ok(())
    }

    /// Makes deliveries ready again; they keep their place before what came later.
    pub(super) fn release(&self, tags: &[u64]) {
        let mut state = self.state();
        let mut again: Vec<Delivery> =
            tags.iter().filter_map(|tag| state.held.get(tag).cloned()).collect();
        again.extend(state.ready.drain(..));
        again.sort_by_key(|delivery| delivery.tag);
        again.dedup_by_key(|delivery| delivery.tag);
        state.ready = again.into();
        drop(state);
        self.arrived.notify_waiters();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
