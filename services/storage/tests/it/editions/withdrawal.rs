//! Withdrawing editions: promises of every database, each a story played through the calls.

use std::path::PathBuf;

use identity::ChannelExt as _;
use tonic::{Code, Status};
use wire::{EventBody, internal, v1 as pb};

use crate::{
    audit::{self, pool},
    calls::{self, changes, reason},
    sandbox::{Client, Sandbox},
};

pub(crate) async fn withdraw(client: &mut Client, name: &str) -> Result<pb::Edition, Status> {
    let request = pb::WithdrawEditionRequest {
        name: name.into(),
        reason: "It names somebody by mistake.".into(),
    };
    Ok(client.editions().withdraw_edition(request).await?.into_inner().edition.unwrap())
}

/// The file that a job makes.
pub(crate) fn bytes_of(job: &str) -> Vec<u8> {
    format!("file of {job}").into_bytes()
}

/// Stores the file of a job.
pub(crate) async fn store(sandbox: &Sandbox, job: &str, bytes: &[u8]) -> Result<(), Status> {
    let client = &mut sandbox.rendering.clone();
    let lease = calls::lease(client, job).await?;
    calls::upload(client, job, lease, bytes, model::Hash::of(bytes)).await.map(drop)
}

/// Stores both files of an edition, each with bytes of its own, so that it is public.
pub(crate) async fn publish_all(sandbox: &Sandbox, edition: &str) {
    for file in ["html/nl", "json/nl"] {
        let job = format!("{edition}/{file}");
        store(sandbox, &job, &bytes_of(&job)).await.unwrap();
    }
}

pub(crate) fn path(sandbox: &Sandbox, bytes: &[u8]) -> PathBuf {
    let hash = model::Hash::of(bytes).to_string();
    sandbox.folder.path().join(format!("objects/artefacts/{}/{hash}", &hash[..2]))
}

fn catalogue(sandbox: &Sandbox) -> serde_json::Value {
    let file = sandbox.folder.path().join("objects/public/catalogue.json");
    serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
}

async fn read(client: &mut Client, name: &str) -> Result<(), Status> {
    client.editions().read_edition(pb::ReadEditionRequest { name: name.into() }).await.map(drop)
}

pub(crate) async fn download(client: &mut Client, bytes: &[u8]) -> Result<(), Status> {
    let sha256 = model::Hash::of(bytes).to_string();
    client.editions().download_artefact(pb::DownloadArtefactRequest { sha256 }).await.map(drop)
}

pub(crate) async fn published(sandbox: &Sandbox) -> Client {
    let mut client = calls::prepared(sandbox).await;
    calls::save(&mut client, testkit::save("a-1", "Tekst.")).await;
    calls::publish(&mut client, "2022-01-01").await;
    publish_all(sandbox, "plan/2021/1").await;
    client
}

