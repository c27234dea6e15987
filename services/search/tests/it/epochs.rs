//! A record that was restored from a backup is searched as it is now.

use bus::Event;
use wire::v1::Scope;

use crate::{
    sandbox::{Running, Sandbox, all},
    storage::{Storage, text},
};

async fn ids(running: &Running) -> Vec<String> {
    let mut ids: Vec<_> =
        running.found(all(Scope::Working)).await.into_iter().map(|(id, _)| id).collect();
    ids.sort();
    ids
}

/// The record as it was backed up: one contribution.
fn backup() -> Storage {
    let backup = Storage::example();
    backup.save(text("kept", 1, "Was er al."));
    backup
}

/// Restores the record in this epoch under a search that knows two contributions more, and adds two others at their positions.
/// Returns what is found then.
async fn found_after_restore(epoch: &str, while_it_runs: bool) -> Vec<String> {
    let sandbox = Sandbox::new(backup()).await;
    let running = sandbox.started().await;
    let lost = ["ghost-1", "ghost-2"];
    let lost: Vec<Event> =
        lost.map(|id| sandbox.storage.save(text(id, 1, "Later verloren."))).into();
    sandbox.publish(&lost).await;
    running.reaches(3).await;
    let restore = || -> Vec<Event> {
        sandbox.storage.restore(&backup(), epoch);
        ["new-1", "new-2"].map(|id| sandbox.storage.save(text(id, 1, "Nieuw geschreven."))).into()
    };
    let (running, since) = if while_it_runs {
        (running, restore())
    } else {
        running.stop().await.unwrap();
        let since = restore();
        (sandbox.started().await, since)
    };
    sandbox.publish(&since).await;
    // One of before the restore comes again, beyond where the record is now.
    sandbox.publish(&[Event { sequence: 4, ..lost[1].clone() }]).await;
    sandbox.publish(&[sandbox.storage.save(text("last", 1, "Als laatste."))]).await;
    running.reaches(4).await;
    let found = ids(&running).await;
    running.stop().await.unwrap();
    found
}

#[tokio::test]
async fn after_a_restore_nothing_of_before_is_found_and_nothing_new_is_missed() {
    for while_it_runs in [true, false] {
        let found = found_after_restore("second", while_it_runs).await;
        assert_eq!(found, ["kept", "last", "new-1", "new-2"], "while it runs: {while_it_runs}");
    }
}

#[tokio::test]
async fn without_a_new_epoch_a_restored_record_is_searched_wrongly() {
    let found = found_after_restore("first", false).await;
    assert!(found.contains(&"ghost-1".to_owned()), "the control finds no ghost: {found:?}");
}
