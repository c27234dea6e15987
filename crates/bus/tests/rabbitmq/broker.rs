//! The broker that the tests run against, and what they do to it.

use std::{
    collections::BTreeSet,
    env,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use bus::{Bus as _, Confirms, Delivery, Queue, RabbitMq, RabbitMqOptions, Settlement, Verdict};
use lapin::{options::QueueDeclareOptions, types::FieldTable};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
    time::timeout,
};

/// How long a test waits for what must happen.
pub(crate) const TIMEOUT: Duration = Duration::from_mins(1);
/// A queue that gives nothing for so long is taken to be empty.
const QUIET: Duration = Duration::from_secs(3);

#[expect(
    clippy::disallowed_methods,
    reason = "the environment names the servers and tools of tests"
)]
pub(crate) fn address() -> String {
    env::var("VOORTGANG_RABBITMQ")
        .expect("set VOORTGANG_RABBITMQ to an AMQP address, or run ./tests/run")
}

pub(crate) fn open(address: String, confirms: Confirms) -> Arc<RabbitMq> {
    Arc::new(RabbitMq::new(options(address, confirms)))
}

/// Options with a namespace that no other test has.
pub(crate) fn options(address: String, confirms: Confirms) -> RabbitMqOptions {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let namespace = format!("test-{}-{number}.", std::process::id());
    RabbitMqOptions { address, namespace, confirms }
}

/// A bus straight on the broker, with its namespace.
pub(crate) fn open_named() -> (Arc<RabbitMq>, String, Cleanup) {
    let options = options(address(), Confirms::On);
    let namespace = options.namespace.clone();
    let bus = Arc::new(RabbitMq::new(options));
    (bus.clone(), namespace, Cleanup(bus))
}

/// Deletes on the broker what a test declared there.
pub(crate) struct Cleanup(pub(crate) Arc<RabbitMq>);

impl Drop for Cleanup {
    fn drop(&mut self) {
        let bus = self.0.clone();
        let clean = move || tokio::runtime::Runtime::new().unwrap().block_on(bus.delete_declared());
        // A runtime cannot be started inside the one that the test runs on.
        let _ = std::thread::spawn(clean).join();
    }
}

/// Lets connections through to the broker, until they are cut.
pub(crate) struct Gate {
    pub(crate) address: String,
    at: SocketAddr,
    running: JoinHandle<()>,
    swallows: Arc<AtomicBool>,
}

impl Gate {
    /// Opens on an address of its own: no other test takes the port before it opens again.
    pub(crate) async fn open() -> Self {
        static NUMBER: AtomicU8 = AtomicU8::new(1);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        Self::open_at((Ipv4Addr::new(127, 0, 2, number), 0).into()).await
    }

    /// Opens again where it was, once it is cut.
    pub(crate) async fn open_again(&self) -> Self {
        Self::open_at(self.at).await
    }

    async fn open_at(at: SocketAddr) -> Self {
        let broker = address();
        let (login, host) = broker.rsplit_once('@').expect("the address names a role");
        let host = host.split('/').next().unwrap().to_owned();
        let listener = TcpListener::bind(at).await.unwrap();
        let at = listener.local_addr().unwrap();
        let swallows = Arc::new(AtomicBool::new(false));
        let swallowing = swallows.clone();
        let running = tokio::spawn(async move {
            // Dropped together with this task, the connections are cut.
            let mut connections = JoinSet::new();
            while let Ok((mut client, _)) = listener.accept().await {
                let host = host.clone();
                let swallows = swallowing.clone();
                connections.spawn(async move {
                    let mut server = TcpStream::connect(host).await.unwrap();
                    let (mut from_client, mut to_client) = client.split();
                    let (mut from_server, mut to_server) = server.split();
                    let back = tokio::io::copy(&mut from_server, &mut to_client);
                    let forth = async {
                        let mut buffer = [0; 8192];
                        while let Ok(count @ 1..) = from_client.read(&mut buffer).await {
                            if !swallows.load(Ordering::SeqCst)
                                && to_server.write_all(&buffer[..count]).await.is_err()
                            {
                                return;
                            }
                        }
                    };
                    tokio::select! { _ = back => {}, () = forth => {} }
                });
            }
        });
        Self { address: format!("{login}@{at}"), at, running, swallows }
    }

    /// Lets nothing through to the broker any more, as a network does before anybody notices.
    pub(crate) fn swallow(&self) {
        self.swallows.store(true, Ordering::SeqCst);
    }

    /// Cuts every connection and takes no more; once, and when it returns nobody listens any more.
    pub(crate) async fn cut(&mut self) {
        self.running.abort();
        let _ = (&mut self.running).await;
    }
}

/// A connection of the test's own, beside the bus.
pub(crate) async fn meddler() -> (lapin::Connection, lapin::Channel) {
    let properties = lapin::ConnectionProperties::default();
    let connection = lapin::Connection::connect(&address(), properties).await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    (connection, channel)
}

pub(crate) fn acks(deliveries: &[Delivery]) -> Vec<Settlement> {
    let ack = |tag| Settlement { tag, verdict: Verdict::Ack, reason: String::new() };
    deliveries.iter().map(|delivery| ack(delivery.tag)).collect()
}

/// Receives and acknowledges until these have come and nothing comes for a while; returns the numbers.
pub(crate) async fn drain(
    bus: &RabbitMq,
    queue: &Queue,
    expected: &BTreeSet<u64>,
) -> BTreeSet<u64> {
    let (mut numbers, deadline) = (BTreeSet::new(), Instant::now() + TIMEOUT);
    loop {
        if let Ok(deliveries) = timeout(QUIET, bus.receive(&queue.name, 64)).await {
            let deliveries = deliveries.unwrap();
            numbers.extend(deliveries.iter().map(|delivery| delivery.event.sequence));
            bus.settle(&queue.name, &acks(&deliveries)).await.unwrap();
        } else if numbers.is_superset(expected) || deadline < Instant::now() {
            return numbers;
        }
    }
}

/// What the broker says of a queue.
pub(crate) async fn on_broker(name: &str) -> lapin::Queue {
    let (_connection, channel) = meddler().await;
    let passive = QueueDeclareOptions::durable().passive();
    channel.queue_declare(name.into(), passive, FieldTable::default()).await.unwrap()
}
