//! Searches as of a moment: in editions, and in drafts and submissions.

use search::Config;
use wire::v1::{Dimension, Filter, Scope, SearchRequest};

use crate::{
    sandbox::{Running, all},
    service::with_texts,
    storage::{moment, text},
};

/// Before, at and after two publications and a withdrawal; a rebuild and a restart answer alike.
#[tokio::test(flavor = "multi_thread")]
async fn a_search_as_of_a_moment_is_one_in_the_editions_of_that_moment() {
    let (sandbox, running) = with_texts(&[("a-1", "vrede"), ("a-2", "vrede")]).await;
    let storage = &sandbox.storage;
    let events = [storage.publish(), storage.save(text("a-1", 2, "veiligheid")), storage.publish()];
    sandbox.publish(&events).await;
    running.reaches(5).await;
    let at = [(2, 0, 0), (3, 2, 0), (4, 2, 0), (5, 1, 1), (99, 1, 1)];
    agrees(&running, &at).await;
    sandbox.publish(&[storage.withdraw(2)]).await;
    running.reaches(6).await;
    // What the second edition said is gone, and it did not say what the first one does.
    let at = [(2, 0, 0), (3, 2, 0), (4, 2, 0), (5, 0, 0), (6, 2, 0), (99, 2, 0)];
    agrees(&running, &at).await;
    running.reindex().await.unwrap();
    agrees(&running, &at).await;
    running.stop().await.unwrap();
    let running = sandbox.started().await;
    agrees(&running, &at).await;
    running.stop().await.unwrap();
}

/// Drafts and submissions are found as they stood, whatever is published, and only so many are read for a question.
#[tokio::test(flavor = "multi_thread")]
async fn a_search_of_drafts_as_of_a_moment_is_one_in_what_stood_there() {
    let (sandbox, running) = with_texts(&[("a-1", "vrede"), ("a-2", "vrede")]).await;
    let storage = &sandbox.storage;
    sandbox.publish(&[storage.publish(), storage.save(text("a-1", 2, "veiligheid"))]).await;
    running.reaches(4).await;
    let at = [(0, 0, 0), (1, 1, 0), (2, 2, 0), (3, 2, 0), (4, 1, 1), (99, 1, 1)];
    agrees_in(&running, Scope::Working, &at).await;
    running.stop().await.unwrap();

    let few = Config { index: sandbox.index(), max_past_texts: 1, ..Config::default() };
    let running = sandbox.start_with(few).await;
    running.answers().await;
    let asked = |position, cycle: &str| SearchRequest {
        as_of: Some(wire::timestamp(moment(position))),
        filters: vec![Filter { dimension: Dimension::Cycle.into(), values: vec![cycle.into()] }],
        ..all(Scope::Working)
    };
    assert_eq!(running.search(asked(1, "plan/2021")).await.unwrap().total, 1);
    assert_eq!(running.search(asked(2, "plan/1999")).await.unwrap().total, 0);
    let status = running.search(asked(2, "plan/2021")).await.unwrap_err();
    assert_eq!(rpc::reason(&status).as_deref(), Some("TOO_MANY_PAST_TEXTS"));
    running.stop().await.unwrap();
}

/// Counts the hits of one word and of the other as of the moments of events, and checks that counts and pages agree.
async fn agrees(running: &Running, expected: &[(u64, u64, u64)]) {
    agrees_in(running, Scope::Published, expected).await;
}

async fn agrees_in(running: &Running, scope: Scope, expected: &[(u64, u64, u64)]) {
    for &(position, peace, safety) in expected {
        for (word, expected) in [("vrede", peace), ("veiligheid", safety)] {
            let request = SearchRequest {
                query: word.into(),
                as_of: Some(wire::timestamp(moment(position))),
                page_size: 1,
                ..all(scope)
            };
            let (found, total, counted) = paged(running, request).await;
            assert_eq!(
                (found, total, counted),
                (expected, expected, expected),
                "{word} {position}"
            );
        }
    }
}

/// Hits of all pages, the total of the first one, and its count of the organisation.
async fn paged(running: &Running, mut request: SearchRequest) -> (u64, u64, u64) {
    let first = running.search(request.clone()).await.unwrap();
    let organisation = i32::from(Dimension::Organisation);
    let facet = first.facets.iter().find(|facet| facet.dimension == organisation);
    let counted = facet.map_or(0, |facet| facet.counts.iter().map(|count| count.count).sum());
    let mut found = first.hits.len() as u64;
    request.page_token = first.next_page_token;
    while !request.page_token.is_empty() {
        let page = running.search(request.clone()).await.unwrap();
        found += page.hits.len() as u64;
        request.page_token = page.next_page_token;
    }
    (found, first.total, counted)
}
