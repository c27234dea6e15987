//! A damaged or missing file of the index is seen at the start: what answers is right, or nothing answers.

use std::{
    fs,
    path::{Path, PathBuf},
};

use tonic::Code;
use wire::v1::{Scope, SearchRequest};

use crate::{
    sandbox::{Running, Sandbox, all},
    storage::{Storage, text},
};

/// What may happen to a file.
#[derive(Debug, Clone, Copy)]
enum Damage {
    Missing,
    Empty,
    Halved,
    Flipped,
}

impl Damage {
    const ALL: [Self; 4] = [Self::Missing, Self::Empty, Self::Halved, Self::Flipped];

    fn inflict(self, file: &Path) {
        let mut bytes = fs::read(file).unwrap();
        let middle = bytes.len() / 2;
        match self {
            Self::Missing => return fs::remove_file(file).unwrap(),
            Self::Empty => bytes.clear(),
            Self::Halved => bytes.truncate(middle),
            Self::Flipped => {
                if let Some(byte) = bytes.get_mut(middle) {
                    *byte ^= 1;
                }
            }
        }
        fs::write(file, bytes).unwrap();
    }
}

/// Files of a folder and all folders in it, with what is in them.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else {
            let bytes = fs::read(&path).unwrap();
            files.push((path, bytes));
        }
    }
    files.sort();
    files
}

fn restore(folder: &Path, files: &[(PathBuf, Vec<u8>)]) {
    fs::remove_dir_all(folder).unwrap();
    for (path, bytes) in files {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

/// A search that was stopped with documents, deletions and an edition in its indexes.
async fn stopped() -> Sandbox {
    let sandbox = Sandbox::new(Storage::example()).await;
    let running = sandbox.started().await;
    for number in 0..5 {
        let event = sandbox.storage.save(text(&format!("a-{number}"), 1, "Vrede en hulp."));
        sandbox.publish(&[event]).await;
    }
    sandbox.publish(&[sandbox.storage.publish()]).await;
    sandbox.publish(&[sandbox.storage.save(text("a-1", 2, "Vrede, herzien."))]).await;
    running.reaches(7).await;
    running.stop().await.unwrap();
    sandbox
}

/// How many are found in both indexes; nothing where search says that it cannot answer yet.
async fn totals(running: &Running) -> Option<(u64, u64)> {
    let mut totals = Vec::new();
    for scope in [Scope::Working, Scope::Published] {
        match running.search(SearchRequest { query: "vrede".into(), ..all(scope) }).await {
            Ok(answer) => totals.push(answer.total),
            Err(status) => {
                assert_eq!(status.code(), Code::Unavailable, "{status}");
                assert_eq!(rpc::reason(&status).as_deref(), Some("INDEX_BEING_BUILT"));
                return None;
            }
        }
    }
    Some((totals[0], totals[1]))
}

async fn check(sandbox: &Sandbox, case: &str) -> bool {
    sandbox.storage.fail(Some(Code::Unavailable));
    let running = sandbox.start().await;
    let before = totals(&running).await;
    assert!(matches!(before, None | Some((5, 5))), "{case}: {before:?} before storage is there");
    sandbox.storage.fail(None);
    running.answers().await;
    assert_eq!(totals(&running).await, Some((5, 5)), "{case}");
    running.has_no_problem("building").await;
    assert_eq!(running.status().await.unwrap().watermark, 7, "{case}");
    running.stop().await.unwrap();
    before.is_none()
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_to_any_file_never_ends_in_wrong_or_missing_answers() {
    let sandbox = stopped().await;
    let whole = files(&sandbox.index());
    assert!(!check(&sandbox, "no damage").await, "a sound index answers without storage");
    let mut seen = 0;
    for (file, _) in &whole {
        for damage in Damage::ALL {
            restore(&sandbox.index(), &whole);
            damage.inflict(file);
            let name = file.strip_prefix(sandbox.index()).unwrap();
            seen += usize::from(check(&sandbox, &format!("{damage:?} {}", name.display())).await);
        }
    }
    // Only locks and the list of files can be done without.
    assert!(2 * whole.len() < seen, "{seen} of {} damages were seen", 4 * whole.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_without_index_is_built_from_storage() {
    let sandbox = stopped().await;
    fs::remove_dir_all(sandbox.index()).unwrap();
    assert!(check(&sandbox, "no folder").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_another_writes_is_refused_and_left_alone() {
    let sandbox = stopped().await;
    let running = sandbox.started().await;
    let generation = sandbox.generation();
    let error = sandbox.start().await.ends().await.unwrap_err();
    assert!(format!("{error:#}").contains("in use by another process"), "{error:#}");
    assert!(generation.join("working/meta.json").is_file());
    assert_eq!(totals(&running).await, Some((5, 5)));
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_in_place_of_the_folder_is_a_clear_error() {
    let sandbox = Sandbox::new(Storage::example()).await;
    fs::write(sandbox.index(), "no folder").unwrap();
    let error = sandbox.start().await.ends().await.unwrap_err();
    assert!(format!("{error:#}").contains("a file of the index failed"), "{error:#}");
}
