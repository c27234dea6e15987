//! The demonstration: every role at work under four eyes, and nothing new when it is run again.

use std::path::Path;

use end_to_end::{Answer, voortgang};
use serde_json::Value;

fn demo(data: &Path) -> Answer {
    let data = data.display().to_string();
    voortgang(
        &[
            &["demo", "--once", "--json", "--data", &data][..],
            &["--grpc-port", "0", "--http-port", "0"],
        ]
        .concat(),
    )
}

/// Name, manifest hash and whether it was pinned now, of each edition.
fn editions(answer: Answer) -> Vec<(Value, Value, bool)> {
    let shown = answer.json();
    let of = |edition: &Value| {
        let part = |name: &str| edition[name].clone();
        (part("edition"), part("manifest_hash"), part("created") == true)
    };
    shown["editions"].as_array().expect("editions").iter().map(of).collect()
}

#[test]
fn the_demonstration_reviews_under_four_eyes_and_changes_nothing_when_run_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let first = demo(&data);
    for step in [
        "reviewer of bz: a passage of bz-4.0-a returned",
        "contributor of bz: it says",
        "remark on def-5.1-a, answered by its contributor, resolved",
        "reviewers of 6 organisations: 38 approved",
        "publisher: voorbeeldplan-vvv/2022-2023/1 published",
    ] {
        assert!(first.err.contains(step), "{step}: {}", first.err);
    }
    let made = editions(first);
    assert!(made.len() == 2 && made.iter().all(|(.., is_new)| *is_new), "{made:?}");
    let file = data.join("published/voorbeeldplan-vvv-2021-1.json");
    let text = std::fs::read_to_string(file).expect("a published file");
    let edition: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(edition["review"]["policy"], "four_eyes");
    assert_eq!(edition["review"]["overrides"], Value::Array(Vec::new()));
    assert!(text.contains("twee miljoen euro") && !text.contains("een flink bedrag"));

    let second = demo(&data);
    for step in ["returned", "remark", "it says"] {
        assert!(!second.err.contains(step), "{step}: {}", second.err);
    }
    assert!(second.err.contains("reviewers of 6 organisations: 0 approved"), "{}", second.err);
    let known: Vec<_> = made.into_iter().map(|(name, hash, _)| (name, hash, false)).collect();
    assert_eq!(editions(second), known);
}