pub(crate) async fn a_withdrawn_edition_leaves_a_tombstone_alone(sandbox: Sandbox) {
    let mut client = published(&sandbox).await;
    let before = catalogue(&sandbox)["cycles"][0]["editions"][0].clone();
    let versions = catalogue(&sandbox)["frameworks"][0]["versions"].clone();
    assert_eq!(
        (&versions[0]["version"], &versions[0]["links"]),
        (&1.into(), &serde_json::json!([]))
    );
    assert!(versions[0]["indicators"][0]["id"].is_string(), "{versions}");
    let html = bytes_of("plan/2021/1/html/nl");
    download(&mut client, &html).await.unwrap();
    for (reason_given, expected) in
        [("", "REASON_MISSING"), (&*"x".repeat(1_001), "TOO_LONG"), ("a\u{7}", "NOT_PRINTABLE")]
    {
        let request =
            pb::WithdrawEditionRequest { name: "plan/2021/1".into(), reason: reason_given.into() };
        let status = client.editions().withdraw_edition(request).await.unwrap_err();
        assert_eq!((status.code(), reason(&status).as_str()), (Code::InvalidArgument, expected));
    }
    let tombstone = withdraw(&mut client, "plan/2021/1").await.unwrap();
    assert_eq!(tombstone.state(), pb::EditionState::Withdrawn);
    assert_eq!(tombstone.withdraw_reason, "It names somebody by mistake.");
    assert!(tombstone.withdraw_time.is_some() && tombstone.publish_time.is_some());
    let event = changes(&mut client).await.pop().unwrap();
    let Ok(EventBody::EditionWithdrawn(body)) = EventBody::decode(&event.topic, &event.payload)
    else {
        panic!("{event:?}")
    };
    assert_eq!((body.edition.as_str(), body.number), ("plan/2021/1", 1));
    for file in ["html/nl", "json/nl"] {
        assert!(!path(&sandbox, &bytes_of(&format!("plan/2021/1/{file}"))).exists(), "{file}");
    }
    let shown = catalogue(&sandbox)["cycles"][0].clone();
    assert_eq!(shown["editions"], serde_json::json!([]));
    let entry = &shown["withdrawn"][0];
    assert_eq!(entry["name"], "plan/2021/1");
    assert_eq!(entry["reason"], "It names somebody by mistake.");
    assert_eq!(entry["withdrawn_on"], "2022-03-01");
    assert_eq!(entry["files"][0]["sha256"], before["artefacts"][0]["sha256"]);
    for status in [read(&mut client, "plan/2021/1").await, download(&mut client, &html).await] {
        let status = status.unwrap_err();
        assert_eq!(
            (status.code(), reason(&status).as_str()),
            (Code::FailedPrecondition, "WITHDRAWN")
        );
        assert!(status.message().contains("names somebody by mistake"), "{status}");
    }
    let list = pb::ListEditionsRequest { cycle: "plan/2021".into(), ..Default::default() };
    let listed = client.editions().list_editions(list).await.unwrap().into_inner().editions;
    assert_eq!(listed, std::slice::from_ref(&tombstone));
    let entries = audit::count(&pool(&sandbox).await).await;
    let request = pb::WithdrawEditionRequest { name: "plan/2021/1".into(), reason: "Anew.".into() };
    let again =
        client.editions().withdraw_edition(request).await.unwrap().into_inner().edition.unwrap();
    assert_eq!(again, tombstone, "the first reason stands");
    assert_eq!(audit::count(&pool(&sandbox).await).await, entries);
    audit::assert_sound(&sandbox).await;
    let status = withdraw(&mut client, "plan/2021/9").await.unwrap_err();
    assert_eq!(reason(&status), "EDITION_NOT_FOUND");
}

pub(crate) async fn a_file_that_another_edition_has_stays(sandbox: Sandbox) {
    let mut client = calls::prepared(&sandbox).await;
    for (edition, text) in [("plan/2021/1", "Een."), ("plan/2021/2", "Twee.")] {
        calls::save(&mut client, testkit::save("a-1", text)).await;
        calls::publish(&mut client, "2022-01-01").await;
        store(&sandbox, &format!("{edition}/html/nl"), b"the same").await.unwrap();
        store(&sandbox, &format!("{edition}/json/nl"), text.as_bytes()).await.unwrap();
    }
    withdraw(&mut client, "plan/2021/1").await.unwrap();
    assert!(path(&sandbox, b"the same").exists() && !path(&sandbox, b"Een.").exists());
    download(&mut client, b"the same").await.unwrap();
    assert_eq!(catalogue(&sandbox)["cycles"][0]["editions"][0]["number"], 2);
    withdraw(&mut client, "plan/2021/2").await.unwrap();
    assert!(!path(&sandbox, b"the same").exists());
}

pub(crate) async fn a_withdrawn_file_waits_until_another_edition_with_it_is_public(
    sandbox: Sandbox,
) {
    let mut client = calls::prepared(&sandbox).await;
    for (edition, text) in [("plan/2021/1", "Een."), ("plan/2021/2", "Twee.")] {
        calls::save(&mut client, testkit::save("a-1", text)).await;
        calls::publish(&mut client, "2022-01-01").await;
        store(&sandbox, &format!("{edition}/html/nl"), b"the same").await.unwrap();
        if edition == "plan/2021/1" {
            store(&sandbox, "plan/2021/1/json/nl", b"{}").await.unwrap();
            withdraw(&mut client, edition).await.unwrap();
        }
    }
    let mut anybody = Client::new(sandbox.channel.clone().acting_as(&identity::Identity::Anybody));
    let status = download(&mut anybody, b"the same").await.unwrap_err();
    assert_eq!(reason(&status), "WITHDRAWN");
    download(&mut client, b"the same").await.unwrap();
    store(&sandbox, "plan/2021/2/json/nl", b"[]").await.unwrap();
    download(&mut anybody, b"the same").await.unwrap();
}

