//! Many contributions over one stream: what is answered to each, for real and as a dry run.

use tonic::Code;
use wire::v1::{self as pb, SaveOutcome, SubmitContributionsResponse};

use crate::sandbox::Sandbox;

/// More than one batch, so that order holds over their borders as well.
const MANY: usize = 150;

fn save(i: usize) -> pb::Save {
    testkit::save(&format!("s-{i}"), &format!("Bijdrage nummer {i}."))
}

/// A save that names a goal that is not there.
fn refused(i: usize) -> pb::Save {
    let mut save = save(i);
    save.content.as_mut().unwrap().goals = vec!["9".to_owned()];
    save
}

/// Sound, refused, missing, doubled, changed, and of an organisation that does not report: all in one stream.
fn mixed() -> Vec<Option<pb::Save>> {
    let mut saves: Vec<_> = (0..MANY).map(save).map(Some).collect();
    saves[3] = Some(refused(3));
    saves[70] = None;
    saves[71] = Some(save(0));
    saves[72] = Some(testkit::save("s-1", "Een andere tekst."));
    saves[140] = Some(pb::Save { organisation: "gamma".to_owned(), ..save(140) });
    saves
}

fn outcomes(answers: &[SubmitContributionsResponse]) -> Vec<SaveOutcome> {
    answers.iter().map(|answer| answer.result.as_ref().unwrap().outcome()).collect()
}

/// What an answer says, without what only a kept contribution has.
fn said(mut answer: SubmitContributionsResponse) -> SubmitContributionsResponse {
    let result = answer.result.as_mut().unwrap();
    if let Some(contribution) = &mut result.contribution {
        contribution.id.clear();
        contribution.etag.clear();
        contribution.create_time = None;
        contribution.update_time = None;
    }
    answer
}

#[tokio::test]
async fn each_item_is_answered_in_order_and_a_refused_one_stops_nothing() {
    let sandbox = Sandbox::new().await;
    let answers = sandbox.stream(mixed(), false).await.unwrap();
    let indices: Vec<u64> = answers.iter().map(|answer| answer.index).collect();
    assert_eq!(indices, (0..MANY as u64).collect::<Vec<_>>());
    let mut expected = vec![SaveOutcome::Accepted; MANY];
    expected[71] = SaveOutcome::Unchanged;
    for i in [3, 70, 140] {
        expected[i] = SaveOutcome::Rejected;
    }
    assert_eq!(outcomes(&answers), expected);
    for (i, answer) in answers.iter().enumerate().filter(|(i, _)| ![3, 70, 140].contains(i)) {
        let contribution = answer.result.as_ref().unwrap().contribution.as_ref().unwrap();
        let external_id = match i {
            71 => "s-0".to_owned(),
            72 => "s-1".to_owned(),
            _ => format!("s-{i}"),
        };
        assert_eq!(contribution.external_id, external_id);
        assert_eq!(contribution.version, if i == 72 { 2 } else { 1 });
    }
    let reason = |i: usize| answers[i].result.clone().unwrap().error.unwrap().reason;
    assert_eq!(
        [reason(3), reason(70), reason(140)],
        ["UNKNOWN_GOAL", "NOT_GIVEN", "UNKNOWN_ORGANISATION"]
    );
}

#[tokio::test]
async fn a_dry_run_answers_what_the_real_run_answers_and_keeps_nothing() {
    let sandbox = Sandbox::new().await;
    sandbox.submit(save(5), false).await.unwrap();
    let before = sandbox.changes().await;
    let dry = sandbox.stream(mixed(), true).await.unwrap();
    assert_eq!(sandbox.changes().await, before, "a dry run kept something");
    let real = sandbox.stream(mixed(), false).await.unwrap();
    assert!(before < sandbox.changes().await, "the real run kept nothing");
    assert_eq!(outcomes(&dry)[5], SaveOutcome::Unchanged);
    let said = |answers: Vec<_>| answers.into_iter().map(said).collect::<Vec<_>>();
    assert_eq!(said(dry), said(real));
}

#[tokio::test]
async fn what_is_sent_again_unchanged_is_ignored() {
    let sandbox = Sandbox::new().await;
    let saves = || (0..MANY).map(save).map(Some).collect::<Vec<_>>();
    let first = sandbox.stream(saves(), false).await.unwrap();
    let kept = sandbox.changes().await;
    let second = sandbox.stream(saves(), false).await.unwrap();
    assert_eq!(outcomes(&first), vec![SaveOutcome::Accepted; MANY]);
    assert_eq!(outcomes(&second), vec![SaveOutcome::Unchanged; MANY]);
    assert_eq!(sandbox.changes().await, kept);
    let contribution = |answers: &[SubmitContributionsResponse], i: usize| {
        answers[i].result.clone().unwrap().contribution
    };
    assert_eq!(contribution(&first, 7), contribution(&second, 7));
}

#[tokio::test]
async fn a_dry_run_of_too_many_items_is_refused_as_a_whole() {
    let sandbox = Sandbox::new().await;
    let status = sandbox.stream(vec![None; 10_001], true).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert_eq!(rpc::reason(&status).as_deref(), Some("DRY_RUN_TOO_LARGE"));
}

#[tokio::test]
async fn a_draft_in_a_stream_is_kept_with_its_findings() {
    let sandbox = Sandbox::new().await;
    let mut draft = refused(1);
    draft.mode = pb::SaveMode::Draft.into();
    let answers = sandbox.stream(vec![Some(draft)], false).await.unwrap();
    let result = answers[0].result.clone().unwrap();
    assert_eq!(result.outcome(), SaveOutcome::Accepted);
    assert_eq!(result.contribution.unwrap().state(), pb::ContributionState::Draft);
    assert!(result.findings.iter().any(|finding| finding.reason == "UNKNOWN_GOAL"));
}
