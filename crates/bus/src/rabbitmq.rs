//! The bus on RabbitMQ: a topic exchange of events, quorum queues with an exchange each, delay queues, publisher confirms,
//! manual acknowledgement.
//!
//! Every queue has an exchange of its own name, through which alone it is filled by name: with retries, dead letters and
//! replays. The exchange without a name would do, but whoever may write to that one may write to every queue.
//!
//! Every call to the broker has a time limit. When one passes, or the connection is lost, connection and channels are
//! built anew: a recovery inside the client library was seen not to end.

mod declarations;
mod intake;
mod link;
mod message;
mod options;

use std::{
    collections::BTreeMap,
    mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use lapin::{
    BasicProperties, Channel, ExchangeKind,
    options::{
        ExchangeDeclareOptions, ExchangeDeleteOptions, QueueBindOptions, QueueDeclareOptions,
        QueueDeleteOptions,
    },
    types::FieldTable,
};
use tokio::time::timeout;

use crate::{
    Bus, Delivery, Error, Event, Origin, Queue, Settlement, Verdict,
    rabbitmq::{
        intake::Intake,
        link::{CALL_TIMEOUT, Link, Outgoing, in_time, refusal},
    },
    topology::{self, EXCHANGE},
};

pub use crate::rabbitmq::options::{Confirms, RabbitMqOptions};

/// First and largest pause between two tries to connect.
const PAUSES: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(5));

/// The bus on RabbitMQ, 3.10 and newer.
#[derive(Debug)]
pub struct RabbitMq {
    options: RabbitMqOptions,
    max_length: u32,
    /// Locked for moments only, so that a release need not wait.
    link: Mutex<Option<Arc<Link>>>,
    connecting: tokio::sync::Mutex<()>,
    /// Queues that were declared here; declared again on a new connection.
    queues: Mutex<BTreeMap<String, Queue>>,
    /// Intakes made so far.
    intakes: AtomicU64,
    /// The node of the cluster that is tried first; a node that failed is passed over.
    node: AtomicUsize,
}

impl RabbitMq {
    /// The bus at an address. Connects when it is first used.
    pub fn new(options: RabbitMqOptions) -> Self {
        Self {
            options,
            max_length: declarations::MAX_LENGTH,
            link: Mutex::default(),
            connecting: tokio::sync::Mutex::default(),
            queues: Mutex::default(),
            intakes: AtomicU64::new(0),
            // Processes begin with different nodes, so that a cluster's nodes share the connections.
            node: AtomicUsize::new(std::process::id() as usize),
        }
    }

    /// Limits the messages of each queue; publications beyond the limit are refused. A queue that exists keeps its limit, and
    /// declaring it with another one fails.
    #[must_use]
    pub fn with_max_length(self, max_length: u32) -> Self {
        Self { max_length, ..self }
    }

    /// Deletes the exchanges and every queue that was declared here, with all that waits in them. For tests.
    pub async fn delete_declared(&self) -> Result<(), Error> {
        self.replace_link(None);
        let channel = self.link().await?.channel().await?;
        for queue in self.known() {
            for declaration in declarations::declarations(&queue) {
                let name = self.named(&declaration.name);
                channel.queue_delete(name.into(), QueueDeleteOptions::default()).await?;
            }
            let exchange = self.named(&queue.name);
            channel.exchange_delete(exchange.into(), ExchangeDeleteOptions::default()).await?;
        }
        let exchange = self.named(EXCHANGE);
        channel.exchange_delete(exchange.into(), ExchangeDeleteOptions::default()).await?;
        Ok(())
    }

    fn named(&self, name: &str) -> String {
        format!("{}{name}", self.options.namespace)
    }

    fn known(&self) -> Vec<Queue> {
        self.queues().values().cloned().collect()
    }

    fn queue(&self, name: &str) -> Result<Queue, Error> {
        self.queues().get(name).cloned().ok_or_else(|| Error::NoQueue(name.to_owned()))
    }

