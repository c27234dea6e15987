//! The promises, each a story told through the calls.

mod history;
mod races;
mod together;

use bytes::Bytes;
use futures::stream;
use model::Hash;
use tonic::{Code, Status};
use wire::internal;
use wire::{
    internal::upload_artefact_request,
    v1::{self as pb, SaveOutcome, read_edition_response::Part},
};

use crate::{
    audit,
    sandbox::{Client, Sandbox},
};

pub(crate) use crate::contract::{
    history::{
        a_conflict_gives_both_texts_and_what_both_began_from, a_contribution_is_read_as_it_stood,
        a_slip_in_a_draft_costs_no_passage_its_id, any_two_revisions_can_be_compared,
        automatic_saves_are_kept_and_flood_no_list,
        what_was_handed_in_is_listed_however_it_was_saved,
    },
    races::{
        a_request_id_at_the_same_time_has_one_effect_and_one_answer,
        sixty_four_racing_writers_have_one_winner_per_version,
    },
    together::{
        a_caller_that_hangs_up_disturbs_no_other, callers_at_the_same_time_get_their_own_answers,
        saves_of_a_call_see_what_came_before_them_in_it,
    },
};

pub(crate) async fn register(client: &mut Client) -> pb::RegisterFrameworkResponse {
    let request = pb::RegisterFrameworkRequest {
        framework: Some(testkit::framework().into()),
        validate_only: false,
    };
    client.frameworks().register_framework(request).await.unwrap().into_inner()
}

pub(crate) async fn open(client: &mut Client) -> pb::OpenCycleResponse {
    client
        .cycles()
        .open_cycle(pb::OpenCycleRequest { cycle: Some(testkit::cycle().into()) })
        .await
        .unwrap()
        .into_inner()
}

pub(crate) async fn prepared(sandbox: &Sandbox) -> Client {
    let mut client = sandbox.client.clone();
    register(&mut client).await;
    open(&mut client).await;
    client
}

pub(crate) async fn save_all(
    client: &mut Client,
    saves: Vec<pb::Save>,
    validate_only: bool,
) -> Vec<pb::SaveResult> {
    let saves = saves
        .into_iter()
        .map(|save| internal::CheckedSave { save: Some(save), findings: Vec::new() })
        .collect();
    client
        .saves()
        .save_contributions(internal::SaveContributionsRequest { saves, validate_only })
        .await
        .unwrap()
        .into_inner()
        .results
}

pub(crate) async fn save(client: &mut Client, save: pb::Save) -> pb::SaveResult {
    save_all(client, vec![save], false).await.remove(0)
}

/// The reason that a refusal gives.
pub(crate) fn reason(status: &Status) -> String {
    rpc::reason(status).unwrap_or_default()
}

async fn last_position(client: &mut Client) -> u64 {
    let status =
        client.operations().get_storage_status(pb::GetStorageStatusRequest {}).await.unwrap();
    status.into_inner().last_position
}

/// All changes.
pub(crate) async fn changes(client: &mut Client) -> Vec<internal::Change> {
    let last = last_position(client).await;
    let after_position =
        |changes: &[internal::Change]| changes.last().map_or(0, |last| last.position);
    let mut changes = Vec::new();
    while after_position(&changes) < last {
        let request = internal::ListChangesRequest {
            after_position: after_position(&changes),
            page_size: 1_000,
        };
        let page = client.changes().list_changes(request).await.unwrap().into_inner().changes;
        assert!(!page.is_empty(), "changes after {} are missing", after_position(&changes));
        changes.extend(page);
    }
    changes
}

