//! Pages of one list of hits, and what positions give away.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use data_encoding::BASE64URL_NOPAD;
use identity::Identity;
use model::ContributionState;
use tonic::{Code, Status};
use wire::v1::{Order, Scope, SearchRequest, SearchResponse};

use crate::{
    sandbox::{Sandbox, all},
    service::{query, with_texts},
    storage::{Storage, text},
};

#[tokio::test(flavor = "multi_thread")]
async fn pages_fit_together_in_every_order() {
    let sandbox = Sandbox::new(Storage::example()).await;
    for number in 0..25 {
        sandbox.storage.save(text(&format!("a-{number}"), 1, "Vrede en veiligheid."));
    }
    let running = sandbox.started().await;
    for order in [Order::Score, Order::Newest, Order::Oldest] {
        let mut request = SearchRequest { page_size: 10, order: order.into(), ..query("vrede") };
        let (mut seen, mut sizes) = (BTreeSet::new(), Vec::new());
        loop {
            let answer = running.search(request.clone()).await.unwrap();
            assert_eq!(answer.total, 25);
            sizes.push(answer.hits.len());
            seen.extend(answer.hits.into_iter().map(|hit| hit.external_id));
            request.page_token = answer.next_page_token;
            if request.page_token.is_empty() {
                break;
            }
        }
        assert_eq!((sizes, seen.len()), (vec![10, 10, 5], 25), "{order:?}");
    }
    running.stop().await.unwrap();
}

/// A token as a replica would give it that is as far as this.
fn given_at(watermark: u64, token: &str) -> String {
    let text = String::from_utf8(BASE64URL_NOPAD.decode(token.as_bytes()).unwrap()).unwrap();
    let mut parts: Vec<String> = text.split(':').map(ToOwned::to_owned).collect();
    parts[1] = watermark.to_string();
    BASE64URL_NOPAD.encode(parts.join(":").as_bytes())
}

/// Asks until the index is as far as the page before was. On a busy machine that may take longer than search waits, but never
/// is a question refused without a wait.
async fn once_caught_up(ask: impl AsyncFn() -> Result<SearchResponse, Status>) -> SearchResponse {
    let end = Instant::now() + Duration::from_mins(1);
    loop {
        let asked = Instant::now();
        let status = match ask().await {
            Ok(answer) => return answer,
            Err(status) => status,
        };
        assert_eq!(rpc::reason(&status).as_deref(), Some("INDEX_BEHIND"), "{status}");
        assert!(Duration::from_secs(1) < asked.elapsed(), "it did not wait: {status}");
        assert!(asked < end, "{status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_waits_for_an_index_as_far_as_the_one_that_gave_the_page_before() {
    let (sandbox, running) = with_texts(&[("a-1", "vrede"), ("a-2", "vrede")]).await;
    let mut request = SearchRequest { page_size: 1, ..query("vrede") };
    let first = running.search(request.clone()).await.unwrap();
    request.page_token = given_at(first.watermark + 1, &first.next_page_token);
    let status = running.search(request.clone()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(rpc::reason(&status).as_deref(), Some("INDEX_BEHIND"));
    let event = sandbox.storage.save(text("a-3", 1, "vrede"));
    let event = [event];
    let asking = once_caught_up(async || running.search(request.clone()).await);
    let (answer, ()) = tokio::join!(asking, sandbox.publish(&event));
    assert_eq!((answer.total, answer.hits.len()), (3, 1));
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publication_between_two_pages_moves_no_hit_and_what_is_withdrawn_is_refused() {
    let (sandbox, running) = with_texts(&[("a-1", "vrede"), ("a-2", "vrede")]).await;
    sandbox.publish(&[sandbox.storage.publish()]).await;
    running.reaches(3).await;
    let request = || SearchRequest { query: "vrede".into(), page_size: 1, ..all(Scope::Published) };
    let first = running.search(request()).await.unwrap();
    let next = SearchRequest { page_token: first.next_page_token, ..request() };
    let events = [sandbox.storage.save(text("a-0", 1, "vrede")), sandbox.storage.publish()];
    sandbox.publish(&events).await;
    running.reaches(5).await;
    let second = running.search(next.clone()).await.unwrap();
    assert_eq!((second.total, &*second.hits[0].external_id), (2, "a-2"));
    assert_eq!(running.search(request()).await.unwrap().total, 3, "the control");
    sandbox.publish(&[sandbox.storage.withdraw(1)]).await;
    running.reaches(6).await;
    let status = running.search(next).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    assert_eq!(rpc::reason(&status).as_deref(), Some("PAGE_EXPIRED"));
    running.stop().await.unwrap();
}

/// Positions count drafts and submissions: whoever sees what is public alone sees no position change when one is saved.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_the_public_reveals_nothing_of_what_is_not() {
    let (sandbox, running) = with_texts(&[("a-1", "vrede"), ("a-2", "vrede")]).await;
    let reaches = async |position: u64| running.reaches(position).await;
    sandbox.publish(&[sandbox.storage.publish()]).await;
    reaches(3).await;
    let request = || SearchRequest { query: "vrede".into(), page_size: 1, ..all(Scope::Published) };
    let before = running.search_as(&Identity::Anybody, request()).await.unwrap();
    assert_eq!((before.watermark, before.total, before.hits.len()), (0, 2, 1));
    assert_eq!(running.search(request()).await.unwrap().watermark, 3, "the control");
    let mut draft = text("a-3", 1, "vrede");
    draft.state = ContributionState::Draft;
    sandbox.publish(&[sandbox.storage.save(draft)]).await;
    reaches(4).await;
    assert_eq!(running.search_as(&Identity::Anybody, request()).await.unwrap(), before);
    // The next page waits for what is public all the same.
    let mut next = request();
    next.page_token = given_at(2, &before.next_page_token);
    let status = running.search_as(&Identity::Anybody, next.clone()).await.unwrap_err();
    assert_eq!(rpc::reason(&status).as_deref(), Some("INDEX_BEHIND"));
    let event = [sandbox.storage.publish()];
    let asking = once_caught_up(async || running.search_as(&Identity::Anybody, next.clone()).await);
    let (answer, ()) = tokio::join!(asking, sandbox.publish(&event));
    assert_eq!(answer.hits.len(), 1);
    running.stop().await.unwrap();
}
