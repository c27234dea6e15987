//! Events that no consumer can read: parked, shown, and replayed without loss.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use bus::{Bus as _, Embedded, Event};
use end_to_end::Server;
use serde_json::Value;

use crate::prepared::{item, prepared, write};

/// How long a test waits for what must happen.
const TIMEOUT: Duration = Duration::from_mins(1);

fn event(id: &str, topic: &str, payload: &[u8]) -> Event {
    Event {
        id: id.to_owned(),
        topic: topic.to_owned(),
        subject: "proef/2021".to_owned(),
        source: "urn:nld:oin:00000000000000000000:systeem:proef".to_owned(),
        ty: format!("nl.proef.{topic}"),
        time: "2022-01-01T00:00:00Z".to_owned(),
        sequence: 1,
        epoch: String::new(),
        traceparent: None,
        payload: payload.to_vec(),
    }
}

/// Puts events onto the bus in a data folder, as storage does.
fn publish(data: &Path, events: &[Event]) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        // Due at the beginning of time, so that nobody has to wait.
        let bus = Embedded::open(&data.join("bus.sqlite"), Arc::new(|| 0)).await.unwrap();
        bus.publish(events).await.unwrap();
    });
}

/// Waits until so many dead letters are listed.
fn parked(server: &Server, count: usize) -> Vec<Value> {
    let end = Instant::now() + TIMEOUT;
    loop {
        let list = server.cli(&["dead-letters", "list", "--json"]).json();
        let letters = list["dead_letters"].as_array().unwrap().clone();
        if letters.len() == count {
            return letters;
        }
        assert!(Instant::now() < end, "not {count} but {letters:#?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The letter of an event on the queue of search.
fn letter<'a>(letters: &'a [Value], event: &str) -> &'a Value {
    let is_of = |letter: &&Value| {
        letter["event_id"] == event
            && letter["queue"].as_str().is_some_and(|queue| queue.starts_with("search."))
    };
    letters.iter().find(is_of).unwrap_or_else(|| panic!("no letter of {event}: {letters:#?}"))
}

#[test]
fn truncated_and_unknown_events_are_parked_shown_and_replayed() {
    let (folder, server) = prepared();
    publish(
        &server.data,
        &[
            event("truncated", "contribution.submitted.v1", &[0x0a, 0x24, b'a']),
            event("unknown", "ministry.abolished.v1", b"\x01\x02"),
        ],
    );
    let letters = parked(&server, 2);
    for (id, topic, payload) in [
        ("truncated", "contribution.submitted.v1", "CiRh"),
        ("unknown", "ministry.abolished.v1", "AQI="),
    ] {
        let listed = letter(&letters, id);
        assert_eq!(listed["topic"], topic);
        assert!(!listed["reason"].as_str().unwrap().is_empty(), "{listed}");
        let number = listed["id"].to_string();
        let shown = server.cli(&["dead-letters", "show", &number, "--json"]).json();
        assert_eq!(shown["payload"], payload, "the message as it came");
        assert_eq!(shown["attributes"]["cloudEvents:id"], id);
        assert!(server.cli(&["dead-letters", "show", &number]).ok().contains(topic));
    }
    // Looking took nothing away.
    let unknown = letter(&parked(&server, 2), "unknown")["id"].to_string();
    server.cli(&["dead-letters", "replay", &unknown]).ok();
    // It is given up again, and parked anew; the first row stays, as replayed.
    parked(&server, 2);
    let all = server.cli(&["dead-letters", "list", "--all", "--json"]).json();
    let of_unknown = |letter: &&Value| letter["event_id"] == "unknown";
    let rows = all["dead_letters"].as_array().unwrap().iter().filter(of_unknown);
    let replayed = rows.filter(|letter| !letter["replay_time"].is_null()).count();
    assert_eq!(replayed, 1, "{all:#}");
    // Nothing stands still because of them.
    server.cli(&["submit", &write(folder.path(), "a.yaml", item("Een tekst over vrede."))]).ok();
    found(&server, "vrede");
}

#[test]
fn an_event_that_comes_while_nobody_listens_is_parked_at_the_next_start() {
    let (_folder, server) = prepared();
    let data = server.data.clone();
    server.kill();
    publish(&data, &[event("truncated", "rendering.requested.v1", &[0x0a, 0x24, b'a'])]);
    let server = Server::start(&data);
    // Search hears every event, and rendering hears requests.
    let letters = parked(&server, 2);
    assert!(letters.iter().any(|letter| letter["queue"] == "rendering.jobs"), "{letters:#?}");
    letter(&letters, "truncated");
}

/// Waits until a word is found once.
fn found(server: &Server, word: &str) {
    let end = Instant::now() + TIMEOUT;
    while server.cli(&["search", word, "--working", "--json"]).json()["total"] != 1 {
        assert!(Instant::now() < end, "`{word}` is not found");
        std::thread::sleep(Duration::from_millis(50));
    }
}