pub(crate) async fn the_same_framework_again_is_no_new_version(sandbox: Sandbox) {
    let mut client = sandbox.client.clone();
    let first = register(&mut client).await;
    let again = register(&mut client).await;
    assert_eq!((first.created, again.created), (true, false));
    assert_eq!(first.framework, again.framework);
    let mut changed = testkit::framework();
    changed.title = model::LocalizedText::of("nl", "Ander plan");
    let request =
        pb::RegisterFrameworkRequest { framework: Some(changed.into()), validate_only: false };
    let next = client.frameworks().register_framework(request).await.unwrap().into_inner();
    assert_eq!((next.created, next.framework.unwrap().version), (true, 2));
    let old = client
        .frameworks()
        .get_framework(pb::GetFrameworkRequest { code: "plan".into(), version: 1 })
        .await
        .unwrap()
        .into_inner()
        .framework;
    assert_eq!(old, first.framework);
}

pub(crate) async fn a_framework_with_faults_is_refused_with_all_of_them(sandbox: Sandbox) {
    let mut framework = testkit::framework();
    framework.goals[1].parent = Some("9".into());
    framework.goals[0].statement = model::LocalizedText::default();
    framework.goals[1].code = "1".into();
    let request =
        pb::RegisterFrameworkRequest { framework: Some(framework.into()), validate_only: false };
    let status = sandbox.client.frameworks().register_framework(request).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    let faults: Vec<(String, String)> = rpc::field_violations(&status)
        .into_iter()
        .map(|(field, reason, _)| (field, reason))
        .collect();
    for expected in [
        ("framework.goals[1].parent", "UNKNOWN_PARENT"),
        ("framework.goals[0].statement", "STATEMENT_MISSING"),
        ("framework.goals[1].code", "DUPLICATE_CODE"),
    ] {
        assert!(
            faults.contains(&(expected.0.into(), expected.1.into())),
            "{expected:?} is not in {faults:?}"
        );
    }
    assert_eq!(last_position(&mut sandbox.client.clone()).await, 0);
}

pub(crate) async fn a_cycle_opens_once(sandbox: Sandbox) {
    let mut client = sandbox.client.clone();
    register(&mut client).await;
    let first = open(&mut client).await;
    assert_eq!(first.cycle.as_ref().unwrap().name, "plan/2021");
    assert_eq!(first.cycle.as_ref().unwrap().organisations, ["alfa", "beta"]);
    let again = open(&mut client).await;
    assert_eq!((first.created, again.created, first.cycle), (true, false, again.cycle));
    let other = pb::Cycle { organisations: vec!["alfa".into()], ..testkit::cycle().into() };
    let status =
        client.cycles().open_cycle(pb::OpenCycleRequest { cycle: Some(other) }).await.unwrap_err();
    assert_eq!(status.code(), Code::AlreadyExists);
    let unknown = pb::Cycle { organisations: vec!["gamma".into()], ..testkit::cycle().into() };
    let status = client
        .cycles()
        .open_cycle(pb::OpenCycleRequest { cycle: Some(unknown) })
        .await
        .unwrap_err();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::InvalidArgument, "UNKNOWN_ORGANISATION")
    );
}

pub(crate) async fn what_is_unchanged_is_not_saved_again(sandbox: Sandbox) {
    let mut client = prepared(&sandbox).await;
    let first = save(&mut client, testkit::save("a-1", "Een.")).await;
    let before = last_position(&mut client).await;
    let again = save(&mut client, testkit::save("a-1", "Een.")).await;
    assert_eq!((first.outcome(), again.outcome()), (SaveOutcome::Accepted, SaveOutcome::Unchanged));
    assert_eq!(
        (first.contribution, before),
        (again.contribution, last_position(&mut client).await)
    );
    let changed = save(&mut client, testkit::save("a-1", "Twee.")).await;
    assert_eq!(
        (changed.outcome(), changed.contribution.unwrap().version),
        (SaveOutcome::Accepted, 2)
    );
    let nameless = [
        save(&mut client, testkit::save("", "Drie.")).await,
        save(&mut client, testkit::save("", "Drie.")).await,
    ];
    assert_eq!(
        nameless.map(|result| result.outcome()),
        [SaveOutcome::Accepted, SaveOutcome::Unchanged]
    );
}

