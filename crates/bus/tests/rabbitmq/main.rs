//! Holds the bus on RabbitMQ to the contract, and to what a broker far away adds.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

mod broker;
mod cuts;
mod queues;

use bus::{Confirms, contract::Trial};

use crate::broker::{Cleanup, address, open};

bus::holds_the_contract!(fresh);

#[expect(
    clippy::unused_async,
    reason = "the contract awaits a fresh bus; this one connects by itself"
)]
async fn fresh() -> (Trial, Cleanup) {
    let bus = open(address(), Confirms::On);
    (Trial::new(bus.clone(), "trial"), Cleanup(bus))
}
