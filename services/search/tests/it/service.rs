//! Search as its callers see it.

mod as_of;
mod pages;
mod rebuilds;
mod widening;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use model::{Content, ContributionState};
use tonic::Code;
use wire::v1::{Dimension, Filter, Scope, SearchRequest};

use crate::{
    sandbox::{Running, Sandbox, all},
    storage::{Storage, contribution, text},
};

fn query(query: &str) -> SearchRequest {
    SearchRequest { query: query.into(), ..all(Scope::Working) }
}

async fn ids(running: &Running, request: SearchRequest) -> BTreeSet<String> {
    running.found(request).await.into_iter().map(|(id, _)| id).collect()
}

/// A search that has these texts, by id.
async fn with_texts(texts: &[(&str, &str)]) -> (Sandbox, Running) {
    let sandbox = Sandbox::new(Storage::example()).await;
    for (id, words) in texts {
        sandbox.storage.save(text(id, 1, words));
    }
    let running = sandbox.started().await;
    (sandbox, running)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_found_in_the_working_index_only_and_an_edition_in_the_public_one() {
    let sandbox = Sandbox::new(Storage::example()).await;
    let running = sandbox.started().await;
    let mut draft = text("a-2", 1, "Vrede als concept.");
    draft.state = ContributionState::Draft;
    let events = [
        sandbox.storage.save(text("a-1", 1, "Vrede als inzending.")),
        sandbox.storage.save(draft),
        sandbox.storage.publish(),
    ];
    sandbox.publish(&events).await;
    running.reaches(3).await;
    let public = running
        .search(SearchRequest { query: "vrede".into(), ..all(Scope::Published) })
        .await
        .unwrap();
    assert_eq!((public.total, public.watermark), (1, 3));
    assert_eq!(public.hits[0].url, "/plan/2021/1#alfa/a-1");
    assert_eq!(running.search(query("vrede")).await.unwrap().total, 2);
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_edition_can_be_searched_by_its_name() {
    let (sandbox, running) = with_texts(&[("a-1", "vrede")]).await;
    let mut events = vec![sandbox.storage.publish()];
    events.push(sandbox.storage.save(text("a-1", 2, "veiligheid")));
    events.push(sandbox.storage.publish());
    sandbox.publish(&events).await;
    running.reaches(4).await;
    let found = async |words: &str, edition: &str| {
        let request = SearchRequest {
            query: words.to_owned(),
            edition: edition.to_owned(),
            ..all(Scope::Published)
        };
        running.search(request).await.map(|answer| answer.total)
    };
    assert_eq!(found("vrede", "").await.unwrap(), 0, "the current edition says otherwise");
    assert_eq!(found("vrede", "plan/2021/1").await.unwrap(), 1);
    assert_eq!(found("vrede", "plan/2021/2").await.unwrap(), 0);
    assert_eq!(found("vrede", "plan/2021/9").await.unwrap(), 0);
    let status = found("vrede", "geen editie").await.unwrap_err();
    assert_eq!(rpc::reason(&status).as_deref(), Some("INVALID_EDITION_NAME"));
    let both = SearchRequest { edition: "plan/2021/1".into(), ..query("vrede") };
    let status = running.search(both).await.unwrap_err();
    assert_eq!(rpc::reason(&status).as_deref(), Some("EDITION_OF_WORKING"));
    running.stop().await.unwrap();
}

/// The text of what is withdrawn has to go whatever else is away.
#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_needs_nothing_of_storage() {
    let (sandbox, running) = with_texts(&[("a-1", "vrede")]).await;
    sandbox.publish(&[sandbox.storage.publish()]).await;
    running.reaches(2).await;
    let withdrawn = sandbox.storage.withdraw(1);
    sandbox.storage.fail(Some(Code::Unavailable));
    sandbox.publish(&[withdrawn]).await;
    assert_eq!(running.reaches(3).await.published, 0);
    running.stop().await.unwrap();
}

/// Contributions with goals, one of them a draft that names a goal twice.
async fn with_goals() -> (Sandbox, Running) {
    let sandbox = Sandbox::new(Storage::example()).await;
    for (id, goals) in [("a-1", vec!["1"]), ("a-2", vec!["1", "1.1"]), ("a-3", vec!["1.1", "1.1"])]
    {
        let goals = goals.into_iter().map(ToOwned::to_owned).collect();
        let content = Content { goals, ..testkit::content("Vrede.") };
        let mut saved = contribution(id, 1, content);
        if id == "a-3" {
            saved.state = ContributionState::Draft;
        }
        sandbox.storage.save(saved);
    }
    let running = sandbox.started().await;
    (sandbox, running)
}

#[tokio::test(flavor = "multi_thread")]
async fn facets_count_contributions_under_all_filters_but_their_own() {
    let (_sandbox, running) = with_goals().await;
    let filter = Filter { dimension: Dimension::Goal.into(), values: vec!["1".into(), "1".into()] };
    let answer =
        running.search(SearchRequest { filters: vec![filter], ..query("vrede") }).await.unwrap();
    assert_eq!(answer.total, 2);
    let counts: BTreeMap<i32, Vec<(String, u64)>> = answer
        .facets
        .into_iter()
        .map(|facet| {
            let counts = facet.counts.into_iter().map(|count| (count.value, count.count));
            (facet.dimension, counts.collect())
        })
        .collect();
    assert_eq!(counts[&Dimension::Goal.into()], [("1".into(), 2), ("1.1".into(), 2)]);
    assert_eq!(counts[&Dimension::Organisation.into()], [("alfa".into(), 2)]);
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_without_editions_has_nothing_public() {
    let (_sandbox, running) = with_texts(&[("a-1", "Vrede.")]).await;
    let answer = running.search(all(Scope::Published)).await.unwrap();
    assert_eq!((answer.total, answer.watermark), (0, 1));
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn search_answers_while_storage_is_away() {
    let (sandbox, running) = with_texts(&[("a-1", "vrede")]).await;
    running.stop().await.unwrap();
    sandbox.storage.fail(Some(Code::Unavailable));
    let running = sandbox.started().await;
    assert_eq!(running.search(query("vrede")).await.unwrap().total, 1);
    running.stop().await.unwrap();
}
