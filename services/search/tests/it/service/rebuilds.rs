//! An index that lags, goes or is built anew, from a storage that may be away.

use std::time::{Duration, Instant};

use search::Config;
use tonic::Code;
use wire::v1::Scope;

use crate::{
    sandbox::{Sandbox, all},
    service::{query, with_texts},
    storage::{Storage, text},
};

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

/// An edition whose event never comes: search names what it lacks, and fetches it.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_in_the_public_index_is_named_and_put_there() {
    let (sandbox, running) = with_texts(&[("a-1", "vrede"), ("a-2", "...")]).await;
    running.stop().await.unwrap();
    let config = Config { index: sandbox.index(), check_seconds: 1, ..Config::default() };
    let running = sandbox.start_with(config).await;
    running.answers().await;
    assert_eq!(running.status().await.unwrap().problems, [], "the control");
    sandbox.storage.publish();
    let problem = running.has_problem("completeness").await;
    let lacks = "the public index lacked 2 of plan/2021/1 (alfa/a-1, alfa/a-2)";
    assert!(problem.message.starts_with(lacks), "{problem:?}");
    running.has_no_problem("completeness").await;
    assert_eq!(running.found(all(Scope::Published)).await.len(), 2);
    let status = running.status().await.unwrap();
    let [edition] = status.editions.as_slice() else { panic!("{status:?}") };
    assert_eq!((edition.documents, edition.edition.as_str()), (2, "plan/2021/1"));
    assert_eq!(edition.content_root, sandbox.storage.content_root("plan/2021/1"));
    assert_eq!(edition.without_text, ["alfa/a-2"]);
    running.stop().await.unwrap();
}