    fn queues(&self) -> MutexGuard<'_, BTreeMap<String, Queue>> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection; a new one with everything declared where there is none that lives.
    async fn link(&self) -> Result<Arc<Link>, Error> {
        // Waiting for one's turn counts too: behind a broker that swallows everything, each turn takes its full time.
        in_time(async {
            let _one_at_a_time = match self.living_link() {
                Some(link) => return Ok(link),
                None => self.connecting.lock().await,
            };
            if let Some(link) = self.living_link() {
                return Ok(link);
            }
            let link = Arc::new(self.connect().await?);
            self.replace_link(Some(link.clone()));
            Ok(link)
        })
        .await
    }

    async fn connect(&self) -> Result<Link, Error> {
        let link = self.connect_to_a_node().await?;
        let exchange = self.named(EXCHANGE);
        if !link.has_exchange(&exchange).await? {
            // Only storage may make it, where each role is a user of its own: the others come again until it is there.
            let channel = link.channel().await?;
            let made = declare_exchange(&channel, &exchange, ExchangeKind::Topic).await;
            made.map_err(|error| {
                Error::Away(format!("there is no exchange `{exchange}`; storage makes it: {error}"))
            })?;
        }
        let channel = link.channel().await?;
        for queue in self.known() {
            self.declare_on(&channel, &queue).await?;
        }
        Ok(link)
    }

    /// Tries each node of the cluster once, beginning with the one that was there last. A node that swallows everything
    /// takes only its share of the time.
    async fn connect_to_a_node(&self) -> Result<Link, Error> {
        let addresses: Vec<&str> = self.options.address.split_whitespace().collect();
        let share =
            CALL_TIMEOUT / u32::try_from(addresses.len().max(1)).unwrap_or(u32::MAX) * 9 / 10;
        let mut failure = Error::Unfit("`bus.address` is empty".to_owned());
        let first = self.node.load(Ordering::Relaxed);
        for node in first..first + addresses.len() {
            let address = addresses[node % addresses.len()];
            let connecting = Link::connect(address, self.options.confirms);
            match timeout(share, connecting).await {
                Ok(Ok(link)) => {
                    self.node.store(node % addresses.len(), Ordering::Relaxed);
                    return Ok(link);
                }
                Ok(Err(error)) => failure = error,
                Err(_) => failure = Error::Away("a node does not answer".to_owned()),
            }
        }
        Err(failure)
    }

    fn living_link(&self) -> Option<Arc<Link>> {
        self.current_link().as_ref().filter(|link| link.lives()).cloned()
    }

    fn replace_link(&self, new: Option<Arc<Link>>) {
        let old = mem::replace(&mut *self.current_link(), new);
        if let Some(old) = old {
            old.give_up();
        }
    }

    /// Drops a connection on which a call failed, so that the next call makes a new one.
    fn give_up(&self, failed: &Arc<Link>) {
        let mut current = self.current_link();
        if current.as_ref().is_some_and(|link| Arc::ptr_eq(link, failed)) {
            *current = None;
        }
        drop(current);
        // A node that takes connections and then does nothing would otherwise be chosen again.
        self.node.fetch_add(1, Ordering::Relaxed);
        failed.clone().give_up();
    }

    fn current_link(&self) -> MutexGuard<'_, Option<Arc<Link>>> {
        self.link.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn declare_on(&self, channel: &Channel, queue: &Queue) -> Result<(), Error> {
        let exchange = self.named(&queue.name);
        let declared = declare_exchange(channel, &exchange, ExchangeKind::Direct).await;
        declared.map_err(|error| refusal(&exchange, error))?;
        for declaration in declarations::declarations(queue) {
            let name = self.named(&declaration.name);
            let arguments = declaration.arguments(&self.options.namespace, self.max_length);
            let declared = channel.queue_declare(
                name.as_str().into(),
                QueueDeclareOptions::durable(),
                arguments,
            );
            declared.await.map_err(|error| refusal(&name, error))?;
            bind(channel, &name, &exchange, &name).await?;
        }
        for pattern in &queue.bindings {
            bind(channel, &exchange, &self.named(EXCHANGE), pattern).await?;
        }
        Ok(())
    }

