//! The one table of queues: which topics each receives, and how often a delivery is tried.

use std::time::Duration;

use crate::RetryPolicy;

/// Topic exchange that all events are published to.
pub const EXCHANGE: &str = "voortgang.events";
/// Queue of deliveries that were given up.
pub const DEAD_LETTERS: &str = "storage.dead-letters";
/// Queue of files to render, shared by all rendering workers.
pub const RENDERING_JOBS: &str = "rendering.jobs";

/// A queue: its topics and how its deliveries are handled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// Name.
    pub name: String,
    /// Topic patterns: `*` stands for one word, `#` for any number of words.
    pub bindings: Vec<String>,
    /// Retries.
    pub policy: RetryPolicy,
    /// Deliveries handled together.
    pub batch: usize,
    /// Batches under way at once.
    pub workers: usize,
}

/// Every event, for one search replica: the watermark needs each position.
pub fn search(replica: &str) -> Queue {
    Queue {
        name: format!("search.{replica}"),
        bindings: vec!["#".to_owned()],
        policy: RetryPolicy {
            max_attempts: 20,
            first_delay: Duration::from_millis(250),
            max_delay: Duration::from_mins(1),
        },
        batch: 256,
        workers: 1,
    }
}

/// Files to render, for so many workers.
pub fn rendering_jobs(workers: usize) -> Queue {
    Queue {
        name: RENDERING_JOBS.to_owned(),
        bindings: vec!["rendering.requested.v1".to_owned()],
        policy: RetryPolicy {
            max_attempts: 12,
            first_delay: Duration::from_millis(500),
            max_delay: Duration::from_mins(1),
        },
        batch: 1,
        workers,
    }
}

/// Deliveries that were given up, for storage to park. Parking is tried for ever, since here is where loss would begin.
pub fn dead_letters() -> Queue {
    Queue {
        name: DEAD_LETTERS.to_owned(),
        bindings: Vec::new(),
        policy: RetryPolicy {
            max_attempts: u32::MAX,
            first_delay: Duration::from_millis(250),
            max_delay: Duration::from_mins(1),
        },
        batch: 64,
        workers: 1,
    }
}

/// Whether a topic matches a pattern, as on an AMQP topic exchange (AMQP 0-9-1, section 3.1.3.3).
pub fn matches(pattern: &str, topic: &str) -> bool {
    let pattern: Vec<&str> = pattern.split('.').collect();
    let topic: Vec<&str> = topic.split('.').collect();
    matches_words(&pattern, &topic)
}

fn matches_words(pattern: &[&str], topic: &[&str]) -> bool {
    match (pattern, topic) {
        ([], []) => true,
        (["#", rest @ ..], _) => {
            (0..=topic.len()).any(|taken| matches_words(rest, &topic[taken..]))
        }
        (["*", rest @ ..], [_, words @ ..]) => matches_words(rest, words),
        ([first, rest @ ..], [word, words @ ..]) => first == word && matches_words(rest, words),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    /// What a queue is, and after how many seconds a delivery comes again.
    fn print(queue: &Queue) -> String {
        let Queue { name, bindings, policy, batch, workers } = queue;
        let bindings = bindings.join(" ");
        let mut text = format!("{name} <- [{bindings}] batch {batch}, workers {workers}, ");
        let _ = write!(text, "tries {}, after", policy.max_attempts);
        for attempt in 1..policy.max_attempts.min(11) {
            let _ = write!(text, " {}", policy.delay(attempt).as_secs_f64());
        }
        text
    }

    #[test]
    fn the_table_is_as_it_was() {
        let queues = [search("one"), rendering_jobs(2), dead_letters()];
        let table: Vec<String> = queues.iter().map(print).collect();
        insta::assert_snapshot!(format!("{EXCHANGE}\n{}", table.join("\n")), @r"
        voortgang.events
        search.one <- [#] batch 256, workers 1, tries 20, after 0.25 0.5 1 2 4 8 16 32 60 60
        rendering.jobs <- [rendering.requested.v1] batch 1, workers 2, tries 12, after 0.5 1 2 4 8 16 32 60 60 60
        storage.dead-letters <- [] batch 64, workers 1, tries 4294967295, after 0.25 0.5 1 2 4 8 16 32 60 60
        ");
    }

    #[test]
    fn patterns_match_as_on_a_topic_exchange() {
        for (pattern, topic, expected) in [
            ("#", "a.b.v1", true),
            ("a.*.v1", "a.b.v1", true),
            ("a.*", "a.b.v1", false),
            ("a.#", "a", true),
            ("#.v1", "a.b.v1", true),
            ("a.b.v1", "a.b.v2", false),
        ] {
            assert_eq!(matches(pattern, topic), expected, "{pattern} {topic}");
        }
    }
}