pub(crate) async fn a_request_id_has_one_effect_and_one_answer(sandbox: Sandbox) {
    let mut client = prepared(&sandbox).await;
    let request = |text: &str| pb::Save { request_id: "r-1".into(), ..testkit::save("a-1", text) };
    let first = save(&mut client, request("Een.")).await;
    save(&mut client, testkit::save("a-1", "Twee.")).await;
    let again = save(&mut client, request("Een.")).await;
    assert_eq!(
        (again.outcome(), &again.contribution),
        (SaveOutcome::Accepted, &first.contribution)
    );
    let other = save(&mut client, request("Drie.")).await;
    assert_eq!(other.error.unwrap().reason, "REQUEST_ID_REUSED");
    // Another organisation has request ids of its own.
    let foreign = pb::Save { organisation: "beta".into(), ..request("Vier.") };
    assert_eq!(save(&mut client, foreign).await.outcome(), SaveOutcome::Accepted);
    let head = client
        .contributions()
        .get_contribution(by_external_id("a-1"))
        .await
        .unwrap()
        .into_inner()
        .contribution
        .unwrap();
    assert_eq!(head.version, 2);
}

pub(crate) fn by_external_id(external_id: &str) -> pb::GetContributionRequest {
    pb::GetContributionRequest {
        cycle: "plan/2021".into(),
        organisation: "alfa".into(),
        external_id: external_id.into(),
        ..pb::GetContributionRequest::default()
    }
}

pub(crate) async fn a_stale_etag_is_refused_and_changes_nothing(sandbox: Sandbox) {
    let mut client = prepared(&sandbox).await;
    let etag = save(&mut client, testkit::save("a-1", "Een.")).await.contribution.unwrap().etag;
    let with =
        |etag: &str, text: &str| pb::Save { etag: etag.to_owned(), ..testkit::save("a-1", text) };
    assert_eq!(save(&mut client, with(&etag, "Twee.")).await.outcome(), SaveOutcome::Accepted);
    let stale = save(&mut client, with(&etag, "Drie.")).await;
    let error = stale.error.unwrap();
    assert_eq!(
        (error.code, error.reason.as_str(), error.field_violations[0].field.as_str()),
        (i32::from(Code::Aborted), "STALE_ETAG", "save.etag")
    );
    let head = client
        .contributions()
        .get_contribution(by_external_id("a-1"))
        .await
        .unwrap()
        .into_inner()
        .contribution
        .unwrap();
    assert_eq!(head.content.unwrap().narratives[0].markdown, "Twee.");
    assert_eq!(
        save(&mut client, pb::Save { external_id: "new".into(), ..with(&etag, "Vier.") })
            .await
            .error
            .unwrap()
            .reason,
        "STALE_ETAG"
    );
}

pub(crate) async fn a_draft_is_promoted_by_the_same_content(sandbox: Sandbox) {
    let mut client = prepared(&sandbox).await;
    let draft = save(
        &mut client,
        pb::Save { mode: pb::SaveMode::Draft.into(), ..testkit::save("a-1", "Een.") },
    )
    .await;
    assert_eq!(draft.contribution.unwrap().state(), pb::ContributionState::Draft);
    let submitted = save(&mut client, testkit::save("a-1", "Een.")).await;
    let contribution = submitted.contribution.unwrap();
    assert_eq!((contribution.state(), contribution.version), (pb::ContributionState::Submitted, 2));
    let draft_again = save(
        &mut client,
        pb::Save { mode: pb::SaveMode::Draft.into(), ..testkit::save("a-1", "Een.") },
    )
    .await;
    assert_eq!(draft_again.outcome(), SaveOutcome::Unchanged);
}

pub(crate) async fn an_edit_keeps_the_ids_of_other_passages(sandbox: Sandbox) {
    let mut client = prepared(&sandbox).await;
    let ids = |result: pb::SaveResult| {
        result
            .contribution
            .unwrap()
            .passages
            .into_iter()
            .map(|passage| passage.id)
            .collect::<Vec<_>>()
    };
    let before = ids(save(&mut client, testkit::save("a-1", "Een.\n\nTwee.\n\nDrie.")).await);
    let after = ids(save(&mut client, testkit::save("a-1", "Nul.\n\nEen.\n\nDrie.")).await);
    assert_eq!((&after[1], &after[2]), (&before[0], &before[2]));
    assert!(!before.contains(&after[0]));
    let back = ids(save(&mut client, testkit::save("a-1", "Een.\n\nTwee.\n\nDrie.")).await);
    assert_ne!(back[1], before[1], "a removed id was given out again");
}

