//! Search as its callers see it.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use data_encoding::BASE64URL_NOPAD;
use identity::Identity;
use model::{Content, ContributionState};
use search::Config;
use tonic::{Code, Status};
use wire::v1::{Dimension, Filter, Order, Scope, SearchRequest, SearchResponse, WideningSource};

use crate::{
    sandbox::{Running, Sandbox, all},
    storage::{Storage, contribution, moment, text},
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

#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_no_text_has_is_corrected_and_the_answer_says_so() {
    let (_sandbox, running) = with_texts(&[("a-1", "Clingendael over Jemen.")]).await;
    let answer = running.search(query("clingendeal jemen")).await.unwrap();
    assert_eq!(answer.total, 1);
    let corrections = answer.corrections.iter();
    let corrections: Vec<_> =
        corrections.map(|word| (&*word.word, word.alternatives.concat())).collect();
    assert_eq!(corrections, [("clingendeal", "clingendael".to_owned())]);
    assert_eq!(answer.corrected_query, "clingendael jemen");
    let answer = running.search(query("clingendael jemen")).await.unwrap();
    assert_eq!((answer.corrections.len(), answer.corrected_query.as_str()), (0, ""), "the control");
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_hits_says_what_would_find_something() {
    let (_sandbox, running) = with_texts(&[("a-1", "De vrede in Jemen.")]).await;
    let would_find = async |request: SearchRequest| {
        let answer = running.search(request).await.unwrap();
        let other = answer.would_find.into_iter();
        let other = other.map(|other| (other.query, other.without_filters, other.total));
        (answer.total, other.collect::<Vec<_>>())
    };
    let phrase = would_find(query("\"vrede bewaren\"")).await;
    let words = ["vrede bewaren", "vrede"].map(|query| (query.to_owned(), false, 1));
    assert_eq!(phrase, (0, words.to_vec()));
    let filters = vec![Filter { dimension: Dimension::Year.into(), values: vec!["1999".into()] }];
    let filtered = would_find(SearchRequest { filters, ..query("vrede") }).await;
    assert_eq!(filtered, (0, vec![("vrede".to_owned(), true, 1)]));
    assert_eq!(would_find(query("vrede")).await, (1, Vec::new()), "the control");
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hit_has_the_words_of_its_text_that_match() {
    let (_sandbox, running) = with_texts(&[("a-1", "Vrouwen en de vrouw. Vrede.")]).await;
    let answer = running.search(query("vrouw")).await.unwrap();
    assert_eq!(answer.hits[0].matched_words, ["vrouw", "vrouwen"]);
    let answer = running.search(query("")).await.unwrap();
    assert!(answer.hits[0].matched_words.is_empty(), "everything is asked for");
    running.stop().await.unwrap();
}

/// Positions count drafts and submissions: whoever sees what is public alone sees no position change when one is saved.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_the_public_tells_nothing_of_what_is_not() {
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
async fn a_word_with_a_wildcard_finds_every_word_that_begins_so() {
    let texts: Vec<(String, String)> =
        (0..60).map(|number| (format!("a-{number}"), format!("vrouw{number:02}x"))).collect();
    let texts: Vec<(&str, &str)> = texts.iter().map(|(id, text)| (&**id, &**text)).collect();
    let (_sandbox, running) = with_texts(&texts).await;
    assert_eq!(ids(&running, query("vrouw*")).await.len(), 60);
    assert_eq!(ids(&running, query("vrouw1*")).await.len(), 10);
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn words_before_a_wildcard_stand_before_it() {
    let (_sandbox, running) =
        with_texts(&[("a-1", "co-ordinatie van hulp"), ("a-2", "ordinair"), ("a-3", "co")]).await;
    assert_eq!(ids(&running, query("co-ordin*")).await, BTreeSet::from(["a-1".to_owned()]));
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_between_words_is_not_looked_for() {
    let (_sandbox, running) = with_texts(&[("a-1", "vrede"), ("a-2", "vrede en veiligheid")]).await;
    for (asked, expected) in [("vrede &", 2), ("vrede AND &", 2), ("vrede & AND veiligheid", 1)] {
        let answer = running.search(query(asked)).await.unwrap();
        assert_eq!((answer.total, answer.relaxed), (expected, false), "{asked}");
    }
    assert_eq!(running.search(query("&")).await.unwrap().total, 0);
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_of_organisations_are_found_in_capitals() {
    let (_sandbox, running) = with_texts(&[("a-1", "vrede")]).await;
    assert_eq!(ids(&running, query("organisatie:ALFA antwoord:Reported")).await.len(), 1);
    assert_eq!(ids(&running, query("organisatie:BETA")).await.len(), 0);
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_take_the_values_that_people_see() {
    let (_sandbox, running) = with_texts(&[
        ("a-1", "Steun in Irak."),
        ("a-2", "De Iraakse overheid."),
        ("a-3", "Iets anders."),
    ])
    .await;
    for (asked, expected) in [
        ("ministerie:alfa", 3),
        ("status:gerapporteerd", 3),
        ("status:\"deels beantwoord\"", 0),
        ("pijler:EEN", 3),
        ("pijler:1", 3),
        ("pijler:2", 0),
        ("pijler:\"Pijler een\"", 3),
        ("doel:1 OF doel:9", 3),
        ("jaar:2021", 3),
        ("jaar:2020..2021", 3),
        ("jaar:>2020", 3),
        ("jaar:>2021", 0),
        ("jaar:<2021", 0),
        ("land:Irak", 2),
        ("country:Iraq", 2),
        ("land:Jemen", 0),
        ("-land:Irak", 1),
        ("land:Irak jaar:2021", 2),
    ] {
        assert_eq!(ids(&running, query(asked)).await.len(), expected, "{asked}");
    }
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

/// An internal failure passes; to give up on the event would leave its document out for good.
#[tokio::test(flavor = "multi_thread")]
async fn what_storage_could_not_answer_is_asked_again() {
    let sandbox = Sandbox::new(Storage::example()).await;
    let running = sandbox.started().await;
    sandbox.storage.fail(Some(Code::Internal));
    sandbox.publish(&[sandbox.storage.save(text("a-1", 1, "vrede"))]).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    sandbox.storage.fail(None);
    assert_eq!(running.reaches(1).await.working, 1);
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_rebuilds_at_once_both_succeed_and_leave_one_generation() {
    let (sandbox, running) = with_texts(&[("a-1", "vrede"), ("a-2", "veiligheid")]).await;
    let rebuilds = futures::future::join_all((0..4).map(|_| running.reindex())).await;
    assert!(rebuilds.iter().all(Result::is_ok), "{rebuilds:?}");
    let event = sandbox.storage.save(text("a-3", 1, "hulp"));
    sandbox.publish(&[event]).await;
    assert_eq!(running.reaches(3).await.working, 3);
    running.stop().await.unwrap();
    let running = sandbox.started().await;
    assert_eq!(running.status().await.unwrap().working, 3);
    running.stop().await.unwrap();
}

/// Storage takes in a change whenever it is asked what changed: there is always one more.
#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_ends_under_steady_writes_and_no_question_fails_meanwhile() {
    let (sandbox, running) = with_texts(&[("a-1", "vrede"), ("a-2", "vrede")]).await;
    sandbox.storage.never_rest(text("a-1", 1, "vrede"));
    let asked = async {
        loop {
            assert_eq!(running.search(query("vrede")).await.unwrap().total, 2);
        }
    };
    let rebuilt = async {
        for _ in 0..3 {
            running.reindex().await.unwrap();
        }
    };
    let rebuilt = tokio::time::timeout(Duration::from_mins(5), rebuilt);
    tokio::select! { () = asked => {}, rebuilt = rebuilt => rebuilt.expect("the rebuilds end") }
    let events = sandbox.storage.rest();
    let last = events.last().unwrap().sequence;
    sandbox.publish(&events).await;
    running.reaches(last).await;
    assert_eq!(running.status().await.unwrap().working, 2);
    running.stop().await.unwrap();
}

/// The folder may be removed under a running search: that is seen, named, and mended from storage.
#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_goes_is_noticed_and_a_rebuild_starts_from_nothing() {
    let (sandbox, running) = with_texts(&[("a-1", "vrede"), ("a-2", "hulp")]).await;
    assert_eq!(running.status().await.unwrap().problems, []);
    // Search may be about to write a file there, or to remove one.
    let end = Instant::now() + Duration::from_mins(1);
    while sandbox.index().exists() {
        assert!(Instant::now() < end, "the folder comes again");
        let _ = std::fs::remove_dir_all(sandbox.index());
    }
    let problem = running.has_problem("index-files").await;
    assert!(problem.message.contains("voortgang reindex"), "{problem:?}");
    assert!(problem.since.is_some());
    running.reindex().await.unwrap();
    running.has_no_problem("index-files").await;
    let event = sandbox.storage.save(text("a-3", 1, "vrede"));
    sandbox.publish(&[event]).await;
    assert_eq!(running.reaches(3).await.working, 3);
    running.stop().await.unwrap();
    let running = sandbox.started().await;
    assert_eq!(running.status().await.unwrap().working, 3, "it is on the disk");
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_that_lacks_changes_says_so() {
    let (sandbox, running) = with_texts(&[("a-1", "vrede")]).await;
    assert!(!running.search(all(Scope::Published)).await.unwrap().behind);
    let event = sandbox.storage.save(text("a-2", 1, "hulp"));
    let problem = running.has_problem("search-lag").await;
    assert!(problem.message.starts_with("1 changes"), "{problem:?}");
    assert!(running.search(all(Scope::Published)).await.unwrap().behind);
    sandbox.publish(&[event]).await;
    running.reaches(2).await;
    running.has_no_problem("search-lag").await;
    assert!(!running.search(all(Scope::Published)).await.unwrap().behind);
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_scheduled_check_holds_the_index_against_its_checksums_and_storage() {
    let (sandbox, running) = with_texts(&[("a-1", "vrede"), ("a-2", "hulp")]).await;
    running.stop().await.unwrap();
    let config = Config { index: sandbox.index(), check_seconds: 1, ..Config::default() };
    let running = sandbox.start_with(config).await;
    running.answers().await;
    assert_eq!(running.status().await.unwrap().problems, []);
    // Storage has a text more, and no event says so.
    sandbox.storage.forget(&sandbox.storage.save(text("a-3", 1, "vrede")));
    let problem = running.has_problem("index").await;
    assert!(problem.message.contains("2 documents, and storage 3"), "{problem:?}");
    running.reindex().await.unwrap();
    running.has_no_problem("index").await;
    let folder = sandbox.generation().join("working");
    let file = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let file = file.filter(|path| path.extension().is_some_and(|ending| ending == "store"));
    let file = file.max().unwrap();
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[1] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let problem = running.has_problem("index").await;
    assert!(problem.message.contains("was changed"), "{problem:?}");
    running.stop().await.unwrap();
}

/// A text that each of these queries finds.
async fn finds(texts: &[(&str, &str)], queries: &[(&str, &str)]) {
    let (_sandbox, running) = with_texts(texts).await;
    for (asked, expected) in queries {
        let found = running.found(query(asked)).await;
        let first = found.first().map(|(id, _)| id.as_str());
        assert_eq!(first, Some(*expected), "{asked}");
    }
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn compounds_and_their_parts_find_each_other() {
    let texts = [
        ("a-1", "Nederland beperkt de wapenexport."),
        ("a-2", "Steun voor organisaties die opkomen voor vrouwenrechten."),
        ("a-3", "De genderanalyses van de missie."),
        ("a-4", "Iets anders."),
    ];
    let queries = [
        ("export van wapens", "a-1"),
        ("vrouwenrechtenorganisaties", "a-2"),
        ("analyse gender", "a-3"),
        ("genderanalyse", "a-3"),
    ];
    finds(&texts, &queries).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compound_that_no_text_has_finds_its_head_where_little_else_answers() {
    let (_sandbox, running) = with_texts(&[
        ("a-1", "Er is nieuw beleid."),
        ("a-2", "Alle landen."),
        ("a-3", "Iets anders."),
    ])
    .await;
    let found = ids(&running, query("landenbeleid")).await;
    assert_eq!(found, BTreeSet::from(["a-1".to_owned()]));
    assert!(ids(&running, query("\"landenbeleid\"")).await.is_empty());
    running.stop().await.unwrap();
    let texts: Vec<String> = (0..10).map(|number| format!("b-{number}")).collect();
    let mut texts: Vec<(&str, &str)> =
        texts.iter().map(|id| (&**id, "Het landenbeleid.")).collect();
    texts.push(("a-1", "Er is nieuw beleid."));
    let (_sandbox, running) = with_texts(&texts).await;
    assert!(!ids(&running, query("landenbeleid")).await.contains("a-1"));
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_is_found_however_it_was_typed() {
    let texts = [
        ("a-1", "De bee\u{308}indiging van de financie\u{308}n."),
        ("a-2", "Krapte op de arbeids\u{ad}markt\u{200b}krapte."),
        ("a-3", "De N.A.V.O. vergadert\u{b2}."),
    ];
    let queries = [
        ("beëindiging", "a-1"),
        ("beeindiging", "a-1"),
        ("financien", "a-1"),
        ("beëind*", "a-1"),
        ("arbeidsmarktkrapte", "a-2"),
        ("navo", "a-3"),
        ("N.A.V.O.", "a-3"),
        ("vergadert", "a-3"),
    ];
    finds(&texts, &queries).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_and_papers_are_found_however_they_are_written() {
    let texts = [
        ("a-1", "Er ging € 574.000 naar het fonds."),
        ("a-2", "In totaal is 35.000.000 besteed."),
        ("a-3", "Zie Kamerstukken II 2020/21, 27 925, nr. 808 over de missie."),
        ("a-4", "Er is 27 925 keer gebeld, en 35 mensen kwamen."),
    ];
    let queries = [
        ("574000 euro", "a-1"),
        ("574.000", "a-1"),
        ("EUR 574 000", "a-1"),
        ("35 mln", "a-2"),
        ("35 miljoen", "a-2"),
        ("27925-808", "a-3"),
        ("27 925, nr. 808", "a-3"),
        ("kamerstuk 27925", "a-3"),
        ("kst-27925-808", "a-3"),
    ];
    finds(&texts, &queries).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_finds_its_goal_first() {
    let sandbox = Sandbox::new(Storage::example()).await;
    let with_goal = |id: &str, goal: &str, words: &str| {
        let content = Content { goals: vec![goal.into()], ..testkit::content(words) };
        sandbox.storage.save(contribution(id, 1, content));
    };
    with_goal("a-1", "1", "Onder 1.1, 1.1 en 1.1 staat meer over doel 1.1.");
    with_goal("a-2", "1.1", "Iets over vrede.");
    let running = sandbox.started().await;
    for (asked, expected) in
        [("1.1", "a-2"), ("doel 1.1", "a-2"), ("doel 1", "a-1"), ("vrede 1.1", "a-2")]
    {
        let found = running.found(query(asked)).await;
        assert_eq!(found[0].0, expected, "{asked}");
    }
    running.stop().await.unwrap();
}

/// The texts that a query finds, and what its words were widened by.
async fn widened(
    running: &Running,
    request: SearchRequest,
) -> (BTreeSet<String>, Vec<(String, String, WideningSource)>) {
    let answer = running.search(request).await.unwrap();
    let widenings = answer.widenings.iter();
    let widenings =
        widenings.map(|found| (found.words.clone(), found.alternative.clone(), found.source()));
    (answer.hits.iter().map(|hit| hit.external_id.clone()).collect(), widenings.collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn words_find_what_stands_for_them_and_the_answer_says_so() {
    let (_sandbox, running) = with_texts(&[
        ("a-1", "Steun in Yemen."),
        ("a-2", "De agenda Women, Peace and Security."),
        ("a-3", "Nederland beperkt de wapenexport."),
        ("a-4", "Iets anders over landbouw."),
        ("a-5", "De wapenexportcontrole is streng."),
    ])
    .await;
    for (asked, expected, alternative, source) in [
        ("jemen", "a-1", "Yemen", WideningSource::Country),
        ("WPS", "a-2", "women, peace and security", WideningSource::Thesaurus),
        (
            "vrouwen, vrede en veiligheid",
            "a-2",
            "women, peace and security",
            WideningSource::Thesaurus,
        ),
        ("export van wapens", "a-3", "wapenexport", WideningSource::Compound),
        ("wapen export", "a-3", "wapenexport", WideningSource::Compound),
        ("wapen-export", "a-3", "wapenexport", WideningSource::Compound),
        ("wapen export controle", "a-5", "wapenexportcontrole", WideningSource::Compound),
    ] {
        let (found, widenings) = widened(&running, query(asked)).await;
        assert!(found.contains(expected) && !found.contains("a-4"), "{asked}: {found:?}");
        let is_shown = |(_, known, by): &(String, String, WideningSource)| {
            known == alternative && *by == source
        };
        assert!(widenings.iter().any(is_shown), "{asked}: {widenings:?}");
    }
    for asked in ["\"jemen\"", "-jemen landbouw", "landbouw"] {
        let (found, widenings) = widened(&running, query(asked)).await;
        assert!(!found.contains("a-1") && widenings.is_empty(), "{asked}: {widenings:?}");
    }
    let alone = SearchRequest { as_written: true, ..query("WPS") };
    assert_eq!(widened(&running, alone).await, (BTreeSet::new(), Vec::new()));
    running.stop().await.unwrap();
}

/// Abbreviations come from public editions alone, and go with them.
#[tokio::test(flavor = "multi_thread")]
async fn abbreviations_are_those_that_published_texts_explain() {
    let (sandbox, running) = with_texts(&[
        ("a-1", "Het Fonds voor Lokale Initiatieven (FLI) groeit."),
        ("a-2", "Het FLI gaf geld."),
    ])
    .await;
    let asked =
        |scope| SearchRequest { query: "fonds voor lokale initiatieven".into(), ..all(scope) };
    let (_, widenings) = widened(&running, asked(Scope::Working)).await;
    assert!(
        widenings.iter().all(|(.., source)| *source != WideningSource::Abbreviation),
        "{widenings:?}"
    );
    sandbox.publish(&[sandbox.storage.publish()]).await;
    running.reaches(3).await;
    for scope in [Scope::Working, Scope::Published] {
        let (found, widenings) = widened(&running, asked(scope)).await;
        assert!(found.contains("a-2"), "{found:?}");
        let expected =
            ("fonds voor lokale initiatieven".into(), "FLI".into(), WideningSource::Abbreviation);
        assert!(widenings.contains(&expected), "{widenings:?}");
    }
    running.stop().await.unwrap();
    let running = sandbox.started().await;
    assert!(widened(&running, asked(Scope::Published)).await.0.contains("a-2"), "after a restart");
    sandbox.publish(&[sandbox.storage.withdraw(1)]).await;
    running.reaches(4).await;
    let (_, widenings) = widened(&running, asked(Scope::Working)).await;
    assert!(
        widenings.iter().all(|(.., source)| *source != WideningSource::Abbreviation),
        "{widenings:?}"
    );
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_has_terms_of_its_own_and_a_wrong_file_keeps_search_from_starting() {
    let sandbox = Sandbox::new(Storage::example()).await;
    sandbox.storage.save(text("a-1", 1, "De dijkverzwaring vordert."));
    let synonyms = sandbox.folder.path().join("synonyms.toml");
    std::fs::write(&synonyms, "[[concept]]\nnl = [\"waterkering\", \"dijkverzwaring\"]\n").unwrap();
    let config = Config { index: sandbox.index(), synonyms: synonyms.clone(), ..Config::default() };
    let running = sandbox.start_with(config.clone()).await;
    running.answers().await;
    let (found, widenings) = widened(&running, query("waterkering")).await;
    assert!(found.contains("a-1"));
    let expected = ("waterkering".into(), "dijkverzwaring".into(), WideningSource::Installation);
    assert_eq!(widenings, [expected]);
    running.stop().await.unwrap();
    std::fs::write(&synonyms, "[[concept]]\nnl = [\"waterkering\"]\n").unwrap();
    let error = sandbox.start_with(config).await.ends().await.unwrap_err();
    assert!(format!("{error:#}").contains("concept 1"), "{error:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_more_of_the_words_comes_first() {
    let texts = [
        ("a-1", "vrede vrede vrede vrede"),
        ("a-2", "Een lange tekst over veel zaken, en aan het einde vrede en hulp en water."),
        ("a-3", "hulp hulp en vrede vrede"),
    ];
    let (_sandbox, running) = with_texts(&texts).await;
    let answer = running.search(query("vrede hulp water")).await.unwrap();
    let found: Vec<&str> = answer.hits.iter().map(|hit| hit.external_id.as_str()).collect();
    assert_eq!(found, ["a-2", "a-3", "a-1"]);
    assert!(answer.relaxed, "a contribution with one of the words follows");
    assert!(!running.search(query("vrede")).await.unwrap().relaxed);
    running.stop().await.unwrap();
}
