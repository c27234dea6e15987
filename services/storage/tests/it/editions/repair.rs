//! Files that are lost or damaged, and rows that were altered: not given out, found, named, and made again where they can be.

use std::{fs, time::Duration};

use tokio::time::Instant;
use tonic::Code;
use wire::v1 as pb;

use crate::{
    audit::pool,
    calls::{lease, reason, upload},
    editions::withdrawal::{bytes_of, download, path, published},
    sandbox::{Client, Sandbox},
};

const JOB: &str = "plan/2021/1/html/nl";
const TIMEOUT: Duration = Duration::from_mins(2);

async fn repair(client: &Client) -> pb::RepairEditionResponse {
    let request = pb::RepairEditionRequest { name: "plan/2021/1".into() };
    client.editions().repair_edition(request).await.unwrap().into_inner()
}

/// What a replica finds wrong, once it is as expected.
async fn problems(
    client: &Client,
    is_expected: impl Fn(&[pb::Problem]) -> bool,
) -> Vec<pb::Problem> {
    let end = Instant::now() + TIMEOUT;
    loop {
        let request = pb::GetStorageStatusRequest {};
        let problems =
            client.operations().get_storage_status(request).await.unwrap().into_inner().problems;
        if is_expected(&problems) {
            return problems;
        }
        assert!(Instant::now() < end, "{problems:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

pub(crate) async fn a_broken_file_is_not_given_out_and_the_same_bytes_take_its_place(
    sandbox: Sandbox,
) {
    let mut client = published(&sandbox).await;
    assert!(repair(&client).await.broken.is_empty(), "all files are whole");
    let whole = bytes_of(JOB);
    for damage in [Some(&b"damaged"[..]), None] {
        match damage {
            Some(bytes) => fs::write(path(&sandbox, &whole), bytes).unwrap(),
            None => fs::remove_file(path(&sandbox, &whole)).unwrap(),
        }
        let status = download(&mut client, &whole).await.unwrap_err();
        assert_eq!((status.code(), reason(&status).as_str()), (Code::Unavailable, "FILE_BROKEN"));
        let broken = repair(&client).await.broken;
        let file = broken[0].artefact.as_ref().unwrap();
        assert_eq!((broken.len(), file.sha256.clone()), (1, model::Hash::of(&whole).to_string()));
        let number = lease(&mut sandbox.rendering.clone(), JOB).await.unwrap();
        upload(&mut sandbox.rendering.clone(), JOB, number, &whole, model::Hash::of(&whole))
            .await
            .unwrap();
        download(&mut client, &whole).await.unwrap();
        assert!(repair(&client).await.broken.is_empty());
    }
    crate::audit::assert_sound(&sandbox).await;
}

pub(crate) async fn a_file_that_comes_out_different_is_refused_and_named(sandbox: Sandbox) {
    let mut client = published(&sandbox).await;
    let (whole, other) = (bytes_of(JOB), b"another template");
    fs::remove_file(path(&sandbox, &whole)).unwrap();
    repair(&client).await;
    let number = lease(&mut sandbox.rendering.clone(), JOB).await.unwrap();
    let hash = model::Hash::of(other);
    let status =
        upload(&mut sandbox.rendering.clone(), JOB, number, other, hash).await.unwrap_err();
    assert_eq!(reason(&status), "FILE_DIFFERS");
    assert!(!path(&sandbox, other).exists());
    let edition = crate::calls::edition(&mut client, "plan/2021/1").await;
    let job = edition.jobs.iter().find(|job| job.name == JOB).unwrap();
    assert_eq!(job.state(), pb::JobState::Failed);
    for named in [model::Hash::of(&whole), hash] {
        assert!(job.error.contains(&named.to_string()), "{}", job.error);
    }
    assert_eq!(edition.state(), pb::EditionState::Published, "the others are still read");
}

pub(crate) async fn the_scheduled_check_finds_damage_and_has_files_made_again(sandbox: Sandbox) {
    published(&sandbox).await;
    let checking = sandbox.replica_that_checks().await;
    problems(&checking, <[_]>::is_empty).await;
    let whole = bytes_of(JOB);
    fs::write(path(&sandbox, &whole), "damaged").unwrap();
    let pool = pool(&sandbox).await;
    let altered = "UPDATE cycles SET framework = 'other'";
    sqlx::query(altered).execute(&pool).await.unwrap();
    let expected = [("files", "damaged"), ("record", "`cycle plan/2021` was altered")];
    let found = problems(&checking, |problems| {
        let is_one = |(problem, (what, message)): (&pb::Problem, (&str, &str))| {
            problem.what == what && problem.message.contains(message)
        };
        problems.len() == expected.len() && problems.iter().zip(expected).all(is_one)
    })
    .await;
    assert!(found.iter().all(|problem| problem.since.is_some()));
    // Nobody asked for it: the check did.
    let number = lease(&mut sandbox.rendering.clone(), JOB).await.unwrap();
    upload(&mut sandbox.rendering.clone(), JOB, number, &whole, model::Hash::of(&whole))
        .await
        .unwrap();
    sqlx::query("UPDATE cycles SET framework = 'plan'").execute(&pool).await.unwrap();
    problems(&checking, <[_]>::is_empty).await;
}