pub(crate) async fn a_dry_run_answers_as_the_real_one_and_keeps_nothing(sandbox: Sandbox) {
    let mut client = prepared(&sandbox).await;
    save(&mut client, testkit::save("known", "Een.")).await;
    let before = last_position(&mut client).await;
    let saves = vec![
        testkit::save("known", "Een."),
        testkit::save("new", "Twee."),
        testkit::save("new", "Twee."),
        pb::Save { etag: "stale".into(), ..testkit::save("known", "Drie.") },
        pb::Save { organisation: "gamma".into(), ..testkit::save("x", "Vier.") },
    ];
    let told = |results: Vec<pb::SaveResult>| {
        results
            .into_iter()
            .map(|result| (result.outcome, result.error.map(|error| error.reason)))
            .collect::<Vec<_>>()
    };
    let dry = told(save_all(&mut client, saves.clone(), true).await);
    assert_eq!(before, last_position(&mut client).await);
    assert_eq!(
        client.contributions().get_contribution(by_external_id("new")).await.unwrap_err().code(),
        Code::NotFound
    );
    assert_eq!(dry, told(save_all(&mut client, saves, false).await));
    assert_eq!(dry[2].0, i32::from(SaveOutcome::Unchanged));
}

pub(crate) async fn a_refused_save_leaves_the_others_alone(sandbox: Sandbox) {
    let mut client = prepared(&sandbox).await;
    let saves = vec![
        testkit::save("a", "Een."),
        pb::Save { cycle: "plan/2022".into(), ..testkit::save("b", "Twee.") },
        testkit::save("c/d", "Drie."),
        testkit::save("e", "Vier."),
    ];
    let results = save_all(&mut client, saves, false).await;
    let outcomes: Vec<SaveOutcome> = results.iter().map(pb::SaveResult::outcome).collect();
    assert_eq!(
        outcomes,
        [
            SaveOutcome::Accepted,
            SaveOutcome::Rejected,
            SaveOutcome::Rejected,
            SaveOutcome::Accepted
        ]
    );
    assert_eq!(results[1].error.as_ref().unwrap().reason, "CYCLE_NOT_FOUND");
    assert_eq!(results[2].error.as_ref().unwrap().field_violations[0].field, "save.external_id");
}

