//! The same messages published and consumed with lapin alone: persistent, mandatory, with confirms in as large batches,
//! through a topic exchange into a quorum queue, with the same prefetch.

use std::time::{Duration, Instant};

use bus::Event;
use futures::{StreamExt as _, future::join_all};
use lapin::{
    BasicProperties, Channel, Connection, ConnectionProperties, Consumer, ExchangeKind,
    options::{
        BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions,
        ConfirmSelectOptions, ExchangeDeclareOptions, ExchangeDeleteOptions, QueueBindOptions,
        QueueDeclareOptions, QueueDeleteOptions,
    },
    types::{AMQPValue, FieldTable},
};

use crate::events::BATCH;

pub(super) async fn sent_and_settled(address: &str, events: &[Event]) -> anyhow::Result<Duration> {
    let name = format!("bench-alone-{}", std::process::id());
    let connection = Connection::connect(address, ConnectionProperties::default()).await?;
    let (publisher, receiver) =
        (connection.create_channel().await?, connection.create_channel().await?);
    publisher.confirm_select(ConfirmSelectOptions::default()).await?;
    let consumer = declare(&receiver, &name).await?;
    let start = Instant::now();
    tokio::try_join!(publish(&publisher, &name, events), settle(consumer, events.len()))?;
    let took = start.elapsed();
    receiver.queue_delete(name.as_str().into(), QueueDeleteOptions::default()).await?;
    publisher.exchange_delete(name.as_str().into(), ExchangeDeleteOptions::default()).await?;
    Ok(took)
}

async fn declare(channel: &Channel, name: &str) -> anyhow::Result<Consumer> {
    let mut quorum = FieldTable::default();
    quorum.insert("x-queue-type".into(), AMQPValue::LongString("quorum".into()));
    let durable = ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() };
    channel
        .exchange_declare(name.into(), ExchangeKind::Topic, durable, FieldTable::default())
        .await?;
    channel.queue_declare(name.into(), QueueDeclareOptions::durable(), quorum).await?;
    let bind = QueueBindOptions::default();
    channel.queue_bind(name.into(), name.into(), "#".into(), bind, FieldTable::default()).await?;
    channel.basic_qos(u16::try_from(BATCH)?, BasicQosOptions::default()).await?;
    let options = BasicConsumeOptions::default();
    Ok(channel.basic_consume(name.into(), "".into(), options, FieldTable::default()).await?)
}

async fn publish(channel: &Channel, exchange: &str, events: &[Event]) -> anyhow::Result<()> {
    let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
    for batch in events.chunks(BATCH) {
        let mut confirms = Vec::with_capacity(batch.len());
        for event in batch {
            let (exchange, topic) = (exchange.into(), event.topic.as_str().into());
            let payload = &event.payload;
            let sent = channel.basic_publish(exchange, topic, options, payload, properties(event));
            confirms.push(sent.await?);
        }
        for confirmation in join_all(confirms).await {
            anyhow::ensure!(confirmation?.is_ack(), "not confirmed");
        }
    }
    Ok(())
}

/// As many headers with the same values.
fn properties(event: &Event) -> BasicProperties {
    let mut headers = FieldTable::default();
    for (name, value) in event.attributes() {
        headers.insert(name.as_str().into(), AMQPValue::LongString(value.into()));
    }
    headers.insert("topic".into(), AMQPValue::LongString(event.topic.as_str().into()));
    BasicProperties::default()
        .with_delivery_mode(2)
        .with_message_id(event.id.as_str().into())
        .with_headers(headers)
}

async fn settle(mut consumer: Consumer, count: usize) -> anyhow::Result<()> {
    for _ in 0..count {
        let delivery = consumer.next().await.ok_or_else(|| anyhow::anyhow!("it ended"))??;
        delivery.acker.ack(BasicAckOptions::default()).await?;
    }
    Ok(())
}
