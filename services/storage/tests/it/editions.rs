//! Editions: pinned, and published once all files are there.

pub(crate) mod repair;
pub(crate) mod withdrawal;

use identity::{ChannelExt as _, Identity};
use model::Hash;
use tonic::{Code, Status};
use wire::v1::{self as pb, EditionChangeKind as Kind};

use crate::{
    calls::{edition, lease, prepared, publish, reason, save, texts, upload},
    reviews::{give_back, saved, withdraw},
    sandbox::{Client, Sandbox},
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

/// Publishes under a date, with these formats and languages.
async fn ordered(
    client: &mut Client,
    date: &str,
    formats: &[pb::Format],
    languages: &[&str],
) -> Result<pb::PublishEditionResponse, Status> {
    let order = pb::PublishEditionRequest {
        cycle: "plan/2021".into(),
        date: date.into(),
        formats: formats.iter().map(|format| (*format).into()).collect(),
        languages: languages.iter().map(ToString::to_string).collect(),
        ..pb::PublishEditionRequest::default()
    };
    client.editions().publish_edition(order).await.map(tonic::Response::into_inner)
}

/// Stands in for rendering: stores a file for every job.
pub(crate) async fn rendered(sandbox: &Sandbox, edition: &pb::Edition) {
    let rendering = &mut sandbox.rendering.clone();
    for job in edition.jobs.iter().filter(|job| job.state() == pb::JobState::Queued) {
        let number = lease(rendering, &job.name).await.unwrap();
        let bytes = job.name.as_bytes();
        upload(rendering, &job.name, number, bytes, Hash::of(bytes)).await.unwrap();
    }
}

pub(crate) async fn what_is_asked_for_later_is_added_to_the_edition_that_stands(sandbox: Sandbox) {
    let mut client = prepared(&sandbox).await;
    save(&mut client, testkit::save("a-1", "Een.")).await;
    let first = publish(&mut client, "2022-01-01").await.edition.unwrap();
    rendered(&sandbox, &first).await;
    let later = ordered(&mut client, "2022-01-01", &[pb::Format::Pdf], &["en"]).await.unwrap();
    let edition_of_later = later.edition.unwrap();
    assert_eq!((later.created, &edition_of_later.name), (false, &first.name));
    assert_eq!(edition_of_later.state(), pb::EditionState::Published);
    let waiting: Vec<&str> = edition_of_later
        .jobs
        .iter()
        .filter(|job| job.state() == pb::JobState::Queued)
        .map(|job| job.name.as_str())
        .collect();
    assert_eq!(waiting, ["plan/2021/1/pdf/en", "plan/2021/1/json/en"]);
    // One of them fails, and is rendered again, while the edition stays public.
    let rendering = &mut sandbox.rendering.clone();
    let lease = lease(rendering, "plan/2021/1/pdf/en").await.unwrap();
    let fail = wire::internal::FailJobRequest {
        name: "plan/2021/1/pdf/en".into(),
        lease,
        error: "no font".into(),
    };
    rendering.jobs().fail_job(fail).await.unwrap();
    let retry = || pb::RetryEditionRequest { name: "plan/2021/1".into() };
    let again = client.editions().retry_edition(retry()).await.unwrap().into_inner();
    rendered(&sandbox, &again.edition.unwrap()).await;
    let done = edition(&mut client, "plan/2021/1").await;
    assert_eq!((done.state(), done.artefacts.len()), (pb::EditionState::Published, 4));
    let status = client.editions().retry_edition(retry()).await.unwrap_err();
    assert_eq!(reason(&status), "NOTHING_FAILED");
    let many = vec!["nl"; 21];
    let status = ordered(&mut client, "2022-01-01", &[], &many).await.unwrap_err();
    assert_eq!(rpc::field_violations(&status)[0].1, "TOO_MANY");
}

pub(crate) async fn what_no_edition_could_say_is_refused(sandbox: Sandbox) {
    let mut client = prepared(&sandbox).await;
    save(&mut client, testkit::save("a-1", "Een.")).await;
    for (language, expected) in [
        ("fr", ("languages[0]", "LANGUAGE_WITHOUT_LABELS")),
        ("xx1", ("languages[0]", "INVALID_LANGUAGE")),
    ] {
        let status = ordered(&mut client, "2022-01-01", &[], &[language]).await.unwrap_err();
        let (field, reason, description) = rpc::field_violations(&status).remove(0);
        assert_eq!((field.as_str(), reason.as_str()), expected, "{description}");
        assert!(language != "fr" || description.contains("en, nl"), "{description}");
    }
    let order = pb::PublishEditionRequest {
        cycle: "plan/2021".into(),
        date: "2022-01-01".into(),
        override_reason: "Spoed \u{e000}".into(),
        ..pb::PublishEditionRequest::default()
    };
    let status = client.editions().publish_edition(order).await.unwrap_err();
    assert_eq!(rpc::field_violations(&status)[0].1, "UNPRINTABLE_CHARACTER");
    ordered(&mut client, "2021-01-01", &[], &["nl-BE", "en"]).await.unwrap();
}

pub(crate) async fn a_date_alone_makes_no_edition_and_none_is_to_come(sandbox: Sandbox) {
    let mut client = prepared(&sandbox).await;
    save(&mut client, testkit::save("a-1", "Een.")).await;
    // The clock stands at noon on the first of March.
    for date in ["2022-03-02", "2099-01-01"] {
        let status = ordered(&mut client, date, &[], &[]).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);
        let (field, reason, description) = rpc::field_violations(&status).remove(0);
        assert_eq!((field.as_str(), reason.as_str()), ("date", "DATE_TO_COME"));
        assert!(description.contains("2022-03-01 (UTC)"), "{description}");
    }
    let first = ordered(&mut client, "2022-03-01", &[], &[]).await.unwrap();
    assert!(first.created);
    let status = ordered(&mut client, "2022-02-01", &[], &[]).await.unwrap_err();
    let refusal = (status.code(), reason(&status));
    assert_eq!(refusal, (Code::FailedPrecondition, "NOTHING_CHANGED".to_owned()));
    assert!(status.message().contains("`plan/2021/1` of 2022-03-01"), "{status}");
    // The control: with something changed the same date is taken, and one before it is not.
    save(&mut client, testkit::save("a-1", "Twee.")).await;
    let status = ordered(&mut client, "2022-02-28", &[], &[]).await.unwrap_err();
    let (field, reason, description) = rpc::field_violations(&status).remove(0);
    assert_eq!((field.as_str(), reason.as_str()), ("date", "DATE_BEFORE_EDITION"));
    assert!(description.contains("`plan/2021/1`"), "{description}");
    assert!(ordered(&mut client, "2022-03-01", &[], &[]).await.unwrap().created);
}

