//! Editions: pinned, and published once all files are there.

pub(crate) mod withdrawal;

use model::Hash;
use wire::v1 as pb;

use crate::{
    calls::{edition, lease, prepared, publish, reason, save, texts, upload},
    sandbox::Sandbox,
};

pub(crate) async fn an_edition_pins_and_publishes_once_all_files_are_there(sandbox: Sandbox) {
    let mut client = prepared(&sandbox).await;
    let rendering = &mut sandbox.rendering.clone();
    let order = pb::PublishEditionRequest {
        cycle: "plan/2021".into(),
        date: "2022-01-01".into(),
        ..pb::PublishEditionRequest::default()
    };
    assert_eq!(
        reason(&client.editions().publish_edition(order).await.unwrap_err()),
        "NOTHING_TO_PUBLISH"
    );
    save(&mut client, testkit::save("a-1", "Een.")).await;
    save(
        &mut client,
        pb::Save { mode: pb::SaveMode::Draft.into(), ..testkit::save("a-2", "Nog niet.") },
    )
    .await;
    let first = publish(&mut client, "2022-01-01").await;
    let pinned = first.edition.unwrap();
    assert_eq!(
        (first.created, pinned.name.as_str(), pinned.contribution_count, pinned.jobs.len()),
        (true, "plan/2021/1", 1, 2)
    );
    assert!(
        !publish(&mut client, "2022-01-01").await.created,
        "the same content and date is the same edition"
    );
    for (job, bytes) in [("plan/2021/1/html/nl", b"<p>".as_slice()), ("plan/2021/1/json/nl", b"{}")]
    {
        let current = edition(&mut client, "plan/2021/1").await;
        assert_eq!(current.state(), pb::EditionState::Rendering);
        let number = lease(rendering, job).await.unwrap();
        assert_eq!(reason(&lease(rendering, job).await.unwrap_err()), "JOB_LEASED");
        let stored = upload(rendering, job, number, bytes, Hash::of(bytes)).await.unwrap();
        assert_eq!(
            stored,
            upload(rendering, job, number, bytes, Hash::of(bytes)).await.unwrap(),
            "the same upload again is answered the same"
        );
        assert_eq!(reason(&lease(rendering, job).await.unwrap_err()), "JOB_DONE");
    }
    let public = edition(&mut client, "plan/2021/1").await;
    assert_eq!((public.state(), public.artefacts.len()), (pb::EditionState::Published, 2));
    assert_eq!(public.artefacts[0].file_name, "plan-2021-1.html");
    save(&mut client, testkit::save("a-1", "Verbeterd.")).await;
    let next = publish(&mut client, "2022-01-01").await;
    assert_eq!((next.created, next.edition.unwrap().name.as_str()), (true, "plan/2021/2"));
    assert_eq!(
        texts(&mut client, "plan/2021/1").await,
        ["Een."],
        "an edition keeps what it pinned"
    );
    assert_eq!(texts(&mut client, "plan/2021/2").await, ["Verbeterd."]);
}
