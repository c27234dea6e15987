//! Holds the bus on RabbitMQ to the contract, and to what a broker far away adds.

mod broker;
mod cuts;
mod queues;

use bus::{Confirms, contract::Trial};

use crate::broker::{Cleanup, address, open};

bus::holds_the_contract!(fresh);

async fn fresh() -> (Trial, Cleanup) {
    let bus = open(address(), Confirms::On);
    (Trial::new(bus.clone(), "trial"), Cleanup(bus))
}
