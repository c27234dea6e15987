//! Saves: identity, etag, request ids, passages.

mod from_file;
mod group_commit;
mod races;
mod rollback;

use tonic::Code;
use wire::v1::{self as pb, SaveOutcome};

use crate::{
    audit,
    calls::{by_external_id, last_position, prepared, save, save_all},
    sandbox::Sandbox,
};

pub(crate) use crate::saves::{from_file::*, group_commit::*, races::*, rollback::*};

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
    // Nothing of anybody's is lost where the text is the same.
    let same = save(&mut client, with(&etag, "Twee.")).await;
    assert_eq!(same.outcome(), SaveOutcome::Unchanged);
    assert_eq!(save(&mut client, with("none", "Twee.")).await.outcome(), SaveOutcome::Unchanged);
    let over = save(&mut client, with("none", "Van iemand die niets zag.")).await;
    assert_eq!(over.error.unwrap().reason, "STALE_ETAG");
    assert_eq!(over.conflict.unwrap().base, None);
    let new = pb::Save { external_id: "fresh".into(), ..with("none", "Nieuw.") };
    assert_eq!(save(&mut client, new).await.outcome(), SaveOutcome::Accepted);
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
    let outcomes = |results: Vec<pb::SaveResult>| {
        results
            .into_iter()
            .map(|result| (result.outcome, result.error.map(|error| error.reason)))
            .collect::<Vec<_>>()
    };
    let dry = outcomes(save_all(&mut client, saves.clone(), true).await);
    assert_eq!(before, last_position(&mut client).await);
    assert_eq!(
        client.contributions().get_contribution(by_external_id("new")).await.unwrap_err().code(),
        Code::NotFound
    );
    assert_eq!(dry, outcomes(save_all(&mut client, saves, false).await));
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
        assert_eq!(audit::count_of(&pool, table).await, i64::try_from(rows).unwrap(), "{table}");
    }
    assert_eq!(save_all(&mut client, (0..SAVES).map(save).collect(), false).await, results);
}
