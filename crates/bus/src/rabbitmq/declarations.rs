//! What stands on the broker, as data: computed here, snapshot-tested, and executed elsewhere.

use std::time::Duration;

use lapin::types::{AMQPValue, FieldTable};

use crate::{Queue, topology};

/// The largest number of messages in a queue. A publication beyond it is refused, and waits in the outbox.
pub(super) const MAX_LENGTH: u32 = 5_000_000;
/// Deliveries of one message before the broker itself gives it up: one that takes its consumer's process down.
const DELIVERY_LIMIT: i64 = 1_000;
/// As good as no limit, for dead letters: RabbitMQ 4 sets one of 20 where none is said, and drops what exceeds it.
const NO_LIMIT: i64 = 1_000_000_000;

/// A queue as the broker knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Declaration {
    /// Name, without namespace.
    pub(super) name: String,
    /// Queue where messages go that expire or are given up by the broker, without namespace; its exchange has that name too.
    pub(super) dead_letter_to: Option<String>,
    /// After how many milliseconds messages expire.
    pub(super) ttl: Option<i64>,
    /// How often the broker delivers a message.
    pub(super) delivery_limit: Option<i64>,
}

/// The queue itself and its delay queues, one for each step of its policy.
pub(super) fn declarations(queue: &Queue) -> Vec<Declaration> {
    let is_last = queue.name == topology::DEAD_LETTERS;
    let main = Declaration {
        name: queue.name.clone(),
        dead_letter_to: (!is_last).then(|| topology::DEAD_LETTERS.to_owned()),
        ttl: None,
        delivery_limit: Some(if is_last { NO_LIMIT } else { DELIVERY_LIMIT }),
    };
    let delays = steps(queue).into_iter().map(|step| Declaration {
        name: delay_queue(&queue.name, step),
        dead_letter_to: Some(queue.name.clone()),
        ttl: Some(millis(step)),
        delivery_limit: None,
    });
    std::iter::once(main).chain(delays).collect()
}

/// The delays of a queue's policy, growing.
fn steps(queue: &Queue) -> Vec<Duration> {
    let mut steps = Vec::new();
    for attempt in 1..=queue.policy.max_attempts {
        let step = queue.policy.delay(attempt);
        if steps.last() == Some(&step) {
            break;
        }
        steps.push(step);
    }
    steps
}

/// Returns the delay queue for a delay: the smallest step that is at least as long, else the largest step.
pub(super) fn delay_queue_for(queue: &Queue, delay: Duration) -> Option<String> {
    let steps = steps(queue);
    let step = steps.iter().find(|step| delay <= **step).or(steps.last())?;
    Some(delay_queue(&queue.name, *step))
}

fn delay_queue(queue: &str, step: Duration) -> String {
    format!("{queue}.retry-{}ms", step.as_millis())
}

fn millis(step: Duration) -> i64 {
    i64::try_from(step.as_millis()).unwrap_or(i64::MAX)
}