    async fn try_declare(&self, queue: &Queue) -> Result<(), Error> {
        let link = self.link().await?;
        let before = self.queues().get(&queue.name).cloned();
        let declared = in_time(async {
            let channel = link.channel().await?;
            self.declare_on(&channel, queue).await?;
            match before {
                Some(before) => self.unbind(&channel, &before, queue).await,
                None => Ok(()),
            }
        });
        match declared.await {
            // Known from here on only: one that the broker refuses must not keep others from a new connection.
            Ok(()) => drop(self.queues().insert(queue.name.clone(), queue.clone())),
            Err(error) => {
                if matches!(error, Error::Away(_)) {
                    self.give_up(&link);
                }
                return Err(error);
            }
        }
        Ok(())
    }

    /// Removes bindings that the queue had when it was last declared here. The broker does not list bindings to clients;
    /// what an earlier version of the program bound is unbound by hand.
    async fn unbind(&self, channel: &Channel, before: &Queue, now: &Queue) -> Result<(), Error> {
        for pattern in before.bindings.iter().filter(|pattern| !now.bindings.contains(pattern)) {
            channel
                .queue_unbind(
                    self.named(&before.name).into(),
                    self.named(EXCHANGE).into(),
                    pattern.as_str().into(),
                    FieldTable::default(),
                )
                .await?;
        }
        Ok(())
    }

    /// Publishes to exchange or queue, and waits until the broker has everything. Returns how many had nowhere to go.
    async fn send(&self, messages: Vec<Outgoing<'_>>) -> Result<usize, Error> {
        let link = self.link().await?;
        let sent = in_time(link.send(messages)).await;
        if sent.as_ref().is_err_and(|error| !matches!(error, Error::Full(_))) {
            self.give_up(&link);
        }
        sent
    }

    async fn intake(&self, name: &str) -> Result<Arc<Intake>, Error> {
        let queue = self.queue(name)?;
        let link = self.link().await?;
        if let Some(intake) = link.intake(name) {
            return Ok(intake);
        }
        let number = self.intakes.fetch_add(1, Ordering::Relaxed) + 1;
        let opened = in_time(link.open_intake(number, &queue, &self.options.namespace)).await;
        if opened.is_err() {
            // The queue may be gone: a new connection declares it again.
            self.give_up(&link);
        }
        opened
    }

    /// The intake of a queue, if it has one on the living connection.
    fn open_intake(&self, name: &str) -> Option<Arc<Intake>> {
        self.living_link()?.intake(name)
    }

    /// A message for one queue.
    fn outgoing_to<'a>(
        &self,
        queue: &str,
        event: &'a Event,
        properties: BasicProperties,
    ) -> Outgoing<'a> {
        Outgoing { exchange: self.named(queue), key: self.named(queue), event, properties }
    }

    /// Puts aside what is not acknowledged: to a delay queue or the dead letters. It leaves its own queue afterwards.
    async fn move_on(
        &self,
        queue: &Queue,
        delivery: &Delivery,
        settlement: &Settlement,
    ) -> Result<(), Error> {
        let message = match settlement.verdict {
            Verdict::Ack => return Ok(()),
            Verdict::RetryAfter(delay) => {
                let to = declarations::delay_queue_for(queue, delay).unwrap_or_default();
                let attempt = delivery.attempt.saturating_add(1);
                let properties =
                    message::properties(&delivery.event, attempt, delivery.origin.as_ref());
                Outgoing {
                    exchange: self.named(&queue.name),
                    key: self.named(&to),
                    event: &delivery.event,
                    properties,
                }
            }
            Verdict::DeadLetter => {
                let origin = Origin {
                    queue: queue.name.clone(),
                    reason: settlement.reason.clone(),
                    attempts: delivery.attempt,
                };
                let properties = message::properties(&delivery.event, 1, Some(&origin));
                self.outgoing_to(topology::DEAD_LETTERS, &delivery.event, properties)
            }
        };
        match self.send(vec![message]).await? {
            0 => Ok(()),
            _ => Err(Error::Away(format!("`{}` has no queue to move a message to", queue.name))),
        }
    }
}

