//! What each service may do on the broker, with the user that it is given: every action on every exchange and queue.

use std::time::{Duration, Instant};

use bus::{Bus as _, Confirms, Event, RabbitMq, RabbitMqOptions};
use end_to_end::Split;
use lapin::{
    BasicProperties, Channel, Connection, ConnectionProperties, ErrorKind, ExchangeKind,
    options::{
        BasicGetOptions, BasicPublishOptions, ConfirmSelectOptions, ExchangeDeclareOptions,
        QueueBindOptions, QueueDeclareOptions, QueueDeleteOptions,
    },
    protocol::{AMQPErrorKind, AMQPSoftError},
    types::{AMQPValue, FieldTable},
};
use serde_json::Value;
use wire::Service;

use crate::table::{self, Table};

/// Services that are given where the broker is.
const USERS: [Service; 3] = [Service::Storage, Service::Search, Service::Rendering];
const EVENTS: &str = "voortgang.events";
const JOBS: &str = "rendering.jobs";
const LETTERS: &str = "storage.dead-letters";
const SEARCH: &str = "search.replica-1";
/// The exchange that leads to every queue.
const NAMELESS: &str = "";
/// A key that leads nowhere.
const NOWHERE: &str = "nowhere";

/// A service may do what the document says, and the comparison fails for a user who may do everything.
pub(crate) async fn is_used_as_the_document_says(split: &Split) {
    let expected = documented();
    let mut found = Table::new();
    for user in USERS {
        let broker = Broker::connect(&address(split, user)).await;
        for (may, is_let_in) in broker.everything(user).await {
            found.insert((user.to_string(), may), is_let_in);
        }
    }
    table::assert_same(&expected, &found);
    eprintln!("{} of {} actions on the broker are let in", table::yes(&found), found.len());
    let all =
        Broker::connect(&split.address_of("RABBITMQ")).await.everything(Service::Storage).await;
    assert!(all.iter().all(|(_, is_let_in)| *is_let_in), "{all:?}");
}

/// No detour leads into a queue of somebody else, nor out of it.
pub(crate) async fn has_no_detours(split: &Split) {
    let all = Broker::connect(&split.address_of("RABBITMQ")).await;
    for (user, allowed, foreign) in
        [(Service::Search, SEARCH, JOBS), (Service::Rendering, JOBS, SEARCH)]
    {
        let broker = Broker::connect(&address(split, user)).await;
        // Letters that expire in a queue of one's own would go on to another one.
        for exchange in [NAMELESS, foreign, EVENTS] {
            let name = format!("{allowed}.smuggled");
            assert!(!broker.declares(&name, exchange).await, "{user} to `{exchange}`");
            assert!(all.declares(&name, exchange).await, "`{exchange}`");
            all.delete(&name).await;
        }
        assert!(
            !broker.binds(allowed, foreign, foreign).await,
            "{user} reads what is for {foreign}"
        );
        assert!(!broker.binds(foreign, EVENTS, NOWHERE).await, "{user} leads events to {foreign}");
    }
    // Events name what happened to everything; a file to render is what rendering is sent.
    let rendering = Broker::connect(&address(split, Service::Rendering)).await;
    assert!(!rendering.binds(JOBS, EVENTS, "#").await, "rendering reads everything");
}

/// With its rights a service gives up what it cannot read, and storage parks and replays it. The event reaches every queue.
pub(crate) async fn carries_dead_letters_and_replays(split: &Split) {
    let options = RabbitMqOptions {
        address: address(split, Service::Storage),
        namespace: String::new(),
        confirms: Confirms::On,
    };
    let unreadable = Event {
        payload: b"unreadable".to_vec(),
        epoch: String::new(),
        ..bus::contract::event("rendering.requested.v1", 1)
    };
    RabbitMq::new(options).publish(&[unreadable]).await.unwrap();
    let queues = [JOBS, SEARCH, "search.replica-2"];
    for letter in parked(split, &queues) {
        split.cli(&["dead-letters", "replay", &letter["id"].to_string()]).ok();
    }
    parked(split, &queues);
}