pub(crate) async fn after_a_withdrawal_the_same_content_is_the_next_edition(sandbox: Sandbox) {
    let mut client = published(&sandbox).await;
    withdraw(&mut client, "plan/2021/1").await.unwrap();
    let next = calls::publish(&mut client, "2022-01-01").await;
    assert!(next.created);
    assert_eq!(next.edition.unwrap().name, "plan/2021/2");
    publish_all(&sandbox, "plan/2021/2").await;
    read(&mut client, "plan/2021/2").await.unwrap();
    withdraw(&mut client, "plan/2021/2").await.unwrap();
    let next = calls::publish(&mut client, "2022-01-01").await.edition.unwrap();
    assert_eq!(next.name, "plan/2021/3");
}

pub(crate) async fn an_edition_that_is_being_rendered_is_not_withdrawn(sandbox: Sandbox) {
    let mut client = calls::prepared(&sandbox).await;
    calls::save(&mut client, testkit::save("a-1", "Tekst.")).await;
    calls::publish(&mut client, "2022-01-01").await;
    let status = withdraw(&mut client, "plan/2021/1").await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::FailedPrecondition, "RENDERING"));
    let job = "plan/2021/1/html/nl";
    store(&sandbox, "plan/2021/1/json/nl", b"{}").await.unwrap();
    let lease = calls::lease(&mut sandbox.rendering.clone(), job).await.unwrap();
    let fail = internal::FailJobRequest { name: job.into(), lease, error: "broken".into() };
    sandbox.rendering.jobs().fail_job(fail).await.unwrap();
    withdraw(&mut client, "plan/2021/1").await.unwrap();
    assert!(!path(&sandbox, b"{}").exists(), "a file of a failed edition goes too");
    // It never was public, so there is no page to give way.
    assert_eq!(catalogue(&sandbox)["cycles"][0]["withdrawn"], serde_json::json!([]));
}

pub(crate) async fn a_late_file_of_a_withdrawn_edition_is_refused_and_not_kept(sandbox: Sandbox) {
    let mut client = published(&sandbox).await;
    // One more format of the same content is one more job of the public edition.
    let request = pb::PublishEditionRequest {
        cycle: "plan/2021".into(),
        date: "2022-01-01".into(),
        formats: vec![pb::Format::Pdf.into()],
        ..Default::default()
    };
    client.editions().publish_edition(request).await.unwrap();
    let job = "plan/2021/1/pdf/nl";
    let lease = calls::lease(&mut sandbox.rendering.clone(), job).await.unwrap();
    withdraw(&mut client, "plan/2021/1").await.unwrap();
    let hash = model::Hash::of(b"late");
    let status =
        calls::upload(&mut sandbox.rendering.clone(), job, lease, b"late", hash).await.unwrap_err();
    assert_eq!(reason(&status), "WITHDRAWN");
    assert!(!path(&sandbox, b"late").exists());
    let status = calls::lease(&mut sandbox.rendering.clone(), job).await.unwrap_err();
    assert_eq!(reason(&status), "WITHDRAWN");
}

pub(crate) async fn what_an_interruption_left_goes_at_the_next_start(sandbox: Sandbox) {
    let mut client = published(&sandbox).await;
    withdraw(&mut client, "plan/2021/1").await.unwrap();
    let html = path(&sandbox, &bytes_of("plan/2021/1/html/nl"));
    std::fs::write(&html, bytes_of("plan/2021/1/html/nl")).unwrap();
    let sql = "UPDATE withdrawals SET are_files_gone = 0";
    sqlx::query(sql).execute(&pool(&sandbox).await).await.unwrap();
    let replica = sandbox.replica().await;
    replica.operations().get_storage_status(pb::GetStorageStatusRequest {}).await.unwrap();
    assert!(!html.exists());
}