impl Declaration {
    /// Arguments of `queue.declare` (RabbitMQ's manual, "Quorum Queues" and "Dead Letter Exchanges").
    pub(super) fn arguments(&self, namespace: &str, max_length: u32) -> FieldTable {
        let mut table = FieldTable::default();
        let text = |value: &str| AMQPValue::LongString(value.into());
        table.insert("x-queue-type".into(), text("quorum"));
        table.insert("x-overflow".into(), text("reject-publish"));
        table.insert("x-max-length".into(), AMQPValue::LongLongInt(max_length.into()));
        if let Some(target) = &self.dead_letter_to {
            let target = format!("{namespace}{target}");
            table.insert("x-dead-letter-exchange".into(), text(&target));
            table.insert("x-dead-letter-routing-key".into(), text(&target));
            table.insert("x-dead-letter-strategy".into(), text("at-least-once"));
        }
        if let Some(ttl) = self.ttl {
            table.insert("x-message-ttl".into(), AMQPValue::LongLongInt(ttl));
        }
        if let Some(limit) = self.delivery_limit {
            table.insert("x-delivery-limit".into(), AMQPValue::LongLongInt(limit));
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every queue with all its arguments, less what they have in common.
    fn print(queue: &Queue) -> String {
        let common = ["x-max-length", "x-overflow", "x-queue-type"];
        let line = |declaration: &Declaration| {
            let arguments = declaration.arguments("ns.", MAX_LENGTH);
            let different =
                arguments.inner().iter().filter(|(name, _)| !common.contains(&name.as_str()));
            let different: Vec<_> =
                different.map(|(name, value)| format!("{name}={}", text(value))).collect();
            format!("{}: {}", declaration.name, different.join(" "))
        };
        declarations(queue).iter().map(line).collect::<Vec<_>>().join("\n")
    }

    fn text(value: &AMQPValue) -> String {
        match value {
            AMQPValue::LongString(text) => text.to_string(),
            AMQPValue::LongLongInt(number) => number.to_string(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn every_queue_is_replicated_and_refuses_what_it_cannot_hold() {
        for declaration in
            [topology::search("one"), topology::dead_letters()].iter().flat_map(declarations)
        {
            let arguments = declaration.arguments("", 7);
            let argument = |name: &str| arguments.inner().get(name).map(text);
            assert_eq!(argument("x-queue-type").as_deref(), Some("quorum"));
            assert_eq!(argument("x-overflow").as_deref(), Some("reject-publish"));
            assert_eq!(argument("x-max-length").as_deref(), Some("7"));
        }
    }

    #[test]
    fn the_broker_holds_what_it_held() {
        let queues = [topology::rendering_jobs(1), topology::dead_letters()];
        insta::assert_snapshot!(queues.iter().map(print).collect::<Vec<_>>().join("\n\n"), @r"
        rendering.jobs: x-dead-letter-exchange=ns.storage.dead-letters x-dead-letter-routing-key=ns.storage.dead-letters x-dead-letter-strategy=at-least-once x-delivery-limit=1000
        rendering.jobs.retry-500ms: x-dead-letter-exchange=ns.rendering.jobs x-dead-letter-routing-key=ns.rendering.jobs x-dead-letter-strategy=at-least-once x-message-ttl=500
        rendering.jobs.retry-1000ms: x-dead-letter-exchange=ns.rendering.jobs x-dead-letter-routing-key=ns.rendering.jobs x-dead-letter-strategy=at-least-once x-message-ttl=1000
        rendering.jobs.retry-2000ms: x-dead-letter-exchange=ns.rendering.jobs x-dead-letter-routing-key=ns.rendering.jobs x-dead-letter-strategy=at-least-once x-message-ttl=2000
        rendering.jobs.retry-4000ms: x-dead-letter-exchange=ns.rendering.jobs x-dead-letter-routing-key=ns.rendering.jobs x-dead-letter-strategy=at-least-once x-message-ttl=4000
        rendering.jobs.retry-8000ms: x-dead-letter-exchange=ns.rendering.jobs x-dead-letter-routing-key=ns.rendering.jobs x-dead-letter-strategy=at-least-once x-message-ttl=8000
        rendering.jobs.retry-16000ms: x-dead-letter-exchange=ns.rendering.jobs x-dead-letter-routing-key=ns.rendering.jobs x-dead-letter-strategy=at-least-once x-message-ttl=16000
        rendering.jobs.retry-32000ms: x-dead-letter-exchange=ns.rendering.jobs x-dead-letter-routing-key=ns.rendering.jobs x-dead-letter-strategy=at-least-once x-message-ttl=32000
        rendering.jobs.retry-60000ms: x-dead-letter-exchange=ns.rendering.jobs x-dead-letter-routing-key=ns.rendering.jobs x-dead-letter-strategy=at-least-once x-message-ttl=60000

        storage.dead-letters: x-delivery-limit=1000000000
        storage.dead-letters.retry-250ms: x-dead-letter-exchange=ns.storage.dead-letters x-dead-letter-routing-key=ns.storage.dead-letters x-dead-letter-strategy=at-least-once x-message-ttl=250
        storage.dead-letters.retry-500ms: x-dead-letter-exchange=ns.storage.dead-letters x-dead-letter-routing-key=ns.storage.dead-letters x-dead-letter-strategy=at-least-once x-message-ttl=500
        storage.dead-letters.retry-1000ms: x-dead-letter-exchange=ns.storage.dead-letters x-dead-letter-routing-key=ns.storage.dead-letters x-dead-letter-strategy=at-least-once x-message-ttl=1000
        storage.dead-letters.retry-2000ms: x-dead-letter-exchange=ns.storage.dead-letters x-dead-letter-routing-key=ns.storage.dead-letters x-dead-letter-strategy=at-least-once x-message-ttl=2000
        storage.dead-letters.retry-4000ms: x-dead-letter-exchange=ns.storage.dead-letters x-dead-letter-routing-key=ns.storage.dead-letters x-dead-letter-strategy=at-least-once x-message-ttl=4000
        storage.dead-letters.retry-8000ms: x-dead-letter-exchange=ns.storage.dead-letters x-dead-letter-routing-key=ns.storage.dead-letters x-dead-letter-strategy=at-least-once x-message-ttl=8000
        storage.dead-letters.retry-16000ms: x-dead-letter-exchange=ns.storage.dead-letters x-dead-letter-routing-key=ns.storage.dead-letters x-dead-letter-strategy=at-least-once x-message-ttl=16000
        storage.dead-letters.retry-32000ms: x-dead-letter-exchange=ns.storage.dead-letters x-dead-letter-routing-key=ns.storage.dead-letters x-dead-letter-strategy=at-least-once x-message-ttl=32000
        storage.dead-letters.retry-60000ms: x-dead-letter-exchange=ns.storage.dead-letters x-dead-letter-routing-key=ns.storage.dead-letters x-dead-letter-strategy=at-least-once x-message-ttl=60000
        ");
    }

    #[test]
    fn a_delay_is_never_cut_short_but_by_the_longest_step() {
        let queue = topology::rendering_jobs(1);
        let name = |millis| delay_queue_for(&queue, Duration::from_millis(millis)).unwrap();
        assert_eq!(name(1), "rendering.jobs.retry-500ms");
        assert_eq!(name(501), "rendering.jobs.retry-1000ms");
        assert_eq!(name(999_999), "rendering.jobs.retry-60000ms");
    }
}