/// Waits until one letter of each of these queues is parked, and none else.
fn parked(split: &Split, queues: &[&str]) -> Vec<Value> {
    let deadline = Instant::now() + Duration::from_mins(1);
    loop {
        let list = split.cli(&["dead-letters", "list", "--json"]).json();
        let letters = list["dead_letters"].as_array().unwrap().clone();
        let mut of: Vec<&str> =
            letters.iter().map(|letter| letter["queue"].as_str().unwrap()).collect();
        of.sort_unstable();
        if of == queues {
            return letters;
        }
        assert!(Instant::now() < deadline, "{letters:#?}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// The table in the section `The bus`: of each user and action on each exchange and queue.
fn documented() -> Table {
    let mut table = Table::new();
    for row in table::documented("The bus") {
        let (name, of_users) = row.split_first().unwrap();
        let Some(name) = table::quoted(name) else { continue };
        let name = name.replace("REPLICA", "replica-1");
        for (user, cell) in USERS.iter().zip(of_users) {
            let allowed: Vec<&str> = cell.split(", ").collect();
            for action in ["configures", "writes", "reads"] {
                let cell = (user.to_string(), format!("{action} {name}"));
                table.insert(cell, allowed.contains(&action));
            }
        }
    }
    for user in USERS {
        table.insert((user.to_string(), "writes any queue".to_owned()), false);
    }
    table
}

fn address(split: &Split, service: Service) -> String {
    split.setting(service, 1, "address").unwrap().trim_matches('"').to_owned()
}

struct Broker(Connection);

impl Broker {
    async fn connect(address: &str) -> Self {
        Self(Connection::connect(address, ConnectionProperties::default()).await.unwrap())
    }

    /// Every action on every exchange and queue, and whether it is let in; none changes anything.
    async fn everything(&self, user: Service) -> Vec<(String, bool)> {
        let mut all = vec![("writes any queue".to_owned(), self.writes(NAMELESS).await)];
        for queue in [JOBS, LETTERS, SEARCH] {
            all.push((
                format!("configures {queue}"),
                self.configures(queue, ExchangeKind::Direct).await,
            ));
            all.push((format!("writes {queue}"), self.writes(queue).await));
            all.push((format!("reads {queue}"), self.reads(queue).await));
        }
        all.push((
            format!("configures {EVENTS}"),
            self.configures(EVENTS, ExchangeKind::Topic).await,
        ));
        all.push((format!("writes {EVENTS}"), self.writes(EVENTS).await));
        let (queue, key) =
            if user == Service::Search { (SEARCH, "#") } else { (JOBS, "rendering.requested.v1") };
        all.push((format!("reads {EVENTS}"), self.binds(queue, EVENTS, key).await));
        all
    }

    /// Declares an exchange as it stands.
    async fn configures(&self, exchange: &str, kind: ExchangeKind) -> bool {
        let options = ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() };
        let channel = self.channel().await;
        let arguments = FieldTable::default();
        is_let_in(channel.exchange_declare(exchange.into(), kind, options, arguments).await)
    }

    /// Publishes what leads nowhere.
    async fn writes(&self, exchange: &str) -> bool {
        let channel = self.channel().await;
        channel.confirm_select(ConfirmSelectOptions::default()).await.unwrap();
        let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
        let properties = BasicProperties::default();
        let sent = channel.basic_publish(exchange.into(), NOWHERE.into(), options, b"", properties);
        is_let_in(sent.await.unwrap().await)
    }

    /// Looks for a message; one that comes goes back when the channel ends.
    async fn reads(&self, queue: &str) -> bool {
        let channel = self.channel().await;
        is_let_in(channel.basic_get(queue.into(), BasicGetOptions::default()).await)
    }

    async fn binds(&self, queue: &str, exchange: &str, key: &str) -> bool {
        let (options, arguments) = (QueueBindOptions::default(), FieldTable::default());
        let channel = self.channel().await;
        let bound =
            channel.queue_bind(queue.into(), exchange.into(), key.into(), options, arguments);
        is_let_in(bound.await)
    }

    /// Declares a queue whose messages go on to an exchange.
    async fn declares(&self, queue: &str, goes_on_to: &str) -> bool {
        let mut arguments = FieldTable::default();
        let exchange = AMQPValue::LongString(goes_on_to.into());
        arguments.insert("x-dead-letter-exchange".into(), exchange);
        let channel = self.channel().await;
        let options = QueueDeclareOptions::durable();
        is_let_in(channel.queue_declare(queue.into(), options, arguments).await)
    }

    async fn delete(&self, queue: &str) {
        let deleted =
            self.channel().await.queue_delete(queue.into(), QueueDeleteOptions::default()).await;
        deleted.unwrap();
    }

    /// A channel of its own for each action, since a refusal ends it.
    async fn channel(&self) -> Channel {
        self.0.create_channel().await.unwrap()
    }
}

fn is_let_in<T>(answer: Result<T, lapin::Error>) -> bool {
    let Err(error) = answer else { return true };
    if let ErrorKind::ProtocolError(cause) = error.kind()
        && matches!(cause.kind(), AMQPErrorKind::Soft(AMQPSoftError::ACCESSREFUSED))
    {
        return false;
    }
    panic!("{error}");
}
