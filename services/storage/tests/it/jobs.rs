//! Rendering jobs: leases, uploads, failures.

use std::{fs, time::Duration};

use model::Hash;
use tonic::Code;
use wire::{internal, v1 as pb};

use crate::{
    calls::{lease, prepared, prolong, publish, reason, save, upload},
    sandbox::Sandbox,
};

pub(crate) async fn a_lost_lease_uploads_nothing(sandbox: Sandbox) {
    let mut client = prepared(&sandbox).await;
    save(&mut client, testkit::save("a-1", "Een.")).await;
    publish(&mut client, "2022-01-01").await;
    let job = "plan/2021/1/html/nl";
    let rendering = &mut sandbox.rendering.clone();
    let lost = lease(rendering, job).await.unwrap();
    sandbox.clock.advance(59_000);
    assert_eq!(prolong(rendering, job, lost).await.unwrap(), lost);
    sandbox.clock.advance(59_000);
    assert_eq!(reason(&lease(rendering, job).await.unwrap_err()), "JOB_LEASED");
    sandbox.clock.advance(2_000);
    let held = lease(rendering, job).await.unwrap();
    assert!(lost < held);
    assert_eq!(reason(&prolong(rendering, job, lost).await.unwrap_err()), "LEASE_LOST");
    let late = upload(rendering, job, lost, b"late", Hash::of(b"late")).await;
    assert_eq!(reason(&late.unwrap_err()), "LEASE_LOST");
    upload(rendering, job, held, b"here", Hash::of(b"here")).await.unwrap();
    assert_eq!(reason(&prolong(rendering, job, held).await.unwrap_err()), "LEASE_LOST");
}

pub(crate) async fn a_wrong_hash_is_refused(sandbox: Sandbox) {
    let mut client = prepared(&sandbox).await;
    save(&mut client, testkit::save("a-1", "Een.")).await;
    publish(&mut client, "2022-01-01").await;
    let job = "plan/2021/1/html/nl";
    let number = lease(&mut sandbox.rendering.clone(), job).await.unwrap();
    let status =
        upload(&mut sandbox.rendering.clone(), job, number, b"damaged", Hash::of(b"whole"))
            .await
            .unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::InvalidArgument, "HASH_DIFFERS"));
}

pub(crate) async fn a_failed_job_can_be_retried(sandbox: Sandbox) {
    let mut client = prepared(&sandbox).await;
    save(&mut client, testkit::save("a-1", "Een.")).await;
    publish(&mut client, "2022-01-01").await;
    let job = "plan/2021/1/html/nl";
    let number = lease(&mut sandbox.rendering.clone(), job).await.unwrap();
    let rendering = sandbox.rendering.clone();
    rendering
        .jobs()
        .fail_job(internal::FailJobRequest {
            name: job.into(),
            lease: number,
            error: "report.typ:3: unknown variable".into(),
        })
        .await
        .unwrap();
    let name = || "plan/2021/1".to_owned();
    let failed = client
        .editions()
        .get_edition(pb::GetEditionRequest { name: name() })
        .await
        .unwrap()
        .into_inner()
        .edition
        .unwrap();
    assert_eq!(failed.state(), pb::EditionState::Failed);
    assert!(failed.jobs.iter().any(|job| job.error.contains("report.typ:3")));
    let retried = client
        .editions()
        .retry_edition(pb::RetryEditionRequest { name: name() })
        .await
        .unwrap()
        .into_inner()
        .edition
        .unwrap();
    assert_eq!(retried.state(), pb::EditionState::Rendering);
    assert_eq!(
        reason(
            &client
                .editions()
                .retry_edition(pb::RetryEditionRequest { name: name() })
                .await
                .unwrap_err()
        ),
        "NOTHING_FAILED"
    );
    assert!(number < lease(&mut sandbox.rendering.clone(), job).await.unwrap());
}

/// The upload that completes an edition is committed, so it succeeds, and readers see the edition once the object store works.
pub(crate) async fn the_catalogue_follows_when_it_could_not_be_written(sandbox: Sandbox) {
    let mut client = prepared(&sandbox).await;
    save(&mut client, testkit::save("a-1", "Een.")).await;
    publish(&mut client, "2022-01-01").await;
    let catalogue = sandbox.folder.path().join("objects").join(catalogue::PATH);
    // A folder in its place takes no file.
    fs::remove_file(&catalogue).unwrap();
    fs::create_dir_all(catalogue.join("in-the-way")).unwrap();
    let rendering = &mut sandbox.rendering.clone();
    for format in ["html", "json"] {
        let job = format!("plan/2021/1/{format}/nl");
        let number = lease(rendering, &job).await.unwrap();
        let bytes = format.as_bytes();
        upload(rendering, &job, number, bytes, Hash::of(bytes)).await.unwrap();
    }
    fs::remove_dir_all(&catalogue).unwrap();
    let is_listed = || {
        let bytes = fs::read(&catalogue).ok()?;
        let listed = catalogue::Catalogue::read(&bytes).ok()?;
        listed.cycle("plan/2021")?.edition("1").map(drop)
    };
    let listed = async {
        while is_listed().is_none() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), listed).await.expect("the edition is listed");
}
