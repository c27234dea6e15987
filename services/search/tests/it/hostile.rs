//! What nobody means well with is answered in bounded time; only what no person types is refused, precisely.

use std::{fmt::Write as _, time::Duration};

use tonic::Code;
use wire::v1::{Filter, QueryNote, QueryNoteKind, Scope, SearchRequest};

use crate::{
    sandbox::{Running, Sandbox, all},
    storage::{Storage, moment, text},
};

async fn sandbox() -> (Sandbox, Running) {
    let sandbox = Sandbox::new(Storage::example()).await;
    let mut words = String::new();
    for number in 0..5_000 {
        write!(words, "woord{number} ").unwrap();
    }
    sandbox.storage.save(text("a-1", 1, &words));
    let running = sandbox.started().await;
    (sandbox, running)
}

fn query(query: impl Into<String>) -> SearchRequest {
    SearchRequest { query: query.into(), ..all(Scope::Working) }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_names_its_field_and_reason() {
    let (_sandbox, running) = sandbox().await;
    let filter = |dimension, values: Vec<String>| SearchRequest {
        filters: vec![Filter { dimension, values }],
        ..all(Scope::Working)
    };
    let requests = [
        (filter(99, vec!["x".into()]), "filters[0].dimension", "UNKNOWN_VALUE"),
        (filter(0, vec!["x".into()]), "filters[0].dimension", "UNKNOWN_VALUE"),
        (filter(1, Vec::new()), "filters[0].values", "INVALID_COUNT"),
        (filter(1, vec!["x".into(); 101]), "filters[0].values", "INVALID_COUNT"),
        (SearchRequest { scope: 99, ..query("vrede") }, "scope", "UNKNOWN_VALUE"),
        (SearchRequest { order: -1, ..query("vrede") }, "order", "UNKNOWN_VALUE"),
        (
            SearchRequest {
                as_of: Some(wire::timestamp(moment(1))),
                edition: "plan/2021/1".into(),
                ..all(Scope::Published)
            },
            "as_of",
            "MOMENT_AND_EDITION",
        ),
        (
            SearchRequest { page_token: "MTA6".into(), ..query("vrede") },
            "page_token",
            "INVALID_PAGE_TOKEN",
        ),
    ];
    for (request, field, reason) in requests {
        let status = running.search(request).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{field} {reason}: {status}");
        let violations = rpc::field_violations(&status);
        let violations: Vec<(&str, &str)> =
            violations.iter().map(|(field, reason, _)| (&**field, &**reason)).collect();
        assert_eq!(violations, [(field, reason)]);
        assert_eq!(rpc::reason(&status).as_deref(), Some(reason));
    }
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_is_answered_in_bounded_time() {
    let (_sandbox, running) = sandbox().await;
    let numbered = |count: usize, format: fn(usize) -> String| {
        (0..count).map(format).collect::<Vec<_>>().join(" ")
    };
    for request in [
        query("(".repeat(20_000)),
        query(")".repeat(2_000)),
        query("x".repeat(100_000)),
        query("a ".repeat(1_000)),
        query(format!("\"{}\"", "a ".repeat(1_000))),
        query("\"vrede hulp\"~1000000000"),
        query("woo* ".repeat(9)),
        query("*"),
        query("jaar:"),
        // Misspelt words are held against the whole vocabulary.
        query(numbered(120, |number| format!("wxrd{number:03}"))),
        query(numbered(8, |_| "woo*".to_owned())),
        query(format!("\"{}\"~100", "woord1 ".repeat(120))),
        query(format!("\"{}\"~100", numbered(120, |number| format!("woord{number}")))),
        query("x".repeat(2_048)),
        query("\u{1F600}".repeat(2_048)),
        query("\u{0}\u{200b}\u{feff}\u{fffd}"),
        query(format!("{}a{}", "(".repeat(32), ")".repeat(32))),
        query("NOT ".repeat(500)),
        query("-".repeat(2_048)),
        query("- ".repeat(120)),
        query(format!("jaar:{}", "9".repeat(2_000))),
        query("kleur:rood"),
        SearchRequest {
            filters: vec![Filter { dimension: 1, values: vec!["x".repeat(100_000)] }],
            ..all(Scope::Working)
        },
        SearchRequest { page_size: i32::MAX, ..query("woord1") },
        SearchRequest { page_size: i32::MIN, ..query("woord1") },
    ] {
        let shown: String = request.query.chars().take(30).collect();
        // Unbounded, each of these would run for hours; how busy the machine is does not matter.
        let answer = tokio::time::timeout(Duration::from_mins(1), running.search(request)).await;
        let answer = answer.unwrap_or_else(|_| panic!("{shown} has no end"));
        answer.unwrap_or_else(|status| panic!("{shown}: {status}"));
    }
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_says_how_the_query_was_read() {
    let (_sandbox, running) = sandbox().await;
    for (text, read_as, kinds) in [
        ("woord1", "woord1", vec![]),
        (
            "\"woord1 (woord2",
            "woord1 woord2",
            vec![QueryNoteKind::Quote, QueryNoteKind::Parenthesis],
        ),
        ("kleur:woord1", "kleur woord1", vec![QueryNoteKind::UnknownField]),
        ("jaar:>2020 woord1", "year:2021.. woord1", vec![]),
    ] {
        let answer = running.search(query(text)).await.unwrap();
        let noted: Vec<QueryNoteKind> = answer.notes.iter().map(QueryNote::kind).collect();
        assert_eq!((answer.read_as.as_str(), noted), (read_as, kinds), "{text}");
        assert_eq!(answer.total, 1, "{text}");
    }
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_words_that_need_work_some_are_taken_as_written_and_counted() {
    let (_sandbox, running) = sandbox().await;
    let numbered = |count: usize, sign: &str| {
        (0..count).map(|number| format!("wxrd{number:03}{sign}")).collect::<Vec<_>>().join(" ")
    };
    for (text, expected) in [
        ("woord1 woord2".to_owned(), 0),
        // The same word is looked up once.
        (format!("woord1 {}", "wxrd001 ".repeat(100)), 0),
        (numbered(15, ""), 0),
        (numbered(120, ""), 105),
        (format!("{} {}", numbered(8, "*"), numbered(16, "")), 9),
    ] {
        let answer = running.search(query(text.clone())).await.unwrap();
        assert_eq!(answer.unexpanded_words, expected, "{text:.40}");
    }
    running.stop().await.unwrap();
}