async fn declare_exchange(
    channel: &Channel,
    name: &str,
    kind: ExchangeKind,
) -> Result<(), lapin::Error> {
    let options = ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() };
    channel.exchange_declare(name.into(), kind, options, FieldTable::default()).await
}

async fn bind(channel: &Channel, queue: &str, exchange: &str, key: &str) -> Result<(), Error> {
    let (options, arguments) = (QueueBindOptions::default(), FieldTable::default());
    let bound = channel.queue_bind(queue.into(), exchange.into(), key.into(), options, arguments);
    bound.await.map_err(|error| refusal(queue, error))
}

#[async_trait::async_trait]
impl Bus for RabbitMq {
    /// Waits for an absent broker.
    async fn declare(&self, queue: &Queue) -> Result<(), Error> {
        let mut pause = PAUSES.0;
        loop {
            match self.try_declare(queue).await {
                Err(error @ Error::Away(_)) => {
                    tracing::warn!(%error, "waiting for RabbitMQ; set bus.address if it is somewhere else");
                }
                declared => return declared,
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(PAUSES.1);
        }
    }

    async fn publish(&self, events: &[Event]) -> Result<(), Error> {
        let exchange = self.named(EXCHANGE);
        let messages = events.iter().map(|event| Outgoing {
            exchange: exchange.clone(),
            key: event.topic.clone(),
            event,
            properties: message::properties(event, 1, None),
        });
        let unheard = self.send(messages.collect()).await?;
        if unheard > 0 {
            tracing::debug!(unheard, "nobody listens to some events");
        }
        Ok(())
    }

    async fn publish_to(&self, queue: &str, event: &Event) -> Result<(), Error> {
        // A publication to an exchange that is not there would end the connection.
        if !in_time(self.link().await?.has_exchange(&self.named(queue))).await? {
            return Err(Error::NoQueue(queue.to_owned()));
        }
        let message = self.outgoing_to(queue, event, message::properties(event, 1, None));
        match self.send(vec![message]).await? {
            0 => Ok(()),
            _ => Err(Error::NoQueue(queue.to_owned())),
        }
    }

    /// Receives deliveries; a lost connection is made anew.
    async fn receive(&self, queue: &str, at_most: usize) -> Result<Vec<Delivery>, Error> {
        let mut pause = PAUSES.0;
        loop {
            match self.intake(queue).await {
                Ok(intake) => {
                    if let Some(deliveries) = intake.receive(at_most).await {
                        return Ok(deliveries);
                    }
                }
                Err(error @ Error::Away(_)) => {
                    tracing::warn!(%error, queue, "waiting for RabbitMQ");
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(PAUSES.1);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Passes over deliveries of an earlier connection: the broker delivers them again.
    async fn settle(&self, queue: &str, settlements: &[Settlement]) -> Result<(), Error> {
        let known = self.queue(queue)?;
        let Some(intake) = self.open_intake(queue) else { return Ok(()) };
        for settlement in settlements {
            let Some(delivery) = intake.held(settlement.tag) else { continue };
            self.move_on(&known, &delivery, settlement).await?;
            intake.ack(settlement.tag).await?;
        }
        Ok(())
    }

    fn release(&self, queue: &str, tags: &[u64]) {
        if let Some(intake) = self.open_intake(queue) {
            intake.release(tags);
        }
    }

    async fn depths(&self) -> Result<BTreeMap<String, u64>, Error> {
        let link = self.link().await?;
        let channel = in_time(link.channel()).await?;
        let mut depths = BTreeMap::new();
        for queue in self.known() {
            let mut depth = link.intake(&queue.name).map_or(0, |intake| intake.count());
            for declaration in declarations::declarations(&queue) {
                let name = self.named(&declaration.name);
                let passive = QueueDeclareOptions::durable().passive();
                let found = in_time(async {
                    Ok(channel.queue_declare(name.into(), passive, FieldTable::default()).await?)
                });
                depth += u64::from(found.await?.message_count());
            }
            depths.insert(queue.name, depth);
        }
        Ok(depths)
    }
}