/// Kinds, contributions and actors of an edition's change note.
fn noted(edition: &pb::Edition) -> Vec<(Kind, &str, &str)> {
    let changes = edition.changes.iter();
    changes.map(|one| (one.kind(), one.contribution.as_str(), one.actor.as_str())).collect()
}

pub(crate) async fn an_edition_says_what_it_changes_and_shows_readers_no_persons(sandbox: Sandbox) {
    let mut client = prepared(&sandbox).await;
    for name in ["a-1", "a-2", "a-3"] {
        saved(&sandbox, "anna", testkit::save(name, &format!("Tekst van {name}."))).await;
    }
    let first = publish(&mut client, "2022-01-01").await.edition.unwrap();
    assert_eq!((first.changed_from.as_str(), noted(&first)), ("", Vec::new()));
    rendered(&sandbox, &first).await;
    saved(&sandbox, "bert", testkit::save("a-1", "Een andere tekst.")).await;
    let gone = saved(&sandbox, "anna", testkit::save("a-2", "Nog een andere tekst.")).await;
    withdraw(&sandbox, &gone).await.unwrap();
    saved(&sandbox, "anna", testkit::save("a-4", "Een nieuwe tekst.")).await;
    let second = publish(&mut client, "2022-01-01").await.edition.unwrap();
    assert_eq!(second.changed_from, "plan/2021/1");
    let expected = [
        (Kind::Changed, "a-1", "bert"),
        (Kind::Added, "a-4", "anna"),
        (Kind::Withdrawn, "a-2", "carla"),
    ];
    assert_eq!(noted(&second), expected);
    rendered(&sandbox, &second).await;
    let mut reader = Client::new(sandbox.channel.clone().acting_as(&Identity::Anybody));
    let shown = edition(&mut reader, "plan/2021/2").await;
    assert_eq!(noted(&shown), expected.map(|(kind, contribution, _)| (kind, contribution, "")));
    // Text of before comes back: what differs is derived anew.
    saved(&sandbox, "anna", testkit::save("a-1", "Tekst van a-1.")).await;
    let third = publish(&mut client, "2022-01-01").await.edition.unwrap();
    assert_eq!(noted(&third), [(Kind::Changed, "a-1", "anna")]);
    let mut framework = testkit::framework();
    framework.organisations[0].names[0].name = model::LocalizedText::of("nl", "Ministerie Aleph");
    let request = pb::RegisterFrameworkRequest {
        framework: Some(framework.into()),
        validate_only: false,
        again: false,
    };
    client.frameworks().register_framework(request).await.unwrap();
    let fourth = publish(&mut client, "2022-01-01").await.edition.unwrap();
    assert_eq!(noted(&fourth), [(Kind::Names, "", "")]);
}

