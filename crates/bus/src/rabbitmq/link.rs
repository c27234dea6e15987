//! One connection with what hangs on it: a channel to publish on, and the intakes of queues. They end together.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::future::join_all;
use lapin::{
    BasicProperties, Channel, Confirmation, Connection, ConnectionProperties, ExchangeKind,
    options::{BasicPublishOptions, ConfirmSelectOptions, ExchangeDeclareOptions},
    protocol::{AMQPErrorKind, AMQPSoftError},
    types::FieldTable,
    uri::AMQPUri,
};
use tokio::time::timeout;

use crate::{Error, Event, Queue, rabbitmq::Confirms, rabbitmq::intake::Intake};

/// How long a call waits for the answer of the broker.
pub(super) const CALL_TIMEOUT: Duration = Duration::from_secs(15);
/// Seconds between signs of life where the address does not say: a dead connection is known after twice as many.
const HEARTBEAT: u16 = 10;

/// One connection.
#[derive(Debug)]
pub(super) struct Link {
    connection: Connection,
    publisher: Channel,
    /// By queue; nothing once the connection was given up. Locked for moments only, so that a release need not wait.
    intakes: Mutex<Option<HashMap<String, Arc<Intake>>>>,
    opening: tokio::sync::Mutex<()>,
}

/// A message for an exchange.
pub(super) struct Outgoing<'a> {
    pub(super) exchange: String,
    pub(super) key: String,
    pub(super) event: &'a Event,
    pub(super) properties: BasicProperties,
}

impl Link {
    pub(super) async fn connect(address: &str, confirms: Confirms) -> Result<Self, Error> {
        let mut uri: AMQPUri = address
            .parse()
            .map_err(|error| Error::Unfit(format!("`bus.address` is no AMQP address: {error}")))?;
        uri.query.heartbeat.get_or_insert(HEARTBEAT);
        let properties = ConnectionProperties::default().with_connection_name("voortgang".into());
        let connection = Connection::connect_uri(uri, properties).await?;
        let publisher = connection.create_channel().await?;
        if confirms == Confirms::On {
            publisher.confirm_select(ConfirmSelectOptions::default()).await?;
        }
        let intakes = Mutex::new(Some(HashMap::new()));
        Ok(Self { connection, publisher, intakes, opening: tokio::sync::Mutex::default() })
    }

    pub(super) fn lives(&self) -> bool {
        self.connection.status().connected()
            && self.publisher.status().connected()
            && self.intakes().is_some()
    }

    /// A channel for calls that may be refused: a refusal closes the channel it came on.
    pub(super) async fn channel(&self) -> Result<Channel, Error> {
        Ok(self.connection.create_channel().await?)
    }

    /// Whether there is an exchange with this name.
    pub(super) async fn has_exchange(&self, name: &str) -> Result<bool, Error> {
        let options = ExchangeDeclareOptions { passive: true, ..ExchangeDeclareOptions::default() };
        // A passive declaration ignores the kind.
        let (kind, arguments) = (ExchangeKind::Direct, FieldTable::default());
        let channel = self.channel().await?;
        match channel.exchange_declare(name.into(), kind, options, arguments).await {
            Ok(()) => Ok(true),
            Err(error) if soft(&error) == Some(AMQPSoftError::NOTFOUND) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Ends the consumers of the connection, and closes it. A consumer that went on here would take deliveries that
    /// nobody acknowledges any more.
    pub(super) fn give_up(self: Arc<Self>) {
        self.end_intakes();
        tokio::spawn(async move {
            let closed = self.connection.close(200, "given up".into());
            let _ = timeout(CALL_TIMEOUT, closed).await;
        });
    }

    /// The intake of a queue, if it has one that lives.
    pub(super) fn intake(&self, queue: &str) -> Option<Arc<Intake>> {
        let intakes = self.intakes();
        intakes.as_ref()?.get(queue).filter(|intake| !intake.is_over()).cloned()
    }

    /// The intake of a queue, opened if need be.
    pub(super) async fn open_intake(
        &self,
        number: u64,
        queue: &Queue,
        namespace: &str,
    ) -> Result<Arc<Intake>, Error> {
        let _one_at_a_time = self.opening.lock().await;
        if let Some(intake) = self.intake(&queue.name) {
            return Ok(intake);
        }
        let (intake, consumer) =
            Intake::open(self.channel().await?, number, queue, namespace).await?;
        let intake = Arc::new(intake);
        match self.intakes().as_mut() {
            Some(intakes) => intakes.insert(queue.name.clone(), intake.clone()),
            None => return Err(Error::Away("the connection was given up".to_owned())),
        };
        let (pumping, queue, namespace) =
            (intake.clone(), queue.name.clone(), namespace.to_owned());
        tokio::spawn(async move { pumping.pump(consumer, &queue, &namespace).await });
        Ok(intake)
    }

    /// Publishes, and waits until the broker has everything. Returns how many messages had nowhere to go.
    pub(super) async fn send(&self, messages: Vec<Outgoing<'_>>) -> Result<usize, Error> {
        let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
        let mut confirms = Vec::with_capacity(messages.len());
        for Outgoing { exchange, key, event, properties } in messages {
            let (exchange, key) = (exchange.into(), key.into());
            let sent =
                self.publisher.basic_publish(exchange, key, options, &event.payload, properties);
            confirms.push(sent.await?);
        }
        let mut unroutable = 0;
        for confirmation in join_all(confirms).await {
            match confirmation? {
                Confirmation::Ack(None) | Confirmation::NotRequested => {}
                Confirmation::Ack(Some(_)) => unroutable += 1,
                Confirmation::Nack(_) => {
                    return Err(Error::Full(
                        "the broker takes no more: a queue is full".to_owned(),
                    ));
                }
            }
        }
        Ok(unroutable)
    }

    fn end_intakes(&self) {
        for intake in self.intakes().take().into_iter().flat_map(HashMap::into_values) {
            intake.end();
        }
    }

    fn intakes(&self) -> MutexGuard<'_, Option<HashMap<String, Arc<Intake>>>> {
        self.intakes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Link {
    /// The tasks that pump would otherwise keep the connection open, and take deliveries from others.
    fn drop(&mut self) {
        self.end_intakes();
    }
}

/// Awaits a call to the broker for a limited time.
pub(super) async fn in_time<T>(call: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let late = || Error::Away(format!("no answer within {} seconds", CALL_TIMEOUT.as_secs()));
    timeout(CALL_TIMEOUT, call).await.unwrap_or_else(|_| Err(late()))
}

/// Whether waiting cannot help: the queue exists with other arguments, or rights are missing.
pub(super) fn refusal(name: &str, error: lapin::Error) -> Error {
    match soft(&error) {
        Some(AMQPSoftError::PRECONDITIONFAILED) => Error::Unfit(format!(
            "queue `{name}` stands on the broker as another version of voortgang made it; empty and delete it, or choose another bus.namespace: {error}"
        )),
        Some(AMQPSoftError::ACCESSREFUSED) => Error::Unfit(format!(
            "the user of `bus.address` lacks rights on `{name}`; deploy/rabbitmq-definitions prints those of each role: {error}"
        )),
        _ => error.into(),
    }
}

/// Why the broker refused a call, where the connection goes on.
fn soft(error: &lapin::Error) -> Option<AMQPSoftError> {
    let lapin::ErrorKind::ProtocolError(cause) = error.kind() else { return None };
    let AMQPErrorKind::Soft(kind) = cause.kind() else { return None };
    Some(kind.clone())
}

impl From<lapin::Error> for Error {
    fn from(error: lapin::Error) -> Self {
        Self::Away(error.to_string())
    }
}