pub(crate) async fn lists_page_without_gap_or_repeat(sandbox: Sandbox) {
    let mut client = prepared(&sandbox).await;
    let saves =
        (0..25).map(|i| testkit::save(&format!("id-{i:02}"), &format!("Tekst {i}."))).collect();
    save_all(&mut client, saves, false).await;
    let mut request = pb::ListContributionsRequest {
        cycle: "plan/2021".into(),
        page_size: 7,
        ..pb::ListContributionsRequest::default()
    };
    let mut ids = Vec::new();
    loop {
        let page =
            client.contributions().list_contributions(request.clone()).await.unwrap().into_inner();
        ids.extend(page.contributions.into_iter().map(|contribution| contribution.external_id));
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    assert_eq!(ids, (0..25).map(|i| format!("id-{i:02}")).collect::<Vec<_>>());
    let foreign = pb::ListContributionsRequest {
        organisation: "alfa".into(),
        page_token: "AAAAAAAAAAAAAAAA".into(),
        ..request
    };
    assert_eq!(
        reason(&client.contributions().list_contributions(foreign).await.unwrap_err()),
        "INVALID_PAGE_TOKEN"
    );
}

pub(crate) async fn changes_have_gapless_positions(sandbox: Sandbox) {
    let client = prepared(&sandbox).await;
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..8 {
        let mut client = client.clone();
        writers.spawn(async move {
            for i in 0..10 {
                save(&mut client, testkit::save(&format!("w{writer}-{i}"), "Tekst.")).await;
            }
        });
    }
    while let Some(ended) = writers.join_next().await {
        ended.unwrap();
    }
    let changes = changes(&mut client.clone()).await;
    let positions: Vec<u64> = changes.iter().map(|change| change.position).collect();
    assert_eq!(positions, (1..=82).collect::<Vec<u64>>());
}

pub(crate) async fn publish(client: &mut Client, date: &str) -> pb::PublishEditionResponse {
    let order = pb::PublishEditionRequest {
        cycle: "plan/2021".into(),
        date: date.into(),
        formats: vec![pb::Format::Html.into()],
        ..pb::PublishEditionRequest::default()
    };
    client.editions().publish_edition(order).await.unwrap().into_inner()
}

pub(crate) async fn lease(client: &mut Client, name: &str) -> Result<u64, Status> {
    prolong(client, name, 0).await
}

/// Prolongs this lease.
pub(crate) async fn prolong(client: &mut Client, name: &str, lease: u64) -> Result<u64, Status> {
    client
        .jobs()
        .lease_job(internal::LeaseJobRequest { name: name.into(), seconds: 60, lease })
        .await
        .map(|answer| answer.into_inner().job.unwrap().lease)
}

pub(crate) async fn upload(
    client: &mut Client,
    job: &str,
    lease: u64,
    bytes: &[u8],
    hash: Hash,
) -> Result<pb::Artefact, Status> {
    let head = internal::ArtefactHead {
        job: job.into(),
        lease,
        sha256: hash.to_string(),
        size: bytes.len() as u64,
        rendered_with: "test".into(),
    };
    let parts = [
        upload_artefact_request::Part::Head(head),
        upload_artefact_request::Part::Chunk(Bytes::copy_from_slice(bytes)),
    ];
    let requests = parts.map(|part| internal::UploadArtefactRequest { part: Some(part) });
    client
        .jobs()
        .upload_artefact(stream::iter(requests))
        .await
        .map(|answer| answer.into_inner().artefact.unwrap())
}

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

async fn edition(client: &mut Client, name: &str) -> pb::Edition {
    let request = pb::GetEditionRequest { name: name.into() };
    client.editions().get_edition(request).await.unwrap().into_inner().edition.unwrap()
}

async fn texts(client: &mut Client, edition: &str) -> Vec<String> {
    let mut stream = client
        .editions()
        .read_edition(pb::ReadEditionRequest { name: edition.into() })
        .await
        .unwrap()
        .into_inner();
    let mut texts = Vec::new();
    while let Some(message) = stream.message().await.unwrap() {
        if let Some(Part::Contribution(contribution)) = message.part {
            texts.push(contribution.content.unwrap().narratives.remove(0).markdown);
        }
    }
    texts
}

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

/// More rows than go into one statement.
pub(crate) async fn a_call_with_many_saves_keeps_each(sandbox: Sandbox) {
    const SAVES: usize = 1_100;
    let mut client = prepared(&sandbox).await;
    let save = |number: usize| pb::Save {
        request_id: format!("r-{number}"),
        ..testkit::save(&format!("a-{number}"), "Een alinea.\n\nNog een alinea.")
    };
    let results = save_all(&mut client, (0..SAVES).map(save).collect(), false).await;
    assert!(results.iter().all(|result| result.outcome() == SaveOutcome::Accepted));
    let pool = audit::pool(&sandbox).await;
    for (table, rows) in [
        ("contributions", SAVES),
        ("revisions", SAVES),
        ("passage_ids", 2 * SAVES),
        ("requests", SAVES),
        ("events WHERE topic = 'contribution.submitted.v1'", SAVES),
        ("audit WHERE action = 'contribution.submit'", SAVES),
    ] {
        assert_eq!(audit::rows(&pool, table).await, i64::try_from(rows).unwrap(), "{table}");
    }
    assert_eq!(save_all(&mut client, (0..SAVES).map(save).collect(), false).await, results);
}