pub(crate) async fn what_is_gone_from_an_edition_was_withdrawn_returned_or_of_who_left(
    sandbox: Sandbox,
) {
    let mut client = prepared(&sandbox).await;
    let mut texts = Vec::new();
    for name in ["a-1", "a-2", "a-3"] {
        texts.push(saved(&sandbox, "anna", testkit::save(name, &format!("Van {name}."))).await);
    }
    let of_beta = pb::Save { organisation: "beta".into(), ..testkit::save("b-1", "Van beta.") };
    saved(&sandbox, "bert", of_beta).await;
    let first = publish(&mut client, "2022-01-01").await.edition.unwrap();
    rendered(&sandbox, &first).await;
    give_back(&sandbox, &texts[0], Vec::new()).await.unwrap();
    withdraw(&sandbox, &texts[1]).await.unwrap();
    let leave = pb::ChangeCycleRequest {
        name: "plan/2021".into(),
        reason: "Zo is het.".into(),
        leaving: vec!["beta".into()],
        ..pb::ChangeCycleRequest::default()
    };
    client.cycles().change_cycle(leave).await.unwrap();
    let second = publish(&mut client, "2022-01-01").await.edition.unwrap();
    let mut changes = noted(&second);
    changes.sort_by_key(|(_, contribution, _)| *contribution);
    let expected = [
        (Kind::Cycle, "", ""),
        (Kind::Returned, "a-1", "rita"),
        (Kind::Withdrawn, "a-2", "carla"),
        (Kind::NotReporting, "b-1", ""),
    ];
    assert_eq!(changes, expected);
    // Whoever left is named as they were.
    let request = pb::ReadEditionRequest { name: second.name };
    let mut stream = client.editions().read_edition(request).await.unwrap().into_inner();
    let Some(pb::read_edition_response::Part::Header(header)) =
        stream.message().await.unwrap().unwrap().part
    else {
        panic!("an edition begins with its header");
    };
    let codes = |found: &[pb::Organisation]| -> Vec<String> {
        found.iter().map(|one| one.code.clone()).collect()
    };
    assert_eq!(codes(&header.organisations), ["alfa"]);
    assert_eq!(codes(&header.former_organisations), ["beta"]);
}

pub(crate) async fn readers_of_an_edition_do_not_learn_how_it_was_worked_on(sandbox: Sandbox) {
    let mut client = prepared(&sandbox).await;
    for text in ["Een.", "Twee.", "Drie."] {
        saved(&sandbox, "anna", testkit::save("a-1", text)).await;
    }
    let first = publish(&mut client, "2022-01-01").await.edition.unwrap();
    rendered(&sandbox, &first).await;
    let reader = Client::new(sandbox.channel.clone().acting_as(&Identity::Anybody));
    let (shown, known) = (pinned(&reader).await, pinned(&client).await);
    assert_eq!((known.version, known.author.as_str()), (3, "anna"), "the control");
    let expected = pb::Contribution {
        cycle: known.cycle.clone(),
        organisation: known.organisation.clone(),
        external_id: known.external_id.clone(),
        state: known.state,
        content: known.content.clone(),
        content_hash: known.content_hash.clone(),
        passages: known.passages.clone(),
        ..pb::Contribution::default()
    };
    assert_eq!(shown, expected);
}

/// The one contribution of the first edition, as a caller reads it.
async fn pinned(client: &Client) -> pb::Contribution {
    let request = pb::ReadEditionRequest { name: "plan/2021/1".into() };
    let mut stream = client.editions().read_edition(request).await.unwrap().into_inner();
    while let Some(message) = stream.message().await.unwrap() {
        if let Some(pb::read_edition_response::Part::Contribution(one)) = message.part {
            return one;
        }
    }
    panic!("the edition pins nothing")
}
